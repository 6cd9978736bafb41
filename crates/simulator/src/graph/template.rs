//! Templates: listing, making, deleting, and finding the one that a message names.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::account::SCOPE;
use super::error::Refusal;
use super::fields::Node;
use super::{Call, page_of};
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

const NODE: Node = Node {
    name: "WhatsAppMessageTemplate",
    default: &["name", "parameter_format", "components", "language", "status", "category"],
    further: &[
        "correct_category",
        "cta_url_link_tracking_opted_out",
        "degrees_of_freedom_spec",
        "library_template_name",
        "message_send_ttl_seconds",
        "previous_category",
        "quality_score",
        "rejected_reason",
        "sub_category",
    ],
};
/// What a listing can be summed up to.
const SUMMARY: [&str; 4] =
    ["total_count", "message_template_count", "message_template_limit", "are_translations_complete"];
/// When their quality was judged last.
const JUDGED_AT: i64 = 1_790_000_000;
/// Templates of a business that is not verified.
const MOST: usize = 250;

fn all_fields(template: &TemplateSpec) -> Value {
    let mut all = serde_json::to_value(template).unwrap_or_default();
    all["quality_score"] = json!({"score": "UNKNOWN", "date": JUDGED_AT});
    all["rejected_reason"] = json!(if template.status == "REJECTED" { "INVALID_FORMAT" } else { "NONE" });
    all
}

fn list(call: &Call, id: &str) -> Result<Value, Refusal> {
    let text = |key| call.params.text(key);
    let same = |wanted: Option<String>, value: &str| wanted.is_none_or(|wanted| is_among(&wanted, value));
    let (found, count) = call.meta.with(|world| {
        let templates = world.businesses.accounts.get(id).map_or(&[][..], |account| &account.templates);
        let wanted = templates.iter().filter(|template| {
            let one =
                [("name", &template.name), ("status", &template.status), ("language", &template.language)];
            same(text("category"), &template.category)
                && one.iter().all(|(key, value)| same(text(key), value))
        });
        (wanted.map(all_fields).collect::<Vec<_>>(), templates.len())
    });
    let fields = text("fields");
    let picked = found.iter().map(|template| NODE.pick(template, fields.as_deref()));
    let mut page = page_of(call, &picked.collect::<Result<Vec<_>, _>>()?)?;
    let end = page["paging"]["cursors"]["after"].clone();
    let end = end.as_str().unwrap_or_default();
    if end != format!("QVFI{}", found.len()) {
        let limit = text("limit").unwrap_or_else(|| "25".to_owned());
        let fields = fields.map(|fields| format!("&fields={fields}")).unwrap_or_default();
        let token = "access_token=REDACTED";
        let next = format!(
            "{}/v25.0/{id}/message_templates?{token}&limit={limit}{fields}&after={end}",
            call.meta.base
        );
        page["paging"]["next"] = json!(next);
    }
    if let Some(wanted) = text("summary") {
        page["summary"] = summary(&wanted, found.len(), count)?;
    }
    Ok(page)
}

/// Whether a value is one of a list with commas.
fn is_among(list: &str, value: &str) -> bool {
    list.split(',').any(|wanted| wanted.trim().eq_ignore_ascii_case(value))
}

/// Counts of a listing: of what was found, and of all.
fn summary(wanted: &str, found: usize, count: usize) -> Result<Value, Refusal> {
    let mut summary = json!({});
    for key in wanted.split(',').map(str::trim).filter(|key| !key.is_empty()) {
        summary[key] = match key {
            "total_count" => json!(found),
            "message_template_count" => json!(count),
            "message_template_limit" => json!(MOST),
            "are_translations_complete" => json!(true),
            _ => {
                let all = SUMMARY.join(", ");
                return Err(Refusal::parameter(format!(
                    "Param summary must be one of {{{all}}} - got \"{key}\"."
                )));
            }
        };
    }
    Ok(summary)
}

/// `GET /{template}`.
pub(super) fn get(call: &Call, id: &str) -> Result<Value, Refusal> {
    let found = call.meta.with(|world| {
        let (account, template) = world.businesses.template(id)?;
        Some((account.to_owned(), all_fields(template)))
    });
    let (account, all) = found.ok_or_else(|| Refusal::no_such_node(id))?;
    call.caller()?.on_account(&account, SCOPE)?;
    NODE.pick(&all, call.params.text("fields").as_deref())
}

/// `POST /{template}`: another category, other components. Approved ones go through review again.
pub(super) fn edit(call: &Call, id: &str) -> Result<Value, Refusal> {
    let (category, components) = (call.params.text("category"), call.params.object()["components"].take());
    change(call, id, |template| {
        match &*template.status.to_ascii_uppercase() {
            "APPROVED"
                if category
                    .as_ref()
                    .is_some_and(|category| !category.eq_ignore_ascii_case(&template.category)) =>
            {
                return Err(Refusal::parameter("The category of an approved template cannot be changed."));
            }
            "APPROVED" | "REJECTED" | "PAUSED" => {}
            _ => {
                return Err(Refusal::parameter(
                    "Only approved, rejected and paused templates can be edited.",
                ));
            }
        }
        if let Some(category) = category {
            template.category = category.to_ascii_uppercase();
        }
        if let Value::Array(components) = components {
            template.components = components;
            "PENDING".clone_into(&mut template.status);
        }
        Ok(())
    })
}

/// `POST /{template}/unpause`.
pub(super) fn unpause(call: &Call, id: &str) -> Result<Value, Refusal> {
    change(call, id, |template| {
        if !template.status.eq_ignore_ascii_case("PAUSED") {
            return Err(Refusal::parameter("The template is not paused."));
        }
        "APPROVED".clone_into(&mut template.status);
        Ok(())
    })
}

fn change(
    call: &Call,
    id: &str,
    act: impl FnOnce(&mut TemplateSpec) -> Result<(), Refusal>,
) -> Result<Value, Refusal> {
    let account =
        call.meta.with(|world| world.businesses.template(id).map(|(account, _)| account.to_owned()));
    let account = account.ok_or_else(|| Refusal::no_such_node(id))?;
    call.caller()?.on_account(&account, SCOPE)?;
    call.meta.with(|world| {
        let templates = world.businesses.accounts.get_mut(&account).map(|account| &mut account.templates);
        let template = templates.into_iter().flatten().find(|template| template.id == id);
        act(template.ok_or_else(|| Refusal::no_such_node(id))?)
    })?;
    Ok(json!({"success": true}))
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
    let (category, format) = (spec.category.to_ascii_uppercase(), spec.parameter_format.to_ascii_uppercase());
    if !matches!(&*category, "UTILITY" | "MARKETING" | "AUTHENTICATION") {
        return Err(Refusal::parameter(format!(
            "Param category must be one of {{UTILITY, MARKETING, AUTHENTICATION}} - got \"{category}\"."
        )));
    }
    let status = "PENDING".to_owned();
    let template = TemplateSpec { id: call.meta.id(), status, category, parameter_format: format, ..spec };
    let answer = json!({"id": template.id, "status": template.status, "category": template.category});
    call.meta.with(|world| {
        if let Some(account) = world.businesses.accounts.get_mut(id) {
            account.templates.push(template);
        }
    });
    Ok(answer)
}

/// By name, all languages; by name and id, one of them.
fn delete(call: &Call, id: &str) -> Result<Value, Refusal> {
    let (name, only) = (call.params.text("name"), call.params.text("hsm_id"));
    let removed = call.meta.with(|world| {
        let templates = &mut world.businesses.accounts.get_mut(id)?.templates;
        let before = templates.len();
        templates.retain(|template| {
            let named = name.as_ref().is_none_or(|name| template.name == *name);
            let meant = only.as_ref().is_none_or(|only| template.id == *only);
            (name.is_none() && only.is_none()) || !(named && meant)
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
