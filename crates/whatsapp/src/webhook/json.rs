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

/// The body as text that can be read whole. Two things would spoil the text they stand in, or the row it is kept in: half
/// of a surrogate pair, which stands for no character, and NUL, which PostgreSQL keeps in no text. Both become U+FFFD, as
/// do bytes that are not UTF-8. Borrowed when there is nothing to mend, which is nearly always.
pub(crate) fn mend(body: &[u8]) -> Cow<'_, str> {
    match String::from_utf8_lossy(body) {
        Cow::Borrowed(text) => mend_text(text),
        Cow::Owned(text) => Cow::Owned(mend_text(&text).into_owned()),
    }
}

/// The same for JSON that stands inside a text.
pub(crate) fn mend_text(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let (mut mended, mut kept, mut at) = (String::new(), 0, 0);
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        let start = at + found;
        at = start
            + match escaped(&bytes[start..]) {
                None => 2,
                Some(0xd800..=0xdbff)
                    if matches!(escaped(&bytes[start + ESCAPE..]), Some(0xdc00..=0xdfff)) =>
                {
                    2 * ESCAPE
                }
                Some(0 | 0xd800..=0xdfff) => {
                    mended.push_str(&text[kept..start]);
                    mended.push_str("\\ufffd");
                    kept = start + ESCAPE;
                    ESCAPE
                }
                Some(_) => ESCAPE,
            };
    }
    if mended.is_empty() {
        return Cow::Borrowed(text);
    }
    mended.push_str(&text[kept..]);
    Cow::Owned(mended)
}

/// As many bytes as `\ud83d` has.
const ESCAPE: usize = 6;

/// The unit of UTF-16 that an escape at the beginning stands for.
fn escaped(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok().filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_pairs_and_nul_cost_no_neighbour() {
        for (json, read) in [
            (r#""a\ud83db""#, "a\u{fffd}b"),
            (r#""a\uDE00b""#, "a\u{fffd}b"),
            (r#""\ud83d x \ude00""#, "\u{fffd} x \u{fffd}"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
            (r#""\ud83d\u0041""#, "\u{fffd}A"),
            (r#""\ud83d\n""#, "\u{fffd}\n"),
            (r#""\ud83d\ude00\ud83d""#, "😀\u{fffd}"),
            (r#""a\u0000b""#, "a\u{fffd}b"),
            (r#""\\ud83d""#, r"\ud83d"),
            (r#""\\\ud83d""#, "\\\u{fffd}"),
            (r#""Zo\u00eb \uD83C\uDF55""#, "Zoë 🍕"),
        ] {
            let mended = mend(json.as_bytes());
            assert_eq!(serde_json::from_str::<String>(&mended).unwrap(), read, "{json}");
        }
    }

    #[test]
    fn what_is_whole_is_not_copied() {
        for json in [r#"{"a":"\ud83d\ude00 \u00e9 \\ \" é"}"#, "", "\\", "\\u", "\\ud8", "\\é", "\\uzzzz"] {
            assert!(matches!(mend(json.as_bytes()), Cow::Borrowed(text) if text == json), "{json}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_mended(text in r"(\\|u|d8|dc|0|é|\\ud83d|\\ude00|\x00){0,12}") {
            let mended = mend_text(&text).into_owned();
            proptest::prop_assert_eq!(mend_text(&mended), mended.as_str());
        }
    }
}
