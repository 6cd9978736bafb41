//! Halves of surrogate pairs. Meta's JSON may hold them (`\ud83d` on its own), and no string of ours can: inside the
//! simulator each half is a character of a private plane, and is spelled as the half again when it is delivered.

use std::borrow::Cow;

/// Where the halves stand: U+D83D is kept as U+10D83D.
const PLANE: u32 = 0x0010_0000;

/// The half that a character stands for.
pub(crate) fn half(character: char) -> Option<u32> {
    let half = u32::from(character).checked_sub(PLANE)?;
    (0xd800..=0xdfff).contains(&half).then_some(half)
}

/// JSON in which every lone half is spelled as its character. Everything else stays byte for byte.
pub(crate) fn readable(json: &[u8]) -> Cow<'_, [u8]> {
    if !json.windows(3).any(|start| matches!(start, [b'\\', b'u', b'd' | b'D'])) {
        return Cow::Borrowed(json);
    }
    let mut out = Vec::with_capacity(json.len());
    let mut rest = json;
    while let Some((&byte, after)) = rest.split_first() {
        let (take, lone) = match (byte, unit(rest), rest.get(6..).and_then(unit)) {
            (_, Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, None),
            (_, Some(half @ 0xd800..=0xdfff), _) => (6, Some(half)),
            // An escaped backslash is no start of an escape.
            (b'\\', _, _) if !after.is_empty() => (2, None),
            _ => (1, None),
        };
        match lone.and_then(|half| char::from_u32(PLANE + half)) {
            Some(character) => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            None => out.extend_from_slice(&rest[..take]),
        }
        rest = &rest[take..];
    }
    Cow::Owned(out)
}

/// The unit that an escape at the start of a text stands for.
fn unit(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::readable;
    use crate::deliver::escape;

    #[test]
    fn halves_survive_and_nothing_else_changes() {
        for text in [
            r#"{"body":"cut \ud83d"}"#,
            r#"{"body":"\udf55 the other half"}"#,
            r#"{"body":"\ud83d\ud83d\udf55\ud83d"}"#,
            r#"{"body":"a pair \ud83c\udf55"}"#,
            r#"{"body":"no escape \\ud83d"}"#,
            r#"{"body":"plain"}"#,
        ] {
            let value: Value = serde_json::from_slice(&readable(text.as_bytes())).unwrap();
            assert_eq!(String::from_utf8_lossy(&escape::to_vec(&value)), text);
        }
    }
}
