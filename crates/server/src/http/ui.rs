//! The web UI, shipped inside the binary.

use std::borrow::Cow;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::problem::Problem;
use crate::app::App;
use crate::token;

#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist/app"]
struct Files;

const PAGE: &str = "index.html";
/// Vite puts a hash into the names of what stands here: another content has another name.
const HASHED: &str = "assets/";

/// What our pages may do. Their own scripts and styles only: `base-uri` and `form-action` have no `default-src` to fall back to.
const CSP: &str = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";
/// Where the page says which styles are its own, for the libraries that write some into it.
const NONCE: &str = "<head>";
/// A year. Sub-domains are somebody else's question.
const HSTS: &str = "max-age=31536000";

/// Everything that no route answers: a file of the web UI, or its page, whose own router knows the address. What looks
/// like the API is not there.
pub(crate) async fn serve(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let ours = |prefix: &str| path == prefix || path.starts_with(&format!("{prefix}/"));
    if ours("api") || ours("webhooks") || ours("_sim") {
        return Problem::new(StatusCode::NOT_FOUND, "no_such_route", "There is no such route.")
            .into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return method_not_allowed().await.into_response();
    }
    if path != PAGE
        && let Some(response) = file(path)
    {
        return response;
    }
    // A missing file must not come back as a page: a browser would take it for the script it asked for.
    if path.starts_with(HASHED) {
        return StatusCode::NOT_FOUND.into_response();
    }
    page().unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// The page, with a number of its own that its styles carry.
fn page() -> Option<Response> {
    let file = Files::get(PAGE)?;
    let nonce = token::random();
    let told = format!("{NONCE}<meta property=\"csp-nonce\" nonce=\"{nonce}\">");
    let text = std::str::from_utf8(&file.data).ok()?.replacen(NONCE, &told, 1);
    let policy = HeaderValue::try_from(format!("{CSP}; style-src 'self' 'nonce-{nonce}'")).ok()?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    Some((headers, text).into_response())
}

fn file(path: &str) -> Option<Response> {
    let file = Files::get(path)?;
    let kind = file.metadata.mimetype();
    let charset = if kind.starts_with("text/") { "; charset=utf-8" } else { "" };
    let kind = HeaderValue::try_from(format!("{kind}{charset}")).ok()?;
    let cache = if path.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, HeaderValue::from_static(cache))];
    // What stands in the binary is not copied for each who asks: slow readers would hold a copy each.
    let bytes = match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    };
    Some((headers, bytes).into_response())
}

/// The answer of a process that only works to everything that is not about itself.
pub(crate) async fn not_served_here() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "no_such_route",
        "This process runs bots (--role worker): pages, the API and webhooks are served by those with --role web or all.",
    )
}

/// The answer to a method that a route does not have.
pub(crate) async fn method_not_allowed() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This route does not have this method.",
    )
}

/// What browsers may do with our answers. What the API says is nobody's to keep.
pub(crate) async fn harden(State(app): State<App>, request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/v1/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // A file of somebody's has a stricter one.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(CSP));
    if app.site.is_secure() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    if api {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}
