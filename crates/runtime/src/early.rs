//! Statuses that came before Meta's id of their message was known.

use std::time::Duration;

use chasqui_model::Timestamp;
use chasqui_model::message::{MessageStatus, Sender};
use serde::{Deserialize, Serialize};

/// How often a status is held against messages whose answer is under way, and how long first. The pauses double: after
/// five minutes the call has long been given up.
const TRIES: u32 = 9;
const FIRST_PAUSE: Duration = Duration::from_millis(600);

/// What a status says. A stored format: fields are added, never changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct News {
    /// Meta's id.
    pub(crate) wamid: String,
    /// How far it has come.
    pub(crate) status: MessageStatus,
    /// When, by Meta's clock.
    pub(crate) at: Timestamp,
    /// Meta's code, of failed ones.
    pub(crate) code: Option<i64>,
    /// Why, of failed ones.
    pub(crate) reason: Option<String>,
}

/// A status that came before Meta's id of its message was known. Held against what is sent to its reader.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Early {
    /// What it says.
    pub(crate) news: News,
    /// Whom the message went to.
    pub(crate) recipient: Sender,
    /// How often it was tried.
    pub(crate) tries: u32,
}

impl Early {
    /// When it is to be tried again. `None`: never.
    pub(crate) fn again(&self, now: Timestamp) -> Option<Timestamp> {
        (self.tries < TRIES).then(|| now.after(FIRST_PAUSE.saturating_mul(1 << self.tries)))
    }
}
