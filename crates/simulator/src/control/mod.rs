//! The simulator's own routes, under `/_sim`. The shapes are in `docs/api/simulator.md`.

mod arrive;
mod batch;
pub(crate) mod business;
mod dress;
pub(crate) mod inbound;
mod link;
mod observed;
pub(crate) mod phone;
pub(crate) mod renumber;
mod rules;
mod stream;
mod thread;
pub(crate) mod view;
mod webhook;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, delete, get, post};
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::meta::Meta;
use crate::surrogate;

/// The largest body: a file.
const LONGEST_BODY: usize = 110 * 1024 * 1024;

pub(crate) fn router() -> Router<Arc<Meta>> {
    let routes = Router::new()
        .route("/businesses", get(business::list).post(business::put))
        .route("/phones", get(phone::list).post(phone::put))
        .route("/phones/{wa_id}/chats/{phone_number_id}", get(phone::chat))
        .route("/phones/{wa_id}/chats/{phone_number_id}/read", post(phone::read))
        .route("/phones/{wa_id}/chats/{phone_number_id}/thread", get(thread::get).post(thread::post))
        .route("/phones/{wa_id}/number", post(renumber::post))
        .route("/phones/{wa_id}/media", post(phone::upload))
        .route("/media/{id}", get(phone::file))
        .route("/link", get(link::fetch))
        .route("/inbound", post(inbound::post))
        .route("/batches/{name}/send", post(batch::send))
        .route("/webhook", post(webhook::post))
        .route("/messages", get(observed::messages))
        .route("/log", get(observed::log))
        .route("/stream", get(stream::stream))
        .route("/settings", get(rules::settings).put(rules::set))
        .route("/threads", post(thread::put))
        .route("/faults", get(rules::faults).post(rules::add_fault))
        .route("/faults/{id}", delete(rules::remove_fault))
        .route("/clock", get(rules::clock).post(rules::advance))
        .route("/reset", post(rules::reset))
        .nest("/shop", crate::shop::router())
        .route("/{*path}", any(async || Problem::missing("no such route")))
        .layer(DefaultBodyLimit::max(LONGEST_BODY));
    Router::new().nest("/_sim", routes)
}

/// A control call that cannot be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// HTTP status.
    pub status: StatusCode,
    /// What is wrong.
    pub message: String,
}

impl Problem {
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, message: message.into() }
    }

    pub(crate) fn missing(message: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, message: message.into() }
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self { status: StatusCode::CONFLICT, message: message.into() }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Json(json!({"error": {"message": self.message}}))).into_response()
    }
}

/// A JSON body; an empty one counts as `{}`. Halves of surrogate pairs are taken as they are.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
    serde_json::from_slice(&surrogate::readable(body))
        .map_err(|error| Problem::bad(format!("the body cannot be read: {error}")))
}
