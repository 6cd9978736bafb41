//! What goes into a step and what comes out of it.

use std::time::Duration;

use chasqui_model::Id;
use chasqui_model::event::Severity;
use chasqui_model::media::Media;
use chasqui_model::message::{Inbound, Outbound};
use serde::{Deserialize, Serialize};

use crate::code::{CodeAnswer, CodeRequest};
use crate::service::{
    MailAnswer, MailRequest, ModelAnswer, ModelRequest, SheetAnswer, SheetRequest, UploadAnswer,
    UploadRequest,
};

/// Something that happened to a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The contact's first message.
    Start(Inbound),
    /// The conversation is begun by us; there is no message.
    StartedByUs,
    /// A further message of the contact.
    Message(Inbound),
    /// The world answered a call. An answer to another call than the one that is waited for changes nothing.
    Answer {
        /// The number of the call.
        call: u64,
        /// What came of it.
        outcome: Outcome,
    },
    /// A sleep is over. Another sleep than the one in hand changes nothing.
    Wake {
        /// The number of the sleep.
        sleep: u64,
    },
    /// A person takes the conversation over; the bot falls silent.
    TakeOver,
    /// A person gives the conversation back to the bot.
    HandBack,
    /// A message of this node will never arrive.
    SendFailed {
        /// The node that sent it.
        node: String,
    },
    /// A template goes out in place of a message of this node, which the contact has not seen.
    StoodIn {
        /// The node that sent it.
        node: String,
        /// The message.
        message: Box<Outbound>,
    },
}

/// Something to be done, in this order.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Send a message. It keeps to WhatsApp's limits.
    Send {
        /// The message.
        message: Outbound,
        /// The node it is from.
        node: String,
        /// The reopening template is to be sent in its place: the conversation keeps it until the contact writes.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        stands_in: bool,
    },
    /// Ask the world; the answer comes back as [`Event::Answer`] with the same number.
    Call {
        /// The number of the call, unique in the conversation.
        call: u64,
        /// The node it is from.
        node: String,
        /// What to ask.
        request: Request,
    },
    /// Come back later with [`Event::Wake`] and the same number.
    Sleep {
        /// The number of the sleep, unique in the conversation.
        sleep: u64,
        /// The node it is from.
        node: String,
        /// How long.
        duration: Duration,
    },
    /// Tell the people that they are wanted; the bot is silent until [`Event::HandBack`].
    HandOff {
        /// The node it is from.
        node: String,
        /// What they should know. Filled from variables: personal data.
        note: String,
    },
    /// Something for the owner's error log. Never holds message text, values or secrets.
    Notice {
        /// The node it concerns.
        node: Option<String>,
        /// How bad it is.
        severity: Severity,
        /// A stable name for its kind.
        code: &'static str,
        /// What happened and what to do.
        message: String,
        /// The node asks that it is mailed.
        email_admin: bool,
    },
}

/// A question to the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case")]
pub enum Request {
    /// An HTTP request.
    Http(HttpRequest),
    /// Fetch and keep a file that the contact sent.
    Media(MediaRequest),
    /// Send an e-mail.
    Mail(MailRequest),
    /// Ask a language model.
    Model(ModelRequest),
    /// Do something with a row of a spreadsheet.
    Sheet(SheetRequest),
    /// Give a file to a file store.
    Upload(UploadRequest),
    /// Run custom code.
    Code(CodeRequest),
}

impl Request {
    /// What is asked, without values: for the trace.
    pub fn summary(&self) -> String {
        match self {
            Self::Http(request) => {
                let rest = request.url.split_once("://").map_or(request.url.as_str(), |(_, rest)| rest);
                let place = rest.split(['?', '#']).next().unwrap_or_default();
                format!("{} {place}", request.method)
            }
            Self::Media(request) => format!("file of type {}", request.mime_type),
            Self::Mail(request) => match request.to.len() + request.cc.len() {
                1 => "e-mail to one recipient".to_owned(),
                count => format!("e-mail to {count} recipients"),
            },
            Self::Model(request) => format!("model {}", request.model),
            Self::Sheet(request) => format!("{} a row of {}", request.action.name(), request.sheet),
            Self::Upload(_) => "file to Google Drive".to_owned(),
            Self::Code(request) => format!("code of {} lines", request.code.lines().count()),
        }
    }

    /// The outcome when there is no answer.
    pub fn failed(&self, error: CallError) -> Outcome {
        match self {
            Self::Http(_) => Outcome::Http(Err(error)),
            Self::Media(_) => Outcome::Media(Err(error)),
            Self::Mail(_) => Outcome::Mail(Err(error)),
            Self::Model(_) => Outcome::Model(Err(error)),
            Self::Sheet(_) => Outcome::Sheet(Err(error)),
            Self::Upload(_) => Outcome::Upload(Err(error)),
            Self::Code(_) => Outcome::Code(Err(error)),
        }
    }
}

/// An HTTP request. Values from contacts are escaped for the place they stand in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpRequest {
    /// `GET`, `POST` …
    pub method: String,
    /// Absolute, `http` or `https`.
    pub url: String,
    /// Names and values, without line breaks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// The body; its type is among the headers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// How long the answer may take, in milliseconds.
    pub timeout_ms: u64,
}

impl HttpRequest {
    /// How long the answer may take.
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }
}

/// A file of the contact that is to be fetched and kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaRequest {
    /// Meta's id of the file.
    pub media: String,
    /// As Meta said.
    pub mime_type: String,
    /// The name its sender gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// The hash Meta gave, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Which kinds the flow takes (`image`, `video`, `audio`, `document`).
    pub kinds: Vec<String>,
    /// Larger files are refused with [`CallErrorKind::TooLarge`].
    pub max_bytes: u64,
    /// Keep it for a day only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub temporary: bool,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", content = "result", rename_all = "snake_case")]
pub enum Outcome {
    /// Of an HTTP request: the answer, whatever its status.
    Http(Result<HttpAnswer, CallError>),
    /// Of a file: the file as it was kept.
    Media(Result<StoredMedia, CallError>),
    /// Of an e-mail: that it was taken.
    Mail(Result<MailAnswer, CallError>),
    /// Of a language model: its words.
    Model(Result<ModelAnswer, CallError>),
    /// Of a spreadsheet: the row.
    Sheet(Result<SheetAnswer, CallError>),
    /// Of a file store: where the file is.
    Upload(Result<UploadAnswer, CallError>),
    /// Of custom code: what it left.
    Code(Result<CodeAnswer, CallError>),
}

impl Outcome {
    /// Why there is no answer.
    pub fn error(&self) -> Option<&CallError> {
        match self {
            Self::Http(result) => result.as_ref().err(),
            Self::Media(result) => result.as_ref().err(),
            Self::Mail(result) => result.as_ref().err(),
            Self::Model(result) => result.as_ref().err(),
            Self::Sheet(result) => result.as_ref().err(),
            Self::Upload(result) => result.as_ref().err(),
            Self::Code(result) => result.as_ref().err(),
        }
    }
}

/// The answer to an HTTP request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpAnswer {
    /// The status code.
    pub status: u16,
    /// Names and values.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The body as text.
    #[serde(default)]
    pub body_text: String,
}

/// A file that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredMedia {
    /// Its id here.
    pub id: Id<Media>,
    /// Without parameters; Ogg sound keeps its codec.
    pub mime_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hex.
    pub sha256: String,
    /// The name it was sent with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// Of a file that is kept for a day: an address under which everybody who has it may read it until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// A call that brought no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallError {
    /// What kind of trouble.
    pub kind: CallErrorKind,
    /// In plain words; goes to the trace.
    pub message: String,
}

/// What kind of trouble a call met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallErrorKind {
    /// No answer in time.
    Timeout,
    /// No connection, or it broke.
    Refused,
    /// The answer or file is larger than allowed.
    TooLarge,
    /// The address may not be called.
    Blocked,
    /// The request or the answer makes no sense.
    Invalid,
    /// The service said no.
    Rejected,
}

impl CallErrorKind {
    /// In words that complete "it failed: ".
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Timeout => "there was no answer in time",
            Self::Refused => "no connection could be made, or it broke",
            Self::TooLarge => "the answer or a file is too large",
            Self::Blocked => "its address may not be called",
            Self::Invalid => "the request or the answer makes no sense",
            Self::Rejected => "the service said no; its words are in the conversation's trace",
        }
    }
}
