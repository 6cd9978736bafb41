//! A message as the contact sees it.

use std::fmt;

use serde_json::{Value, json};

use crate::world::chat::ItemStatus;

/// A message that arrived on a phone. Prints as one line: the words, `[buttons]`, `(files)`, `- rows`.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Its id.
    pub wamid: String,
    /// How far it has come.
    pub status: ItemStatus,
    /// The message it quotes.
    pub reply_to: Option<String>,
    /// The message object of the request.
    pub message: Value,
}

impl Seen {
    /// `text`, `interactive`, `template` …
    pub fn kind(&self) -> &str {
        self.message["type"].as_str().unwrap_or_default()
    }

    /// The words: body or caption, of a template the filled-in body.
    pub fn text(&self) -> &str {
        let kind = self.kind();
        let content = &self.message[kind];
        let words = match kind {
            "text" => &content["body"],
            "interactive" => &content["body"]["text"],
            "template" => &content["_rendered"]["body"],
            "location" => &content["name"],
            _ => &content["caption"],
        };
        words.as_str().unwrap_or_default()
    }

    /// The labels of its buttons.
    pub fn buttons(&self) -> Vec<&str> {
        let action = &self.message["interactive"]["action"];
        let reply = action["buttons"].as_array().into_iter().flatten();
        let mut labels: Vec<&str> = reply.filter_map(|button| button["reply"]["title"].as_str()).collect();
        for key in ["display_text", "flow_cta"] {
            labels.extend(action["parameters"][key].as_str());
        }
        labels.extend(action["button"].as_str());
        if action["name"] == "send_location" {
            labels.push("Send location");
        }
        let of_template = self.message["template"]["_rendered"]["buttons"].as_array().into_iter().flatten();
        labels.extend(of_template.filter_map(|button| button["text"].as_str()));
        labels
    }

    /// The titles of its list's rows.
    pub fn rows(&self) -> Vec<&str> {
        self.all_rows().filter_map(|row| row["title"].as_str()).collect()
    }

    fn all_rows(&self) -> impl Iterator<Item = &Value> {
        let sections = self.message["interactive"]["action"]["sections"].as_array().into_iter().flatten();
        sections.flat_map(|section| section["rows"].as_array().into_iter().flatten())
    }

    /// The message that a tap on a button makes.
    pub(super) fn button(&self, title: &str) -> Option<Value> {
        let buttons = self.message["interactive"]["action"]["buttons"].as_array().into_iter().flatten();
        for button in buttons {
            if button["reply"]["title"] == title {
                return Some(json!({"type": "interactive",
                    "interactive": {"type": "button_reply", "button_reply": button["reply"]}}));
            }
        }
        let buttons = self.message["template"]["_rendered"]["buttons"].as_array().into_iter().flatten();
        let (index, _) = buttons.enumerate().find(|(_, button)| button["text"] == title)?;
        let components = self.message["template"]["components"].as_array().into_iter().flatten();
        let place = Value::from(index.to_string());
        let mut given = components.filter(|part| part["index"] == place || part["index"] == index);
        let payload = given.find_map(|part| part["parameters"][0]["payload"].as_str()).unwrap_or(title);
        Some(json!({"type": "button", "button": {"payload": payload, "text": title}}))
    }

    /// The message that picking a row makes.
    pub(super) fn row(&self, title: &str) -> Option<Value> {
        let row = self.all_rows().find(|row| row["title"] == title)?;
        Some(json!({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": row}}))
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        let kind = self.kind();
        let header = &self.message["interactive"]["header"];
        match header["type"].as_str() {
            Some("text") => parts.push(format!("*{}*", header["text"].as_str().unwrap_or_default())),
            Some(file) => parts.push(format!("({file})")),
            None => {}
        }
        if !matches!(kind, "text" | "interactive" | "template") {
            parts.push(format!("({kind})"));
        }
        if !self.text().is_empty() {
            parts.push(self.text().to_owned());
        }
        parts.extend(self.buttons().iter().map(|label| format!("[{label}]")));
        parts.extend(self.rows().iter().map(|row| format!("- {row}")));
        f.write_str(&parts.join(" "))
    }
}
