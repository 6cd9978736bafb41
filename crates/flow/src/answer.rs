//! What an answer in text must be, and what it is read as.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Number, Value};

use crate::date::DateFormat;
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
    /// A number; stored as a number. A comma may stand for the point.
    Number,
    /// An e-mail address.
    Email,
    /// A date.
    Date,
    /// What a regular expression finds.
    Regex,
}

impl Validation {
    /// The value of a trimmed answer that fits, or the phrase for one that does not and its argument.
    pub(crate) fn read(&self, text: &str, language: &str) -> Result<Value, (Phrase, String)> {
        match self.kind {
            Kind::Number => number(text, language)
                .filter(|number| self.is_in_range(number))
                .map(Value::Number)
                .ok_or((Phrase::ExpectNumber, String::new())),
            Kind::Email if is_email(text) => Ok(Value::from(text)),
            Kind::Email => Err((Phrase::ExpectEmail, String::new())),
            Kind::Date => {
                let iso = DateFormat::default();
                let format = self.format.as_ref().unwrap_or(&iso);
                match format.read(text) {
                    Some(_) => Ok(Value::from(text)),
                    None => Err((Phrase::ExpectDate, format.example())),
                }
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

    fn is_in_range(&self, number: &Number) -> bool {
        let number = number.as_f64().unwrap_or_default();
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

/// Reads a number as people write it: `12`, `-3.5`, `3,5`, and with separators between thousands.
pub(crate) fn number(text: &str, language: &str) -> Option<Number> {
    let text: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'')).collect();
    let commas = text.matches(',').count();
    let points = text.matches('.').count();
    let thousands = if language == "de" { '.' } else { ',' };
    let plain = match (commas, points) {
        (0, 0) => text,
        (_, 0) if commas > 1 || (thousands == ',' && in_thousands(&text, ',')) => without_groups(&text, ',')?,
        (1, 0) => text.replace(',', "."),
        (0, _) if points > 1 || (thousands == '.' && in_thousands(&text, '.')) => without_groups(&text, '.')?,
        (0, _) => text,
        (_, 1) if text.rfind('.') > text.rfind(',') => {
            let (whole, fraction) = text.split_once('.')?;
            format!("{}.{fraction}", without_groups(whole, ',')?)
        }
        (1, _) => {
            let (whole, fraction) = text.split_once(',')?;
            format!("{}.{fraction}", without_groups(whole, '.')?)
        }
        _ => return None,
    };
    let plain = plain.strip_prefix('+').unwrap_or(&plain);
    let digits = plain.strip_prefix('-').unwrap_or(plain);
    if !digits.starts_with(|c: char| c.is_ascii_digit())
        || !digits.chars().all(|c| c.is_ascii_digit() || c == '.')
    {
        return None;
    }
    if let Ok(whole) = plain.parse::<i64>() {
        return Some(whole.into());
    }
    plain.parse::<f64>().ok().filter(|number| number.is_finite()).and_then(Number::from_f64)
}

fn in_thousands(text: &str, separator: char) -> bool {
    let mut groups = text.trim_start_matches(['+', '-']).split(separator);
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len()) && first != "0" && groups.all(|group| group.len() == 3)
}

fn without_groups(text: &str, separator: char) -> Option<String> {
    in_thousands(text, separator).then(|| text.replace(separator, ""))
}

/// Whether a text looks like an e-mail address: one `@`, a name before it, a domain with a point after it.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    let plain = |part: &str| {
        part.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"()<>[]:;,\\\"@".contains(c))
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !part.contains("..")
    };
    let labels = || domain.split('.');
    (1..=64).contains(&name.len())
        && domain.len() <= 255
        && plain(name)
        && plain(domain)
        && labels().count() >= 2
        && labels().all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
        && labels()
            .next_back()
            .is_some_and(|last| last.chars().count() >= 2 && !last.bytes().all(|b| b.is_ascii_digit()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let read = |text: &str, language: &str| number(text, language).map(|number| number.to_string());
        assert_eq!(read("12", "en").as_deref(), Some("12"));
        assert_eq!(read("-3.5", "en").as_deref(), Some("-3.5"));
        assert_eq!(read("3,5", "en").as_deref(), Some("3.5"));
        assert_eq!(read("1,000", "en").as_deref(), Some("1000"));
        assert_eq!(read("1.000", "de").as_deref(), Some("1000"));
        assert_eq!(read("1.000", "en").as_deref(), Some("1.0"));
        assert_eq!(read("1.234.567,89", "de").as_deref(), Some("1234567.89"));
        assert_eq!(read("1 000", "de").as_deref(), Some("1000"));
        for bad in ["", "abc", "1e5", "inf", "NaN", "1.2.3", "--1", ".", "12a", "0x10", "1,00,0"] {
            assert_eq!(read(bad, "en"), None, "{bad}");
        }
    }

    #[test]
    fn an_email_address_has_a_name_and_a_domain() {
        for good in ["ana@example.com", "a.b+c@sub.example.org", "jürgen@münchen.de"] {
            assert!(is_email(good), "{good}");
        }
        for bad in
            ["ana", "ana@", "@example.com", "a b@example.com", "ana@example", "a@b..com", "a@1.2", "a@@b.com"]
        {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
