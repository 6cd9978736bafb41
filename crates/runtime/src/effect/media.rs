//! Files that contacts sent are fetched and kept. Those that bots send are given to Meta where messages leave (`deliver`).

use std::sync::Arc;
use std::time::Duration;

use chasqui_flow::{CallError, CallErrorKind, MediaRequest, StoredMedia};
use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::media::{Media, State};
use chasqui_whatsapp::client;
use chasqui_whatsapp::client::DownloadError;

use crate::Inner;

/// Largest file Meta passes on
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media>).
const LARGEST: u64 = 100 * 1024 * 1024;
/// How often a file is asked for. Meta offers it for five minutes at a time, for seven days.
const ATTEMPTS: u32 = 4;
/// How long a temporary file stays.
const KEPT: Duration = Duration::from_hours(24);

fn trouble(kind: CallErrorKind, message: impl Into<String>) -> CallError {
    CallError { kind, message: message.into() }
}

/// Fetches files that are known and not here, in the background.
pub(crate) fn fetch_all(rt: &Arc<Inner>, files: Vec<Media>) {
    for file in files {
        let shared = Arc::clone(rt);
        rt.spawn(async move {
            if let Err(error) = fetch(&shared, &file).await {
                tracing::warn!(media = %file.id, reason = %error.message, "a file could not be fetched");
            }
        });
    }
}

/// A file that a flow waits for.
pub(crate) async fn keep(
    rt: &Arc<Inner>,
    account: Id<Account>,
    request: &MediaRequest,
) -> Result<StoredMedia, CallError> {
    let found = rt.store.media_by_meta_id(account, &request.media).await;
    let file = match found {
        Ok(Some(file)) => file,
        Ok(None) => return Err(trouble(CallErrorKind::Invalid, "the file is not known")),
        Err(error) => return Err(trouble(CallErrorKind::Refused, error.to_string())),
    };
    let mut kept = fetch(rt, &file).await?;
    if kept.size > request.max_bytes {
        let message = format!("the file has {} bytes, {} are allowed", kept.size, request.max_bytes);
        return Err(trouble(CallErrorKind::TooLarge, message));
    }
    if request.temporary {
        let until = file.expires_at.unwrap_or_else(|| rt.clock.now().after(KEPT));
        let down = |error: chasqui_store::Error| trouble(CallErrorKind::Refused, error.to_string());
        rt.store.media_expires(file.id, until).await.map_err(down)?;
        let token = rt.store.file_token(account, file.id, until).map_err(down)?;
        kept.link = Some(format!("{}/files/{token}", rt.config.files_url));
    }
    Ok(kept)
}

/// Fetches a file unless it is here. Two at once do no harm: one file, written whole and then given its name.
async fn fetch(rt: &Arc<Inner>, file: &Media) -> Result<StoredMedia, CallError> {
    let _alone = rt.fetching.hold(file.id).await;
    fetch_alone(rt, file).await
}

async fn fetch_alone(rt: &Inner, file: &Media) -> Result<StoredMedia, CallError> {
    let current = rt.store.media(file.account, file.id).await.ok().flatten();
    let file = current.as_ref().unwrap_or(file);
    if let (State::Stored, Some(size), Some(sha256)) = (file.state, file.size, &file.sha256) {
        return Ok(stored(file, u64::try_from(size).unwrap_or(0), sha256.clone()));
    }
    let mut last = trouble(CallErrorKind::Refused, "the file could not be fetched");
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(Duration::from_millis(500 << attempt)).await;
        }
        match download(rt, file).await {
            Ok((size, sha256)) => {
                let count = i64::try_from(size).unwrap_or(i64::MAX);
                rt.store
                    .media_stored(file.id, &file.mime_type, count, &sha256)
                    .await
                    .map_err(|error| trouble(CallErrorKind::Refused, error.to_string()))?;
                return Ok(stored(file, size, sha256));
            }
            Err(Failure::Later(message)) => last = trouble(CallErrorKind::Refused, message),
            Err(Failure::Never(kind, message)) => {
                last = trouble(kind, message);
                break;
            }
        }
    }
    // The reason stays with the row; a failure to write it down changes nothing for the flow.
    if let Err(error) = rt.store.media_failed(file.id, &last.message).await {
        tracing::error!(media = %file.id, %error, "a file's failure could not be written down");
    }
    Err(last)
}

enum Failure {
    Later(String),
    Never(CallErrorKind, String),
}

/// What Meta refuses for good is not asked for again; a file that is gone is the file's trouble, not the number's.
fn failure(error: &client::CallError) -> Failure {
    if error.is_transient() {
        Failure::Later(error.to_string())
    } else {
        Failure::Never(CallErrorKind::Refused, error.to_string())
    }
}

async fn download(rt: &Inner, file: &Media) -> Result<(u64, String), Failure> {
    let number = file.integration.and_then(|id| rt.registry.get(id));
    let calls = number.as_ref().and_then(|number| number.calls.as_ref());
    let (Some(calls), Some(meta_id)) = (calls, &file.meta_id) else {
        return Err(Failure::Never(CallErrorKind::Invalid, "its number cannot fetch files".into()));
    };
    let offer = rt.graph.media_url(calls, meta_id).await.map_err(|error| failure(&error))?;
    let part = rt.files.unfinished(file.id);
    let disk = |error: std::io::Error| Failure::Later(format!("the file could not be written: {error}"));
    let mut writer = std::fs::File::create(&part).map_err(disk)?;
    let mut sink = |bytes: &[u8]| std::io::Write::write_all(&mut writer, bytes);
    let sha256 = file.sha256.as_deref().or(offer.sha256.as_deref());
    let fetched = rt.graph.download_media(calls.access(), &offer.url, LARGEST, sha256, &mut sink).await;
    let done = match fetched {
        Ok(done) => done,
        Err(error) => {
            // Half a file is of no use; a leftover would be overwritten by the next attempt.
            drop(std::fs::remove_file(&part));
            return Err(match error {
                DownloadError::TooLarge { .. } => Failure::Never(CallErrorKind::TooLarge, error.to_string()),
                DownloadError::ForeignHost | DownloadError::WrongHash => {
                    Failure::Never(CallErrorKind::Invalid, error.to_string())
                }
                DownloadError::Call(error) => failure(&error),
                DownloadError::Expired | DownloadError::Write(_) => Failure::Later(error.to_string()),
            });
        }
    };
    writer.sync_all().map_err(disk)?;
    rt.files.keep(file.id).await.map_err(disk)?;
    Ok((done.size, done.sha256))
}

fn stored(file: &Media, size: u64, sha256: String) -> StoredMedia {
    StoredMedia {
        id: file.id,
        mime_type: file.mime_type.clone(),
        size,
        sha256,
        filename: file.filename.clone(),
        link: None,
    }
}
