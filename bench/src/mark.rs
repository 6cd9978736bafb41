//! The mark that each contact's message carries in its text and that the bot's answer repeats: it proves which message
//! an answer belongs to, without a word from the server.

use std::fmt;

/// The `n`-th message of a contact, both counted from 0. Written `[17-3]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    /// Which contact.
    pub contact: u32,
    /// Which of its messages.
    pub n: u32,
}

impl Mark {
    /// The first mark in a text.
    pub fn find(text: &[u8]) -> Option<Self> {
        let mut rest = text;
        while let Some(open) = rest.iter().position(|byte| *byte == b'[') {
            rest = &rest[open + 1..];
            if let Some(mark) = Self::read(rest) {
                return Some(mark);
            }
        }
        None
    }

    fn read(text: &[u8]) -> Option<Self> {
        let (contact, rest) = number(text)?;
        let (n, rest) = number(rest.strip_prefix(b"-")?)?;
        rest.starts_with(b"]").then_some(Self { contact, n })
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}-{}]", self.contact, self.n)
    }
}

fn number(text: &[u8]) -> Option<(u32, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = text.split_at(digits);
    Some((std::str::from_utf8(number).ok()?.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_among_other_brackets() {
        let mark = Mark { contact: 17, n: 3 };
        let text = format!("{{\"buttons\":[{{}}],\"list\":[1,2],\"body\":\"echo {mark}\"}}");
        assert_eq!(Mark::find(text.as_bytes()), Some(mark));
        assert_eq!(Mark::find(b"[1-] [-2] [x] ["), None);
    }
}
