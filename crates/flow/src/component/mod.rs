//! The components: one file each. This file is where they are registered.

mod choice;
mod end;
mod question_buttons;
mod question_text;

pub use choice::Choice;
pub use end::End;
pub use question_buttons::QuestionButtons;
pub use question_text::QuestionText;

use std::borrow::Cow;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::context::FlowKey;
use crate::definition::Node;
use crate::effect::{Outcome, Request};
use crate::state::Progress;
use crate::step::{Answer, Failure, Turn};
use crate::validate::Check;

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum Component {
    /// Asks for text.
    QuestionText(QuestionText),
    /// Asks with up to three buttons.
    QuestionButtons(QuestionButtons),
    /// Ends the conversation.
    End(End),
}

/// The fields of a component that cannot be read.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub field: String,
    pub code: &'static str,
    pub message: String,
}

impl Component {
    /// The types, as bot files name them.
    pub const KINDS: [&str; 3] = ["question_text", "question_buttons", "end"];

    /// The type, as bot files name it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::QuestionText(_) => "question_text",
            Self::QuestionButtons(_) => "question_buttons",
            Self::End(_) => "end",
        }
    }

    /// Reads the fields of a type.
    pub(crate) fn read(kind: &str, fields: Value) -> Result<Self, Unreadable> {
        Ok(match kind {
            "question_text" => Self::QuestionText(read(fields)?),
            "question_buttons" => Self::QuestionButtons(read(fields)?),
            "end" => Self::End(read(fields)?),
            _ => {
                let known = Self::KINDS.join(", ");
                let message = format!("there is no component `{kind}`; there are {known}");
                return Err(Unreadable { field: "type".to_owned(), code: "unknown_component", message });
            }
        })
    }

    /// The component's own fields, without those that have their usual value.
    pub(crate) fn fields(&self) -> Value {
        let fields = match self {
            Self::QuestionText(component) => serde_json::to_value(component),
            Self::QuestionButtons(component) => serde_json::to_value(component),
            Self::End(component) => serde_json::to_value(component),
        };
        fields.unwrap_or_default()
    }

    /// The JSON Schema of each type's own fields.
    pub(crate) fn schemas(generator: &mut SchemaGenerator) -> Vec<(&'static str, Schema)> {
        vec![
            ("question_text", QuestionText::json_schema(generator)),
            ("question_buttons", QuestionButtons::json_schema(generator)),
            ("end", End::json_schema(generator)),
        ]
    }

    /// What it does.
    pub(crate) fn behaviour(&self) -> &dyn Behaviour {
        match self {
            Self::QuestionText(component) => component,
            Self::QuestionButtons(component) => component,
            Self::End(component) => component,
        }
    }
}

fn read<T: DeserializeOwned>(fields: Value) -> Result<T, Unreadable> {
    serde_path_to_error::deserialize(fields).map_err(|error| Unreadable {
        field: match error.path().to_string() {
            path if path == "." => "fields".to_owned(),
            path => path,
        },
        code: "wrong_type",
        message: error.into_inner().to_string(),
    })
}

/// What a component does. Nothing here waits, reads a clock or draws chance.
pub(crate) trait Behaviour {
    /// The flow comes to the node.
    fn enter(&self, turn: &mut Turn<'_>) -> Next;

    /// The contact answers while the node waits.
    fn answer(&self, turn: &mut Turn<'_>, answer: &Answer<'_>, progress: Progress) -> Next {
        let _ = (turn, answer);
        Next::Wait(progress)
    }

    /// The world answers the node's call.
    fn outcome(&self, turn: &mut Turn<'_>, outcome: Outcome, progress: Progress) -> Next {
        let _ = (turn, outcome, progress);
        Next::port("next")
    }

    /// An option of the node was chosen when the flow was elsewhere. `None` when it has no such option.
    fn chosen(&self, turn: &mut Turn<'_>, option: &str) -> Option<Next> {
        let _ = (turn, option);
        None
    }

    /// The node's sleep is over.
    fn wake(&self, turn: &mut Turn<'_>) -> Next {
        let _ = turn;
        Next::port("next")
    }

    /// The bot that the node started has ended; these are its variables.
    fn returned(&self, turn: &mut Turn<'_>, variables: &Map<String, Value>) -> Next {
        let _ = (turn, variables);
        Next::port("next")
    }

    /// The ports it has beside `error`.
    fn ports(&self, node: &Node) -> Vec<Port>;

    /// Says what is wrong with its fields, and which variables it reads and makes.
    fn check(&self, check: &mut Check<'_>);

    /// Whether a turn may end here, so that a loop through it is not endless.
    fn rests(&self) -> bool;

    /// The node it goes on at without a port.
    fn jumps_to(&self) -> Option<&str> {
        None
    }

    /// The bot that it starts.
    fn starts(&self) -> Option<&str> {
        None
    }
}

/// Where a node leads.
#[derive(Debug)]
pub(crate) enum Next {
    /// On through a port.
    Port(Cow<'static, str>),
    /// On at a node of this flow.
    Node(usize),
    /// Back to the question before this one.
    Back,
    /// The contact is to answer.
    Wait(Progress),
    /// The world is to answer.
    Call(Request, Progress),
    /// A time is to come.
    Sleep(Duration),
    /// People are to answer. The note is for them.
    HandOff(String),
    /// Another bot goes on.
    Start(Start),
    /// This flow is over.
    End,
    /// It could not be done.
    Fail(Failure),
}

/// Another bot that goes on.
#[derive(Debug)]
pub(crate) struct Start {
    pub flow: FlowKey,
    pub variables: Map<String, Value>,
    /// Come back to the jump node when it ends.
    pub returns: bool,
}

impl Next {
    pub fn port(name: &'static str) -> Self {
        Self::Port(Cow::Borrowed(name))
    }
}

/// A port of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Port {
    pub name: String,
    pub need: Need,
}

/// Whether a port must be connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    Optional,
    /// Required unless this port is connected.
    Unless(&'static str),
}

impl Port {
    pub fn required(name: impl Into<String>) -> Self {
        Self { name: name.into(), need: Need::Required }
    }

    pub fn optional(name: impl Into<String>) -> Self {
        Self { name: name.into(), need: Need::Optional }
    }

    pub fn unless(other: &'static str, name: impl Into<String>) -> Self {
        Self { name: name.into(), need: Need::Unless(other) }
    }
}
