//! What all messages share on the wire: the envelope, the frame of interactive ones, references to files.

use chasqui_model::message::limit;
use chasqui_model::message::outbound::{Header, MediaSource};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::limits::Limits;
use super::{Recipient, Unsendable, Uploaded};

/// Everything around the content.
#[derive(Clone, Copy)]
pub(super) struct Envelope<'a> {
    to: To<'a>,
    quoted: Option<&'a str>,
    callback: &'a str,
}

#[derive(Clone, Copy)]
enum To<'a> {
    Phone(&'a str),
    User(&'a str),
}

impl<'a> Envelope<'a> {
    pub(super) fn new(
        recipient: &Recipient<'a>,
        quoted: Option<&'a str>,
        callback: &'a str,
    ) -> Result<Self, Unsendable> {
        let to = match (recipient.to, recipient.user_id) {
            (Some(phone), _) => To::Phone(phone),
            (None, Some(user)) => To::User(user),
            (None, None) => return Err(Unsendable::NoRecipient),
        };
        Ok(Self { to, quoted, callback })
    }

    pub(super) fn without_quote(self) -> Self {
        Self { quoted: None, ..self }
    }

    /// The body, in one allocation for most messages.
    pub(super) fn write(&self, kind: &'static str, content: &impl Serialize) -> Vec<u8> {
        let mut body = Vec::with_capacity(512);
        // Writing to memory fails only for maps with odd keys, and there are none.
        let written = serde_json::to_writer(&mut body, &Written { envelope: self, kind, content });
        debug_assert!(written.is_ok());
        body
    }
}

struct Written<'a, C> {
    envelope: &'a Envelope<'a>,
    kind: &'static str,
    content: &'a C,
}

impl<C: Serialize> Serialize for Written<'_, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("messaging_product", "whatsapp")?;
        map.serialize_entry("recipient_type", "individual")?;
        match self.envelope.to {
            To::Phone(phone) => map.serialize_entry("to", &International(phone))?,
            To::User(user) => map.serialize_entry("recipient", user)?,
        }
        map.serialize_entry("type", self.kind)?;
        map.serialize_entry(self.kind, self.content)?;
        if let Some(message_id) = self.envelope.quoted {
            map.serialize_entry("context", &Quote { message_id })?;
        }
        if !self.envelope.callback.is_empty() {
            map.serialize_entry("biz_opaque_callback_data", self.envelope.callback)?;
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
struct Quote<'a> {
    message_id: &'a str,
}

/// Without the plus sign Meta would put the business's own country code in front.
struct International<'a>(&'a str);

impl Serialize for International<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("+{}", self.0.trim_start_matches('+')))
    }
}

/// A file on the wire: exactly one of an id of Meta's and a link.
#[derive(serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Source<'a> {
    Id(&'a str),
    Link(&'a str),
}

impl<'a> Source<'a> {
    pub(super) fn resolve(source: &'a MediaSource, uploaded: &'a Uploaded) -> Result<Self, Unsendable> {
        Ok(match source {
            MediaSource::Link(link) => Self::Link(link),
            MediaSource::Meta(id) => Self::Id(id),
            MediaSource::Stored(media) => match uploaded.get(media) {
                Some(id) => Self::Id(id),
                None => return Err(Unsendable::NotUploaded { media: media.clone() }),
            },
        })
    }
}

/// An interactive message around its action.
#[derive(serde::Serialize)]
pub(super) struct Interactive<'a, A> {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) header: Option<WireHeader<'a>>,
    pub(super) body: Words<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) footer: Option<Words<'a>>,
    pub(super) action: A,
}

/// `{"text": …}`.
#[derive(serde::Serialize)]
pub(super) struct Words<'a> {
    pub(super) text: &'a str,
}

/// A header on the wire.
#[derive(serde::Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum WireHeader<'a> {
    Text { text: &'a str },
    Image { image: Source<'a> },
    Video { video: Source<'a> },
    Document { document: Source<'a> },
}

impl<'a> WireHeader<'a> {
    pub(super) fn new(
        header: Option<&'a Header>,
        uploaded: &'a Uploaded,
    ) -> Result<Option<Self>, Unsendable> {
        let Some(header) = header else { return Ok(None) };
        Ok(Some(match header {
            Header::Text(text) => Self::Text { text },
            Header::Image(source) => Self::Image { image: Source::resolve(source, uploaded)? },
            Header::Video(source) => Self::Video { video: Source::resolve(source, uploaded)? },
            Header::Document(source) => Self::Document { document: Source::resolve(source, uploaded)? },
        }))
    }
}

/// Header, body and footer of an interactive message.
pub(super) fn check_frame(header: Option<&Header>, body: &str, footer: Option<&str>, limits: &mut Limits) {
    match header {
        Some(Header::Text(text)) => limits.text("header", text, limit::HEADER),
        Some(Header::Image(source) | Header::Video(source) | Header::Document(source)) => {
            super::media::check_source("header", source, limits);
        }
        None => {}
    }
    limits.text("body", body, limit::INTERACTIVE_BODY);
    limits.optional("footer", footer, limit::FOOTER);
}
