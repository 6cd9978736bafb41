//! Which keys may stand where in a send, and what kind of value they have. Meta refuses every other key by its name.

mod interactive;
mod plain;
mod template;

use serde_json::Value;

use super::Refusal;

/// What may stand at one place.
#[derive(Clone, Copy)]
enum Shape {
    /// Anything: looked at elsewhere, or free.
    Any,
    Text,
    /// A number, or one in quotes.
    Number,
    Flag,
    Object(&'static [(&'static str, Shape)]),
    List(&'static Shape),
}

use Shape::{Any, Flag, List, Number, Object, Text};

/// An address or an id of a file, with nothing else.
const FILE: Shape = Object(&[("id", Text), ("link", Text)]);
const DOCUMENT: Shape = Object(&[("id", Text), ("link", Text), ("filename", Text)]);
const PLACE: Shape =
    Object(&[("latitude", Number), ("longitude", Number), ("name", Text), ("address", Text)]);

/// Checks the content of this type, and that nothing else stands beside it.
pub(super) fn check(request: &Value, kind: &str, is_marketing: bool) -> Result<(), Refusal> {
    let Some(content) = content(kind) else {
        return Err(Refusal::code(131_051, format!("Message type {kind} is not supported")));
    };
    for (key, value) in request.as_object().into_iter().flatten() {
        let beside = ENVELOPE.iter().chain(if is_marketing { MARKETING } else { &[] });
        let shape = beside.copied().find(|(known, _)| known == key).map(|(_, shape)| shape);
        match shape.or((key == kind).then_some(content)) {
            Some(shape) => walk(value, shape, key)?,
            None => return Err(unexpected(key, None)),
        }
    }
    Ok(())
}

/// Checks a call that marks a message as read.
pub(super) fn check_read(request: &Value) -> Result<(), Refusal> {
    for (key, value) in request.as_object().into_iter().flatten() {
        match READ.iter().find(|(known, _)| known == key) {
            Some((_, shape)) => walk(value, *shape, key)?,
            None => return Err(unexpected(key, None)),
        }
    }
    Ok(())
}

/// What stands beside the content. The last two are parameters of every call.
const ENVELOPE: &[(&str, Shape)] = &[
    ("messaging_product", Text),
    ("recipient_type", Text),
    ("to", Any),
    ("recipient", Any),
    ("type", Text),
    ("context", Object(&[("message_id", Text)])),
    ("biz_opaque_callback_data", Text),
    ("recipient_identity_key_hash", Text),
    ("messaging_account_id", Any),
    ("paid_messaging_account_id", Any),
    ("access_token", Text),
    ("appsecret_proof", Text),
];

const MARKETING: &[(&str, Shape)] =
    &[("product_policy", Text), ("message_activity_sharing", Flag), ("bid_spec", Any)];

const READ: &[(&str, Shape)] = &[
    ("messaging_product", Text),
    ("status", Text),
    ("message_id", Text),
    ("recipient_type", Text),
    ("typing_indicator", Object(&[("type", Text)])),
    ("access_token", Text),
    ("appsecret_proof", Text),
];

fn content(kind: &str) -> Option<Shape> {
    Some(match kind {
        "text" => plain::TEXT,
        "image" | "video" => plain::CAPTIONED,
        "document" => plain::DOCUMENT,
        "audio" => plain::AUDIO,
        "sticker" => FILE,
        "location" => PLACE,
        "contacts" => plain::CARDS,
        "reaction" => plain::REACTION,
        "interactive" => interactive::SHAPE,
        "template" => template::SHAPE,
        _ => return None,
    })
}

fn walk(value: &Value, shape: Shape, place: &str) -> Result<(), Refusal> {
    match (shape, value) {
        // A key that is null counts as left out.
        (Any, _)
        | (_, Value::Null)
        | (Text, Value::String(_))
        | (Flag, Value::Bool(_))
        | (Number, Value::Number(_) | Value::String(_)) => Ok(()),
        (Object(keys), Value::Object(object)) => object.iter().try_for_each(|(key, inner)| {
            let known = keys.iter().find(|(known, _)| known == key);
            let (_, shape) = known.ok_or_else(|| unexpected(key, Some(place)))?;
            walk(inner, *shape, &format!("{place}['{key}']"))
        }),
        (List(each), Value::Array(items)) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| walk(item, *each, &format!("{place}[{index}]"))),
        (Text, _) => Err(wrong(place, "a string")),
        (Number, _) => Err(wrong(place, "a number")),
        (Flag, _) => Err(wrong(place, "a boolean")),
        (Object(_), _) => Err(wrong(place, "a JSON object")),
        (List(_), _) => Err(wrong(place, "an array")),
    }
}

fn unexpected(key: &str, place: Option<&str>) -> Refusal {
    let place = place.map(|place| format!(" on param \"{place}\"")).unwrap_or_default();
    Refusal::parameter(format!("Unexpected key \"{key}\"{place}."))
}

fn wrong(place: &str, what: &str) -> Refusal {
    Refusal::parameter(format!("Param {place} must be {what}."))
}
