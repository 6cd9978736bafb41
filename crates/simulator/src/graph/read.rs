//! Telling that a contact's message was read, and that an answer is being typed.

use std::time::Duration;

use serde_json::{Value, json};

use super::error::Refusal;
use crate::meta::Meta;
use crate::world::chat::{Direction, ItemStatus};

/// How long typing shows.
const TYPING: Duration = Duration::from_secs(25);

/// Marks everything up to a message as read, and shows typing.
pub(super) fn mark(meta: &Meta, number: &str, request: &Value) -> Result<Value, Refusal> {
    let wamid = request["message_id"].as_str().ok_or_else(|| Refusal::missing("message_id"))?;
    if request["status"] != "read" {
        return Err(Refusal::invalid("status", "must be read"));
    }
    let typing = request["typing_indicator"]["type"] == "text";
    let pair = meta.with(|world| {
        let pair = world.chats.pair_of(wamid).filter(|pair| &*pair.1 == number)?;
        let until = meta.now().after(TYPING);
        let chat = world.chats.entry(&pair);
        let last = chat.items.iter().position(|item| &*item.id == wamid).map_or(0, |at| at + 1);
        for item in chat.items.iter_mut().take(last).filter(|item| item.direction == Direction::In) {
            item.status = item.status.max(ItemStatus::Read);
        }
        if typing {
            chat.typing_until = Some(until);
        }
        Some(pair)
    });
    let pair =
        pair.ok_or_else(|| Refusal::parameter("message_id is not the id of a message to this number"))?;
    meta.tell_chat(&pair);
    if typing {
        meta.tell(&json!({"kind": "typing", "wa_id": &*pair.0, "phone_number_id": &*pair.1}));
    }
    Ok(json!({"success": true}))
}
