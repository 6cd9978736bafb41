//! What went wrong in a node or in a turn.

use crate::effect::CallError;
use crate::words::Phrase;

/// A node that could not do its work.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// A stable name for its kind.
    pub code: &'static str,
    /// For the error log: no message text, no values.
    pub message: String,
    /// For the trace: may hold values.
    pub detail: Option<String>,
    /// What the contact is told when the node and its error port say nothing else.
    pub phrase: Phrase,
}

impl Failure {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), detail: None, phrase: Phrase::Error }
    }

    /// A call without an answer. `what` completes "… failed: ".
    pub fn of_call(code: &'static str, what: &str, error: &CallError) -> Self {
        Self::new(code, format!("{what} failed: {}.", error.kind.words())).with_detail(error.message.clone())
    }

    /// An answer to something else than what was asked.
    pub fn wrong_answer() -> Self {
        Self::new("wrong_answer", "The world answered something else than what was asked.")
    }

    /// The same, with a detail for the trace only.
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same, telling the contact something else.
    pub fn telling(mut self, phrase: Phrase) -> Self {
        self.phrase = phrase;
        self
    }
}

/// A limit that no turn may break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    Visits,
    Messages,
    Turns,
    Variables,
    Depth,
    Work,
}

impl Guard {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Visits => "too_many_visits",
            Self::Messages => "too_many_messages",
            Self::Turns => "too_many_turns",
            Self::Variables => "variables_too_large",
            Self::Depth => "variables_too_deep",
            Self::Work => "too_much_work",
        }
    }

    pub const fn message(self) -> &'static str {
        match self {
            Self::Visits => {
                "One turn came to more than 200 nodes: the flow goes in a circle without waiting. The conversation was ended."
            }
            Self::Messages => "One turn wanted to send more than 30 messages. The conversation was ended.",
            Self::Turns => "The conversation had 10,000 turns and was ended.",
            Self::Variables => "The variables grew beyond 256 KiB. The conversation was ended.",
            Self::Work => {
                "One turn did more work than it may, and so did what followed the node's error port. Shorten texts and lists, \
                 or let the bot wait for an answer in between. The conversation was ended."
            }
            Self::Depth => "A variable is nested deeper than 64 levels. The conversation was ended.",
        }
    }
}
