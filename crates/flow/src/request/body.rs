//! Bodies of requests: JSON, a form, or text as it is.

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::percent_encode;
use crate::exact;
use crate::fuel::cost;
use crate::path::text_of;
use crate::scope::Scope;
use crate::setting::Setting;
use crate::step::size_of;
use crate::template::{Part, Template};
use crate::validate::Check;

/// The body of a request: one of the three.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Body {
    /// JSON, as JSON or as text. `{name}` in a string inserts text, `{{name}}` inserts the value as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json: Option<Json>,
    /// The fields of a form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<IndexMap<String, Template>>,
    /// Text as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<Template>,
    /// The type of `raw`; `text/plain; charset=utf-8` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
}

/// A JSON body.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// JSON text with variables, and for each variable whether it stands in a string.
    Text(Template, Vec<bool>),
    /// JSON whose texts hold variables.
    Tree(Setting),
}

impl Body {
    /// The body and its type.
    pub(crate) fn fill(
        &self,
        scope: &Scope<'_>,
        warnings: &mut Vec<String>,
    ) -> Result<(String, &str), String> {
        if let Some(json) = &self.json {
            return Ok((json.fill(scope, warnings)?, "application/json"));
        }
        if let Some(form) = &self.form {
            let fields: Vec<String> = form
                .iter()
                .map(|(name, value)| {
                    let value = value.fill(scope, warnings);
                    scope.fuel.burn_for(name.len() + value.len(), 3 * cost::COPY);
                    format!("{}={}", percent_encode(name), percent_encode(&value))
                })
                .collect();
            return Ok((fields.join("&"), "application/x-www-form-urlencoded"));
        }
        let raw = self.raw.as_ref().map(|raw| raw.fill(scope, warnings)).unwrap_or_default();
        Ok((raw, self.content_type.as_deref().unwrap_or("text/plain; charset=utf-8")))
    }

    pub(crate) fn check(&self, check: &mut Check<'_>) {
        let given = usize::from(self.json.is_some())
            + usize::from(self.form.is_some())
            + usize::from(self.raw.is_some());
        if given != 1 {
            check.error("invalid_value", "body", "give one of `json`, `form` and `raw`");
        }
        match &self.json {
            Some(Json::Tree(tree)) => tree.check(check, "body.json"),
            Some(Json::Text(text, inside)) => {
                check.template("body.json", text);
                let sample =
                    render(text, inside, |_, in_string| Some(if in_string { "x" } else { "1" }.to_owned()));
                if let Err(error) = serde_json::from_str::<Value>(&sample) {
                    let message = format!("with its variables filled in this is not valid JSON: {error}");
                    check.error("invalid_json", "body.json", &message);
                }
            }
            None => {}
        }
        for (name, value) in self.form.iter().flatten() {
            check.template(&format!("body.form.{name}"), value);
        }
        if let Some(raw) = &self.raw {
            check.template("body.raw", raw);
        }
        if self.content_type.as_deref().is_some_and(|kind| !super::is_header_value(kind)) {
            check.error("invalid_header", "body.content_type", "not a content type");
        }
    }
}

impl Json {
    fn parse(value: Value) -> Result<Self, serde_json::Error> {
        match value {
            Value::String(text) => {
                let template = Template::parse(&text);
                let inside = in_strings(&template);
                Ok(Self::Text(template, inside))
            }
            tree => Ok(Self::Tree(serde_json::from_value(tree)?)),
        }
    }

    fn fill(&self, scope: &Scope<'_>, warnings: &mut Vec<String>) -> Result<String, String> {
        let (template, inside) = match self {
            Self::Tree(tree) => {
                let tree = tree.json(scope, warnings);
                scope.fuel.burn_for(size_of(&tree), 2 * cost::JSON);
                return Ok(exact::json(&tree));
            }
            Self::Text(template, inside) => (template, inside),
        };
        let text = render(template, inside, |part, in_string| {
            let (Part::Text(path) | Part::Json(path)) = part else { return None };
            let value = scope.read(path, warnings);
            let size = value.as_ref().map_or(0, |value| size_of(value));
            if !scope.fuel.burn_for(size, 4 * cost::JSON) {
                return None;
            }
            Some(match (part, in_string) {
                (Part::Json(_), true) => {
                    in_string_of(&value.map(|value| exact::json(&value)).unwrap_or_default())
                }
                (_, true) => {
                    in_string_of(&value.map(|value| text_of(&value).into_owned()).unwrap_or_default())
                }
                (_, false) => value.map_or_else(|| "null".to_owned(), |value| exact::json(&value)),
            })
        });
        scope.fuel.burn_for(text.len(), 2 * cost::JSON);
        match serde_json::from_str::<serde::de::IgnoredAny>(&text) {
            Ok(_) => Ok(text),
            Err(error) => Err(format!("the body is not valid JSON: {error}")),
        }
    }
}

/// For each variable of a JSON text, whether it stands in a string.
fn in_strings(template: &Template) -> Vec<bool> {
    let (mut in_string, mut escaped) = (false, false);
    let mut inside = Vec::new();
    for part in template.parts() {
        let Part::Literal(text) = part else {
            inside.push(in_string);
            continue;
        };
        for c in text.chars() {
            match c {
                _ if escaped => escaped = false,
                '\\' if in_string => escaped = true,
                '"' => in_string = !in_string,
                _ => {}
            }
        }
    }
    inside
}

fn render(
    template: &Template,
    inside: &[bool],
    mut insert: impl FnMut(&Part, bool) -> Option<String>,
) -> String {
    let mut text = String::with_capacity(template.source().len() + 32);
    let mut inside = inside.iter().copied();
    for part in template.parts() {
        match part {
            Part::Literal(literal) => text.push_str(literal),
            Part::Text(_) | Part::Json(_) => {
                let in_string = inside.next().unwrap_or_default();
                text.push_str(&insert(part, in_string).unwrap_or_default());
            }
        }
        if text.len() > 2 * crate::template::LONGEST {
            break;
        }
    }
    text
}

/// A text as it stands between the quotation marks of a JSON string.
fn in_string_of(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(template, _) => template.serialize(serializer),
            Self::Tree(tree) => tree.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Json {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Setting::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Setting::json_schema(generator)
    }
}
