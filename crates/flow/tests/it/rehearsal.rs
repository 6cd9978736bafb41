//! The tests that bot files bring.

use std::sync::Arc;

use chasqui_flow::definition::{Action, Test};
use chasqui_flow::{
    CallError, CallErrorKind, Definition, Flow, Outcome, Rehearsal, Request, TestResult, run_tests,
};
use chasqui_model::conversation::EndReason;
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

fn places() -> Value {
    json!([
        { "id": "where", "type": "location_request", "text": "Where?", "save_as": "place", "invalid_message": "A place, please.", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "{place.name}, {place.latitude}, {place.longitude}" }
    ])
}

#[test]
fn a_location_is_sent_with_and_without_a_name() {
    let named =
        json!({ "latitude": 53.5503, "longitude": 9.9928, "name": "Rathaus", "address": "Rathausmarkt 1" });
    let result = rehearse(
        places(),
        json!([{ "contact": "hi" }, { "contact": "here" }, { "bot": "A place, please." }, { "bot_sends": "location_request" },
               { "location": named }, { "bot": "Rathaus, 53.5503, 9.9928" }, { "variable": { "place": named } }]),
    );
    assert!(result.passed, "{result:#?}");
    let said: Vec<&str> = result.transcript.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(said[5..], ["[location] Rathaus", "Rathaus, 53.5503, 9.9928"]);
    let bare = rehearse(
        places(),
        json!([{ "contact": "hi" }, { "location": { "latitude": -13.5, "longitude": -72.25 } }, { "bot": ", -13.5, -72.25" }]),
    );
    assert!(bare.passed, "{bare:#?}");
    assert_eq!(bare.transcript[2].text, "[location] -13.5, -72.25");
}

#[test]
fn a_location_that_is_not_on_earth_is_refused() {
    let file = |place: Value| {
        Definition::from_value(json!({ "format": 1, "name": "Bot", "start": "where", "nodes": places(),
            "tests": [{ "name": "t", "steps": [{ "location": place }] }] }))
    };
    assert!(file(json!({ "latitude": 90, "longitude": -180 })).is_ok());
    for place in [
        json!({ "latitude": 90.1, "longitude": 0 }),
        json!({ "latitude": 0, "longitude": 180.5 }),
        json!({ "latitude": 0 }),
        json!({ "latitude": 0, "longitude": 0, "title": "x" }),
    ] {
        assert!(file(place.clone()).is_err(), "{place}");
    }
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

fn chat(nodes: Value, setup: Test) -> Rehearsal {
    let start = nodes[0]["id"].clone();
    let file = json!({ "format": 1, "name": "Bot", "start": start, "nodes": nodes });
    let flow = Flow::rehearse(Definition::from_value(file).unwrap(), setup.start.as_deref()).unwrap();
    Rehearsal::new(&Arc::new(flow), &setup)
}

#[track_caller]
fn act(chat: &mut Rehearsal, action: Value) {
    let action: Action = serde_json::from_value(action).unwrap();
    chat.act(&Shelf::default(), &action).unwrap();
}

#[test]
fn a_chat_becomes_a_test_that_passes() {
    let nodes = json!([
        { "id": "ask", "type": "question_text", "text": "Number?", "save_as": "number", "ports": { "next": "wait" } },
        { "id": "wait", "type": "time_delay", "hours": 2, "ports": { "next": "look" } },
        { "id": "look", "type": "api_request", "url": "https://shop.test/{number}", "save_as": "order", "ports": { "next": "menu", "error": "menu" } },
        { "id": "menu", "type": "question_buttons", "text": "It is {order.json.state}. Fine?", "buttons": [{ "id": "y", "label": "Yes" }], "ports": { "next": "person" } },
        { "id": "person", "type": "handoff", "text": "Wait." , "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "Bye." }
    ]);
    let mut one = chat(nodes.clone(), Test::default());
    act(&mut one, json!({ "contact": "hi" }));
    act(&mut one, json!({ "contact": "17" }));
    assert_eq!((one.status().name(), one.node()), ("sleeping", Some("wait")));
    act(&mut one, json!({ "advance": "2h" }));
    let (node, request) = one.request().unwrap();
    let Request::Http(request) = request else { panic!("{request:?}") };
    assert_eq!((node, request.url.as_str()), ("look", "https://shop.test/17"));
    act(&mut one, json!({ "answer": { "json": { "state": "sent" } } }));
    act(&mut one, json!({ "tap": "Yes" }));
    assert_eq!(one.status().name(), "handed_off");
    act(&mut one, json!({ "hand_back": true }));
    assert_eq!((one.status().name(), one.node()), ("ended", None));

    let steps = serde_json::to_value(one.as_test()).unwrap();
    assert_eq!(steps.as_array().unwrap().last().unwrap(), &json!({ "variable": { "number": "17" } }));
    passes(nodes, steps);
}

#[test]
fn an_unfinished_bot_can_be_tried_out_and_fails_where_something_is_missing() {
    let nodes = json!([
        { "id": "a", "type": "question_text", "text": "One?", "ports": { "next": "b" } },
        { "id": "b", "type": "question_text", "text": "Two?" },
        { "id": "c", "type": "formula", "expression": "Sum(", "save_as": "x" }
    ]);
    let mut one = chat(nodes.clone(), Test::default());
    act(&mut one, json!({ "contact": "hi" }));
    act(&mut one, json!({ "contact": "1" }));
    assert_eq!(one.node(), Some("b"));
    act(&mut one, json!({ "contact": "2" }));
    assert_eq!(one.end_reason().map(EndReason::name), Some("failed"));

    let setup = Test { start: Some("c".to_owned()), ..Test::default() };
    let mut other = chat(nodes, setup);
    act(&mut other, json!({ "contact": "hi" }));
    assert_eq!(other.end_reason().map(EndReason::name), Some("failed"));
}

#[test]
fn a_chat_begins_where_and_with_what_was_wished() {
    let nodes = json!([
        { "id": "a", "type": "question_text", "text": "One?", "save_as": "one", "ports": { "next": "b" } },
        { "id": "b", "type": "end", "text": "{contact.name} {contact.phone} {one}" }
    ]);
    let setup: Test = serde_json::from_value(json!({
        "name": "", "steps": [], "start": "b", "variables": { "one": "1" }, "contact": { "name": "Noor", "phone": "4915" }
    }))
    .unwrap();
    let mut one = chat(nodes, setup);
    act(&mut one, json!({ "contact": "hi" }));
    let said = serde_json::to_value(one.log()).unwrap();
    let said: Vec<&Value> = said.as_array().unwrap().iter().filter(|it| it["kind"] == "said").collect();
    assert_eq!(said[0]["content"]["body"], "Noor 4915 1");
    assert_eq!(one.system()["contact.name"], "Noor");
}

#[test]
fn what_the_world_really_answered_is_kept_for_the_test() {
    let nodes = json!([
        { "id": "look", "type": "api_request", "url": "https://shop.test/", "ports": { "next": "bye", "error": "bye" } },
        { "id": "bye", "type": "end", "text": "Bye." }
    ]);
    let mut one = chat(nodes.clone(), Test::default());
    act(&mut one, json!({ "contact": "hi" }));
    one.answer(
        &Shelf::default(),
        Outcome::Http(Err(CallError { kind: CallErrorKind::Timeout, message: "too slow".to_owned() })),
    );
    let steps = serde_json::to_value(one.as_test()).unwrap();
    assert_eq!(steps[1], json!({ "answer": { "node": "look", "error": "timeout" } }));
    passes(nodes, steps);
}

#[test]
fn a_test_says_who_writes_when_and_with_what() {
    let nodes = json!([
        { "id": "ask", "type": "question_text", "text": "{contact.name} {contact.phone} {contact.username} {contact.user_id} {now} {count}",
          "ports": { "next": "call" } },
        { "id": "call", "type": "api_request", "url": "https://example.com/", "save_as": "r", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "{message.frequently_forwarded} {message.reply_to} {r.text}" }
    ]);
    let tests = json!([{ "name": "Noor", "now": "2026-05-01T10:00:00Z", "variables": { "count": 2 },
        "contact": { "name": "Noor", "phone": "4915", "username": "noor7", "user_id": "US.1" },
        "steps": [
            { "contact": "hi" }, { "bot": "Noor 4915 noor7 US.1 2026-05-01T10:00:00+00:00 2" },
            { "contact": "x", "with": { "frequently_forwarded": true, "reply_to": "wamid.7" } },
            { "answer": { "text": "plain" } }, { "bot": "true wamid.7 plain" }] }]);
    let file = json!({ "format": 1, "name": "Bot", "start": "ask", "variables": { "count": "number" }, "nodes": nodes, "tests": tests });
    let result = run_tests(&Shelf::default(), &compile(Definition::from_value(file).unwrap())).remove(0);
    assert!(result.passed, "{result:#?}");
    assert_eq!(result.name, "Noor");
}

#[test]
fn a_test_may_begin_at_any_node() {
    let nodes = json!([
        { "id": "a", "type": "question_text", "text": "One?", "ports": { "next": "b" } },
        { "id": "b", "type": "end", "text": "Bye." }
    ]);
    let run = |start: &str| {
        let tests =
            json!([{ "name": "t", "start": start, "steps": [{ "contact": "hi" }, { "bot": "Bye." }] }]);
        let file = json!({ "format": 1, "name": "Bot", "start": "a", "nodes": nodes, "tests": tests });
        run_tests(&Shelf::default(), &compile(Definition::from_value(file).unwrap())).remove(0)
    };
    assert!(run("b").passed);
    assert_eq!(run("x").failure.unwrap().message, "the test begins at `x`, and there is no such node");
}

#[test]
fn a_template_stands_in_after_a_day_and_what_it_stood_for_is_said_then() {
    let file = json!({ "format": 1, "name": "Later", "start": "wait", "variables": { "answer": "text" }, "nodes": [
        { "id": "wait", "type": "time_delay", "hours": 25, "ports": { "next": "ask" } },
        { "id": "ask", "type": "question_text", "text": "Still there?", "save_as": "answer", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "You said {answer}." } ],
      "tests": [
        { "name": "with a template", "reopening": true, "steps": [
          { "contact": "hi" }, { "advance": "25h" }, { "bot": "reopening" },
          { "contact": "Hello, what is it about?" }, { "bot": "Still there?" }, { "contact": "Yes" },
          { "bot": "You said Yes." }, { "ended": true } ] },
        { "name": "without", "steps": [
          { "contact": "hi" }, { "advance": "25h" }, { "bot": "Still there?" }, { "contact": "Yes" },
          { "bot": "You said Yes." }, { "ended": true } ] } ] });
    let flow = compile(Definition::from_value(file).unwrap());
    for result in run_tests(&Shelf::default(), &flow) {
        assert!(result.passed, "{result:#?}");
    }
}
