//! Paths into variables, `a.b[0]["odd key"]`: one grammar for texts and formulas.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;
use winnow::ascii::digit1;
use winnow::combinator::{alt, delimited, preceded, repeat};
use winnow::prelude::*;
use winnow::token::{one_of, take_till, take_while};

use crate::exact;

/// Longest path in bytes; a longer one is read as plain text.
const LONGEST: usize = 256;

/// A path into the variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    root: Root,
    name: String,
    segments: Vec<Segment>,
}

/// Where a path starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    Variable,
    Contact,
    Message,
    Conversation,
    Integration,
    Bot,
    Now,
    Today,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Key(String),
    Index(usize),
}

impl Root {
    fn of(name: &str) -> Self {
        match name {
            "contact" => Self::Contact,
            "message" => Self::Message,
            "conversation" => Self::Conversation,
            "integration" => Self::Integration,
            "bot" => Self::Bot,
            "now" => Self::Now,
            "today" => Self::Today,
            _ => Self::Variable,
        }
    }
}

impl Path {
    /// Reads a whole text as a path, with or without `{…}` around it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bare = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text).trim();
        path.parse(bare).ok()
    }

    /// The name it starts with.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it reads something of the conversation itself, such as `contact.name`.
    pub fn is_system(&self) -> bool {
        self.root != Root::Variable
    }

    pub(crate) fn root(&self) -> Root {
        self.root
    }

    pub(crate) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The keys after the name, joined by dots, when there is no index among them.
    pub(crate) fn key(&self) -> Option<&str> {
        match self.segments.as_slice() {
            [Segment::Key(key)] => Some(key),
            _ => None,
        }
    }
}

/// Whether a text can be a variable's name.
pub fn is_name(text: &str) -> bool {
    text.chars().count() <= 64 && identifier.parse(text).is_ok()
}

/// Whether the name belongs to the system (`contact`, `now` …).
pub fn is_system_name(text: &str) -> bool {
    Root::of(text) != Root::Variable
}

/// Follows segments into a value.
pub(crate) fn descend<'a>(value: &'a Value, segments: &[Segment]) -> Option<&'a Value> {
    segments.iter().try_fold(value, |value, segment| match segment {
        Segment::Key(key) => value.get(key.as_str()),
        Segment::Index(index) => value.get(*index),
    })
}

/// A value as people read it: text as it is, nothing for null, all digits of a number, JSON for lists and objects.
pub fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => Cow::Borrowed(text),
        Value::Bool(true) => Cow::Borrowed("true"),
        Value::Bool(false) => Cow::Borrowed("false"),
        Value::Number(number) => Cow::Owned(number.to_string()),
        Value::Object(_) => match exact::digits(value) {
            Some(digits) => Cow::Borrowed(digits),
            None => Cow::Owned(exact::json(value)),
        },
        Value::Array(_) => Cow::Owned(exact::json(value)),
    }
}

/// Reads a path from the front of the input.
pub(crate) fn path(input: &mut &str) -> ModalResult<Path> {
    let start = input.len();
    let name = identifier.parse_next(input)?;
    let segments: Vec<Segment> = repeat(0..=16, segment).parse_next(input)?;
    if start - input.len() > LONGEST {
        return winnow::combinator::fail.parse_next(input);
    }
    Ok(Path { root: Root::of(name), name: name.to_owned(), segments })
}

fn identifier<'a>(input: &mut &'a str) -> ModalResult<&'a str> {
    (
        one_of(|c: char| c.is_alphabetic() || c == '_'),
        take_while(0.., |c: char| c.is_alphanumeric() || c == '_'),
    )
        .take()
        .parse_next(input)
}

fn segment(input: &mut &str) -> ModalResult<Segment> {
    alt((
        preceded('.', identifier).map(|key| Segment::Key(key.to_owned())),
        delimited('[', digit1.parse_to(), ']').map(Segment::Index),
        delimited("[\"", take_till(1.., ('"', '\n')), "\"]").map(|key: &str| Segment::Key(key.to_owned())),
    ))
    .parse_next(input)
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for segment in &self.segments {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if identifier.parse(key).is_ok() => write!(f, ".{key}")?,
                Segment::Key(key) => write!(f, "[\"{key}\"]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_prints_as_it_was_written() {
        for text in ["a", "a.b[0].c", "größe", "answer.headers[\"content-type\"]", "_x1"] {
            assert_eq!(Path::parse(text).map(|path| path.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_is_not_a_path_is_refused() {
        for text in ["", "1a", "a.", "a[", "a[x]", "a b", "a[99999999999999999999999]", "a..b"] {
            assert_eq!(Path::parse(text), None, "{text}");
        }
    }
}
