//! The bot file: JSON and YAML, its schema, and the example of the interface.

use std::collections::BTreeSet;

use chasqui_flow::{Component, Definition, schema, validate};
use serde_json::{Value, json};

pub const EXAMPLE: &str = r#"{ "format": 1, "name": "Menu", "start": "ask_name",
  "settings": { "restart_words": ["restart"], "language": "en" },
  "variables": { "name": "text", "choice": "text" },
  "nodes": [
    { "id": "ask_name", "type": "question_text", "text": "What is your name?", "save_as": "name",
      "ports": { "next": "menu" } },
    { "id": "menu", "type": "question_buttons", "text": "Hello {name}, how can we help?", "save_as": "choice",
      "buttons": [ { "id": "hours", "label": "Opening hours" }, { "id": "order", "label": "My order" },
                   { "id": "person", "label": "A person" } ],
      "ports": { "option:hours": "bye", "option:order": "bye", "option:person": "bye" } },
    { "id": "bye", "type": "end", "text": "You chose {choice}." } ],
  "layout": { "ask_name": [0, 0], "menu": [320, 0], "bye": [640, 0] },
  "tests": [ { "name": "menu", "steps": [ { "contact": "hi" }, { "bot": "What is your name?" }, { "contact": "Ana" },
               { "bot": "Hello Ana, how can we help?", "buttons": ["Opening hours", "My order", "A person"] },
               { "tap": "My order" }, { "bot": "You chose My order." }, { "ended": true } ] } ] }"#;

#[test]
fn the_example_is_valid_and_reads_back_in_both_notations() {
    let bot = Definition::parse(EXAMPLE).unwrap();
    assert_eq!(validate(&bot), []);
    assert_eq!(Definition::parse(&bot.to_json().to_string()).unwrap(), bot);
    assert_eq!(Definition::parse(&bot.to_yaml()).unwrap(), bot);
}

#[test]
fn what_is_written_for_those_who_build_the_bot_is_kept() {
    let file = json!({ "format": 1, "name": "Menu", "start": "bye", "nodes": [
        { "id": "bye", "type": "end", "label": "Good bye", "note": "Ask Ana before changing it." }] });
    let bot = Definition::from_value(file.clone()).unwrap();
    assert_eq!(bot.nodes[0].label.as_deref(), Some("Good bye"));
    assert_eq!(bot.to_json()["nodes"], file["nodes"]);
    assert_eq!(Definition::parse(&bot.to_yaml()).unwrap(), bot);
}

#[test]
fn what_stands_on_the_canvas_keeps_its_place() {
    let file = json!({ "format": 1, "name": "Menu", "start": "bye", "nodes": [{ "id": "bye", "type": "end" }],
        "layout": { "bye": [320.0, -40.5] },
        "notes": [{ "id": "one", "text": "Opening hours first.", "at": [10.0, 20.0], "size": [200.0, 80.0] }] });
    let bot = Definition::from_value(file.clone()).unwrap();
    assert_eq!(bot.to_json(), file);
    assert_eq!(Definition::parse(&bot.to_yaml()).unwrap(), bot);
}

#[test]
fn a_bot_may_be_written_in_yaml() {
    let bot = Definition::parse(
        "format: 1\nname: Menu\nstart: menu\nnodes:\n  - id: menu\n    type: question_buttons\n    text: |\n      Hello {contact.name},\n      how can we help?\n    buttons:\n      - { id: hours, label: Opening hours }\n    ports:\n      option:hours: bye\n  - id: bye\n    type: end\n",
    )
    .unwrap();
    assert_eq!(validate(&bot), []);
    let Component::QuestionButtons(menu) = &bot.nodes[0].component else { panic!("{:?}", bot.nodes[0]) };
    assert_eq!(menu.text.source(), "Hello {contact.name},\nhow can we help?\n");
}

#[test]
fn an_unfinished_draft_can_be_read() {
    let nodes: Vec<Value> = Component::KINDS.iter().map(|kind| json!({ "id": kind, "type": kind })).collect();
    let bot = Definition::from_value(json!({ "format": 1, "name": "Draft", "nodes": nodes })).unwrap();
    assert!(!validate(&bot).is_empty());
    assert_eq!(Definition::from_value(bot.to_json()).unwrap(), bot);
}

#[test]
fn nothing_usual_is_written() {
    let bot = Definition::from_value(json!({ "format": 1, "name": "Bot", "start": "a", "nodes": [
        { "id": "a", "type": "question_text", "wait": true, "text": "x", "email_admin": false, "note": null, "ports": {} }
    ]}))
    .unwrap();
    let node = json!({ "id": "a", "type": "question_text", "text": "x" });
    assert_eq!(bot.to_json(), json!({ "format": 1, "name": "Bot", "start": "a", "nodes": [node] }));
}

/// The properties that a schema knows, followed through references.
fn properties<'s>(schema: &'s Value, root: &'s Value) -> Option<&'s serde_json::Map<String, Value>> {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(path) => properties(root.pointer(path.trim_start_matches('#'))?, root),
        None => schema.get("properties")?.as_object(),
    }
}

#[test]
fn the_schema_knows_every_component_and_every_field_that_is_used() {
    let schema = schema();
    let nodes = schema["properties"]["nodes"]["items"]["oneOf"].as_array().unwrap();
    let kinds: Vec<&str> =
        nodes.iter().map(|node| node["properties"]["type"]["const"].as_str().unwrap()).collect();
    assert_eq!(kinds, Component::KINDS);
    let folder = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/component");
    for kind in Component::KINDS {
        let file = std::fs::read_to_string(folder.join(format!("{kind}.json"))).unwrap();
        let cases: Vec<Value> = serde_json::from_str(&file).unwrap();
        for node in cases.iter().flat_map(|case| case["bot"]["nodes"].as_array().unwrap()) {
            let known =
                nodes.iter().find(|known| known["properties"]["type"]["const"] == node["type"]).unwrap();
            let known = properties(known, &schema).unwrap();
            for key in node.as_object().unwrap().keys() {
                assert!(known.contains_key(key), "{kind}: {key}");
            }
        }
    }
    let settings = properties(&schema["properties"]["settings"], &schema).unwrap();
    let known: BTreeSet<&str> = settings.keys().map(String::as_str).collect();
    let wanted = [
        "language",
        "late_taps",
        "max_attempts",
        "messages",
        "restart_words",
        "tests_must_pass",
        "time_zone",
    ];
    assert_eq!(known, BTreeSet::from(wanted));
}

#[test]
fn every_reference_in_the_schema_leads_somewhere() {
    fn walk(value: &Value, root: &Value) {
        match value {
            Value::Object(fields) => {
                if let Some(path) = fields.get("$ref").and_then(Value::as_str) {
                    assert!(root.pointer(path.trim_start_matches('#')).is_some(), "{path}");
                }
                fields.values().for_each(|value| walk(value, root));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, root)),
            _ => {}
        }
    }
    let schema = schema();
    walk(&schema, &schema);
}

#[test]
fn the_guides_examples_can_be_read() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/bot-format.md");
    let page = std::fs::read_to_string(path).unwrap();
    let blocks: Vec<&str> =
        page.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(blocks.len() > 10);
    for block in blocks {
        let file = match block.trim_start() {
            whole if whole.starts_with("{ \"format\"") => whole.to_owned(),
            tests if tests.starts_with("\"tests\"") => {
                format!("{{\"format\": 1, \"name\": \"Bot\", {tests}}}")
            }
            node => format!("{{\"format\": 1, \"name\": \"Bot\", \"nodes\": [{node}]}}"),
        };
        if let Err(problems) = Definition::parse(&file) {
            panic!("{block}\n{problems:#?}");
        }
    }
}

#[test]
fn words_of_a_yaml_file_stay_words() {
    let words = [
        "No",
        "Yes",
        "on",
        "Off",
        "y",
        "n",
        "NO",
        "012",
        "00",
        "1_000",
        "12:30",
        "1:2:3",
        "0777",
        "+49_1",
        "=",
        "2026-01-02x",
    ];
    for word in words {
        let yaml = format!(
            "format: 1\nname: {word}\nstart: q\nnodes:\n- id: q\n  type: question_buttons\n  text: {word}\n  buttons:\n  - {{ id: a, label: {word} }}\n  ports: {{ 'option:a': q, next: q }}\n"
        );
        let bot = Definition::parse(&yaml).unwrap_or_else(|problems| panic!("{word}: {problems:?}"));
        assert_eq!(bot.name, word);
        let json = bot.to_json();
        assert_eq!(json.pointer("/nodes/0/buttons/0/label"), Some(&serde_json::json!(word)), "{word}");
        assert_eq!(Definition::parse(&bot.to_yaml()).unwrap(), bot, "{word}");
    }
    for text in [
        "true", "null", "~", "12", "1.5", "1e3", "0x1F", ".inf", ".nan", "- a", "a: b", "#x", "'", "\"",
        " a ", "{a}", "*a", "&a", "!a", "a\nb\n", "a\n\n b",
    ] {
        let mut json = Definition::parse(
            "format: 1\nname: x\nstart: q\nnodes:\n- { id: q, type: question_text, text: x }",
        )
        .unwrap()
        .to_json();
        json["nodes"][0]["text"] = text.into();
        let bot = Definition::from_value(json).unwrap();
        assert_eq!(Definition::parse(&bot.to_yaml()).unwrap(), bot, "{text:?}");
    }
    let keys = "format: 1\nname: x\nstart: q\nvariables: { yes: text, no: number }\nnodes:\n- { id: q, type: question_text, text: x, wait: true, save_as: yes }";
    let bot = Definition::parse(keys).unwrap();
    assert_eq!(bot.variables.keys().collect::<Vec<_>>(), ["yes", "no"]);
    assert!(Definition::parse(&keys.replace("wait: true", "wait: yes")).is_err());
}
