//! Messages in both directions, and what WhatsApp allows in them.

pub mod fit;
pub mod inbound;
pub mod limit;
pub mod marks;
pub mod outbound;
mod said;
mod written;

pub use inbound::{AliasKind, Inbound, Location, Sender, System};
pub use outbound::Outbound;
pub use written::{REMEMBERED, is_forgotten, written};

use serde::{Deserialize, Serialize};

/// A message of a transcript, in either direction.
#[derive(Debug)]
pub enum Message {}

impl crate::id::Named for Message {
    const PREFIX: &'static str = "msg";
}

/// How far a message has come. Outbound messages climb; a status webhook never takes one down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum MessageStatus {
    /// Inbound: stored.
    Received,
    /// Outbound: waits for its turn.
    Queued,
    /// Outbound: queued on a number that cannot send (inactive, dead token). Shown, never stored: see
    /// [`MessageStatus::shown`].
    Held,
    /// Outbound: on its way to the Graph API; the answer is not recorded.
    Sending,
    /// Outbound: the Graph API took it.
    Accepted,
    /// Outbound: left Meta.
    Sent,
    /// Outbound: reached the phone.
    Delivered,
    /// Outbound: seen.
    Read,
    /// Outbound: will not arrive.
    Failed,
}

impl MessageStatus {
    /// As rows carry it. Along the ladder numbers grow, so that "never backwards" is a comparison.
    pub const fn number(self) -> i64 {
        match self {
            Self::Received => 0,
            Self::Queued => 10,
            Self::Held => 11,
            Self::Sending => 20,
            Self::Accepted => 30,
            Self::Sent => 40,
            Self::Delivered => 50,
            Self::Read => 60,
            Self::Failed => 90,
        }
    }

    /// Reads a row's number back.
    pub const fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            0 => Self::Received,
            10 => Self::Queued,
            11 => Self::Held,
            20 => Self::Sending,
            30 => Self::Accepted,
            40 => Self::Sent,
            50 => Self::Delivered,
            60 => Self::Read,
            90 => Self::Failed,
            _ => return None,
        })
    }

    /// As people see it: what is queued on a number that cannot send is held. The number's state is the one truth about
    /// that, so nothing has to be written when it changes.
    pub const fn shown(self, number_sends: bool) -> Self {
        match self {
            Self::Queued if !number_sends => Self::Held,
            Self::Received
            | Self::Queued
            | Self::Held
            | Self::Sending
            | Self::Accepted
            | Self::Sent
            | Self::Delivered
            | Self::Read
            | Self::Failed => self,
        }
    }

    /// The name, as the API carries it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Queued => "queued",
            Self::Held => "held",
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
        }
    }
}

/// Who wrote a message of a transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Author {
    /// The contact.
    Contact,
    /// The bot.
    Bot,
    /// A person of the account.
    Person,
}

impl Author {
    /// As rows carry it.
    pub const fn number(self) -> i64 {
        match self {
            Self::Contact => 0,
            Self::Bot => 1,
            Self::Person => 2,
        }
    }

    /// Reads a row's number back.
    pub const fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            0 => Self::Contact,
            1 => Self::Bot,
            2 => Self::Person,
            _ => return None,
        })
    }
}
