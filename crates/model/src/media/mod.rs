//! Files: what contacts sent, and what bots send.

pub mod kind;

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::contact::Contact;
use crate::id::Named;
use crate::integration::Integration;
use crate::{Id, Timestamp};

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Its id.
    pub id: Id<Media>,
    /// Whose it is.
    pub account: Id<Account>,
    /// The number it came in on or belongs to.
    pub integration: Option<Id<Integration>>,
    /// Who sent it.
    pub contact: Option<Id<Contact>>,
    /// Whether the bytes are here.
    pub state: State,
    /// As Meta or the uploader said, without parameters.
    pub mime_type: String,
    /// Bytes, once they are here.
    pub size: Option<i64>,
    /// SHA-256 in hex.
    pub sha256: Option<String>,
    /// The name it was sent with.
    pub filename: Option<String>,
    /// Meta's id.
    pub meta_id: Option<String>,
    /// When it was made known.
    pub created_at: Timestamp,
    /// When it is to go; `None`: it stays.
    pub expires_at: Option<Timestamp>,
}

impl Named for Media {
    const PREFIX: &'static str = "med";
}

/// Whether a file's bytes are here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Known, not fetched.
    Pending,
    /// Here.
    Stored,
    /// Cannot be had.
    Failed,
}

impl State {
    /// As rows carry it.
    pub const fn number(self) -> i64 {
        match self {
            Self::Pending => 0,
            Self::Stored => 1,
            Self::Failed => 2,
        }
    }

    /// Reads a row's number back.
    pub const fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            0 => Self::Pending,
            1 => Self::Stored,
            2 => Self::Failed,
            _ => return None,
        })
    }
}
