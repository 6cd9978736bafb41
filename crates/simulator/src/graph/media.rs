//! Files: upload, address, download, deletion.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequest, Multipart, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chasqui_model::Timestamp;
use chasqui_model::secret::Secret;
use chasqui_whatsapp::signature;
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::Refusal;
use super::params::Params;
use super::phone_number::account_of;
use super::{Call, auth};
use crate::meta::{Meta, Note};
use crate::world::log::{Kind, Level};
use crate::world::media::{File, Origin};

const SCOPE: &str = "whatsapp_business_messaging";
/// How long an address lives.
const ADDRESS: Duration = Duration::from_mins(5);
/// The largest file of each kind, in bytes.
const LARGEST: [(&str, usize); 5] = [
    ("image/webp", 500 * 1024),
    ("image/", 5 * 1024 * 1024),
    ("video/", 16 * 1024 * 1024),
    ("audio/", 16 * 1024 * 1024),
    ("", 100 * 1024 * 1024),
];

/// A file of a multipart form.
pub(crate) struct Upload {
    pub(crate) bytes: Bytes,
    pub(crate) mime_type: String,
    pub(crate) filename: Option<String>,
    product: Option<String>,
}

/// Reads a multipart form with a part `file`.
pub(crate) async fn read_form(headers: &HeaderMap, body: Bytes) -> Result<Upload, String> {
    let mut request = Request::new(axum::body::Body::from(body));
    *request.headers_mut() = headers.clone();
    let mut form = Multipart::from_request(request, &()).await.map_err(|error| error.to_string())?;
    let (mut file, mut kind, mut product) = (None, None, None);
    while let Some(field) = form.next_field().await.map_err(|error| error.to_string())? {
        match field.name().unwrap_or_default() {
            "file" => {
                let (name, mime) =
                    (field.file_name().map(str::to_owned), field.content_type().map(str::to_owned));
                file = Some((name, mime, field.bytes().await.map_err(|error| error.to_string())?));
            }
            "type" => kind = field.text().await.ok(),
            "messaging_product" => product = field.text().await.ok(),
            _ => {}
        }
    }
    let (filename, mime, bytes) = file.ok_or("the part `file` is missing")?;
    let mime_type = kind.or(mime).unwrap_or_else(|| "application/octet-stream".to_owned());
    Ok(Upload { bytes, mime_type, filename, product })
}

/// `POST /{number}/media`.
pub(super) async fn upload(call: &Call, number: &str) -> Result<Value, Refusal> {
    account_of(call, number, SCOPE)?;
    let form = read_form(&call.headers, call.body.clone()).await.map_err(Refusal::parameter)?;
    if form.product.as_deref() != Some("whatsapp") {
        return Err(Refusal::parameter("The parameter messaging_product is required."));
    }
    if !is_supported(&form.mime_type) {
        let why = format!(
            "Param file must be a file with one of the supported types. Received file of type '{}'",
            form.mime_type
        );
        return Err(Refusal::parameter(why));
    }
    let largest =
        LARGEST.iter().find(|(kind, _)| form.mime_type.starts_with(kind)).map_or(0, |(_, largest)| *largest);
    if form.bytes.len() > largest {
        return Err(Refusal::parameter(format!("The file has more than {largest} bytes")));
    }
    let id = call.meta.id();
    let size = form.bytes.len();
    let file = File::new(
        form.bytes,
        form.mime_type,
        form.filename,
        Origin::Number(number.to_owned()),
        call.meta.now(),
    );
    call.meta.with(|world| world.media.put(id.clone(), file));
    note(&call.meta, Level::Ok, format!("File of {size} bytes uploaded"), Some(number));
    Ok(json!({ "id": id }))
}

/// The types that Meta takes.
pub(super) fn is_supported(mime_type: &str) -> bool {
    let kind = mime_type.split(';').next().unwrap_or_default().trim();
    matches!(
        kind,
        "image/jpeg"
            | "image/png"
            | "image/webp"
            | "video/mp4"
            | "video/3gpp"
            | "audio/aac"
            | "audio/amr"
            | "audio/mpeg"
            | "audio/mp4"
            | "audio/ogg"
            | "audio/opus"
            | "text/plain"
    ) || kind == "application/pdf"
        || kind == "application/msword"
        || kind.starts_with("application/vnd.ms-")
        || kind.starts_with("application/vnd.openxmlformats-officedocument.")
}

/// `GET /{media}`.
pub(super) fn get(call: &Call, id: &str) -> Result<Value, Refusal> {
    let caller = call.caller()?;
    let file = call.meta.with(|world| world.media.get(id, call.meta.now()).cloned());
    let file = file.ok_or_else(|| Refusal::no_such_node(id))?;
    let owned = |number: &str| match &file.origin {
        Origin::Number(owner) => owner == number,
        Origin::Contact => true,
    };
    if call.params.text("phone_number_id").is_some_and(|number| !owned(&number)) {
        return Err(Refusal::no_such_node(id));
    }
    if let Origin::Number(owner) = &file.origin {
        let account =
            call.meta.with(|world| world.businesses.numbers.get(owner).map(|one| one.account_id.clone()));
        caller.on_account(&account.unwrap_or_default(), SCOPE)?;
    }
    Ok(json!({
        "messaging_product": "whatsapp", "url": address(&call.meta, id), "mime_type": file.mime_type,
        "sha256": hex::encode(file.sha256), "file_size": file.bytes.len(), "id": id,
    }))
}

/// `DELETE /{media}`.
pub(super) fn delete(call: &Call, id: &str) -> Result<Value, Refusal> {
    get(call, id)?;
    call.meta.with(|world| world.media.remove(id));
    Ok(json!({"success": true}))
}

/// Where a file can be fetched for five minutes.
pub(crate) fn address(meta: &Meta, id: &str) -> String {
    let end = meta.now().after(ADDRESS).millis() / 1000;
    format!("{}/whatsapp_business/attachments/?mid={id}&ext={end}&hash={}", meta.base, hash(id, end))
}

fn hash(id: &str, end: i64) -> String {
    signature::sign(&Secret::new("addresses of files"), format!("{id} {end}").as_bytes())[7..27].to_owned()
}

#[derive(Deserialize)]
pub(super) struct Address {
    mid: String,
    ext: i64,
    hash: String,
}

/// `GET` of such an address: with a token and a user agent, else nothing.
pub(super) async fn download(
    State(meta): State<Arc<Meta>>,
    Query(address): Query<Address>,
    headers: HeaderMap,
) -> Response {
    let missing = || (StatusCode::NOT_FOUND, "Not found").into_response();
    let agent = headers.get(header::USER_AGENT).is_some_and(|agent| !agent.is_empty());
    if !agent || address.hash != hash(&address.mid, address.ext) {
        return missing();
    }
    let fault = meta.with(|world| world.faults.strike("media", None, meta.now()));
    if let Some(fault) = &fault
        && let Some(instead) = super::instead(fault).await
    {
        return instead;
    }
    if let Err(refusal) = auth::caller(&meta, &headers, &Params::default())
        && refusal.code != 100
    {
        return refusal.into_response();
    }
    if meta.now() >= Timestamp::from_seconds(address.ext) {
        return missing();
    }
    let Some(file) = meta.with(|world| world.media.get(&address.mid, meta.now()).cloned()) else {
        return missing();
    };
    note(&meta, Level::Ok, format!("File of {} bytes fetched", file.bytes.len()), None);
    match fault {
        Some(fault) if fault.drop.is_some() => super::broken(),
        Some(fault) if fault.garbage => super::garbage(),
        Some(_) | None => ([(header::CONTENT_TYPE, file.mime_type)], file.bytes).into_response(),
    }
}

fn note(meta: &Meta, level: Level, text: String, number: Option<&str>) {
    meta.log(Note { kind: Kind::Media, level, text, phone_number_id: number, wa_id: None, ms: None });
}
