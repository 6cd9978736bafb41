//! A message of the contact: what `{message.…}` reads, and which question it answers.

use std::sync::Arc;

use chasqui_model::Timestamp;
use chasqui_model::message::Inbound;
use chasqui_model::message::inbound::Content;
use chasqui_model::typed;
use serde_json::{Map, Value, json};

use super::turn::size_of;
use super::{Answer, Turn};
use crate::component::Next;
use crate::definition::{LateTaps, is_shallow};
use crate::fuel::cost;
use crate::state::Progress;
use crate::wire::Tap;
use crate::words::Phrase;

/// Most bytes of a message that flows can read as structure; of a larger one only type and text are kept.
const MAX_MESSAGE: usize = 64 * 1024;
/// Deepest nesting of the same.
const MAX_DEPTH: usize = 48;

impl Turn<'_> {
    /// Makes the message what `{message.…}` reads.
    pub(super) fn note(&mut self, message: &Inbound) {
        self.state.message = summary(message);
        self.fuel.burn_for(size_of(&self.state.message), cost::SAVE);
    }

    /// Gives the message to the node that waits.
    pub(super) fn respond(&mut self, node: &str, progress: Progress, message: &Inbound) {
        if !self.resume(node) {
            return;
        }
        let tap = Tap::read(message);
        let is_here = |tap: &Tap<'_>| {
            tap.conversation == self.context.conversation && tap.frame == self.state.frame && tap.node == node
        };
        let next = match tap {
            Some(tap) if !is_here(&tap) => self.late(&tap, progress),
            tap => {
                let text = words(&message.content).map(|text| {
                    self.fuel.burn_for(text.len(), cost::FOLD);
                    typed::clean(text)
                });
                let answer = Answer { message, text: text.as_deref(), option: tap.map(|tap| tap.option) };
                let flow = Arc::clone(&self.flow);
                flow.node(self.at).component.behaviour().answer(self, &answer, progress)
            }
        };
        self.go(next);
    }

    /// A tap on a button of an earlier question.
    fn late(&mut self, tap: &Tap<'_>, progress: Progress) -> Next {
        match self.flow.settings().late_taps {
            LateTaps::Ignore => {
                self.detail("a tap on an earlier question's button was ignored".to_owned());
                return Next::Wait(progress);
            }
            LateTaps::Jump => {
                if let Some(next) = self.jump_back(tap) {
                    return next;
                }
            }
            LateTaps::Repeat => {}
        }
        self.detail("a tap on an earlier question's button".to_owned());
        let text = self.phrase(Phrase::LateTap, &[]);
        self.say(text);
        self.ask_again(progress)
    }

    /// Goes on from the earlier question with the tapped option. `None` when that is not of this flow and conversation.
    fn jump_back(&mut self, tap: &Tap<'_>) -> Option<Next> {
        if tap.conversation != self.context.conversation || tap.frame != self.state.frame {
            return None;
        }
        let flow = Arc::clone(&self.flow);
        let earlier = flow.position(tap.node)?;
        let present = std::mem::replace(&mut self.at, earlier);
        self.arrive(earlier);
        let next = flow.node(earlier).component.behaviour().chosen(self, tap.option);
        if next.is_none() {
            self.visits.pop();
            self.at = present;
        }
        next
    }
}

/// The words of a typed text or a tapped label. A caption is not an answer in text.
fn words(content: &Content) -> Option<&str> {
    match content {
        Content::Text { body } => Some(body),
        Content::ButtonReply { title, .. } | Content::ListReply { title, .. } => Some(title),
        Content::QuickReply { text, .. } => Some(text),
        Content::Image(_)
        | Content::Video(_)
        | Content::Audio(_)
        | Content::Document(_)
        | Content::Sticker(_)
        | Content::Location(_)
        | Content::Contacts { .. }
        | Content::FlowReply { .. }
        | Content::Reaction { .. }
        | Content::Order { .. }
        | Content::System(_)
        | Content::RequestWelcome
        | Content::Edit { .. }
        | Content::Revoke { .. }
        | Content::Unsupported { .. }
        | Content::Unknown { .. } => None,
    }
}

/// What `{message.…}` reads.
fn summary(message: &Inbound) -> Value {
    let text = message.content.text();
    let text = typed::clean(&text[..text.floor_char_boundary(MAX_MESSAGE)]);
    let mut fields = Map::new();
    fields.insert("type".to_owned(), Value::from(message.content.kind()));
    fields.insert("text".to_owned(), Value::from(text.as_ref()));
    identify(message, &mut fields);
    if let Some((name, value)) = structure(&message.content)
        && is_shallow(&value, MAX_DEPTH)
        && size_of(&value) <= MAX_MESSAGE
    {
        fields.insert(name.to_owned(), value);
    }
    if let Some(referral) = &message.referral
        && is_shallow(referral, MAX_DEPTH)
        && size_of(referral) <= MAX_MESSAGE
    {
        fields.insert("referral".to_owned(), referral.clone());
    }
    if let Some(product) = &message.product {
        fields.insert("product".to_owned(), serde_json::to_value(product).unwrap_or_default());
    }
    if let Some(tap) = tap(message) {
        fields.insert("tap".to_owned(), tap);
    }
    Value::Object(fields)
}

/// Meta's id and time of the message, what it quotes, and where it was before.
fn identify(message: &Inbound, fields: &mut Map<String, Value>) {
    fields.insert("id".to_owned(), Value::from(message.wamid.as_str()));
    if message.at > Timestamp::EPOCH {
        fields.insert("time".to_owned(), Value::from(message.at.millis()));
    }
    if let Some(quoted) = &message.reply_to {
        fields.insert("reply_to".to_owned(), Value::from(quoted.as_str()));
    }
    if message.forwarded {
        fields.insert("forwarded".to_owned(), Value::Bool(true));
    }
    if message.frequently_forwarded {
        fields.insert("frequently_forwarded".to_owned(), Value::Bool(true));
    }
}

/// The button or row that was tapped: the option's own id where it is one of ours, else what came back.
fn tap(message: &Inbound) -> Option<Value> {
    let (payload, title, description) = match &message.content {
        Content::ButtonReply { id, title } => (id, title, None),
        Content::ListReply { id, title, description } => (id, title, description.as_deref()),
        Content::QuickReply { payload, text } => (payload, text, None),
        Content::Text { .. }
        | Content::Image(_)
        | Content::Video(_)
        | Content::Audio(_)
        | Content::Document(_)
        | Content::Sticker(_)
        | Content::Location(_)
        | Content::Contacts { .. }
        | Content::FlowReply { .. }
        | Content::Reaction { .. }
        | Content::Order { .. }
        | Content::System(_)
        | Content::RequestWelcome
        | Content::Edit { .. }
        | Content::Revoke { .. }
        | Content::Unsupported { .. }
        | Content::Unknown { .. } => return None,
    };
    let option = Tap::read(message).map_or(payload.as_str(), |tap| tap.option);
    Some(json!({ "id": option, "payload": payload, "title": title, "description": description }))
}

fn structure(content: &Content) -> Option<(&'static str, Value)> {
    if let Some(media) = content.media() {
        let value = json!({
            "kind": content.kind(), "mime_type": media.mime_type, "filename": media.filename,
            "caption": media.caption, "voice": media.voice
        });
        return Some(("media", value));
    }
    match content {
        Content::Location(place) => Some(("location", serde_json::to_value(place).ok()?)),
        Content::Contacts { contacts, .. } => Some(("contacts", Value::from(contacts.clone()))),
        Content::FlowReply { response, .. } => Some(("response", response.clone())),
        Content::Order { order } => Some(("order", order.clone())),
        _ => None,
    }
}

/// Drops what no node reads from a message that is kept in the state.
pub(super) fn lighten(message: &mut Inbound) {
    let too_much = |value: &Value| !is_shallow(value, MAX_DEPTH) || size_of(value) > MAX_MESSAGE;
    match &mut message.content {
        Content::Unknown { raw, .. } => *raw = Value::Null,
        Content::FlowReply { response: value, .. } | Content::Order { order: value } if too_much(value) => {
            *value = Value::Null;
        }
        Content::Contacts { contacts, .. } if contacts.iter().any(too_much) => contacts.clear(),
        _ => {}
    }
    message.referral = message.referral.take().filter(|referral| !too_much(referral));
}
