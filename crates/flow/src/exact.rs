//! Numbers of services with all their digits. What our JSON numbers cannot hold, such as `0.10`, `1e400` or twenty-five digits,
//! is kept as an object with one field, which only this file knows.

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde_json::{Map, Number, Value};

/// The one field of a number that is kept as text. No service's JSON is likely to have it, and a number it would be too.
const FIELD: &str = "$number";
/// Longest number that is kept, in bytes.
const LONGEST: usize = 1024;

/// Reads JSON, numbers with all their digits.
pub(crate) fn parse(text: &str) -> Result<Value, serde_json::Error> {
    match marked(text) {
        Cow::Borrowed(text) => serde_json::from_str(text),
        // A text that is no JSON fails with the words for what came, not for what was made of it.
        Cow::Owned(marked) => serde_json::from_str(&marked).or_else(|_| serde_json::from_str(text)),
    }
}

/// A number as variables hold it: as JSON's, when that loses nothing of its value.
pub(crate) fn number(digits: &str) -> Value {
    plain_number(digits).map_or_else(|| object(digits), Value::Number)
}

/// The digits of a number that is kept as text.
pub(crate) fn digits(value: &Value) -> Option<&str> {
    let fields = value.as_object()?;
    let text = fields.get(FIELD)?.as_str()?;
    (fields.len() == 1 && text.len() <= LONGEST && number_length(text.as_bytes()) == text.len())
        .then_some(text)
}

/// A value as JSON text, numbers with all their digits.
pub(crate) fn json(value: &Value) -> String {
    if !has_any(value) {
        return value.to_string();
    }
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// A value for those who know plain JSON only: a number is one of JSON's when that is the same value, else text.
pub fn plain(value: &Value) -> Cow<'_, Value> {
    if !has_any(value) {
        return Cow::Borrowed(value);
    }
    if let Some(digits) = digits(value) {
        return Cow::Owned(plain_number(digits).map_or_else(|| Value::from(digits), Value::Number));
    }
    Cow::Owned(match value {
        Value::Array(items) => items.iter().map(|item| plain(item).into_owned()).collect(),
        Value::Object(fields) => Value::Object(plain_fields(fields)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    })
}

/// Fields for those who know plain JSON only.
pub fn plain_fields(fields: &Map<String, Value>) -> Map<String, Value> {
    fields.iter().map(|(name, value)| (name.clone(), plain(value).into_owned())).collect()
}

fn has_any(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_any),
        Value::Object(fields) => digits(value).is_some() || fields.values().any(has_any),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn write(value: &Value, text: &mut String) {
    match (digits(value), value) {
        (Some(digits), _) => text.push_str(digits),
        (None, Value::Array(items)) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                write(item, text);
            }
            text.push(']');
        }
        (None, Value::Object(fields)) => {
            text.push('{');
            for (index, (name, item)) in fields.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(item, text);
            }
            text.push('}');
        }
        (None, plain) => text.push_str(&plain.to_string()),
    }
}

fn object(digits: &str) -> Value {
    Value::Object(Map::from_iter([(FIELD.to_owned(), Value::from(digits))]))
}

/// JSON's number of the same value; its digits may be fewer, as in 0.1 for 0.10.
fn plain_number(digits: &str) -> Option<Number> {
    if let Ok(whole) = digits.parse::<i64>() {
        return Some(whole.into());
    }
    if let Ok(large) = digits.parse::<u64>() {
        return Some(large.into());
    }
    let near = Number::from_f64(digits.parse().ok()?)?;
    let read = |text: &str| text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(text)).ok();
    let is_short = digits.bytes().filter(u8::is_ascii_digit).count() <= 28;
    (is_short && read(digits).is_some_and(|exact| read(&near.to_string()) == Some(exact))).then_some(near)
}

/// The text with every number that would lose digits put into an object.
fn marked(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let (mut at, mut copied, mut marked) = (0, 0, String::new());
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at += string_length(&bytes[at..]),
            b'-' | b'0'..=b'9' => {
                let length = number_length(&bytes[at..]).max(1);
                let number = &text[at..at + length];
                if length <= LONGEST && loses_digits(number) {
                    marked.push_str(&text[copied..at]);
                    marked.push_str(&object(number).to_string());
                    copied = at + length;
                }
                at += length;
            }
            _ => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    marked.push_str(&text[copied..]);
    Cow::Owned(marked)
}

/// How long the string is that the text begins with, with both quotation marks.
fn string_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// How long the JSON number is that the text begins with; 0 when it begins with none.
fn number_length(bytes: &[u8]) -> usize {
    let digits =
        |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    let whole = if bytes.get(at) == Some(&b'0') { 1 } else { digits(at) };
    if whole == 0 {
        return 0;
    }
    at += whole;
    if bytes.get(at) == Some(&b'.') && digits(at + 1) > 0 {
        at += 1 + digits(at + 1);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at + 1 + sign);
        at += if exponent > 0 { 1 + sign + exponent } else { 0 };
    }
    at
}

/// Whether JSON's number of ours is written differently.
fn loses_digits(number: &str) -> bool {
    // Short whole numbers are most of all numbers.
    if number.len() <= 18 && number.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    serde_json::from_str::<Number>(number)
        .map_or(number_length(number.as_bytes()) > 0, |it| it.to_string() != number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_all_their_digits() {
        for text in [
            "0",
            "-7",
            "12345678901234567890",
            "123456789012345678901234567890",
            "0.10",
            "1.0",
            "1.00",
            "19.90",
            "1e400",
            "1E5",
            "1e-7",
            "-0",
            "-0.0",
            "0.1234567890123456789",
            "9007199254740993",
            "1.7976931348623157e309",
            "100.000",
        ] {
            assert_eq!(json(&parse(text).unwrap()), text);
            let nested = format!("{{\"a\":[{text},{{\"b\":{text},\"c\":\"{text}\"}}],\"d\\\"e\":null}}");
            assert_eq!(json(&parse(&nested).unwrap()), nested);
        }
        for bad in ["01", "1.", ".5", "+1", "1e", "--1", "0x10", "NaN", "[1.10", "{\"a\":1.50,}"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn others_get_plain_numbers_or_text() {
        let value = parse("{\"a\":0.10,\"b\":123456789012345678901234,\"c\":1e400,\"d\":1}").unwrap();
        assert_eq!(
            *plain(&value),
            serde_json::json!({ "a": 0.1, "b": "123456789012345678901234", "c": "1e400", "d": 1 })
        );
        let own = serde_json::json!({ "$number": "12; drop" });
        assert_eq!((digits(&own), json(&own)), (None, own.to_string()));
    }
}
