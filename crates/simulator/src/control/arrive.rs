//! What a contact's message does to the chat: it stands there, or changes what stands there, and opens the window.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::Timestamp;
use serde_json::Value;

use crate::meta::Meta;
use crate::world::World;
use crate::world::business::Number;
use crate::world::chat::{Direction, Item, ItemStatus, Pair};
use crate::world::thread::Owner;

/// How long after an ad's message the business must answer for its window to open.
const ANSWERED_WITHIN: Duration = Duration::from_hours(24);

/// The field that a contact's message comes on: `messages` when we answer, `standby` when somebody else does and we look
/// on. `None` when it does not come at all.
pub(super) fn field(world: &mut World, pair: &Pair, message: &Value, now: Timestamp) -> Option<String> {
    if world.blocks.holds(&pair.1, &pair.0) {
        return None;
    }
    let ours = Some("messages".to_owned());
    let routing = world.businesses.numbers.get(&*pair.1).and_then(|number| number.spec.routing.clone());
    let chat = world.chats.entry(pair);
    let first = || routing.as_ref().map_or(Owner::Ours, |it| it.first(message["referral"].is_object()));
    let owner = chat.owner(now).unwrap_or_else(first);
    if message["type"] == "system" || owner == Owner::Ours && routing.is_none() {
        return ours;
    }
    chat.owner = Some(owner);
    match (owner, routing.is_none_or(|routing| routing.standby)) {
        (Owner::Ours, _) => ours,
        (Owner::AiAgent | Owner::Partner, true) => Some("standby".to_owned()),
        (Owner::AiAgent | Owner::Partner, false) => None,
    }
}

/// Puts the message into the chat, and opens the window.
pub(super) fn put(meta: &Meta, world: &mut World, pair: &Pair, wamid: &Arc<str>, message: &Value) {
    let now = meta.now();
    let rate = world.businesses.numbers.get(&*pair.1).map_or(80, Number::rate);
    // Messages in count for the number's rate, but are never refused.
    world.rates.number(&pair.1, rate, now);
    let said_at = said_at(message).unwrap_or(now).min(now);
    match message["type"].as_str().unwrap_or_default() {
        "reaction" => {
            let reaction = &message["reaction"];
            let emoji = reaction["emoji"].as_str().filter(|emoji| !emoji.is_empty());
            if let Some(item) = world.chats.item_mut(reaction["message_id"].as_str().unwrap_or_default()) {
                item.reaction = emoji.map(str::to_owned);
            }
            return;
        }
        "edit" => {
            let edit = &message["edit"];
            if let Some(item) = original(world, edit)
                && edit["message"].is_object()
            {
                item.raw = edit["message"].to_string().into();
                item.edited = true;
            }
            return;
        }
        "revoke" => {
            if let Some(item) = original(world, &message["revoke"]) {
                item.revoked = true;
            }
            return;
        }
        "system" => {}
        _ => {
            let chat = world.chats.entry(pair);
            chat.last_inbound_at = chat.last_inbound_at.max(Some(said_at));
            if message["referral"].is_object() {
                chat.ad_until = Some(said_at.after(ANSWERED_WITHIN));
            }
        }
    }
    let item = Item {
        id: Arc::clone(wamid),
        direction: Direction::In,
        at: now,
        status: ItemStatus::Pending,
        reply_to: message.pointer("/context/id").and_then(Value::as_str).map(str::to_owned),
        reaction: None,
        edited: false,
        revoked: false,
        raw: message.to_string().into(),
        callback: None,
        by_user_id: false,
    };
    world.chats.push(pair, item);
}

/// The contact's own message that an edit or a revocation names.
fn original<'a>(world: &'a mut World, change: &Value) -> Option<&'a mut Item> {
    let item = world.chats.item_mut(change["original_message_id"].as_str()?)?;
    (item.direction == Direction::In).then_some(item)
}

/// When the contact wrote it: a delivery may be much later.
fn said_at(message: &Value) -> Option<Timestamp> {
    let at: i64 = message["timestamp"].as_str()?.parse().ok()?;
    Some(if at > 1_000_000_000_000 { Timestamp::from_millis(at) } else { Timestamp::from_seconds(at) })
}
