//! One run of one published bot version with one contact.

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::bot::Bot;
use crate::contact::Contact;
use crate::id::Named;
use crate::integration::Integration;
use crate::{Id, Timestamp};

/// A conversation. At most one is open per contact and integration.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversation {
    /// Its id.
    pub id: Id<Conversation>,
    /// Whose it is.
    pub account: Id<Account>,
    /// The number.
    pub integration: Id<Integration>,
    /// With whom.
    pub contact: Id<Contact>,
    /// What answers.
    pub bot: Id<Bot>,
    /// The version it started with; it finishes on it.
    pub bot_version: i64,
    /// Where it stands.
    pub status: Status,
    /// The engine's state, JSON. Belongs to `flow`.
    pub state: String,
    /// Grows with every turn; a turn computed from an older one is refused.
    pub version: i64,
    /// How many turns it has had.
    pub turns: i64,
    /// How many messages its transcript has.
    pub messages: i64,
    /// When it began.
    pub started_at: Timestamp,
    /// The last message in or out.
    pub last_message_at: Timestamp,
    /// When it ends by itself if the contact says nothing more.
    pub expires_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
}

impl Named for Conversation {
    const PREFIX: &'static str = "cnv";
}

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The bot waits for the contact.
    Waiting,
    /// The bot waits for an answer from the world.
    Calling,
    /// The bot waits for a time.
    Sleeping,
    /// A person answers; the bot is silent.
    HandedOff,
    /// Over.
    Ended,
}

impl Status {
    /// As rows carry it.
    pub const fn number(self) -> i64 {
        match self {
            Self::Waiting => 1,
            Self::Calling => 2,
            Self::Sleeping => 3,
            Self::HandedOff => 4,
            Self::Ended => 9,
        }
    }

    /// Reads a row's number back.
    pub const fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            1 => Self::Waiting,
            2 => Self::Calling,
            3 => Self::Sleeping,
            4 => Self::HandedOff,
            9 => Self::Ended,
            _ => return None,
        })
    }

    /// The name, as the API carries it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Calling => "calling",
            Self::Sleeping => "sleeping",
            Self::HandedOff => "handed_off",
            Self::Ended => "ended",
        }
    }
}

/// Why a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The flow came to its end.
    Finished,
    /// The contact was silent for the integration's expiry time.
    Expired,
    /// The contact sent a restart word; another conversation began.
    Restarted,
    /// A person closed it.
    Closed,
    /// Something failed and the flow had no error port.
    Failed,
}

impl EndReason {
    /// As rows carry it.
    pub const fn number(self) -> i64 {
        match self {
            Self::Finished => 1,
            Self::Expired => 2,
            Self::Restarted => 3,
            Self::Closed => 4,
            Self::Failed => 5,
        }
    }

    /// Reads a row's number back.
    pub const fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            1 => Self::Finished,
            2 => Self::Expired,
            3 => Self::Restarted,
            4 => Self::Closed,
            5 => Self::Failed,
            _ => return None,
        })
    }

    /// The name, as the API carries it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Expired => "expired",
            Self::Restarted => "restarted",
            Self::Closed => "closed",
            Self::Failed => "failed",
        }
    }
}
