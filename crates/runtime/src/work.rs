//! What inbox rows and timers hold. A stored format: variants are added, never changed.

use chasqui_flow::Outcome;
use chasqui_model::Id;
use chasqui_model::bot::Bot;
use chasqui_model::conversation::{Conversation, Owner};
use chasqui_model::message::{Inbound, Message, Outbound, Sender};
use serde::{Deserialize, Serialize};

use crate::early::Early;

/// One piece of work of a contact's mailbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "work", rename_all = "snake_case")]
pub enum Work {
    /// The contact wrote.
    Message {
        /// What.
        inbound: Inbound,
        /// Who they are, as far as this message tells.
        sender: Sender,
    },
    /// Messages that came during a call and that nobody took because the conversation ended with its answer. The first
    /// begins another one.
    LeftOver {
        /// In order.
        messages: Vec<Inbound>,
    },
    /// The world answered a call.
    Answer {
        /// Whose call it was.
        conversation: Id<Conversation>,
        /// Which.
        call: u64,
        /// What came of it.
        outcome: Outcome,
    },
    /// A delay is over.
    Wake {
        /// Whose.
        conversation: Id<Conversation>,
        /// Which.
        sleep: u64,
    },
    /// The contact may have been silent for too long.
    Expire {
        /// In which conversation.
        conversation: Id<Conversation>,
    },
    /// A message of the bot will never arrive.
    SendFailed {
        /// In which conversation.
        conversation: Id<Conversation>,
        /// The node that sent it.
        node: String,
    },
    /// The reopening template goes out in place of a message of the bot.
    StoodIn {
        /// In which conversation.
        conversation: Id<Conversation>,
        /// The node that sent it.
        node: String,
        /// The message, which the contact has not seen.
        message: Box<Outbound>,
    },
    /// A person wrote to the contact past us, from the phone or another app: the bot falls silent.
    Echo {
        /// What.
        inbound: Inbound,
    },
    /// Another app has the thread: what the contact writes is kept and not answered.
    Standby {
        /// What.
        inbound: Inbound,
        /// Who they are.
        sender: Sender,
    },
    /// The thread came to us, or went to somebody else.
    Thread {
        /// Whether it is ours.
        ours: bool,
        /// Whose it is when it is not ours; `None`: of another app.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<Owner>,
        /// Their role, in Meta's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<String>,
    },
    /// What another app wrote to the contact while it has the thread.
    Elsewhere {
        /// What.
        inbound: Inbound,
    },
    /// A message was changed or deleted that had not come yet. Looked at again from time to time.
    Change {
        /// The change.
        inbound: Inbound,
        /// Whether a person of the business changed what they wrote.
        #[serde(default)]
        person: bool,
        /// How often it was looked at.
        tries: u32,
    },
    /// A message of the outbox is to be sent once more: Meta lost it.
    SendAgain {
        /// Which.
        message: Id<Message>,
    },
    /// The contact goes by another number or user id: what is held of them is read again.
    Renamed,
    /// A status came before Meta's id of its message was known.
    EarlyStatus {
        /// What it says.
        early: Early,
    },
    /// We write first, or start a bot.
    Proactive {
        /// The message's id.
        id: Id<Message>,
        /// What to send.
        message: Option<Box<Outbound>>,
        /// The bot to start.
        bot: Option<Id<Bot>>,
        /// Variables that it starts with.
        #[serde(default)]
        variables: serde_json::Map<String, serde_json::Value>,
    },
    /// A person does something.
    Command {
        /// In which conversation.
        conversation: Id<Conversation>,
        /// What.
        command: Command,
    },
}

impl Work {
    /// What was written, where the work is about something that the contact, a person or another app wrote.
    pub(crate) fn inbound(&self) -> Option<&Inbound> {
        match self {
            Self::Message { inbound, .. }
            | Self::Standby { inbound, .. }
            | Self::Echo { inbound }
            | Self::Elsewhere { inbound }
            | Self::Change { inbound, .. } => Some(inbound),
            Self::LeftOver { .. }
            | Self::Answer { .. }
            | Self::Wake { .. }
            | Self::Expire { .. }
            | Self::SendFailed { .. }
            | Self::StoodIn { .. }
            | Self::Thread { .. }
            | Self::SendAgain { .. }
            | Self::Proactive { .. }
            | Self::Command { .. }
            | Self::Renamed
            | Self::EarlyStatus { .. } => None,
        }
    }
}

/// What a person can do in a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Answer in the bot's place.
    TakeOver,
    /// Let the bot go on.
    HandBack,
    /// Meta was told who is to have the thread.
    Thread {
        /// Who has it from here on.
        owner: Owner,
    },
    /// End it.
    Close,
    /// Write to the contact.
    Write {
        /// What.
        message: Box<Outbound>,
    },
}

impl Work {
    /// As rows carry it, for people who look into the table.
    pub fn kind(&self) -> i64 {
        match self {
            Self::Message { .. } => 1,
            Self::Answer { .. } => 2,
            Self::Wake { .. } => 3,
            Self::Expire { .. } => 4,
            Self::SendFailed { .. } => 5,
            Self::Command { .. } => 6,
            Self::LeftOver { .. } => 7,
            Self::Echo { .. } => 8,
            Self::Standby { .. } => 9,
            Self::Thread { .. } => 10,
            Self::Proactive { .. } => 11,
            Self::Elsewhere { .. } => 12,
            Self::StoodIn { .. } => 13,
            Self::Change { .. } => 14,
            Self::SendAgain { .. } => 15,
            Self::Renamed => 16,
            Self::EarlyStatus { .. } => 17,
        }
    }

    /// The work that tells a conversation of a message that will never arrive.
    pub fn undelivered(conversation: Id<Conversation>, node: &str) -> (i64, String) {
        let work = Self::SendFailed { conversation, node: node.to_owned() };
        (work.kind(), work.payload())
    }

    /// As rows carry it.
    pub fn payload(&self) -> String {
        // Words in its place cannot be read as work: whoever takes them up keeps them where people see them.
        serde_json::to_string(self).unwrap_or_else(|error| format!("work that could not be written: {error}"))
    }
}
