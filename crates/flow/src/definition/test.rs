//! Conversations that must go as written: the flow tests of a bot file.

use chasqui_model::Timestamp;
use chasqui_model::message::inbound::Content;
use chasqui_model::message::marks::Product;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A conversation that must go as written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// What it shows.
    pub name: String,
    /// Who the contact is. Left out: Ana, 4915123456789.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<TestContact>,
    /// When it begins. Left out: 1 January 2026, 09:00 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub now: Option<Timestamp>,
    /// The node it begins at. Left out: the bot's own start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Variables that are there from the start.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub variables: Map<String, Value>,
    /// The number has a reopening template, here called `reopening`: a day after the contact's last message it goes out in
    /// place of what the bot says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reopening: bool,
    /// What happens, in order.
    pub steps: Vec<Action>,
}

/// Who the contact of a test is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestContact {
    /// The profile name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The username, without `@`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The business-scoped user id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

/// One line of a test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Line", into = "Line")]
pub enum Action {
    /// The contact writes.
    Contact(String),
    /// The contact taps a button of the last message that has it.
    Tap(String),
    /// The contact picks a row of the last list that has it.
    Pick(String),
    /// The contact sends a file.
    Send(MediaKind),
    /// The contact sends a location.
    Location(Place),
    /// The contact sends a message of any type.
    Message(Box<Content>),
    /// One of the above, with what may stand with a message.
    With(Box<Action>, Box<With>),
    /// The bot's next message must be this.
    Bot(Expected),
    /// The variables must have these values.
    Variable(Map<String, Value>),
    /// The conversation must be over, or not.
    Ended(bool),
    /// A person must be answering, or not.
    HandedOff(bool),
    /// A person gives the conversation back.
    HandBack,
    /// Time passes: `90s`, `15m`, `2h`, `3d`.
    Advance(String),
    /// The call that the bot waits for is answered.
    Answer(Canned),
}

/// What the bot's next message must be. What is left out may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The whole text, body or caption; the name of a template.
    pub text: Option<String>,
    /// A part of the text.
    pub contains: Option<String>,
    /// The labels of the buttons.
    pub buttons: Option<Vec<String>>,
    /// The titles of the list's rows.
    pub list: Option<Vec<String>>,
    /// The type (`text`, `image`, `template` …).
    pub kind: Option<String>,
}

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A video.
    Video,
    /// Sound.
    Audio,
    /// Any file.
    Document,
}

impl MediaKind {
    /// The name, as files carry it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
        }
    }
}

/// A location that a contact sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TestLocation")]
pub struct Place {
    /// Degrees north of the equator.
    #[schemars(range(min = -90, max = 90))]
    pub latitude: f64,
    /// Degrees east of Greenwich.
    #[schemars(range(min = -180, max = 180))]
    pub longitude: f64,
    /// What the place is called, when the contact chose a known one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its address, when the contact chose a known one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl Place {
    fn is_on_earth(&self) -> bool {
        (-90.0..=90.0).contains(&self.latitude) && (-180.0..=180.0).contains(&self.longitude)
    }
}

/// What may stand with a message of the contact.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "TestMarks")]
pub struct With {
    /// It was forwarded from another chat.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub forwarded: bool,
    /// It was forwarded many times.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub frequently_forwarded: bool,
    /// The advertisement the contact came from: `headline`, `body`, `source_url`, `source_id`, `source_type`, `ctwa_clid` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral: Option<Map<String, Value>>,
    /// The product that it asks about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Map<String, Value>>")]
    pub product: Option<Product>,
    /// Meta's id of the message that it quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// When the contact wrote it. Left out: at that moment of the test.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub time: Option<Timestamp>,
}

/// The answer that a test gives to a call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Canned {
    /// The node that must be calling. Left out: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// The status code; 200 when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The body, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// The body, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// No answer comes, for this reason: `timeout`, `refused`, `too_large`, `blocked`, `invalid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A line of a test as the file has it: one of the keys, and `buttons` and the like beside `bot`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "TestStep")]
pub(super) struct Line {
    /// The contact writes this.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
    /// The contact taps the button with this label.
    #[serde(skip_serializing_if = "Option::is_none")]
    tap: Option<String>,
    /// The contact picks the row with this title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pick: Option<String>,
    /// The contact sends a file of this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    send: Option<MediaKind>,
    /// The contact sends this location.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Place>,
    /// The contact sends this message: `type` and the fields of that type, as transcripts have them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Map<String, Value>>")]
    message: Option<Box<Content>>,
    /// … with this beside it: forwarded, a referral, a product …
    #[serde(skip_serializing_if = "Option::is_none")]
    with: Option<Box<With>>,
    /// The bot's next message has exactly this text, body or caption.
    #[serde(skip_serializing_if = "Option::is_none")]
    bot: Option<String>,
    /// The bot's next message has this in its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    bot_contains: Option<String>,
    /// The bot's next message is of this type (`image`, `template` …).
    #[serde(skip_serializing_if = "Option::is_none")]
    bot_sends: Option<String>,
    /// … and has these buttons.
    #[serde(skip_serializing_if = "Option::is_none")]
    buttons: Option<Vec<String>>,
    /// … and has these rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<Vec<String>>,
    /// These variables have these values.
    #[serde(skip_serializing_if = "Option::is_none")]
    variable: Option<Map<String, Value>>,
    /// The conversation is over (`true`) or not (`false`).
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<bool>,
    /// A person answers (`true`) or not (`false`).
    #[serde(skip_serializing_if = "Option::is_none")]
    handed_off: Option<bool>,
    /// A person gives the conversation back: `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    hand_back: Option<bool>,
    /// Time passes: `90s`, `15m`, `2h`, `3d`.
    #[serde(skip_serializing_if = "Option::is_none")]
    advance: Option<String>,
    /// The call that the bot waits for is answered so.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Canned>,
}

impl TryFrom<Line> for Action {
    type Error = String;

    fn try_from(line: Line) -> Result<Self, String> {
        if line.location.as_ref().is_some_and(|place| !place.is_on_earth()) {
            return Err(
                "a location has a latitude from -90 to 90 and a longitude from -180 to 180".to_owned()
            );
        }
        let expected = Expected {
            text: line.bot,
            contains: line.bot_contains,
            buttons: line.buttons,
            list: line.list,
            kind: line.bot_sends,
        };
        let actions: Vec<Self> = [
            line.contact.map(Self::Contact),
            line.tap.map(Self::Tap),
            line.pick.map(Self::Pick),
            line.send.map(Self::Send),
            line.location.map(Self::Location),
            line.message.map(Self::Message),
            (expected != Expected::default()).then_some(Self::Bot(expected)),
            line.variable.map(Self::Variable),
            line.ended.map(Self::Ended),
            line.handed_off.map(Self::HandedOff),
            line.hand_back.map(|_| Self::HandBack),
            line.advance.map(Self::Advance),
            line.answer.map(Self::Answer),
        ]
        .into_iter()
        .flatten()
        .collect();
        let count = actions.len();
        let mut actions = actions.into_iter();
        match (actions.next(), count, line.with) {
            (Some(action), 1, None) => Ok(action),
            (Some(action), 1, Some(with)) if action.is_said() => Ok(Self::With(Box::new(action), with)),
            (Some(_), 1, Some(_)) => Err("`with` belongs to what the contact sends".to_owned()),
            _ => Err(format!(
                "a test step has exactly one of contact, tap, pick, send, location, message, bot, variable, ended, handed_off, \
                 hand_back, advance, answer; this one has {count}"
            )),
        }
    }
}

impl Action {
    /// Whether it is a message of the contact.
    fn is_said(&self) -> bool {
        match self {
            Self::Contact(_)
            | Self::Tap(_)
            | Self::Pick(_)
            | Self::Send(_)
            | Self::Location(_)
            | Self::Message(_)
            | Self::With(..) => true,
            Self::Bot(_)
            | Self::Variable(_)
            | Self::Ended(_)
            | Self::HandedOff(_)
            | Self::HandBack
            | Self::Advance(_)
            | Self::Answer(_) => false,
        }
    }
}

impl From<Action> for Line {
    fn from(action: Action) -> Self {
        let mut line = Self::default();
        match action {
            Action::Contact(text) => line.contact = Some(text),
            Action::Tap(label) => line.tap = Some(label),
            Action::Pick(label) => line.pick = Some(label),
            Action::Send(kind) => line.send = Some(kind),
            Action::Location(place) => line.location = Some(place),
            Action::Message(content) => line.message = Some(content),
            Action::With(action, with) => line = Self { with: Some(with), ..Self::from(*action) },
            Action::Bot(expected) => {
                line.bot = expected.text;
                line.bot_contains = expected.contains;
                line.buttons = expected.buttons;
                line.list = expected.list;
                line.bot_sends = expected.kind;
            }
            Action::Variable(values) => line.variable = Some(values),
            Action::Ended(ended) => line.ended = Some(ended),
            Action::HandedOff(handed_off) => line.handed_off = Some(handed_off),
            Action::HandBack => line.hand_back = Some(true),
            Action::Advance(time) => line.advance = Some(time),
            Action::Answer(canned) => line.answer = Some(canned),
        }
        line
    }
}

impl JsonSchema for Action {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Line::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Line::json_schema(generator)
    }
}
