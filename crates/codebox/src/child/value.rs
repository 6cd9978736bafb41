//! Values on their way between JSON and Python. Only what JSON has crosses.

use monty_types::{DictPairs, MontyObject};
use serde_json::{Map, Number, Value};

/// Deepest nesting that crosses.
const MAX_DEPTH: usize = 64;

/// Why a value cannot be stored: what is wrong, and where in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unstorable {
    what: String,
    /// Innermost first.
    path: Vec<String>,
}

impl Unstorable {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), path: Vec::new() }
    }

    fn within(mut self, step: String) -> Self {
        self.path.push(step);
        self
    }

    /// In words; `root` is what the value is called.
    pub fn explain(&self, root: &str) -> String {
        let steps: String = self.path.iter().rev().take(6).map(String::as_str).collect();
        format!("{root}{steps} is {}", self.what)
    }
}

/// Python's value for a JSON value.
pub(super) fn to_python(value: Value) -> MontyObject {
    match value {
        Value::Null => MontyObject::None,
        Value::Bool(it) => MontyObject::Bool(it),
        Value::Number(it) => number(&it),
        Value::String(it) => MontyObject::String(it),
        Value::Array(items) => MontyObject::List(items.into_iter().map(to_python).collect()),
        Value::Object(fields) => dict(fields),
    }
}

/// Python's dict for variables.
pub(super) fn dict(fields: Map<String, Value>) -> MontyObject {
    let pairs = fields.into_iter().map(|(name, value)| (MontyObject::String(name), to_python(value)));
    MontyObject::Dict(pairs.collect::<DictPairs>())
}

fn number(number: &Number) -> MontyObject {
    match (number.as_i64(), number.as_u64()) {
        (Some(whole), _) => MontyObject::Int(whole),
        (None, Some(large)) => MontyObject::BigInt(large.into()),
        (None, None) => MontyObject::Float(number.as_f64().unwrap_or_default()),
    }
}

/// The JSON value for a Python value, as `json.dumps` has it.
pub(super) fn to_json(value: MontyObject) -> Result<Value, Unstorable> {
    json(value, 0)
}

/// The JSON object for a dict.
pub(super) fn to_map(value: MontyObject) -> Result<Map<String, Value>, Unstorable> {
    match json(value, 0)? {
        Value::Object(fields) => Ok(fields),
        _ => Err(Unstorable::new("no dict any more")),
    }
}

fn json(value: MontyObject, depth: usize) -> Result<Value, Unstorable> {
    if depth > MAX_DEPTH {
        return Err(Unstorable::new(format!("nested deeper than {MAX_DEPTH} levels")));
    }
    let kind = value.type_name().to_owned();
    Ok(match value {
        MontyObject::None => Value::Null,
        MontyObject::Bool(it) => Value::Bool(it),
        MontyObject::Int(it) => Value::from(it),
        MontyObject::BigInt(it) => match u64::try_from(&it) {
            Ok(it) => Value::from(it),
            Err(_) => return Err(Unstorable::new("a number with more than 19 digits; store it as text")),
        },
        MontyObject::Float(it) => match Number::from_f64(it) {
            Some(it) => Value::Number(it),
            None => return Err(Unstorable::new("no finite number")),
        },
        MontyObject::String(it) => Value::String(it),
        MontyObject::List(items)
        | MontyObject::Tuple(items)
        | MontyObject::NamedTuple { values: items, .. } => {
            let items = items.into_iter().enumerate().map(|(index, item)| {
                json(item, depth + 1).map_err(|error| error.within(format!("[{index}]")))
            });
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        MontyObject::Dict(pairs) => {
            let mut fields = Map::with_capacity(pairs.len());
            for (name, value) in pairs {
                let name = key(name)?;
                let value = json(value, depth + 1).map_err(|error| error.within(format!("[{name:?}]")))?;
                fields.insert(name, value);
            }
            Value::Object(fields)
        }
        MontyObject::Repr(shown) => {
            return Err(Unstorable::new(format!(
                "{}, which is no data",
                shown.chars().take(60).collect::<String>()
            )));
        }
        MontyObject::Cycle(..) => return Err(Unstorable::new("inside itself")),
        MontyObject::Date(_) | MontyObject::DateTime(_) | MontyObject::Time(_) => {
            return Err(Unstorable::new(format!("a {kind}; store text, such as `.isoformat()` gives")));
        }
        MontyObject::Set(_) | MontyObject::FrozenSet(_) => {
            return Err(Unstorable::new(format!("a {kind}; make a list of it")));
        }
        _ => {
            return Err(Unstorable::new(format!(
                "a {kind}; text, numbers, True, False, None, lists and dicts can be stored"
            )));
        }
    })
}

/// The name of a field: text, or a whole number as `json.dumps` writes it. Other keys may stand for each other in Python
/// (`1`, `1.0` and `True` are one key), and which of them is kept is not told.
fn key(key: MontyObject) -> Result<String, Unstorable> {
    match key {
        MontyObject::String(it) => Ok(it),
        MontyObject::Int(it) => Ok(it.to_string()),
        MontyObject::BigInt(it) => Ok(it.to_string()),
        other => Err(Unstorable::new(format!("a dict with a {} as a key; use text", other.type_name()))),
    }
}
