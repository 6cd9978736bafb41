//! Whether a message may go, and how it will end.

use std::time::Duration;

use chasqui_model::Timestamp;
use serde_json::Value;

use super::check::{self, Checked};
use super::error::Refusal;
use super::fill;
use crate::deliver::status::End;
use crate::world::business::{Number, TemplateSpec};
use crate::world::chat::Pair;
use crate::world::phone::Phone;
use crate::world::thread::{Owner, Role};
use crate::world::{World, media};

/// How long after a contact's message anything may be sent.
const WINDOW: Duration = Duration::from_hours(24);
/// How long a message can be reacted to.
const REACTIONS: Duration = Duration::from_hours(24 * 30);

/// A message on its way through the checks that know the world.
pub(super) struct Candidate<'a> {
    pub(super) account: &'a str,
    pub(super) pair: &'a Pair,
    pub(super) phone: &'a Phone,
    pub(super) checked: &'a Checked<'a>,
    pub(super) is_marketing: bool,
    pub(super) now: Timestamp,
}

/// How it will end, when it may go.
pub(super) fn possible(world: &mut World, candidate: &Candidate<'_>) -> Result<End, Refusal> {
    let Candidate { account, pair, checked, now, .. } = *candidate;
    silence(world, pair)?;
    rates(world, pair, now)?;
    let mut end = if checked.kind == "reaction" { reaction(world, candidate) } else { End::Arrives };
    if let Some(message) = checked.template() {
        let known = super::template::find(world, account, message)?;
        end = template(candidate, known, message)?.unwrap_or(end);
    } else {
        if candidate.is_marketing {
            return Err(Refusal::code(131_055, "Only marketing templates can be sent here"));
        }
        window(world, pair, now)?;
        thread(world, pair, now)?;
    }
    for (kind, id) in check::media_ids(checked.content) {
        let Some(file) = world.media.get(&id, now) else {
            let why =
                format!("Param {kind}['id'] is not a valid whatsapp business account media attachment ID");
            return Err(Refusal::parameter(why));
        };
        // A wrong kind of file is found only when it is prepared.
        if !suits(&kind, checked.content, file) {
            end = End::Fails(131_053);
        }
    }
    Ok(end)
}

fn suits(kind: &str, message: &Value, file: &media::File) -> bool {
    let is_voice = kind == "audio" && message["audio"]["voice"] == true;
    check::suits(kind, &file.mime_type) && (!is_voice || file.mime_type.starts_with("audio/ogg"))
}

/// A number that is not registered sends nothing, and nobody sends to whom it has blocked.
fn silence(world: &World, pair: &Pair) -> Result<(), Refusal> {
    let number = world.businesses.numbers.get(&*pair.1);
    if let Some(code) = number.and_then(|number| number.registration.silence()) {
        return Err(Refusal::code(code, "The number cannot send"));
    }
    if world.blocks.holds(&pair.1, &pair.0) {
        return Err(Refusal::code(130_403, "The recipient is blocked by the business"));
    }
    Ok(())
}

/// Where others answer too, free-form replies are for the owner of the thread. The escalation partner takes it by one,
/// and so does anybody when no routing is set up.
fn thread(world: &mut World, pair: &Pair, now: Timestamp) -> Result<(), Refusal> {
    let routing = world.businesses.numbers.get(&*pair.1).and_then(|number| number.spec.routing.as_ref());
    let takes = routing.is_none_or(|routing| routing.has(Role::Escalation));
    let chat = world.chats.entry(pair);
    if chat.owner(now).is_some_and(|owner| owner != Owner::Ours) && !takes {
        return Err(super::thread::not_allowed());
    }
    chat.owner = Some(Owner::Ours);
    Ok(())
}

fn rates(world: &mut World, pair: &Pair, now: Timestamp) -> Result<(), Refusal> {
    if !world.settings.enforce_rates {
        return Ok(());
    }
    let rate = world.businesses.numbers.get(&*pair.1).map_or(80, Number::rate);
    if !world.rates.number(&pair.1, rate, now) {
        let why = "Cloud API message throughput has been reached.";
        return Err(Refusal::code(130_429, why).subcode(2_494_055));
    }
    if !world.rates.pair(pair, now) {
        let why = "Message failed to send because there were too many messages sent from this phone number to the \
                   same phone number in a short period of time.";
        return Err(Refusal::code(131_056, why));
    }
    Ok(())
}

fn window(world: &mut World, pair: &Pair, now: Timestamp) -> Result<(), Refusal> {
    let last = world.chats.entry(pair).last_inbound_at;
    if last.is_some_and(|last| now.since(last) < WINDOW) {
        return Ok(());
    }
    let why = "Message failed to send because more than 24 hours have passed since the customer last replied \
               to this number.";
    Err(Refusal::code(131_047, why))
}

/// A reaction to a message that is unknown, taken back or too old fails after it was taken.
fn reaction(world: &World, candidate: &Candidate<'_>) -> End {
    let target = candidate.checked.content["reaction"]["message_id"].as_str().unwrap_or_default();
    let in_chat = world.chats.pair_of(target).is_some_and(|pair| pair == *candidate.pair);
    let item = world.chats.item(target).filter(|_| in_chat);
    let fresh = item.filter(|item| !item.revoked && candidate.now.since(item.at) < REACTIONS);
    if fresh.is_some() { End::OnlySent } else { End::Fails(131_009) }
}

/// What a template asks of the message and of the person; `None` when it arrives like any other.
fn template(
    candidate: &Candidate<'_>,
    known: &TemplateSpec,
    message: &Value,
) -> Result<Option<End>, Refusal> {
    let is = |category: &str| known.category.eq_ignore_ascii_case(category);
    if candidate.is_marketing && !is("MARKETING") {
        return Err(Refusal::code(131_055, "Only marketing templates can be sent here"));
    }
    if is("AUTHENTICATION") && candidate.checked.to.is_none() {
        return Err(Refusal::code(131_062, "A login code goes to a phone number only"));
    }
    fill::check(known, message)?;
    let stopped = candidate.phone.stop_marketing && is("MARKETING");
    Ok(stopped.then_some(End::Fails(131_050)))
}
