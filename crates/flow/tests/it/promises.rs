//! `docs/promises.md`: each case of a fixture that stands there for a field fails without the field, or with another value.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use chasqui_flow::{Component, Definition, Flow};
use serde_json::{Value, json};

use crate::fixtures::{file_of, run};

const FOLDER: &str = "crates/flow/fixtures/component/";

/// The rows that name a case of a fixture here: the field, the fixture's file, what the case shows.
fn rows(table: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    table.lines().filter_map(|line| {
        let (field, test) = line.strip_prefix("| `")?.strip_suffix("` |")?.split_once("` | `")?;
        let (file, shows) = test.strip_prefix(FOLDER)?.split_once("::")?;
        Some((field, file, shows))
    })
}

/// The places of a field in a bot: `question_list.options.id` is below every node of that type.
fn places<'b>(bot: &'b mut Value, field: &str) -> Vec<(&'b mut Value, String)> {
    let (root, path) = field.split_once('.').unwrap();
    if root == "bot" {
        return inside(bot, path);
    }
    let nodes = bot["nodes"].as_array_mut().unwrap().iter_mut();
    nodes.filter(|node| root == "node" || node["type"] == root).flat_map(|node| inside(node, path)).collect()
}

/// The objects that have the last part of a path, and that part.
fn inside<'b>(value: &'b mut Value, path: &str) -> Vec<(&'b mut Value, String)> {
    if let Value::Array(items) = value {
        return items.iter_mut().flat_map(|item| inside(item, path)).collect();
    }
    match path.split_once('.') {
        Some((first, rest)) => value.get_mut(first).map(|inner| inside(inner, rest)).unwrap_or_default(),
        None if value.get(path).is_some() => vec![(value, path.to_owned())],
        None => vec![],
    }
}

/// Another value of the same kind.
fn other(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(so) => Some(json!(!so)),
        Value::Number(number) => Some(json!(number.as_f64()? + 1.0)).map(whole),
        Value::String(text) => Some(json!(format!("{text}x"))),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn whole(value: Value) -> Value {
    let number = value.as_f64().unwrap();
    #[expect(clippy::cast_possible_truncation, reason = "fixtures have small numbers")]
    if number.fract() == 0.0 { json!(number as i64) } else { value }
}

/// The case with the field left out, and with another value in it.
fn changed(case: &Value, field: &str) -> Vec<Value> {
    let mut without = case.clone();
    for (object, name) in places(&mut without["bot"], field) {
        object.as_object_mut().unwrap().remove(&name);
    }
    let mut with_another = case.clone();
    for (object, name) in places(&mut with_another["bot"], field) {
        if let Some(value) = other(&object[&name]) {
            object[&name] = value;
        }
    }
    [without, with_another].into_iter().filter(|it| it != case).collect()
}

/// Whether the case's bot can be published.
fn works(case: &Value) -> bool {
    Definition::from_value(file_of(case)).ok().is_some_and(|it| Flow::compile(it).is_ok())
}

fn passes(kind: &str, case: &Value) -> bool {
    catch_unwind(AssertUnwindSafe(|| run(kind, case))).is_ok()
}

/// Whether a case shows what a field does: changed, the bot does something else. A field that a bot cannot do without, or
/// whose every other value is refused, is shown by that.
fn shows(kind: &str, case: &Value, field: &str) -> bool {
    let changed = changed(case, field);
    let working: Vec<&Value> = changed.iter().filter(|it| works(it)).collect();
    let is_set = !changed.is_empty() && passes(kind, case);
    is_set && (working.is_empty() || working.into_iter().any(|it| !passes(kind, it)))
}

fn cases(file: &str) -> Vec<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/component").join(file);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn a_case_that_stands_for_a_field_fails_without_it() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/promises.md");
    let table = std::fs::read_to_string(path).unwrap();
    let mut wrong = Vec::new();
    let mut tried = 0;
    for (field, file, name) in rows(&table) {
        let case = cases(file).into_iter().find(|case| case["shows"] == name);
        let case = case.unwrap_or_else(|| panic!("{file} has no case {name}"));
        tried += 1;
        if !shows(file.trim_end_matches(".json"), &case, field) {
            wrong.push(format!("{field}: {file}::{name}"));
        }
    }
    assert!(tried > Component::KINDS.len(), "{tried}");
    assert!(wrong.is_empty(), "these cases do not show what the field does:\n  {}", wrong.join("\n  "));
}

#[test]
fn a_case_that_only_sets_a_field_does_not_show_it() {
    let case = json!({ "shows": "nothing of the footer",
        "bot": { "nodes": [
            { "id": "menu", "type": "question_buttons", "text": "Tea?", "footer": "Hot.", "buttons": [{ "id": "yes", "label": "Yes" }], "ports": { "option:yes": "bye" } },
            { "id": "bye", "type": "end" } ] },
        "steps": [{ "contact": "hi" }, { "says": ["Tea?"] }] });
    assert!(shows("question_buttons", &case, "question_buttons.text"));
    assert!(shows("question_buttons", &case, "question_buttons.buttons"));
    assert!(!shows("question_buttons", &case, "question_buttons.footer"));
    assert!(!shows("question_buttons", &case, "question_buttons.image"), "it is not even set");
    assert!(!shows("question_buttons", &case, "question_list.text"), "another component has it");
}
