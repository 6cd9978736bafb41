//! What a contact sent, from its JSON.

use chasqui_model::Timestamp;
use chasqui_model::message::inbound::Content;
use chasqui_model::message::marks::Product;
use chasqui_model::message::{Inbound, Location};
use serde_json::Value;
use serde_json::value::RawValue;

use super::json::{self, Object};
use super::{card, media, renamed, status};

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
        frequently_forwarded: quoted("frequently_forwarded"),
        referral: message.value("referral").filter(Value::is_object),
        product: context.as_ref().and_then(product),
    }
}

/// The product that a message asks about.
fn product(context: &Object<'_>) -> Option<Product> {
    let product = context.object("referred_product")?;
    let it = Product {
        catalog_id: product.string("catalog_id"),
        product_retailer_id: product.string("product_retailer_id"),
    };
    (it != Product::default()).then_some(it)
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
    let kind = message.text("type").unwrap_or_else(|| carried(message).into());
    if matches!(&*kind, "unsupported" | "unknown")
        || (kind == "interactive" && message.raw("interactive").is_none())
    {
        return unsupported(&kind, message, beside);
    }
    known(&kind, message).unwrap_or_else(|| Content::Unknown {
        // What was tapped says more than that something was.
        kind: message
            .object("interactive")
            .filter(|_| kind == "interactive")
            .and_then(|it| it.string("type"))
            .unwrap_or_else(|| kind.into_owned()),
        raw: serde_json::from_str(raw.get()).unwrap_or_default(),
    })
}

/// What another app sent, from the body of its call: of a question with buttons its words.
pub(super) fn sent(message: &Object<'_>, raw: &RawValue) -> Content {
    let interactive = message.object("interactive").and_then(|it| it.object("body"));
    match interactive.and_then(|body| body.string("text")) {
        Some(body) => Content::Text { body },
        None => content(message, raw, || None),
    }
}

/// Types whose object tells that a message is of them, where Meta left the type out.
const CARRIED: &[&str] = &[
    "text",
    "image",
    "video",
    "audio",
    "voice",
    "document",
    "sticker",
    "location",
    "contacts",
    "interactive",
    "button",
    "reaction",
    "order",
    "system",
    "edit",
    "revoke",
    "unsupported",
];

fn carried(message: &Object<'_>) -> &'static str {
    CARRIED.iter().find(|kind| message.raw(kind).is_some()).copied().unwrap_or_default()
}

fn known(kind: &str, message: &Object<'_>) -> Option<Content> {
    Some(match kind {
        "edit" => edit(&message.object(kind)?)?,
        "revoke" => {
            Content::Revoke { original_message_id: message.object(kind)?.string("original_message_id")? }
        }
        _ => return said(kind, message),
    })
}

/// What a message says, and an edit makes it say.
fn said(kind: &str, message: &Object<'_>) -> Option<Content> {
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
        "system" => Content::System(renamed::system(message)),
        "request_welcome" => Content::RequestWelcome,
        _ => return None,
    })
}

fn edit(edit: &Object<'_>) -> Option<Content> {
    let message = edit.object("message");
    let content = message.as_ref().and_then(|message| {
        let kind = message.text("type").unwrap_or_else(|| carried(message).into());
        said(&kind, message).map(Box::new)
    });
    Some(Content::Edit { original_message_id: edit.string("original_message_id")?, content })
}

/// A typed text may be empty, but it must be there.
fn body(message: &Object<'_>) -> Option<String> {
    let Some(text) = message.object("text") else { return message.string("text") };
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
    let raw = message.raw("contacts")?;
    let mut contacts: Vec<Value> = json::array(raw).into_iter().filter_map(card::read).collect();
    if contacts.is_empty() {
        contacts.extend(card::read(raw));
    }
    // The request was called by both names.
    let origin = message.text("origin");
    let requested = matches!(origin.as_deref(), Some("contact_request" | "request_contact_info"));
    Some(Content::Contacts { contacts, requested })
}

fn interactive(interactive: &Object<'_>) -> Option<Content> {
    const KINDS: [&str; 3] = ["button_reply", "list_reply", "nfm_reply"];
    let carried = || KINDS.into_iter().find(|kind| interactive.raw(kind).is_some()).map(Into::into);
    match &*interactive.text("type").or_else(carried)? {
        "button_reply" => {
            let reply = interactive.object("button_reply")?;
            let (id, title) = tapped(&reply)?;
            Some(Content::ButtonReply { id, title })
        }
        "list_reply" => {
            let reply = interactive.object("list_reply")?;
            let (id, title) = tapped(&reply)?;
            Some(Content::ListReply { id, title, description: reply.string("description") })
        }
        "nfm_reply" => {
            let reply = interactive.object("nfm_reply");
            let text = |key| reply.as_ref().and_then(|reply| reply.string(key));
            Some(Content::FlowReply {
                name: text("name").unwrap_or_else(|| "flow".to_owned()),
                body: text("body").unwrap_or_default(),
                response: reply.as_ref().map_or(Value::Null, answers),
            })
        }
        _ => None,
    }
}

/// The id and the label of what was tapped; the one that is missing is as the other.
fn tapped(reply: &Object<'_>) -> Option<(String, String)> {
    let (id, title) = (reply.string("id"), reply.string("title"));
    let id = id.or_else(|| title.clone())?;
    Some((id, title.unwrap_or_default()))
}

/// The answers of a form come as JSON inside text, now and then as JSON, and now and then as text that is none: it is
/// kept as it is.
fn answers(reply: &Object<'_>) -> Value {
    match reply.text("response_json") {
        Some(text) => serde_json::from_str(&json::mend_text(&text)).unwrap_or_else(|_| Value::from(&*text)),
        None => reply.value("response_json").filter(|value| value != "").unwrap_or_default(),
    }
}

fn quick_reply(button: &Object<'_>) -> Option<Content> {
    let text = button.string("text");
    let payload = button.string("payload").or_else(|| text.clone())?;
    Some(Content::QuickReply { text: text.unwrap_or_else(|| payload.clone()), payload })
}

fn reaction(reaction: &Object<'_>) -> Option<Content> {
    Some(Content::Reaction { message_id: reaction.string("message_id")?, emoji: reaction.string("emoji") })
}

fn unsupported(kind: &str, message: &Object<'_>, beside: impl FnOnce() -> Option<i64>) -> Content {
    let own = message.raw("errors").map(status::errors).unwrap_or_default();
    let named = message.object("unsupported").and_then(|unsupported| unsupported.string("type"));
    Content::Unsupported {
        kind: named.or_else(|| (kind == "interactive").then(|| kind.to_owned())),
        code: own.first().map(|error| error.code).filter(|code| *code != 0).or_else(beside),
    }
}
