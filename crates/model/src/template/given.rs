//! What people give a template: one shape for the API, the inbox, bots and an integration's settings.

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{HeaderKind, Place, Why, Wrong};
use crate::message::outbound::{MediaSource, Parameter, ParameterValue, Template, TemplateButtonValue};

/// A template with the values that it is given. A stored format: what is left out is nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// One of the languages it exists in.
    pub language: String,
    /// The value of its header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<HeaderValue>,
    /// The values of its body.
    #[serde(default)]
    pub parameters: Values<String>,
    /// The values of its buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<ButtonValue>,
}

/// The value of a template's header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderValue {
    /// What it is; left out, what the template has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<HeaderKind>,
    /// The text; an address, a `med_…` id or an id of Meta's; latitude and longitude with a comma; a product's id.
    pub value: String,
    /// The name of a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// The name of a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The address of a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The catalogue of a product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog_id: Option<String>,
}

/// The values of one button.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ButtonValue {
    /// Its position among all of the template's buttons, from 0.
    pub index: u8,
    /// The end of its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url_suffix: Option<String>,
    /// The code that it copies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_code: Option<String>,
    /// What comes back when the quick reply is tapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// Comes back with the answers of the form that it opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_token: Option<String>,
    /// What the form's first screen is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_data: Option<Map<String, Value>>,
    /// The product whose picture stands for the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
}

/// The values of a template's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values<T> {
    /// In the order of the variables.
    List(Vec<T>),
    /// By their names.
    Named(Vec<(String, T)>),
}

impl<T> Values<T> {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::List(values) => values.len(),
            Self::Named(values) => values.len(),
        }
    }

    /// Each with its name, if it has one.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&str>, &T)> {
        let (listed, named): (&[T], &[(String, T)]) = match self {
            Self::List(values) => (values, &[]),
            Self::Named(values) => (&[], values),
        };
        let listed = listed.iter().map(|value| (None, value));
        listed.chain(named.iter().map(|(name, value)| (Some(name.as_str()), value)))
    }

    /// The same places with other values.
    pub fn map<U>(&self, mut run: impl FnMut(&T) -> U) -> Values<U> {
        match self {
            Self::List(values) => Values::List(values.iter().map(run).collect()),
            Self::Named(values) => {
                Values::Named(values.iter().map(|(name, value)| (name.clone(), run(value))).collect())
            }
        }
    }
}

impl Given {
    /// The values of a message that is filled in already.
    pub fn of(message: &Template) -> Self {
        let named = !message.body.is_empty() && message.body.iter().all(|one| one.name.is_some());
        let text = |one: &Parameter| match &one.value {
            ParameterValue::Text(text) => text.clone(),
            _ => String::new(),
        };
        let parameters = if named {
            let pair = |one: &Parameter| (one.name.clone().unwrap_or_default(), text(one));
            Values::Named(message.body.iter().map(pair).collect())
        } else {
            Values::List(message.body.iter().map(text).collect())
        };
        let button = |index: u8, value: &TemplateButtonValue| {
            let mut button = ButtonValue { index, ..ButtonValue::default() };
            match value.clone() {
                TemplateButtonValue::QuickReply(payload) => button.payload = Some(payload),
                TemplateButtonValue::UrlSuffix(suffix) => button.url_suffix = Some(suffix),
                TemplateButtonValue::CopyCode(code) => button.copy_code = Some(code),
                TemplateButtonValue::Flow { token, data } => {
                    button.flow_token = Some(token);
                    button.flow_data = data;
                }
                TemplateButtonValue::Catalog { thumbnail } => button.thumbnail = Some(thumbnail),
            }
            button
        };
        Self {
            name: message.name.clone(),
            language: message.language.clone(),
            header: message.header.first().map(|one| HeaderValue::of(&one.value)),
            parameters,
            buttons: message.buttons.iter().map(|one| button(one.index, &one.value)).collect(),
        }
    }
}

impl Given {
    /// Where something that is wrong stands, as a JSON pointer into these values.
    pub fn pointer(&self, wrong: &Wrong) -> String {
        let value = |field: &str| match wrong.why {
            Why::Needs(_) => format!("{field}/kind"),
            _ => format!("{field}/value"),
        };
        match &wrong.place {
            Place::Whole => String::new(),
            Place::Header if self.header.is_none() || wrong.why == Why::Surplus => "/header".to_owned(),
            Place::Header => value("/header"),
            Place::Body { name, at } => match &self.parameters {
                Values::List(_) => format!("/parameters/{at}"),
                Values::Named(_) => format!("/parameters/{}", name.replace('~', "~0").replace('/', "~1")),
            },
            Place::Button { index, .. } => match self.buttons.iter().position(|one| one.index == *index) {
                Some(at) => format!("/buttons/{at}"),
                None => "/buttons".to_owned(),
            },
        }
    }
}

impl HeaderValue {
    fn of(value: &ParameterValue) -> Self {
        let source = |source: &MediaSource| match source {
            MediaSource::Link(text) | MediaSource::Stored(text) | MediaSource::Meta(text) => text.clone(),
        };
        let plain = |kind, value| Self { kind: Some(kind), value, ..Self::default() };
        match value {
            ParameterValue::Text(text) => plain(HeaderKind::Text, text.clone()),
            ParameterValue::Image(file) => plain(HeaderKind::Image, source(file)),
            ParameterValue::Video(file) => plain(HeaderKind::Video, source(file)),
            ParameterValue::Document { source: file, filename } => {
                Self { filename: filename.clone(), ..plain(HeaderKind::Document, source(file)) }
            }
            ParameterValue::Location(place) => Self {
                name: place.name.clone(),
                address: place.address.clone(),
                ..plain(HeaderKind::Location, format!("{},{}", place.latitude, place.longitude))
            },
            ParameterValue::Product { catalog_id, product } => {
                Self { catalog_id: catalog_id.clone(), ..plain(HeaderKind::Product, product.clone()) }
            }
        }
    }
}

impl<T> Default for Values<T> {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl<T> From<Vec<T>> for Values<T> {
    fn from(values: Vec<T>) -> Self {
        Self::List(values)
    }
}

impl<T: Serialize> Serialize for Values<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::List(values) => values.serialize(serializer),
            Self::Named(values) => serializer.collect_map(values.iter().map(|(name, value)| (name, value))),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Values<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
            type Value = Values<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of texts, or an object of texts")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Values<T>, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = items.next_element()? {
                    values.push(value);
                }
                Ok(Values::List(values))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Values<T>, A::Error> {
                let mut values = Vec::new();
                while let Some(pair) = fields.next_entry()? {
                    values.push(pair);
                }
                Ok(Values::Named(values))
            }
        }
        deserializer.deserialize_any(Reader(std::marker::PhantomData))
    }
}
