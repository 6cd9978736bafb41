//! How Meta behaves, what goes wrong, and what time it is.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Problem, read};
use crate::meta::Meta;
use crate::world::fault::{FaultSpec, ROUTES};
use crate::world::settings::Settings;

pub(super) async fn settings(State(meta): State<Arc<Meta>>) -> Json<Settings> {
    Json(meta.with(|world| world.settings.clone()))
}

/// Takes any part of the settings.
pub(super) async fn set(State(meta): State<Arc<Meta>>, body: Bytes) -> Result<Json<Settings>, Problem> {
    let change: Value = read(&body)?;
    let settings = meta.with(|world| {
        let mut all = serde_json::to_value(&world.settings).unwrap_or_default();
        merge(&mut all, change);
        let settings: Settings =
            serde_json::from_value(all).map_err(|error| Problem::bad(error.to_string()))?;
        world.settings = settings.clone();
        Ok::<_, Problem>(settings)
    })?;
    meta.tell(&json!({"kind": "settings"}));
    Ok(Json(settings))
}

fn merge(all: &mut Value, change: Value) {
    match (all, change) {
        (Value::Object(all), Value::Object(change)) => {
            for (key, value) in change {
                merge(all.entry(key).or_insert(Value::Null), value);
            }
        }
        (all, change) => *all = change,
    }
}

pub(super) async fn faults(State(meta): State<Arc<Meta>>) -> Json<Value> {
    let now = meta.now();
    Json(meta.with(|world| {
        let shown = world.faults.all(now).iter().map(|fault| {
            let mut shown = json!({"id": fault.id, "struck": fault.struck});
            merge(&mut shown, serde_json::to_value(&fault.spec).unwrap_or_default());
            shown
        });
        json!({"faults": shown.collect::<Vec<_>>()})
    }))
}

pub(super) async fn add_fault(
    State(meta): State<Arc<Meta>>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let spec: FaultSpec = read(&body)?;
    if !ROUTES.contains(&&*spec.route) {
        return Err(Problem::bad(format!("route is none of {}", ROUTES.join(", "))));
    }
    let now = meta.now();
    let id = meta.with(|world| world.faults.add(spec, now));
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

pub(super) async fn remove_fault(
    State(meta): State<Arc<Meta>>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let removed = meta.with(|world| world.faults.remove(&id));
    removed.then_some(StatusCode::NO_CONTENT).ok_or_else(|| Problem::missing("no such fault"))
}

pub(super) async fn clock(State(meta): State<Arc<Meta>>) -> Json<Value> {
    Json(json!({"now": meta.now()}))
}

#[derive(Deserialize)]
struct Advance {
    advance_seconds: f64,
}

pub(super) async fn advance(State(meta): State<Arc<Meta>>, body: Bytes) -> Result<Json<Value>, Problem> {
    let Advance { advance_seconds } = read(&body)?;
    let by = Duration::try_from_secs_f64(advance_seconds)
        .map_err(|_| Problem::bad("the clock only goes forward"))?;
    meta.clock.advance(by);
    Ok(clock(State(meta)).await)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reset {
    businesses: bool,
}

pub(super) async fn reset(State(meta): State<Arc<Meta>>, body: Bytes) -> Result<StatusCode, Problem> {
    let Reset { businesses } = read(&body)?;
    meta.reset(businesses);
    Ok(StatusCode::NO_CONTENT)
}
