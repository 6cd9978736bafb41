//! The text of an answer: in the character set that its byte-order mark, its type or the text itself names.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How much of a text is looked through for the name of its character set, in bytes.
const LOOKED_AT: usize = 1024;

/// The text of a body of this type. What cannot be read becomes `�`.
pub(super) fn decode(content_type: Option<&str>, bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned();
    }
    let named = content_type.and_then(charset).and_then(|label| Encoding::for_label(label.as_bytes()));
    let encoding = named.or_else(|| wide(bytes)).or_else(|| utf_8(bytes)).or_else(|| told(bytes));
    // A picture is no text in any character set.
    let usual = if content_type.is_some_and(is_binary) { UTF_8 } else { WINDOWS_1252 };
    encoding.unwrap_or(usual).decode_without_bom_handling(bytes).0.into_owned()
}

/// The parameter `charset` of a type.
fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']).trim())
    })
}

fn is_binary(content_type: &str) -> bool {
    let kind = content_type.trim_start().to_ascii_lowercase();
    ["image/", "audio/", "video/", "font/", "application/octet-stream", "application/pdf", "application/zip"]
        .iter()
        .any(|start| kind.starts_with(start) && !kind.contains("xml"))
}

fn utf_8(bytes: &[u8]) -> Option<&'static Encoding> {
    str::from_utf8(bytes).is_ok().then_some(UTF_8)
}

/// UTF-16 without a mark: JSON and XML begin with two characters of ASCII, whose other halves are zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0, 1..=255, 0, 1..=255, ..] => Some(UTF_16BE),
        [1..=255, 0, 1..=255, 0, ..] => Some(UTF_16LE),
        _ => None,
    }
}

/// What an XML declaration or a page's head says: `encoding="…"`, `charset=…`.
fn told(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(LOOKED_AT)]).to_ascii_lowercase();
    let is_marked = start.trim_start().starts_with('<');
    let after =
        ["encoding=", "charset="].iter().find_map(|mark| start.split_once(mark)).filter(|_| is_marked)?.1;
    let label = after.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c))).unwrap_or(label.len());
    Encoding::for_label(&label.as_bytes()[..end])
}

/// The text of a header: UTF-8, or else Latin-1.
pub(super) fn header(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_in_its_character_set() {
        let wide = |text: &str, big: bool| -> Vec<u8> {
            text.encode_utf16()
                .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect()
        };
        let marked = |mark: &[u8], bytes: Vec<u8>| [mark.to_vec(), bytes].concat();
        let json = "{\"a\":\"Größe €\"}";
        for (kind, bytes) in [
            (None, json.as_bytes().to_vec()),
            (Some("application/json"), marked(b"\xef\xbb\xbf", json.as_bytes().to_vec())),
            (Some("application/json; charset=iso-8859-1"), marked(b"\xef\xbb\xbf", json.as_bytes().to_vec())),
            (Some("application/json"), marked(b"\xff\xfe", wide(json, false))),
            (Some("application/json"), marked(b"\xfe\xff", wide(json, true))),
            (Some("application/json"), wide(json, false)),
            (None, wide(json, true)),
            (Some("application/json; charset=utf-16le"), wide(json, false)),
            (Some("application/json;charset=\"UTF-16BE\""), wide(json, true)),
            (Some("text/plain; charset=windows-1252"), b"{\"a\":\"Gr\xf6\xdfe \x80\"}".to_vec()),
            (Some("application/json; Charset=ISO-8859-15"), b"{\"a\":\"Gr\xf6\xdfe \xa4\"}".to_vec()),
            (Some("application/json"), b"{\"a\":\"Gr\xf6\xdfe \x80\"}".to_vec()),
            (Some("text/plain; charset=nonsense"), json.as_bytes().to_vec()),
        ] {
            assert_eq!(decode(kind, &bytes), json, "{kind:?}");
        }
        for (kind, bytes, is) in [
            ("text/plain; charset=Shift_JIS", b"\x93\xfa\x96{".as_slice(), "日本"),
            ("text/plain; format=flowed; charset='euc-jp'", b"\xc6\xfc\xcb\xdc", "日本"),
            ("text/plain; charset=gbk", b"\xd6\xd0\xce\xc4", "中文"),
            ("text/plain; charset=big5", b"\xa4\xa4\xa4\xe5", "中文"),
            ("text/plain; charset=euc-kr", b"\xc7\xd1", "한"),
            ("text/plain; charset=koi8-r", b"\xc4\xc1", "да"),
            ("text/plain; charset=windows-1251", b"\xe4\xe0", "да"),
            ("text/plain; charset=latin1", b"\xe9", "é"),
            (
                "application/xml",
                b"<?xml version=\"1.0\" encoding=\"windows-1251\"?><a>\xe4\xe0</a>",
                "<?xml version=\"1.0\" encoding=\"windows-1251\"?><a>да</a>",
            ),
            ("text/html", b"<html><meta charset=koi8-r>\xc4\xc1", "<html><meta charset=koi8-r>да"),
            ("text/plain; charset=utf-8", b"a\xff", "a\u{fffd}"),
            ("image/png", b"\x89PNG", "\u{fffd}PNG"),
            ("text/plain", b"", ""),
        ] {
            assert_eq!(decode(Some(kind), bytes), is, "{kind}");
        }
    }
}
