//! The web UI, shipped inside the binary.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;

#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist/app"]
struct Files;

const PAGE: &str = "index.html";
/// Vite puts a hash into the names of what stands here: another content has another name.
const HASHED: &str = "assets/";

const CSP: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
    font-src 'self'; connect-src 'self'; frame-ancestors 'none'";

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
    if let Some(response) = file(path) {
        return response;
    }
    // A missing file must not come back as a page: a browser would take it for the script it asked for.
    if path.starts_with(HASHED) {
        return StatusCode::NOT_FOUND.into_response();
    }
    file(PAGE).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

fn file(path: &str) -> Option<Response> {
    let file = Files::get(path)?;
    let kind = file.metadata.mimetype();
    let charset = if kind.starts_with("text/") { "; charset=utf-8" } else { "" };
    let kind = HeaderValue::try_from(format!("{kind}{charset}")).ok()?;
    let cache = if path.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, HeaderValue::from_static(cache))];
    Some((headers, file.data.into_owned()).into_response())
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
pub(crate) async fn harden(request: Request, next: Next) -> Response {
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
    if api {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}
