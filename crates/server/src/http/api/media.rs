//! Files: what contacts sent, for people to look at, and what people upload to send.

use axum::Json as Answer;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chasqui_model::media::{Media, State as Fetched};
use chasqui_model::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::{audited, cursor};
use crate::app::App;
use crate::http::auth::{Builder, Viewer};
use crate::http::input::{Asked, PathId};
use crate::http::page::{List, Page};
use crate::http::problem::Problem;

/// What a browser may show in its place; everything else is only saved.
const SHOWN: &[&str] = &["image/jpeg", "image/png", "image/webp", "audio/", "video/"];

/// A file.
#[derive(Serialize, ToSchema)]
pub(crate) struct MediaView {
    #[schema(value_type = String, example = "med_0192")]
    id: Id<Media>,
    mime_type: String,
    size: Option<i64>,
    filename: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl MediaView {
    fn of(file: Media) -> Self {
        let Media { id, mime_type, size, filename, created_at, .. } = file;
        Self { id, mime_type, size, filename, created_at }
    }
}

/// What is uploaded.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Named {
    /// What the file is called.
    filename: Option<String>,
}

/// The files that people of this account uploaded, newest first. What contacts sent is not among them.
#[utoipa::path(get, path = "/media", tag = "media", params(Page), responses((status = 200, body = List<MediaView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Viewer(caller): Viewer,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<MediaView>>, Problem> {
    let rows = app.store.uploaded_media(caller.account, page.after()?, page.fetch()?).await?;
    Ok(Answer(List::new(&page, rows, |file| cursor(file.id), MediaView::of)?))
}

/// The bytes of a file: by our id, or by Meta's as it stands in a message.
#[utoipa::path(get, path = "/media/{id}", tag = "media", params(("id" = String, Path)),
    responses((status = 200, description = "In its own type, where a browser may show it", body = Vec<u8>, content_type = "*/*"),
        (status = 404, description = "Not here: not fetched yet, or it cannot be had")))]
pub(crate) async fn bytes(
    State(app): State<App>,
    Viewer(caller): Viewer,
    axum::extract::Path(id): axum::extract::Path<String>,
) -> Result<Response, Problem> {
    let found = match id.parse() {
        Ok(id) => app.store.media(caller.account, id).await?,
        Err(_) => app.store.media_by_meta_id(caller.account, &id).await?,
    };
    show(&app, found).await
}

/// The bytes of a file that is kept for a day, for everybody who has its link.
#[utoipa::path(get, path = "/files/{token}", tag = "media", params(("token" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, description = "No such link, or its time is over")))]
pub(crate) async fn by_link(
    State(app): State<App>,
    axum::extract::Path(token): axum::extract::Path<String>,
) -> Result<Response, Problem> {
    let found = app.store.file_of_token(&token, app.clock.now()).await?;
    let mut answer = show(&app, found).await?;
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    Ok(answer)
}

/// A file's bytes, unless its time is over.
async fn show(app: &App, found: Option<Media>) -> Result<Response, Problem> {
    let now = app.clock.now();
    let is_here =
        |file: &Media| file.state == Fetched::Stored && file.expires_at.is_none_or(|until| now < until);
    let file = found.filter(is_here).ok_or_else(Problem::not_found)?;
    let opened = app.runtime.files().stream(file.id).await.map_err(|_| Problem::not_found())?;
    let shown = SHOWN.iter().any(|kind| file.mime_type.starts_with(kind));
    let name: String = file
        .filename
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "._- ".contains(*c))
        .collect();
    let place = if shown { "inline" } else { "attachment" };
    let place = if name.is_empty() { place.to_owned() } else { format!("{place}; filename=\"{name}\"") };
    // What contacts send is theirs: a browser must neither guess what it is nor run it.
    let kind = if shown { file.mime_type.as_str() } else { "application/octet-stream" };
    let header = |text: &str| HeaderValue::try_from(text).map_err(|_| Problem::internal());
    let headers = [
        (header::CONTENT_TYPE, header(kind)?),
        (header::CONTENT_DISPOSITION, header(&place)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600")),
        (HeaderName::from_static("content-security-policy"), HeaderValue::from_static("sandbox")),
    ];
    Ok((headers, Body::from_stream(opened)).into_response())
}

/// Uploads a file to send. The body is the file; its type is the header `Content-Type`.
#[utoipa::path(post, path = "/media", tag = "media", params(Named),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = MediaView), (status = 422, description = "No file, or no type")))]
pub(crate) async fn upload(
    State(app): State<App>,
    Builder(caller): Builder,
    Asked(named): Asked<Named>,
    request: Request,
) -> Result<(StatusCode, Answer<MediaView>), Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).map(|kind| kind.trim().to_lowercase());
    let kind = kind.filter(|kind| kind.split_once('/').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty()));
    let kind = kind.ok_or_else(|| Problem::field("", "type", "Say in `Content-Type` what the file is."))?;
    // Received as a whole before, up to the limit of API requests.
    let bytes = axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap_or_default();
    if bytes.is_empty() {
        return Err(Problem::field("", "empty", "The file is empty."));
    }
    let (id, now) = (app.clock.id(), app.clock.now());
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let filename = named.filename.map(|name| name.chars().filter(|c| !c.is_control()).take(240).collect());
    app.runtime.files().write(id, bytes.clone()).await.map_err(|error| {
        tracing::error!(%error, "a file could not be written");
        Problem::unavailable("The file could not be written. Try again in a moment.")
    })?;
    let file = Media {
        id,
        account: caller.account,
        integration: None,
        contact: None,
        state: Fetched::Stored,
        mime_type: kind,
        size: Some(size),
        sha256: Some(sha256),
        filename,
        meta_id: None,
        expires_at: None,
        created_at: now,
    };
    let detail = serde_json::json!({ "size": size });
    audited(&app, &caller, "media.upload", id, detail).insert_media(&file).await?;
    Ok((StatusCode::CREATED, Answer(MediaView::of(file))))
}

/// Deletes a file that somebody uploaded. What contacts sent goes with the contact.
#[utoipa::path(delete, path = "/media/{id}", tag = "media", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn delete(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<Media>,
) -> Result<StatusCode, Problem> {
    let store = audited(&app, &caller, "media.delete", id, serde_json::json!({}));
    if !store.delete_media(caller.account, id).await? {
        return Err(Problem::not_found());
    }
    // A file without a row is found by nobody.
    let _ = app.runtime.files().remove(id).await;
    Ok(StatusCode::NO_CONTENT)
}
