//! The Graph API, as far as a business needs it: which call it is, what was ordered to go wrong, who calls.

mod account;
mod auth;
mod block;
mod check;
pub(crate) mod error;
mod fields;
mod fill;
mod media;
mod messages;
mod params;
mod phone_number;
mod possible;
mod profile;
mod read;
mod registration;
mod subscription;
mod take;
mod template;
mod thread;
mod token;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use serde_json::{Value, json};

use self::error::{Refusal, broken, json_response, page};
pub(crate) use self::media::{address, read_form};
use self::params::Params;
pub(crate) use self::template::variables;
use crate::meta::{Meta, Note};
use crate::world::fault::{FaultKind, Moment};
use crate::world::log::{Kind, Level};
use crate::world::version;

/// The largest file, and some room around it.
const LONGEST_BODY: usize = 110 * 1024 * 1024;
/// How long a call hangs before the connection is given up.
const HANGING: Duration = Duration::from_mins(10);

pub(crate) fn router() -> Router<Arc<Meta>> {
    Router::new()
        .route("/whatsapp_business/attachments/", get(media::download))
        .route("/{version}/", any(root))
        .route("/{version}/{*path}", any(graph))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
}

/// One call.
pub(crate) struct Call {
    pub(crate) meta: Arc<Meta>,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) params: Params,
    pub(crate) body: Bytes,
}

impl Call {
    fn content_type(&self) -> &str {
        self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as an object: JSON, or a form whose values may be JSON.
    fn object(&self) -> Result<Value, Refusal> {
        let object = if self.content_type().starts_with("application/x-www-form-urlencoded") {
            Some(self.params.object())
        } else {
            serde_json::from_slice(&self.body).ok().filter(Value::is_object)
        };
        object.ok_or_else(|| Refusal::parameter("The parameter messaging_product is required."))
    }

    pub(crate) fn caller(&self) -> Result<auth::Caller, Refusal> {
        auth::caller(&self.meta, &self.headers, &self.params)
    }
}

/// A call without a path names several nodes, which is over.
async fn root(State(meta): State<Arc<Meta>>, Path(version): Path<String>, request: Request) -> Response {
    graph(State(meta), Path((version, String::new())), request).await
}

async fn graph(
    State(meta): State<Arc<Meta>>,
    Path((version, path)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LONGEST_BODY).await else {
        return Refusal::parameter("The request is too large").into_response();
    };
    let Some(serving) = version::serving(&version, meta.now()) else {
        return Refusal::new(400, 2500, format!("Unknown path components: /{version}/{path}"))
            .into_response();
    };
    let mut call =
        Call { meta, method: parts.method, headers: parts.headers, params: Params::default(), body };
    let is_file = call.content_type().starts_with("multipart/");
    let read = if is_file { &[][..] } else { &call.body[..] };
    call.params = Params::read(parts.uri.query(), call.content_type(), read);
    let path: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let over = ["ids", "date_format"].iter().find(|key| call.params.query(key).is_some());
    let mut answer = match over {
        // Gone from all versions since 27 October 2026.
        Some(key) => Refusal::parameter(format!("The parameter {key} is not supported.")).into_response(),
        None => faulty(&call, &path).await,
    };
    if let Ok(serving) = HeaderValue::from_str(&serving) {
        answer.headers_mut().insert("facebook-api-version", serving);
    }
    answer
}

/// The call with what was ordered to go wrong.
async fn faulty(call: &Call, path: &[&str]) -> Response {
    let (route, number) = route(call, path);
    let fault = call.meta.with(|world| world.faults.strike(route, number.as_deref(), call.meta.now()));
    let Some(fault) = fault else {
        return dispatch(call, path, None).await.unwrap_or_else(IntoResponse::into_response);
    };
    call.meta.log(Note {
        kind: Kind::Fault,
        level: Level::Warn,
        text: format!("Fault on {route}: {}", words(&fault)),
        phone_number_id: number.as_deref(),
        wa_id: None,
        ms: None,
    });
    if let Some(instead) = instead(&fault).await {
        return instead;
    }
    let late = fault.code.filter(|_| fault.late);
    let answer = dispatch(call, path, late).await.unwrap_or_else(IntoResponse::into_response);
    if fault.drop == Some(Moment::After) {
        return broken();
    }
    if fault.garbage { garbage() } else { answer }
}

/// What a fault puts in place of an answer, once its latency is over.
pub(crate) async fn instead(fault: &FaultKind) -> Option<Response> {
    if let Some(latency) = fault.latency_ms {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    if let Some(status) = fault.http.filter(|_| fault.code.is_none()) {
        return Some(page(status));
    }
    if fault.hang {
        tokio::time::sleep(HANGING).await;
        return Some(broken());
    }
    if fault.drop == Some(Moment::Before) {
        return Some(broken());
    }
    Refusal::ordered(fault).filter(|_| !fault.late).map(IntoResponse::into_response)
}

pub(crate) fn garbage() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], "\u{1}{\"messages\":[{\"id\":").into_response()
}

fn words(fault: &FaultKind) -> String {
    serde_json::to_string(fault).unwrap_or_default()
}

/// The name that faults know a call by, and the number it is about.
fn route(call: &Call, path: &[&str]) -> (&'static str, Option<String>) {
    let first = path[0];
    let number = |id: &str| Some(id.to_owned());
    let (is_number, is_account, is_file) = call.meta.with(|world| {
        let businesses = &world.businesses;
        let file = world.media.get(first, call.meta.now()).is_some();
        (businesses.numbers.contains_key(first), businesses.accounts.contains_key(first), file)
    });
    match path {
        ["oauth", ..] | ["debug_token"] => ("token", None),
        [id, "messages" | "marketing_messages"] => ("messages", number(id)),
        [id, "media"] => ("media", number(id)),
        [id, "register" | "deregister" | "request_code" | "verify_code"] => ("registration", number(id)),
        [id, "whatsapp_business_profile"] => ("profile", number(id)),
        [id, "block_users"] => ("block_users", number(id)),
        [id, "thread_control"] => ("thread_control", number(id)),
        [_, "message_templates"] => ("templates", None),
        [_, "subscriptions" | "subscribed_apps"] => ("subscriptions", None),
        [id] if is_number => ("phone_number", number(id)),
        [_] if is_file => ("media", call.params.text("phone_number_id")),
        [_, ..] if is_account => ("account", None),
        _ => ("other", number(first)),
    }
}

/// `late`: a code with which a message that is taken fails later.
async fn dispatch(call: &Call, path: &[&str], late: Option<i64>) -> Result<Response, Refusal> {
    let answer: Value = match (call.method.as_str(), path) {
        ("POST", [number, edge @ ("messages" | "marketing_messages")]) => {
            let is_marketing = *edge == "marketing_messages";
            return messages::post(call, number, is_marketing, late).await;
        }
        ("POST", [number, "media"]) => media::upload(call, number).await?,
        ("GET" | "POST", ["oauth", "access_token"]) => token::exchange(call)?,
        ("GET", ["debug_token"]) => token::debug(call)?,
        (_, [app, "subscriptions"]) => subscription::of_app(call, app).await?,
        (_, [account, "subscribed_apps"]) => subscription::of_account(call, account).await?,
        (_, [account, "message_templates"]) => template::of_account(call, account)?,
        ("GET", [account, "phone_numbers"]) => account::numbers(call, account)?,
        (_, [number, "block_users"]) => {
            let (status, answer) = block::of_number(call, number)?;
            return Ok(json_response(status, &answer));
        }
        (_, [number, "whatsapp_business_profile"]) => profile::of_number(call, number)?,
        ("POST", [number, "conversational_automation"]) => profile::automation(call, number)?,
        ("POST", [number, "thread_control"]) => thread::control(call, number)?,
        ("POST", [number, "register"]) => registration::register(call, number)?,
        ("POST", [number, "deregister"]) => registration::deregister(call, number)?,
        ("POST", [number, "request_code"]) => registration::request_code(call, number)?,
        ("POST", [number, "verify_code"]) => registration::verify_code(call, number)?,
        ("POST", [number, "settings"]) => phone_number::settings(call, number)?,
        ("POST", [id, "unpause"]) => template::unpause(call, id)?,
        (_, [id]) => node(call, id).await?,
        _ => return Err(Refusal::new(400, 2500, format!("Unknown path components: /{}", path.join("/")))),
    };
    Ok(json_response(200, &answer))
}

/// A bare id: a number, a business account, a file or a template.
async fn node(call: &Call, id: &str) -> Result<Value, Refusal> {
    let (is_number, is_account, is_template) = call.meta.with(|world| {
        let businesses = &world.businesses;
        let is_template = businesses.template(id).is_some();
        (businesses.numbers.contains_key(id), businesses.accounts.contains_key(id), is_template)
    });
    match call.method.as_str() {
        "GET" if is_number => phone_number::get(call, id),
        "POST" if is_number => phone_number::change(call, id).await,
        "GET" if is_account => account::get(call, id),
        "GET" if is_template => template::get(call, id),
        "POST" if is_template => template::edit(call, id),
        "GET" => media::get(call, id),
        "DELETE" => media::delete(call, id),
        _ => Err(Refusal::no_such_node(id)),
    }
}

/// A part of a list, with cursors for what is before and after it.
fn page_of(call: &Call, all: &[Value]) -> Result<Value, Refusal> {
    let text = |key| call.params.text(key);
    let limit = text("limit").and_then(|limit| limit.parse().ok()).unwrap_or(25_usize).clamp(1, 1000);
    let place = |cursor: &str| {
        let place = cursor.strip_prefix("QVFI").and_then(|place| place.parse().ok());
        let wrong = || Refusal::code(131_059, "The cursor is not valid");
        place.filter(|place: &usize| *place <= all.len()).ok_or_else(wrong)
    };
    let start = match (text("after"), text("before")) {
        (Some(after), _) => place(&after)?,
        (None, Some(before)) => place(&before)?.saturating_sub(limit),
        (None, None) => 0,
    };
    let end = (start + limit).min(all.len());
    Ok(json!({"data": &all[start..end],
        "paging": {"cursors": {"before": format!("QVFI{start}"), "after": format!("QVFI{end}")}}}))
}
