//! Files that are no bots are refused with the path and the reason.

use std::fmt::Write as _;

use chasqui_flow::{Definition, Flow, Problem};
use serde_json::{Value, json};

fn refused(text: &str) -> Vec<String> {
    Definition::parse(text).unwrap_err().iter().map(Problem::to_string).collect()
}

fn refused_node(node: Value) -> Vec<String> {
    refused(&json!({ "format": 1, "name": "Bot", "start": "a", "nodes": [node] }).to_string())
}

#[test]
fn what_is_neither_json_nor_yaml() {
    assert!(refused("{ \"format\": 1,")[0].starts_with("not valid JSON: EOF while parsing"));
    assert!(refused("a: [1, 2")[0].starts_with("not valid YAML: "));
    assert_eq!(refused("hello"), ["a bot file is one object"]);
    assert_eq!(refused(""), ["a bot file is one object"]);
    assert_eq!(refused("[]"), ["a bot file is one object"]);
}

#[test]
fn missing_and_unknown_fields_are_named() {
    assert_eq!(refused("{}"), ["format: this field is missing", "name: this field is missing"]);
    let file = r#"{ "format": 1, "name": "Bot", "start": "a", "nodes": [], "color": "red" }"#;
    assert_eq!(refused(file), ["color: there is no such field"]);
    let file = r#"{ "format": 2, "name": "Bot", "start": "a", "nodes": [] }"#;
    assert_eq!(refused(file), ["format: format 2 is not known; this version reads format 1"]);
}

#[test]
fn wrong_types_are_named_with_their_path() {
    let file =
        r#"{ "format": 1, "name": 5, "start": "a", "settings": { "max_attempts": "x" }, "nodes": {} }"#;
    assert_eq!(
        refused(file),
        [
            "name: invalid type: integer `5`, expected a string",
            "settings.max_attempts: invalid type: string \"x\", expected u32",
            "nodes: invalid type: map, expected a sequence",
        ]
    );
    let node = json!({ "id": "a", "type": "question_buttons", "buttons": [{ "id": "x", "label": "X" }, { "id": 7 }] });
    assert_eq!(
        refused_node(node),
        ["node `a`, buttons[1].id: nodes[0].buttons[1].id: invalid type: integer `7`, expected a string"]
    );
    let node = json!({ "id": "a", "type": "end", "ports": { "next": 1 } });
    assert_eq!(
        refused_node(node),
        ["node `a`, ports.next: nodes[0].ports.next: invalid type: integer `1`, expected a string"]
    );
    assert_eq!(refused_node(json!("end")), ["nodes[0]: a node is an object"]);
}

#[test]
fn unknown_components_and_fields_are_named_with_what_there_is() {
    let problems = refused_node(json!({ "id": "a", "type": "question" }));
    assert!(problems[0].starts_with(
        "node `a`, type: nodes[0].type: there is no component `question`; there are question_text, "
    ));
    let problems = refused_node(json!({ "id": "a", "type": "end", "txt": "x" }));
    assert!(problems[0].contains("unknown field `txt`, expected `text`"), "{problems:?}");
    let problems = refused_node(json!({ "id": "a" }));
    assert_eq!(problems, ["node `a`, type: nodes[0].type: this field is missing"]);
}

#[test]
fn all_problems_are_found_at_once() {
    let nodes =
        json!([{ "id": "a", "type": "nope" }, { "type": "end" }, { "id": "c", "type": "end", "text": 5 }]);
    let file = json!({ "format": 1, "name": "Bot", "start": "a", "nodes": nodes });
    assert_eq!(refused(&file.to_string()).len(), 3);
}

#[test]
fn ids_must_differ() {
    let nodes = json!([{ "id": "a", "type": "end" }, { "id": "a", "type": "end" }]);
    let file = json!({ "format": 1, "name": "Bot", "start": "a", "nodes": nodes });
    assert_eq!(refused(&file.to_string()), ["node `a`, id: nodes[1].id: nodes[0] has this id too"]);
}

#[test]
fn too_many_nodes() {
    let nodes: Vec<Value> = (0..10_000).map(|n| json!({ "id": format!("n{n}"), "type": "end" })).collect();
    let file = json!({ "format": 1, "name": "Bot", "start": "n0", "nodes": nodes });
    assert_eq!(refused(&file.to_string()), ["nodes: the bot has 10000 nodes; at most 2000 are allowed"]);
}

#[test]
fn too_many_bytes() {
    let file = format!("{{ \"name\": \"{}\" }}", "x".repeat(20 * 1024 * 1024));
    assert!(refused(&file)[0].starts_with("the file has 20971"));
}

#[test]
fn too_deep_a_nesting_in_any_notation() {
    let deep = |open: &str, close: &str, n: usize| format!("{}1{}", open.repeat(n), close.repeat(n));
    let json = format!("{{ \"layout\": {} }}", deep("[", "]", 60));
    assert_eq!(refused(&json), ["the file is nested deeper than 48 levels"]);
    let json = format!("{{ \"layout\": {} }}", deep("[", "]", 100_000));
    assert!(refused(&json)[0].starts_with("not valid JSON: recursion limit exceeded"));
    assert_eq!(
        refused(&format!("layout: {}", deep("[", "]", 60))),
        ["the file is nested deeper than 48 levels"]
    );
    assert!(refused(&format!("layout: {}", deep("[", "]", 100_000)))[0].starts_with("not valid YAML: "));
    let mut value = json!(1);
    for _ in 0..100 {
        value = json!([value]);
    }
    assert!(Definition::from_value(json!({ "layout": value })).is_err());
}

#[test]
fn yaml_that_multiplies_itself_is_refused() {
    let mut file = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let before = vec![format!("*a{}", n - 1); 10].join(", ");
        let _ = writeln!(file, "a{n}: &a{n} [{before}]");
    }
    assert!(refused(&file)[0].starts_with("not valid YAML: "));
}

#[test]
fn a_bot_with_errors_does_not_compile() {
    let file = r#"{ "format": 1, "name": "Bot", "start": "b", "nodes": [{ "id": "a", "type": "end" }] }"#;
    let problems = Flow::compile(Definition::parse(file).unwrap()).unwrap_err();
    assert_eq!(problems[0].to_string(), "start: the start `b` does not exist");
}
