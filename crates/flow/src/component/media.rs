//! `media`: sends a picture, video, sound or document.

use chasqui_model::filename;
use chasqui_model::message::limit;
use chasqui_model::message::outbound::{Content, Media as File, MediaSource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Behaviour, Next, Port};
use crate::definition::{MediaKind, Node};
use crate::path::Path;
use crate::step::{Failure, Turn, media_source};
use crate::template::Template;
use crate::validate::Check;

/// Sends a picture, video, sound or document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Media {
    /// What it is. Left out: what the media variable says, else a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<MediaKind>,
    /// Where it is: an address, or the id of an uploaded file (`med_…`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Template>,
    /// Or the variable that holds it, as `question_media` stores it; of a list all are sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Template>,
    /// The words below it, at most 1,024 characters; not for sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<Template>,
    /// The name a document is shown with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filename: Option<Template>,
    /// Sound: show it as a voice note. It must be Ogg with the Opus codec. Left out: what the media variable says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice: Option<bool>,
}

/// A file that can be sent.
struct Found {
    source: MediaSource,
    kind: Option<MediaKind>,
    filename: Option<String>,
    voice: bool,
}

impl Found {
    fn at(source: MediaSource) -> Self {
        Self { source, kind: None, filename: None, voice: false }
    }
}

impl Media {
    fn path(&self) -> Option<Path> {
        Path::parse(self.media.as_ref()?.source())
    }

    /// The files to send. What is not one is left out with a warning.
    fn files(&self, turn: &mut Turn<'_>) -> Vec<Found> {
        if let Some(url) = &self.url {
            let text = turn.fill(url);
            let source = media_source(text.trim());
            return source.map(Found::at).into_iter().collect();
        }
        let Some(path) = self.path() else { return Vec::new() };
        let value = turn.with_scope(|scope, warnings| {
            scope.read(&path, warnings).map_or(Value::Null, std::borrow::Cow::into_owned)
        });
        let items = if let Value::Array(items) = value { items } else { vec![value] };
        let mut files = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match found(item) {
                Some(file) => files.push(file),
                None => turn.warn(format!("item {index} is no file; it was left out")),
            }
        }
        files
    }
}

fn found(value: &Value) -> Option<Found> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    if let Some(address) = value.as_str() {
        return Some(Found::at(media_source(address.trim())?));
    }
    let source = media_source(text("id").or_else(|| text("url"))?)?;
    let kind = text("kind").and_then(|kind| match kind {
        "image" => Some(MediaKind::Image),
        "video" => Some(MediaKind::Video),
        "audio" => Some(MediaKind::Audio),
        "document" => Some(MediaKind::Document),
        _ => None,
    });
    let voice = value.get("voice").and_then(Value::as_bool).unwrap_or_default();
    Some(Found { source, kind, filename: text("filename").map(str::to_owned), voice })
}

impl Behaviour for Media {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        let files = self.files(turn);
        if files.is_empty() {
            return Next::Fail(Failure::new(
                "invalid_media",
                "There is no file to send: no address and no stored file.",
            ));
        }
        let mut caption = self.caption.as_ref().map(|caption| turn.fill(caption));
        let filename = self.filename.as_ref().map(|filename| turn.fill(filename));
        for file in files {
            // Any file can be sent as a document, but only a picture as a picture.
            let kind = match (self.kind, file.kind) {
                (Some(MediaKind::Document), _) | (None, None) => MediaKind::Document,
                (_, Some(kind)) | (Some(kind), None) => kind,
            };
            let caption = caption.take().filter(|caption| !caption.trim().is_empty());
            let mut message = File { source: file.source, caption, filename: None, voice: false };
            turn.send(match kind {
                MediaKind::Image => Content::Image(message),
                MediaKind::Video => Content::Video(message),
                MediaKind::Audio => {
                    message.voice = self.voice.unwrap_or(file.voice);
                    Content::Audio(message)
                }
                MediaKind::Document => {
                    message.filename =
                        filename.clone().or(file.filename).and_then(|name| filename::safe(&name));
                    Content::Document(message)
                }
            });
        }
        Next::port("next")
    }

    fn ports(&self, _: &Node) -> Vec<Port> {
        vec![Port::required("next")]
    }

    fn check(&self, check: &mut Check<'_>) {
        match (&self.url, &self.media) {
            (Some(_), None) => {
                check.picture("url", self.url.as_ref());
                if self.kind.is_none() {
                    check.error("missing_field", "kind", "what is it: image, video, audio or document?");
                }
            }
            (None, Some(_)) => match self.path() {
                Some(path) => check.reads("media", &path),
                None => {
                    check.error("invalid_path", "media", "the name of one variable, for example `photos`");
                }
            },
            (Some(_), Some(_)) => {
                check.error("invalid_value", "media", "give either `url` or `media`, not both");
            }
            (None, None) => check.error("missing_field", "url", "give `url` or `media`"),
        }
        check.optional_text("caption", self.caption.as_ref(), limit::CAPTION);
        if self.voice == Some(true) && !matches!(self.kind, None | Some(MediaKind::Audio)) {
            check.error("invalid_value", "voice", "only sound can be a voice note");
        }
        if let Some(filename) = &self.filename {
            check.template("filename", filename);
        }
    }

    fn rests(&self) -> bool {
        false
    }

    fn quotes(&self) -> bool {
        true
    }
}
