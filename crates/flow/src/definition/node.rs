//! One component of a flow and what all components have in common.

use indexmap::IndexMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::component::Component;
use crate::template::Template;

/// One component of a flow.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Unique in the bot: `[A-Za-z0-9_-]{1,64}`.
    pub id: String,
    /// What the builder shows.
    pub label: Option<String>,
    /// A note for those who build the bot.
    pub note: Option<String>,
    /// What it is.
    pub component: Component,
    /// Which node each port leads to.
    pub ports: IndexMap<String, String>,
    /// What the contact reads when this node fails and its error port is not connected.
    pub error_message: Option<Template>,
    /// Mail the error to the admin.
    pub email_admin: bool,
    /// The node's first message quotes the contact's message that it answers.
    pub quote: bool,
    /// Show the first link of its plain texts as a card.
    pub preview_url: bool,
}

impl Node {
    /// Whether a port leads anywhere.
    pub fn connects(&self, port: &str) -> bool {
        self.ports.contains_key(port)
    }

    /// As the file has it.
    pub fn to_json(&self) -> Value {
        let mut map = Map::new();
        map.insert("id".to_owned(), Value::from(self.id.clone()));
        map.insert("type".to_owned(), Value::from(self.component.kind()));
        for (key, text) in [("label", &self.label), ("note", &self.note)] {
            if let Some(text) = text {
                map.insert(key.to_owned(), Value::from(text.clone()));
            }
        }
        if let Value::Object(fields) = self.component.fields() {
            map.extend(fields);
        }
        if let Some(text) = &self.error_message {
            map.insert("error_message".to_owned(), Value::from(text.source()));
        }
        for (key, is_on) in
            [("email_admin", self.email_admin), ("quote", self.quote), ("preview_url", self.preview_url)]
        {
            if is_on {
                map.insert(key.to_owned(), Value::Bool(true));
            }
        }
        if !self.ports.is_empty() {
            let ports = self.ports.iter().map(|(port, to)| (port.clone(), Value::from(to.clone()))).collect();
            map.insert("ports".to_owned(), Value::Object(ports));
        }
        Value::Object(map)
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}
