//! What an answer in text must be, and what it is read as.

use chasqui_model::email::Email;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::date::DateFormat;
use crate::fuel::{Fuel, cost};
use crate::number;
use crate::pattern::Pattern;
use crate::template::Template;
use crate::validate::Check;
use crate::words::{Language, Phrase};

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
    pub(crate) fn read(
        &self,
        text: &str,
        language: Language,
        fuel: &Fuel,
    ) -> Result<Value, (Phrase, String)> {
        let format = self.format.as_ref().map_or(0, |format| format.pattern().len());
        fuel.burn_for(text.len() + format, cost::FOLD);
        match self.kind {
            Kind::Number => number::read(text, language)
                .filter(|number| self.is_in_range(number))
                .ok_or((Phrase::ExpectNumber, String::new())),
            Kind::Email => Email::parse(text)
                .map(|it| it.into_string().into())
                .ok_or((Phrase::ExpectEmail, String::new())),
            Kind::Date => {
                let iso = DateFormat::default();
                let format = self.format.as_ref().unwrap_or(&iso);
                format.written(text).map(Value::from).ok_or_else(|| (Phrase::ExpectDate, format.example()))
            }
            Kind::Regex => {
                if self.pattern.as_ref().is_none_or(|pattern| pattern.is_match(text, fuel)) {
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
            Kind::Regex => match &self.pattern {
                Some(pattern) => check.pattern("validation.pattern", pattern),
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
