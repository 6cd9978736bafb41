//! Takes a message: to whom it goes, at what price, and what is answered.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::Timestamp;
use serde_json::{Value, json};

use super::Call;
use super::check::{self, Checked};
use super::error::Refusal;
use super::possible::{Candidate, possible};
use crate::deliver::status::{End, Journey};
use crate::world::chat::{Direction, Item, ItemStatus, Pair};
use crate::world::phone::Phone;
use crate::world::price::Price;
use crate::world::{World, business};

/// How long everything is free after the answer to an ad's message.
const FREE_AFTER_AD: Duration = Duration::from_hours(72);

/// A message that was taken.
pub(super) struct Accepted {
    pub(super) wamid: Arc<str>,
    pub(super) answer: Value,
    pub(super) journey: Journey,
    pub(super) words: &'static str,
}

/// A send that came in.
pub(super) struct Send<'a> {
    pub(super) number: &'a str,
    /// It came to the edge for marketing.
    pub(super) is_marketing: bool,
    pub(super) request: &'a Value,
    /// A code with which the message fails after it was taken.
    pub(super) late: Option<i64>,
}

pub(super) fn take(call: &Call, account: &str, send: &Send<'_>) -> Result<Accepted, Refusal> {
    let Send { number, is_marketing, request, late } = *send;
    let checked = check::content(request, is_marketing)?;
    messaging_account(request, account)?;
    let meta = &call.meta;
    let now = meta.now();
    let raw = shown(request, checked.kind);
    meta.with(|world| {
        let phone = recipient(world, number, &checked)?;
        let pair: Pair = (phone.wa_id.as_str().into(), number.into());
        let candidate =
            Candidate { account, pair: &pair, phone: &phone, checked: &checked, is_marketing, now };
        let end = possible(world, &candidate)?;
        let end = late.map_or(end, End::Fails);
        let wamid = meta.wamid(&phone.wa_id);
        let journey = Journey {
            pair: pair.clone(),
            wamid: Arc::clone(&wamid),
            callback: checked.callback.map(Arc::from),
            by_user_id: checked.to.is_none(),
            is_voice: request["audio"]["voice"] == true,
            price: price(world, &candidate, end),
            end,
        };
        put(world, &pair, &checked, &journey, raw, now);
        let answer = answer(&checked, &phone, &wamid);
        Ok(Accepted { wamid, answer, journey, words: checked.words() })
    })
}

/// The request as it is kept: what has no type has one there.
fn shown(request: &Value, kind: &str) -> Arc<str> {
    if request["type"].is_string() {
        return request.to_string().into();
    }
    let mut typed = request.clone();
    typed["type"] = json!(kind);
    typed.to_string().into()
}

fn answer(checked: &Checked<'_>, phone: &Phone, wamid: &str) -> Value {
    let input = checked.to.or(checked.user_id).unwrap_or_default();
    let contact = if checked.to.is_some() {
        json!({"input": input, "wa_id": phone.wa_id})
    } else {
        json!({"input": input, "user_id": phone.user_id})
    };
    let mut message = json!({"id": wamid});
    if checked.kind == "template" {
        message["message_status"] = json!("accepted");
    }
    json!({"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]})
}

/// The account that holds templates and bill may be named; under its old name until the end of 2026.
fn messaging_account(request: &Value, account: &str) -> Result<(), Refusal> {
    let named = ["messaging_account_id", "paid_messaging_account_id"].iter().find_map(|key| {
        let value = &request[key];
        (!value.is_null()).then(|| (key, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
    });
    match named {
        Some((key, id)) if id != account => {
            Err(Refusal::parameter(format!("Param {key} is not the messaging account of this number.")))
        }
        Some(_) | None => Ok(()),
    }
}

/// The phone that is meant.
fn recipient(world: &World, number: &str, checked: &Checked<'_>) -> Result<Phone, Refusal> {
    let to = checked.to.or(checked.user_id).unwrap_or_default();
    let own = world.businesses.numbers.get(number).map(business::Number::digits);
    let digits: String = to.chars().filter(char::is_ascii_digit).collect();
    if checked.to.is_some() && own.is_some_and(|own| own == digits) {
        return Err(Refusal::code(131_021, "Sender and recipient are the same number"));
    }
    let known = match checked.to {
        Some(to) => world.phones.addressed(to),
        None => world.phones.of_user(to),
    };
    let undeliverable = || Refusal::code(131_026, "Message undeliverable: the recipient is not on WhatsApp");
    known.cloned().ok_or_else(undeliverable)
}

/// What it costs. What never arrives costs nothing, and counts for nothing.
fn price(world: &mut World, candidate: &Candidate<'_>, end: End) -> Option<Price> {
    let Candidate { account, pair, now, .. } = *candidate;
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
    if let Some(template) = candidate.checked.template() {
        let template = super::template::find(world, account, template).ok()?;
        let category = if candidate.is_marketing { "marketing_lite" } else { &*template.category };
        return Some(Price::of_template(category.to_ascii_lowercase()));
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
