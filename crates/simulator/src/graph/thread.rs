//! `POST /{number}/thread_control`: handing a person over to somebody else who answers at the same number.

use serde_json::{Value, json};

use super::Call;
use super::check::one_of_words;
use super::error::Refusal;
use super::phone_number::account_of;
use crate::world::World;
use crate::world::chat::Pair;
use crate::world::thread::{Owner, Role, RoutingSpec};

const SCOPE: &str = "whatsapp_business_messaging";
const METADATA: usize = 2000;
const NOT_ALLOWED: i64 = 2_494_191;
const KEYS: [&str; 8] = [
    "messaging_product",
    "to",
    "recipient",
    "action",
    "metadata",
    "control_pass",
    "access_token",
    "appsecret_proof",
];

pub(super) fn control(call: &Call, number: &str) -> Result<Value, Refusal> {
    account_of(call, number, SCOPE)?;
    let request = call.object()?;
    let action = checked(&request)?;
    let target = target(&request, action)?;
    let now = call.meta.now();
    let pair = call.meta.with(|world| {
        let pair = pair(world, number, &request)?;
        let routing = world.businesses.numbers.get(number).and_then(|number| number.spec.routing.clone());
        let owner = world.chats.entry(&pair).owner(now);
        let next = next(routing.as_ref(), owner, action, target)?;
        world.chats.entry(&pair).owner = next;
        Ok::<_, Refusal>(pair)
    })?;
    call.meta.tell_chat(&pair);
    Ok(json!({"messaging_product": "whatsapp"}))
}

/// The shape of the call; its action.
fn checked(request: &Value) -> Result<&'static str, Refusal> {
    for key in request.as_object().into_iter().flat_map(|request| request.keys()) {
        if !KEYS.contains(&&**key) {
            return Err(Refusal::parameter(format!("Unexpected key \"{key}\".")));
        }
    }
    if request["messaging_product"] != "whatsapp" {
        return Err(Refusal::parameter("The parameter messaging_product is required."));
    }
    let metadata = request["metadata"].as_str().map_or(0, |metadata| metadata.chars().count());
    if metadata > METADATA {
        return Err(Refusal::parameter("Param metadata must be at most 2000 characters long."));
    }
    one_of_words(&request["action"], "action", &["take", "pass", "release"])
}

/// Who a thread is passed to: the agent, or when nobody is named the escalation partner.
fn target(request: &Value, action: &str) -> Result<Owner, Refusal> {
    let control = &request["control_pass"];
    if control.is_null() {
        return Ok(Owner::Partner);
    }
    if action != "pass" {
        return Err(Refusal::parameter(format!("Param control_pass cannot stand with {action}.")));
    }
    one_of_words(&control["target_role"], "control_pass['target_role']", &["ai_agent"])?;
    Ok(Owner::AiAgent)
}

fn pair(world: &World, number: &str, request: &Value) -> Result<Pair, Refusal> {
    let phone = match (request["to"].as_str(), request["recipient"].as_str()) {
        (Some(to), _) => world.phones.addressed(to),
        (None, Some(user_id)) => world.phones.of_user(user_id),
        (None, None) => return Err(Refusal::parameter("The parameter to is required.")),
    };
    let undeliverable = || Refusal::code(131_026, "The person is not on WhatsApp");
    let phone = phone.ok_or_else(undeliverable)?;
    Ok((phone.wa_id.as_str().into(), number.into()))
}

/// Who has the thread afterwards.
fn next(
    routing: Option<&RoutingSpec>,
    owner: Option<Owner>,
    action: &str,
    target: Owner,
) -> Result<Option<Owner>, Refusal> {
    match action {
        "take" if routing.is_some_and(|routing| routing.has(Role::Escalation)) => Ok(Some(Owner::Ours)),
        "take" => Err(not_allowed()),
        // Without routing everything is ours.
        _ if routing.is_some() && owner != Some(Owner::Ours) => {
            Err(Refusal::parameter("The thread is not yours to hand over."))
        }
        "release" => Ok(None),
        _ => Ok(Some(target)),
    }
}

/// Only the escalation partner takes a thread.
pub(super) fn not_allowed() -> Refusal {
    Refusal::parameter("The thread is owned by somebody else, and only the escalation partner may take it.")
        .subcode(NOT_ALLOWED)
}
