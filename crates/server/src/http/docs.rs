//! The API's description, and a page to read it.

mod finish;
mod limits;

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{Html, IntoResponse};
use bytes::Bytes;
use serde_json::Value;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::{Modify, OpenApi};

use super::api::conversation::Asks;
use super::problem::{FieldError, ProblemBody};

const PAGE: &str = include_str!("docs/page.html");
const SCRIPT: &str = include_str!("docs/page.js");
const STYLE: &str = include_str!("docs/page.css");

/// What the routes do not say of themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Chasqui",
        description = "Open, self-hosted WhatsApp bots. Ids are opaque strings with a prefix, times are RFC 3339 UTC. \
            Every `POST` takes an `Idempotency-Key`: a repeat within 24 hours answers what the first answered.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(ProblemBody, FieldError, Asks)),
    modifiers(&Common)
)]
pub(crate) struct Description;

struct Common;

impl Modify for Common {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let components = api.components.get_or_insert_default();
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        components.add_security_scheme("token", bearer);
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("chasqui_session")));
        components.add_security_scheme("session", cookie);
        let any = ["token", "session"].map(|name| SecurityRequirement::new(name, [""; 0]));
        api.security = Some(any.into());
    }
}

/// With what no route says of itself.
#[expect(
    clippy::expect_used,
    reason = "a description is structs and maps with text for keys, which are always JSON"
)]
pub(crate) fn finished(api: &utoipa::openapi::OpenApi) -> Value {
    finish::finish(serde_json::to_value(api).expect("a description is JSON"))
}

/// The API's description, OpenAPI 3.1.
#[utoipa::path(get, path = "/api/openapi.json", tag = "operations", security(()), responses((status = 200, body = Object)))]
pub(crate) async fn openapi() -> impl IntoResponse {
    // Putting it together takes longer than anything else that nobody has to log in for.
    static TEXT: LazyLock<Bytes> = LazyLock::new(|| super::description().to_string().into());
    ([(header::CONTENT_TYPE, "application/json")], TEXT.clone())
}

/// The JSON Schema of bot files.
#[utoipa::path(get, path = "/api/bot.schema.json", tag = "operations", security(()),
    responses((status = 200, body = Object, content_type = "application/schema+json")))]
pub(crate) async fn bot_schema() -> impl IntoResponse {
    static TEXT: LazyLock<Bytes> = LazyLock::new(|| chasqui_flow::schema().to_string().into());
    ([(header::CONTENT_TYPE, "application/schema+json")], TEXT.clone())
}

/// A page to read the description.
#[utoipa::path(get, path = "/api/docs", tag = "operations", security(()),
    responses((status = 200, body = String, content_type = "text/html")))]
pub(crate) async fn page() -> Html<&'static str> {
    Html(PAGE)
}

/// The page's script.
#[utoipa::path(get, path = "/api/docs/page.js", tag = "operations", security(()),
    responses((status = 200, body = String, content_type = "text/javascript")))]
pub(crate) async fn script() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT)
}

/// The page's style.
#[utoipa::path(get, path = "/api/docs/page.css", tag = "operations", security(()),
    responses((status = 200, body = String, content_type = "text/css")))]
pub(crate) async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)
}
