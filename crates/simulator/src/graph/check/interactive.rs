//! Interactive messages: their frame, and which action goes with which type.

use serde_json::Value;

use super::{Refusal, carousel, choice, flow, name, optional, product, required, source};

const BODY: usize = 1024;
const SMALL: usize = 60;
pub(super) const ACTION: &str = "/interactive/action";

pub(super) fn check(request: &Value) -> Result<(), Refusal> {
    if !request["interactive"].is_object() {
        return Err(Refusal::parameter("The parameter interactive is required."));
    }
    let kind = required(request, "/interactive/type", 64)?;
    if kind == "product" {
        optional(request, "/interactive/body/text", BODY)?;
    } else {
        required(request, "/interactive/body/text", BODY)?;
    }
    if !request["interactive"]["footer"].is_null() {
        required(request, "/interactive/footer/text", SMALL)?;
    }
    header(request, kind)?;
    let keys = action_keys(kind)
        .ok_or_else(|| Refusal::invalid("interactive.type", &format!("{kind} is not supported")))?;
    for (key, _) in request["interactive"]["action"].as_object().into_iter().flatten() {
        if !keys.contains(&&**key) {
            let why = format!("Unexpected key \"{key}\" on param \"interactive['action']\".");
            return Err(Refusal::parameter(why));
        }
    }
    match kind {
        "button" => choice::buttons(request, ACTION, "reply", 256),
        "list" => choice::list(request),
        "cta_url" => {
            named(request, "cta_url")?;
            link(request, &format!("{ACTION}/parameters"))
        }
        "location_request_message" => named(request, "send_location"),
        "contact_request" | "request_contact_info" => named(request, "request_contact_info"),
        "flow" => flow::check(request),
        "voice_call" => voice_call(request),
        "address_message" => {
            named(request, kind)?;
            required(request, &format!("{ACTION}/parameters/country"), 2).map(drop)
        }
        "product" => product::one(request),
        "product_list" => product::list(request),
        "catalog_message" => product::catalogue(request),
        "carousel" => carousel::check(request),
        // The last of those with an action: a request to be allowed to call.
        _ => named(request, kind),
    }
}

/// What may stand in the action of each type.
fn action_keys(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "button" => &["buttons"],
        "list" => &["button", "sections"],
        "location_request_message"
        | "contact_request"
        | "request_contact_info"
        | "call_permission_request" => &["name"],
        "cta_url" | "flow" | "voice_call" | "address_message" | "catalog_message" => &["name", "parameters"],
        "product" => &["catalog_id", "product_retailer_id"],
        "product_list" => &["catalog_id", "sections"],
        "carousel" => &["cards"],
        _ => return None,
    })
}

fn header(request: &Value, kind: &str) -> Result<(), Refusal> {
    let header = &request["interactive"]["header"];
    if header.is_null() {
        return Ok(());
    }
    let what = required(request, "/interactive/header/type", 16)?;
    let all = matches!(kind, "button" | "cta_url" | "flow");
    if !all && !matches!(kind, "list" | "product_list") {
        return Err(Refusal::invalid("interactive.header", "is not possible here"));
    }
    for (key, _) in header.as_object().into_iter().flatten() {
        if key != "type" && key != what {
            let why = format!("Unexpected key \"{key}\" on param \"interactive['header']\".");
            return Err(Refusal::parameter(why));
        }
    }
    match what {
        "text" => required(request, "/interactive/header/text", SMALL).map(drop),
        "image" | "video" | "document" if all => source(&header[what], &format!("interactive.header.{what}")),
        _ => Err(Refusal::invalid("interactive.header.type", "is not possible here")),
    }
}

/// The picture or video of a card, which it must have.
pub(super) fn media_header(request: &Value, place: &str) -> Result<(), Refusal> {
    let what = required(request, &format!("{place}/header/type"), 16)?;
    if !matches!(what, "image" | "video") {
        return Err(Refusal::invalid(&name(&format!("{place}/header/type")), "must be image or video"));
    }
    let file = request.pointer(&format!("{place}/header/{what}")).unwrap_or(&Value::Null);
    source(file, &name(&format!("{place}/header/{what}")))
}

pub(super) fn named(request: &Value, action: &str) -> Result<(), Refusal> {
    named_at(request, ACTION, action)
}

pub(super) fn named_at(request: &Value, place: &str, action: &str) -> Result<(), Refusal> {
    if required(request, &format!("{place}/name"), 64)? == action {
        return Ok(());
    }
    Err(Refusal::invalid(&name(&format!("{place}/name")), &format!("must be {action}")))
}

/// A button that opens a page.
pub(super) fn link(request: &Value, place: &str) -> Result<(), Refusal> {
    required(request, &format!("{place}/display_text"), 20)?;
    let url = required(request, &format!("{place}/url"), 2000)?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if rest.is_some_and(|rest| !rest.is_empty() && !url.contains(char::is_whitespace)) {
        return Ok(());
    }
    Err(Refusal::invalid(&name(&format!("{place}/url")), "is no web address"))
}

fn voice_call(request: &Value) -> Result<(), Refusal> {
    named(request, "voice_call")?;
    optional(request, &format!("{ACTION}/parameters/display_text"), 20)?;
    let minutes = request.pointer(&format!("{ACTION}/parameters/ttl_minutes"));
    match minutes.map(Value::as_f64) {
        None | Some(Some(1.0..=43_200.0)) => Ok(()),
        Some(_) => Err(Refusal::invalid("interactive.action.parameters.ttl_minutes", "must be 1 to 43200")),
    }
}

/// One to `most` things.
pub(super) fn counted(request: &Value, pointer: &str, most: usize) -> Result<usize, Refusal> {
    let list = request.pointer(pointer).and_then(Value::as_array);
    match list.map(Vec::len) {
        None => Err(Refusal::missing(&name(pointer))),
        Some(count) if (1..=most).contains(&count) => Ok(count),
        Some(count) => {
            Err(Refusal::invalid(&name(pointer), &format!("are {count}, 1 to {most} are allowed")))
        }
    }
}
