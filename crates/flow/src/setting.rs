//! Values that a bot gives to variables and bodies: JSON in which texts may hold variables.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::fuel::cost;
use crate::scope::Scope;
use crate::template::{Part, Template};
use crate::validate::Check;

/// JSON in which texts may hold variables. A text that is one variable and nothing else becomes that variable's value.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Setting {
    /// Nothing.
    #[default]
    Nothing,
    /// A number or a truth value.
    Plain(Value),
    /// Text.
    Text(Template),
    /// A list.
    List(Vec<Setting>),
    /// An object.
    Object(Vec<(String, Setting)>),
}

impl Setting {
    fn from_value(value: Value) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::Bool(_) | Value::Number(_) => Self::Plain(value),
            Value::String(text) => Self::Text(Template::parse(&text)),
            Value::Array(items) => Self::List(items.into_iter().map(Self::from_value).collect()),
            Value::Object(fields) => {
                Self::Object(fields.into_iter().map(|(key, value)| (key, Self::from_value(value))).collect())
            }
        }
    }

    fn to_value(&self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Plain(value) => value.clone(),
            Self::Text(text) => Value::from(text.source()),
            Self::List(items) => items.iter().map(Self::to_value).collect(),
            Self::Object(fields) => {
                Value::Object(fields.iter().map(|(key, value)| (key.clone(), value.to_value())).collect())
            }
        }
    }

    /// Whether nothing was given.
    pub fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }

    /// The value, with variables filled in.
    pub(crate) fn value(&self, scope: &Scope<'_>, warnings: &mut Vec<String>) -> Value {
        match self {
            // Nothing more is copied once the fuel is used up.
            _ if !scope.fuel.burn(2 * cost::TERM) => Value::Null,
            Self::Nothing => Value::Null,
            Self::Plain(value) => value.clone(),
            Self::Text(text) => text.value(scope, warnings),
            Self::List(items) => Value::Array(items.iter().map(|item| item.value(scope, warnings)).collect()),
            Self::Object(fields) => {
                let filled =
                    fields.iter().map(|(key, value)| (key_of(scope, key), value.value(scope, warnings)));
                Value::Object(filled.collect::<Map<_, _>>())
            }
        }
    }

    /// The value as a part of a JSON body: only `{{name}}` alone keeps the variable's type.
    pub(crate) fn json(&self, scope: &Scope<'_>, warnings: &mut Vec<String>) -> Value {
        match self {
            _ if !scope.fuel.burn(2 * cost::TERM) => Value::Null,
            Self::Nothing => Value::Null,
            Self::Plain(value) => value.clone(),
            Self::Text(text) if matches!(text.parts(), [Part::Json(_)]) => text.value(scope, warnings),
            Self::Text(text) => Value::String(text.fill(scope, warnings)),
            Self::List(items) => Value::Array(items.iter().map(|item| item.json(scope, warnings)).collect()),
            Self::Object(fields) => {
                let filled =
                    fields.iter().map(|(key, value)| (key_of(scope, key), value.json(scope, warnings)));
                Value::Object(filled.collect::<Map<_, _>>())
            }
        }
    }

    pub(crate) fn check(&self, check: &mut Check<'_>, field: &str) {
        match self {
            Self::Nothing | Self::Plain(_) => {}
            Self::Text(text) => check.template(field, text),
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.check(check, &format!("{field}[{index}]"));
                }
            }
            Self::Object(fields) => {
                for (key, value) in fields {
                    value.check(check, &format!("{field}.{key}"));
                }
            }
        }
    }
}

fn key_of(scope: &Scope<'_>, key: &str) -> String {
    if scope.fuel.burn_for(key.len(), cost::COPY) { key.to_owned() } else { String::new() }
}

impl Serialize for Setting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from_value(Value::deserialize(deserializer)?))
    }
}

impl JsonSchema for Setting {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "Any JSON; texts may hold variables." })
    }
}
