//! What a Graph error means and what to do about it. One judgement for refused calls and for messages that fail later,
//! since both carry the same codes.

mod envelope;
mod german;
mod table;

use std::time::Duration;

pub use envelope::{GraphError, parse};
pub use table::{Explanation, all, explain, explain_in};

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
}

/// Judges a Graph code. `http` is the status of the refused call; `None` for an error that came in a webhook. The status
/// only decides where the code is not known.
pub fn verdict(code: Option<i64>, http: Option<u16>) -> Verdict {
    if let Some(row) = code.and_then(table::row) {
        return Verdict { class: row.class, action: row.action };
    }
    let retry = Action::Retry { after: Duration::ZERO };
    match (code, http) {
        (_, Some(429)) => Verdict { class: Class::RateNumber, action: Action::SlowNumber },
        // No Graph error at all: a proxy spoke, not Meta.
        (_, Some(500..)) | (None, _) => Verdict { class: Class::Transient, action: retry },
        (Some(_), _) => Verdict { class: Class::Unknown, action: Action::Fail },
    }
}
