//! A component in Markdown, for its page in the guide: fields and ports as the code has them, and the limits that checking an
//! example finds.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::component::{Component, Need};
use crate::definition::{Definition, Node, schema};
use crate::validate::validate;

/// Fields that all components have; they are described elsewhere.
const COMMON: [&str; 9] =
    ["id", "type", "label", "note", "ports", "error_message", "email_admin", "quote", "preview_url"];
/// Longer than any text may be.
const TOO_LONG: usize = 5000;

/// What a component does, in one sentence. `None` when there is no such component.
pub fn about(kind: &str) -> Option<String> {
    let schema = schema();
    Some(node_schema(&schema, kind)?.get("description")?.as_str()?.to_owned())
}

/// Fields, ports and limits of a component, in Markdown. The ports and limits are those of the example's first node of this kind.
/// `None` when the example has none.
pub fn describe(kind: &str, example: &Definition) -> Option<String> {
    let node = example.nodes.iter().find(|node| node.component.kind() == kind)?;
    let schema = schema();
    let mut text = String::from("## Fields\n\n| field | what it holds | |\n| --- | --- | --- |\n");
    let fields = node_schema(&schema, kind)?.get("properties")?.as_object()?;
    for (name, field) in fields.iter().filter(|(name, _)| !COMMON.contains(&name.as_str())) {
        rows(&schema, name, field, 0, &mut text);
    }
    text.push_str("\nAnd the [fields of every node](README.md#fields-of-every-node).\n");
    ports(node, &mut text);
    limits(example, node, &mut text);
    Some(text)
}

fn node_schema<'s>(schema: &'s Value, kind: &str) -> Option<&'s Value> {
    let nodes = schema.pointer("/properties/nodes/items/oneOf")?.as_array()?;
    nodes.iter().find(|node| node["title"] == kind)
}

/// The schema behind references and "or nothing".
fn resolved<'s>(schema: &'s Value, mut field: &'s Value) -> &'s Value {
    loop {
        let next = match (field["$ref"].as_str(), field["anyOf"].as_array()) {
            (Some(reference), _) => schema.pointer(reference.trim_start_matches('#')),
            (None, Some(either)) => either.iter().find(|it| it["type"] != "null"),
            (None, None) => None,
        };
        match next {
            Some(next) => field = next,
            None => return field,
        }
    }
}

/// A line for a field, and lines for what is in it.
fn rows(schema: &Value, path: &str, field: &Value, depth: usize, text: &mut String) {
    let inner = resolved(schema, field);
    let own = |it: &Value| it["description"].as_str().map(str::to_owned);
    let about = own(field).or_else(|| own(inner)).unwrap_or_default();
    let _ = writeln!(text, "| `{path}` | {} | {} |", holds(schema, field), in_cell(&about));
    if depth >= 2 {
        return;
    }
    let (parts, path) = match inner["items"] {
        Value::Object(_) => (resolved(schema, &inner["items"]), format!("{path}[]")),
        _ => (inner, path.to_owned()),
    };
    for (name, part) in members(parts) {
        rows(schema, &format!("{path}.{name}"), &part, depth + 1, text);
    }
}

/// The fields of an object; of several kinds of objects each field once.
fn members(object: &Value) -> Map<String, Value> {
    let kinds = object["oneOf"].as_array().map_or(&[][..], Vec::as_slice);
    let mut all = Map::new();
    for kind in kinds.iter().chain([object]) {
        for (name, field) in kind["properties"].as_object().into_iter().flatten() {
            match all.get_mut(name) {
                None => drop(all.insert(name.clone(), field.clone())),
                // A word that tells the kinds apart: all of them.
                Some(Value::Object(before)) if field.get("const").is_some() => {
                    let mut words = before.get("enum").and_then(Value::as_array).cloned().unwrap_or_default();
                    words.extend(before.remove("const"));
                    words.push(field["const"].clone());
                    before.insert("enum".to_owned(), Value::Array(words));
                }
                Some(_) => {}
            }
        }
    }
    all
}

/// What a field may hold, in words.
fn holds(schema: &Value, field: &Value) -> String {
    let name = field["$ref"].as_str().or_else(|| {
        let either = field["anyOf"].as_array()?;
        either.iter().find_map(|it| it["$ref"].as_str())
    });
    match name.and_then(|name| name.rsplit('/').next()) {
        Some("Text") => return "text with variables".to_owned(),
        Some("Value") => return "anything".to_owned(),
        Some("Formula") => return "[formula](../formulas.md)".to_owned(),
        _ => {}
    }
    let inner = resolved(schema, field);
    let words = |it: &Value| it.as_str().map(|word| format!("`{word}`"));
    let choices = inner["oneOf"].as_array().into_iter().flatten().filter_map(|it| words(&it["const"]));
    let choices: Vec<String> =
        choices.chain(inner["enum"].as_array().into_iter().flatten().filter_map(words)).collect();
    if !choices.is_empty() {
        return choices.join(", ");
    }
    let kind = match &inner["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| *kind != "null").and_then(Value::as_str),
        kind => kind.as_str(),
    };
    match kind {
        Some("string") => "text",
        Some("integer") => "whole number",
        Some("number") => "number",
        Some("boolean") => "`true` or `false`",
        Some("array") => "list",
        Some("object") => "object",
        _ if inner["oneOf"].is_array() => "list or object",
        _ => "anything",
    }
    .to_owned()
}

fn in_cell(text: &str) -> String {
    text.replace('\n', " ").replace('|', "\\|")
}

fn ports(node: &Node, text: &mut String) {
    text.push_str("\n## Ports\n\n| port | |\n| --- | --- |\n");
    let mut seen: Vec<String> = Vec::new();
    for port in node.component.behaviour().ports(node) {
        // One line for all options, cases and statuses.
        let name = match port.name.split_once(':') {
            Some(("option", _)) => "option:<id>".to_owned(),
            Some(("case", _)) => "case:<value>".to_owned(),
            Some(("status", _)) => "status:<code>".to_owned(),
            _ => port.name,
        };
        if seen.contains(&name) {
            continue;
        }
        let need = match port.need {
            Need::Required => "must be connected".to_owned(),
            Need::Optional => "may be connected".to_owned(),
            Need::Unless(other) => format!("must be connected unless `{other}` is"),
        };
        let _ = writeln!(text, "| `{name}` | {need} |");
        seen.push(name);
    }
    text.push_str("| `error` | may be connected; else the error message ends the conversation |\n");
}

/// Finds the limits by making each text of the example too long and each list too short.
fn limits(example: &Definition, node: &Node, text: &mut String) {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut places = Vec::new();
    walk(&node.component.fields(), "", &mut places);
    for pointer in places {
        let mut file = example.to_json();
        let at = example.nodes.iter().position(|other| other.id == node.id).unwrap_or_default();
        let Some(place) = file.pointer_mut(&format!("/nodes/{at}{pointer}")) else { continue };
        *place = if place.is_array() { Value::Array(Vec::new()) } else { Value::from("x".repeat(TOO_LONG)) };
        let Ok(spoiled) = Definition::from_value(file) else { continue };
        for problem in validate(&spoiled).into_iter().filter(|it| it.node.as_deref() == Some(&node.id)) {
            let field = plain(problem.field.as_deref().unwrap_or_default());
            let limit = match problem.code {
                "too_long" => problem.message.rsplit(' ').next().map(|it| format!("{it} characters")),
                "invalid_count" => problem.message.split("there must be ").nth(1).map(str::to_owned),
                _ => None,
            };
            if let Some(limit) = limit {
                found.insert(field, limit);
            }
        }
    }
    if found.is_empty() {
        return;
    }
    text.push_str("\n## Limits\n\n| field | at most |\n| --- | --- |\n");
    for (field, limit) in found {
        let _ = writeln!(text, "| `{field}` | {limit} |");
    }
}

/// The places of all texts and lists, as JSON pointers.
fn walk(value: &Value, at: &str, places: &mut Vec<String>) {
    match value {
        Value::String(_) => places.push(at.to_owned()),
        Value::Array(items) => {
            places.push(at.to_owned());
            for (index, item) in items.iter().enumerate() {
                walk(item, &format!("{at}/{index}"), places);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                walk(field, &format!("{at}/{name}"), places);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A field without positions: `options[].label`.
fn plain(field: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in field.chars() {
        inside = (inside || letter == '[') && letter != ']';
        if !inside || letter == '[' {
            text.push(letter);
        }
    }
    text
}

/// All components with what they do, in Markdown: the index of the guide's pages.
pub fn index() -> String {
    let mut text = String::from("| component | what it does |\n| --- | --- |\n");
    for kind in Component::KINDS {
        let about = about(kind).unwrap_or_default();
        let _ = writeln!(text, "| [`{kind}`]({kind}.md) | {} |", in_cell(&about));
    }
    text
}
