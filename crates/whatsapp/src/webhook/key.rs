//! What makes two updates the same one.

use chasqui_model::message::Inbound;
use sha2::{Digest, Sha256};

use super::{Status, Update};

/// Sixteen bytes that two deliveries of one update share, within one number.
pub type Key = [u8; 16];

impl Update {
    /// The update's key: of a message its id and nothing else, whatever time a delivery gives it; of a status the id with the
    /// status and the recipient; of the rest its bytes. Meta delivers at least once, so whoever acts on updates keeps these
    /// for 8 days. The first bit of a message's key is set, which tells it from [`former_key`].
    pub fn key(&self) -> Key {
        match self {
            Self::Message { inbound, .. } => {
                let mut key = key(&["message", &inbound.wamid]);
                key[0] |= 0x80;
                key
            }
            Self::Status(status) => {
                let recipient = [&status.recipient.wa_id, &status.recipient.user_id, &status.group]
                    .map(|id| id.as_deref().unwrap_or(""));
                key(&[
                    "status",
                    &status.wamid,
                    status.status.name(),
                    recipient[0],
                    recipient[1],
                    recipient[2],
                ])
            }
            Self::News { key, .. } => *key,
            Self::Odd { raw, .. } => key(&["odd", raw.as_str()]),
        }
    }
}

/// The key that versions before kept of a message: it began with the time.
pub fn former_key(inbound: &Inbound) -> Key {
    let mut key = key(&["message", &inbound.wamid]);
    let seconds = u32::try_from(inbound.at.millis() / 1000).unwrap_or(0);
    key[..4].copy_from_slice(&seconds.to_be_bytes());
    key
}

/// The key of news.
pub(super) fn of_news(field: &str, value: &str) -> Key {
    key(&["field", field, value])
}

/// The key of one part of news, within one number: what kind of thing it is, and what tells it from others of its kind.
pub fn key_of(kind: &str, text: &str) -> Key {
    first_half(Sha256::new().chain_update(kind).chain_update([0]).chain_update(text))
}

impl Status {
    /// As it is on the wire.
    pub fn name(&self) -> &str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Played => "played",
            Self::Failed => "failed",
            Self::Deleted => "deleted",
            Self::Other(name) => name,
        }
    }
}

fn key(parts: &[&str]) -> Key {
    let mut hash = Sha256::new();
    for part in parts {
        // The length in front keeps ("ab", "c") and ("a", "bc") apart.
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    first_half(hash)
}

fn first_half(hash: Sha256) -> Key {
    let digest = hash.finalize();
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    key
}
