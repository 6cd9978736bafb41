//! Meta's checks of a message's shape. Written from the contract alone, so that it also finds what the sending side
//! got wrong.

mod interactive;
mod plain;

use serde_json::Value;

use super::error::Refusal;

const CALLBACK: usize = 512;

/// A message whose shape is right.
pub(super) struct Checked<'a> {
    pub(super) to: Option<&'a str>,
    pub(super) user_id: Option<&'a str>,
    pub(super) kind: &'a str,
    pub(super) quoted: Option<&'a str>,
    pub(super) callback: Option<&'a str>,
    /// The whole request.
    pub(super) content: &'a Value,
}

impl<'a> Checked<'a> {
    pub(super) fn template(&self) -> Option<&'a Value> {
        (self.kind == "template").then(|| &self.content["template"])
    }

    /// What it is, for the log.
    pub(super) fn words(&self) -> &'static str {
        match self.kind {
            "text" => "Text",
            "image" => "Picture",
            "video" => "Video",
            "audio" => "Audio",
            "document" => "Document",
            "sticker" => "Sticker",
            "location" => "Location",
            "contacts" => "Contacts",
            "reaction" => "Reaction",
            "template" => "Template",
            _ => match self.content["interactive"]["type"].as_str() {
                Some("button") => "Buttons",
                Some("list") => "List",
                Some("cta_url") => "Link button",
                Some("flow") => "Flow",
                Some("location_request_message") => "Location request",
                _ => "Interactive message",
            },
        }
    }
}

/// Checks everything that needs no knowledge of the world.
pub(super) fn content(request: &Value) -> Result<Checked<'_>, Refusal> {
    if request["messaging_product"] != "whatsapp" {
        return Err(Refusal::parameter("The parameter messaging_product is required."));
    }
    let id = |key: &str| request[key].as_str().filter(|id| !id.trim().is_empty());
    let (to, user_id) = (id("to"), id("recipient"));
    if to.is_none() && user_id.is_none() {
        return Err(Refusal::parameter("The parameter to is required."));
    }
    let kind =
        request["type"].as_str().ok_or_else(|| Refusal::parameter("The parameter type is required."))?;
    let callback = optional(request, "/biz_opaque_callback_data", CALLBACK)?;
    let quoted = request.pointer("/context/message_id").and_then(Value::as_str);
    match kind {
        "text" => plain::text(request)?,
        "image" | "video" | "audio" | "document" | "sticker" => plain::media(request, kind)?,
        "location" => plain::location(request)?,
        "contacts" => plain::contacts(request)?,
        "reaction" => plain::reaction(request)?,
        "interactive" => interactive::check(request)?,
        "template" => {
            required(request, "/template/name", 512)?;
            required(request, "/template/language/code", 16)?;
        }
        other => return Err(Refusal::code(131_051, format!("Message type {other} is not supported"))),
    }
    if kind == "reaction" && quoted.is_some() {
        return Err(Refusal::invalid("context", "cannot stand with a reaction"));
    }
    Ok(Checked { to, user_id, kind, quoted, callback, content: request })
}

/// Text that must be there, not be empty and fit.
fn required<'a>(request: &'a Value, pointer: &str, limit: usize) -> Result<&'a str, Refusal> {
    optional(request, pointer, limit)?.ok_or_else(|| Refusal::missing(&name(pointer)))
}

/// Text that may be missing, but not be empty, and must fit.
fn optional<'a>(request: &'a Value, pointer: &str, limit: usize) -> Result<Option<&'a str>, Refusal> {
    let value = match request.pointer(pointer) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value,
    };
    let text = value.as_str().ok_or_else(|| Refusal::invalid(&name(pointer), "must be text"))?;
    if text.is_empty() {
        return Err(Refusal::invalid(&name(pointer), "must not be empty"));
    }
    let length = text.chars().count();
    if length > limit {
        let why = format!("has {length} characters, {limit} are allowed");
        return Err(Refusal::invalid(&name(pointer), &why));
    }
    Ok(Some(text))
}

fn name(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

/// A file: an id or a link, not both.
fn source(file: &Value, place: &str) -> Result<(), Refusal> {
    let text = |key: &str| file[key].as_str().filter(|text| !text.is_empty());
    match (text("id"), text("link")) {
        (Some(_), None) => Ok(()),
        (None, Some(link)) if link.starts_with("https://") || link.starts_with("http://") => Ok(()),
        (None, Some(_)) => Err(Refusal::invalid(place, "has a link that is no web address")),
        (Some(_), Some(_)) => Err(Refusal::invalid(place, "has both an id and a link")),
        (None, None) => Err(Refusal::missing(&format!("{place}.id"))),
    }
}

/// The ids of all files in a message, with their kinds.
pub(super) fn media_ids(request: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(request, &mut found);
    found
}

fn collect(value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(object) => {
            for (key, inner) in object {
                let is_file = matches!(key.as_str(), "image" | "video" | "audio" | "document" | "sticker");
                match inner["id"].as_str().filter(|_| is_file) {
                    Some(id) => found.push((key.clone(), id.to_owned())),
                    None => collect(inner, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

/// Whether a file of this type can be sent as this kind.
pub(super) fn suits(kind: &str, mime_type: &str) -> bool {
    match kind {
        "image" => matches!(mime_type, "image/jpeg" | "image/png"),
        "sticker" => mime_type == "image/webp",
        "video" => mime_type.starts_with("video/"),
        "audio" => mime_type.starts_with("audio/"),
        _ => true,
    }
}
