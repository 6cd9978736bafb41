//! A small HTTP client for the API of a running server.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::http::{Method, Request, Uri, header};
use bytes::Bytes;
use chasqui_model::secret::Secret;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

const WITHIN: Duration = Duration::from_mins(1);
const LARGEST: usize = 64 * 1024 * 1024;

/// A server, and the token to talk to it with.
pub(super) struct Remote {
    http: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    base: String,
    token: Option<Secret>,
}

/// An answer: its status and its JSON.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
}

impl Remote {
    /// A server at this address.
    pub(super) fn new(base: &str, token: Option<Secret>) -> Result<Self> {
        let base = crate::config::web_address("--server", base)?;
        let connector =
            HttpsConnectorBuilder::new().with_platform_verifier().https_or_http().enable_http1().build();
        Ok(Self { http: Client::builder(TokioExecutor::new()).build(connector), base, token })
    }

    /// Asks, and answers what came, whatever the status.
    pub(super) async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer> {
        let (status, bytes) = self.exchange(method, path, body).await?;
        let body =
            if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap_or_default() };
        Ok(Answer { status, body })
    }

    /// Asks for something that must work.
    pub(super) async fn must(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let answer = self.call(method, path, body).await?;
        if (200..300).contains(&answer.status) {
            return Ok(answer.body);
        }
        let detail = answer.body["detail"].as_str().unwrap_or("it does not say why");
        match answer.status {
            401 => bail!("{} does not accept the token: give one that works with --token", self.base),
            403 => bail!("the token may not do this: {detail}"),
            status => bail!("{} refused (HTTP {status}): {detail}", self.base),
        }
    }

    /// Whether anybody answers there: the status.
    pub(super) async fn reach(&self, path: &str) -> Result<u16> {
        self.exchange(Method::GET, path, None).await.map(|(status, _)| status)
    }

    async fn exchange(&self, method: Method, path: &str, body: Option<&Value>) -> Result<(u16, Bytes)> {
        let uri: Uri = format!("{}{path}", self.base).parse().context("not an address")?;
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", token.expose()));
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let bytes = body.map(Value::to_string).unwrap_or_default();
        let request =
            request.body(Full::from(bytes)).context("the token has characters that no token has")?;
        let work = async {
            let response = self.http.request(request).await?;
            let status = response.status().as_u16();
            let bytes = Limited::new(response.into_body(), LARGEST).collect().await;
            anyhow::Ok((status, bytes.map_err(|error| anyhow::anyhow!(error))?.to_bytes()))
        };
        let outcome = tokio::time::timeout(WITHIN, work).await.context("no answer in a minute")?;
        outcome.with_context(|| format!("cannot reach {}", self.base))
    }
}
