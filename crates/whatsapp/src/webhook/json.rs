//! Lenient reading: an object whose values are looked at one by one, so that an odd one spoils nothing else.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// A JSON object that borrows from the body. Of a repeated key the last value counts.
#[derive(Debug)]
pub(crate) struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// A key or text, borrowed when it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Object<'a> {
    /// `None` when the text is no object.
    pub(crate) fn parse(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// The value of a key as it stands, unless it is `null`.
    pub(crate) fn raw(&self, key: &str) -> Option<&'a RawValue> {
        let found = self.0.iter().rev().find(|(name, _)| name == key).map(|(_, value)| *value);
        found.filter(|value| value.get() != "null")
    }

    /// The object under a key.
    pub(crate) fn object(&self, key: &str) -> Option<Self> {
        Self::parse(self.raw(key)?.get())
    }

    /// The elements under a key; none when it is no array.
    pub(crate) fn array(&self, key: &str) -> Vec<&'a RawValue> {
        self.raw(key).map(array).unwrap_or_default()
    }

    /// Text under a key, also when it was written as a number. Empty text counts as missing.
    pub(crate) fn text(&self, key: &str) -> Option<Cow<'a, str>> {
        text(self.raw(key)?).filter(|text| !text.is_empty())
    }

    /// Text under a key that is kept.
    pub(crate) fn string(&self, key: &str) -> Option<String> {
        self.text(key).map(Cow::into_owned)
    }

    /// A whole number under a key, also when it was written as text.
    pub(crate) fn integer(&self, key: &str) -> Option<i64> {
        self.text(key)?.parse().ok()
    }

    /// A number under a key, also when it was written as text.
    pub(crate) fn decimal(&self, key: &str) -> Option<f64> {
        self.text(key)?.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// Whether a key holds `true`.
    pub(crate) fn is(&self, key: &str) -> bool {
        self.raw(key).is_some_and(|value| matches!(value.get(), "true" | "\"true\""))
    }

    /// Any JSON under a key.
    pub(crate) fn value(&self, key: &str) -> Option<Value> {
        serde_json::from_str(self.raw(key)?.get()).ok()
    }
}

/// The elements of an array; none when it is no array.
pub(crate) fn array(value: &RawValue) -> Vec<&RawValue> {
    serde_json::from_str(value.get()).unwrap_or_default()
}

fn text(value: &RawValue) -> Option<Cow<'_, str>> {
    let json = value.get();
    match json.as_bytes().first()? {
        b'"' => serde_json::from_str::<Text<'_>>(json).ok().map(|text| text.0),
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(json)),
        _ => None,
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut entries = Vec::with_capacity(8);
                while let Some((key, value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
                    entries.push((key.0, value));
                }
                Ok(Object(entries))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}
