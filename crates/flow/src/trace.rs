//! What a step did, for people: the transcript's trace, the test mode and the flow tests.

use std::borrow::Cow;

use chasqui_model::Id;
use chasqui_model::bot::Bot;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What one step did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// Why it ran.
    pub cause: Cause,
    /// The nodes it came to, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visits: Vec<Visit>,
    /// Variables that have another value now; `null` for those that are gone.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub changed: Map<String, Value>,
    /// What happened that belongs to no node, for example that the event was ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Cow<'static, str>>,
}

/// Why a step ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The first message.
    Start,
    /// Begun by us.
    StartedByUs,
    /// A message.
    Message,
    /// An answer of the world.
    Answer,
    /// A sleep was over.
    Wake,
    /// A person took over.
    TakeOver,
    /// A person gave back.
    HandBack,
    /// A message could not be delivered.
    SendFailed,
    /// A template went out in place of a message.
    StoodIn,
}

/// One node that a step came to, or went on from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The node.
    pub node: String,
    /// The bot, when it is a sub-bot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bot: Option<Id<Bot>>,
    /// The type of the component.
    pub component: Cow<'static, str>,
    /// The node's label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The port it was left by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// What happened, for example a formula and its result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What was odd, for example unknown variables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Which of the step's effects are from here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<usize>,
}
