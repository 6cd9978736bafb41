//! `POST /{number}/messages`: sending, and telling that something was read.

use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::check::{self, Checked};
use super::error::{Refusal, broken, json_response, page};
use super::phone_number::account_of;
use super::{Call, garbage};
use crate::deliver::status::{self, End, Journey};
use crate::meta::{Meta, Note};
use crate::world::chat::{Direction, Item, ItemStatus, Pair};
use crate::world::log::{self, Kind, Level};
use crate::world::phone::Phone;
use crate::world::settings::Answer;
use crate::world::{World, business};

const SCOPE: &str = "whatsapp_business_messaging";
/// How long after a contact's message anything may be sent.
const WINDOW: Duration = Duration::from_hours(24);
/// How long typing shows.
const TYPING: Duration = Duration::from_secs(25);
const HANGING: Duration = Duration::from_mins(10);

/// `late`: a code with which the message fails after it was taken.
pub(super) async fn post(call: &Call, number: &str, late: Option<i64>) -> Result<Response, Refusal> {
    let request: Value = serde_json::from_slice(&call.body)
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| Refusal::parameter("The parameter messaging_product is required."))?;
    if request["status"].is_string() {
        account_of(call, number, SCOPE)?;
        return read(&call.meta, number, &request).map(|answer| json_response(200, &answer));
    }
    let (answer, latency) = call.meta.with(|world| (world.settings.answer, world.settings.latency_ms));
    if latency > 0 {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    if let Some(instead) = instead(answer).await {
        record(call, number, &request, &Err(refusal_of(answer)));
        return Ok(instead);
    }
    let outcome =
        account_of(call, number, SCOPE).and_then(|account| accept(call, number, &account, &request, late));
    record(call, number, &request, &outcome);
    let accepted = outcome?;
    if call.meta.with(|world| world.settings.statuses.before_answer) {
        status::travel(Arc::clone(&call.meta), accepted.journey).await;
    } else {
        tokio::spawn(status::travel(Arc::clone(&call.meta), accepted.journey));
    }
    Ok(match answer {
        Answer::Garbage => garbage(),
        Answer::DropAfterAccept => broken(),
        _ => json_response(200, &accepted.answer),
    })
}

/// The answer that the settings put in place of a send.
async fn instead(answer: Answer) -> Option<Response> {
    match answer {
        Answer::Success | Answer::Garbage | Answer::DropAfterAccept => None,
        Answer::SomethingWrong | Answer::RateNumber | Answer::RatePair | Answer::Token => {
            Some(refusal_of(answer).into_response())
        }
        Answer::Http500 => Some(page(500)),
        Answer::Http429 => Some(page(429)),
        Answer::Timeout => {
            tokio::time::sleep(HANGING).await;
            Some(broken())
        }
    }
}

fn refusal_of(answer: Answer) -> Refusal {
    let why = "set at the simulator";
    match answer {
        Answer::RateNumber => Refusal::code(130_429, why),
        Answer::RatePair => Refusal::code(131_056, why),
        Answer::Token => Refusal::code(190, why),
        Answer::Http429 => Refusal::new(429, 0, why),
        Answer::Http500 | Answer::Timeout => Refusal::new(500, 0, why),
        Answer::SomethingWrong | Answer::Success | Answer::Garbage | Answer::DropAfterAccept => {
            Refusal::code(131_000, why)
        }
    }
}

struct Accepted {
    wamid: Arc<str>,
    answer: Value,
    journey: Journey,
    words: &'static str,
}

fn accept(
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
        let wamid = meta.wamid(&phone.wa_id);
        let journey = Journey {
            pair: pair.clone(),
            wamid: Arc::clone(&wamid),
            callback: checked.callback.map(Arc::from),
            category: category(world, account, &checked),
            end: late.map_or(end, End::Fails),
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
    now: chasqui_model::Timestamp,
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

fn category(world: &World, account: &str, checked: &Checked<'_>) -> String {
    let template =
        checked.template().and_then(|template| super::template::find(world, account, template).ok());
    template.map_or_else(|| "service".to_owned(), |template| template.category.to_ascii_lowercase())
}

/// Puts the message into the chat.
fn put(
    world: &mut World,
    pair: &Pair,
    checked: &Checked<'_>,
    journey: &Journey,
    raw: Arc<str>,
    now: chasqui_model::Timestamp,
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
        raw,
        callback: journey.callback.clone(),
    };
    world.chats.push(pair, item);
}

/// Keeps the call for `GET /_sim/messages`, tells the chat and the log.
fn record(call: &Call, number: &str, request: &Value, outcome: &Result<Accepted, Refusal>) {
    let meta = &call.meta;
    let accepted = outcome.as_ref().ok();
    let refused = outcome.as_ref().err();
    let to = request["to"].as_str().or(request["recipient"].as_str());
    let received = log::Call {
        no: 0,
        at: meta.now(),
        phone_number_id: number.to_owned(),
        to: to.map(str::to_owned),
        wamid: accepted.map(|accepted| Arc::clone(&accepted.wamid)),
        status_code: refused.map_or(200, |refused| refused.http),
        error_code: refused.map(|refused| refused.code),
        request: String::from_utf8_lossy(&call.body).into(),
    };
    meta.with(|world| world.received.push(received));
    let pair = accepted.map(|accepted| &accepted.journey.pair);
    let (kind, level, text) = match outcome {
        Ok(accepted) => (Kind::Accepted, Level::Ok, format!("{} accepted", accepted.words)),
        Err(refused) => {
            let why = refused.details.clone().unwrap_or_default();
            (Kind::Refused, Level::Fail, format!("Refused with {}: {why}", refused.code))
        }
    };
    if let Some(pair) = pair {
        meta.tell_chat(pair);
    }
    let wa_id = pair.map(|pair| &*pair.0);
    meta.log(Note { kind, level, text, phone_number_id: Some(number), wa_id, ms: None });
}

/// Marks everything up to a message as read, and shows typing.
fn read(meta: &Meta, number: &str, request: &Value) -> Result<Value, Refusal> {
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
