//! What the business sends.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Id;
use crate::media::Media as File;
use crate::message::inbound::Location;

/// One message to a contact, before it is put on the wire by `whatsapp`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outbound {
    /// What to send.
    pub content: Content,
    /// The `wamid` of the message to quote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
}

impl From<Content> for Outbound {
    fn from(content: Content) -> Self {
        Self { content, reply_to: None }
    }
}

/// The content of an outbound message, one variant a type of the Cloud API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    /// Plain text with WhatsApp's markup.
    Text {
        /// 1 to 4,096 characters.
        body: String,
        /// Show the first link as a card.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        preview_url: bool,
    },
    /// A picture.
    Image(Media),
    /// A video.
    Video(Media),
    /// A sound file, or a voice note.
    Audio(Media),
    /// A file.
    Document(Media),
    /// A sticker.
    Sticker(Media),
    /// A place.
    Location(Location),
    /// Contact cards as Meta describes them.
    Contacts {
        /// The cards.
        contacts: Vec<Value>,
    },
    /// Text with up to three reply buttons.
    Buttons(Buttons),
    /// Text with a list of up to ten rows.
    List(List),
    /// Text with one button that opens a web page.
    CtaUrl {
        /// Picture, video, document or text above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        header: Option<Header>,
        /// The text.
        body: String,
        /// Small print.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        footer: Option<String>,
        /// The button's label.
        display_text: String,
        /// Where it leads.
        url: String,
    },
    /// Text with a button that sends the contact's place.
    LocationRequest {
        /// The text.
        body: String,
    },
    /// A WhatsApp Flow.
    Flow(FlowMessage),
    /// An approved template.
    Template(Template),
    /// An emoji on an earlier message; an empty one takes it back.
    Reaction {
        /// The message.
        message_id: String,
        /// One emoji or nothing.
        emoji: String,
    },
}

impl Content {
    /// The name of the type, as rows and the API carry it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Image(_) => "image",
            Self::Video(_) => "video",
            Self::Audio(_) => "audio",
            Self::Document(_) => "document",
            Self::Sticker(_) => "sticker",
            Self::Location(_) => "location",
            Self::Contacts { .. } => "contacts",
            Self::Buttons(_) => "buttons",
            Self::List(_) => "list",
            Self::CtaUrl { .. } => "cta_url",
            Self::LocationRequest { .. } => "location_request",
            Self::Flow(_) => "flow",
            Self::Template(_) => "template",
            Self::Reaction { .. } => "reaction",
        }
    }

    /// Whether it may be sent outside the 24-hour window.
    pub fn is_template(&self) -> bool {
        matches!(self, Self::Template(_))
    }

    /// The words in it: text, body, caption. Empty when there are none.
    pub fn text(&self) -> &str {
        match self {
            Self::Text { body, .. } | Self::CtaUrl { body, .. } | Self::LocationRequest { body } => body,
            Self::Image(media)
            | Self::Video(media)
            | Self::Audio(media)
            | Self::Document(media)
            | Self::Sticker(media) => media.caption.as_deref().unwrap_or(""),
            Self::Buttons(buttons) => &buttons.body,
            Self::List(list) => &list.body,
            Self::Flow(flow) => &flow.body,
            Self::Template(template) => &template.name,
            Self::Reaction { emoji, .. } => emoji,
            Self::Location(_) | Self::Contacts { .. } => "",
        }
    }
}

/// A file to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// Where the bytes are.
    pub source: MediaSource,
    /// At most 1,024 characters; not for sound and stickers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// The name a document is shown with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// Show as a voice note (Ogg Opus only).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub voice: bool,
}

/// Where a file comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaSource {
    /// A public HTTPS address that Meta fetches.
    Link(String),
    /// A file of ours (`med_…`), uploaded to Meta before it is sent.
    Stored(String),
    /// A file that Meta has already.
    Meta(String),
}

impl MediaSource {
    /// Where a file is that people name: an `http(s)` address, or the id of an uploaded file (`med_…`).
    pub fn parse(text: &str) -> Option<Self> {
        if text.parse::<Id<File>>().is_ok() {
            return Some(Self::Stored(text.to_owned()));
        }
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let is_plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        (!host.is_empty() && is_plain && text.len() <= 2048).then(|| Self::Link(text.to_owned()))
    }
}

/// What stands above an interactive message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    /// At most 60 characters.
    Text(String),
    /// A picture.
    Image(MediaSource),
    /// A video.
    Video(MediaSource),
    /// A file.
    Document(MediaSource),
}

/// Text with reply buttons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buttons {
    /// Picture, video, document or text above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// The text, at most 1,024 characters.
    pub body: String,
    /// Small print, at most 60 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// One to three.
    pub buttons: Vec<Button>,
}

/// A reply button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// Comes back when it is tapped. At most 256 characters, unique in the message.
    pub id: String,
    /// The label, at most 20 characters, unique in the message.
    pub title: String,
}

/// Text with a list behind a button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// At most 60 characters. Lists have no picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The text, at most 1,024 characters.
    pub body: String,
    /// Small print, at most 60 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// The label of the button that opens the list, at most 20 characters.
    pub button: String,
    /// One to ten; rows are at most ten in all.
    pub sections: Vec<Section>,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// At most 24 characters; needed when there is more than one section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// At least one.
    pub rows: Vec<Row>,
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Comes back when it is picked. At most 200 characters, unique in the message.
    pub id: String,
    /// At most 24 characters.
    pub title: String,
    /// At most 72 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A message that opens a WhatsApp Flow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlowMessage {
    /// Picture, video, document or text above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// The text.
    pub body: String,
    /// Small print.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// Meta's id of the Flow.
    pub flow_id: String,
    /// The button's label, at most 30 characters.
    pub cta: String,
    /// Comes back with the answers.
    pub token: String,
    /// The first screen; `None` asks the Flow's own server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<String>,
    /// Data for the first screen, an object.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub data: Value,
}

/// An approved template with its values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// Lower-case letters, digits and `_`.
    pub name: String,
    /// Exactly one of the languages it exists in.
    pub language: String,
    /// The values of its header.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub header: Vec<Parameter>,
    /// The values of its body, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub body: Vec<Parameter>,
    /// The values of its buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<TemplateButton>,
}

/// A value of a template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// The variable's name, in templates with named parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What to put there.
    pub value: ParameterValue,
}

/// The kinds of values a template takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterValue {
    /// Words. Never empty, no line breaks, no tabs, no more than four spaces in a row.
    Text(String),
    /// A picture for the header.
    Image(MediaSource),
    /// A video for the header.
    Video(MediaSource),
    /// A file for the header.
    Document {
        /// Where it is.
        source: MediaSource,
        /// Its name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filename: Option<String>,
    },
    /// A place for the header.
    Location(Location),
    /// A product for the header.
    Product {
        /// Its catalogue; left out, the one of the business account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        catalog_id: Option<String>,
        /// Its id in the catalogue.
        product: String,
    },
}

/// The value of one button of a template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateButton {
    /// Its position among the template's buttons, from 0.
    pub index: u8,
    /// What it carries.
    pub value: TemplateButtonValue,
}

/// What a template's button carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateButtonValue {
    /// Comes back when the quick reply is tapped; at most 128 characters.
    QuickReply(String),
    /// The end of the button's address.
    UrlSuffix(String),
    /// A coupon code, at most 20 characters.
    CopyCode(String),
    /// A form (WhatsApp Flow).
    Flow {
        /// Comes back with the answers.
        token: String,
        /// What its first screen is given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        data: Option<Map<String, Value>>,
    },
    /// A catalogue.
    Catalog {
        /// The product whose picture stands for it.
        thumbnail: String,
    },
}
