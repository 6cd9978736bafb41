//! A bot file, `format: 1`: what the builder draws and what is kept in git. Reading one refuses what has the wrong
//! shape; what is merely unfinished is for [`crate::validate`].

mod node;
mod note;
mod read;
mod schema;
mod settings;
mod test;

pub(crate) use read::is_shallow;

pub use node::Node;
pub use note::Note;
pub use schema::schema;
pub use settings::{LateTaps, Settings};
pub use test::{Action, Canned, Expected, MediaKind, Place, Test, TestContact, With};

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the format that this is.
pub const FORMAT: u64 = 1;
/// Largest bot file, in bytes.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Deepest nesting of a bot file.
pub const MAX_DEPTH: usize = 48;
/// Most nodes of a bot.
pub const MAX_NODES: usize = 2000;

/// A bot file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Definition {
    /// Always 1.
    pub format: u64,
    /// What the bot is called.
    pub name: String,
    /// The node a conversation begins at.
    pub start: String,
    /// How the bot behaves as a whole.
    #[serde(skip_serializing_if = "Settings::is_default")]
    pub settings: Settings,
    /// The variables and what they hold.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub variables: IndexMap<String, VariableType>,
    /// The components.
    pub nodes: Vec<Node>,
    /// Where the nodes stand on the canvas.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub layout: IndexMap<String, [f64; 2]>,
    /// Words on the canvas that belong to no node.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Conversations that must go as written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<Test>,
}

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VariableType {
    /// Text; what is stored stays as it is.
    Text,
    /// A number; text that is a number becomes one.
    Number,
    /// True or false; the texts `true` and `false` become that.
    Boolean,
    /// A date as text.
    Date,
    /// A list.
    List,
    /// An object.
    Object,
    /// A file, as `question_media` stores it, or a list of them.
    Media,
    /// Anything.
    Any,
}

impl VariableType {
    /// The name, as files carry it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::List => "list",
            Self::Object => "object",
            Self::Media => "media",
            Self::Any => "any",
        }
    }
}

impl Definition {
    /// An empty bot.
    pub fn empty(name: &str) -> Self {
        Self {
            format: FORMAT,
            name: name.to_owned(),
            start: String::new(),
            settings: Settings::default(),
            variables: IndexMap::new(),
            nodes: Vec::new(),
            layout: IndexMap::new(),
            notes: Vec::new(),
            tests: Vec::new(),
        }
    }

    /// As JSON, without what has its usual value.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// As YAML, without what has its usual value.
    pub fn to_yaml(&self) -> String {
        serde_saphyr::to_string(&self.to_json()).unwrap_or_default()
    }

    /// The node with this id.
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }
}
