//! Takes a message: whether it may go, to whom, at what price, and how it will end.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::Timestamp;
use serde_json::{Value, json};

use super::Call;
use super::check::{self, Checked};
use super::error::Refusal;
use crate::deliver::status::{End, Journey};
use crate::world::chat::{Direction, Item, ItemStatus, Pair};
use crate::world::phone::Phone;
use crate::world::price::Price;
use crate::world::{World, business};

/// How long after a contact's message anything may be sent.
const WINDOW: Duration = Duration::from_hours(24);
/// How long everything is free after the answer to an ad's message.
const FREE_AFTER_AD: Duration = Duration::from_hours(72);

/// A message that was taken.
pub(super) struct Accepted {
    pub(super) wamid: Arc<str>,
    pub(super) answer: Value,
    pub(super) journey: Journey,
    pub(super) words: &'static str,
}

/// `late`: a code with which the message fails after it was taken.
pub(super) fn take(
    call: &Call,
    number: &str,
    account: &str,
    request: &Value,
    late: Option<i64>,
) -> Result<Accepted, Refusal> {
    let checked = check::content(request)?;
    let meta = &call.meta;
    let now = meta.now();
    let raw: Arc<str> = String::from_utf8_lossy(&call.body).into();
    meta.with(|world| {
        let phone = recipient(world, number, &checked)?;
        let pair: Pair = (phone.wa_id.as_str().into(), number.into());
        let end = possible(world, account, &pair, &phone, &checked, now)?;
        let end = late.map_or(end, End::Fails);
        let wamid = meta.wamid(&phone.wa_id);
        let journey = Journey {
            pair: pair.clone(),
            wamid: Arc::clone(&wamid),
            callback: checked.callback.map(Arc::from),
            by_user_id: checked.to.is_none(),
            is_voice: request["audio"]["voice"] == true,
            price: price(world, account, &pair, &checked, end, now),
            end,
        };
        put(world, &pair, &checked, &journey, raw, now);
        let input = checked.to.or(checked.user_id).unwrap_or_default();
        let contact = if checked.to.is_some() {
            json!({"input": input, "wa_id": phone.wa_id})
        } else {
            json!({"input": input, "user_id": phone.user_id})
        };
        let mut message = json!({"id": &*wamid});
        if checked.kind == "template" {
            message["message_status"] = json!("accepted");
        }
        let answer = json!({"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]});
        Ok(Accepted { wamid, answer, journey, words: checked.words() })
    })
}

/// The phone that is meant.
fn recipient(world: &World, number: &str, checked: &Checked<'_>) -> Result<Phone, Refusal> {
    let to = checked.to.or(checked.user_id).unwrap_or_default();
    let own = world.businesses.numbers.get(number).map(business::Number::digits);
    let digits: String = to.chars().filter(char::is_ascii_digit).collect();
    if checked.to.is_some() && own.is_some_and(|own| own == digits) {
        return Err(Refusal::code(131_021, "Sender and recipient are the same number"));
    }
    let undeliverable = || Refusal::code(131_026, "Message undeliverable: the recipient is not on WhatsApp");
    world.phones.addressed(to).cloned().ok_or_else(undeliverable)
}

/// Whether the message may go, and how it will end.
fn possible(
    world: &mut World,
    account: &str,
    pair: &Pair,
    phone: &Phone,
    checked: &Checked<'_>,
    now: Timestamp,
) -> Result<End, Refusal> {
    if world.settings.enforce_rates {
        let rate = world.businesses.numbers.get(&*pair.1).map_or(80, business::Number::rate);
        if !world.rates.number(&pair.1, rate, now) {
            return Err(
                Refusal::code(130_429, "Cloud API message throughput has been reached.").subcode(2_494_055)
            );
        }
        if !world.rates.pair(pair, now) {
            let why = "Message failed to send because there were too many messages sent from this phone number to the \
                       same phone number in a short period of time.";
            return Err(Refusal::code(131_056, why));
        }
    }
    let mut end = if checked.kind == "reaction" { End::OnlySent } else { End::Arrives };
    if let Some(template) = checked.template() {
        let known = super::template::find(world, account, template)?;
        super::template::check(known, template)?;
        if phone.stop_marketing && known.category.eq_ignore_ascii_case("MARKETING") {
            end = End::Fails(131_050);
        }
    } else {
        let last = world.chats.entry(pair).last_inbound_at;
        if last.is_none_or(|last| now.since(last) >= WINDOW) {
            let why = "Message failed to send because more than 24 hours have passed since the customer last replied \
                       to this number.";
            return Err(Refusal::code(131_047, why));
        }
    }
    for (kind, id) in check::media_ids(checked.content) {
        let Some(file) = world.media.get(&id, now) else {
            let why =
                format!("Param {kind}['id'] is not a valid whatsapp business account media attachment ID");
            return Err(Refusal::parameter(why));
        };
        // A wrong kind of file is found only when it is prepared.
        if !check::suits(&kind, &file.mime_type) {
            end = End::Fails(131_053);
        }
    }
    Ok(end)
}

/// What it costs. What never arrives costs nothing, and counts for nothing.
fn price(
    world: &mut World,
    account: &str,
    pair: &Pair,
    checked: &Checked<'_>,
    end: End,
    now: Timestamp,
) -> Option<Price> {
    if matches!(end, End::Fails(_)) {
        return None;
    }
    let chat = world.chats.entry(pair);
    if chat.ad_until.take().is_some_and(|until| now < until) {
        chat.free_until = Some(now.after(FREE_AFTER_AD));
    }
    if chat.free_until.is_some_and(|until| now < until) {
        return Some(Price::after_ad());
    }
    if let Some(template) = checked.template() {
        let template = super::template::find(world, account, template).ok()?;
        return Some(Price::of_template(template.category.to_ascii_lowercase()));
    }
    let offset = world.businesses.accounts.get(account).map_or(0, |account| account.utc_offset_minutes);
    Some(world.prices.service(&pair.1, world.settings.free_service_messages, offset, now))
}

/// Puts the message into the chat.
fn put(
    world: &mut World,
    pair: &Pair,
    checked: &Checked<'_>,
    journey: &Journey,
    raw: Arc<str>,
    now: Timestamp,
) {
    world.chats.entry(pair).typing_until = None;
    if checked.kind == "reaction" {
        let reaction = &checked.content["reaction"];
        let emoji = reaction["emoji"].as_str().filter(|emoji| !emoji.is_empty());
        let target = reaction["message_id"].as_str().unwrap_or_default();
        if let Some(item) = world.chats.item_mut(target) {
            item.reaction = emoji.map(str::to_owned);
        }
        return;
    }
    let item = Item {
        id: Arc::clone(&journey.wamid),
        direction: Direction::Out,
        at: now,
        status: ItemStatus::Pending,
        reply_to: checked.quoted.map(str::to_owned),
        reaction: None,
        edited: false,
        revoked: false,
        raw,
        callback: journey.callback.clone(),
        by_user_id: journey.by_user_id,
    };
    world.chats.push(pair, item);
}
