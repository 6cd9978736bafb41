//! Templates: listing, making, deleting, and finding the one that a message names.

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

/// The variables in a text, `{{1}}` or `{{name}}`.
pub(crate) fn variables(text: &str) -> BTreeSet<&str> {
    text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.trim()).collect()
}
