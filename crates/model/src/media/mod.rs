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
    /// As Meta or the uploader said, in the form of [`kept_type`].
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

/// A type as it is kept: small letters, without parameters. Only the codec of Ogg sound stays: WhatsApp shows voice notes by it.
pub fn kept_type(mime_type: &str) -> String {
    let mime_type = mime_type.to_ascii_lowercase();
    let mut parts = mime_type.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default();
    let is_opus = |part: &str| {
        part.split_once('=')
            .is_some_and(|(name, codec)| name.trim() == "codecs" && codec.trim().trim_matches('"') == "opus")
    };
    if kind == "audio/ogg" && parts.any(is_opus) {
        "audio/ogg; codecs=opus".to_owned()
    } else {
        kind.to_owned()
    }
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

#[cfg(test)]
mod tests {
    use super::kept_type;

    #[test]
    fn only_the_codec_of_a_voice_note_stays() {
        for text in ["audio/ogg; codecs=opus", "audio/ogg;codecs=\"opus\"", "Audio/OGG ; x=1; Codecs=Opus"] {
            assert_eq!(kept_type(text), "audio/ogg; codecs=opus", "{text}");
        }
        for (text, kept) in [
            ("audio/ogg", "audio/ogg"),
            ("audio/ogg; codecs=vorbis", "audio/ogg"),
            ("audio/mp4; codecs=opus", "audio/mp4"),
            ("text/plain; charset=utf-8", "text/plain"),
            ("", ""),
        ] {
            assert_eq!(kept_type(text), kept, "{text}");
        }
    }
}
