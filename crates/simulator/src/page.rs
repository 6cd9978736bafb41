//! The phone in the browser: the built files of `web/dist/phone`, or a page that says how to build them.

use std::borrow::Cow;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use rust_embed::RustEmbed;

use crate::meta::Meta;

#[derive(RustEmbed)]
#[folder = "$CHASQUI_PHONE_DIR"]
struct Embedded;

/// Nothing from elsewhere, and no style or script that stands in the page itself.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

/// The routes of the page. `assets`: a directory to take the files from instead.
pub(crate) fn router(assets: Option<PathBuf>) -> Router<Arc<Meta>> {
    let assets = Arc::new(assets);
    let file = {
        let assets = Arc::clone(&assets);
        async move |Path(path): Path<String>| serve(assets.as_deref(), &path)
    };
    let index = async move || serve(assets.as_deref(), "index.html");
    Router::new()
        .route("/", get(async || Redirect::temporary("/phone")))
        .route("/phone", get(index.clone()))
        .route("/phone/", get(index))
        .route("/phone/{*path}", get(file))
}

fn serve(assets: Option<&FilePath>, path: &str) -> Response {
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    match find(assets, path).map(|bytes| (path, bytes)) {
        Some((path, bytes)) => answer(path, bytes),
        // An address inside the page.
        None if !is_file => find(assets, "index.html")
            .map_or_else(|| StatusCode::NOT_FOUND.into_response(), |bytes| answer("index.html", bytes)),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn find(assets: Option<&FilePath>, path: &str) -> Option<Cow<'static, [u8]>> {
    if path.split('/').any(|part| part == "..") {
        return None;
    }
    // While developing, what was built since counts.
    let built = cfg!(debug_assertions).then(|| FilePath::new(env!("CHASQUI_PHONE_BUILT")));
    let on_disk = assets.or(built).and_then(|root| std::fs::read(root.join(path)).ok());
    on_disk.map(Cow::Owned).or_else(|| Embedded::get(path).map(|file| file.data))
}

fn answer(path: &str, bytes: Cow<'static, [u8]>) -> Response {
    // Vite puts a hash into the names under `assets/`.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let body = match bytes {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    let headers = [
        (header::CONTENT_TYPE, mime_type(path)),
        (header::CACHE_CONTROL, cache),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, body).into_response()
}

fn mime_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        _ => "application/octet-stream",
    }
}
