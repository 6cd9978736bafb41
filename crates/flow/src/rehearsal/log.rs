//! What happened in a rehearsal, in order: for people, and to make a flow test of it.

use chasqui_model::Timestamp;
use chasqui_model::message::{inbound, outbound};
use serde::Serialize;

use crate::definition::{Action, Canned, Expected, MediaKind, Place, With};
use crate::effect::Outcome;
use crate::trace::Trace;

use super::canned;
use super::phone::{self, Phone};

/// One thing that happened in a rehearsal.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happening {
    /// The contact said something.
    Heard {
        /// When.
        at: Timestamp,
        /// What.
        content: inbound::Content,
        /// What stood with it.
        #[serde(skip_serializing_if = "Option::is_none")]
        with: Option<Box<With>>,
    },
    /// The bot said something.
    Said {
        /// When.
        at: Timestamp,
        /// The node it is from.
        node: String,
        /// What.
        content: Box<outbound::Content>,
    },
    /// A step ran.
    Turn {
        /// When.
        at: Timestamp,
        /// What it did.
        trace: Trace,
    },
    /// The bot asks the world.
    Called {
        /// When.
        at: Timestamp,
        /// The node.
        node: String,
        /// What it asks.
        summary: String,
    },
    /// The world answered, or somebody in its place.
    Answered {
        /// When.
        at: Timestamp,
        /// The node that had asked.
        node: String,
        /// Who answered.
        how: How,
        /// In words: the status, or what went wrong.
        result: String,
        /// The answer, as a test gives it.
        #[serde(skip)]
        canned: Box<Canned>,
    },
    /// Something for the owner's error log.
    Noticed {
        /// When.
        at: Timestamp,
        /// The node it concerns.
        node: Option<String>,
        /// A stable name for its kind.
        code: &'static str,
        /// What happened and what to do.
        message: String,
    },
    /// Time passed.
    Passed {
        /// From when.
        at: Timestamp,
        /// How much.
        seconds: f64,
    },
    /// A person gave the conversation back.
    HandedBack {
        /// When.
        at: Timestamp,
    },
}

/// Who answers a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Somebody in the place of the world.
    Canned,
    /// The world itself.
    Real,
}

impl Happening {
    pub(super) fn answered(at: Timestamp, node: String, how: How, outcome: &Outcome) -> Self {
        let (canned, result) = canned::canned(node.clone(), outcome);
        Self::Answered { at, node, how, result, canned: Box::new(canned) }
    }

    /// The line of a flow test that does or demands the same. `None` for what is only of interest to people.
    pub(super) fn action(&self, phone: &Phone) -> Option<Action> {
        match self {
            Self::Heard { content, with: None, .. } => Some(heard(content, phone)),
            Self::Heard { content, with: Some(with), .. } => {
                Some(Action::With(Box::new(heard(content, phone)), with.clone()))
            }
            Self::Said { content, .. } => Some(Action::Bot(said(content))),
            Self::Answered { canned, .. } => Some(Action::Answer((**canned).clone())),
            Self::Passed { seconds, .. } => Some(Action::Advance(format!("{seconds}s"))),
            Self::HandedBack { .. } => Some(Action::HandBack),
            Self::Turn { .. } | Self::Called { .. } | Self::Noticed { .. } => None,
        }
    }
}

fn heard(content: &inbound::Content, phone: &Phone) -> Action {
    use inbound::Content;
    match content {
        Content::Text { body } => Action::Contact(body.clone()),
        Content::ButtonReply { title, .. } => Action::Tap(title.clone()),
        Content::QuickReply { text, .. } => Action::Tap(text.clone()),
        Content::ListReply { id, title, .. } => {
            Action::Pick(phone.row_name(id).unwrap_or_else(|| title.clone()))
        }
        Content::Image(_) => Action::Send(MediaKind::Image),
        Content::Video(_) => Action::Send(MediaKind::Video),
        Content::Audio(_) => Action::Send(MediaKind::Audio),
        Content::Document(_) => Action::Send(MediaKind::Document),
        Content::Location(place) => Action::Location(Place {
            latitude: place.latitude,
            longitude: place.longitude,
            name: place.name.clone(),
            address: place.address.clone(),
        }),
        other @ (Content::Sticker(_)
        | Content::Contacts { .. }
        | Content::FlowReply { .. }
        | Content::Reaction { .. }
        | Content::Order { .. }
        | Content::System(_)
        | Content::RequestWelcome
        | Content::Edit { .. }
        | Content::Revoke { .. }
        | Content::Unsupported { .. }
        | Content::Unknown { .. }) => Action::Message(Box::new(other.clone())),
    }
}

fn said(content: &outbound::Content) -> Expected {
    let some = |labels: Vec<String>| Some(labels).filter(|labels| !labels.is_empty());
    let text = Some(content.text().to_owned()).filter(|text| !text.is_empty());
    let plain = matches!(
        content,
        outbound::Content::Text { .. } | outbound::Content::Buttons(_) | outbound::Content::List(_)
    );
    Expected {
        kind: (!plain).then(|| content.kind().to_owned()),
        text,
        contains: None,
        buttons: some(phone::buttons(content)),
        list: some(phone::rows(content)),
    }
}
