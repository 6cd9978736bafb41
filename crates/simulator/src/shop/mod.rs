//! An example shop under `/_sim/shop`, for the starter bots that ask a shop: a catalogue, orders, appointments, and who wants to
//! be written to. Kept in memory like all of the simulator; a reset puts back what was there at the start.

mod appointment;
mod catalogue;
mod order;
mod subscriber;

use std::sync::Arc;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use chasqui_model::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::meta::Meta;

/// The leaflet of the information bot.
const LEAFLET: &[u8] = include_bytes!("care.pdf");

/// What the shop knows.
#[derive(Debug, Default)]
pub(crate) struct Shop {
    catalogue: catalogue::Catalogue,
    orders: order::Orders,
    appointments: appointment::Appointments,
    subscribers: subscriber::Subscribers,
}

pub(crate) fn router() -> Router<Arc<Meta>> {
    Router::new()
        .route("/products", get(catalogue::list))
        .route("/products/{name}", get(catalogue::one))
        .route("/orders", post(order::place))
        .route("/orders/{number}", get(order::one))
        .route("/appointments", get(appointment::free).post(appointment::book))
        .route("/appointments/{number}", delete(appointment::cancel))
        .route("/subscribers/{phone}", get(subscriber::one).put(subscriber::put))
        .route("/care.pdf", get(async || ([(header::CONTENT_TYPE, "application/pdf")], LEAFLET)))
}

/// In which language names are wanted: `en` or `de`.
#[derive(Deserialize)]
struct Language {
    #[serde(default)]
    language: String,
}

/// What the shop cannot do, by a stable name.
fn refused(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}

fn not_found() -> Response {
    refused(StatusCode::NOT_FOUND, "not_found")
}

/// The day of a time, `2026-12-31`.
fn day(at: Timestamp) -> String {
    at.to_jiff().strftime("%Y-%m-%d").to_string()
}
