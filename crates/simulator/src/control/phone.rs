//! Phones: the contacts, their chats and their files.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Problem, read as body, view};
use crate::deliver::status;
use crate::graph::read_form;
use crate::meta::Meta;
use crate::world::media::{File, Origin};
use crate::world::phone::{Phone, PhoneSpec};

/// Makes a phone, or changes one.
pub(crate) fn create(meta: &Meta, spec: PhoneSpec) -> Result<Phone, Problem> {
    if spec.wa_id.as_deref().is_some_and(|id| id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(Problem::bad("wa_id has something else than digits"));
    }
    let phone = meta.with(|world| world.phones.put(spec));
    let phone = phone.ok_or_else(|| Problem::conflict("there are too many phones"))?;
    meta.tell(&json!({"kind": "phones"}));
    Ok(phone)
}

pub(super) async fn list(State(meta): State<Arc<Meta>>) -> Json<Value> {
    Json(meta.with(|world| json!({"phones": world.phones.all().collect::<Vec<_>>()})))
}

pub(super) async fn put(
    State(meta): State<Arc<Meta>>,
    given: Bytes,
) -> Result<(StatusCode, Json<Phone>), Problem> {
    Ok((StatusCode::CREATED, Json(create(&meta, body(&given)?)?)))
}

pub(super) async fn chat(
    State(meta): State<Arc<Meta>>,
    Path((wa_id, phone_number_id)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    known(&meta, &wa_id, &phone_number_id)?;
    Ok(Json(meta.with(|world| view::chat(world, &wa_id, &phone_number_id, meta.now()))))
}

/// The contact opened the chat.
pub(super) async fn read(
    State(meta): State<Arc<Meta>>,
    Path((wa_id, phone_number_id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    known(&meta, &wa_id, &phone_number_id)?;
    status::read(&meta, &(wa_id.into(), phone_number_id.into()));
    Ok(StatusCode::NO_CONTENT)
}

fn known(meta: &Meta, wa_id: &str, phone_number_id: &str) -> Result<(), Problem> {
    let (phone, number) = meta.with(|world| {
        (world.phones.get(wa_id).is_some(), world.businesses.numbers.contains_key(phone_number_id))
    });
    match (phone, number) {
        (false, _) => Err(Problem::missing("no such phone")),
        (_, false) => Err(Problem::missing("no such number")),
        (true, true) => Ok(()),
    }
}

pub(super) async fn upload(
    State(meta): State<Arc<Meta>>,
    Path(wa_id): Path<String>,
    headers: HeaderMap,
    given: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    meta.with(|world| world.phones.get(&wa_id).map(drop)).ok_or_else(|| Problem::missing("no such phone"))?;
    let form = read_form(&headers, given).await.map_err(Problem::bad)?;
    let id = meta.id();
    let file = File::new(form.bytes, form.mime_type, form.filename, Origin::Contact, meta.now());
    let answer = json!({
        "id": id, "mime_type": file.mime_type, "sha256": hex::encode(file.sha256), "file_size": file.bytes.len(),
        "filename": file.filename,
    });
    meta.with(|world| world.media.put(id, file));
    Ok((StatusCode::CREATED, Json(answer)))
}

pub(super) async fn file(State(meta): State<Arc<Meta>>, Path(id): Path<String>) -> Result<Response, Problem> {
    let file = meta.with(|world| world.media.get(&id, meta.now()).cloned());
    let file = file.ok_or_else(|| Problem::missing("no such file"))?;
    Ok(shown(file.mime_type, file.bytes))
}

/// A file of anybody's: never a page of ours.
pub(super) fn shown(mime_type: String, bytes: Bytes) -> Response {
    let headers = [
        (header::CONTENT_TYPE, mime_type),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox".to_owned(),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "private, max-age=3600".to_owned()),
    ];
    (headers, bytes).into_response()
}
