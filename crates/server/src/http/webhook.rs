//! Meta's deliveries and its handshake. Nothing happens here before the answer but what makes a delivery durable.

use std::time::{Duration, Instant};

use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chasqui_model::Id;
use chasqui_model::integration::Integration;
use chasqui_runtime::{Handshake, Receipt};
use serde::Deserialize;
use utoipa::IntoParams;

use super::auth::throttled;
use super::body;
use super::client::Client;
use super::input::Asked;
use super::problem::Problem;
use super::standstill::DURABLE;
use super::throttle::Guess;
use crate::app::App;

/// Meta's own limit for a delivery.
/// <https://developers.facebook.com/docs/whatsapp/cloud-api/guides/set-up-webhooks>
const LARGEST: usize = 3 * 1024 * 1024;
const ROUTE: &str = "/webhooks/whatsapp/{integration_id}";
const WITHIN: Duration = Duration::from_secs(15);

/// The query of the handshake.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Query {
    /// `subscribe`.
    #[serde(rename = "hub.mode")]
    mode: Option<String>,
    /// What was typed at Meta.
    #[serde(rename = "hub.verify_token")]
    verify_token: Option<String>,
    /// What to answer with.
    #[serde(rename = "hub.challenge")]
    challenge: Option<String>,
}

/// Meta's handshake: the challenge comes back when the verify token is right.
#[utoipa::path(get, path = "/webhooks/whatsapp/{integration_id}", tag = "webhooks", security(()),
    params(("integration_id" = String, Path), Query),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 403, description = "Empty"),
        (status = 429, description = "Too many wrong verify tokens; `Retry-After` says when to try again")))]
pub(crate) async fn handshake(
    State(app): State<App>,
    from: Client,
    Path(id): Path<String>,
    query: Result<Asked<Query>, Problem>,
) -> Response {
    let query = query.map_or_else(|_| Query::default(), |Asked(query)| query);
    let asked = Handshake { mode: query.mode, token: query.verify_token, challenge: query.challenge };
    let Ok(id) = id.parse::<Id<Integration>>() else { return StatusCode::FORBIDDEN.into_response() };
    let (throttle, now) = (&app.doors.throttle, app.clock.now());
    if let Err(wait) = throttle.admit(Guess::VerifyToken, from, &id.bytes(), now) {
        return throttled(wait).into_response();
    }
    let challenge = tokio::time::timeout(DURABLE, app.runtime.handshake(id, &asked)).await;
    let Ok(challenge) = challenge else { return again() };
    match challenge {
        Some(challenge) => {
            throttle.passed(Guess::VerifyToken, from, &id.bytes(), now);
            let kind = (header::CONTENT_TYPE, "text/plain; charset=utf-8");
            ([kind, (header::X_CONTENT_TYPE_OPTIONS, "nosniff")], challenge).into_response()
        }
        None => StatusCode::FORBIDDEN.into_response(),
    }
}

/// A signed delivery. 200 means that it is durable.
#[utoipa::path(post, path = "/webhooks/whatsapp/{integration_id}", tag = "webhooks", security(()),
    params(("integration_id" = String, Path), ("X-Hub-Signature-256" = String, Header)),
    request_body(content = Object, description = "As Meta sends it, at most 3 MiB"),
    responses((status = 200, description = "Durable"), (status = 401, description = "Missing or wrong signature; empty"),
        (status = 404, description = "Unknown integration"), (status = 413, description = "Over 3 MiB"),
        (status = 503, description = "Cannot be made durable; come again")))]
pub(crate) async fn receive(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response {
    let began = Instant::now();
    let response = take(&app, &id, request).await;
    let took = began.elapsed().as_secs_f64();
    // Labels that are known beforehand cost nothing.
    match response.status() {
        StatusCode::OK => {
            metrics::histogram!("chasqui_http_seconds", "method" => "POST", "route" => ROUTE, "status" => "200")
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            metrics::histogram!("chasqui_http_seconds", "method" => "POST", "route" => ROUTE, "status" => "503")
        }
        _ => metrics::histogram!("chasqui_http_seconds", "method" => "POST", "route" => ROUTE, "status" => "4xx"),
    }
    .record(took);
    response
}

async fn take(app: &App, id: &str, request: Request) -> Response {
    // Strangers' bodies are not read: there is no number that they are for.
    let Some(id) = id.parse::<Id<Integration>>().ok().filter(|id| app.runtime.knows(*id)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (head, body) = request.into_parts();
    let signature = head.headers.get("x-hub-signature-256").map(|value| value.to_str().unwrap_or_default());
    let mut held = app.doors.deliveries.hold(Some(id));
    let body = match body::receive(body, LARGEST, WITHIN, &mut held).await {
        Ok(body) => body,
        // Meta comes again.
        Err(body::Refused::Full(_)) => return again(),
        Err(refused) => return refused.status().into_response(),
    };
    if app.store.hot().pulse().blocks() {
        return again();
    }
    // Cut off, it may become durable all the same: Meta delivers it again, and it is recognised.
    let received = tokio::time::timeout(DURABLE, app.runtime.receive(id, signature, body)).await;
    match received.unwrap_or(Receipt::Unavailable) {
        Receipt::Stored => StatusCode::OK.into_response(),
        Receipt::BadSignature => StatusCode::UNAUTHORIZED.into_response(),
        Receipt::Unknown => StatusCode::NOT_FOUND.into_response(),
        Receipt::Unavailable => again(),
    }
}

/// Not now.
fn again() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")]).into_response()
}
