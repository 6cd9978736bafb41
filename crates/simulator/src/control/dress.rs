//! What Meta adds to a contact's message: who wrote it, when, and what is known of its file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::inbound::Options;
use crate::graph;
use crate::meta::Meta;
use crate::world::World;
use crate::world::phone::Phone;

/// The message as it stands in a webhook. What it has already stays, so that nothing is impossible.
pub(super) fn message(
    meta: &Meta,
    world: &World,
    phone: &Phone,
    wamid: &str,
    message: Map<String, Value>,
    options: &Options,
) -> Value {
    let mut dressed = Map::new();
    if !phone.hide_number && !options.omit_from {
        dressed.insert("from".into(), json!(phone.wa_id));
    }
    if !options.omit_user_id {
        dressed.insert("from_user_id".into(), json!(phone.user_id));
        if let Some(parent) = &phone.parent_user_id {
            dressed.insert("from_parent_user_id".into(), json!(parent));
        }
    }
    dressed.insert("id".into(), json!(wamid));
    let mut at = options.timestamp.unwrap_or(meta.now().millis() / 1000);
    if options.millisecond_timestamp {
        at *= 1000;
    }
    dressed.insert("timestamp".into(), json!(at.to_string()));
    dressed.extend(message);
    describe(meta, world, &mut dressed);
    if let Some(Value::Object(content)) = dressed.get_mut("edit").and_then(|edit| edit.get_mut("message")) {
        describe(meta, world, content);
    }
    Value::Object(dressed)
}

/// Says whose message is quoted: the number's own, unless it says otherwise.
pub(super) fn quote(message: &mut Map<String, Value>, display: &str) {
    if let Some(Value::Object(context)) = message.get_mut("context")
        && context.contains_key("id")
    {
        context.entry("from").or_insert_with(|| json!(display));
    }
}

/// What Meta tells about a message's file.
fn describe(meta: &Meta, world: &World, message: &mut Map<String, Value>) {
    let kind = message.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    if !matches!(&*kind, "image" | "video" | "audio" | "document" | "sticker") {
        return;
    }
    let Some(Value::Object(file)) = message.get_mut(&kind) else { return };
    let Some(id) = file.get("id").and_then(Value::as_str).map(str::to_owned) else { return };
    let Some(known) = world.media.get(&id, meta.now()) else { return };
    file.entry("mime_type").or_insert_with(|| json!(known.mime_type));
    file.entry("sha256").or_insert_with(|| json!(STANDARD.encode(known.sha256)));
    file.entry("url").or_insert_with(|| json!(graph::address(meta, &id)));
}

/// The element of `contacts`.
pub(super) fn profile(phone: &Phone, options: &Options) -> Value {
    let mut contact = json!({"profile": phone.profile()});
    if !phone.hide_number {
        contact["wa_id"] = json!(phone.wa_id);
    }
    if !options.omit_user_id {
        contact["user_id"] = json!(phone.user_id);
        if let Some(parent) = &phone.parent_user_id {
            contact["parent_user_id"] = json!(parent);
        }
    }
    contact
}
