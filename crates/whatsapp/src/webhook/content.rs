//! What a contact sent, from its JSON.

use chasqui_model::Timestamp;
use chasqui_model::message::inbound::Content;
use chasqui_model::message::{Inbound, Location, System};
use serde_json::Value;
use serde_json::value::RawValue;

use super::json::{self, Object};
use super::{media, status};

/// The message. `beside` gives the code that stands beside the messages, for one that Meta could not describe.
pub(super) fn inbound(
    wamid: String,
    message: &Object<'_>,
    raw: &RawValue,
    beside: impl FnOnce() -> Option<i64>,
) -> Inbound {
    let context = message.object("context");
    let quoted = |key| context.as_ref().is_some_and(|context| context.is(key));
    Inbound {
        wamid,
        at: moment(message),
        content: content(message, raw, beside),
        reply_to: context.as_ref().and_then(|context| context.string("id")),
        forwarded: quoted("forwarded") || quoted("frequently_forwarded"),
        referral: message.value("referral").filter(Value::is_object),
    }
}

/// The `timestamp`: text or number, seconds or (seen in the wild) milliseconds. 1970 when there is none.
pub(super) fn moment(object: &Object<'_>) -> Timestamp {
    match object.integer("timestamp") {
        Some(millis) if millis > 1_000_000_000_000 => Timestamp::from_millis(millis),
        Some(seconds) => Timestamp::from_seconds(seconds),
        None => Timestamp::EPOCH,
    }
}

/// The content. A type nobody knows, or one whose object is not as it should be, is kept whole.
pub(super) fn content(message: &Object<'_>, raw: &RawValue, beside: impl FnOnce() -> Option<i64>) -> Content {
    let kind = message.text("type").unwrap_or_default();
    if matches!(&*kind, "unsupported" | "unknown")
        || (kind == "interactive" && message.raw("interactive").is_none())
    {
        return unsupported(&kind, message, beside);
    }
    known(&kind, message).unwrap_or_else(|| Content::Unknown {
        kind: kind.into_owned(),
        raw: serde_json::from_str(raw.get()).unwrap_or_default(),
    })
}

fn known(kind: &str, message: &Object<'_>) -> Option<Content> {
    Some(match kind {
        "text" => Content::Text { body: body(message)? },
        "image" => Content::Image(media::read(message, kind)?),
        "video" => Content::Video(media::read(message, kind)?),
        "audio" => Content::Audio(media::read(message, kind)?),
        // A very old form of a voice note.
        "voice" => Content::Audio(media::voice(message)?),
        "document" => Content::Document(media::read(message, kind)?),
        "sticker" => Content::Sticker(media::read(message, kind)?),
        "location" => Content::Location(location(&message.object(kind)?)?),
        "contacts" => contacts(message)?,
        "interactive" => interactive(&message.object(kind)?)?,
        "button" => quick_reply(&message.object(kind)?)?,
        "reaction" => reaction(&message.object(kind)?)?,
        "order" => Content::Order { order: message.value(kind).filter(Value::is_object)? },
        "system" => Content::System(system(&message.object(kind)?)),
        "request_welcome" => Content::RequestWelcome,
        "edit" => Content::Edit { original_message_id: message.object(kind)?.string("original_message_id")? },
        "revoke" => {
            Content::Revoke { original_message_id: message.object(kind)?.string("original_message_id")? }
        }
        _ => return None,
    })
}

/// A typed text may be empty, but it must be there.
fn body(message: &Object<'_>) -> Option<String> {
    let text = message.object("text")?;
    text.raw("body")?;
    Some(text.string("body").unwrap_or_default())
}

fn location(place: &Object<'_>) -> Option<Location> {
    Some(Location {
        latitude: place.decimal("latitude")?,
        longitude: place.decimal("longitude")?,
        name: place.string("name"),
        address: place.string("address"),
        url: place.string("url"),
    })
}

fn contacts(message: &Object<'_>) -> Option<Content> {
    let cards = json::array(message.raw("contacts")?);
    Some(Content::Contacts {
        contacts: cards.into_iter().filter_map(|card| serde_json::from_str(card.get()).ok()).collect(),
        requested: message.text("origin").as_deref() == Some("contact_request"),
    })
}

fn interactive(interactive: &Object<'_>) -> Option<Content> {
    match &*interactive.text("type")? {
        "button_reply" => {
            let reply = interactive.object("button_reply")?;
            Some(Content::ButtonReply {
                id: reply.string("id")?,
                title: reply.string("title").unwrap_or_default(),
            })
        }
        "list_reply" => {
            let reply = interactive.object("list_reply")?;
            Some(Content::ListReply {
                id: reply.string("id")?,
                title: reply.string("title").unwrap_or_default(),
                description: reply.string("description"),
            })
        }
        "nfm_reply" => {
            let reply = interactive.object("nfm_reply")?;
            Some(Content::FlowReply {
                name: reply.string("name").unwrap_or_else(|| "flow".to_owned()),
                body: reply.string("body").unwrap_or_default(),
                response: reply.text("response_json").map_or(Value::Null, |json| answers(&json)),
            })
        }
        _ => None,
    }
}

/// The answers of a form come as JSON inside text, and now and then as something else.
fn answers(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or(Value::Null)
}

fn quick_reply(button: &Object<'_>) -> Option<Content> {
    let text = button.string("text");
    let payload = button.string("payload").or_else(|| text.clone())?;
    Some(Content::QuickReply { text: text.unwrap_or_else(|| payload.clone()), payload })
}

fn reaction(reaction: &Object<'_>) -> Option<Content> {
    Some(Content::Reaction { message_id: reaction.string("message_id")?, emoji: reaction.string("emoji") })
}

fn system(system: &Object<'_>) -> System {
    let kind = system.string("type").unwrap_or_default();
    match kind.as_str() {
        "user_changed_number" | "customer_changed_number" => match system.string("wa_id") {
            Some(wa_id) => System::NumberChanged { wa_id },
            None => System::Other { kind },
        },
        "user_changed_user_id" => match system.string("user_id") {
            Some(user_id) => System::UserIdChanged { user_id },
            None => System::Other { kind },
        },
        "customer_identity_changed" | "user_identity_changed" => System::IdentityChanged,
        _ => System::Other { kind },
    }
}

fn unsupported(kind: &str, message: &Object<'_>, beside: impl FnOnce() -> Option<i64>) -> Content {
    let own = message.raw("errors").map(status::errors).unwrap_or_default();
    let named = message.object("unsupported").and_then(|unsupported| unsupported.string("type"));
    Content::Unsupported {
        kind: named.or_else(|| (kind == "interactive").then(|| kind.to_owned())),
        code: own.first().map(|error| error.code).filter(|code| *code != 0).or_else(beside),
    }
}
