//! Text that must not leak: it neither prints nor serialises.

use std::fmt;

/// A secret. `Debug` shows nothing; there is no `Display` and no `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    text: String,
    lost: bool,
}

impl Secret {
    /// Takes the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), lost: false }
    }

    /// Stands in for a secret that is damaged where it is kept. Its text is one that nobody knows: no signature fits it and
    /// no service takes it. It cannot be kept again.
    pub fn lost() -> Self {
        Self { text: hex(&crate::clock::random_bytes()), lost: true }
    }

    /// Whether it stands in for one that is damaged, and has to be entered again.
    pub const fn is_lost(&self) -> bool {
        self.lost
    }

    /// The text itself. Look twice at where it goes.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The last four characters, to tell one secret from another; of a lost one, none.
    pub fn last4(&self) -> String {
        if self.lost {
            return String::new();
        }
        let skip = self.text.chars().count().saturating_sub(4);
        self.text.chars().skip(skip).collect()
    }
}

fn hex(bytes: &[u8; 32]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        // Overwrites the text so that it does not linger in freed memory. `String::clear` would keep the bytes.
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        bytes.fill(0);
        std::hint::black_box(&bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        let secret = Secret::new("0123456789abcdef3f9c");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.last4(), "3f9c");
    }

    #[test]
    fn nobody_knows_what_stands_in_for_a_lost_one() {
        let (one, other) = (Secret::lost(), Secret::lost());
        assert!(one.is_lost() && !Secret::new("").is_lost());
        assert_eq!(one.expose().len(), 64);
        assert_ne!(one.expose(), other.expose());
        assert_eq!(one.last4(), "");
    }
}
