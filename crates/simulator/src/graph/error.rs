//! Refusals in Meta's envelope.

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chasqui_model::clock::random_bytes;
use serde_json::{Value, json};

use crate::world::fault::FaultKind;

/// A call that Meta refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) http: u16,
    pub(crate) code: i64,
    subcode: Option<i64>,
    is_transient: Option<bool>,
    title: String,
    pub(crate) details: Option<String>,
    kind: &'static str,
}

impl Refusal {
    pub(crate) fn new(http: u16, code: i64, title: impl Into<String>) -> Self {
        let title = title.into();
        Self { http, code, subcode: None, is_transient: None, title, details: None, kind: "OAuthException" }
    }

    /// With the HTTP status that goes with the code.
    pub(crate) fn code(code: i64, details: impl Into<String>) -> Self {
        let title = chasqui_words::meta::explain(code, chasqui_model::account::Language::En)
            .map_or("Unknown error", |words| words.cause);
        Self { details: Some(details.into()), ..Self::new(http_of(code), code, title) }
    }

    pub(crate) fn subcode(self, subcode: i64) -> Self {
        Self { subcode: Some(subcode), ..self }
    }

    /// The refusal that a fault orders, for those with a code.
    pub(crate) fn ordered(fault: &FaultKind) -> Option<Self> {
        let details = fault.details.clone().unwrap_or_else(|| "ordered at the simulator".to_owned());
        let plain = Self::code(fault.code?, details);
        let http = fault.http.unwrap_or(plain.http);
        Some(Self { http, subcode: fault.subcode, is_transient: fault.is_transient, ..plain })
    }

    pub(crate) fn method_exception(self) -> Self {
        Self { kind: "GraphMethodException", ..self }
    }

    /// A needed part is missing.
    pub(crate) fn missing(part: &str) -> Self {
        Self::code(131_008, format!("{part} is missing"))
    }

    /// A part has a value that is not accepted.
    pub(crate) fn invalid(part: &str, why: &str) -> Self {
        Self::code(131_009, format!("{part} {why}"))
    }

    /// A bad parameter. Meta says so in the message itself.
    pub(crate) fn parameter(why: impl Into<String>) -> Self {
        let why = why.into();
        Self { details: Some(why.clone()), ..Self::new(http_of(100), 100, why) }
    }

    /// An id that is not there, or that the token may not see.
    pub(crate) fn no_such_node(id: &str) -> Self {
        let why = format!(
            "Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation"
        );
        Self::code(33, why).method_exception()
    }

    pub(crate) fn body(&self) -> Value {
        let mut error = json!({
            "message": format!("(#{}) {}", self.code, self.title), "type": self.kind, "code": self.code,
        });
        if let Some(details) = &self.details {
            error["error_data"] = json!({"messaging_product": "whatsapp", "details": details});
        }
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = json!(subcode);
        }
        if let Some(transient) = self.is_transient {
            error["is_transient"] = json!(transient);
        }
        error["fbtrace_id"] = json!(trace_id());
        json!({ "error": error })
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        json_response(self.http, &self.body())
    }
}

/// The HTTP status of a code.
fn http_of(code: i64) -> u16 {
    match code {
        0 | 102 | 104 | 190 => 401,
        10 | 200..=299 | 368 | 130_497 | 131_005 | 131_031 | 131_207 | 131_215 => 403,
        803 | 132_001 => 404,
        3 | 131_000 | 131_016 | 131_045 | 131_057 | 133_000 | 134_102 => 500,
        2 | 133_004 => 503,
        _ => 400,
    }
}

pub(crate) fn trace_id() -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random_bytes::<17>())
}

/// An answer as the Graph API gives it.
pub(crate) fn json_response(status: u16, body: &Value) -> Response {
    Response::builder()
        .status(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST))
        .header(header::CONTENT_TYPE, "application/json; charset=UTF-8")
        .header("x-fb-trace-id", trace_id())
        .body(Body::from(body.to_string()))
        .unwrap_or_default()
}

/// A page where JSON is expected, as proxies and failing servers send it.
pub(crate) fn page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let text = format!("<!DOCTYPE html><html><body><h1>{status}</h1></body></html>");
    (status, [(header::CONTENT_TYPE, "text/html")], text).into_response()
}

/// Stands in a response that is never sent: the connection breaks instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Break;

pub(crate) fn broken() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(Break);
    response
}
