//! The tests that bot files bring.

use std::sync::Arc;

use chasqui_flow::{Definition, Flow, TestResult, run_tests};
use serde_json::{Value, json};

use crate::format::EXAMPLE;
use crate::harness::{Shelf, compile};

fn rehearse(nodes: Value, steps: Value) -> TestResult {
    let start = nodes[0]["id"].clone();
    let file = json!({ "format": 1, "name": "Bot", "start": start, "nodes": nodes, "tests": [{ "name": "t", "steps": steps }] });
    let flow = compile(Definition::from_value(file).unwrap());
    run_tests(&Shelf::default(), &flow).remove(0)
}

#[track_caller]
fn passes(nodes: Value, steps: Value) {
    let result = rehearse(nodes, steps);
    assert!(result.passed, "{result:#?}");
}

#[track_caller]
fn fails(nodes: Value, steps: Value, step: usize, message: &str) {
    let failure = rehearse(nodes, steps).failure.expect("the test fails");
    assert_eq!((failure.step, failure.message.as_str()), (step, message));
}

fn menu() -> Value {
    json!([
        { "id": "menu", "type": "question_buttons", "text": "Tea?", "save_as": "tea", "buttons": [{ "id": "y", "label": "Yes" }, { "id": "n", "label": "No" }], "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "Bye." }
    ])
}

#[test]
fn the_example_passes() {
    let flow: Arc<Flow> = compile(Definition::parse(EXAMPLE).unwrap());
    let results = run_tests(&Shelf::default(), &flow);
    assert!(results[0].passed, "{results:#?}");
    assert_eq!(results[0].transcript.len(), 6);
}

#[test]
fn a_difference_is_said_precisely() {
    fails(
        menu(),
        json!([{ "contact": "hi" }, { "bot": "Coffee?" }]),
        2,
        "expected the bot to say “Coffee?”, but it said “Tea?” (buttons)",
    );
    fails(
        menu(),
        json!([{ "contact": "hi" }, { "bot": "Tea?", "buttons": ["Yes"] }]),
        2,
        "expected buttons [Yes], but there are [Yes] [No] in “Tea?” (buttons)",
    );
    fails(
        menu(),
        json!([{ "contact": "hi" }, { "bot": "Tea?" }, { "bot": "More?" }]),
        3,
        "expected the bot to say “More?”, but it said nothing more; it waits for the contact at `menu`",
    );
    fails(
        menu(),
        json!([{ "contact": "hi" }, { "tap": "Maybe" }]),
        2,
        "there is no button “Maybe” to tap; there are [Yes] [No]",
    );
    fails(
        menu(),
        json!([{ "contact": "hi" }, { "ended": true }]),
        2,
        "expected that the conversation is over, but it waits for the contact at `menu`",
    );
    fails(
        menu(),
        json!([{ "contact": "hi" }, { "tap": "No" }, { "variable": { "tea": "Yes" } }]),
        3,
        "expected `tea` to be \"Yes\", but it is \"No\"",
    );
    fails(
        menu(),
        json!([{ "contact": "hi" }, { "tap": "No" }, { "ended": false }]),
        3,
        "did not expect that the conversation is over",
    );
}

#[test]
fn a_turn_that_is_looked_at_must_be_looked_at_whole() {
    let nodes = json!([
        { "id": "a", "type": "question_text", "text": "One.", "wait": false, "ports": { "next": "b" } },
        { "id": "b", "type": "end", "text": "Two." }
    ]);
    passes(nodes.clone(), json!([{ "contact": "hi" }, { "ended": true }]));
    passes(nodes.clone(), json!([{ "contact": "hi" }, { "bot": "One." }, { "bot_contains": "wo" }]));
    fails(nodes, json!([{ "contact": "hi" }, { "bot": "One." }]), 3, "the bot also said “Two.”");
}

#[test]
fn time_passes_and_services_answer() {
    let nodes = json!([
        { "id": "call", "type": "api_request", "url": "https://example.com/{message.text}", "save_as": "r", "ports": { "next": "wait", "status:404": "none", "error": "none" } },
        { "id": "wait", "type": "time_delay", "minutes": 10, "ports": { "next": "bye" } },
        { "id": "none", "type": "end", "text": "Nothing." },
        { "id": "bye", "type": "end", "text": "{r.json.name}" }
    ]);
    passes(
        nodes.clone(),
        json!([{ "contact": "x" }, { "answer": { "node": "call", "json": { "name": "Cup" } } }, { "advance": "9m" }, { "ended": false },
               { "advance": "60s" }, { "bot": "Cup" }, { "ended": true }]),
    );
    passes(
        nodes.clone(),
        json!([{ "contact": "x" }, { "answer": { "status": 404 } }, { "bot": "Nothing." }]),
    );
    passes(
        nodes.clone(),
        json!([{ "contact": "x" }, { "answer": { "error": "timeout" } }, { "bot": "Nothing." }]),
    );
    fails(
        nodes.clone(),
        json!([{ "contact": "x" }, { "contact": "y" }]),
        2,
        "the bot waits for the answer to its request of `call`; add an `answer` step",
    );
    fails(
        nodes.clone(),
        json!([{ "contact": "x" }, { "answer": { "node": "other" } }]),
        2,
        "expected a request of `other`, but it is `call` that asks",
    );
    fails(
        nodes,
        json!([{ "contact": "x" }, { "answer": {} }, { "bot": "Cup" }]),
        3,
        "expected the bot to say “Cup”, but it said nothing more; it sleeps at `wait`; add an `advance` step",
    );
}

#[test]
fn lists_files_templates_and_people() {
    let nodes = json!([
        { "id": "list", "type": "question_list", "text": "What?", "options": [{ "id": "a", "label": "A" }, { "id": "b", "label": "B" }], "ports": { "next": "photo" } },
        { "id": "photo", "type": "question_media", "text": "Photo?", "save_as": "photo", "ports": { "next": "template" } },
        { "id": "template", "type": "template", "name": "hello", "language": "en", "options": [{ "id": "yes", "index": 0, "label": "Yes!" }], "ports": { "option:yes": "people" } },
        { "id": "people", "type": "handoff", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "{photo.mime_type}" }
    ]);
    passes(
        nodes,
        json!([{ "contact": "hi" }, { "bot": "What?", "list": ["A", "B"] }, { "pick": "B" }, { "bot": "Photo?" }, { "send": "image" },
               { "bot_sends": "template" }, { "tap": "Yes!" }, { "handed_off": true }, { "hand_back": true }, { "bot": "image/jpeg" },
               { "variable": { "photo.kind": "image" } }, { "ended": true }]),
    );
}

#[test]
fn a_restart_word_begins_another_conversation() {
    let steps = json!([{ "contact": "hi" }, { "bot": "Tea?" }, { "contact": "restart" }, { "bot": "Tea?" }, { "tap": "Yes" },
        { "ended": true }, { "contact": "hi" }, { "bot": "Tea?" }]);
    passes(menu(), steps);
}

#[test]
fn a_step_has_one_meaning() {
    let file = json!({ "format": 1, "name": "Bot", "start": "a", "nodes": [], "tests": [{ "name": "t", "steps": [{ "contact": "hi", "tap": "x" }] }] });
    let problems = Definition::from_value(file).unwrap_err();
    assert_eq!(problems[0].field.as_deref(), Some("tests[0].steps[0]"));
    assert!(problems[0].message.ends_with("this one has 2"));
}
