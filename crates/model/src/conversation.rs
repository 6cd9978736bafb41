//! One run of one published bot version with one contact.

use std::time::Duration;

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
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ConversationStatus))]
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

/// Who may answer in a thread that more than one app works on, as far as anybody has told us: Meta has no way to ask. A
/// conversation without one is ours while the contact writes to us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// Who.
    pub owner: Owner,
    /// Their role in Meta's words (`ai_agent`, `escalation` …), when it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// The bot fell silent because of it, and goes on when the thread is ours again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
}

impl Thread {
    /// The contact's silence after which a thread is nobody's.
    /// <https://developers.facebook.com/docs/whatsapp/cloud-api/conversation-routing>
    pub const IDLE: Duration = Duration::from_hours(24);

    /// Who owns the thread now. `heard_at`: when the contact last wrote, to whomever.
    pub fn owner(thread: Option<&Self>, heard_at: Option<Timestamp>, now: Timestamp) -> Owner {
        if heard_at.is_none_or(|at| at.after(Self::IDLE) <= now) {
            return Owner::Unknown;
        }
        thread.map_or(Owner::Ours, |thread| thread.owner)
    }
}

/// Who owns a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ThreadOwner))]
pub enum Owner {
    /// This number's bot, or the people who answer here.
    Ours,
    /// Meta's Business Agent.
    MetaAgent,
    /// A person: on the phone, or where escalations go.
    Person,
    /// Another app; Meta did not say more.
    Other,
    /// Nobody that we know of: it was released, or the contact has been silent for a day.
    Unknown,
}

impl Owner {
    /// Whether it is somebody else.
    pub const fn is_another(self) -> bool {
        match self {
            Self::MetaAgent | Self::Person | Self::Other => true,
            Self::Ours | Self::Unknown => false,
        }
    }

    /// The owner that a role of Meta's stands for.
    pub fn of_role(role: &str) -> Self {
        match role {
            "ai_agent" | "meta_business_agent" => Self::MetaAgent,
            "escalation" => Self::Person,
            _ => Self::Other,
        }
    }
}

/// Why a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_is_nobodys_after_a_day_of_silence() {
        let heard = Timestamp::from_seconds(1_000_000);
        let thread = |owner| Thread { owner, role: None, since: heard, paused: false };
        let (soon, late) = (heard.after(Duration::from_hours(23)), heard.after(Thread::IDLE));
        assert_eq!(Thread::owner(None, Some(heard), soon), Owner::Ours);
        assert_eq!(Thread::owner(Some(&thread(Owner::MetaAgent)), Some(heard), soon), Owner::MetaAgent);
        assert_eq!(Thread::owner(Some(&thread(Owner::MetaAgent)), Some(heard), late), Owner::Unknown);
        assert_eq!(Thread::owner(None, Some(heard), late), Owner::Unknown);
        assert_eq!(Thread::owner(None, None, soon), Owner::Unknown);
    }
}
