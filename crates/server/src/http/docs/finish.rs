//! What no route says of itself and every reader of the description needs: names that are unique, and which members of
//! answers are always there.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

/// Members that are left out of some answers.
const SOMETIMES: &[&str] = &["variables"];

/// Finishes a description.
pub(super) fn finish(api: OpenApi) -> OpenApi {
    let Ok(mut value) = serde_json::to_value(&api) else { return api };
    name_operations(&mut value);
    let asked = asked(&value);
    if let Some(shapes) = value.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        for (_, shape) in shapes.iter_mut().filter(|(name, _)| !asked.contains(*name)) {
            require_all(shape);
        }
    }
    // Lists are written out where they are answered.
    let operations =
        value["paths"].as_object_mut().into_iter().flatten().filter_map(|(_, item)| item.as_object_mut());
    for operation in operations.flat_map(|item| item.values_mut()).filter(|operation| operation.is_object()) {
        require_all(&mut operation["responses"]);
    }
    serde_json::from_value(value).unwrap_or(api)
}

/// `get_integrations_id_events`: handlers of different nouns have the same name.
fn name_operations(api: &mut Value) {
    let Some(paths) = api["paths"].as_object_mut() else { return };
    for (path, item) in paths {
        let path: String = path
            .trim_start_matches("/api/v1")
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .filter(|c| *c != '{' && *c != '}')
            .collect();
        let path = path.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_");
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if operation.is_object() {
                operation["operationId"] = json!(format!("{method}_{path}"));
            }
        }
    }
}

/// The shapes that requests have, with all that they hold.
fn asked(api: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let operations = api["paths"].as_object().into_iter().flatten().filter_map(|(_, item)| item.as_object());
    for operation in operations.flat_map(|item| item.values()) {
        collect(&operation["requestBody"], api, &mut found);
    }
    found
}

fn collect(value: &Value, api: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str).and_then(|it| it.rsplit('/').next());
            if let Some(name) = name
                && found.insert(name.to_owned())
            {
                collect(&api["components"]["schemas"][name], api, found);
            }
            members.values().for_each(|member| collect(member, api, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, api, found)),
        _ => {}
    }
}

/// An answer has all of its members; what there is nothing to say about is null.
fn require_all(shape: &mut Value) {
    match shape {
        Value::Object(members) => {
            members.values_mut().for_each(require_all);
            let Some(properties) = members.get("properties").and_then(Value::as_object) else { return };
            let all: Vec<_> =
                properties.keys().filter(|it| !SOMETIMES.contains(&it.as_str())).cloned().collect();
            if !all.is_empty() {
                members.insert("required".to_owned(), json!(all));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(require_all),
        _ => {}
    }
}
