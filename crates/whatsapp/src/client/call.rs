//! One call and its answer.

use std::error::Error;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request, Response, Url};
use serde::Serialize;

use super::{Access, Client, wait};
use crate::error::{self, GraphError};
use crate::webhook::json::{self, Object};

/// Answers of the Graph API are small; pages of templates are the largest.
const LONGEST_ANSWER: usize = 8 * 1024 * 1024;

/// A call that brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Meta refused it.
    #[error("refused: {0}")]
    Refused(#[source] Box<GraphError>),
    /// Meta was not reached, or its answer was lost.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// An answer nobody can read.
    #[error("unreadable answer with HTTP status {0}")]
    Garbage(u16),
}

impl CallError {
    /// Whether the same call may bring something later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Refused(error) => error.action().tries_again(),
            Self::NoAnswer(_) | Self::Garbage(_) => true,
        }
    }

    /// The Graph error, when Meta refused.
    pub fn graph(&self) -> Option<&GraphError> {
        match self {
            Self::Refused(error) => Some(error),
            Self::NoAnswer(_) | Self::Garbage(_) => None,
        }
    }
}

/// An answer with a status that is no failure.
pub(super) struct Answer {
    pub(super) http: u16,
    pub(super) body: Bytes,
}

impl Answer {
    /// Takes something out of the answer's object.
    pub(super) fn take<T>(&self, read: impl FnOnce(&Object<'_>) -> Option<T>) -> Result<T, CallError> {
        let text = json::mend(&self.body);
        Object::parse(&text).as_ref().and_then(read).ok_or(CallError::Garbage(self.http))
    }

    /// `{"success":true}`, also as text.
    pub(super) fn success(&self) -> Result<(), CallError> {
        self.take(|answer| answer.is("success").then_some(()))
    }
}

impl Client {
    pub(super) async fn get(&self, access: &Access, url: Url) -> Result<Answer, CallError> {
        self.call(access, Method::GET, url, None).await
    }

    pub(super) async fn delete_at(&self, access: &Access, url: Url) -> Result<Answer, CallError> {
        self.call(access, Method::DELETE, url, None).await
    }

    pub(super) async fn post(&self, access: &Access, url: Url) -> Result<Answer, CallError> {
        self.call(access, Method::POST, url, None).await
    }

    pub(super) async fn post_json(
        &self,
        access: &Access,
        url: Url,
        body: &impl Serialize,
    ) -> Result<Answer, CallError> {
        let body = serde_json::to_vec(body).map_err(|_| CallError::Garbage(0))?;
        self.call(access, Method::POST, url, Some(body.into())).await
    }

    async fn call(
        &self,
        access: &Access,
        method: Method,
        url: Url,
        body: Option<Bytes>,
    ) -> Result<Answer, CallError> {
        let request = request(access, method, url, body);
        let response = self.http.execute(request).await.map_err(|error| CallError::NoAnswer(plain(error)))?;
        read(response).await
    }
}

/// A request with the token on it.
pub(super) fn request(access: &Access, method: Method, url: Url, body: Option<Bytes>) -> Request {
    let mut request = Request::new(method, url);
    request.headers_mut().insert(AUTHORIZATION, access.bearer.clone());
    if let Some(body) = body {
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(body.into());
    }
    request
}

/// Reads an answer: a failure status, or an error inside any other, is a refusal.
pub(super) async fn read(response: Response) -> Result<Answer, CallError> {
    let http = response.status().as_u16();
    let success = response.status().is_success();
    let wait = if success { None } else { wait::asked_for(response.headers()) };
    let body = body(response).await?;
    // Looked for only where it can be: an answer to a send holds no such name.
    if !success || body.starts_with(br#"{"error""#) {
        let refused = GraphError { wait, ..error::parse(http, &body) };
        return Err(CallError::Refused(Box::new(refused)));
    }
    Ok(Answer { http, body })
}

async fn body(mut response: Response) -> Result<Bytes, CallError> {
    let lost = |error| CallError::NoAnswer(plain(error));
    let Some(first) = response.chunk().await.map_err(lost)? else { return Ok(Bytes::new()) };
    let Some(second) = response.chunk().await.map_err(lost)? else { return Ok(first) };
    let mut whole = [first, second].concat();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if whole.len() + chunk.len() > LONGEST_ANSWER {
            return Err(CallError::Garbage(response.status().as_u16()));
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.into())
}

/// What went wrong, without the address: its query may hold tokens.
pub(super) fn plain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
