//! `Idempotency-Key`: a `POST` that is sent again, because its answer was lost, is not done again.

use std::sync::PoisonError;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use chasqui_model::account::{Account, Role};
use chasqui_model::quota::Kind;
use chasqui_model::secret::Secret;
use chasqui_model::{Id, Timestamp};
use chasqui_store::noun::idempotency::{Attempt, Begun};
use futures::StreamExt as _;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::auth::{By, Caller};
use super::problem::Problem;
use crate::app::App;

/// How long answers are kept.
pub(crate) const KEPT: Duration = Duration::from_hours(24);
/// An attempt that takes longer has died with its process.
const GIVEN_UP: Duration = Duration::from_mins(2);
const LONGEST_KEY: usize = 255;
/// Of a larger answer only the status is kept.
const LARGEST: usize = 1024 * 1024;
/// How old the figure of what an account keeps may be.
const FRESH: Duration = Duration::from_mins(1);

/// Requests that change nothing in the store, by their address in the API's description: a repeat harms nobody, so
/// nothing is kept of them.
pub const READS: &[&str] = &[
    "/bots/{id}/validate",
    "/bots/{id}/tests/run",
    "/bots/{id}/code",
    "/bots/{id}/test_sessions",
    "/test_sessions/{id}/messages",
    "/phone_numbers/read",
    "/integrations/check",
    "/integrations/{id}/diagnose",
    "/invitation/look",
];

/// Bytes that accounts keep for their keys, as they were last counted, and what came since.
#[derive(Default)]
pub(crate) struct Kept(std::sync::Mutex<std::collections::HashMap<Id<Account>, Figure>>);

#[derive(Clone, Copy)]
struct Figure {
    at: Timestamp,
    bytes: i64,
    limit: i64,
}

impl Kept {
    fn look(&self, account: Id<Account>, now: Timestamp) -> Option<Figure> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&account).filter(|it| now.since(it.at) < FRESH).copied()
    }

    fn set(&self, account: Id<Account>, figure: Figure) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, it| figure.at.since(it.at) < FRESH);
        kept.insert(account, figure);
    }

    fn add(&self, account: Id<Account>, bytes: usize) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(it) = kept.get_mut(&account) {
            it.bytes = it.bytes.saturating_add(i64::try_from(bytes).unwrap_or(i64::MAX));
        }
    }

    /// An account's limit was set: count afresh.
    pub(crate) fn forget(&self, account: Id<Account>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&account);
    }
}

/// Answers a repeated request as the first one was answered.
pub(crate) async fn once(State(app): State<App>, request: Request, next: Next) -> Response {
    let caller = request.extensions().get::<Caller>().cloned();
    let mut keys = request.headers().get_all("idempotency-key").iter();
    let (key, more) = (keys.next().cloned(), keys.next().is_some());
    let (Some(caller), Some(key), &Method::POST) = (caller, key, request.method()) else {
        return next.run(request).await;
    };
    match key.to_str() {
        Ok(key) if is_key(key) && !more => {
            if reads(&request) {
                return next.run(request).await;
            }
            // Who hangs up does not stop it half-way: what was done would not be known under its key.
            let done = super::speak::carried(run(app, caller, key.to_owned(), request, next)).await;
            done.unwrap_or_else(|_| Err(Problem::internal())).unwrap_or_else(Problem::into_response)
        }
        _ => {
            let detail = format!("`Idempotency-Key` is 1 to {LONGEST_KEY} visible characters.");
            Problem::new(StatusCode::BAD_REQUEST, "bad_key", detail).into_response()
        }
    }
}

fn is_key(key: &str) -> bool {
    (1..=LONGEST_KEY).contains(&key.len()) && !key.contains('\t')
}

fn reads(request: &Request) -> bool {
    let matched = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
    READS.contains(&matched.strip_prefix("/api/v1").unwrap_or(matched))
}

async fn run(
    app: App,
    caller: Caller,
    key: String,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    // Received before, so this is no wait.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let now = app.clock.now();
    let attempt = Attempt {
        account: caller.account,
        key: &key,
        request: fingerprint(&caller, &parts.uri, &body),
        now,
        forget: now.before(KEPT),
        give_up: now.before(GIVEN_UP),
    };
    match app.store.begin_attempt(&attempt).await? {
        Begun::Fresh => {
            let response = next.run(Request::from_parts(parts, Body::from(body))).await;
            keep(&app, caller.account, &key, response).await
        }
        Begun::Busy => {
            let detail = "The first request with this Idempotency-Key is still being worked on.";
            Err(Problem::conflict("busy", detail).retry_after(1))
        }
        Begun::Different => {
            let detail = "This Idempotency-Key was used with another request. Use a fresh one.";
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "key_reused", detail))
        }
        Begun::Answered { status, body } => Ok(again(status, body.as_ref())),
    }
}

/// Who asks is a part of it, and what with: what one person was answered may be more than another may see, and what they were
/// answered logged in more than a token of theirs may see that is limited.
fn fingerprint(caller: &Caller, uri: &axum::http::Uri, body: &Bytes) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(caller.user.bytes());
    let is_less = !caller.scopes.is_empty() || caller.role < Role::Owner;
    if matches!(caller.by, By::Token(_)) && is_less {
        hash.update(caller.role.name());
        hash.update(caller.scopes.join(" "));
    }
    hash.update(uri.path_and_query().map_or("", |path| path.as_str()));
    hash.update([0]);
    hash.update(body);
    hash.finalize().into()
}

/// Keeps what was done. A refusal changed nothing, so the same key may be tried again. Of an answer that is too large, and
/// of all answers of an account that keeps as many as it may, only the status is kept: what was done is not done again.
async fn keep(app: &App, account: Id<Account>, key: &str, response: Response) -> Result<Response, Problem> {
    let (parts, body) = response.into_parts();
    if !parts.status.is_success() {
        app.store.abandon_attempt(account, key).await?;
        return Ok(Response::from_parts(parts, body));
    }
    let (head, rest) = beginning(body).await?;
    // What was done is answered, whatever can be kept of it.
    let has_room = has_room(app, account, head.len()).await.unwrap_or(false);
    let text = std::str::from_utf8(&head).ok().filter(|_| rest.is_none() && has_room);
    let kept = text.map(Secret::new);
    let status = i64::from(parts.status.as_u16());
    if let Err(error) = app.store.finish_attempt(account, key, status, kept.as_ref()).await {
        tracing::error!(%error, "what was done under an Idempotency-Key could not be kept");
    }
    app.kept.add(account, chasqui_store::noun::idempotency::weight(key, kept.as_ref()));
    let body = match rest {
        None => Body::from(head),
        Some(rest) => Body::from_stream(futures::stream::iter([Ok(head)]).chain(rest)),
    };
    Ok(Response::from_parts(parts, body))
}

/// The body as far as it is kept at most, and what comes after that.
async fn beginning(body: Body) -> Result<(Bytes, Option<axum::body::BodyDataStream>), Problem> {
    let mut stream = body.into_data_stream();
    let mut head = BytesMut::new();
    while let Some(piece) = stream.next().await {
        head.extend_from_slice(&piece.map_err(|_| Problem::internal())?);
        if head.len() > LARGEST {
            return Ok((head.freeze(), Some(stream)));
        }
    }
    Ok((head.freeze(), None))
}

/// Whether an account may keep so many bytes more. One that has twice what it may, by keys alone, forgets its oldest.
async fn has_room(app: &App, account: Id<Account>, bytes: usize) -> Result<bool, Problem> {
    let at = app.clock.now();
    let figure = if let Some(figure) = app.kept.look(account, at) {
        figure
    } else {
        let limit = app.limits(account).await?.of(Kind::KeyBytes);
        let mut bytes = app.store.attempts_kept(account).await?;
        if bytes > limit.saturating_mul(2) {
            app.store.forget_oldest_attempts(account).await?;
            bytes = app.store.attempts_kept(account).await?;
        }
        let figure = Figure { at, bytes, limit };
        app.kept.set(account, figure);
        figure
    };
    Ok(i64::try_from(bytes).is_ok_and(|bytes| figure.bytes.saturating_add(bytes) <= figure.limit))
}

fn again(status: i64, body: Option<&Secret>) -> Response {
    let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let status = status.unwrap_or(StatusCode::OK);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (HeaderName::from_static("idempotent-replayed"), HeaderValue::from_static("true")),
    ];
    let body = body.map_or_else(
        || {
            let detail = "This was done the first time and is not done again. Its answer was not kept.";
            json!({ "answer_kept": false, "detail": detail }).to_string()
        },
        |body| body.expose().to_owned(),
    );
    (status, headers, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_an_end_and_is_visible() {
        assert!(is_key("k") && is_key(&"k".repeat(255)));
        assert!(!is_key("") && !is_key(&"k".repeat(256)) && !is_key("a\tb"));
    }

    #[tokio::test]
    async fn what_is_larger_than_is_kept_arrives_whole() {
        let pieces = || (0..40).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'a'; 64 * 1024])));
        let (head, rest) = beginning(Body::from_stream(futures::stream::iter(pieces()))).await.unwrap();
        let rest = to_bytes(Body::from_stream(rest.unwrap()), usize::MAX).await.unwrap();
        assert!(head.len() > LARGEST && head.len() + rest.len() == 40 * 64 * 1024);
        let (whole, rest) = beginning(Body::from(vec![b'a'; LARGEST])).await.unwrap();
        assert!(rest.is_none() && whole.len() == LARGEST);
    }
}
