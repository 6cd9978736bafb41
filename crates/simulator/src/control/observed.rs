//! What arrived and what happened.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::meta::Meta;
use crate::world::log::Call;

/// The most calls in one answer.
const PAGE: usize = 10_000;

#[derive(Deserialize)]
pub(super) struct Wanted {
    phone_number_id: Option<String>,
    to: Option<String>,
    after: Option<u64>,
}

pub(super) async fn messages(State(meta): State<Arc<Meta>>, Query(wanted): Query<Wanted>) -> Json<Value> {
    let digits = |number: &str| number.chars().filter(char::is_ascii_digit).collect::<String>();
    let to = wanted.to.as_deref().map(|to| (to.to_owned(), digits(to)));
    let matches = |call: &&Call| {
        wanted.phone_number_id.as_ref().is_none_or(|id| *id == call.phone_number_id)
            && to.as_ref().is_none_or(|(to, number)| {
                call.to.as_ref().is_some_and(|given| given == to || digits(given) == *number)
            })
    };
    let calls: Vec<Call> = meta.with(|world| {
        let after = world.received.after(wanted.after.unwrap_or(0));
        after.filter(matches).take(PAGE).cloned().collect()
    });
    Json(json!({"messages": calls.iter().map(shown).collect::<Vec<_>>()}))
}

fn shown(call: &Call) -> Value {
    let request: Option<Box<RawValue>> = serde_json::from_str(&call.request).ok();
    json!({
        "no": call.no, "at": call.at, "phone_number_id": call.phone_number_id, "to": call.to,
        "wamid": call.wamid.as_deref(), "status_code": call.status_code, "error_code": call.error_code,
        "request": request,
    })
}

#[derive(Deserialize)]
pub(super) struct Newest {
    limit: Option<usize>,
}

pub(super) async fn log(State(meta): State<Arc<Meta>>, Query(newest): Query<Newest>) -> Json<Value> {
    let items = meta.with(|world| world.log.newest(newest.limit.unwrap_or(50)));
    Json(json!({ "items": items }))
}
