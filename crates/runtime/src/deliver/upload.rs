//! Files that leave with a message are given to Meta first.

use std::time::Duration;

use chasqui_model::Id;
use chasqui_model::filename;
use chasqui_model::media::{Media, State};
use chasqui_whatsapp::GraphError;
use chasqui_whatsapp::client;

use crate::Inner;
use crate::registry::Number;

/// How long an uploaded file is taken to be at Meta: a day less than the 30 that Meta keeps it, because a message may wait
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media>).
const AT_META: Duration = Duration::from_hours(29 * 24);
/// Why a file cannot be given to Meta.
pub(super) enum UploadError {
    /// Nobody answered: try again.
    Later,
    /// Meta refused it. Judged like a message that is refused.
    Refused(Box<GraphError>),
    /// It never can.
    Never,
}

/// What Meta calls a file.
pub(super) struct AtMeta {
    /// Meta's id.
    pub(super) id: String,
    /// It was uploaded earlier, so Meta may have dropped it since.
    pub(super) is_old: bool,
}

/// Gives Meta a file of ours, unless this number gave it earlier.
pub(super) async fn upload(
    rt: &Inner,
    number: &Number,
    calls: &client::Number,
    media: &str,
) -> Result<AtMeta, UploadError> {
    let unknown = || UploadError::Never;
    let id: Id<Media> = media.parse().map_err(|_| unknown())?;
    let found = rt.store.media(number.integration.account, id).await.map_err(|_| UploadError::Later)?;
    let file = found.filter(|file| file.state == State::Stored).ok_or_else(unknown)?;
    let place = &number.integration.credentials.phone_number_id;
    let known = rt.store.media_at_meta(id, place, rt.clock.now()).await;
    if let Some(id) = known.map_err(|_| UploadError::Later)? {
        return Ok(AtMeta { id, is_old: true });
    }
    let bytes = rt.files.read(id).await.map_err(|error| {
        tracing::error!(media = %id, %error, "a file that is to be sent cannot be read");
        UploadError::Never
    })?;
    let name = file.filename.as_deref().and_then(filename::safe).unwrap_or_else(|| "file".to_owned());
    let until = rt.clock.now().after(AT_META);
    let given = rt.graph.upload_media(calls, &name, &file.mime_type, bytes).await;
    let meta_id = given.map_err(|error| match error {
        client::CallError::Refused(error) => UploadError::Refused(error),
        client::CallError::NoAnswer(_) | client::CallError::Garbage(_) => UploadError::Later,
    })?;
    // What is not written down, also because the process dies here, is uploaded once more, which harms nobody.
    if let Err(error) = rt.store.media_is_at_meta(id, place, &meta_id, until).await {
        tracing::warn!(media = %id, %error, "what Meta calls a file could not be written down");
    }
    Ok(AtMeta { id: meta_id, is_old: false })
}

/// Meta does not have a file that was uploaded earlier: the next [`upload`] gives it again.
pub(crate) async fn forget(rt: &Inner, number: &Number, media: &str) -> Result<(), chasqui_store::Error> {
    let Ok(id) = media.parse() else { return Ok(()) };
    rt.store.media_left_meta(id, &number.integration.credentials.phone_number_id).await
}
