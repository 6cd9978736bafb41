//! What flows ask of services that an account has a connection to: mail, language models, spreadsheets, file stores. The
//! engine says what; how each service wants to be asked is the runtime's. Texts from contacts are values here, nothing
//! that is parsed again.

use chasqui_model::Id;
use chasqui_model::bot::Bot;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Most recipients of one e-mail, `cc` included.
pub const MAX_RECIPIENTS: usize = 10;
/// Most files at one e-mail.
pub const MAX_ATTACHMENTS: usize = 10;
/// The longest time that a service may take, in seconds.
pub(crate) const LONGEST_TIMEOUT: f64 = 60.0;

/// An e-mail. Every address is one address, and the subject is one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailRequest {
    /// The account's connection, by its name; `None`: the installation's mail server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
    /// The bot whose recipients are counted.
    pub bot: Id<Bot>,
    /// Whom it is to.
    pub to: Vec<String>,
    /// Who gets a copy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cc: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The body. Values are escaped in it; what the bot's author wrote is cleaned before it is sent.
    pub html: String,
    /// Files of ours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// How long it may take, in milliseconds.
    #[serde(default = "usual_ms")]
    pub timeout_ms: u64,
}

/// A file of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its id, `med_…`.
    pub media: String,
    /// What it is to be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
}

/// An e-mail that was taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailAnswer {
    /// What the mail server or service calls it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
}

/// A question to a language model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelRequest {
    /// The account's connection, by its name.
    pub connection: String,
    /// The model, as the provider calls it.
    pub model: String,
    /// What the model is told about itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub system: String,
    /// What was said, the oldest first; the last one is the contact's.
    pub messages: Vec<Said>,
    /// How freely it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Most tokens of the answer.
    pub max_tokens: u32,
    /// How long the answer may take, in milliseconds.
    pub timeout_ms: u64,
}

/// Something said to or by a language model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Who said it.
    pub by: Speaks,
    /// What.
    pub text: String,
}

/// Who speaks with a language model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaks {
    /// The contact.
    User,
    /// The model.
    Model,
}

/// What a language model answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelAnswer {
    /// The words.
    pub text: String,
    /// Tokens of the question, as the provider counts.
    #[serde(default)]
    pub input_tokens: u64,
    /// Tokens of the answer.
    #[serde(default)]
    pub output_tokens: u64,
}

/// Something to do with one row of a spreadsheet whose first row names the columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SheetRequest {
    /// The account's connection, by its name.
    pub connection: String,
    /// The spreadsheet's id.
    pub spreadsheet: String,
    /// The name of the sheet in it.
    pub sheet: String,
    /// What to do.
    pub action: SheetAction,
    /// Which row: the first one whose `column` has this value. Not for inserting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Wanted>,
    /// Columns and their values, written as they are: a text that looks like a formula stays a text.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub values: Map<String, Value>,
    /// How long it may take, in milliseconds.
    #[serde(default = "usual_ms")]
    pub timeout_ms: u64,
}

/// Which row of a spreadsheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The column.
    pub column: String,
    /// What stands in it.
    pub value: String,
}

/// What to do with a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SheetAction {
    /// Add one at the end.
    #[default]
    Insert,
    /// Change some of its columns.
    Update,
    /// Read it.
    Read,
    /// Take it away.
    Delete,
}

impl SheetAction {
    /// The name, as files carry it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Read => "read",
            Self::Delete => "delete",
        }
    }
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SheetAnswer {
    /// The row by its columns, as it is now or was; `None`: there is no such row.
    pub row: Option<Map<String, Value>>,
}

/// A file of ours that is to be kept in a file store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadRequest {
    /// The account's connection, by its name.
    pub connection: String,
    /// The folder's id; `None`: the topmost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The file.
    pub file: Attachment,
    /// How long it may take, in milliseconds.
    #[serde(default = "usual_ms")]
    pub timeout_ms: u64,
}

/// A file that a file store has taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadAnswer {
    /// Where people find it.
    pub link: String,
}

/// The usual time that a service may take, in seconds.
pub(crate) const USUAL_TIMEOUT: f64 = 20.0;

/// A time in milliseconds, of a field in seconds that may be left out.
pub(crate) fn timeout_ms(seconds: Option<f64>, usual: f64, longest: f64) -> u64 {
    let seconds = seconds.unwrap_or(usual).clamp(0.1, longest);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 100 and 60,000")]
    let milliseconds = (seconds * 1000.0) as u64;
    milliseconds
}

/// The time of requests that were stored before it could be chosen.
fn usual_ms() -> u64 {
    timeout_ms(None, USUAL_TIMEOUT, LONGEST_TIMEOUT)
}

/// A spreadsheet's or folder's id: as it is, or out of the address that a browser shows. `None` when there is none in it.
pub(crate) fn google_id(text: &str) -> Option<&str> {
    let text = text.trim();
    let after = |mark: &str| text.split_once(mark).map(|(_, rest)| rest);
    let id = if text.contains('/') {
        after("/d/").or_else(|| after("/folders/"))?.split(['/', '?', '#']).next()?
    } else {
        text
    };
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    ((1..=200).contains(&id.len()) && id.bytes().all(fits)).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_found_in_the_address_that_a_browser_shows() {
        assert_eq!(google_id(" 1AbC-_x "), Some("1AbC-_x"));
        assert_eq!(google_id("https://docs.google.com/spreadsheets/d/1AbC/edit#gid=0"), Some("1AbC"));
        assert_eq!(google_id("https://drive.google.com/drive/u/0/folders/9z?x=1"), Some("9z"));
        for bad in ["", "a b", "../x", "https://example.com/x", "1/../2", "a?b"] {
            assert_eq!(google_id(bad), None, "{bad}");
        }
    }
}
