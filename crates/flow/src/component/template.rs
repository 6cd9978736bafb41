//! `template`: sends an approved template, and waits for its quick replies when they lead somewhere.

use chasqui_model::message::limit;
use chasqui_model::message::outbound::{
    Content, Parameter, ParameterValue, Template as Message, TemplateButton, TemplateButtonValue,
};
use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::choice::{self, Asked, Choice};
use super::{Behaviour, Next, Port};
use crate::definition::Node;
use crate::state::Progress;
use crate::step::{Answer, Failure, Turn, media_source};
use crate::template::Template as Text;
use crate::validate::Check;

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
    /// The text, or where the file is: an address or the id of an uploaded file (`med_…`).
    pub value: Text,
    /// The name of a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<Text>,
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
}

/// The value of a button that is no quick reply.
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

    fn header(&self, turn: &mut Turn<'_>) -> Result<Vec<Parameter>, Failure> {
        let Some(header) = &self.header else { return Ok(Vec::new()) };
        let text = turn.fill(&header.value);
        let source = || {
            let failure = Failure::new(
                "invalid_media",
                "The file of a template's header is no address and no stored file.",
            );
            media_source(text.trim()).ok_or(failure)
        };
        let value = match header.kind {
            HeaderKind::Text => ParameterValue::Text(text),
            HeaderKind::Image => ParameterValue::Image(source()?),
            HeaderKind::Video => ParameterValue::Video(source()?),
            HeaderKind::Document => {
                let source = source()?;
                let filename = header.filename.as_ref().map(|filename| turn.fill(filename));
                ParameterValue::Document { source, filename }
            }
        };
        Ok(vec![Parameter { name: None, value }])
    }

    fn body(&self, turn: &mut Turn<'_>) -> Vec<Parameter> {
        let mut parameter = |name: Option<&String>, text: &Text| {
            let text = turn.fill(text);
            if text.trim().is_empty() {
                turn.warn("a value of the template is empty; `-` was put in its place");
            }
            Parameter { name: name.cloned(), value: ParameterValue::Text(text) }
        };
        match &self.body {
            Values::List(texts) => texts.iter().map(|text| parameter(None, text)).collect(),
            Values::Named(texts) => texts.iter().map(|(name, text)| parameter(Some(name), text)).collect(),
        }
    }

    fn buttons(&self, turn: &mut Turn<'_>) -> Vec<TemplateButton> {
        let mut buttons = Vec::new();
        for button in &self.buttons {
            if let Some(suffix) = &button.url_suffix {
                let value = TemplateButtonValue::UrlSuffix(turn.fill(suffix));
                buttons.push(TemplateButton { index: button.index, value });
            }
            if let Some(code) = &button.copy_code {
                let value = TemplateButtonValue::CopyCode(turn.fill(code));
                buttons.push(TemplateButton { index: button.index, value });
            }
        }
        for option in &self.options {
            let value = TemplateButtonValue::QuickReply(turn.wire_id(&option.id));
            buttons.push(TemplateButton { index: option.index, value });
        }
        buttons
    }

    fn with_asked<R>(&self, run: impl FnOnce(Asked<'_>) -> R) -> R {
        let choices = self.choices();
        run(Asked {
            choices: choices.iter().collect(),
            longest: limit::FLOW_CTA,
            save_as: self.save_as.as_deref(),
            max_attempts: self.max_attempts,
            invalid_message: self.invalid_message.as_ref(),
        })
    }
}

impl Behaviour for Template {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        let header = match self.header(turn) {
            Ok(header) => header,
            Err(failure) => return Next::Fail(failure),
        };
        let (body, buttons) = (self.body(turn), self.buttons(turn));
        let (name, language) = (self.name.clone(), self.language.clone());
        turn.send(Content::Template(Message { name, language, header, body, buttons }));
        if self.options.is_empty() {
            return Next::port("next");
        }
        let choices = self.choices();
        let labels = choice::labels(turn, choices.iter());
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
            }
            if let Some(filename) = &header.filename {
                check.template("header.filename", filename);
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
            let field = format!("buttons[{index}]");
            match (&button.url_suffix, &button.copy_code) {
                (Some(suffix), None) => check.template(&format!("{field}.url_suffix"), suffix),
                (None, Some(code)) => check.text(&format!("{field}.copy_code"), code, 20),
                _ => check.error("invalid_value", &field, "give either `url_suffix` or `copy_code`"),
            }
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
