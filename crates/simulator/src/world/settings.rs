//! How Meta behaves until told otherwise.

use serde::{Deserialize, Serialize};

/// The settings of `GET,PUT /_sim/settings`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "knobs of a test bench, named in JSON")]
pub struct Settings {
    /// Every webhook comes twice.
    pub deliver_twice: bool,
    /// Webhooks of a contact come in any order.
    pub out_of_order: bool,
    /// Contacts read at once; otherwise when their chat is opened.
    pub read_at_once: bool,
    /// How long a send takes.
    pub latency_ms: u64,
    /// What `POST /messages` answers.
    pub answer: Answer,
    /// Whether rates of numbers and pairs are watched.
    pub enforce_rates: bool,
    /// How many service messages of a number and month cost nothing.
    pub free_service_messages: u32,
    /// Webhook fields that an app cannot subscribe to, beside those that nobody knows.
    pub refused_fields: Vec<String>,
    /// Which statuses come, and how.
    pub statuses: Statuses,
}

/// What `POST /messages` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// As Meta would.
    Success,
    /// Something went wrong.
    #[serde(rename = "131000")]
    SomethingWrong,
    /// The number is too fast.
    #[serde(rename = "130429")]
    RateNumber,
    /// Too much to one person.
    #[serde(rename = "131056")]
    RatePair,
    /// The token is broken.
    #[serde(rename = "190")]
    Token,
    /// A page with status 500.
    #[serde(rename = "http_500")]
    Http500,
    /// A page with status 429.
    #[serde(rename = "http_429")]
    Http429,
    /// No answer ever comes.
    Timeout,
    /// The message is taken, the answer is nonsense.
    Garbage,
    /// The message is taken, the connection breaks.
    DropAfterAccept,
}

/// Which statuses come, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "knobs of a test bench, named in JSON")]
pub struct Statuses {
    /// `sent` comes.
    pub sent: bool,
    /// `delivered` comes.
    pub delivered: bool,
    /// `read` comes.
    pub read: bool,
    /// `played` comes after it, of voice messages.
    pub played: bool,
    /// They carry our `biz_opaque_callback_data`.
    pub callback: bool,
    /// They carry `contacts`.
    pub contacts: bool,
    /// They carry `pricing`.
    pub pricing: bool,
    /// They carry `conversation`, as webhooks up to v23.0 do.
    pub conversation: bool,
    /// In any order.
    pub shuffle: bool,
    /// Before the answer to the send.
    pub before_answer: bool,
    /// Between one and the next.
    pub delay_ms: u64,
    /// Which part of them gets lost, 0 to 1.
    pub loss: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            deliver_twice: false,
            out_of_order: false,
            read_at_once: true,
            latency_ms: 0,
            answer: Answer::Success,
            enforce_rates: true,
            free_service_messages: 1000,
            refused_fields: Vec::new(),
            statuses: Statuses::default(),
        }
    }
}

impl Default for Statuses {
    fn default() -> Self {
        Self {
            sent: true,
            delivered: true,
            read: true,
            played: false,
            callback: true,
            contacts: true,
            pricing: true,
            conversation: false,
            shuffle: false,
            before_answer: false,
            delay_ms: 50,
            loss: 0.0,
        }
    }
}
