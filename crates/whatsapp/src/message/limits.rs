//! Collects what is wrong with a message, each thing with the place where it stands.

use std::collections::HashSet;
use std::fmt;

use chasqui_model::message::limit;

/// One thing that WhatsApp would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitError {
    /// Where it stands, for example `buttons[1].title`.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Must not be empty.
    Empty,
    /// Longer than allowed.
    TooLong {
        /// Characters it has.
        length: usize,
        /// Characters it may have.
        limit: usize,
    },
    /// More of them than allowed.
    TooMany {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The same as an earlier one of its kind.
    Repeated,
    /// Not allowed here.
    NotAllowed,
    /// Does not look as it must.
    Malformed(&'static str),
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = &self.field;
        match &self.problem {
            Problem::Empty => write!(f, "{field} is empty"),
            Problem::TooLong { length, limit } => {
                write!(f, "{field} has {length} characters, {limit} are allowed")
            }
            Problem::TooMany { count, limit } => write!(f, "{field} are {count}, {limit} are allowed"),
            Problem::Repeated => write!(f, "{field} is there twice"),
            Problem::NotAllowed => write!(f, "{field} is not possible here"),
            Problem::Malformed(what) => write!(f, "{field} {what}"),
        }
    }
}

impl std::error::Error for LimitError {}

/// The collection.
#[derive(Debug, Default)]
pub(super) struct Limits(Vec<LimitError>);

impl Limits {
    pub(super) fn finish(self) -> Result<(), Vec<LimitError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }

    pub(super) fn add(&mut self, field: impl Into<String>, problem: Problem) {
        self.0.push(LimitError { field: field.into(), problem });
    }

    /// Text that must be there and fit.
    pub(super) fn text(&mut self, field: impl Into<String>, text: &str, limit: usize) {
        let length = limit::length(text);
        if text.trim().is_empty() {
            self.add(field, Problem::Empty);
        } else if length > limit {
            self.add(field, Problem::TooLong { length, limit });
        }
    }

    /// Text that may be left out, but not be empty.
    pub(super) fn optional(&mut self, field: &str, text: Option<&str>, limit: usize) {
        if let Some(text) = text {
            self.text(field, text, limit);
        }
    }

    /// An id: text that must be there and fit, without spaces at its ends, and be used once.
    pub(super) fn id<'a>(&mut self, field: &str, id: &'a str, limit: usize, seen: &mut HashSet<&'a str>) {
        self.text(field, id, limit);
        if id.trim() != id {
            self.add(field, Problem::Malformed("starts or ends with a space"));
        }
        self.once(field, id, seen);
    }

    /// Text that is used once.
    pub(super) fn once<'a>(&mut self, field: &str, text: &'a str, seen: &mut HashSet<&'a str>) {
        if !seen.insert(text) {
            self.add(field, Problem::Repeated);
        }
    }

    /// One to `limit` things.
    pub(super) fn count(&mut self, field: &str, count: usize, limit: usize) {
        if count == 0 {
            self.add(field, Problem::Empty);
        } else if count > limit {
            self.add(field, Problem::TooMany { count, limit });
        }
    }

    /// An address that a phone or Meta opens.
    pub(super) fn web_address(&mut self, field: &str, address: &str) {
        let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
        if rest.is_none_or(|rest| rest.is_empty() || rest.contains(char::is_whitespace)) {
            self.add(field, Problem::Malformed("is not an address that starts with https://"));
        }
    }
}
