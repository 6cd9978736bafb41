//! Who wants to be written to, as the people said themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::{not_found, refused};
use crate::meta::Meta;

/// Most that are kept.
const MOST: usize = 100_000;

/// By phone number.
#[derive(Debug, Default)]
pub(super) struct Subscribers(BTreeMap<String, bool>);

#[derive(Deserialize)]
struct Wish {
    subscribed: bool,
}

/// What somebody wants; not found when they never said.
pub(super) async fn one(State(meta): State<Arc<Meta>>, Path(phone): Path<String>) -> Response {
    match meta.with(|world| world.shop.subscribers.0.get(&phone).copied()) {
        Some(subscribed) => Json(json!({ "subscribed": subscribed })).into_response(),
        None => not_found(),
    }
}

/// Keeps what somebody wants.
pub(super) async fn put(State(meta): State<Arc<Meta>>, Path(phone): Path<String>, body: Bytes) -> Response {
    let Ok(wish) = serde_json::from_slice::<Wish>(&body) else {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, "unreadable");
    };
    meta.with(|world| {
        let all = &mut world.shop.subscribers.0;
        if all.len() < MOST || all.contains_key(&phone) {
            all.insert(phone, wish.subscribed);
        }
    });
    Json(json!({ "subscribed": wish.subscribed })).into_response()
}
