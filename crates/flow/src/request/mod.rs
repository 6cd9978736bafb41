//! HTTP requests that flows make: every value is escaped for the place it stands in.

mod body;
mod url;

pub use body::Body;
pub use url::Address;

use std::borrow::Cow;

/// A text in the path, query or form of an address: everything but letters, digits and `-._~` is escaped.
pub(crate) fn percent_encode(text: &str) -> Cow<'_, str> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut encoded = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if is_plain(byte) {
            encoded.push(char::from(byte));
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            encoded.push('%');
            encoded.push(char::from(DIGITS[usize::from(byte >> 4)]));
            encoded.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    Cow::Owned(encoded)
}

/// Whether a text can be the name of a header that a flow may set.
pub(crate) fn is_header_name(name: &str) -> bool {
    const TAKEN: &[&str] = &[
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "upgrade",
        "expect",
        "te",
        "trailer",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
    ];
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty()
        && name.len() <= 100
        && name.bytes().all(is_token)
        && !TAKEN.iter().any(|taken| taken.eq_ignore_ascii_case(name))
}

/// Whether a text can be the value of a header: one line, no control characters.
pub(crate) fn is_header_value(value: &str) -> bool {
    value.len() <= 8192 && !value.chars().any(|c| c.is_control() && c != '\t')
}
