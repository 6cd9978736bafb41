//! `question_media`: waits for photos, videos, sound or documents, and keeps them.

use chasqui_model::message::inbound::{Content, Media};
use chasqui_model::message::limit;
use chasqui_model::message::outbound::{Button, Buttons, Content as Outgoing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Behaviour, Next, Port};
use crate::definition::{MediaKind, Node};
use crate::effect::{CallError, CallErrorKind, MediaRequest, Outcome, Request, StoredMedia};
use crate::state::Progress;
use crate::step::{Answer, Failure, Turn};
use crate::template::Template;
use crate::validate::Check;
use crate::words::{Language, Phrase};

/// The option id of the button that ends sending files.
const DONE: &str = "done";
/// Most files of one answer.
const MAX_FILES: usize = 30;
/// The usual largest file.
const USUAL_BYTES: u64 = 16 * 1024 * 1024;
/// The largest file that WhatsApp passes on.
const MAX_BYTES: u64 = 100 * 1024 * 1024;

/// Waits for files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QuestionMedia {
    /// What to say.
    pub text: Template,
    /// Which kinds are taken.
    pub kinds: Vec<MediaKind>,
    /// Largest file, in bytes. 16 MiB when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u64>,
    /// How many files may come, 1 to 30. With more than one, the variable holds a list.
    pub max_files: usize,
    /// The label of the button, and the word, that ends sending files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_button: Option<Template>,
    /// How long files are kept.
    pub keep: Keep,
    /// The variable that takes the file, or the list of files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_as: Option<String>,
    /// What to say when the answer is no such file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid_message: Option<Template>,
    /// After how many such answers to give up; the bot's setting when left out, 0 for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<u32>,
}

/// How long files are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// As long as the conversation.
    #[default]
    Permanent,
    /// For 24 hours, with a `link` under which everybody who has it may read the file until then.
    Temporary,
}

impl Default for QuestionMedia {
    fn default() -> Self {
        Self {
            text: Template::default(),
            kinds: vec![MediaKind::Image, MediaKind::Video, MediaKind::Audio, MediaKind::Document],
            max_bytes: None,
            max_files: 1,
            done_button: None,
            keep: Keep::Permanent,
            save_as: None,
            invalid_message: None,
            max_attempts: None,
        }
    }
}

impl QuestionMedia {
    fn limit(&self) -> u64 {
        self.max_bytes.unwrap_or(USUAL_BYTES)
    }

    fn done_label(&self, turn: &mut Turn<'_>) -> String {
        match &self.done_button {
            Some(label) => turn.fill_label(label),
            None => turn.phrase(Phrase::Done, &[]),
        }
    }

    fn is_done(&self, turn: &mut Turn<'_>, answer: &Answer<'_>) -> bool {
        let is_named = |text| {
            let label = self.done_label(turn);
            turn.is_same(text, &label)
        };
        answer.option == Some(DONE) || answer.text.is_some_and(is_named)
    }

    fn request(&self, media: &Media) -> Request {
        Request::Media(MediaRequest {
            media: media.id.clone(),
            mime_type: media.mime_type.clone(),
            filename: media.filename.clone(),
            sha256: media.sha256.clone(),
            kinds: self.kinds.iter().map(|kind| kind.name().to_owned()).collect(),
            max_bytes: self.limit(),
            temporary: self.keep == Keep::Temporary,
        })
    }

    /// Says what does not fit, counts it, and waits on.
    fn refuse(&self, turn: &mut Turn<'_>, progress: Progress, phrase: Phrase) -> Next {
        let progress = match turn.count_attempt(progress, self.max_attempts) {
            Ok(progress) => progress,
            Err(failure) => return Next::Fail(failure),
        };
        let text = if let Some(text) = &self.invalid_message {
            turn.fill(text)
        } else {
            let (kinds, limit) = (kinds(&self.kinds, turn.language()), size(self.limit()));
            turn.phrase(phrase, &[("kinds", &kinds), ("limit", &limit)])
        };
        turn.say(text);
        Next::Wait(progress)
    }

    /// Stores what came and goes on.
    fn finish(&self, turn: &mut Turn<'_>, mut files: Vec<Value>) -> Next {
        if let Some(name) = &self.save_as {
            let value =
                if self.max_files > 1 { Value::Array(files) } else { files.pop().unwrap_or_default() };
            turn.save(name, value);
        }
        Next::port("next")
    }

    fn stored(&self, turn: &mut Turn<'_>, file: &StoredMedia, mut progress: Progress) -> Next {
        let kind = kind_of(&file.mime_type);
        if !self.kinds.contains(&kind) && !self.kinds.contains(&MediaKind::Document) {
            return self.refuse(turn, progress, Phrase::WrongKind);
        }
        if file.size > self.limit() {
            return self.refuse(turn, progress, Phrase::TooLarge);
        }
        let kind = if self.kinds.contains(&kind) { kind } else { MediaKind::Document };
        let mut value = json!({
            "id": file.id.to_string(), "kind": kind.name(), "mime_type": file.mime_type, "size": file.size,
            "filename": file.filename, "sha256": file.sha256, "caption": progress.caption.take(),
        });
        if std::mem::take(&mut progress.voice) {
            value["voice"] = true.into();
        }
        if let Some(link) = &file.link {
            value["link"] = link.clone().into();
        }
        progress.files.push(value);
        if progress.files.len() >= self.max_files {
            return self.finish(turn, progress.files);
        }
        if !turn.has_pending() {
            self.offer_done(turn, progress.files.len());
        }
        Next::Wait(progress)
    }

    /// Says how many files came, with a button to go on.
    fn offer_done(&self, turn: &mut Turn<'_>, count: usize) {
        let done = self.done_label(turn);
        let (count, most) = (count.to_string(), self.max_files.to_string());
        let body = turn.phrase(Phrase::MoreFiles, &[("count", &count), ("limit", &most), ("done", &done)]);
        let buttons = vec![Button { id: turn.wire_id(DONE), title: done }];
        turn.send(Outgoing::Buttons(Buttons { header: None, body, footer: None, buttons }));
    }

    fn failed(&self, turn: &mut Turn<'_>, error: &CallError, progress: Progress) -> Next {
        match error.kind {
            CallErrorKind::TooLarge => self.refuse(turn, progress, Phrase::TooLarge),
            CallErrorKind::Invalid | CallErrorKind::Rejected => {
                self.refuse(turn, progress, Phrase::MediaFailed)
            }
            CallErrorKind::Timeout | CallErrorKind::Refused | CallErrorKind::Blocked => {
                let failure = Failure::new("media_failed", "A file of the contact could not be fetched.");
                Next::Fail(failure.with_detail(error.message.clone()))
            }
        }
    }
}

impl Behaviour for QuestionMedia {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        let text = turn.fill(&self.text);
        turn.say(text);
        Next::Wait(Progress::default())
    }

    fn answer(&self, turn: &mut Turn<'_>, answer: &Answer<'_>, mut progress: Progress) -> Next {
        if !progress.files.is_empty() && self.is_done(turn, answer) {
            return self.finish(turn, progress.files);
        }
        let (media, kind) = match &answer.message.content {
            Content::Image(media) => (media, MediaKind::Image),
            Content::Video(media) => (media, MediaKind::Video),
            Content::Audio(media) => (media, MediaKind::Audio),
            Content::Document(media) => (media, MediaKind::Document),
            Content::Sticker(_) => return self.refuse(turn, progress, Phrase::WrongKind),
            _ => return self.refuse(turn, progress, Phrase::ExpectMedia),
        };
        // A picture may come as a document: then its type says what it is.
        if !self.kinds.contains(&kind) && !self.kinds.contains(&kind_of(&media.mime_type)) {
            return self.refuse(turn, progress, Phrase::WrongKind);
        }
        if media.error.is_some() || media.id.is_empty() {
            return self.refuse(turn, progress, Phrase::MediaFailed);
        }
        progress.caption.clone_from(&media.caption);
        progress.voice = media.voice;
        Next::Call(self.request(media), progress)
    }

    fn outcome(&self, turn: &mut Turn<'_>, outcome: Outcome, progress: Progress) -> Next {
        let Outcome::Media(answer) = outcome else { return Next::Fail(Failure::wrong_answer()) };
        match answer {
            Ok(file) => self.stored(turn, &file, progress),
            Err(error) => self.failed(turn, &error, progress),
        }
    }

    fn ports(&self, _: &Node) -> Vec<Port> {
        vec![Port::required("next")]
    }

    fn check(&self, check: &mut Check<'_>) {
        check.message("text", &self.text);
        check.optional_text("invalid_message", self.invalid_message.as_ref(), limit::TEXT);
        check.optional_text("done_button", self.done_button.as_ref(), limit::BUTTON_TITLE);
        if self.kinds.is_empty() {
            check.error("invalid_count", "kinds", "no kind of file is taken");
        }
        check.count("max_files", self.max_files, 1..=MAX_FILES);
        if self.max_bytes.is_some_and(|bytes| !(1..=MAX_BYTES).contains(&bytes)) {
            check.error("invalid_value", "max_bytes", "a file has 1 byte to 100 MiB");
        }
        check.saves("save_as", self.save_as.as_deref());
    }

    fn rests(&self) -> bool {
        true
    }

    fn quotes(&self) -> bool {
        true
    }

    fn says_text(&self) -> bool {
        true
    }
}

/// What kind of file a MIME type means.
fn kind_of(mime_type: &str) -> MediaKind {
    match mime_type.split('/').next() {
        Some("image") => MediaKind::Image,
        Some("video") => MediaKind::Video,
        Some("audio") => MediaKind::Audio,
        _ => MediaKind::Document,
    }
}

/// The kinds in words.
fn kinds(kinds: &[MediaKind], language: Language) -> String {
    let (words, or) = match language {
        Language::English => (["a picture", "a video", "a sound recording", "a document"], " or "),
        Language::German => (["ein Bild", "ein Video", "eine Tonaufnahme", "ein Dokument"], " oder "),
        Language::Spanish => (["una imagen", "un vídeo", "un audio", "un documento"], " o "),
        Language::Portuguese => (["uma imagem", "um vídeo", "um áudio", "um documento"], " ou "),
    };
    let word = |kind: &MediaKind| match kind {
        MediaKind::Image => words[0],
        MediaKind::Video => words[1],
        MediaKind::Audio => words[2],
        MediaKind::Document => words[3],
    };
    kinds.iter().map(word).collect::<Vec<_>>().join(or)
}

/// A size in words.
fn size(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..MIB => format!("{} kB", bytes / 1024),
        _ => format!("{} MB", bytes / MIB),
    }
}
