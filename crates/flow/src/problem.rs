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

impl Problem {
    /// An error of the whole bot.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self { node: None, port: None, field: None, code, message: message.into(), severity: Severity::Error }
    }

    /// The same, but it does not stop publishing.
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// The same, in this node.
    pub fn in_node(mut self, node: &str) -> Self {
        self.node = Some(node.to_owned());
        self
    }

    /// The same, at this port.
    pub fn at_port(mut self, port: &str) -> Self {
        self.port = Some(port.to_owned());
        self
    }

    /// The same, in this field.
    pub fn in_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
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
