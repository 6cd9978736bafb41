//! Turns: what one event made a bot do, committed as a whole or not at all.

use async_trait::async_trait;
use chasqui_model::account::Account;
use chasqui_model::contact::Contact;
use chasqui_model::conversation::Conversation;
use chasqui_model::event::Event;
use chasqui_model::integration::Integration;
use chasqui_model::media::Media;
use chasqui_model::message::{Author, Message, MessageStatus};
use chasqui_model::{Id, Part, Timestamp};

use crate::Result;

/// Everything that one turn changes.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The slice of work.
    pub part: Part,
    /// Whose number.
    pub account: Id<Account>,
    /// The number.
    pub integration: Id<Integration>,
    /// With whom.
    pub contact: Id<Contact>,
    /// A conversation that ends before the other one begins.
    pub ends: Option<ConversationWrite>,
    /// The conversation after the turn.
    pub conversation: Option<ConversationWrite>,
    /// What happened, for people and for replay.
    pub record: Option<Record>,
    /// Messages in and out.
    pub messages: Vec<NewMessage>,
    /// Calls to the world.
    pub calls: Vec<NewCall>,
    /// Things to come.
    pub timers: Vec<NewTimer>,
    /// Inbox rows that are done with this. Each must still be there.
    pub done: Vec<i64>,
    /// Work that stays in the place of the last `done` row, so that nothing overtakes it.
    pub rest: Option<Rest>,
    /// What the owner is told.
    pub events: Vec<Event>,
    /// Files made known.
    pub media: Vec<Media>,
}

/// Work that is left of an inbox row.
#[derive(Clone, Debug)]
pub struct Rest {
    /// What kind of work; the runtime's.
    pub kind: i64,
    /// The work; the runtime's, JSON.
    pub payload: String,
}

/// A conversation to write.
#[derive(Clone, Debug)]
pub struct ConversationWrite {
    /// As it is to be. `version` is the new one.
    pub conversation: Box<Conversation>,
    /// The version it had when the turn was computed; `None` when it begins. Otherwise the turn is stale.
    pub was: Option<i64>,
}

/// A turn's record.
#[derive(Clone, Debug)]
pub struct Record {
    /// From 1 in each conversation.
    pub no: i64,
    /// When.
    pub at: Timestamp,
    /// How long the engine took.
    pub duration_us: i64,
    /// The trace, JSON.
    pub trace: String,
}

/// A message to write down.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Its id; also what comes back with status webhooks.
    pub id: Id<Message>,
    /// The conversation.
    pub conversation: Id<Conversation>,
    /// Position in the transcript, from 1.
    pub no: i64,
    /// Who wrote it.
    pub author: Author,
    /// The name of its type.
    pub kind: &'static str,
    /// JSON.
    pub content: String,
    /// The `wamid` it quotes.
    pub reply_to: Option<String>,
    /// Received, queued, or sending: then it goes out as soon as the turn is durable.
    pub status: MessageStatus,
    /// Meta's id, of inbound ones.
    pub wamid: Option<String>,
    /// The turn that wrote it.
    pub turn: Option<i64>,
    /// The node that wrote it.
    pub node: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A call to the world.
#[derive(Clone, Debug)]
pub struct NewCall {
    /// The conversation.
    pub conversation: Id<Conversation>,
    /// Its number in the conversation.
    pub no: i64,
    /// The turn that made it.
    pub turn: i64,
    /// The node that made it.
    pub node: String,
    /// What to do, JSON.
    pub request: String,
    /// What it is, in words without content.
    pub summary: String,
    /// When.
    pub at: Timestamp,
}

/// A call that has no answer yet.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingCall {
    /// The slice of work.
    pub part: Part,
    /// The number.
    pub integration: Id<Integration>,
    /// With whom.
    pub contact: Id<Contact>,
    /// The conversation.
    pub conversation: Id<Conversation>,
    /// Its number in the conversation.
    pub no: i64,
    /// What to do, JSON.
    pub request: String,
    /// When it was asked for.
    pub at: Timestamp,
}

/// A timer.
#[derive(Clone, Debug, PartialEq)]
pub struct NewTimer {
    /// When.
    pub due: Timestamp,
    /// Its id.
    pub id: [u8; 16],
    /// What then; the runtime's, JSON.
    pub payload: String,
}

/// A timer that is due.
#[derive(Clone, Debug, PartialEq)]
pub struct DueTimer {
    /// The slice of work.
    pub part: Part,
    /// The number.
    pub integration: Id<Integration>,
    /// With whom.
    pub contact: Id<Contact>,
    /// The timer.
    pub timer: NewTimer,
}

/// What a contact's turn starts from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The contact.
    pub contact: Contact,
    /// Their open conversation.
    pub conversation: Option<Conversation>,
}

/// Turns, calls and timers of an engine.
#[async_trait]
pub trait Turns: Send + Sync {
    /// What turns of these contacts start from, in the same order. A contact that does not exist answers `None`.
    async fn load(&self, contacts: Vec<(Part, Id<Contact>)>) -> Result<Vec<Option<Loaded>>>;

    /// Commits turns, each whole or not at all; an answer for each. [`crate::Error::Stale`]: the conversation changed
    /// meanwhile, compute it again. [`crate::Error::Gone`], [`crate::Error::Behind`] and [`crate::Error::NotOwner`] say
    /// why it is not to be done, or not now.
    async fn commit_turns(&self, turns: Vec<Turn>) -> Vec<Result<()>>;

    /// Calls of some parts without an answer, oldest first. For the start.
    async fn pending_calls(&self, parts: &[Part], limit: u32) -> Result<Vec<PendingCall>>;

    /// Timers of the parts that are held, due at `now`, earliest first.
    async fn due_timers(&self, now: Timestamp, limit: u32) -> Result<Vec<DueTimer>>;

    /// Forgets messages and turns from before `before`: whole days where the engine keeps days apart, else up to `limit` of
    /// each, oldest first. Answers how many days or rows went; call it until it answers 0.
    async fn forget_transcripts(&self, before: Timestamp, limit: u32) -> Result<usize>;

    /// When the earliest timer of the parts that are held is due.
    async fn next_due(&self) -> Result<Option<Timestamp>>;
}
