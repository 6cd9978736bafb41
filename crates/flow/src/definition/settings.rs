//! How a bot behaves as a whole.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::template::Template;
use crate::words::Phrase;

/// How a bot behaves as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Words that end the conversation and begin another. Upper and lower case are the same. Empty: none.
    pub restart_words: Vec<String>,
    /// The language of the bot's default phrases: `en`, `de`, `es` or `pt`.
    pub language: String,
    /// IANA name, for example `Europe/Berlin`. Left out: that of the number, else of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// After how many answers that do not fit a question gives up. 0: never.
    pub max_attempts: u32,
    /// What a tap on an earlier question's button does.
    pub late_taps: LateTaps,
    /// Publishing is refused while a flow test of the bot fails.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tests_must_pass: bool,
    /// The bot's own words in place of the usual ones.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub messages: IndexMap<Phrase, Template>,
}

/// What a tap on an earlier question's button does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LateTaps {
    /// Says that it belongs to an earlier question, and asks the present one again.
    #[default]
    Repeat,
    /// Nothing.
    Ignore,
    /// Goes on from the earlier question with that option, when it belongs to this conversation and flow.
    Jump,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            restart_words: vec!["restart".to_owned()],
            language: "en".to_owned(),
            time_zone: None,
            max_attempts: 3,
            late_taps: LateTaps::Repeat,
            tests_must_pass: false,
            messages: IndexMap::new(),
        }
    }
}

impl Settings {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
