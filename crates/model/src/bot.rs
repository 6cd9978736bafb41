//! Bots: a draft that is edited and versions that never change. What is inside a definition belongs to `flow`.

use crate::account::Account;
use crate::id::Named;
use crate::{Id, Timestamp};

/// A bot.
#[derive(Clone, Debug, PartialEq)]
pub struct Bot {
    /// Its id.
    pub id: Id<Bot>,
    /// Whose it is.
    pub account: Id<Account>,
    /// What it is called.
    pub name: String,
    /// Grows with every save of the draft; a save must name the one it started from.
    pub revision: i64,
    /// The newest published version, from 1.
    pub version: Option<i64>,
    /// The revision that version was made from.
    pub published_revision: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the draft was last saved.
    pub updated_at: Timestamp,
    /// When it was last published.
    pub published_at: Option<Timestamp>,
}

impl Named for Bot {
    const PREFIX: &'static str = "bot";
}

/// One published version of a bot.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The bot.
    pub bot: Id<Bot>,
    /// From 1.
    pub number: i64,
    /// The bot file, as JSON text.
    pub definition: String,
    /// When it was published.
    pub created_at: Timestamp,
}
