//! E-mail addresses: the one rule of what is one.

use crate::typed;

/// Longest address, in characters (RFC 5321).
const LONGEST: usize = 254;

/// An address as people type it, without what came along with it: spaces and invisible marks at its ends, `mailto:`, angle
/// brackets, full-width letters. `None` when it is none.
pub fn read(text: &str) -> Option<String> {
    let text = typed::clean(text);
    let bare = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(&text);
    let bare = match bare.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => &bare[7..],
        _ => bare,
    };
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3002}' | '\u{ff61}' => '.',
        other => other,
    };
    let address: String = bare.chars().map(narrow).collect();
    is_address(&address).then_some(address)
}

/// Whether a text is an e-mail address and nothing else: one `@`, a name before it, a domain with a point after it, nothing
/// invisible inside.
pub fn is_address(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    let is_plain = |c: char| {
        !c.is_whitespace() && !c.is_control() && !typed::is_invisible(c) && !"()<>[]:;,\\\"@".contains(c)
    };
    let plain = |part: &str| {
        part.chars().all(is_plain) && !part.starts_with('.') && !part.ends_with('.') && !part.contains("..")
    };
    let labels = || domain.split('.');
    text.chars().count() <= LONGEST
        && (1..=64).contains(&name.len())
        && plain(name)
        && plain(domain)
        && labels().count() >= 2
        && labels().all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
        && labels()
            .next_back()
            .is_some_and(|last| last.chars().count() >= 2 && !last.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_and_a_domain() {
        for good in ["ana@example.com", "a.b+c@sub.example.org", "jürgen@münchen.de", "o'neill@example.ie"]
        {
            assert_eq!(read(good).as_deref(), Some(good));
        }
        for bad in [
            "",
            "ana",
            "ana@",
            "@example.com",
            "a b@example.com",
            "ana@example",
            "a@b..com",
            "a@1.2",
            "a@@b.com",
            "a\u{200b}na@example.com",
            "ana@exam\u{ad}ple.com",
            "ana@example\u{2060}.com",
            "ana\u{a0}@example.com",
            "ana@example.com,ben@example.com",
            "ana@-example.com",
            ".ana@example.com",
            "ana@example.com.",
        ] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn what_comes_along_is_dropped() {
        for typed in [
            " ana@example.com\u{200b}",
            "\u{feff}ana@example.com",
            "\u{202a}ana@example.com\u{202c}",
            "ana@example.com\u{a0}",
            "mailto:ana@example.com",
            "<ana@example.com>",
            "ana＠example.com",
            "ａｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ",
            "MAILTO:ana@example.com",
            "ana@example。com",
        ] {
            assert_eq!(read(typed).as_deref(), Some("ana@example.com"), "{typed:?}");
        }
    }
}
