//! Parameters of a call: the Graph API takes them from the query, from a form and from JSON alike.

use serde_json::{Map, Value};

#[derive(Debug, Default)]
pub(crate) struct Params {
    all: Map<String, Value>,
    /// What stands in the query.
    query: Map<String, Value>,
}

impl Params {
    /// The query's, and of a body that is a form or a JSON object.
    pub(crate) fn read(query: Option<&str>, content_type: &str, body: &[u8]) -> Self {
        let form = |text: &[u8]| -> Map<String, Value> {
            pairs(text).into_iter().map(|(key, value)| (key, Value::String(value))).collect()
        };
        let query = form(query.unwrap_or_default().as_bytes());
        let mut all = query.clone();
        if content_type.starts_with("application/x-www-form-urlencoded") {
            all.extend(form(body));
        } else if let Ok(Value::Object(object)) = serde_json::from_slice(body) {
            all.extend(object);
        }
        Self { all, query }
    }

    /// Text of the query alone.
    pub(crate) fn query(&self, key: &str) -> Option<&str> {
        self.query.get(key)?.as_str()
    }

    /// All of them, with what is JSON read as such.
    pub(crate) fn object(&self) -> Value {
        let read = |value: &Value| match value {
            Value::String(text) if text.starts_with(['{', '[']) => {
                serde_json::from_str(text).unwrap_or_else(|_| value.clone())
            }
            other => other.clone(),
        };
        Value::Object(self.all.iter().map(|(key, value)| (key.clone(), read(value))).collect())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.all.get(key)
    }

    /// Text, also of a number.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        match self.all.get(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    let one = |pair: &[u8]| {
        let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        (decode(&pair[..at]), decode(pair.get(at + 1..).unwrap_or_default()))
    };
    text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(one).collect()
}

/// Undoes percent encoding and `+`.
fn decode(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let hex = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => match after.get(..2).and_then(hex) {
                Some(decoded) => {
                    rest = &after[2..];
                    decoded
                }
                None => byte,
            },
            byte => byte,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_and_json_are_one() {
        let params = Params::read(Some("a=1%7C2&b=x+y&c"), "application/json", br#"{"b":"z","n":7}"#);
        let text = |key| params.text(key).unwrap_or_default();
        assert_eq!(
            (text("a"), text("b"), text("c"), text("n")),
            ("1|2".into(), "z".into(), String::new(), "7".into())
        );
    }
}
