//! `template`: sends an approved template, and waits for its quick replies when they lead somewhere.

use chasqui_model::filename;
use chasqui_model::message::limit;
use chasqui_model::message::outbound::Content;
use chasqui_model::template::{self, Given, Place, Why, Wrong};
use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::choice::{self, Asked, Choice};
use super::{Behaviour, Next, Port};
use crate::definition::Node;
use crate::setting::Setting;
use crate::state::Progress;
use crate::step::{Answer, Failure, Turn};
use crate::template::Template as Text;
use crate::validate::Check;

/// Longest coupon code.
const COUPON: usize = 20;
/// Stands for a value that is not known yet.
const SAMPLE: &str = "x";

/// Sends an approved template.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Template {
    /// Its name at Meta.
    pub name: String,
    /// One of the languages it exists in, for example `en_US`.
    pub language: String,
    /// The value of its header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<HeaderValue>,
    /// The values of its body: a list for numbered places, an object for named ones.
    #[serde(skip_serializing_if = "Values::is_empty")]
    pub body: Values,
    /// The values of its other buttons.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<ButtonValue>,
    /// Its quick replies that lead somewhere. With any, the flow waits for the answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<QuickReply>,
    /// The variable that takes the label of the chosen quick reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_as: Option<String>,
    /// What to say when the answer is none of the quick replies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid_message: Option<Text>,
    /// After how many such answers to give up; the bot's setting when left out, 0 for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<u32>,
}

/// The value of a template's header.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderValue {
    /// What the header is.
    pub kind: HeaderKind,
    /// The text; where the file is: an address or the id of an uploaded file (`med_…`); the latitude and longitude of a
    /// place, such as `52.52,13.405`; the product's id in its catalogue.
    pub value: Text,
    /// The name of a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<Text>,
    /// The name of a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// The address of a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Text>,
    /// The catalogue of a product; left out, the one of the business account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog_id: Option<Text>,
}

/// What a template's header is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeaderKind {
    /// Words.
    Text,
    /// A picture.
    Image,
    /// A video.
    Video,
    /// A file.
    Document,
    /// A place.
    Location,
    /// A product of a catalogue.
    Product,
}

/// The value of a button whose answer leads nowhere in this bot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ButtonValue {
    /// Its position among all of the template's buttons, from 0.
    pub index: u8,
    /// The end of the button's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url_suffix: Option<Text>,
    /// A coupon code to copy, at most 20 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_code: Option<Text>,
    /// Comes back when a quick reply that leads nowhere in this bot is tapped; at most 128 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<Text>,
    /// Comes back with the answers of the form (WhatsApp Flow) that the button opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow_token: Option<Text>,
    /// What the form's first screen is given: an object.
    #[serde(skip_serializing_if = "Setting::is_nothing")]
    pub flow_data: Setting,
    /// The product whose picture stands for the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<Text>,
}

/// A quick reply that leads somewhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QuickReply {
    /// Unique in the node: `[A-Za-z0-9_-]{1,64}`. Its port is `option:<id>`.
    pub id: String,
    /// Its position among all of the template's buttons, from 0.
    pub index: u8,
    /// What stands on it.
    pub label: Text,
}

/// The values of a template's body.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// For numbered places.
    List(Vec<Text>),
    /// For named places.
    Named(IndexMap<String, Text>),
}

impl Template {
    fn choices(&self) -> Vec<Choice> {
        let choice = |option: &QuickReply| Choice {
            id: option.id.clone(),
            label: option.label.clone(),
            description: None,
        };
        self.options.iter().map(choice).collect()
    }

    /// The template with its values, each as `text` and `value` make it.
    fn given(
        &self,
        mut text: impl FnMut(&Text) -> String,
        mut value: impl FnMut(&Setting) -> Value,
        payload: impl Fn(&str) -> String,
    ) -> Given {
        let header = self.header.as_ref().map(|header| template::HeaderValue {
            kind: Some(header.kind.into()),
            value: text(&header.value),
            filename: header.filename.as_ref().map(&mut text).and_then(|name| filename::safe(&name)),
            name: header.name.as_ref().map(&mut text),
            address: header.address.as_ref().map(&mut text),
            catalog_id: header.catalog_id.as_ref().map(&mut text),
        });
        let parameters = match &self.body {
            Values::List(texts) => template::Values::List(texts.iter().map(&mut text).collect()),
            Values::Named(texts) => template::Values::Named(
                texts.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
            ),
        };
        let mut buttons: Vec<template::ButtonValue> =
            self.buttons.iter().map(|button| button.given(&mut text, &mut value)).collect();
        buttons.extend(self.options.iter().map(|option| template::ButtonValue {
            index: option.index,
            payload: Some(payload(&option.id)),
            ..template::ButtonValue::default()
        }));
        Given { name: self.name.clone(), language: self.language.clone(), header, parameters, buttons }
    }

    /// The template as it would be sent with something in the place of every variable: whether it fits can be judged
    /// before there are values.
    pub fn sample(&self) -> Given {
        let text = |text: &Text| if text.is_literal() { text.source().to_owned() } else { SAMPLE.to_owned() };
        let mut given = self.given(text, |_| Value::Object(Map::new()), str::to_owned);
        if let (Some(header), Some(own)) = (&mut given.header, &self.header)
            && !own.value.is_literal()
        {
            own.kind.sample().clone_into(&mut header.value);
        }
        given
    }

    /// The node's field that something stands in.
    pub fn field(&self, wrong: &Wrong) -> String {
        match &wrong.place {
            Place::Whole => "name".to_owned(),
            Place::Header if self.header.is_none() || wrong.why == Why::Surplus => "header".to_owned(),
            Place::Header if matches!(wrong.why, Why::Needs(_)) => "header.kind".to_owned(),
            Place::Header => "header.value".to_owned(),
            Place::Body { name, at } => match &self.body {
                Values::List(_) => format!("body[{at}]"),
                Values::Named(_) => format!("body.{name}"),
            },
            Place::Button { index, .. } => {
                let button = self.buttons.iter().position(|button| button.index == *index);
                let option = || self.options.iter().position(|option| option.index == *index);
                match button {
                    Some(at) => format!("buttons[{at}]"),
                    None => option().map_or_else(|| "buttons".to_owned(), |at| format!("options[{at}]")),
                }
            }
        }
    }

    fn with_asked<R>(&self, run: impl FnOnce(Asked<'_>) -> R) -> R {
        let choices = self.choices();
        run(Asked {
            choices: choices.iter().collect(),
            groups: vec![choices.len()],
            longest: limit::FLOW_CTA,
            save_as: self.save_as.as_deref(),
            max_attempts: self.max_attempts,
            invalid_message: self.invalid_message.as_ref(),
        })
    }
}

impl Behaviour for Template {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        let turn = std::cell::RefCell::new(turn);
        let given = self.given(
            |text| turn.borrow_mut().fill(text),
            |setting| turn.borrow_mut().value(setting),
            |option| turn.borrow().wire_id(option),
        );
        let turn = turn.into_inner();
        match given.unchecked() {
            Ok(message) => turn.send(Content::Template(message)),
            Err(wrong) => return Next::Fail(failure(&wrong)),
        }
        if self.options.is_empty() {
            return Next::port("next");
        }
        let choices = self.choices();
        let labels = choice::labels(turn, choices.iter(), &[choices.len()]);
        Next::Wait(choice::remember(&labels, choices.iter()))
    }

    fn answer(&self, turn: &mut Turn<'_>, answer: &Answer<'_>, progress: Progress) -> Next {
        // The template is not sent again: it costs, and its buttons are still there.
        let labels = progress.labels.clone();
        let again = |_: &mut Turn<'_>| Next::Wait(Progress { labels, ..Progress::default() });
        self.with_asked(|asked| asked.answer(turn, answer, progress, again))
    }

    fn chosen(&self, turn: &mut Turn<'_>, option: &str) -> Option<Next> {
        self.with_asked(|asked| asked.chosen(turn, option))
    }

    fn ports(&self, node: &Node) -> Vec<Port> {
        if self.options.is_empty() {
            return vec![Port::required("next")];
        }
        choice::ports(self.choices().iter(), node)
    }

    fn check(&self, check: &mut Check<'_>) {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.name.is_empty() || self.name.len() > limit::TEMPLATE_NAME || !self.name.chars().all(is_name) {
            check.error("invalid_name", "name", "a template's name has small letters, digits and `_`");
        }
        let is_language = |c: char| c.is_ascii_alphabetic() || c == '_';
        if !(2..=12).contains(&self.language.len()) || !self.language.chars().all(is_language) {
            check.error("invalid_language", "language", "a language code such as `en` or `en_US`");
        }
        if let Some(header) = &self.header {
            check.needed("header.value", &header.value);
            match header.kind {
                HeaderKind::Text => check.text("header.value", &header.value, limit::HEADER),
                HeaderKind::Image | HeaderKind::Video | HeaderKind::Document => {
                    check.picture("header.value", Some(&header.value));
                }
                HeaderKind::Location | HeaderKind::Product => check.template("header.value", &header.value),
            }
            for (field, text) in [
                ("header.filename", &header.filename),
                ("header.name", &header.name),
                ("header.address", &header.address),
                ("header.catalog_id", &header.catalog_id),
            ] {
                if let Some(text) = text {
                    check.template(field, text);
                }
            }
        }
        self.body.each(|field, text| {
            check.needed(&format!("body{field}"), text);
            check.template(&format!("body{field}"), text);
        });
        self.check_buttons(check);
        check.optional_text("invalid_message", self.invalid_message.as_ref(), limit::TEXT);
        check.saves("save_as", self.save_as.as_deref());
    }

    fn rests(&self) -> bool {
        !self.options.is_empty()
    }
}

impl Template {
    fn check_buttons(&self, check: &mut Check<'_>) {
        for (index, button) in self.buttons.iter().enumerate() {
            button.check(&format!("buttons[{index}]"), check);
        }
        check.distinct_ids("options", self.options.iter().map(|option| option.id.as_str()));
        choice::check(check, "options", self.choices().iter(), limit::FLOW_CTA);
        let node = check.node_id().len();
        for (index, option) in self.options.iter().enumerate() {
            if node + option.id.len() > 80 {
                let field = format!("options[{index}].id");
                let message = "the node's and the option's id together have at most 80 characters: \
                               Meta gives a quick reply 128";
                check.error("invalid_id", &field, message);
            }
        }
    }
}

impl ButtonValue {
    fn given(
        &self,
        text: &mut impl FnMut(&Text) -> String,
        value: &mut impl FnMut(&Setting) -> Value,
    ) -> template::ButtonValue {
        template::ButtonValue {
            index: self.index,
            url_suffix: self.url_suffix.as_ref().map(&mut *text),
            copy_code: self.copy_code.as_ref().map(&mut *text),
            payload: self.payload.as_ref().map(&mut *text),
            flow_token: self.flow_token.as_ref().map(&mut *text),
            flow_data: match (!self.flow_data.is_nothing()).then(|| value(&self.flow_data)) {
                Some(Value::Object(data)) => Some(data),
                Some(_) | None => None,
            },
            thumbnail: self.thumbnail.as_ref().map(&mut *text),
        }
    }

    fn check(&self, field: &str, check: &mut Check<'_>) {
        let texts = [
            ("url_suffix", &self.url_suffix),
            ("copy_code", &self.copy_code),
            ("payload", &self.payload),
            ("flow_token", &self.flow_token),
            ("thumbnail", &self.thumbnail),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                check.needed(&format!("{field}.{name}"), text);
                check.template(&format!("{field}.{name}"), text);
            }
        }
        if let Some(code) = &self.copy_code
            && code.least_length() > COUPON
        {
            let message = format!("a coupon code has at most {COUPON} characters");
            check.error("too_long", &format!("{field}.copy_code"), &message);
        }
        if let Setting::Plain(_) | Setting::Text(_) | Setting::List(_) = &self.flow_data {
            check.error("invalid_value", &format!("{field}.flow_data"), "the data of a form is an object");
        }
        self.flow_data.check(check, &format!("{field}.flow_data"));
        let given = texts.iter().filter(|(name, text)| *name != "flow_token" && text.is_some()).count();
        let form = usize::from(self.flow_token.is_some() || !self.flow_data.is_nothing());
        if given + form != 1 {
            let message = "give one of `url_suffix`, `copy_code`, `payload`, `flow_token` and `thumbnail`";
            check.error("invalid_value", field, message);
        }
    }
}

impl HeaderKind {
    /// Something of this kind.
    fn sample(self) -> &'static str {
        match self {
            Self::Text | Self::Product => SAMPLE,
            Self::Image | Self::Video | Self::Document => "https://example.com/",
            Self::Location => "0,0",
        }
    }
}

impl From<HeaderKind> for template::HeaderKind {
    fn from(kind: HeaderKind) -> Self {
        match kind {
            HeaderKind::Text => Self::Text,
            HeaderKind::Image => Self::Image,
            HeaderKind::Video => Self::Video,
            HeaderKind::Document => Self::Document,
            HeaderKind::Location => Self::Location,
            HeaderKind::Product => Self::Product,
        }
    }
}

/// Why nothing is sent, for the owner: which value, but not what it was.
fn failure(wrong: &[Wrong]) -> Failure {
    let Some(Wrong { place, why }) = wrong.first() else {
        return Failure::new("template_value", "A value of a template is wrong.");
    };
    if matches!(why, Why::NoFile) {
        let message = "The file of a template's header is no address and no stored file.";
        return Failure::new("invalid_media", message);
    }
    let place = match place {
        Place::Whole | Place::Header => "the header".to_owned(),
        Place::Body { name, .. } => format!("{{{{{name}}}}}"),
        Place::Button { index, .. } => format!("the button {}", index + 1),
    };
    Failure::new(
        "template_value",
        match why {
            Why::TooLong { length, most } => {
                format!(
                    "A value of a template is too long: that of {place} has {length} characters; {most} are allowed."
                )
            }
            Why::NoPlace => "The header of a template is no latitude and longitude.".to_owned(),
            Why::Missing | Why::Empty | Why::Surplus | Why::Needs(_) | Why::NoFile | Why::Unsupported(_) => {
                format!("A value of a template is empty: that of {place}. Meta takes no empty values.")
            }
        },
    )
}

impl Values {
    fn is_empty(&self) -> bool {
        match self {
            Self::List(texts) => texts.is_empty(),
            Self::Named(texts) => texts.is_empty(),
        }
    }

    fn each(&self, mut run: impl FnMut(String, &Text)) {
        match self {
            Self::List(texts) => {
                for (index, text) in texts.iter().enumerate() {
                    run(format!("[{index}]"), text);
                }
            }
            Self::Named(texts) => {
                for (name, text) in texts {
                    run(format!(".{name}"), text);
                }
            }
        }
    }
}

impl Default for Values {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::List(texts) => texts.serialize(serializer),
            Self::Named(texts) => texts.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Values;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of texts, or an object of texts")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Values, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = items.next_element()? {
                    texts.push(text);
                }
                Ok(Values::List(texts))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Values, A::Error> {
                let mut texts = IndexMap::new();
                while let Some((name, text)) = fields.next_entry()? {
                    texts.insert(name, text);
                }
                Ok(Values::Named(texts))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl JsonSchema for Values {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TemplateValues".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let text = generator.subschema_for::<Text>();
        json_schema!({
            "oneOf": [{ "type": "array", "items": text }, { "type": "object", "additionalProperties": text }]
        })
    }
}
