//! What a Graph error means and what to do about it. One judgement for refused calls and for messages that fail later,
//! since both carry the same codes.

mod envelope;
mod managing;
mod sending;
mod subcode;
mod table;

use std::time::Duration;

pub use envelope::{GraphError, parse};
pub use table::{all, class_of};

/// What an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Something at Meta that passes.
    Transient,
    /// The number sends too fast.
    RateNumber,
    /// Too much to one person.
    RatePair,
    /// The app calls too often.
    RateApp,
    /// Quality and spam limits.
    Quality,
    /// The token does not work.
    Token,
    /// The 24-hour window is closed.
    Window,
    /// This person cannot be reached.
    Recipient,
    /// The template.
    Template,
    /// A file.
    Media,
    /// The account's or the number's state.
    Account,
    /// The number's registration.
    Registration,
    /// Money.
    Payment,
    /// The token may not do this.
    Permission,
    /// Our request.
    Parameter,
    /// A WhatsApp Flow.
    Flow,
    /// A code nobody told us about.
    Unknown,
}

impl Class {
    /// The name, as the API carries it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transient => "transient",
            Self::RateNumber => "rate_number",
            Self::RatePair => "rate_pair",
            Self::RateApp => "rate_app",
            Self::Quality => "quality",
            Self::Token => "token",
            Self::Window => "window",
            Self::Recipient => "recipient",
            Self::Template => "template",
            Self::Media => "media",
            Self::Account => "account",
            Self::Registration => "registration",
            Self::Payment => "payment",
            Self::Permission => "permission",
            Self::Parameter => "parameter",
            Self::Flow => "flow",
            Self::Unknown => "unknown",
        }
    }
}

/// What to do with a message after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Try again with growing pauses, the first not shorter than this.
    Retry {
        /// Zero where Meta states none.
        after: Duration,
    },
    /// Try again once; then it has failed.
    RetryOnce,
    /// Slow this number down, then try again.
    SlowNumber,
    /// Slow down towards this person only (4ⁿ seconds), then try again.
    SlowPair,
    /// Let the app rest, then try again.
    SlowApp,
    /// Keep the number's messages back and tell its owner: a person has to do something.
    Hold,
    /// Keep the number's messages back until it has a working token.
    ReplaceToken,
    /// Only templates go to this person until they write.
    WindowClosed,
    /// Not this message, never unchanged.
    Fail,
}

/// Class and action of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What it is about.
    pub class: Class,
    /// What to do.
    pub action: Action,
    /// The code whose explanation fits. Another one than Meta's when the subcode says more than the code.
    pub code: Option<i64>,
}

/// What an error says of itself, in an answer or in a webhook. All of it counts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signs<'a> {
    /// The status of the refused call; `None` for an error that came in a webhook.
    pub http: Option<u16>,
    /// The Graph code.
    pub code: Option<i64>,
    /// What stands beside it.
    pub subcode: Option<i64>,
    /// Meta's own word on whether trying again helps; `None` where it says nothing.
    pub is_transient: Option<bool>,
    /// The explanation for people. Only asked where one code stands for two things.
    pub details: Option<&'a str>,
}

/// Judges an error: Meta's word that it passes comes first, then the subcode, then the code, then the status.
pub fn verdict(signs: &Signs<'_>) -> Verdict {
    let judged = by_code(signs);
    if signs.is_transient == Some(true) && !judged.action.tries_again() {
        // The class stays out of it: what passes by itself is nobody's fault.
        return Verdict { class: Class::Transient, action: RETRY, ..judged };
    }
    judged
}

const RETRY: Action = Action::Retry { after: Duration::ZERO };

fn by_code(signs: &Signs<'_>) -> Verdict {
    let named = signs.code.and_then(|code| subcode::stands_for(code, signs.subcode));
    if let Some((code, row)) = named.or(signs.code).and_then(|code| Some((code, table::row(code)?))) {
        let action = match code {
            MEDIA_REFUSED => media(signs.details),
            _ => row.action,
        };
        return Verdict { class: row.class, action, code: Some(code) };
    }
    let (class, action) = match (signs.code, signs.http, signs.is_transient) {
        (_, Some(429), _) => (Class::RateNumber, Action::SlowNumber),
        (Some(_), Some(500..), Some(false)) => (Class::Unknown, Action::Fail),
        // No Graph error at all: a proxy spoke, not Meta.
        (_, Some(500..), _) | (None, _, _) => (Class::Transient, RETRY),
        (Some(_), _, _) => (Class::Unknown, Action::Fail),
    };
    Verdict { class, action, code: signs.code }
}

/// Meta could not take a file of ours: its kind is wrong, or fetching and reading it went wrong once.
const MEDIA_REFUSED: i64 = 131_053;

/// One code for a file that WhatsApp never takes and for one that did not come through. Only the details tell.
fn media(details: Option<&str>) -> Action {
    const NEVER: [&str; 9] = [
        "mime",
        "codec",
        "unsupported",
        "not supported",
        "not a supported",
        "file type",
        "too large",
        "too big",
        "exceeds",
    ];
    let details = details.unwrap_or_default().to_lowercase();
    if NEVER.iter().any(|word| details.contains(word)) { Action::Fail } else { Action::RetryOnce }
}

impl Action {
    /// Whether the same may go well later without anybody doing anything.
    pub fn tries_again(self) -> bool {
        match self {
            Self::Retry { .. } | Self::RetryOnce | Self::SlowNumber | Self::SlowPair | Self::SlowApp => true,
            Self::Hold | Self::ReplaceToken | Self::WindowClosed | Self::Fail => false,
        }
    }
}

/// The permission that sending needs.
pub const SENDING: &str = "whatsapp_business_messaging";
/// The permission that everything else needs.
pub const MANAGEMENT: &str = "whatsapp_business_management";
