//! A file that a contact sent.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chasqui_model::message::inbound::Media;

use super::json::Object;
use super::status;

/// Meta's code for a file that it could not fetch.
const NOT_FETCHED: i64 = 131_052;

/// The file under `kind`. `None` when there is neither a file nor an error that says why. One without an id cannot be
/// fetched, and its caption was said all the same.
pub(super) fn read(message: &Object<'_>, kind: &str) -> Option<Media> {
    let file = message.object(kind);
    let failed = message.raw("errors").map(status::errors).unwrap_or_default();
    let error = failed.first().map(|error| error.code);
    let Some(file) = file else {
        return error.map(|code| Media { error: Some(code), ..Media::default() });
    };
    let id = file.string("id").unwrap_or_default();
    let error = error.or_else(|| id.is_empty().then_some(NOT_FETCHED));
    Some(Media {
        id,
        mime_type: file.string("mime_type").unwrap_or_default(),
        sha256: file.text("sha256").and_then(|hash| hex_of(&hash)),
        caption: file.string("caption"),
        filename: file.string("filename"),
        voice: file.is("voice"),
        animated: file.is("animated"),
        url: file.string("url"),
        error,
    })
}

/// The old type `voice`.
pub(super) fn voice(message: &Object<'_>) -> Option<Media> {
    Some(Media { voice: true, ..read(message, "voice")? })
}

/// A hash in lower-case hex: messages carry it in Base64, `history` in hex.
fn hex_of(hash: &str) -> Option<String> {
    if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(hash.to_ascii_lowercase());
    }
    STANDARD.decode(hash).ok().filter(|bytes| bytes.len() == 32).map(hex::encode)
}

#[cfg(test)]
mod tests {
    use super::hex_of;

    #[test]
    fn base64_becomes_hex_and_hex_stays() {
        let hex = "49f227634806293b0995459bc310b593e1400f41591efcf07e9bced335f41942";
        assert_eq!(hex_of("SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=").as_deref(), Some(hex));
        assert_eq!(hex_of(&hex.to_uppercase()).as_deref(), Some(hex));
        assert_eq!(hex_of("a1b2c3d4e5f6..."), None);
    }
}
