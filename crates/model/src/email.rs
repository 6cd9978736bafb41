//! E-mail addresses: the one rule of what is one.

use email_address::{EmailAddress, Options};

use crate::typed;

/// An address that mails can be sent to, as it was typed but for what came along with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// An address as people type it, without what came along with it: spaces and invisible marks at its ends, `mailto:`,
    /// angle brackets, full-width letters. `None` when it is none.
    pub fn parse(text: &str) -> Option<Self> {
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
        is_address(&address).then_some(Self(address))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address, for whoever keeps it.
    pub fn into_string(self) -> String {
        self.0
    }

    /// In lower case, as accounts keep addresses: one person has one.
    pub fn lower(self) -> Self {
        Self(self.0.to_lowercase())
    }

    /// What stands before the `@`.
    pub fn name(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(name, _)| name)
    }
}

/// Whether a text is an e-mail address and nothing else: as RFC 5321 and 6531 have it, without quotes and comments, at a
/// domain with a point, nothing invisible inside.
pub fn is_address(text: &str) -> bool {
    let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
    let is_plain = |c: char| {
        !c.is_whitespace() && !c.is_control() && !typed::is_invisible(c) && !"()<>[]:;,\\\"".contains(c)
    };
    let Ok(address) = EmailAddress::parse_with_options(text, options) else { return false };
    let labels = || address.domain().split('.');
    text.chars().all(is_plain)
        && labels().all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
        && labels()
            .next_back()
            .is_some_and(|last| last.chars().count() >= 2 && !last.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a text says whom mails come from: an address, or a name and one in angle brackets.
pub fn is_sender(text: &str) -> bool {
    let inner = text.rsplit_once('<').map_or(Some(text), |(_, rest)| rest.trim_end().strip_suffix('>'));
    !text.chars().any(char::is_control) && inner.is_some_and(|inner| is_address(inner.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_and_a_domain() {
        for good in ["ana@example.com", "a.b+c@sub.example.org", "jürgen@münchen.de", "o'neill@example.ie"]
        {
            assert_eq!(Email::parse(good).as_ref().map(Email::as_str), Some(good));
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
            assert_eq!(Email::parse(bad), None, "{bad:?}");
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
            assert_eq!(Email::parse(typed).as_ref().map(Email::as_str), Some("ana@example.com"), "{typed:?}");
        }
    }

    #[test]
    fn addresses_that_mails_do_not_reach_are_none() {
        for bad in
            ["\"a b\"@example.com", "ana@[192.0.2.1]", "Ana <ana@example.com>", "ana@localhost", "a@b.c1-"]
        {
            assert_eq!(Email::parse(bad), None, "{bad:?}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        assert_eq!(Email::parse(&long), None);
    }

    #[test]
    fn an_account_has_an_address_in_small_letters() {
        assert_eq!(Email::parse(" Ana@Example.COM ").unwrap().lower().as_str(), "ana@example.com");
    }

    #[test]
    fn a_sender_is_an_address_or_has_one_behind_its_name() {
        for good in ["shop@example.com", "Shop <shop@example.com>", "Alpaca & Oak <a@b.example>"] {
            assert!(is_sender(good), "{good:?}");
        }
        for bad in
            ["Shop", "bots", "Shop <shop>", "a@b.example, c@d.example", "Shop\n<shop@example.com>", "<>"]
        {
            assert!(!is_sender(bad), "{bad:?}");
        }
    }
}
