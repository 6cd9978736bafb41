//! Meta's checks of a message's shape. Written from the contract alone, so that it also finds what the sending side
//! got wrong.

mod carousel;
mod choice;
mod emoji;
mod flow;
mod interactive;
mod plain;
mod product;
mod shape;

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
                Some("contact_request" | "request_contact_info") => "Phone number request",
                Some("call_permission_request") => "Call request",
                Some("product" | "product_list") => "Products",
                Some("catalog_message") => "Catalogue",
                Some("carousel") => "Cards",
                _ => "Interactive message",
            },
        }
    }
}

/// Checks everything that needs no knowledge of the world.
pub(super) fn content(request: &Value, is_marketing: bool) -> Result<Checked<'_>, Refusal> {
    if request["messaging_product"] != "whatsapp" {
        return Err(Refusal::parameter("The parameter messaging_product is required."));
    }
    let (to, user_id) = recipient(request)?;
    let kind = match &request["type"] {
        // What has no type is text.
        Value::Null => "text",
        Value::String(kind) => kind,
        _ => return Err(Refusal::parameter("Param type must be a string.")),
    };
    shape::check(request, kind, is_marketing)?;
    let callback = optional(request, "/biz_opaque_callback_data", CALLBACK)?;
    let quoted = quoted(request, kind)?;
    match kind {
        "text" => plain::text(request)?,
        "location" => plain::location(request)?,
        "contacts" => plain::contacts(request)?,
        "reaction" => plain::reaction(request)?,
        "interactive" => interactive::check(request)?,
        "template" => plain::template(request)?,
        _ => plain::media(request, kind)?,
    }
    Ok(Checked { to, user_id, kind, quoted, callback, content: request })
}

/// Checks a call that marks a message as read: the message, and whether typing is to be shown.
pub(super) fn read(request: &Value) -> Result<(&str, bool), Refusal> {
    if request["messaging_product"] != "whatsapp" {
        return Err(Refusal::parameter("The parameter messaging_product is required."));
    }
    shape::check_read(request)?;
    one_of(request, "/status", &["read"])?;
    let id = request["message_id"].as_str().filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| Refusal::parameter("The parameter message_id is required."))?;
    if request["typing_indicator"].is_null() {
        return Ok((id, false));
    }
    if request["typing_indicator"]["type"].is_null() {
        return Err(Refusal::parameter("The parameter typing_indicator['type'] is required."));
    }
    one_of(request, "/typing_indicator/type", &["text"])?;
    Ok((id, true))
}

/// Who it goes to: a number, or a user id. The number wins.
fn recipient(request: &Value) -> Result<(Option<&str>, Option<&str>), Refusal> {
    let id = |key: &str| match &request[key] {
        Value::Null => Ok(None),
        Value::String(id) => Ok(Some(id.as_str()).filter(|id| !id.trim().is_empty())),
        _ => Err(Refusal::parameter(format!("Param {key} must be a string."))),
    };
    let (to, user_id) = (id("to")?, id("recipient")?);
    if one_of(request, "/recipient_type", &["individual", "group"])? == Some("group") {
        return Err(Refusal::code(131_215, "Groups are open to official business accounts only"));
    }
    if to.is_none() && user_id.is_none() {
        return Err(Refusal::parameter("The parameter to is required."));
    }
    if to.is_some_and(|to| !to.contains(|c: char| c.is_ascii_digit())) {
        return Err(Refusal::parameter("Param to must be a phone number."));
    }
    if to.is_none() && user_id.is_some_and(|id| !is_user_id(id)) {
        return Err(Refusal::parameter("Param recipient must be a business-scoped user id."));
    }
    Ok((to, user_id))
}

/// A country, a dot and up to 128 letters and digits, with another dot in the ids of linked portfolios.
fn is_user_id(id: &str) -> bool {
    let Some((country, rest)) = id.split_once('.') else { return false };
    let rest = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && (1..=128).contains(&rest.len())
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The message that it answers. A context must name one.
fn quoted<'a>(request: &'a Value, kind: &str) -> Result<Option<&'a str>, Refusal> {
    if request["context"].is_null() {
        return Ok(None);
    }
    if kind == "reaction" {
        return Err(Refusal::invalid("context", "cannot stand with a reaction"));
    }
    let id = request["context"]["message_id"].as_str().filter(|id| !id.trim().is_empty());
    id.map(Some).ok_or_else(|| Refusal::parameter("The parameter context['message_id'] is required."))
}

/// One of these words, in any case, or nothing.
fn one_of<'a>(request: &Value, pointer: &str, words: &'a [&'a str]) -> Result<Option<&'a str>, Refusal> {
    match request.pointer(pointer) {
        None | Some(Value::Null) => Ok(None),
        Some(given) => one_of_words(given, &bracketed(pointer), words).map(Some),
    }
}

/// One of these words, in any case.
pub(super) fn one_of_words<'a>(given: &Value, place: &str, words: &'a [&'a str]) -> Result<&'a str, Refusal> {
    let given = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
    let found = words.iter().find(|word| word.eq_ignore_ascii_case(&given));
    found.copied().ok_or_else(|| {
        let all = words.iter().map(|word| word.to_ascii_uppercase()).collect::<Vec<_>>().join(", ");
        Refusal::parameter(format!("Param {place} must be one of {{{all}}} - got \"{given}\"."))
    })
}

/// A place as Meta writes it: `interactive['action']['buttons'][0]`.
fn bracketed(pointer: &str) -> String {
    let mut parts = pointer.trim_start_matches('/').split('/');
    let first = parts.next().unwrap_or_default().to_owned();
    let inner = parts.map(|part| {
        let is_index = part.bytes().all(|byte| byte.is_ascii_digit());
        if is_index { format!("[{part}]") } else { format!("['{part}']") }
    });
    std::iter::once(first).chain(inner).collect()
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
pub(super) fn source(file: &Value, place: &str) -> Result<(), Refusal> {
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
