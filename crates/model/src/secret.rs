//! Text that must not leak: it neither prints nor serialises.

use std::fmt;

/// A secret. `Debug` shows nothing; there is no `Display` and no `Serialize`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Look twice at where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The last four characters, to tell one secret from another.
    pub fn last4(&self) -> String {
        let skip = self.0.chars().count().saturating_sub(4);
        self.0.chars().skip(skip).collect()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        // Overwrites the text so that it does not linger in freed memory. `String::clear` would keep the bytes.
        let mut bytes = std::mem::take(&mut self.0).into_bytes();
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
}
