//! `GET,POST,DELETE /{number}/block_users`: people whose messages do not come any more.

use std::time::Duration;

use serde_json::{Value, json};

use super::Call;
use super::error::Refusal;
use super::phone_number::account_of;
use crate::world::World;
use crate::world::phone::Phone;

const SCOPE: &str = "whatsapp_business_messaging";
/// The most people in one call.
const MOST: usize = 1000;
/// Who has not written for this long cannot be blocked.
const WROTE_WITHIN: Duration = Duration::from_hours(24);
const PARTLY_FAILED: i64 = 139_100;
const FULL: i64 = 139_101;

/// The answer with its HTTP status: a call that fails for some people says for whom.
pub(super) fn of_number(call: &Call, number: &str) -> Result<(u16, Value), Refusal> {
    account_of(call, number, SCOPE)?;
    match call.method.as_str() {
        "GET" => list(call, number).map(|answer| (200, answer)),
        "POST" => change(call, number, true),
        "DELETE" => change(call, number, false),
        _ => Err(Refusal::no_such_node(number)),
    }
}

fn list(call: &Call, number: &str) -> Result<Value, Refusal> {
    let all: Vec<Value> = call.meta.with(|world| {
        let blocked = world.blocks.of(number).iter();
        blocked.map(|wa_id| entry(world.phones.get(wa_id), wa_id)).collect()
    });
    super::page_of(call, &all)
}

fn entry(phone: Option<&Phone>, wa_id: &str) -> Value {
    let mut entry = json!({"messaging_product": "whatsapp"});
    if phone.is_none_or(|phone| !phone.hide_number) {
        entry["wa_id"] = json!(wa_id);
    }
    if let Some(phone) = phone {
        entry["user_id"] = json!(phone.user_id);
    }
    entry
}

fn change(call: &Call, number: &str, blocks: bool) -> Result<(u16, Value), Refusal> {
    if call.params.text("messaging_product").as_deref() != Some("whatsapp") {
        return Err(Refusal::parameter("The parameter messaging_product is required."));
    }
    let users = call.params.object()["block_users"].as_array().cloned().unwrap_or_default();
    if !(1..=MOST).contains(&users.len()) {
        return Err(Refusal::parameter(format!("Param block_users must have 1 to {MOST} users.")));
    }
    let mut inputs = Vec::new();
    for (index, user) in users.iter().enumerate() {
        let known =
            user.as_object().is_some_and(|user| user.keys().all(|key| key == "user" || key == "user_id"));
        let input = user["user"].as_str().or(user["user_id"].as_str()).filter(|input| !input.is_empty());
        let wrong =
            || Refusal::parameter(format!("Param block_users[{index}] must have a user or a user_id."));
        inputs.push(input.filter(|_| known).ok_or_else(wrong)?.to_owned());
    }
    let now = call.meta.now();
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    call.meta.with(|world| {
        for input in &inputs {
            let phone = world.phones.addressed(input).cloned();
            let wa_id = phone.as_ref().map(|phone| phone.wa_id.clone());
            let mut user = json!({ "input": input });
            if let Some(wa_id) = &wa_id {
                user["wa_id"] = json!(wa_id);
            }
            let outcome = match (&wa_id, blocks) {
                (Some(wa_id), true) => block(world, number, wa_id, now),
                (Some(wa_id), false) => {
                    world.blocks.remove(number, wa_id);
                    Ok(())
                }
                (None, _) => Err((131_026, "The user is not on WhatsApp")),
            };
            match outcome {
                Ok(()) => done.push(user),
                Err((code, why)) => {
                    let message = format!("(#{code}) {why}");
                    user["errors"] =
                        json!([{"message": message, "code": code, "error_data": {"details": why}}]);
                    failed.push(user);
                }
            }
        }
    });
    Ok(answer(blocks, &done, &failed))
}

fn block(
    world: &mut World,
    number: &str,
    wa_id: &str,
    now: chasqui_model::Timestamp,
) -> Result<(), (i64, &'static str)> {
    let last = world.chats.get(wa_id, number).and_then(|chat| chat.last_inbound_at);
    if last.is_none_or(|last| now.since(last) >= WROTE_WITHIN) {
        return Err((131_047, "The user has not written within the last 24 hours"));
    }
    if world.blocks.add(number, wa_id) { Ok(()) } else { Err((FULL, "The list is full")) }
}

fn answer(blocks: bool, done: &[Value], failed: &[Value]) -> (u16, Value) {
    let key = if blocks { "added_users" } else { "removed_users" };
    let mut answer = json!({"messaging_product": "whatsapp", "block_users": {key: done}});
    if failed.is_empty() {
        return (200, answer);
    }
    answer["block_users"]["failed_users"] = json!(failed);
    let refusal = Refusal::code(PARTLY_FAILED, "Some users failed: see failed_users");
    answer["error"] = refusal.body()["error"].clone();
    (400, answer)
}
