//! The components: one file each. This file is where they are registered.

mod api_request;
mod choice;
mod cta_url;
mod custom_code;
mod email;
mod end;
mod formula;
mod google_drive;
mod google_sheets;
mod handoff;
mod jump;
mod llm_conversation;
mod location_request;
mod media;
mod question_buttons;
mod question_list;
mod question_media;
mod question_text;
mod set_variable;
mod template;
mod time_delay;

pub use api_request::{ApiRequest, Method};
pub use choice::Choice;
pub use cta_url::CtaUrl;
pub use custom_code::CustomCode;
pub use email::Email;
pub use end::End;
pub use formula::{Formula, Mode};
pub use google_drive::GoogleDrive;
pub use google_sheets::GoogleSheets;
pub use handoff::Handoff;
pub use jump::Jump;
pub use llm_conversation::{LlmConversation, Mode as LlmMode};
pub use location_request::LocationRequest;
pub use media::Media;
pub use question_buttons::QuestionButtons;
pub use question_list::{ChoiceSection, QuestionList};
pub use question_media::{Keep, QuestionMedia};
pub use question_text::QuestionText;
pub use set_variable::{Operation, SetVariable};
pub use template::{ButtonValue, HeaderKind, HeaderValue, QuickReply, Template, Values};
pub use time_delay::{OutsideWindow, TimeDelay};

use std::borrow::Cow;
use std::time::Duration;

use chasqui_model::connection::Kind as Service;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::context::FlowKey;
use crate::definition::Node;
use crate::effect::{Outcome, Request};
use crate::state::Progress;
use crate::step::{Answer, Failure, Turn};
use crate::validate::Check;

/// The components as one list: the enum and everything that has an arm for each of them.
macro_rules! components {
    ($($(#[$about:meta])* $component:ident = $kind:literal,)+) => {
        /// What a node is.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Component {
            $($(#[$about])* $component($component),)+
        }

        impl Component {
            /// The types, as bot files name them.
            pub const KINDS: [&str; [$($kind),+].len()] = [$($kind),+];

            /// The type, as bot files name it.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$component(_) => $kind,)+
                }
            }

            /// Reads the fields of a type.
            pub(crate) fn read(kind: &str, fields: Value) -> Result<Self, Unreadable> {
                match kind {
                    $($kind => read(fields).map(Self::$component),)+
                    _ => Err(unknown(kind)),
                }
            }

            /// The component's own fields, without those that have their usual value.
            pub(crate) fn fields(&self) -> Value {
                match self {
                    $(Self::$component(component) => serde_json::to_value(component),)+
                }
                .unwrap_or_default()
            }

            /// The JSON Schema of each type's own fields.
            pub(crate) fn schemas(generator: &mut SchemaGenerator) -> Vec<(&'static str, Schema)> {
                vec![$(($kind, $component::json_schema(generator))),+]
            }

            /// What it does.
            pub(crate) fn behaviour(&self) -> &dyn Behaviour {
                match self {
                    $(Self::$component(component) => component,)+
                }
            }
        }
    };
}

components! {
    /// Asks for text, or only says something.
    QuestionText = "question_text",
    /// Asks with up to three buttons.
    QuestionButtons = "question_buttons",
    /// Asks with a list of up to ten options.
    QuestionList = "question_list",
    /// Waits for files.
    QuestionMedia = "question_media",
    /// Sends a file.
    Media = "media",
    /// Sends a button that opens a web page.
    CtaUrl = "cta_url",
    /// Asks for a place.
    LocationRequest = "location_request",
    /// Sends an approved template.
    Template = "template",
    /// Calculates.
    Formula = "formula",
    /// Changes variables.
    SetVariable = "set_variable",
    /// Asks a service over HTTP.
    ApiRequest = "api_request",
    /// Runs a function in Python.
    CustomCode = "custom_code",
    /// Sends an e-mail.
    Email = "email",
    /// Lets a language model talk or work.
    LlmConversation = "llm_conversation",
    /// Works on a row of a spreadsheet.
    GoogleSheets = "google_sheets",
    /// Puts files into Google Drive.
    GoogleDrive = "google_drive",
    /// Waits for a time.
    TimeDelay = "time_delay",
    /// Goes on elsewhere.
    Jump = "jump",
    /// Hands over to people.
    Handoff = "handoff",
    /// Ends the conversation.
    End = "end",
}

/// The fields of a component that cannot be read.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub field: String,
    pub code: &'static str,
    pub message: String,
}

impl Component {
    /// Whether it sends messages that can quote. WhatsApp shows no quote with a template.
    pub fn quotes(&self) -> bool {
        self.behaviour().quotes()
    }

    /// Whether what its author writes goes out as plain text, where WhatsApp can show a link as a card.
    pub fn says_text(&self) -> bool {
        self.behaviour().says_text()
    }

    /// The account's connection that it needs, and the kinds that will do.
    pub fn connection(&self) -> Option<(&str, &[Service])> {
        self.behaviour().connection()
    }

    /// The custom code that it runs. Whether it is code that can run is not known here.
    pub fn code(&self) -> Option<&str> {
        self.behaviour().code()
    }
}

fn unknown(kind: &str) -> Unreadable {
    let known = Component::KINDS.join(", ");
    let message = format!("there is no component `{kind}`; there are {known}");
    Unreadable { field: "type".to_owned(), code: "unknown_component", message }
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

    /// The account's connection that it needs, and the kinds that will do.
    fn connection(&self) -> Option<(&str, &[Service])> {
        None
    }

    /// The custom code that it runs.
    fn code(&self) -> Option<&str> {
        None
    }

    /// Whether it sends messages that can quote.
    fn quotes(&self) -> bool {
        false
    }

    /// Whether what its author writes goes out as plain text.
    fn says_text(&self) -> bool {
        false
    }
}

/// Where a node leads.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "one is made for a node and taken apart at once; a box would cost more"
)]
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
