//! The inbox: what was accepted and is to be worked on, in order, once.

use async_trait::async_trait;
use chasqui_model::account::Account;
use chasqui_model::contact::Contact;
use chasqui_model::conversation::Conversation;
use chasqui_model::event::Event;
use chasqui_model::integration::Integration;
use chasqui_model::message::{AliasKind, Sender};
use chasqui_model::{Id, Part, Timestamp};

use crate::Result;
use crate::noun::audit::Entry;

/// An update from Meta on its way into the inbox.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The slice of work.
    pub part: Part,
    /// Whose number.
    pub account: Id<Account>,
    /// The number.
    pub integration: Id<Integration>,
    /// Equal for deliveries of the same thing; runs once for 8 days.
    pub key: [u8; 16],
    /// What versions before kept of it, as long as one may have. That counts as well.
    pub former: Option<[u8; 16]>,
    /// Who sent it.
    pub sender: Sender,
    /// Names the sender goes by from here on (a changed number).
    pub also: Vec<(AliasKind, String)>,
    /// The contact's id, should they be unknown so far.
    pub fresh_contact: Id<Contact>,
    /// What kind of work; the runtime's.
    pub kind: i64,
    /// The work; the runtime's, JSON.
    pub payload: String,
    /// When its sender wrote it, if it opens the 24-hour window; it counts from there.
    pub wrote_at: Option<Timestamp>,
    /// When it was received, by our clock.
    pub at: Timestamp,
    /// When it was said, by Meta's clock; of what carries no time, when it was received. Names are ordered by it.
    pub said_at: Timestamp,
    /// Whether the names are ours, because we write first: they find people and change nobody's number.
    pub ours: bool,
    /// Makes the work for the mailbox of a contact who goes by another number or user id from here on.
    pub renamed: Option<Renamed>,
}

/// Makes work that carries nothing: its kind and payload.
pub type Renamed = fn() -> (i64, String);

impl Arrival {
    /// When the window opened, in milliseconds, when this opens it.
    pub(crate) fn last_inbound(&self) -> Option<i64> {
        self.wrote_at.map(Timestamp::millis)
    }
}

/// A piece of work.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Order of acceptance. Never a cursor: rows disappear.
    pub seq: i64,
    /// The slice of work.
    pub part: Part,
    /// The number.
    pub integration: Id<Integration>,
    /// Whose mailbox.
    pub contact: Id<Contact>,
    /// What kind of work; the runtime's.
    pub kind: i64,
    /// The work; the runtime's, JSON.
    pub payload: String,
    /// When it was received.
    pub at: Timestamp,
}

/// Something that happened inside and becomes work: a call's answer, a timer that is due, a person's command.
#[derive(Clone, Debug)]
pub struct Journal {
    /// The slice of work.
    pub part: Part,
    /// The number.
    pub integration: Id<Integration>,
    /// Whose mailbox.
    pub contact: Id<Contact>,
    /// What kind of work; the runtime's.
    pub kind: i64,
    /// The work; the runtime's, JSON.
    pub payload: String,
    /// When.
    pub at: Timestamp,
    /// What must still be open for it to count; closed in the same transaction, so that it counts once.
    pub closes: Closes,
}

/// What a journal entry closes.
#[derive(Clone, Debug)]
pub enum Closes {
    /// Nothing.
    Nothing,
    /// A pending call.
    Call {
        /// Its conversation.
        conversation: Id<Conversation>,
        /// Its number there.
        no: i64,
        /// What came of it, in words without content.
        result: String,
        /// Whether it went well.
        ok: bool,
        /// How long it took.
        duration_ms: i64,
    },
    /// A timer.
    Timer {
        /// When it was due.
        due: Timestamp,
        /// Its id.
        id: [u8; 16],
    },
}

/// Work that somebody sets going.
#[derive(Clone, Debug)]
pub enum Deed {
    /// For the mailbox of somebody who is known.
    Entry(Journal),
    /// For whoever goes by a name, met for the first time or not.
    Arrival(Box<Arrival>),
}

impl Deed {
    /// The slice of work.
    pub(crate) fn part(&self) -> Part {
        match self {
            Self::Entry(entry) => entry.part,
            Self::Arrival(arrival) => arrival.part,
        }
    }
}

/// What could not be read or run, kept whole.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// The slice of work.
    pub part: Part,
    /// Its id.
    pub id: [u8; 16],
    /// Whose number.
    pub account: Id<Account>,
    /// The number.
    pub integration: Id<Integration>,
    /// Whose it was.
    pub contact: Option<Id<Contact>>,
    /// Why, in words.
    pub cause: String,
    /// As it came.
    pub raw: Vec<u8>,
    /// When.
    pub at: Timestamp,
    /// The inbox row it was.
    pub seq: Option<i64>,
    /// What the owner is told.
    pub event: Option<Event>,
}

/// The inbox of an engine.
#[async_trait]
pub trait Inboxes: Send + Sync {
    /// Takes what one delivery brought, in one transaction. `true` for each that is new; the others came before.
    /// New items go to the feed in the order of their `seq`, after they are durable.
    async fn accept(&self, arrivals: Vec<Arrival>) -> Result<Vec<bool>>;

    /// Takes what happened inside. `true` for each that counted.
    async fn journal(&self, entries: Vec<Journal>) -> Result<Vec<bool>>;

    /// Takes what somebody sets going, and writes down who did it: both, or nothing. Answers its `seq`;
    /// [`crate::Error::Stale`] when it is known already, or closes what is not open.
    async fn act(&self, deed: Deed, by: &Entry) -> Result<i64>;

    /// Waiting work of some parts with a `seq` above `after`, in order.
    async fn waiting(&self, parts: &[Part], after: i64, limit: u32) -> Result<Vec<Item>>;

    /// Keeps letters that could not be read or run. Repeatable: the same id is kept once.
    async fn bury(&self, letters: Vec<DeadLetter>) -> Result<()>;

    /// Drops work that nobody is left to do (its integration was deleted).
    async fn drop_items(&self, items: Vec<Item>) -> Result<()>;

    /// Forgets keys older than `before` whose first byte is `slice`, and perhaps others that old; up to `limit` rows. Answers
    /// how many.
    async fn forget_keys(&self, before: Timestamp, slice: u8, limit: u32) -> Result<usize>;
}
