//! What a file is: one type, known, and matched against its bytes. A type that somebody else names decides nothing by itself:
//! browsers take the last of a list of types, and a page may call itself a picture.

/// As what WhatsApp sends a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A picture.
    Image,
    /// A sticker.
    Sticker,
    /// A video.
    Video,
    /// A sound or a voice note.
    Audio,
    /// Anything that people save.
    Document,
}

/// A type of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    name: &'static str,
    /// As what WhatsApp takes it, and how many bytes at most; `None`: not at all.
    sent: Option<(Kind, u64)>,
    /// A browser may show it in its place: it holds no script.
    shown: bool,
}

const MIB: u64 = 1024 * 1024;

/// Largest file that WhatsApp takes of any kind
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media>).
pub const LARGEST: u64 = 100 * MIB;

/// How many bytes [`agrees`] and [`detected`] want to see of a file's beginning.
pub const HEAD: usize = 512;

const fn row(name: &'static str, sent: Option<(Kind, u64)>, shown: bool) -> Known {
    Known { name, sent, shown }
}

const fn document(name: &'static str) -> Known {
    row(name, Some((Kind::Document, LARGEST)), false)
}

/// Meta's table of types and sizes, and what browsers show besides.
const KNOWN: &[Known] = &[
    row("image/jpeg", Some((Kind::Image, 5 * MIB)), true),
    row("image/png", Some((Kind::Image, 5 * MIB)), true),
    row("image/webp", Some((Kind::Sticker, 500 * 1024)), true),
    row("image/gif", None, true),
    row("video/mp4", Some((Kind::Video, 16 * MIB)), true),
    row("video/3gpp", Some((Kind::Video, 16 * MIB)), true),
    row("video/webm", None, true),
    row("audio/aac", Some((Kind::Audio, 16 * MIB)), true),
    row("audio/amr", Some((Kind::Audio, 16 * MIB)), true),
    row("audio/mpeg", Some((Kind::Audio, 16 * MIB)), true),
    row("audio/mp4", Some((Kind::Audio, 16 * MIB)), true),
    row("audio/ogg", Some((Kind::Audio, 16 * MIB)), true),
    row("audio/opus", Some((Kind::Audio, 16 * MIB)), true),
    row("audio/webm", None, true),
    row("audio/wav", None, true),
    document("application/pdf"),
    document("text/plain"),
    document("application/msword"),
    document("application/vnd.ms-excel"),
    document("application/vnd.ms-powerpoint"),
    document("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    document("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    document("application/vnd.openxmlformats-officedocument.presentationml.presentation"),
];

fn known(name: &str) -> Option<&'static Known> {
    // The codec of a voice note is a part of its type as it is kept.
    let name = name.split(';').next().unwrap_or_default().trim();
    KNOWN.iter().find(|it| it.name == name)
}

/// The type in a `Content-Type` or in what Meta says, in lower case and without parameters. `None`: it is not exactly one
/// type.
pub fn essence(text: &str) -> Option<String> {
    let text = text.trim_matches([' ', '\t']);
    let (essence, parameters) = text.split_once(';').map_or((text, None), |(a, b)| (a, Some(b)));
    let (kind, sub) = essence.trim_end_matches([' ', '\t']).split_once('/')?;
    let plain = |text: &str| !text.is_empty() && text.len() <= 127 && text.bytes().all(is_token);
    // Quoted parameters may hold a comma; a comma outside of them begins another type.
    let one = parameters.is_none_or(|it| it.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '));
    let list = parameters.is_some_and(|it| unquoted(it).contains(','));
    (plain(kind) && plain(sub) && one && !list).then(|| format!("{kind}/{sub}").to_ascii_lowercase())
}

/// Characters of a token (RFC 9110, 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn unquoted(text: &str) -> String {
    text.split('"').step_by(2).collect()
}

/// What a file is by its first bytes, among the types that are known here.
pub fn detected(head: &[u8]) -> Option<&'static str> {
    let name = infer::get(head)?.mime_type();
    let name = match name {
        "audio/m4a" | "audio/x-m4a" => "audio/mp4",
        "audio/x-wav" => "audio/wav",
        "video/x-m4v" | "video/quicktime" => "video/mp4",
        name => name,
    };
    known(name).map(|it| it.name)
}

/// A type as it is kept of a file that begins so: Ogg sound with its codec, by which WhatsApp tells voice notes.
pub fn with_codec(essence: &str, head: &[u8]) -> String {
    let is_opus = essence == "audio/ogg" && head.windows(8).any(|bytes| bytes == b"OpusHead");
    if is_opus { super::kept_type("audio/ogg; codecs=opus") } else { essence.to_owned() }
}

/// Whether a browser may show a file of this type, given its first bytes, in its place. Everything else is only saved.
pub fn may_be_shown(mime_type: &str, head: &[u8]) -> bool {
    known(mime_type).is_some_and(|it| it.shown) && agrees(mime_type, head)
}

/// Whether the bytes are what the type says. Of types that have no marks of their own nothing can be said against it.
pub fn agrees(mime_type: &str, head: &[u8]) -> bool {
    let family = |name: &str| name.split_once('/').map(|(family, _)| family.to_owned());
    match known(mime_type) {
        Some(it) if it.name.starts_with("image/") => detected(head) == Some(it.name),
        // Containers hold sound as well as pictures.
        Some(it) if it.name.starts_with("video/") || it.name.starts_with("audio/") => {
            let found = infer::get(head).and_then(|it| family(it.mime_type()));
            matches!(found.as_deref(), Some("video" | "audio")) || is_bare_sound(it.name, head)
        }
        Some(_) | None => true,
    }
}

/// Sound that begins with a frame instead of a mark: AAC in ADTS, MPEG.
fn is_bare_sound(name: &str, head: &[u8]) -> bool {
    matches!(name, "audio/aac" | "audio/mpeg") && matches!(head, [0xff, second, ..] if second & 0xe0 == 0xe0)
}

/// As what WhatsApp sends a file of this type and how many bytes it may have. `None`: WhatsApp does not take it.
pub fn sendable(mime_type: &str) -> Option<(Kind, u64)> {
    known(mime_type)?.sent
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n0000";
    const PAGE: &[u8] = b"<!doctype html><script>alert(1)</script>";

    #[test]
    fn a_voice_note_keeps_its_codec_and_is_sound_like_any() {
        let head = b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead\x01\x01";
        assert_eq!(with_codec("audio/ogg", head), "audio/ogg; codecs=opus");
        assert_eq!(with_codec("audio/ogg", b"OggS....vorbis"), "audio/ogg");
        assert_eq!(with_codec("audio/mp4", head), "audio/mp4");
        assert_eq!(sendable("audio/ogg; codecs=opus"), sendable("audio/ogg"));
        assert!(may_be_shown("audio/ogg; codecs=opus", head));
    }

    #[test]
    fn a_type_is_exactly_one() {
        assert_eq!(essence("image/png").as_deref(), Some("image/png"));
        assert_eq!(essence(" Image/PNG ; x=1").as_deref(), Some("image/png"));
        assert_eq!(essence("audio/ogg; codecs=opus").as_deref(), Some("audio/ogg"));
        assert_eq!(essence("video/mp4; codecs=\"avc1, mp4a\"").as_deref(), Some("video/mp4"));
        for wrong in [
            "",
            "png",
            "image/",
            "/png",
            "image/png, text/html",
            "image/png,text/html",
            "image/png; a, text/html",
            "image/png; a=\"b\", text/html",
            "image/png\r\ntext/html",
            "image/p ng",
            "image/png/x",
            "imäge/png",
            "image/png; a=\r\nSet-Cookie: x",
        ] {
            assert_eq!(essence(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_page_in_disguise_is_not_shown() {
        assert!(may_be_shown("image/png", PNG));
        for kind in ["image/png", "image/webp", "audio/ogg", "video/mp4", "audio/mpeg"] {
            assert!(!may_be_shown(kind, PAGE), "{kind}");
        }
        for kind in
            ["image/svg+xml", "text/html", "application/pdf", "image/webp, text/html", "IMAGE/PNG", ""]
        {
            assert!(!may_be_shown(kind, PNG), "{kind}");
        }
        // Another picture than it says: what is shown must be what is named.
        assert!(!may_be_shown("image/jpeg", PNG));
    }

    #[test]
    fn sounds_and_videos_are_known_by_their_marks() {
        let ogg = b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead";
        assert!(may_be_shown("audio/ogg", ogg));
        assert!(may_be_shown("audio/mpeg", b"ID3\x04\0\0\0\0\0\0"));
        assert!(may_be_shown("audio/aac", &[0xff, 0xf1, 0x50, 0x80]));
        assert!(may_be_shown("video/mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"));
        assert!(may_be_shown("audio/amr", b"#!AMR\n\x3c\x91\x17\x16\xbe\x66"));
    }

    #[test]
    fn whatsapp_takes_what_its_table_says() {
        assert_eq!(sendable("image/png"), Some((Kind::Image, 5 * MIB)));
        assert_eq!(sendable("application/pdf"), Some((Kind::Document, LARGEST)));
        assert_eq!((sendable("image/gif"), sendable("text/html")), (None, None));
    }
}
