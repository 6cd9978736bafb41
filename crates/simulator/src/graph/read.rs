//! Telling that a contact's message was read, and that an answer is being typed.

use std::time::Duration;

use serde_json::{Value, json};

use super::check;
use super::error::Refusal;
use crate::meta::Meta;
use crate::world::chat::{Direction, ItemStatus};

/// How long typing shows.
const TYPING: Duration = Duration::from_secs(25);
/// How old a message may be.
const OLDEST: Duration = Duration::from_hours(24 * 30);

/// Marks everything up to a message as read, and shows typing.
pub(super) fn mark(meta: &Meta, number: &str, request: &Value) -> Result<Value, Refusal> {
    let (wamid, typing) = check::read(request)?;
    let now = meta.now();
    let pair = meta.with(|world| {
        let pair = world.chats.pair_of(wamid).filter(|pair| &*pair.1 == number).ok_or_else(unknown)?;
        let chat = world.chats.entry(&pair);
        let place = chat.items.iter().position(|item| &*item.id == wamid);
        let place =
            place.filter(|place| chat.items[*place].direction == Direction::In).ok_or_else(unknown)?;
        if now.since(chat.items[place].at) >= OLDEST {
            return Err(Refusal::invalid("message_id", "is older than 30 days"));
        }
        for item in chat.items.iter_mut().take(place + 1).filter(|item| item.direction == Direction::In) {
            item.status = item.status.max(ItemStatus::Read);
        }
        if typing {
            chat.typing_until = Some(now.after(TYPING));
        }
        Ok(pair)
    })?;
    meta.tell_chat(&pair);
    if typing {
        meta.tell(&json!({"kind": "typing", "wa_id": &*pair.0, "phone_number_id": &*pair.1}));
    }
    Ok(json!({"success": true}))
}

fn unknown() -> Refusal {
    Refusal::parameter("Param message_id is not the id of a message to this number.")
}
