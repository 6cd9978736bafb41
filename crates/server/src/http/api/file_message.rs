//! A file to write to somebody: one that was uploaded, checked against what WhatsApp takes before anything is queued.

use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::media::{Media as File, State, kind};
use chasqui_model::message::limit;
use chasqui_model::message::outbound::{Content, Media, MediaSource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::media::SentKind;
use crate::app::App;
use crate::http::problem::Problem;

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
    pub(super) async fn content(self, app: &App, account: Id<Account>) -> Result<Content, Problem> {
        let unknown = || Problem::field("/file/id", "unknown", "There is no such uploaded file.");
        let id: Id<File> = self.id.parse().map_err(|_| unknown())?;
        let file = app.store.media(account, id).await?.filter(|it| it.state == State::Stored);
        self.judge(&file.ok_or_else(unknown)?)
    }

    fn judge(self, file: &File) -> Result<Content, Problem> {
        let Some((usual, largest)) = kind::sendable(&file.mime_type) else {
            let words = format!("WhatsApp does not send files of the type {}.", file.mime_type);
            return Err(Problem::field("/file/id", "type", words));
        };
        let kind = self.kind.map_or(usual, kind::Kind::from);
        if kind != usual && kind != kind::Kind::Document {
            let words =
                format!("A file of the type {} can be sent as that or as a document.", file.mime_type);
            return Err(Problem::field("/file/kind", "kind", words));
        }
        let largest = if kind == kind::Kind::Document { kind::LARGEST } else { largest };
        if file.size.and_then(|size| u64::try_from(size).ok()).is_none_or(|size| size > largest) {
            let words = format!("WhatsApp takes at most {} kB of this kind of file.", largest / 1024);
            return Err(Problem::field("/file/id", "size", words));
        }
        let caption = self.caption.filter(|caption| !caption.trim().is_empty());
        if caption.as_ref().is_some_and(|caption| caption.chars().count() > limit::CAPTION) {
            let words = "The words below a file have at most 1,024 characters.";
            return Err(Problem::field("/file/caption", "length", words));
        }
        let silent = matches!(kind, kind::Kind::Audio | kind::Kind::Sticker);
        if silent && caption.is_some() {
            let words = "Sounds and stickers have no words below them.";
            return Err(Problem::field("/file/caption", "kind", words));
        }
        if self.voice && (kind != kind::Kind::Audio || file.mime_type != "audio/ogg") {
            let words = "Only a sound in Ogg with Opus can be sent as a voice note.";
            return Err(Problem::field("/file/voice", "kind", words));
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
