//! JSON as Meta writes it: only ASCII, and a few characters escaped that need not be. Whoever signs something else than
//! these bytes gets another signature.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

use crate::surrogate;

/// The value in Meta's spelling.
pub(crate) fn to_vec(value: &impl Serialize) -> Vec<u8> {
    let mut body = Vec::with_capacity(1024);
    let mut serializer = serde_json::Serializer::with_formatter(&mut body, Escaping);
    // Writing to memory fails only for maps with odd keys, and there are none.
    let written = value.serialize(&mut serializer);
    debug_assert!(written.is_ok());
    body
}

struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let special = |byte: u8| byte >= 0x80 || matches!(byte, b'/' | b'<' | b'%' | b'@');
        if !fragment.bytes().any(special) {
            return writer.write_all(fragment.as_bytes());
        }
        for character in fragment.chars() {
            if let Some(half) = surrogate::half(character) {
                write!(writer, "\\u{half:04x}")?;
                continue;
            }
            match character {
                '/' => writer.write_all(b"\\/")?,
                '<' => writer.write_all(b"\\u003C")?,
                '%' => writer.write_all(b"\\u0025")?,
                '@' => writer.write_all(b"\\u0040")?,
                '\0'..='\x7f' => writer.write_all(character.encode_utf8(&mut [0; 4]).as_bytes())?,
                _ => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        write!(writer, "\\u{unit:04x}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn it_is_spelled_as_meta_spells_it() {
        let value = json!({"body": "J'ai mangé 🍕 <3 https://ex.am/p?a=50% me@ex.am\n\"q\""});
        assert_eq!(
            String::from_utf8_lossy(&super::to_vec(&value)),
            r#"{"body":"J'ai mang\u00e9 \ud83c\udf55 \u003C3 https:\/\/ex.am\/p?a=50\u0025 me\u0040ex.am\n\"q\""}"#
        );
    }
}
