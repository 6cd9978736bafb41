//! Updates that were kept together go out in one POST.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Problem, read};
use crate::deliver::body::{MOST_BYTES, MOST_UPDATES, Split};
use crate::deliver::post;
use crate::deliver::queue::{self, Waiting};
use crate::meta::Meta;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Layout {
    split: Split,
}

/// Keeps an update, as often as it is wanted, until its batch is sent.
pub(super) fn keep(meta: &Meta, name: &str, update: &Waiting) -> Result<(), Problem> {
    meta.with(|world| {
        let batch = world.batches.entry(name.to_owned()).or_default();
        for _ in 0..=update.duplicate {
            if batch.len() >= MOST_UPDATES {
                return Err(Problem::conflict("a batch has at most 1000 updates"));
            }
            batch.push(update.clone());
        }
        Ok(())
    })
}

/// `POST /_sim/batches/{name}/send`: delivers a batch in one POST.
pub(super) async fn send(
    State(meta): State<Arc<Meta>>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let Layout { split } = read(&body)?;
    let updates = meta.with(|world| world.batches.remove(&name));
    let updates = updates.ok_or_else(|| Problem::missing("no such batch"))?;
    let all: Vec<&Waiting> = updates.iter().collect();
    let parcel = queue::parcel(&all, split);
    if parcel.body.len() > MOST_BYTES {
        return Err(Problem::conflict("the batch has more than 3 MB"));
    }
    tokio::spawn(post::deliver(meta, parcel, None));
    Ok((StatusCode::ACCEPTED, Json(json!({"updates": updates.len()}))))
}
