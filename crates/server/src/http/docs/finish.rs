//! What no route says of itself and every reader of the description needs: names that are unique, and which members of
//! answers are always there.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::limits;
use crate::http::access::{self, Least};

/// Members that are left out of some answers.
const SOMETIMES: &[&str] = &["variables"];

/// Finishes a description. It stays JSON: what is added here need not fit into any type.
pub(super) fn finish(mut value: Value) -> Value {
    name_operations(&mut value);
    describe_answers(&mut value);
    let asked = asked(&value);
    if let Some(shapes) = value.pointer_mut("/components/schemas") {
        limits::write_limits(shapes);
    }
    if let Some(shapes) = value.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        for (_, shape) in shapes.iter_mut().filter(|(name, _)| !asked.contains(*name)) {
            require_all(shape);
        }
    }
    let shapes = value["components"]["schemas"].clone();
    for (path, item) in value["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if operation.is_object() {
                limits::write_parameters(operation, &cursor(operation, &shapes));
                refuse(path, method, operation);
                // Lists are written out where they are answered.
                require_all(&mut operation["responses"]);
            }
        }
    }
    limits::write_ids(&mut value);
    value
}

/// Every answer needs a description, and most say all with their status.
fn describe_answers(api: &mut Value) {
    let items = api["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    let operations = items.filter_map(Value::as_object_mut).flat_map(|item| item.values_mut());
    let answers = operations.filter_map(|operation| operation.get_mut("responses")?.as_object_mut());
    for (status, answer) in answers.flat_map(|answers| answers.iter_mut()) {
        let Some(answer) = answer.as_object_mut().filter(|it| !it.contains_key("$ref")) else { continue };
        let says = match status.as_str() {
            "201" => "Made.",
            "202" => "Taken on; what becomes of it is told later.",
            "204" => "Done; there is nothing to say.",
            "503" => "Not now.",
            _ => "The answer.",
        };
        answer.entry("description").or_insert_with(|| says.into());
    }
}

/// What the list that an operation answers goes on with.
fn cursor(operation: &Value, shapes: &Value) -> String {
    let resolve = |shape: &'_ Value| match shape["$ref"].as_str().and_then(|it| it.rsplit('/').next()) {
        Some(name) => shapes[name].clone(),
        None => shape.clone(),
    };
    let list = resolve(&operation["responses"]["200"]["content"]["application/json"]["schema"]);
    limits::cursor(&resolve(&list["properties"]["items"]["items"]))
}

/// Every refusal of the API is a problem; which ones an operation may always answer with follows from the table of who
/// may ask what, and from its address.
fn refuse(path: &str, method: &str, operation: &mut Value) {
    let Some(below) = path.strip_prefix("/api/v1") else { return };
    let problem =
        json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } });
    let known = access::find(&method.to_uppercase(), below);
    let open = known.is_some_and(|row| row.least == Least::Anybody);
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    let mut add = |status: &str, why: &str| {
        let there = responses.entry(status).or_insert_with(|| json!({ "description": why }));
        there["content"] = problem.clone();
    };
    if !open {
        add("401", "Nobody is logged in, and no token that works was sent");
        add("403", "The role is too small, the token too limited, or another site asked");
    }
    if path.contains('{') {
        add("404", "Nothing is here under this id, or it is another account's");
    }
    add("default", "Refused: says why and what to do");
    for (_, response) in responses.iter_mut().filter(|(status, _)| status.starts_with(['4', '5'])) {
        response["content"] = problem.clone();
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_finished_is_a_description_still() {
        let api: utoipa::openapi::OpenApi = serde_json::from_value(crate::http::description()).unwrap();
        let items = api.paths.paths.values();
        let operations = items.flat_map(|item| [&item.get, &item.post, &item.put, &item.patch, &item.delete]);
        let names: Vec<_> = operations.flatten().map(|it| it.operation_id.clone().unwrap()).collect();
        let distinct: BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        assert!(names.iter().any(|name| name == "get_integrations_id_events"), "{names:?}");
    }

    #[test]
    fn every_answer_is_described() {
        let api = crate::http::description();
        let operations =
            api["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap());
        let answers = operations.filter_map(|(_, it)| it.get("responses")?.as_object());
        for (path, item) in api["paths"].as_object().unwrap() {
            assert!(!item.to_string().contains(r#""parameters":null"#), "{path}");
        }
        for (status, answer) in answers.flatten() {
            let described = answer["description"].as_str().is_some_and(|text| !text.is_empty());
            assert!(described || answer.get("$ref").is_some(), "{status}: {answer}");
        }
    }

    #[test]
    fn every_limit_stands_in_a_shape_that_is_there() {
        let api = crate::http::description();
        assert_eq!(limits::missing(&api), [""; 0]);
    }

    #[test]
    fn a_list_says_what_it_goes_on_with() {
        let api = crate::http::description();
        let after = |path: &str| {
            let all = api["paths"][path]["get"]["parameters"].as_array().unwrap().clone();
            all.iter().find(|it| it["name"] == "after").unwrap()["schema"]["pattern"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(after("/api/v1/bots"), "^bot_[0-9a-f]{32}$");
        assert_eq!(after("/api/v1/conversations"), r"^[0-9]{1,15}\.cnv_[0-9a-f]{32}$");
        assert_eq!(after("/api/v1/bots/{id}/versions"), "^[0-9]{1,15}$");
        assert_eq!(after("/api/v1/erasures"), "^era_[0-9a-f]{32}$");
    }
}
