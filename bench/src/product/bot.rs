//! The bots that are talked to. Each answer repeats the mark of the message that it answers.

use std::net::SocketAddr;

use serde_json::{Value, json};

/// A bot.
#[derive(Clone, Copy, Debug)]
pub enum Bot {
    /// Repeats what is said, for ever.
    Echo,
    /// Asks for a name, offers three buttons, says goodbye: three messages each way.
    Menu,
    /// Offers a button once, then repeats what is said for ever; taps on the old button are passed over in silence.
    Tapped,
    /// Goes in a circle without ever waiting; its apology repeats what was said.
    Endless,
    /// As `Echo`, but asks a service in the network before it answers.
    Caller(SocketAddr),
}

impl Bot {
    /// The bot file.
    pub fn file(self) -> Value {
        match self {
            Self::Echo => json!({
                "format": 1, "name": "Echo", "start": "echo", "settings": {}, "variables": {},
                "nodes": [echo("echo")],
            }),
            Self::Menu => json!({
                "format": 1, "name": "Menu", "start": "ask_name", "settings": {},
                "variables": { "name": "text", "choice": "text" },
                "nodes": [
                    { "id": "ask_name", "type": "question_text", "save_as": "name",
                      "text": "What is your name? {message.text}", "ports": { "next": "menu" } },
                    { "id": "menu", "type": "question_buttons", "text": "Hello {name}, how can we help?",
                      "save_as": "choice",
                      "buttons": [ { "id": "hours", "label": "Opening hours" },
                                   { "id": "order", "label": "My order" }, { "id": "person", "label": "A person" } ],
                      "ports": { "option:hours": "bye", "option:order": "bye", "option:person": "bye" } },
                    { "id": "bye", "type": "end", "text": "You chose {choice}. {message.text}" },
                ],
            }),
            Self::Tapped => json!({
                "format": 1, "name": "Tapped", "start": "menu", "settings": { "late_taps": "ignore" },
                "variables": {},
                "nodes": [
                    { "id": "menu", "type": "question_buttons", "text": "tap {message.text}",
                      "buttons": [ { "id": "on", "label": "On" } ], "ports": { "option:on": "echo" } },
                    echo("echo"),
                ],
            }),
            Self::Endless => json!({
                "format": 1, "name": "Endless", "start": "count", "variables": { "n": "number" },
                "settings": { "messages": { "error": "sorry {message.text}" } },
                "nodes": [
                    { "id": "count", "type": "set_variable",
                      "operations": [{ "do": "increment", "variable": "n" }], "ports": { "next": "enough" } },
                    { "id": "enough", "type": "formula", "mode": "true_false", "expression": "n < 0",
                      "ports": { "true": "bye", "false": "count" } },
                    { "id": "bye", "type": "end" },
                ],
            }),
            Self::Caller(address) => json!({
                "format": 1, "name": "Caller", "start": "ask", "settings": {}, "variables": {},
                "nodes": [
                    { "id": "ask", "type": "api_request", "url": format!("http://{address}/service"),
                      "ports": { "next": "echo", "error": "echo" } },
                    echo("ask"),
                ],
            }),
        }
    }
}

fn echo(next: &str) -> Value {
    json!({ "id": "echo", "type": "question_text", "text": "echo {message.text}", "ports": { "next": next } })
}
