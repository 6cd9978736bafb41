//! Templates: listing, making, deleting, and whether a message fills one in properly.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Call;
use super::account::SCOPE;
use super::error::Refusal;
use crate::world::World;
use crate::world::business::TemplateSpec;

/// `GET,POST,DELETE /{account}/message_templates`.
pub(super) fn of_account(call: &Call, id: &str) -> Result<Value, Refusal> {
    if !call.meta.with(|world| world.businesses.accounts.contains_key(id)) {
        return Err(Refusal::no_such_node(id));
    }
    call.caller()?.on_account(id, SCOPE)?;
    match call.method.as_str() {
        "GET" => list(call, id),
        "POST" => create(call, id),
        "DELETE" => delete(call, id),
        _ => Err(Refusal::no_such_node(id)),
    }
}

fn list(call: &Call, id: &str) -> Result<Value, Refusal> {
    let text = |key| call.params.text(key);
    let same =
        |wanted: Option<String>, value: &str| wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(value));
    let all: Vec<Value> = call.meta.with(|world| {
        let templates = world.businesses.accounts.get(id).map(|account| &account.templates);
        let wanted = templates
            .into_iter()
            .flatten()
            .filter(|template| same(text("name"), &template.name) && same(text("status"), &template.status));
        wanted.map(|template| serde_json::to_value(template).unwrap_or_default()).collect()
    });
    let limit = text("limit").and_then(|limit| limit.parse().ok()).unwrap_or(25_usize).clamp(1, 1000);
    let start = match text("after") {
        None => 0,
        Some(after) => {
            let place = after.strip_prefix("QVFI").and_then(|place| place.parse().ok());
            place
                .filter(|place| *place <= all.len())
                .ok_or_else(|| Refusal::code(131_059, "The cursor is not valid"))?
        }
    };
    let end = (start + limit).min(all.len());
    let mut paging = json!({"cursors": {"before": format!("QVFI{start}"), "after": format!("QVFI{end}")}});
    if end < all.len() {
        let token = "access_token=REDACTED";
        let next =
            format!("{}/v21.0/{id}/message_templates?{token}&limit={limit}&after=QVFI{end}", call.meta.base);
        paging["next"] = json!(next);
    }
    Ok(json!({"data": &all[start..end], "paging": paging}))
}

fn create(call: &Call, id: &str) -> Result<Value, Refusal> {
    let spec: TemplateSpec = serde_json::from_slice(&call.body)
        .map_err(|error| Refusal::parameter(format!("not a template: {error}")))?;
    let proper = !spec.name.is_empty()
        && spec.name.len() <= 512
        && spec.name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    if !proper {
        return Err(Refusal::parameter("The name has something else than lower-case letters, digits and _"));
    }
    let template = TemplateSpec { id: call.meta.id(), status: "PENDING".to_owned(), ..spec };
    let answer = json!({"id": template.id, "status": template.status, "category": template.category});
    call.meta.with(|world| {
        if let Some(account) = world.businesses.accounts.get_mut(id) {
            account.templates.push(template);
        }
    });
    Ok(answer)
}

fn delete(call: &Call, id: &str) -> Result<Value, Refusal> {
    let (name, only) = (call.params.text("name"), call.params.text("hsm_id"));
    let removed = call.meta.with(|world| {
        let templates = &mut world.businesses.accounts.get_mut(id)?.templates;
        let before = templates.len();
        templates.retain(|template| match &only {
            Some(only) => template.id != *only,
            None => Some(&template.name) != name.as_ref(),
        });
        Some(templates.len() < before)
    });
    if removed == Some(true) {
        return Ok(json!({"success": true}));
    }
    Err(Refusal::parameter("There is no such template"))
}

/// The template that a message names, when it can be sent.
pub(super) fn find<'a>(
    world: &'a World,
    account: &str,
    message: &Value,
) -> Result<&'a TemplateSpec, Refusal> {
    let (name, language) = (&message["name"], &message["language"]["code"]);
    let templates = world.businesses.accounts.get(account).map(|account| &account.templates);
    let mut all = templates.into_iter().flatten();
    let found = all.find(|template| *name == template.name && *language == template.language);
    let why = || format!("template name ({name}) does not exist in {language}");
    let template = found.ok_or_else(|| Refusal::code(132_001, why()))?;
    match &*template.status.to_ascii_uppercase() {
        "APPROVED" => Ok(template),
        "PAUSED" => Err(Refusal::code(132_015, "Template is paused")),
        "DISABLED" => Err(Refusal::code(132_016, "Template is disabled")),
        _ => Err(Refusal::code(132_001, why())),
    }
}

/// Whether a message fills in all of a template's variables, and no others.
pub(super) fn check(template: &TemplateSpec, message: &Value) -> Result<(), Refusal> {
    let named = template.parameter_format.eq_ignore_ascii_case("NAMED");
    for component in &template.components {
        match component["type"].as_str().unwrap_or_default().to_ascii_uppercase().as_str() {
            "BODY" => check_text(component, message, "body", named)?,
            "HEADER" => match component["format"].as_str().unwrap_or("TEXT").to_ascii_lowercase().as_str() {
                "text" => check_text(component, message, "header", named)?,
                format => {
                    let given = parameters(message, "header");
                    let [one] = given.as_slice() else {
                        return Err(Refusal::code(132_012, format!("header: the format needs one {format}")));
                    };
                    if one["type"] != *format {
                        return Err(Refusal::code(132_012, format!("header: expected {format}")));
                    }
                }
            },
            "BUTTONS" => check_buttons(component, message)?,
            _ => {}
        }
    }
    Ok(())
}

fn parameters<'a>(message: &'a Value, part: &str) -> Vec<&'a Value> {
    let components = message["components"].as_array().into_iter().flatten();
    let mine = components
        .filter(|component| component["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case(part)));
    mine.flat_map(|component| component["parameters"].as_array().into_iter().flatten()).collect()
}

/// The variables in a text, `{{1}}` or `{{name}}`.
pub(crate) fn variables(text: &str) -> BTreeSet<&str> {
    text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.trim()).collect()
}

fn check_text(component: &Value, message: &Value, part: &str, named: bool) -> Result<(), Refusal> {
    let wanted = variables(component["text"].as_str().unwrap_or_default());
    let given = parameters(message, part);
    if given.len() != wanted.len() {
        let why = format!(
            "{part}: number of localizable_params ({}) does not match the expected number of params ({})",
            given.len(),
            wanted.len()
        );
        return Err(Refusal::code(132_000, why));
    }
    for parameter in given {
        if named && !parameter["parameter_name"].as_str().is_some_and(|name| wanted.contains(name)) {
            return Err(Refusal::code(
                132_012,
                format!("{part}: parameter_name is missing or not in the template"),
            ));
        }
        let kind = parameter["type"].as_str().unwrap_or_default();
        if !matches!(kind, "text" | "currency" | "date_time") {
            return Err(Refusal::code(132_012, format!("{part}: expected text")));
        }
        let Some(text) = parameter["text"].as_str().filter(|_| kind == "text") else { continue };
        if text.is_empty() || text.contains(['\n', '\r', '\t']) || text.contains("     ") {
            let why = "cannot be empty nor have line breaks, tabs or more than 4 spaces in a row";
            return Err(Refusal::code(132_018, format!("{part}: a parameter {why}")));
        }
    }
    Ok(())
}

fn check_buttons(component: &Value, message: &Value) -> Result<(), Refusal> {
    let given: Vec<String> = message["components"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|component| {
            component["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("button"))
        })
        .map(|button| button["index"].as_str().map_or_else(|| button["index"].to_string(), str::to_owned))
        .collect();
    for (index, button) in component["buttons"].as_array().into_iter().flatten().enumerate() {
        let needs = button["url"].as_str().is_some_and(|url| url.contains("{{"))
            || button["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("COPY_CODE"));
        if needs && !given.contains(&index.to_string()) {
            return Err(Refusal::missing(&format!("template: the parameter of the button at index {index}")));
        }
    }
    Ok(())
}
