//! Files: what contacts sent, for people to look at, and what people upload to send.

use std::time::Duration;

use axum::Extension;
use axum::Json as Answer;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chasqui_model::account::Account;
use chasqui_model::filename::{self, Place};
use chasqui_model::media::{Media, State as Fetched, kind};
use chasqui_model::quota::Kind;
use chasqui_model::{Id, Timestamp};
use chasqui_runtime::{NotReceived, Received};
use chasqui_store::crash_point;
use chasqui_store::noun::quota::Room;
use futures::StreamExt as _;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{audited, cursor};
use crate::app::App;
use crate::http::auth::{Builder, Caller, Viewer};
use crate::http::download;
use crate::http::input::{Asked, PathId};
use crate::http::origin;
use crate::http::page::{List, Page};
use crate::http::problem::Problem;
use crate::office::talk::SentKind;

/// How long an upload may take.
const WITHIN: Duration = Duration::from_mins(10);
/// What a file may do in a browser: nothing.
const CSP: &str = "sandbox; default-src 'none'; media-src 'self'; style-src 'unsafe-inline'";

/// A file.
#[derive(Serialize, ToSchema)]
pub(crate) struct MediaView {
    #[schema(value_type = String, example = "med_0192")]
    id: Id<Media>,
    mime_type: String,
    size: Option<i64>,
    filename: Option<String>,
    /// As what WhatsApp takes a file of this type; null: not at all.
    sent_as: Option<SentAs>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// What WhatsApp takes.
#[derive(Serialize, ToSchema)]
pub(crate) struct SentAs {
    kind: SentKind,
    /// Most bytes that WhatsApp takes of it.
    largest: u64,
    /// Whether this file has no more.
    fits: bool,
}

impl MediaView {
    fn of(file: Media) -> Self {
        let Media { id, mime_type, size, filename, created_at, .. } = file;
        let sent_as = kind::sendable(&mime_type).map(|(kind, largest)| SentAs {
            kind: kind.into(),
            largest,
            fits: size.is_some_and(|size| u64::try_from(size).is_ok_and(|size| size <= largest)),
        });
        Self { id, mime_type, size, filename, sent_as, created_at }
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
        (status = 307, description = "It is at the origin of files, by a link that works for 5 minutes"),
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
    match &app.site.files_url {
        Some(files) => origin::lead(&app, files, &here(&app, found)?),
        None => show(&app, found).await,
    }
}

/// The bytes of a file that is kept for a day, for everybody who has its link.
#[utoipa::path(get, path = "/files/{token}", tag = "media", params(("token" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 307, description = "It is at the origin of files"),
        (status = 404, description = "No such link, or its time is over")))]
pub(crate) async fn by_link(
    State(app): State<App>,
    of_files: Option<Extension<origin::OfFiles>>,
    axum::extract::Path(token): axum::extract::Path<String>,
) -> Result<Response, Problem> {
    if let (Some(files), None) = (&app.site.files_url, of_files) {
        return Ok(origin::lead_by(files, &token));
    }
    let found = app.store.file_of_token(&token, app.clock.now()).await?;
    let mut answer = show(&app, found).await?;
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    Ok(answer)
}

/// A file that is here and whose time is not over.
fn here(app: &App, found: Option<Media>) -> Result<Media, Problem> {
    let now = app.clock.now();
    let is_here =
        |file: &Media| file.state == Fetched::Stored && file.expires_at.is_none_or(|until| now < until);
    found.filter(is_here).ok_or_else(Problem::not_found)
}

/// A file's bytes, unless its time is over.
async fn show(app: &App, found: Option<Media>) -> Result<Response, Problem> {
    let file = here(app, found)?;
    let opened = app.runtime.files().stream(file.id).await.map_err(|_| Problem::not_found())?;
    let mut opened = opened.peekable();
    let head = match std::pin::Pin::new(&mut opened).peek().await {
        Some(Ok(piece)) => piece.slice(..piece.len().min(kind::HEAD)),
        Some(Err(_)) | None => Bytes::new(),
    };
    // What contacts send is theirs: a browser must neither guess what it is nor run it. The type goes out in our words, and
    // one that is a list, however it is written, is none.
    let essence = kind::essence(&file.mime_type).filter(|essence| kind::may_be_shown(essence, &head));
    let shown = essence.map(|essence| kind::with_codec(&essence, &head));
    let place = if shown.is_some() { Place::Inline } else { Place::Attachment };
    let mime_type = shown.as_deref().unwrap_or("application/octet-stream");
    let named = download::placed(place, mime_type, file.filename.as_deref())?;
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600")),
        (HeaderName::from_static("content-security-policy"), HeaderValue::from_static(CSP)),
    ];
    Ok((named, headers, Body::from_stream(opened)).into_response())
}

/// Uploads a file to send, up to 100 MiB. The body is the file; its type is the header `Content-Type`.
#[utoipa::path(post, path = "/media", tag = "media", params(Named),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = MediaView),
        (status = 409, description = "The account keeps as many files as it may"),
        (status = 413, description = "The file has more than 100 MiB"),
        (status = 422, description = "No file, no type, or the bytes are not what the type says")))]
pub(crate) async fn upload(
    State(app): State<App>,
    Builder(caller): Builder,
    Asked(named): Asked<Named>,
    request: Request,
) -> Result<(StatusCode, Answer<MediaView>), Problem> {
    let claimed = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let claimed = claimed.and_then(kind::essence).ok_or_else(|| {
        Problem::field("", "type", "Name exactly one type in `Content-Type`, for example `image/png`.")
    })?;
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let length = length.and_then(|length| length.parse::<u64>().ok()).unwrap_or_default();
    if length > kind::LARGEST {
        return Err(too_large());
    }
    has_room(&app, caller.account, length).await?;
    let id = app.clock.id();
    let received = receive(&app, id, request.into_body()).await?;
    crash_point!("K12");
    let kept = match judge(&claimed, &received) {
        Ok(mime_type) => add(&app, &caller, id, mime_type, received, named).await,
        Err(problem) => Err(problem),
    };
    if kept.is_err() {
        // A file without a row is found by nobody; one that stays here is cleared away later.
        let _ = app.runtime.files().remove(id).await;
    }
    app.runtime.files().settle(id).await;
    kept.map(|file| (StatusCode::CREATED, Answer(MediaView::of(file))))
}

/// Refuses an upload for which there is no room before its bytes come.
async fn has_room(app: &App, account: Id<Account>, length: u64) -> Result<(), Problem> {
    let limits = app.limits(account).await?;
    let (files, bytes) = app.store.uploads_in_use(account).await?;
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    for (kind, after) in [(Kind::Files, files + 1), (Kind::FileBytes, bytes.saturating_add(length))] {
        let limit = limits.of(kind);
        if after > limit {
            return Err(chasqui_store::Error::Full(Room { kind, limit }).into());
        }
    }
    Ok(())
}

/// Adds the row of a file whose bytes are here.
async fn add(
    app: &App,
    caller: &Caller,
    id: Id<Media>,
    mime_type: String,
    received: Received,
    named: Named,
) -> Result<Media, Problem> {
    let size = i64::try_from(received.size).unwrap_or(i64::MAX);
    let filename = named.filename.as_deref().and_then(filename::safe);
    let file = Media {
        id,
        account: caller.account,
        integration: None,
        contact: None,
        state: Fetched::Stored,
        mime_type,
        size: Some(size),
        sha256: Some(received.sha256),
        filename,
        meta_id: None,
        expires_at: None,
        created_at: app.clock.now(),
    };
    let detail = serde_json::json!({ "size": size });
    let store = audited(app, caller, "media.upload", id, detail);
    let store = app.within(&store, caller.account, &[Kind::Files, Kind::FileBytes]).await?;
    store.insert_media(&file).await?;
    Ok(file)
}

async fn receive(app: &App, id: Id<Media>, body: Body) -> Result<Received, Problem> {
    let receiving = app.runtime.files().receive(id, body.into_data_stream(), kind::LARGEST);
    let received = tokio::time::timeout(WITHIN, receiving).await.unwrap_or(Err(NotReceived::TooSlow));
    received.map_err(|error| match error {
        NotReceived::TooLarge => too_large(),
        NotReceived::TooSlow => {
            Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow", "The file did not arrive in time.")
        }
        NotReceived::Broken => {
            Problem::new(StatusCode::BAD_REQUEST, "incomplete", "The body did not arrive as a whole.")
        }
        NotReceived::Disk(error) => {
            tracing::error!(%error, "a file could not be written");
            Problem::unavailable("The file could not be written. Try again in a moment.")
        }
    })
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "A file has at most 100 MiB.")
}

/// The type that a file is kept with. What names no type is looked at.
fn judge(claimed: &str, file: &Received) -> Result<String, Problem> {
    if file.size == 0 {
        return Err(Problem::field("", "empty", "The file is empty."));
    }
    if claimed == "application/octet-stream" {
        return Ok(kind::with_codec(kind::detected(&file.head).unwrap_or(claimed), &file.head));
    }
    if !kind::agrees(claimed, &file.head) {
        let words = format!("The bytes of the file are not {claimed}. Upload it with its own type.");
        return Err(Problem::field("", "type", words));
    }
    Ok(kind::with_codec(claimed, &file.head))
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
