//! What an answer in text must be, and what it is read as.

use std::borrow::Cow;

use chasqui_model::email;
use regex::{Regex, RegexBuilder};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::date::DateFormat;
use crate::number;
use crate::template::Template;
use crate::validate::Check;
use crate::words::Phrase;

/// What an answer must be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Validation {
    /// What it is.
    pub kind: Kind,
    /// `number`: the least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// `number`: the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// `date`: `iso` (usual), `dd.mm.yyyy`, `mm/dd/yyyy`, `dd/mm/yyyy`, or a strptime format such as `%d %B %Y`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<DateFormat>,
    /// `regex`: what must be found in the answer. Write `^…$` for the whole answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
    /// What to say when it does not fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Template>,
}

/// The kinds of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A number, in the digits of any script; stored as a number. A comma may stand for the point.
    Number,
    /// An e-mail address.
    Email,
    /// A date with its whole year.
    Date,
    /// What a regular expression finds.
    Regex,
}

impl Validation {
    /// The value of a cleaned answer that fits, or the phrase for one that does not and its argument.
    pub(crate) fn read(&self, text: &str, language: &str) -> Result<Value, (Phrase, String)> {
        match self.kind {
            Kind::Number => number::read(text, language)
                .filter(|number| self.is_in_range(number))
                .ok_or((Phrase::ExpectNumber, String::new())),
            Kind::Email => email::read(text).map(Value::from).ok_or((Phrase::ExpectEmail, String::new())),
            Kind::Date => {
                let iso = DateFormat::default();
                let format = self.format.as_ref().unwrap_or(&iso);
                format.written(text).map(Value::from).ok_or_else(|| (Phrase::ExpectDate, format.example()))
            }
            Kind::Regex => {
                let regex = self.pattern.as_ref().and_then(|pattern| pattern.compiled().ok());
                if regex.is_none_or(|regex| regex.is_match(text)) {
                    Ok(Value::from(text))
                } else {
                    Err((Phrase::InvalidAnswer, String::new()))
                }
            }
        }
    }

    fn is_in_range(&self, number: &Value) -> bool {
        let Some(number) = number::size(number) else { return false };
        self.min.is_none_or(|min| number >= min) && self.max.is_none_or(|max| number <= max)
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        match self.kind {
            Kind::Regex => match self.pattern.as_ref().map(Pattern::compiled) {
                Some(Ok(_)) => {}
                Some(Err(reason)) => check.error("invalid_regex", "validation.pattern", reason),
                None => check.error("missing_field", "validation.pattern", "a regular expression is needed"),
            },
            Kind::Date => {
                if let Some(Err(reason)) = self.format.as_ref().map(DateFormat::check) {
                    check.error("invalid_date_format", "validation.format", &reason);
                }
            }
            Kind::Number => {
                if let (Some(min), Some(max)) = (self.min, self.max)
                    && min > max
                {
                    check.error("invalid_value", "validation.min", "the least is more than the most");
                }
            }
            Kind::Email => {}
        }
    }
}

/// A regular expression, compiled once.
#[derive(Clone, Debug)]
pub struct Pattern {
    source: String,
    compiled: Result<Regex, String>,
}

impl Pattern {
    /// Compiles a regular expression. A wrong one is kept with the reason.
    pub fn new(source: &str) -> Self {
        let compiled = RegexBuilder::new(source).size_limit(1 << 20).dfa_size_limit(1 << 20).build();
        let compiled = compiled.map_err(|error| format!("not a valid regular expression: {error}"));
        Self { source: source.to_owned(), compiled }
    }

    /// The compiled expression, or what is wrong with it.
    pub fn compiled(&self) -> Result<&Regex, &str> {
        self.compiled.as_ref().map_err(String::as_str)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.source)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(&<Cow<'de, str>>::deserialize(deserializer)?))
    }
}

impl JsonSchema for Pattern {
    fn schema_name() -> Cow<'static, str> {
        "Pattern".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "A regular expression (Rust syntax; no look-around)." })
    }
}
