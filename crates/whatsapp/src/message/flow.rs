//! Text with a button that opens a WhatsApp Flow.

use chasqui_model::message::limit;
use chasqui_model::message::outbound::FlowMessage;
use serde::Serialize;
use serde_json::Value;

use super::limits::{Limits, Problem};
use super::wire::{Interactive, WireHeader, Words, check_frame};
use super::{Unsendable, Uploaded};

pub(super) fn check(message: &FlowMessage, limits: &mut Limits) {
    check_frame(message.header.as_ref(), &message.body, message.footer.as_deref(), limits);
    limits.text("cta", &message.cta, limit::FLOW_CTA);
    if message.cta.chars().any(|c| matches!(c, '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')) {
        limits.add("cta", Problem::Malformed("has an emoji"));
    }
    if message.flow_id.is_empty() {
        limits.add("flow_id", Problem::Empty);
    }
    let data = &message.data;
    if !data.is_null() && data.as_object().is_none_or(serde_json::Map::is_empty) {
        limits.add("data", Problem::Malformed("is not an object with something in it"));
    }
    if !data.is_null() && message.screen.is_none() {
        limits.add("screen", Problem::Empty);
    }
}

pub(super) fn wire<'a>(
    message: &'a FlowMessage,
    uploaded: &'a Uploaded,
) -> Result<impl Serialize, Unsendable> {
    Ok(Interactive {
        kind: "flow",
        header: WireHeader::new(message.header.as_ref(), uploaded)?,
        body: Words { text: &message.body },
        footer: message.footer.as_deref().map(|text| Words { text }),
        action: Action { name: "flow", parameters: Parameters::new(message) },
    })
}

#[derive(Serialize)]
struct Action<'a> {
    name: &'static str,
    parameters: Parameters<'a>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names on the wire")]
struct Parameters<'a> {
    flow_message_version: &'static str,
    flow_token: &'a str,
    flow_id: &'a str,
    flow_cta: &'a str,
    flow_action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    flow_action_payload: Option<Payload<'a>>,
}

#[derive(Serialize)]
struct Payload<'a> {
    screen: &'a str,
    #[serde(skip_serializing_if = "Value::is_null")]
    data: &'a Value,
}

impl<'a> Parameters<'a> {
    fn new(message: &'a FlowMessage) -> Self {
        let payload = message.screen.as_deref().map(|screen| Payload { screen, data: &message.data });
        Self {
            flow_message_version: "3",
            flow_token: if message.token.is_empty() { "unused" } else { &message.token },
            flow_id: &message.flow_id,
            flow_cta: &message.cta,
            // Without a first screen the Flow asks its own server for one.
            flow_action: if payload.is_some() { "navigate" } else { "data_exchange" },
            flow_action_payload: payload,
        }
    }
}
