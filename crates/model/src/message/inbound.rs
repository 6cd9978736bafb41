//! What a contact sends.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::said;
use crate::Timestamp;
use crate::message::marks::Product;

/// One message of a contact, as the engine sees it. `whatsapp` makes it from the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inbound {
    /// Meta's id of the message (`wamid.…`). Opaque; holds the sender's number in clear, so it is personal data.
    pub wamid: String,
    /// When the contact wrote it, by Meta's clock, to the second; as [`super::written`] believes it once it is accepted.
    pub at: Timestamp,
    /// What was sent.
    pub content: Content,
    /// The `wamid` of the message that was quoted or tapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Forwarded from another chat.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forwarded: bool,
    /// Forwarded so often that WhatsApp says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub frequently_forwarded: bool,
    /// The advertisement or post the contact came from, as Meta describes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<Value>,
    /// The product that the message asks about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
}

/// The content of an inbound message, one variant a type of the Cloud API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    /// Typed text. Commands and ice-breakers arrive like this too.
    Text {
        /// As typed, with line breaks and markup.
        body: String,
    },
    /// A picture.
    Image(Media),
    /// A video.
    Video(Media),
    /// A sound file or, with `voice`, a voice note.
    Audio(Media),
    /// Any file.
    Document(Media),
    /// A sticker.
    Sticker(Media),
    /// A place.
    Location(Location),
    /// Contact cards, as Meta describes them; every property may be missing.
    Contacts {
        /// The cards.
        contacts: Vec<Value>,
        /// Sent in answer to our request for a phone number.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        requested: bool,
    },
    /// A tap on one of our reply buttons.
    ButtonReply {
        /// The id we gave the button.
        id: String,
        /// Its label as shown.
        title: String,
    },
    /// A row picked from one of our lists.
    ListReply {
        /// The id we gave the row.
        id: String,
        /// Its title as shown.
        title: String,
        /// Its description, when it had one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
    /// A tap on a template's quick-reply button.
    QuickReply {
        /// What was given with the button when it was sent, else its label.
        payload: String,
        /// The label.
        text: String,
    },
    /// A finished WhatsApp Flow or address form.
    FlowReply {
        /// `flow` or `address_message`.
        name: String,
        /// The summary shown in the chat.
        body: String,
        /// The answers. Text that is not JSON stays text; `Null`: there were none.
        response: Value,
    },
    /// A reaction to one of our messages.
    Reaction {
        /// Our message.
        message_id: String,
        /// `None`: the reaction was taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        emoji: Option<String>,
    },
    /// A shopping cart.
    Order {
        /// The cart as Meta describes it.
        order: Value,
    },
    /// Something about the contact, not from them.
    System(System),
    /// The contact opened the chat for the first time.
    RequestWelcome,
    /// An earlier message was changed.
    Edit {
        /// The earlier message.
        original_message_id: String,
        /// What it says from then on. `None`: Meta did not say, or in a way nobody can read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<Box<Content>>,
    },
    /// An earlier message was deleted by its sender.
    Revoke {
        /// The earlier message.
        original_message_id: String,
    },
    /// Meta could not pass it on.
    Unsupported {
        /// What it was, when Meta says so (`poll`, `gif` …).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
        /// The Graph code, usually 131051.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<i64>,
    },
    /// A type we have never seen, kept whole. The bot sees `unsupported`.
    Unknown {
        /// The type's name on the wire.
        kind: String,
        /// The message as it arrived.
        raw: Value,
    },
}

impl Content {
    /// The name of the type as flows see it in `message.type`.
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
            Self::ButtonReply { .. } => "button_reply",
            Self::ListReply { .. } => "list_reply",
            Self::QuickReply { .. } => "quick_reply",
            Self::FlowReply { .. } => "flow_reply",
            Self::Reaction { .. } => "reaction",
            Self::Order { .. } => "order",
            Self::System(_) => "system",
            Self::RequestWelcome => "request_welcome",
            Self::Edit { .. } => "edit",
            Self::Revoke { .. } => "revoke",
            Self::Unsupported { .. } | Self::Unknown { .. } => "unsupported",
        }
    }

    /// The words in it, as a contact would say them: a typed text, a caption, a tapped label. Empty when there are none.
    pub fn text(&self) -> &str {
        match self {
            Self::Text { body } | Self::FlowReply { body, .. } => body,
            Self::Image(media)
            | Self::Video(media)
            | Self::Audio(media)
            | Self::Document(media)
            | Self::Sticker(media) => media.caption.as_deref().unwrap_or(""),
            Self::ButtonReply { title, .. } | Self::ListReply { title, .. } => title,
            Self::QuickReply { text, .. } => text,
            Self::Location(_)
            | Self::Contacts { .. }
            | Self::Reaction { .. }
            | Self::Order { .. }
            | Self::System(_)
            | Self::RequestWelcome
            | Self::Edit { .. }
            | Self::Revoke { .. }
            | Self::Unsupported { .. }
            | Self::Unknown { .. } => "",
        }
    }

    /// The file in it.
    pub fn media(&self) -> Option<&Media> {
        match self {
            Self::Image(media)
            | Self::Video(media)
            | Self::Audio(media)
            | Self::Document(media)
            | Self::Sticker(media) => Some(media),
            _ => None,
        }
    }

    /// Whether a bot is to answer it. Reactions, edits, deletions, notes about the contact and what Meta calls
    /// unsupported although nobody said anything change the transcript and never run a flow.
    pub fn runs_flow(&self) -> bool {
        match self {
            Self::Reaction { .. }
            | Self::System(_)
            | Self::Edit { .. }
            | Self::Revoke { .. }
            | Self::RequestWelcome => false,
            Self::Unsupported { kind, code } => {
                *code != Some(said::NOT_FOR_US) && kind.as_deref().is_none_or(said::is_said)
            }
            Self::Unknown { kind, .. } => said::is_said(kind),
            Self::Text { .. }
            | Self::Image(_)
            | Self::Video(_)
            | Self::Audio(_)
            | Self::Document(_)
            | Self::Sticker(_)
            | Self::Location(_)
            | Self::Contacts { .. }
            | Self::ButtonReply { .. }
            | Self::ListReply { .. }
            | Self::QuickReply { .. }
            | Self::FlowReply { .. }
            | Self::Order { .. } => true,
        }
    }

    /// Whether it opens the 24-hour window. Meta says so of messages and calls; of edits and deletions it says nothing,
    /// and to believe in a window that is closed costs a refused message. What a bot does not answer and is no message
    /// of the contact opens none either.
    pub fn opens_window(&self) -> bool {
        match self {
            Self::Reaction { .. } | Self::RequestWelcome => true,
            Self::Unknown { kind, .. } if kind == "call_permission_reply" => true,
            other => other.runs_flow(),
        }
    }
}

/// A file that a contact sent.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Media {
    /// Meta's id of the file. Lives 7 days.
    pub id: String,
    /// May carry parameters (`audio/ogg; codecs=opus`).
    pub mime_type: String,
    /// SHA-256 of the bytes in lower-case hex; the wire has Base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The words under a picture, video or document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// The name of a document, as its sender called it: any text at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// Recorded in the chat.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub voice: bool,
    /// A sticker that moves.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub animated: bool,
    /// Where Meta offers it for 5 minutes, with our token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Meta could not fetch it: the Graph code. The id is useless then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<i64>,
}

/// A place on earth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// Degrees.
    pub latitude: f64,
    /// Degrees.
    pub longitude: f64,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it is, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// A link to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A note about a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum System {
    /// The contact has a new number.
    NumberChanged {
        /// The new one.
        wa_id: String,
        /// The new business-scoped user id, when Meta names it beside the number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_id: Option<String>,
        /// The new parent id, when there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent_user_id: Option<String>,
    },
    /// The contact has a new business-scoped user id.
    UserIdChanged {
        /// The new one.
        user_id: String,
        /// The new parent id, when there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent_user_id: Option<String>,
    },
    /// The contact's identity key changed.
    IdentityChanged,
    /// Something else.
    Other {
        /// Its name on the wire.
        kind: String,
    },
}

impl System {
    /// The names that the contact goes by from here on, in place of those that the note's sender carries.
    pub fn names(&self) -> Vec<(AliasKind, String)> {
        let (user_id, parent_user_id, wa_id) = match self {
            Self::NumberChanged { wa_id, user_id, parent_user_id } => {
                (user_id.as_ref(), parent_user_id.as_ref(), Some(wa_id))
            }
            Self::UserIdChanged { user_id, parent_user_id } => (Some(user_id), parent_user_id.as_ref(), None),
            Self::IdentityChanged | Self::Other { .. } => (None, None, None),
        };
        [(AliasKind::UserId, user_id), (AliasKind::ParentUserId, parent_user_id), (AliasKind::WaId, wa_id)]
            .into_iter()
            .filter_map(|(kind, value)| value.map(|value| (kind, value.clone())))
            .collect()
    }
}

/// Who sent a message. A person may be known by any of the ids; a phone number can be missing.
#[derive(Clone, Debug, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct Sender {
    /// The WhatsApp id, digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wa_id: Option<String>,
    /// The business-scoped user id, for example `US.1349…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The parent business-scoped user id, `US.ENT.1181…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_user_id: Option<String>,
    /// The profile name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The username, without `@`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
}

/// One of the names a person goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AliasKind {
    /// Business-scoped user id.
    UserId,
    /// Parent business-scoped user id.
    ParentUserId,
    /// WhatsApp id.
    WaId,
}

impl AliasKind {
    /// As rows carry it.
    pub const fn number(self) -> i64 {
        match self {
            Self::UserId => 1,
            Self::ParentUserId => 2,
            Self::WaId => 3,
        }
    }

    /// Reads a row's number back.
    pub const fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            1 => Self::UserId,
            2 => Self::ParentUserId,
            3 => Self::WaId,
            _ => return None,
        })
    }
}

impl Sender {
    /// The id of one kind.
    pub fn id(&self, kind: AliasKind) -> Option<&str> {
        match kind {
            AliasKind::UserId => self.user_id.as_deref(),
            AliasKind::ParentUserId => self.parent_user_id.as_deref(),
            AliasKind::WaId => self.wa_id.as_deref(),
        }
    }

    /// All ids given, the most lasting first.
    pub fn aliases(&self) -> impl Iterator<Item = (AliasKind, &str)> {
        [
            (AliasKind::UserId, self.user_id.as_deref()),
            (AliasKind::ParentUserId, self.parent_user_id.as_deref()),
            (AliasKind::WaId, self.wa_id.as_deref()),
        ]
        .into_iter()
        .filter_map(|(kind, value)| value.map(|value| (kind, value)))
    }
}
