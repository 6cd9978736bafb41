//! Chats as a phone shows them.

use chasqui_model::Timestamp;
use serde_json::{Map, Value, json};

use crate::graph::variables;
use crate::world::World;
use crate::world::business::TemplateSpec;
use crate::world::chat::{Direction, Item};

/// A chat: its items, and whether the business is typing.
pub(crate) fn chat(world: &World, wa_id: &str, phone_number_id: &str, now: Timestamp) -> Value {
    let chat = world.chats.get(wa_id, phone_number_id);
    let items = chat.into_iter().flat_map(|chat| &chat.items);
    let items: Vec<Value> = items.map(|shown| item(world, phone_number_id, shown)).collect();
    let typing = chat.and_then(|chat| chat.typing_until).is_some_and(|until| now < until);
    json!({"items": items, "typing": typing})
}

fn item(world: &World, phone_number_id: &str, item: &Item) -> Value {
    let mut shown = json!({
        "id": &*item.id, "direction": item.direction, "at": item.at, "status": item.status,
        "reply_to": item.reply_to, "reaction": item.reaction, "message": message(world, phone_number_id, item),
    });
    for (key, so) in [("edited", item.edited), ("revoked", item.revoked)] {
        if so {
            shown[key] = json!(true);
        }
    }
    shown
}

/// The message object, with addresses that show its files, and for a template the words it was filled with.
pub(crate) fn message(world: &World, phone_number_id: &str, item: &Item) -> Value {
    let mut message: Value = serde_json::from_str(&item.raw).unwrap_or_default();
    if item.direction == Direction::Out {
        let kind = message["type"].as_str().unwrap_or_default().to_owned();
        let mut shown = Map::new();
        for key in ["type", &kind, "context"] {
            if let Some(value) = message.get_mut(key) {
                shown.insert(key.to_owned(), value.take());
            }
        }
        message = Value::Object(shown);
        // The type was taken out first; it names the content.
        message["type"] = json!(kind);
    }
    decorate(&mut message, &item.id);
    if message["type"] == "template" {
        let account = world.businesses.numbers.get(phone_number_id).map(|number| &number.account_id);
        let account = account.and_then(|id| world.businesses.accounts.get(id));
        let template = account.and_then(|account| {
            let given = &message["template"];
            account.templates.iter().find(|template| {
                given["name"] == template.name && given["language"]["code"] == template.language
            })
        });
        if let Some(template) = template {
            let rendered = rendered(template, &message["template"]);
            message["template"]["_rendered"] = rendered;
        }
    }
    message
}

/// Gives every file an address of the simulator that shows it.
fn decorate(value: &mut Value, wamid: &str) {
    match value {
        Value::Object(object) => {
            for (key, inner) in object {
                let is_file = matches!(key.as_str(), "image" | "video" | "audio" | "document" | "sticker");
                let address =
                    inner.get("id").and_then(Value::as_str).map(|id| format!("/_sim/media/{id}")).or_else(
                        || {
                            Some(format!(
                                "/_sim/link?wamid={}&url={}",
                                encode(wamid),
                                encode(inner.get("link")?.as_str()?)
                            ))
                        },
                    );
                match address.filter(|_| is_file) {
                    Some(address) => inner["_url"] = json!(address),
                    None => decorate(inner, wamid),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| decorate(item, wamid)),
        _ => {}
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// A template's words with its values in place.
fn rendered(template: &TemplateSpec, message: &Value) -> Value {
    let mut words = Map::new();
    for component in &template.components {
        let kind = component["type"].as_str().unwrap_or_default().to_ascii_lowercase();
        if kind == "buttons" {
            words.insert(kind, component["buttons"].clone());
        } else if let Some(text) = component["text"].as_str() {
            words.insert(kind.clone(), json!(filled(text, message, &kind)));
        }
    }
    Value::Object(words)
}

fn filled(text: &str, message: &Value, part: &str) -> String {
    let components = message["components"].as_array().into_iter().flatten();
    let is_part =
        |component: &&Value| component["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case(part));
    let mine = components.filter(is_part);
    let given: Vec<&Value> =
        mine.flat_map(|component| component["parameters"].as_array().into_iter().flatten()).collect();
    let mut filled = text.to_owned();
    for variable in variables(text) {
        let named = given.iter().find(|value| value["parameter_name"] == *variable);
        let numbered = || given.get(variable.parse::<usize>().ok()?.checked_sub(1)?);
        let value = named.or_else(numbered).and_then(|value| value["text"].as_str());
        filled = filled.replace(&format!("{{{{{variable}}}}}"), value.unwrap_or_default());
    }
    filled
}
