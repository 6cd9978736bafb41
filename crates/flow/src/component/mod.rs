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

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum Component {
    /// Asks for text, or only says something.
    QuestionText(QuestionText),
    /// Asks with up to three buttons.
    QuestionButtons(QuestionButtons),
    /// Asks with a list of up to ten options.
    QuestionList(QuestionList),
    /// Waits for files.
    QuestionMedia(QuestionMedia),
    /// Sends a file.
    Media(Media),
    /// Sends a button that opens a web page.
    CtaUrl(CtaUrl),
    /// Asks for a place.
    LocationRequest(LocationRequest),
    /// Sends an approved template.
    Template(Template),
    /// Calculates.
    Formula(Formula),
    /// Changes variables.
    SetVariable(SetVariable),
    /// Asks a service over HTTP.
    ApiRequest(ApiRequest),
    /// Runs a function in Python.
    CustomCode(CustomCode),
    /// Sends an e-mail.
    Email(Email),
    /// Lets a language model talk or work.
    LlmConversation(LlmConversation),
    /// Works on a row of a spreadsheet.
    GoogleSheets(GoogleSheets),
    /// Puts files into Google Drive.
    GoogleDrive(GoogleDrive),
    /// Waits for a time.
    TimeDelay(TimeDelay),
    /// Goes on elsewhere.
    Jump(Jump),
    /// Hands over to people.
    Handoff(Handoff),
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
    pub const KINDS: [&str; 20] = [
        "question_text",
        "question_buttons",
        "question_list",
        "question_media",
        "media",
        "cta_url",
        "location_request",
        "template",
        "formula",
        "set_variable",
        "api_request",
        "custom_code",
        "email",
        "llm_conversation",
        "google_sheets",
        "google_drive",
        "time_delay",
        "jump",
        "handoff",
        "end",
    ];

    /// The type, as bot files name it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::QuestionText(_) => "question_text",
            Self::QuestionButtons(_) => "question_buttons",
            Self::QuestionList(_) => "question_list",
            Self::QuestionMedia(_) => "question_media",
            Self::Media(_) => "media",
            Self::CtaUrl(_) => "cta_url",
            Self::LocationRequest(_) => "location_request",
            Self::Template(_) => "template",
            Self::Formula(_) => "formula",
            Self::SetVariable(_) => "set_variable",
            Self::ApiRequest(_) => "api_request",
            Self::CustomCode(_) => "custom_code",
            Self::Email(_) => "email",
            Self::LlmConversation(_) => "llm_conversation",
            Self::GoogleSheets(_) => "google_sheets",
            Self::GoogleDrive(_) => "google_drive",
            Self::TimeDelay(_) => "time_delay",
            Self::Jump(_) => "jump",
            Self::Handoff(_) => "handoff",
            Self::End(_) => "end",
        }
    }

    /// Reads the fields of a type.
    pub(crate) fn read(kind: &str, fields: Value) -> Result<Self, Unreadable> {
        Ok(match kind {
            "question_text" => Self::QuestionText(read(fields)?),
            "question_buttons" => Self::QuestionButtons(read(fields)?),
            "question_list" => Self::QuestionList(read(fields)?),
            "question_media" => Self::QuestionMedia(read(fields)?),
            "media" => Self::Media(read(fields)?),
            "cta_url" => Self::CtaUrl(read(fields)?),
            "location_request" => Self::LocationRequest(read(fields)?),
            "template" => Self::Template(read(fields)?),
            "formula" => Self::Formula(read(fields)?),
            "set_variable" => Self::SetVariable(read(fields)?),
            "api_request" => Self::ApiRequest(read(fields)?),
            "custom_code" => Self::CustomCode(read(fields)?),
            "email" => Self::Email(read(fields)?),
            "llm_conversation" => Self::LlmConversation(read(fields)?),
            "google_sheets" => Self::GoogleSheets(read(fields)?),
            "google_drive" => Self::GoogleDrive(read(fields)?),
            "time_delay" => Self::TimeDelay(read(fields)?),
            "jump" => Self::Jump(read(fields)?),
            "handoff" => Self::Handoff(read(fields)?),
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
            Self::QuestionList(component) => serde_json::to_value(component),
            Self::QuestionMedia(component) => serde_json::to_value(component),
            Self::Media(component) => serde_json::to_value(component),
            Self::CtaUrl(component) => serde_json::to_value(component),
            Self::LocationRequest(component) => serde_json::to_value(component),
            Self::Template(component) => serde_json::to_value(component),
            Self::Formula(component) => serde_json::to_value(component),
            Self::SetVariable(component) => serde_json::to_value(component),
            Self::ApiRequest(component) => serde_json::to_value(component),
            Self::CustomCode(component) => serde_json::to_value(component),
            Self::Email(component) => serde_json::to_value(component),
            Self::LlmConversation(component) => serde_json::to_value(component),
            Self::GoogleSheets(component) => serde_json::to_value(component),
            Self::GoogleDrive(component) => serde_json::to_value(component),
            Self::TimeDelay(component) => serde_json::to_value(component),
            Self::Jump(component) => serde_json::to_value(component),
            Self::Handoff(component) => serde_json::to_value(component),
            Self::End(component) => serde_json::to_value(component),
        };
        fields.unwrap_or_default()
    }

    /// The JSON Schema of each type's own fields.
    pub(crate) fn schemas(generator: &mut SchemaGenerator) -> Vec<(&'static str, Schema)> {
        vec![
            ("question_text", QuestionText::json_schema(generator)),
            ("question_buttons", QuestionButtons::json_schema(generator)),
            ("question_list", QuestionList::json_schema(generator)),
            ("question_media", QuestionMedia::json_schema(generator)),
            ("media", Media::json_schema(generator)),
            ("cta_url", CtaUrl::json_schema(generator)),
            ("location_request", LocationRequest::json_schema(generator)),
            ("template", Template::json_schema(generator)),
            ("formula", Formula::json_schema(generator)),
            ("set_variable", SetVariable::json_schema(generator)),
            ("api_request", ApiRequest::json_schema(generator)),
            ("custom_code", CustomCode::json_schema(generator)),
            ("email", Email::json_schema(generator)),
            ("llm_conversation", LlmConversation::json_schema(generator)),
            ("google_sheets", GoogleSheets::json_schema(generator)),
            ("google_drive", GoogleDrive::json_schema(generator)),
            ("time_delay", TimeDelay::json_schema(generator)),
            ("jump", Jump::json_schema(generator)),
            ("handoff", Handoff::json_schema(generator)),
            ("end", End::json_schema(generator)),
        ]
    }

    /// Whether it sends messages that can quote. WhatsApp shows no quote with a template.
    pub fn quotes(&self) -> bool {
        match self {
            Self::QuestionText(_)
            | Self::QuestionButtons(_)
            | Self::QuestionList(_)
            | Self::QuestionMedia(_)
            | Self::Media(_)
            | Self::CtaUrl(_)
            | Self::LocationRequest(_)
            | Self::LlmConversation(_)
            | Self::Handoff(_)
            | Self::End(_) => true,
            Self::Template(_)
            | Self::Formula(_)
            | Self::SetVariable(_)
            | Self::ApiRequest(_)
            | Self::CustomCode(_)
            | Self::Email(_)
            | Self::GoogleSheets(_)
            | Self::GoogleDrive(_)
            | Self::TimeDelay(_)
            | Self::Jump(_) => false,
        }
    }

    /// Whether what its author writes goes out as plain text, where WhatsApp can show a link as a card.
    pub fn says_text(&self) -> bool {
        match self {
            Self::QuestionText(it) => it.is_plain(),
            Self::QuestionMedia(_) | Self::LlmConversation(_) | Self::Handoff(_) | Self::End(_) => true,
            Self::QuestionButtons(_)
            | Self::QuestionList(_)
            | Self::Media(_)
            | Self::CtaUrl(_)
            | Self::LocationRequest(_)
            | Self::Template(_)
            | Self::Formula(_)
            | Self::SetVariable(_)
            | Self::ApiRequest(_)
            | Self::CustomCode(_)
            | Self::Email(_)
            | Self::GoogleSheets(_)
            | Self::GoogleDrive(_)
            | Self::TimeDelay(_)
            | Self::Jump(_) => false,
        }
    }

    /// The account's connection that it needs, and the kinds that will do.
    pub fn connection(&self) -> Option<(&str, &[Service])> {
        self.behaviour().connection()
    }

    /// The custom code that it runs. Whether it is code that can run is not known here.
    pub fn code(&self) -> Option<&str> {
        self.behaviour().code()
    }

    /// What it does.
    pub(crate) fn behaviour(&self) -> &dyn Behaviour {
        match self {
            Self::QuestionText(component) => component,
            Self::QuestionButtons(component) => component,
            Self::QuestionList(component) => component,
            Self::QuestionMedia(component) => component,
            Self::Media(component) => component,
            Self::CtaUrl(component) => component,
            Self::LocationRequest(component) => component,
            Self::Template(component) => component,
            Self::Formula(component) => component,
            Self::SetVariable(component) => component,
            Self::ApiRequest(component) => component,
            Self::CustomCode(component) => component,
            Self::Email(component) => component,
            Self::LlmConversation(component) => component,
            Self::GoogleSheets(component) => component,
            Self::GoogleDrive(component) => component,
            Self::TimeDelay(component) => component,
            Self::Jump(component) => component,
            Self::Handoff(component) => component,
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

    /// The account's connection that it needs, and the kinds that will do.
    fn connection(&self) -> Option<(&str, &[Service])> {
        None
    }

    /// The custom code that it runs.
    fn code(&self) -> Option<&str> {
        None
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
