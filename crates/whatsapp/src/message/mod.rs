//! Messages to contacts: what WhatsApp allows in them ([`check`]) and how they are written ([`to_wire`]). One file a
//! type; each has a fixture of the same name in `fixtures/outbound/`.

mod buttons;
mod contacts;
mod cta_url;
mod flow;
mod limits;
mod list;
mod location;
mod location_request;
mod media;
mod reaction;
mod template;
mod text;
mod wire;

use std::collections::HashMap;

use chasqui_model::message::outbound::{Content, Outbound};

pub use limits::{LimitError, Problem};
pub use media::stored;

use limits::Limits;
use wire::Envelope;

/// Whom a message is for. A phone number goes before a user id, as at Meta.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recipient<'a> {
    /// Phone number with country code, with or without `+`.
    pub to: Option<&'a str>,
    /// Business-scoped user id.
    pub user_id: Option<&'a str>,
}

/// Ids that Meta gave for files of ours: `med_…` to Meta's id.
pub type Uploaded = HashMap<String, String>;

/// The message cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// Neither a number nor a user id.
    #[error("nobody to send it to")]
    NoRecipient,
    /// A file of ours that Meta does not have yet: upload it and try again.
    #[error("{media} is not uploaded")]
    NotUploaded {
        /// The file, `med_…`.
        media: String,
    },
}

/// The files of ours that a message holds, `med_…`.
pub fn files(message: &Outbound) -> Vec<String> {
    let anybody = Recipient { to: Some("0"), user_id: None };
    let mut found = Uploaded::new();
    while let Err(Unsendable::NotUploaded { media }) = to_wire(message, &anybody, "", &found) {
        if found.insert(media, String::new()).is_some() {
            break;
        }
    }
    found.into_keys().collect()
}

/// Whether WhatsApp takes the message; otherwise everything that is wrong with it.
pub fn check(message: &Outbound) -> Result<(), Vec<LimitError>> {
    let mut limits = Limits::default();
    match &message.content {
        Content::Text { body, .. } => text::check(body, &mut limits),
        Content::Image(file) | Content::Video(file) | Content::Document(file) => {
            media::check(file, media::Kind::Captioned, &mut limits);
        }
        Content::Audio(file) | Content::Sticker(file) => media::check(file, media::Kind::Bare, &mut limits),
        Content::Location(place) => location::check(place, &mut limits),
        Content::Contacts { contacts } => contacts::check(contacts, &mut limits),
        Content::Buttons(buttons) => buttons::check(buttons, &mut limits),
        Content::List(list) => list::check(list, &mut limits),
        Content::CtaUrl { header, body, footer, display_text, url } => {
            let message = cta_url::CtaUrl {
                header: header.as_ref(),
                body,
                footer: footer.as_deref(),
                display_text,
                url,
            };
            cta_url::check(&message, &mut limits);
        }
        Content::LocationRequest { body } => location_request::check(body, &mut limits),
        Content::Flow(flow) => flow::check(flow, &mut limits),
        Content::Template(template) => template::check(template, &mut limits),
        Content::Reaction { message_id, emoji } => reaction::check(message_id, emoji, &mut limits),
    }
    limits.finish()
}

/// The body of `POST /messages`. `callback` comes back with every status of the message; at most 512 characters.
pub fn to_wire(
    message: &Outbound,
    recipient: &Recipient<'_>,
    callback: &str,
    uploaded: &Uploaded,
) -> Result<Vec<u8>, Unsendable> {
    let envelope = Envelope::new(recipient, message.reply_to.as_deref(), callback)?;
    Ok(match &message.content {
        Content::Text { body, preview_url } => envelope.write("text", &text::wire(body, *preview_url)),
        Content::Image(file) => envelope.write("image", &media::wire(file, uploaded)?),
        Content::Video(file) => envelope.write("video", &media::wire(file, uploaded)?),
        Content::Audio(file) => envelope.write("audio", &media::wire(file, uploaded)?),
        Content::Document(file) => envelope.write("document", &media::wire(file, uploaded)?),
        Content::Sticker(file) => envelope.write("sticker", &media::wire(file, uploaded)?),
        Content::Location(place) => envelope.write("location", &location::wire(place)),
        Content::Contacts { contacts } => envelope.write("contacts", contacts),
        Content::Buttons(buttons) => envelope.write("interactive", &buttons::wire(buttons, uploaded)?),
        Content::List(list) => envelope.write("interactive", &list::wire(list)),
        Content::CtaUrl { header, body, footer, display_text, url } => {
            let message = cta_url::CtaUrl {
                header: header.as_ref(),
                body,
                footer: footer.as_deref(),
                display_text,
                url,
            };
            envelope.write("interactive", &cta_url::wire(&message, uploaded)?)
        }
        Content::LocationRequest { body } => envelope.write("interactive", &location_request::wire(body)),
        Content::Flow(flow) => envelope.write("interactive", &flow::wire(flow, uploaded)?),
        Content::Template(template) => envelope.write("template", &template::wire(template, uploaded)?),
        // A reaction cannot quote.
        Content::Reaction { message_id, emoji } => {
            envelope.without_quote().write("reaction", &reaction::wire(message_id, emoji))
        }
    })
}
