//! How much an account may keep: a limit for each kind of thing that people or programs can make many or large.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Files that people uploaded.
    Files,
    /// Their bytes.
    FileBytes,
    /// Bots.
    Bots,
    /// Published versions of one bot.
    Versions,
    /// Bytes of drafts and published versions.
    BotBytes,
    /// Connected numbers.
    Integrations,
    /// Connections to services.
    Connections,
    /// API tokens.
    ApiTokens,
    /// People and open invitations.
    People,
    /// Bytes of answers that are kept for Idempotency-Keys.
    KeyBytes,
    /// Contacts.
    Contacts,
    /// Bytes of files that contacts sent.
    ReceivedBytes,
    /// Events of the error log.
    Events,
}

/// What happens at a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtLimit {
    /// Adding one more is refused.
    Refused,
    /// The oldest go.
    RollsOff,
    /// It is said, and nothing is refused: it comes with messages, and those are always taken and answered.
    Said,
}

const MIB: i64 = 1024 * 1024;
const GIB: i64 = 1024 * MIB;

/// The largest limit that can be set.
pub const LARGEST: i64 = 1 << 50;

impl Kind {
    /// Every kind, in the order in which people read them.
    pub const ALL: [Self; 13] = [
        Self::Files,
        Self::FileBytes,
        Self::Bots,
        Self::Versions,
        Self::BotBytes,
        Self::Integrations,
        Self::Connections,
        Self::ApiTokens,
        Self::People,
        Self::KeyBytes,
        Self::Contacts,
        Self::ReceivedBytes,
        Self::Events,
    ];

    /// As settings and the API name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::FileBytes => "file_bytes",
            Self::Bots => "bots",
            Self::Versions => "versions",
            Self::BotBytes => "bot_bytes",
            Self::Integrations => "integrations",
            Self::Connections => "connections",
            Self::ApiTokens => "api_tokens",
            Self::People => "people",
            Self::KeyBytes => "key_bytes",
            Self::Contacts => "contacts",
            Self::ReceivedBytes => "received_bytes",
            Self::Events => "events",
        }
    }

    /// The kind with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The limit where nobody sets another: what an agency with hundreds of customers does not reach, and what a machine
    /// with a small disk still bears (docs/decisions/0141).
    pub const fn usual(self) -> i64 {
        match self {
            Self::Files => 5_000,
            Self::FileBytes => 10 * GIB,
            Self::Bots | Self::ApiTokens | Self::Connections | Self::People => 500,
            Self::Versions | Self::Integrations => 1_000,
            Self::BotBytes => GIB,
            Self::KeyBytes => 128 * MIB,
            Self::Contacts => 1_000_000,
            Self::ReceivedBytes => 50 * GIB,
            Self::Events => 200_000,
        }
    }

    /// Whether it counts bytes.
    pub const fn is_bytes(self) -> bool {
        match self {
            Self::FileBytes | Self::BotBytes | Self::KeyBytes | Self::ReceivedBytes => true,
            Self::Files
            | Self::Bots
            | Self::Versions
            | Self::Integrations
            | Self::Connections
            | Self::ApiTokens
            | Self::People
            | Self::Contacts
            | Self::Events => false,
        }
    }

    /// What happens at the limit.
    pub const fn at_limit(self) -> AtLimit {
        match self {
            Self::Files
            | Self::FileBytes
            | Self::Bots
            | Self::Versions
            | Self::BotBytes
            | Self::Integrations
            | Self::Connections
            | Self::ApiTokens
            | Self::People => AtLimit::Refused,
            Self::KeyBytes | Self::Events => AtLimit::RollsOff,
            Self::Contacts | Self::ReceivedBytes => AtLimit::Said,
        }
    }
}

/// Limits that somebody set; a kind that is not in it has another's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Limits(pub BTreeMap<Kind, i64>);

impl Limits {
    /// The limit of a kind, or the usual one.
    pub fn of(&self, kind: Kind) -> i64 {
        self.0.get(&kind).copied().unwrap_or(kind.usual())
    }

    /// These, and where they say nothing, others.
    #[must_use]
    pub fn over(&self, others: &Self) -> Self {
        let mut all = others.0.clone();
        all.extend(self.0.iter().map(|(kind, limit)| (*kind, *limit)));
        Self(all)
    }

    /// Reads limits as an operator writes them: `files=5000, file_bytes=20GiB`. The error names what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut all = BTreeMap::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, limit) = part.split_once('=').ok_or_else(|| part.to_owned())?;
            let kind = Kind::parse(name.trim()).ok_or_else(|| part.to_owned())?;
            let limit = amount(limit.trim()).ok_or_else(|| part.to_owned())?;
            if all.insert(kind, limit).is_some() {
                return Err(part.to_owned());
            }
        }
        Ok(Self(all))
    }
}

/// A number, with `KiB`, `MiB`, `GiB` or `TiB` behind it or without.
fn amount(text: &str) -> Option<i64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let factor = match text[end..].trim() {
        "" => 1,
        "KiB" => 1024,
        "MiB" => MIB,
        "GiB" => GIB,
        "TiB" => 1024 * GIB,
        _ => return None,
    };
    let number: i64 = text[..end].parse().ok()?;
    number.checked_mul(factor).filter(|number| (0..=LARGEST).contains(number))
}

/// What was counted last of what grows with messages. Stored as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Contacts.
    pub contacts: i64,
    /// Bytes of files that contacts sent.
    pub received_bytes: i64,
    /// Events.
    pub events: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

impl Counted {
    /// What was counted of a kind; `None` of one that is counted when somebody asks.
    pub const fn of(&self, kind: Kind) -> Option<i64> {
        match kind {
            Kind::Contacts => Some(self.contacts),
            Kind::ReceivedBytes => Some(self.received_bytes),
            Kind::Events => Some(self.events),
            Kind::Files
            | Kind::FileBytes
            | Kind::Bots
            | Kind::Versions
            | Kind::BotBytes
            | Kind::Integrations
            | Kind::Connections
            | Kind::ApiTokens
            | Kind::People
            | Kind::KeyBytes => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_they_are_written() {
        let limits = Limits::parse("files=10, file_bytes = 2GiB,key_bytes=64 MiB,").unwrap();
        assert_eq!(limits.of(Kind::Files), 10);
        assert_eq!(limits.of(Kind::FileBytes), 2 * GIB);
        assert_eq!(limits.of(Kind::KeyBytes), 64 * MIB);
        assert_eq!(limits.of(Kind::Bots), Kind::Bots.usual());
        let account = Limits::parse("files=20").unwrap();
        assert_eq!(
            (account.over(&limits).of(Kind::Files), account.over(&limits).of(Kind::FileBytes)),
            (20, 2 * GIB)
        );
        for wrong in [
            "files",
            "files=",
            "files=-1",
            "files=1.5",
            "flies=1",
            "files=1GB",
            "files=1,files=2",
            "files=9000000000TiB",
        ] {
            assert!(Limits::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Limits::parse("").unwrap(), Limits::default());
    }

    #[test]
    fn every_kind_has_a_name_of_its_own_and_a_limit() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.name()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert!((1..=LARGEST).contains(&kind.usual()));
        }
    }
}
