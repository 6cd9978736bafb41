//! Texts with variables: `{path}` inserts a value as people read it, `{{path}}` inserts it as JSON. Parsed once, when
//! the bot is read; inserted values are never parsed again.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use winnow::Parser;

use crate::exact;
use crate::fuel::cost;
use crate::path::{Path, path, text_of};
use crate::scope::Scope;

/// Longest text that filling a template makes, in bytes. What is beyond is cut.
pub(crate) const LONGEST: usize = 512 * 1024;

/// A text with variables in it.
#[derive(Clone, Debug, Default)]
pub struct Template {
    source: String,
    parts: Vec<Part>,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text as it was written.
    Literal(String),
    /// `{path}`.
    Text(Path),
    /// `{{path}}`.
    Json(Path),
}

impl Template {
    /// Reads a text. Never fails: a brace that opens no valid path is text.
    pub fn parse(source: &str) -> Self {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = source;
        while let Some(at) = rest.find('{') {
            literal.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some((part, length)) = placeholder(rest) {
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal)));
                }
                parts.push(part);
                rest = &rest[length..];
            } else {
                literal.push('{');
                rest = &rest[1..];
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Self { source: source.to_owned(), parts }
    }

    /// The text as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.source.trim().is_empty()
    }

    /// Whether it has no variables.
    pub fn is_literal(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Literal(_)))
    }

    /// How many characters it has at least, whatever its variables hold.
    pub fn least_length(&self) -> usize {
        self.parts
            .iter()
            .map(|part| if let Part::Literal(text) = part { text.chars().count() } else { 0 })
            .sum()
    }

    /// The paths it reads.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.parts.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Text(path) | Part::Json(path) => Some(path),
        })
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Fills in the values. Unknown names insert nothing and are added to `warnings`.
    pub(crate) fn fill(&self, scope: &Scope<'_>, warnings: &mut Vec<String>) -> String {
        let mut text = String::with_capacity(self.source.len() + 16);
        for part in &self.parts {
            let before = text.len();
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Text(path) => {
                    if let Some(value) = scope.read(path, warnings) {
                        text.push_str(&text_of(&value));
                    }
                }
                Part::Json(path) => {
                    if let Some(value) = scope.read(path, warnings) {
                        text.push_str(&exact::json(&value));
                    }
                }
            }
            if !scope.fuel.burn(cost::TERM + (text.len() - before) * (cost::COPY + cost::JSON)) {
                break;
            }
            if text.len() > LONGEST {
                text.truncate(text.floor_char_boundary(LONGEST));
                warnings.push("the text became too long and was cut".to_owned());
                break;
            }
        }
        text
    }

    /// Fills in the values, each as `escape` makes it.
    pub(crate) fn fill_with(
        &self,
        scope: &Scope<'_>,
        warnings: &mut Vec<String>,
        escape: fn(&str) -> String,
    ) -> String {
        let mut text = String::with_capacity(self.source.len() + 32);
        for part in &self.parts {
            let before = text.len();
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Text(path) | Part::Json(path) => {
                    let value = scope.read(path, warnings);
                    let json = matches!(part, Part::Json(_));
                    let value =
                        value.map(|it| if json { exact::json(&it) } else { text_of(&it).into_owned() });
                    text.push_str(&escape(&value.unwrap_or_default()));
                }
            }
            if !scope.fuel.burn(cost::TERM + (text.len() - before) * (2 * cost::COPY + cost::JSON)) {
                break;
            }
            if text.len() > LONGEST {
                text.truncate(text.floor_char_boundary(LONGEST));
                warnings.push("the text became too long and was cut".to_owned());
                break;
            }
        }
        text
    }

    /// The value of the one variable that it is, or the text that it becomes.
    pub(crate) fn value(&self, scope: &Scope<'_>, warnings: &mut Vec<String>) -> Value {
        match self.parts.as_slice() {
            [Part::Text(path) | Part::Json(path)] => {
                let value = scope.read(path, warnings).unwrap_or(Cow::Owned(Value::Null));
                scope.fuel.burn_for(crate::step::size_of(&value), cost::CLONE);
                value.into_owned()
            }
            _ => Value::String(self.fill(scope, warnings)),
        }
    }
}

/// Reads `{path}` or `{{path}}` at the front of the text, and says how long it is.
fn placeholder(text: &str) -> Option<(Part, usize)> {
    let mut rest = text.strip_prefix("{{").map_or("", str::trim_start);
    if let Ok(path) = path.parse_next(&mut rest)
        && let Some(end) = rest.trim_start().strip_prefix("}}")
    {
        return Some((Part::Json(path), text.len() - end.len()));
    }
    let mut rest = text.strip_prefix('{')?.trim_start();
    let path = path.parse_next(&mut rest).ok()?;
    let end = rest.trim_start().strip_prefix('}')?;
    Some((Part::Text(path), text.len() - end.len()))
}

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}
impl Eq for Template {}

impl From<&str> for Template {
    fn from(text: &str) -> Self {
        Self::parse(text)
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.source)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::parse(&<Cow<'de, str>>::deserialize(deserializer)?))
    }
}

impl JsonSchema for Template {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "Text; `{name}` inserts a variable, `{{name}}` inserts it as JSON." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> String {
        let template = Template::parse(text);
        let shown: Vec<String> = template
            .parts()
            .iter()
            .map(|part| match part {
                Part::Literal(text) => format!("{text:?}"),
                Part::Text(path) => format!("<{path}>"),
                Part::Json(path) => format!("<<{path}>>"),
            })
            .collect();
        shown.join(" ")
    }

    #[test]
    fn a_brace_that_opens_no_path_is_text() {
        assert_eq!(parts("Hello {name}, {a.b[0].c}!"), r#""Hello " <name> ", " <a.b[0].c> "!""#);
        assert_eq!(parts(r#"{"a": {{x}}, "b": {}}"#), r#""{\"a\": " <<x>> ", \"b\": {}}""#);
        assert_eq!(parts("{ name } {{ x }}"), r#"<name> " " <<x>>"#);
        assert_eq!(parts("{{x} {1} {"), r#""{" <x> " {1} {""#);
        assert_eq!(parts(""), "");
        assert_eq!(parts(r#"{"a":{"b":{{x}}}}"#), r#""{\"a\":{\"b\":" <<x>> "}}""#);
    }
}
