//! Names of files: the one rule of what is one, and how HTTP carries it (RFC 6266, RFC 8187).

use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization;

use crate::typed;

/// Longest name, in characters: what WhatsApp takes.
const LONGEST: usize = 240;

/// A name that every file system and mail program takes: on one line, no path, no invisible marks. `None` when nothing is
/// left of it.
pub fn safe(name: &str) -> Option<String> {
    let kept =
        |c: &char| !c.is_control() && (*c == '\u{200d}' || *c == '\u{fe0f}' || !typed::is_invisible(*c));
    let plain = |c: char| if matches!(c, '/' | '\\' | '"') { '-' } else { c };
    let name: String = typed::trim(name).nfc().filter(kept).map(plain).collect();
    let name = typed::trim(&name);
    if name.chars().all(|c| c == '.' || c == '-') {
        return None;
    }
    Some(shortened(name))
}

/// A name of at most so many characters, with its ending.
fn shortened(name: &str) -> String {
    let length = name.chars().count();
    if length <= LONGEST {
        return name.to_owned();
    }
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if (1..=16).contains(&ending.chars().count()) => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    let room = LONGEST - ending.chars().count();
    stem.chars().take(room).collect::<String>() + &ending
}

/// Whether a browser shows a file in its place or only saves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is shown.
    Inline,
    /// It is saved.
    Attachment,
}

/// The header `Content-Disposition` for a file: ASCII for everybody, and the whole name for who reads `filename*`.
pub fn disposition(place: Place, name: Option<&str>) -> String {
    let mut header = match place {
        Place::Inline => "inline",
        Place::Attachment => "attachment",
    }
    .to_owned();
    let Some(name) = name.and_then(safe) else { return header };
    let plain = |c: char| if c.is_ascii() && !c.is_ascii_control() && c != '%' { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    // Writing to a string never fails.
    let _ = write!(header, "; filename=\"{ascii}\"");
    if ascii != name {
        header.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                header.push(char::from(byte));
            } else {
                let _ = write!(header, "%{byte:02X}");
            }
        }
    }
    header
}

/// The name in a header `Content-Disposition`, as servers write it: `filename*` first, then `filename` with quotation marks or
/// without, in raw UTF-8, Latin-1 or escaped. `None` when it names none.
pub fn from_disposition(header: &[u8]) -> Option<String> {
    let header = text(header);
    let parameters = parameters(&header);
    let find = |wanted: &str| {
        parameters.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.as_str())
    };
    let name = find("filename*").and_then(extended).or_else(|| find("filename").map(escaped))?;
    // A path is the server's own business: only its last part is the name.
    safe(name.rsplit(['/', '\\']).find(|part| !part.trim().is_empty())?)
}

/// UTF-8, or else Latin-1: what headers are written in.
fn text(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// The parameters behind the first `;`, without their quotation marks.
fn parameters(header: &str) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    let mut rest = header.split_once(';').map_or("", |(_, rest)| rest);
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches(|c: char| c.is_whitespace() || c == ';').to_owned();
        let after = after.trim_start();
        let (value, next) = if let Some(quoted) = after.strip_prefix('"') {
            unquoted(quoted)
        } else {
            let (value, next) = after.split_once(';').unwrap_or((after, ""));
            (value.trim().to_owned(), next)
        };
        parameters.push((name, value));
        rest = next;
    }
    parameters
}

/// What stands before the closing quotation mark, and what comes behind it.
fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                return (value, text[at + 1..].trim_start_matches(|c: char| c.is_whitespace() || c == ';'));
            }
            // Only these two are escaped; a lone backslash is one of a path.
            '\\' if text[at + 1..].starts_with(['"', '\\']) => value.extend(chars.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    (value, "")
}

/// `UTF-8''Gr%C3%B6%C3%9Fe.pdf`.
fn extended(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_, encoded) = rest.split_once('\'')?;
    let bytes = decoded(encoded)?;
    match charset.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" | "" => String::from_utf8(bytes).ok(),
        "iso-8859-1" | "latin1" => Some(bytes.iter().map(|&byte| char::from(byte)).collect()),
        _ => None,
    }
}

/// A plain name; what some servers escape in it is read when it is UTF-8.
fn escaped(value: &str) -> String {
    let decoded = value.contains('%').then(|| decoded(value)).flatten();
    decoded.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| value.to_owned())
}

/// `None` when an escape is none.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, after @ ..] = rest else { return None };
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        bytes.push(digit(*high)? * 16 + digit(*low)?);
        rest = after;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_path_and_nothing_hidden() {
        for (name, is) in [
            ("a.pdf", Some("a.pdf")),
            ("Größe 1/2.pdf", Some("Größe 1-2.pdf")),
            ("../../etc/passwd", Some("..-..-etc-passwd")),
            ("in\u{202e}fdp.exe", Some("infdp.exe")),
            ("a\r\nb\".pdf", Some("ab-.pdf")),
            (" \u{feff}a.pdf\u{200b} ", Some("a.pdf")),
            ("..", None),
            ("", None),
            ("\u{200b}", None),
        ] {
            assert_eq!(safe(name).as_deref(), is, "{name:?}");
        }
        let long = safe(&("ü".repeat(300) + ".pdf")).unwrap();
        assert_eq!((long.chars().count(), long.ends_with("ü.pdf")), (240, true));
    }

    #[test]
    fn a_name_is_written_for_old_and_new_readers() {
        let written = |name| disposition(Place::Attachment, Some(name));
        assert_eq!(written("a b.pdf"), "attachment; filename=\"a b.pdf\"");
        assert_eq!(
            written("Größe.pdf"),
            "attachment; filename=\"Gr__e.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf"
        );
        assert_eq!(written("100%.csv"), "attachment; filename=\"100_.csv\"; filename*=UTF-8''100%25.csv");
        assert_eq!(disposition(Place::Inline, None), "inline");
        assert_eq!(disposition(Place::Inline, Some("..")), "inline");
        for name in
            ["a.pdf", "Größe (1).pdf", "رسالة.docx", "100% ok.csv", "it's; \"x\"=.txt", "👨‍👩‍👧.png", "表.xlsx"]
        {
            let back = from_disposition(written(name).as_bytes());
            assert_eq!(back, safe(name), "{name}");
        }
    }

    #[test]
    fn names_are_read_as_servers_write_them() {
        for (header, is) in [
            ("attachment; filename=a.pdf", Some("a.pdf")),
            ("attachment;filename=\"a b.pdf\"", Some("a b.pdf")),
            ("attachment; FileName = \"a.pdf\" ; size=3", Some("a.pdf")),
            ("attachment; filename=\"a\\\"b;c=d.pdf\"; x=y", Some("a-b;c=d.pdf")),
            ("attachment; filename=\"old.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf", Some("Größe.pdf")),
            ("attachment; filename*=utf-8'de'Gr%c3%b6%c3%9fe.pdf; filename=old.pdf", Some("Größe.pdf")),
            ("attachment; filename*=\"UTF-8''a%20b.pdf\"", Some("a b.pdf")),
            ("attachment; filename*=ISO-8859-1''Gr%F6%DFe.pdf", Some("Größe.pdf")),
            ("attachment; filename=\"Größe.pdf\"", Some("Größe.pdf")),
            ("attachment; filename=\"Gr%C3%B6%C3%9Fe.pdf\"", Some("Größe.pdf")),
            ("attachment; filename=\"100% sure.pdf\"", Some("100% sure.pdf")),
            ("attachment; filename*=UTF-8''%FF; filename=\"a.pdf\"", Some("a.pdf")),
            ("attachment; filename=\"C:\\files\\a.pdf\"", Some("a.pdf")),
            ("attachment; filename=\"../../a.pdf\"", Some("a.pdf")),
            ("inline", None),
            ("attachment; filename=\"\"", None),
            ("attachment; filename", None),
        ] {
            assert_eq!(from_disposition(header.as_bytes()).as_deref(), is, "{header}");
        }
        assert_eq!(
            from_disposition(b"attachment; filename=\"Gr\xf6\xdfe.pdf\"").as_deref(),
            Some("Größe.pdf")
        );
    }
}
