//! What flows ask of custom code. The engine says what is to run and with which time; who runs it is not its business.

use chasqui_model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Code that is to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeRequest {
    /// Python with a function `__custom_fn__(variables)`.
    pub code: String,
    /// What the function is given: the conversation's variables, without the system's.
    pub variables: Map<String, Value>,
    /// What the code takes for the time: a repeat sees the same.
    pub now: Timestamp,
    /// How far the bot's clock is east of UTC at that time.
    pub utc_offset_seconds: i32,
}

/// What code brought.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CodeAnswer {
    /// What the function returned.
    #[serde(default)]
    pub result: Value,
    /// The variables that it made or changed.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub changed: Map<String, Value>,
    /// The variables that it removed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// What it printed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub printed: String,
}
