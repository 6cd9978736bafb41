//! A piece of writing, and who waits for it.

use chasqui_model::message::Message;
use chasqui_model::{Id, Part, Timestamp};
use tokio::sync::oneshot;

use crate::Result;
use crate::inbox::{Arrival, DeadLetter, Deed, Item, Journal};
use crate::noun::audit::Entry;
use crate::outbox::{Applied, Sent, StatusChange};
use crate::turn::Turn;

/// What is to be written. Each is done as a whole or not at all.
pub(in crate::postgres) enum Work {
    Accept(Vec<Arrival>),
    Journal(Vec<Journal>),
    Act(Box<Act>),
    Bury(Vec<DeadLetter>),
    Drop(Vec<Item>),
    Turn(Box<Turn>),
    Mark(Vec<(Part, Id<Message>)>, Timestamp),
    Record(Vec<Sent>),
    Statuses(Vec<StatusChange>),
}

/// What somebody sets going, and that they did: one of the two lists has one row.
pub(in crate::postgres) struct Act {
    pub(super) entries: Vec<Journal>,
    pub(super) arrivals: Vec<Arrival>,
    pub(super) by: Entry,
}

impl Act {
    pub(in crate::postgres) fn new(deed: Deed, by: Entry) -> Self {
        let (entries, arrivals) = match deed {
            Deed::Entry(entry) => (vec![entry], Vec::new()),
            Deed::Arrival(arrival) => (Vec::new(), vec![*arrival]),
        };
        Self { entries, arrivals, by }
    }
}

impl Work {
    /// How many rows it is about, roughly.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Accept(it) => it.len(),
            Self::Journal(it) => it.len(),
            Self::Bury(it) => it.len(),
            Self::Drop(it) => it.len(),
            Self::Turn(_) | Self::Act(_) => 1,
            Self::Mark(it, _) => it.len(),
            Self::Record(it) => it.len(),
            Self::Statuses(it) => it.len(),
        }
    }
}

/// What came of it, in the order of the work.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::postgres) enum Answer {
    Done,
    Flags(Vec<bool>),
    Applied(Vec<Applied>),
    /// The `seq` of work; `None`: it did not count.
    Placed(Option<i64>),
}

impl Answer {
    pub(in crate::postgres) fn flags(self) -> Vec<bool> {
        match self {
            Self::Flags(flags) => flags,
            Self::Done | Self::Applied(_) | Self::Placed(_) => Vec::new(),
        }
    }

    pub(in crate::postgres) fn applied(self) -> Vec<Applied> {
        match self {
            Self::Applied(applied) => applied,
            Self::Done | Self::Flags(_) | Self::Placed(_) => Vec::new(),
        }
    }
}

/// Work with the one who waits for it.
pub(in crate::postgres) struct Job {
    pub(super) work: Work,
    reply: oneshot::Sender<Result<Answer>>,
}

impl Job {
    pub(in crate::postgres) fn new(work: Work) -> (Self, oneshot::Receiver<Result<Answer>>) {
        let (reply, answer) = oneshot::channel();
        (Self { work, reply }, answer)
    }

    /// Nobody may be waiting any more: what was written stands all the same.
    pub(super) fn answer(self, answer: Result<Answer>) {
        let _ = self.reply.send(answer);
    }
}
