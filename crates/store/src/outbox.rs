//! The outbox: messages on their way to the Graph API, and what became of them.

use async_trait::async_trait;
use chasqui_model::contact::Contact;
use chasqui_model::conversation::Conversation;
use chasqui_model::event::Event;
use chasqui_model::integration::Integration;
use chasqui_model::message::{Message, MessageStatus};
use chasqui_model::{Id, Part, Timestamp};

use crate::Result;

/// A message that waits to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Queued {
    /// The slice of work.
    pub part: Part,
    /// Its id; ids grow in the order in which messages were queued.
    pub id: Id<Message>,
    /// The number.
    pub integration: Id<Integration>,
    /// The conversation.
    pub conversation: Id<Conversation>,
    /// To whom.
    pub contact: Id<Contact>,
    /// JSON.
    pub content: String,
    /// The `wamid` to quote.
    pub reply_to: Option<String>,
    /// The node that wrote it.
    pub node: Option<String>,
    /// Queued, or sending (then its outcome is unknown).
    pub status: MessageStatus,
    /// How often it was tried.
    pub attempts: i64,
    /// Not before this.
    pub due_at: Option<Timestamp>,
    /// When it was queued.
    pub at: Timestamp,
    /// When it was last put on its way.
    pub sending_at: Option<Timestamp>,
}

/// How a message stands that was marked as sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Something was heard of it, or it is not there any more.
    Over,
    /// It waits to be sent again, not before this: whoever had it on its way has put it back.
    Waits(Option<Timestamp>),
    /// It is on its way: nothing has been heard of it.
    Sending,
}

impl Standing {
    /// From its row.
    pub(crate) fn of(status: i64, due_at: Option<i64>) -> Self {
        match MessageStatus::from_number(status) {
            Some(MessageStatus::Queued) => Self::Waits(due_at.map(Timestamp::from_millis)),
            Some(MessageStatus::Sending) => Self::Sending,
            _ => Self::Over,
        }
    }
}

/// Makes the work that tells a conversation of a node's message that will never arrive: its kind and payload.
pub type Undelivered = fn(conversation: Id<Conversation>, node: &str) -> (i64, String);

/// What came of an attempt.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The slice of work.
    pub part: Part,
    /// Which message.
    pub id: Id<Message>,
    /// What came of it.
    pub outcome: Outcome,
    /// When.
    pub at: Timestamp,
    /// What the owner is told.
    pub event: Option<Event>,
}

/// What came of an attempt.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The Graph API took it.
    Accepted {
        /// Meta's id.
        wamid: String,
        /// What was really sent, when it differs from what was queued (a template in place of free text). JSON.
        instead: Option<(&'static str, String)>,
    },
    /// Refused for now, or not sent: back to the queue, not before `due_at`.
    Again {
        /// Not before this.
        due_at: Timestamp,
        /// Whether it counts as an attempt.
        counts: bool,
    },
    /// It will not be sent.
    Failed {
        /// Meta's code, when it came from there.
        code: Option<i64>,
        /// Why, in words.
        reason: String,
        /// Put into the inbox with it, for messages of a node.
        then: Undelivered,
    },
}

/// News of a message from a status webhook.
#[derive(Clone, Debug)]
pub struct StatusChange {
    /// The slice of work.
    pub part: Part,
    /// Which message: what we gave Meta to carry.
    pub id: Id<Message>,
    /// Meta's id.
    pub wamid: String,
    /// How far it has come: sent, delivered, read or failed.
    pub status: MessageStatus,
    /// When, by Meta's clock.
    pub at: Timestamp,
    /// Meta's code, of failed ones.
    pub code: Option<i64>,
    /// Why, of failed ones.
    pub reason: Option<String>,
    /// Put into the inbox with it, when a node's message fails.
    pub then: Undelivered,
    /// What the owner is told, if this changes anything.
    pub event: Option<Event>,
}

/// What a status changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The message came further.
    Changed {
        /// Its conversation.
        conversation: Id<Conversation>,
        /// Whom it was written to.
        contact: Id<Contact>,
    },
    /// It had come as far or further before.
    Known {
        /// Whom it was written to.
        contact: Id<Contact>,
    },
    /// No such message here.
    Unknown,
}

/// A message that Meta took and then could not deliver, for a reason that may pass.
#[derive(Clone, Debug)]
pub struct Lost {
    /// The slice of work.
    pub part: Part,
    /// Which message.
    pub id: Id<Message>,
    /// Meta's id of the attempt that failed.
    pub wamid: String,
    /// Meta's code.
    pub code: i64,
    /// Not before this.
    pub due_at: Timestamp,
}

/// Whether a lost message is sent once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnceMore {
    /// It waits in the outbox again.
    Waits {
        /// To whom it goes.
        contact: Id<Contact>,
    },
    /// That attempt was dealt with before: it is news of long ago.
    Before {
        /// To whom it goes.
        contact: Id<Contact>,
    },
    /// Meta's answer to the attempt is not written down yet: ask again in a moment.
    TooEarly,
    /// It is not: it had its one more try, or has come further, or is not there.
    No,
}

impl OnceMore {
    /// Of a message that is not put back now. `first`: the code of the attempt after which it was put back, `wamid`: the last
    /// one that Meta gave it.
    pub(crate) fn of(
        lost: &Lost,
        contact: Id<Contact>,
        status: i64,
        wamid: Option<&str>,
        first: Option<i64>,
    ) -> Self {
        let same = wamid == Some(lost.wamid.as_str());
        match MessageStatus::from_number(status) {
            Some(MessageStatus::Queued | MessageStatus::Sending) if first.is_some() && same => {
                Self::Before { contact }
            }
            Some(MessageStatus::Sending) => Self::TooEarly,
            // Written down between the attempt to put it back and this look.
            Some(MessageStatus::Accepted | MessageStatus::Sent)
                if first.is_none() && (same || wamid.is_none()) =>
            {
                Self::TooEarly
            }
            Some(
                MessageStatus::Accepted
                | MessageStatus::Sent
                | MessageStatus::Delivered
                | MessageStatus::Read,
            ) if first.is_some() && !same => Self::Before { contact },
            _ => Self::No,
        }
    }
}

/// The outbox of an engine.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Messages of a number that wait or whose outcome is unknown, with an id above `after`, in order.
    async fn queued(
        &self,
        part: Part,
        integration: Id<Integration>,
        after: Option<Id<Message>>,
        limit: u32,
    ) -> Result<Vec<Queued>>;

    /// Numbers of some parts that have anything in the outbox. For the start.
    async fn numbers_with_mail(&self, parts: &[Part]) -> Result<Vec<Id<Integration>>>;

    /// Puts messages on their way. `false` for each that is not waiting any more.
    async fn mark_sending(&self, messages: Vec<(Part, Id<Message>)>, at: Timestamp) -> Result<Vec<bool>>;

    /// How messages stand that were marked as sending.
    async fn standings(&self, messages: Vec<(Part, Id<Message>)>) -> Result<Vec<Standing>>;

    /// Writes down what came of attempts. A message that a status webhook has taken further stays there.
    async fn record_sends(&self, results: Vec<Sent>) -> Result<()>;

    /// Puts a lost message into the outbox again, once in its life: the code it failed with stays with it as the mark.
    async fn send_once_more(&self, lost: Lost) -> Result<OnceMore>;

    /// Applies news from status webhooks. The ladder only goes up.
    async fn apply_statuses(&self, changes: Vec<StatusChange>) -> Result<Vec<Applied>>;
}
