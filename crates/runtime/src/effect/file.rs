//! Files that go along to a service: the account's own, by their ids.

use bytes::Bytes;
use chasqui_flow::{CallError, CallErrorKind, SAMPLE_FILE};
use chasqui_model::Id;
use chasqui_model::media::{Media, State};

use super::http::{Caller, trouble};
use crate::Inner;

/// What goes along when a bot is tried out: nobody has sent a file then.
const SAMPLE: &str = "This text stands for a file. The bot was tried out in the test mode, where contacts send no real files.\n";

/// A file whose bytes are here.
pub(super) struct Found {
    pub(super) id: Id<Media>,
    pub(super) filename: Option<String>,
    pub(super) mime_type: String,
    /// In bytes.
    pub(super) size: i64,
}

/// Finds a file by what a bot knows of it. Only the account's own, and the one that stands for files in the test mode.
pub(super) async fn find(rt: &Inner, caller: &Caller, media: &str) -> Result<Found, CallError> {
    let unknown = || trouble(CallErrorKind::Invalid, "a file that was to go along is not here");
    let id: Id<Media> = media.parse().map_err(|_| unknown())?;
    if id == SAMPLE_FILE {
        let size = i64::try_from(SAMPLE.len()).unwrap_or(i64::MAX);
        return Ok(Found { id, filename: None, mime_type: "text/plain".to_owned(), size });
    }
    let found = rt.store.media(caller.account, id).await;
    let found = found.map_err(|error| trouble(CallErrorKind::Refused, error.to_string()))?;
    let file = found.filter(|file| file.state == State::Stored).ok_or_else(unknown)?;
    let size = file.size.ok_or_else(unknown)?;
    Ok(Found { id, filename: file.filename, mime_type: file.mime_type, size })
}

/// Its bytes.
pub(super) async fn read(rt: &Inner, file: &Found) -> Result<Bytes, CallError> {
    if file.id == SAMPLE_FILE {
        return Ok(Bytes::from_static(SAMPLE.as_bytes()));
    }
    rt.files.read(file.id).await.map_err(|error| trouble(CallErrorKind::Refused, error.to_string()))
}
