//! What is wrong with a bot, said so that an editor can lead to the place.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing that is wrong with a bot file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problem {
    /// The node it is in; `None` when it concerns the whole bot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// The port of the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// The field, as a path inside the node (or inside the file when there is no node).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// A stable name for the kind of problem.
    pub code: &'static str,
    /// What is wrong and what to do, in plain words.
    pub message: String,
    /// Whether it stops publishing.
    pub severity: Severity,
}

/// Whether a problem stops publishing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth a look.
    Warning,
    /// The bot cannot be published.
    Error,
}

/// Most problems that are said one by one. Nobody reads more at a time, and a file can have a million.
pub const MAX_PROBLEMS: usize = 500;
/// Most bytes of a problem's message, and of each place in it: a file can have a name of megabytes.
const LONGEST: usize = 4000;
const LONGEST_PLACE: usize = 300;

/// The first problems of a bot, and how many more there are.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    first: Vec<Problem>,
    more: usize,
    /// Whether one of those that are only counted is an error.
    has_errors: bool,
}

impl Problems {
    pub fn push(&mut self, problem: Problem) {
        if self.first.len() < MAX_PROBLEMS {
            self.first.push(problem);
        } else {
            self.more += 1;
            self.has_errors |= problem.is_error();
        }
    }

    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// Adds others behind.
    pub fn append(&mut self, others: Self) {
        self.more += others.more;
        self.has_errors |= others.has_errors;
        others.first.into_iter().for_each(|problem| self.push(problem));
    }

    /// The problems, and at the end how many more there are.
    pub fn into_vec(mut self) -> Vec<Problem> {
        if self.more > 0 {
            let words = if self.more == 1 {
                "1 more problem"
            } else {
                &format!("{} more problems", thousands(self.more))
            };
            let rest =
                Problem::error("more_problems", format!("{words} in this bot; solve those above first"));
            self.first.push(if self.has_errors { rest } else { rest.as_warning() });
        }
        self.first
    }
}

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn cut(mut text: String, longest: usize) -> String {
    if text.len() > longest {
        text.truncate(text.floor_char_boundary(longest));
        text.push('…');
    }
    text
}

impl Problem {
    /// An error of the whole bot.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        let message = cut(message.into(), LONGEST);
        Self { node: None, port: None, field: None, code, message, severity: Severity::Error }
    }

    /// The same, but it does not stop publishing.
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// The same, in this node.
    pub fn in_node(mut self, node: &str) -> Self {
        self.node = Some(node[..node.floor_char_boundary(LONGEST_PLACE)].to_owned());
        self
    }

    /// The same, at this port.
    pub fn at_port(mut self, port: &str) -> Self {
        self.port = Some(port[..port.floor_char_boundary(LONGEST_PLACE)].to_owned());
        self
    }

    /// The same, in this field.
    pub fn in_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(cut(field.into(), LONGEST_PLACE));
        self
    }

    /// Whether it stops publishing.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(node) = &self.node {
            write!(f, "node `{node}`")?;
            if let Some(port) = &self.port {
                write!(f, ", port `{port}`")?;
            }
            if let Some(field) = &self.field {
                write!(f, ", {field}")?;
            }
            write!(f, ": ")?;
        } else if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        write!(f, "{}", self.message)
    }
}
