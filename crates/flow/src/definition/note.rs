//! Words on the canvas, for those who build the bot. No conversation ever sees them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Words on the canvas that belong to no node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Unique in the bot.
    pub id: String,
    /// The words.
    #[serde(default)]
    pub text: String,
    /// Where it stands.
    pub at: [f64; 2],
    /// How wide and high it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<[f64; 2]>,
}
