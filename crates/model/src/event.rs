//! Things that happened on an integration and are worth telling its owner. The error log is a view of them.

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::conversation::Conversation;
use crate::id::Named;
use crate::integration::Integration;
use crate::notice::Notice;
use crate::{Id, Timestamp};

/// One event. Never holds message text, phone numbers or secrets.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its id.
    pub id: Id<Event>,
    /// Whose it is.
    pub account: Id<Account>,
    /// Where it happened.
    pub integration: Option<Id<Integration>>,
    /// In which conversation.
    pub conversation: Option<Id<Conversation>>,
    /// At which node of the bot.
    pub node: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// A stable name for its kind, for example `send_refused`.
    pub code: String,
    /// Meta's code, when it came from there.
    pub graph_code: Option<i64>,
    /// What happened.
    pub notice: Notice,
    /// When.
    pub at: Timestamp,
}

impl Named for Event {
    const PREFIX: &'static str = "evt";
}

/// How bad an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Severity {
    /// Worth knowing.
    Notice,
    /// Works, but something needs a look.
    Warning,
    /// Something was not done.
    Error,
}

impl Severity {
    /// As rows carry it.
    pub const fn number(self) -> i64 {
        match self {
            Self::Notice => 1,
            Self::Warning => 2,
            Self::Error => 3,
        }
    }

    /// Reads a row's number back.
    pub const fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            1 => Self::Notice,
            2 => Self::Warning,
            3 => Self::Error,
            _ => return None,
        })
    }

    /// The name, as the API carries it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}
