//! What a step is told about the world: the time, the contact, and where other flows are.

use std::sync::Arc;

use chasqui_model::bot::Bot;
use chasqui_model::conversation::Conversation;
use chasqui_model::{Id, Timestamp};
use serde::{Deserialize, Serialize};

use crate::flow::Flow;

/// One version of one bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FlowKey {
    /// The bot.
    pub bot: Id<Bot>,
    /// Its version; what 0 means (a draft) is up to the library.
    pub version: i64,
}

/// Where a step finds flows.
pub trait Library {
    /// The flow of a version. `None` fails the conversation.
    fn flow(&self, key: &FlowKey) -> Option<Arc<Flow>>;

    /// The version to use for a jump node's `bot` (a `bot_…` id). `None` when there is no such bot, or none published.
    fn resolve(&self, reference: &str) -> Option<FlowKey>;
}

/// A library where nothing is found: of a bot that is looked at by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alone;

impl Library for Alone {
    fn flow(&self, _: &FlowKey) -> Option<Arc<Flow>> {
        None
    }

    fn resolve(&self, _: &str) -> Option<FlowKey> {
        None
    }
}

/// What a step is told besides its state and its event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// The time now.
    pub now: Timestamp,
    /// IANA name; used where the bot's settings name none. An unknown name means UTC.
    pub time_zone: String,
    /// With whom.
    pub contact: ContactView,
    /// Which conversation; a part of the ids of buttons.
    pub conversation: Id<Conversation>,
    /// `{integration.name}`.
    pub integration_name: String,
    /// `{bot.name}`.
    pub bot_name: String,
    /// Whether free-form messages may be sent now.
    pub window_open: bool,
    /// What happens to free-form messages while they may not be sent.
    pub stand_in: StandIn,
}

/// What happens to free-form messages while only templates may be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StandIn {
    /// Nothing: they go their way, and Meta refuses them.
    #[default]
    Nothing,
    /// The number's reopening template goes out in place of the first of a turn. All of them are said when the contact
    /// writes.
    Reopening,
    /// A template is on its way already. They are said when the contact writes.
    Sent,
}

/// What flows may know about a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactView {
    /// The profile name.
    pub name: Option<String>,
    /// The phone number, digits.
    pub phone: Option<String>,
    /// The username, without `@`.
    pub username: Option<String>,
    /// The business-scoped user id.
    pub user_id: Option<String>,
}
