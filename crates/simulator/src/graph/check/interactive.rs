//! Interactive messages: their frame and their actions.

use std::collections::HashSet;

use serde_json::Value;

use super::{Refusal, name, optional, required, source};

const BODY: usize = 1024;
const SMALL: usize = 60;
const ACTION: &str = "/interactive/action";

pub(super) fn check(request: &Value) -> Result<(), Refusal> {
    let kind = required(request, "/interactive/type", 64)?;
    if kind == "product" {
        optional(request, "/interactive/body/text", BODY)?;
    } else {
        required(request, "/interactive/body/text", BODY)?;
    }
    optional(request, "/interactive/footer/text", SMALL)?;
    let header = &request["interactive"]["header"];
    if !header.is_null() {
        check_header(request, header, kind)?;
    }
    match kind {
        "button" => buttons(request),
        "list" => list(request),
        "cta_url" => {
            named(request, "cta_url")?;
            required(request, "/interactive/action/parameters/display_text", 20)?;
            web_address(required(request, "/interactive/action/parameters/url", 2000)?)
        }
        "location_request_message" => named(request, "send_location"),
        "contact_request" => named(request, "request_contact_info"),
        "flow" => flow(request),
        "call_permission_request" | "address_message" | "catalog_message" => named(request, kind),
        "product" | "product_list" => required(request, "/interactive/action/catalog_id", 64).map(drop),
        "carousel" => carousel(request),
        other => Err(Refusal::invalid("interactive.type", &format!("{other} is not supported"))),
    }
}

fn check_header(request: &Value, header: &Value, kind: &str) -> Result<(), Refusal> {
    let what = required(request, "/interactive/header/type", 16)?;
    let text_only = matches!(kind, "list" | "product_list");
    let none = matches!(kind, "location_request_message" | "contact_request" | "product" | "carousel");
    match what {
        _ if none => Err(Refusal::invalid("interactive.header", "is not possible here")),
        "text" => required(request, "/interactive/header/text", SMALL).map(drop),
        "image" | "video" | "document" if !text_only => {
            source(&header[what], &format!("interactive.header.{what}"))
        }
        _ => Err(Refusal::invalid("interactive.header.type", "is not possible here")),
    }
}

fn named(request: &Value, action: &str) -> Result<(), Refusal> {
    if required(request, "/interactive/action/name", 64)? == action {
        return Ok(());
    }
    Err(Refusal::invalid("interactive.action.name", &format!("must be {action}")))
}

fn web_address(url: &str) -> Result<(), Refusal> {
    if url.starts_with("https://") || url.starts_with("http://") {
        return Ok(());
    }
    Err(Refusal::invalid("interactive.action.parameters.url", "is no web address"))
}

/// One to `most` things.
fn counted(request: &Value, pointer: &str, most: usize) -> Result<usize, Refusal> {
    let list = request.pointer(pointer).and_then(Value::as_array);
    match list.map(Vec::len) {
        None => Err(Refusal::missing(&name(pointer))),
        Some(count) if (1..=most).contains(&count) => Ok(count),
        Some(count) => {
            Err(Refusal::invalid(&name(pointer), &format!("are {count}, 1 to {most} are allowed")))
        }
    }
}

fn unique<'a>(seen: &mut HashSet<&'a str>, text: &'a str, pointer: &str) -> Result<(), Refusal> {
    if text.trim() != text {
        return Err(Refusal::invalid(&name(pointer), "starts or ends with a space"));
    }
    if seen.insert(text) {
        return Ok(());
    }
    Err(Refusal::invalid(&name(pointer), "is there twice"))
}

fn buttons(request: &Value) -> Result<(), Refusal> {
    let (mut ids, mut titles) = (HashSet::new(), HashSet::new());
    for index in 0..counted(request, "/interactive/action/buttons", 3)? {
        let button = format!("{ACTION}/buttons/{index}");
        if required(request, &format!("{button}/type"), 16)? != "reply" {
            return Err(Refusal::invalid(&name(&button), "is no reply button"));
        }
        let id = format!("{button}/reply/id");
        unique(&mut ids, required(request, &id, 256)?, &id)?;
        let title = format!("{button}/reply/title");
        unique(&mut titles, required(request, &title, 20)?, &title)?;
    }
    Ok(())
}

fn list(request: &Value) -> Result<(), Refusal> {
    required(request, "/interactive/action/button", 20)?;
    let sections = counted(request, "/interactive/action/sections", 10)?;
    let (mut ids, mut rows) = (HashSet::new(), 0);
    for index in 0..sections {
        let section = format!("{ACTION}/sections/{index}");
        let title = optional(request, &format!("{section}/title"), 24)?;
        if title.is_none() && sections > 1 {
            return Err(Refusal::missing(&name(&format!("{section}/title"))));
        }
        let count = counted(request, &format!("{section}/rows"), 10)?;
        rows += count;
        for index in 0..count {
            let row = format!("{section}/rows/{index}");
            let id = format!("{row}/id");
            unique(&mut ids, required(request, &id, 200)?, &id)?;
            required(request, &format!("{row}/title"), 24)?;
            optional(request, &format!("{row}/description"), 72)?;
        }
    }
    if rows > 10 {
        return Err(Refusal::invalid(
            "interactive.action.sections",
            &format!("have {rows} rows, 10 are allowed"),
        ));
    }
    Ok(())
}

fn flow(request: &Value) -> Result<(), Refusal> {
    named(request, "flow")?;
    let parameters = format!("{ACTION}/parameters");
    required(request, &format!("{parameters}/flow_message_version"), 8)?;
    required(request, &format!("{parameters}/flow_cta"), 30)?;
    let id = optional(request, &format!("{parameters}/flow_id"), 64)?;
    if id.or(optional(request, &format!("{parameters}/flow_name"), 200)?).is_none() {
        return Err(Refusal::missing("interactive.action.parameters.flow_id"));
    }
    let payload = request.pointer(&format!("{parameters}/flow_action_payload"));
    let action = optional(request, &format!("{parameters}/flow_action"), 32)?.unwrap_or("navigate");
    match (action, payload) {
        ("data_exchange", Some(_)) => {
            Err(Refusal::invalid("flow_action_payload", "cannot stand with data_exchange"))
        }
        ("navigate", Some(payload)) => {
            required(request, &format!("{parameters}/flow_action_payload/screen"), 256)?;
            match payload.get("data") {
                Some(data) if data.as_object().is_none_or(serde_json::Map::is_empty) => Err(
                    Refusal::invalid("flow_action_payload.data", "must be an object with something in it"),
                ),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn carousel(request: &Value) -> Result<(), Refusal> {
    let cards = counted(request, "/interactive/action/cards", 10)?;
    if cards < 2 {
        return Err(Refusal::invalid("interactive.action.cards", "are 1, 2 to 10 are allowed"));
    }
    for index in 0..cards {
        if request.pointer(&format!("{ACTION}/cards/{index}/card_index")) != Some(&Value::from(index)) {
            return Err(Refusal::invalid(
                &format!("interactive.action.cards.{index}.card_index"),
                "is not in order",
            ));
        }
        optional(request, &format!("{ACTION}/cards/{index}/body/text"), 160)?;
    }
    Ok(())
}
