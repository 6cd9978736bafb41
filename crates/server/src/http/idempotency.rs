//! `Idempotency-Key`: a `POST` that is sent again, because its answer was lost, is not done again.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chasqui_model::secret::Secret;
use chasqui_store::noun::idempotency::{Attempt, Begun};
use sha2::{Digest, Sha256};

use super::auth::Caller;
use super::problem::Problem;
use crate::app::App;

/// How long answers are kept.
pub(crate) const KEPT: Duration = Duration::from_hours(24);
/// An attempt that takes longer has died with its process.
const GIVEN_UP: Duration = Duration::from_mins(2);
const LONGEST_KEY: usize = 255;
/// Larger answers are not kept: the request is done again. None of ours is.
const LARGEST: usize = 1024 * 1024;

/// Answers a repeated request as the first one was answered.
pub(crate) async fn once(State(app): State<App>, request: Request, next: Next) -> Response {
    let caller = request.extensions().get::<Caller>().cloned();
    let key = request.headers().get("idempotency-key").cloned();
    let (Some(caller), Some(key), &Method::POST) = (caller, key, request.method()) else {
        return next.run(request).await;
    };
    match key.to_str() {
        Ok(key) if !key.is_empty() && key.len() <= LONGEST_KEY => {
            run(&app, &caller, key, request, next).await.unwrap_or_else(Problem::into_response)
        }
        _ => {
            let detail = format!("`Idempotency-Key` is 1 to {LONGEST_KEY} visible characters.");
            Problem::new(StatusCode::BAD_REQUEST, "bad_key", detail).into_response()
        }
    }
}

async fn run(
    app: &App,
    caller: &Caller,
    key: &str,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    // Received before, so this is no wait.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let now = app.clock.now();
    let attempt = Attempt {
        account: caller.account,
        key,
        request: fingerprint(caller, &parts.uri, &body),
        now,
        forget: now.before(KEPT),
        give_up: now.before(GIVEN_UP),
    };
    match app.store.begin_attempt(&attempt).await? {
        Begun::Fresh => {
            let response = next.run(Request::from_parts(parts, Body::from(body))).await;
            keep(app, caller, key, response).await
        }
        Begun::Busy => {
            let detail = "The first request with this Idempotency-Key is still being worked on.";
            Err(Problem::conflict("busy", detail).retry_after(1))
        }
        Begun::Different => {
            let detail = "This Idempotency-Key was used with another request. Use a fresh one.";
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "key_reused", detail))
        }
        Begun::Answered { status, body } => Ok(again(status, &body)),
    }
}

/// Who asks is a part of it: what one person was answered may be more than another may see.
fn fingerprint(caller: &Caller, uri: &axum::http::Uri, body: &Bytes) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(caller.user.bytes());
    hash.update(uri.path_and_query().map_or("", |path| path.as_str()));
    hash.update([0]);
    hash.update(body);
    hash.finalize().into()
}

/// Keeps what was done. A refusal changed nothing, so the same key may be tried again.
async fn keep(app: &App, caller: &Caller, key: &str, response: Response) -> Result<Response, Problem> {
    let (parts, body) = response.into_parts();
    let status = parts.status;
    let Ok(bytes) = to_bytes(body, LARGEST).await else { return Err(Problem::internal()) };
    match std::str::from_utf8(&bytes) {
        Ok(text) if status.is_success() => {
            app.store
                .finish_attempt(caller.account, key, i64::from(status.as_u16()), &Secret::new(text))
                .await?;
        }
        _ => app.store.abandon_attempt(caller.account, key).await?,
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn again(status: i64, body: &Secret) -> Response {
    let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let status = status.unwrap_or(StatusCode::OK);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::HeaderName::from_static("idempotent-replayed"), HeaderValue::from_static("true")),
    ];
    (status, headers, body.expose().to_owned()).into_response()
}
