//! A file to write to somebody: one that was uploaded, checked against what WhatsApp takes before anything is queued.

use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::media::{Media as File, State, kind};
use chasqui_model::message::limit;
use chasqui_model::message::outbound::{Content, Media, MediaSource};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::office::{Desk, Fault, Refused};

/// A file that was uploaded with `POST /media`.
#[derive(Deserialize, ToSchema)]
#[schema(as = FileMessage)]
pub(crate) struct FileForm {
    #[schema(example = "med_0192")]
    id: String,
    /// As what it is sent; left out: as its type says. Every file that WhatsApp takes can be sent as a document.
    kind: Option<SentKind>,
    /// The words below it, up to 1,024 characters; not for sounds and stickers.
    caption: Option<String>,
    /// The name a document is shown with; left out: the one it was uploaded with.
    filename: Option<String>,
    /// Send a sound as a voice note: Ogg with Opus only.
    #[serde(default)]
    voice: bool,
}

impl FileForm {
    /// The message.
    pub(super) async fn content(self, desk: &Desk, account: Id<Account>) -> Result<Content, Refused> {
        let unknown = || Refused::field("/file/id", Fault::FileUnknown);
        let id: Id<File> = self.id.parse().map_err(|_| unknown())?;
        let file = desk.store.media(account, id).await?.filter(|it| it.state == State::Stored);
        self.judge(&file.ok_or_else(unknown)?)
    }

    fn judge(self, file: &File) -> Result<Content, Refused> {
        let Some((usual, largest)) = kind::sendable(&file.mime_type) else {
            return Err(Refused::field("/file/id", Fault::FileType(file.mime_type.clone())));
        };
        let kind = self.kind.map_or(usual, kind::Kind::from);
        if kind != usual && kind != kind::Kind::Document {
            return Err(Refused::field("/file/kind", Fault::FileKind(file.mime_type.clone())));
        }
        let largest = if kind == kind::Kind::Document { kind::LARGEST } else { largest };
        if file.size.and_then(|size| u64::try_from(size).ok()).is_none_or(|size| size > largest) {
            return Err(Refused::field("/file/id", Fault::FileSize(largest / 1024)));
        }
        let caption = self.caption.filter(|caption| !caption.trim().is_empty());
        if caption.as_ref().is_some_and(|caption| caption.chars().count() > limit::CAPTION) {
            return Err(Refused::field("/file/caption", Fault::CaptionLength));
        }
        let silent = matches!(kind, kind::Kind::Audio | kind::Kind::Sticker);
        if silent && caption.is_some() {
            return Err(Refused::field("/file/caption", Fault::NoCaption));
        }
        if self.voice && (kind != kind::Kind::Audio || file.mime_type != "audio/ogg") {
            return Err(Refused::field("/file/voice", Fault::Voice));
        }
        let filename = self.filename.filter(|name| !name.trim().is_empty()).or_else(|| file.filename.clone());
        let source = MediaSource::Stored(file.id.to_string());
        let media = Media { source, caption, filename: None, voice: self.voice };
        Ok(match kind {
            kind::Kind::Image => Content::Image(media),
            kind::Kind::Sticker => Content::Sticker(media),
            kind::Kind::Video => Content::Video(media),
            kind::Kind::Audio => Content::Audio(media),
            kind::Kind::Document => Content::Document(Media { filename, ..media }),
        })
    }
}

/// As what WhatsApp sends a file.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MediaKind)]
pub(crate) enum SentKind {
    Image,
    Sticker,
    Video,
    Audio,
    Document,
}

impl From<kind::Kind> for SentKind {
    fn from(kind: kind::Kind) -> Self {
        match kind {
            kind::Kind::Image => Self::Image,
            kind::Kind::Sticker => Self::Sticker,
            kind::Kind::Video => Self::Video,
            kind::Kind::Audio => Self::Audio,
            kind::Kind::Document => Self::Document,
        }
    }
}

impl From<SentKind> for kind::Kind {
    fn from(kind: SentKind) -> Self {
        match kind {
            SentKind::Image => Self::Image,
            SentKind::Sticker => Self::Sticker,
            SentKind::Video => Self::Video,
            SentKind::Audio => Self::Audio,
            SentKind::Document => Self::Document,
        }
    }
}
