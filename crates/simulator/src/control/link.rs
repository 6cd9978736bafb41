//! Files that a message only links to: fetched for the phone page, as Meta would fetch them.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;

use super::{Problem, phone};
use crate::meta::Meta;

/// The largest file that is shown.
const LARGEST: usize = 32 * 1024 * 1024;

#[derive(Deserialize)]
pub(super) struct Link {
    wamid: String,
    url: String,
}

/// Only links that stand in a message are fetched.
pub(super) async fn fetch(
    State(meta): State<Arc<Meta>>,
    Query(link): Query<Link>,
) -> Result<Response, Problem> {
    let raw = meta.with(|world| world.chats.item(&link.wamid).map(|item| Arc::clone(&item.raw)));
    let message: Value = raw.and_then(|raw| serde_json::from_str(&raw).ok()).unwrap_or_default();
    if !holds(&message, &link.url) {
        return Err(Problem::missing("no message with this link"));
    }
    let unreachable = |_| Problem::missing("the link cannot be fetched");
    let mut answer = meta.http.get(&link.url).send().await.map_err(unreachable)?;
    if !answer.status().is_success() {
        return Err(Problem::missing("the link cannot be fetched"));
    }
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or("application/octet-stream").to_owned();
    let mut file = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
        if file.len() + chunk.len() > LARGEST {
            return Err(Problem::bad("the file is too large"));
        }
        file.extend_from_slice(&chunk);
    }
    Ok(phone::shown(kind, Bytes::from(file)))
}

fn holds(value: &Value, url: &str) -> bool {
    match value {
        Value::Object(object) => {
            object.iter().any(|(key, inner)| (key == "link" && inner == url) || holds(inner, url))
        }
        Value::Array(items) => items.iter().any(|item| holds(item, url)),
        _ => false,
    }
}
