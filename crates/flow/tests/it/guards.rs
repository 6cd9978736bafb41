//! Limits that no turn may break. Breaking one ends the conversation with a notice, never the process.

use chasqui_flow::*;
use serde_json::{Map, Value, json};

use crate::harness::{Talk, compile, definition, http, inbound, text};

const SORRY: &str = "Sorry, something went wrong. Please try again later.";

#[test]
fn a_turn_comes_to_at_most_200_nodes() {
    let mut talk = Talk::of(json!([
        { "id": "count", "type": "set_variable", "operations": [{ "do": "increment", "variable": "n" }], "ports": { "next": "enough" } },
        { "id": "enough", "type": "formula", "mode": "true_false", "expression": "n < 0", "ports": { "true": "bye", "false": "count" } },
        { "id": "bye", "type": "end" }
    ]));
    talk.says("hi");
    assert_eq!(talk.trace.visits.len(), MAX_VISITS);
    assert_eq!(talk.notices(), ["too_many_visits"]);
    assert_eq!(talk.texts(), [SORRY]);
    assert_eq!(talk.state.end_reason().unwrap().name(), "failed");
}

#[test]
fn a_turn_sends_at_most_30_messages_and_an_apology() {
    let mut nodes = vec![];
    for n in 0..40 {
        nodes.push(json!({ "id": format!("n{n}"), "type": "question_text", "wait": false, "text": n.to_string(), "ports": { "next": format!("n{}", n + 1) } }));
    }
    nodes.push(json!({ "id": "n40", "type": "end" }));
    let mut talk = Talk::of(Value::from(nodes));
    talk.says("hi");
    assert_eq!(talk.texts().len(), MAX_MESSAGES + 1);
    assert_eq!(talk.texts()[30], SORRY);
    assert_eq!(talk.notices(), ["too_many_messages"]);
    assert_eq!(talk.path().len(), 31);
}

#[test]
fn one_long_text_cannot_flood_a_contact() {
    let mut file = definition(json!([
        { "id": "say", "type": "question_text", "text": "{a}{a}{a}{a}", "ports": { "next": "say" } }
    ]))
    .to_json();
    file["variables"] = json!({ "a": "text" });
    let preset = json!({ "a": "x".repeat(100_000) });
    let flow = compile(Definition::from_value(file).unwrap());
    let mut talk = Talk::with(flow, preset.as_object().cloned().unwrap());
    talk.says("hi");
    assert_eq!(talk.notices(), ["too_many_messages"]);
    assert_eq!(talk.texts().len(), MAX_MESSAGES + 1);
}

#[test]
fn variables_stay_below_256_kib() {
    let flow = compile(definition(json!([
        { "id": "ask", "type": "question_text", "text": "More?", "ports": { "next": "grow" } },
        { "id": "grow", "type": "set_variable", "operations": [{ "do": "append", "variable": "all", "value": "{message.text}" }], "ports": { "next": "ask", "error": "ask" } }
    ])));
    let mut talk = Talk::new(flow);
    talk.says("hi");
    let long = "x".repeat(60_000);
    for _ in 0..4 {
        talk.says(&long);
        assert_eq!(talk.texts(), ["More?"]);
    }
    talk.says(&long);
    assert_eq!(talk.notices(), ["variables_too_large"]);
    assert_eq!(talk.texts(), [SORRY]);
    assert_eq!(talk.state.end_reason().unwrap().name(), "failed");
}

#[test]
fn variables_stay_readable_however_often_they_are_nested() {
    let mut talk = Talk::of(json!([
        { "id": "ask", "type": "question_text", "text": "More?", "ports": { "next": "nest" } },
        { "id": "nest", "type": "set_variable", "operations": [{ "do": "set", "variable": "a", "value": ["{a}", "x"] }], "ports": { "next": "ask" } }
    ]));
    talk.says("hi");
    for _ in 0..80 {
        talk.says("x");
    }
    assert_eq!(talk.state.end_reason().unwrap().name(), "failed");
    assert!(State::from_json(&talk.state.to_json().unwrap()).is_ok());
}

#[test]
fn an_answer_that_is_too_large_or_too_deep_does_not_break_the_conversation() {
    let nodes = json!([
        { "id": "call", "type": "api_request", "url": "https://example.com/", "save_as": "answer", "ports": { "next": "bye", "error": "oops" } },
        { "id": "oops", "type": "question_text", "text": "Oops.", "ports": { "next": "call" } },
        { "id": "bye", "type": "question_text", "text": "<{answer.json}>", "ports": { "next": "call" } }
    ]);
    let mut talk = Talk::of(nodes);
    talk.says("hi").answers(http(200, &Value::from("x".repeat(200_000))));
    assert_eq!(talk.notices(), ["answer_too_large"]);
    assert_eq!(talk.texts(), ["Oops."]);
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!([deep]);
    }
    talk.says("again").answers(http(200, &deep));
    assert_eq!(talk.texts(), ["<>"]);
}

#[test]
fn a_conversation_has_at_most_10_000_turns() {
    let mut talk = Talk::of(json!([
        { "id": "ask", "type": "question_text", "text": "More?", "ports": { "next": "ask" } }
    ]));
    talk.says("hi");
    let mut stored: Value = serde_json::from_str(&talk.state.to_json().unwrap()).unwrap();
    stored["turns"] = Value::from(MAX_TURNS);
    talk.state = State::from_json(&stored.to_string()).unwrap();
    talk.says("one more");
    assert_eq!(talk.notices(), ["too_many_turns"]);
    assert_eq!(talk.state.end_reason().unwrap().name(), "failed");
}

#[test]
fn messages_during_a_call_are_kept_up_to_20() {
    let mut talk = Talk::of(json!([
        { "id": "call", "type": "api_request", "url": "https://example.com/", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "Bye." }
    ]));
    talk.says("hi");
    for n in 0..30 {
        talk.says(&n.to_string());
    }
    talk.answers(http(200, &Value::Null));
    assert_eq!(talk.left_over.len(), MAX_PENDING);
    assert_eq!(talk.left_over[0].content.text(), "10");
}

#[test]
fn a_bot_that_is_gone_ends_the_conversation() {
    let mut talk =
        Talk::of(json!([{ "id": "ask", "type": "question_text", "text": "?", "ports": { "next": "ask" } }]));
    talk.says("hi");
    talk.shelf.0.clear();
    talk.says("x");
    assert_eq!(talk.notices(), ["bot_missing"]);
    assert_eq!(talk.state.end_reason().unwrap().name(), "failed");
    talk.says("x");
    assert!(talk.effects.is_empty());
}

#[test]
fn a_node_that_is_gone_ends_the_conversation() {
    let mut talk =
        Talk::of(json!([{ "id": "ask", "type": "question_text", "text": "?", "ports": { "next": "ask" } }]));
    talk.says("hi");
    let other = json!([{ "id": "other", "type": "end" }]);
    talk.shelf.0.insert(1, compile(definition(other)));
    talk.says("x");
    assert_eq!(talk.notices(), ["node_missing"]);
    assert_eq!(talk.texts(), [SORRY]);
}

#[test]
fn answers_and_wakes_that_nobody_waits_for_change_nothing() {
    let mut talk = Talk::of(json!([
        { "id": "call", "type": "api_request", "url": "https://example.com/", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end" }
    ]));
    talk.says("hi");
    for event in [
        Event::Answer { call: 99, outcome: http(200, &Value::Null) },
        Event::Wake { sleep: 1 },
        Event::HandBack,
        Event::StartedByUs,
        Event::SendFailed { node: "bye".to_owned() },
        Event::SendFailed { node: "nowhere".to_owned() },
    ] {
        talk.run(event);
        assert_eq!(talk.effects, []);
        assert_eq!(talk.state.pending_call(), Some(1));
        assert!(talk.trace.remark.is_some());
    }
}

#[test]
fn the_state_is_small_and_versioned() {
    let mut talk = Talk::with(
        compile(definition(json!([
            { "id": "ask", "type": "question_text", "text": "?", "ports": { "next": "ask" } }
        ]))),
        Map::new(),
    );
    talk.says("hi");
    let stored = talk.state.to_json().unwrap();
    assert_eq!(
        stored,
        "{\"format\":1,\"flow\":{\"bot\":\"bot_01010101010101010101010101010101\",\"version\":1},\
         \"position\":{\"at\":\"waiting\",\"node\":\"ask\"},\"message\":{\"type\":\"text\",\"text\":\"hi\",\"id\":\"wamid.1\",\"time\":1767258000000},\
         \"history\":[\"ask\"],\"turns\":1}"
    );
    assert!(State::from_json("{}").is_err());
    assert!(State::from_json(&stored.replace("\"format\":1", "\"format\":2")).is_err());
}

/// A circle with a way out over a text of 100 kB: 49 formulas of nearly 4 kB each.
fn worst_circle(ports: &Value) -> Vec<Value> {
    let formula = format!("Concat({})", vec!["Length(Upper(Replace(big, 'a', 'A')))"; 100].join(","));
    assert!((3700..4096).contains(&formula.len()), "{}", formula.len());
    let mut nodes = vec![
        json!({ "id": "ask", "type": "question_text", "text": "Go on?", "save_as": "word", "ports": { "next": "n0" } }),
    ];
    for n in 0..49 {
        let next = if n == 48 { "out".to_owned() } else { format!("n{}", n + 1) };
        let mut ports = ports.clone();
        ports["next"] = json!(next);
        nodes.push(json!({ "id": format!("n{n}"), "type": "formula", "expression": formula, "save_as": "result", "ports": ports }));
    }
    nodes.push(json!({ "id": "out", "type": "formula", "mode": "true_false", "expression": "word == 'stop'", "ports": { "true": "ask", "false": "n0" } }));
    nodes
}

fn circling(nodes: Vec<Value>) -> Talk {
    let mut file = definition(Value::from(nodes)).to_json();
    file["variables"] = json!({ "big": "text" });
    let preset = json!({ "big": "abcdefghij".repeat(10_000) });
    let flow = compile(Definition::from_value(file).unwrap());
    let mut talk = Talk::with(flow, preset.as_object().cloned().unwrap());
    talk.says("hi");
    talk
}

#[test]
fn a_turn_ends_by_its_budget_and_takes_the_error_port() {
    let mut nodes = worst_circle(&json!({ "error": "sorry" }));
    nodes.push(json!({ "id": "sorry", "type": "question_text", "text": "That was too much for me.", "ports": { "next": "ask" } }));
    let mut talk = circling(nodes);
    talk.says("go");
    assert_eq!(talk.texts(), ["That was too much for me."]);
    assert_eq!(talk.notices(), ["too_much_work"]);
    assert_eq!(talk.state.status().name(), "waiting");
    assert!(talk.work <= BUDGET + BUDGET / 10, "{}", talk.work);
    // The conversation goes on with a budget of its own.
    talk.says("stop");
    assert_eq!(talk.texts(), ["Go on?"]);
}

#[test]
fn without_an_error_port_the_contact_is_told() {
    let mut talk = circling(worst_circle(&json!({})));
    talk.says("go");
    assert_eq!(talk.texts(), [SORRY]);
    assert_eq!(talk.notices(), ["too_much_work"]);
    assert_eq!(talk.state.end_reason().unwrap().name(), "failed");
}

#[test]
fn an_error_port_that_leads_back_ends_by_the_reserve() {
    let mut talk = circling(worst_circle(&json!({ "error": "n0" })));
    talk.says("go");
    assert_eq!(talk.texts(), [SORRY]);
    assert_eq!(talk.notices(), ["too_much_work", "too_much_work"]);
    assert_eq!(talk.state.end_reason().unwrap().name(), "failed");
    assert!(talk.work <= BUDGET + 3 * RESERVE, "{}", talk.work);
}

#[test]
fn a_text_that_was_cut_off_is_neither_sent_nor_stored() {
    let mut nodes =
        vec![json!({ "id": "ask", "type": "question_text", "text": "Go on?", "ports": { "next": "set" } })];
    let operations: Vec<Value> =
        (0..50).map(|_| json!({ "do": "set", "variable": "copy", "value": "{big}" })).collect();
    nodes.push(json!({ "id": "set", "type": "set_variable", "operations": operations, "ports": { "next": "say", "error": "sorry" } }));
    nodes.push(json!({ "id": "say", "type": "question_text", "text": "{copy}", "ports": { "next": "ask" } }));
    nodes.push(
        json!({ "id": "sorry", "type": "question_text", "text": "Too much.", "ports": { "next": "ask" } }),
    );
    let mut talk = circling(nodes);
    talk.says("go");
    assert_eq!(talk.texts(), ["Too much."]);
    assert_eq!(talk.variable("copy").as_str().map(str::len), Some(100_000));
}

#[test]
fn work_is_counted_the_same_twice_and_a_trial_gives_the_same_or_nothing() {
    let nodes = json!([
        { "id": "ask", "type": "question_text", "text": "Go on, {contact.name}? {now}", "save_as": "word",
          "validation": { "kind": "regex", "pattern": "^\\w+$" }, "ports": { "next": "f" } },
        { "id": "f", "type": "formula", "expression": "Join(Split(Upper(word), 'A'), '-')", "save_as": "result", "ports": { "next": "ask" } }
    ]);
    let mut talk = Talk::of(nodes);
    talk.says("hi");
    for body in ["banana", "b", "not one word", &"a".repeat(3000)] {
        let event = || Event::Message(inbound(text(body)));
        let whole = step(&talk.shelf, talk.state.clone(), event(), &talk.context);
        assert_eq!(step(&talk.shelf, talk.state.clone(), event(), &talk.context), whole);
        let trial = |work| step_within(work, &talk.shelf, talk.state.clone(), event(), &talk.context);
        assert_eq!(trial(BUDGET / 2).as_ref(), Some(&whole), "{body}");
        for work in [0, 1000, whole.work / 2, whole.work] {
            assert!(trial(work).is_none_or(|step| step == whole), "{body} within {work}");
        }
        assert_eq!(trial(1000), None);
    }
}

#[test]
fn each_function_costs_more_for_more() {
    for formula in [
        "Length(big)",
        "Upper(big)",
        "Lower(big)",
        "Trim(big)",
        "ToString(big)",
        "Concat(big, big)",
        "Replace(big, 'x', 'y')",
        "Split(big, ',')",
        "Join(list, ',')",
        "Substring(big, 1)",
        "StartsWith(big, big)",
        "EndsWith(big, big)",
        "Contains(big, 'z')",
        "Contains(list, 'z')",
        "IsEqual(big, big)",
        "IsEqual(list, list)",
        "IsGreaterThan(big, big)",
        "Sum(list)",
        "Multiply(list)",
        "Min(list)",
        "Max(list)",
        "First(lists)",
        "Last(lists)",
        "Get(lists, 0)",
        "ToNumber(big)",
        "DayOfWeek(big)",
        "ParseDate(big, 'iso')",
        "And(big, true)",
        "If(big, 1, 2)",
        "Not(big)",
        "IsEmpty(blank)",
        "\"{big}\"",
        "\"{{list}}\"",
        "{list}",
    ] {
        let cost = |size: usize| {
            let mut file = definition(json!([
                { "id": "ask", "type": "question_text", "text": "?", "ports": { "next": "f" } },
                { "id": "f", "type": "formula", "expression": formula, "save_as": "result", "ports": { "next": "ask", "error": "ask" } }
            ]))
            .to_json();
            file["variables"] = json!({ "big": "text", "list": "list", "lists": "list", "blank": "text" });
            let list = vec![1; size];
            let preset =
                json!({ "big": "x,".repeat(size), "list": list, "lists": [list], "blank": " ".repeat(size) });
            let flow = compile(Definition::from_value(file).unwrap());
            let mut talk = Talk::with(flow, preset.as_object().cloned().unwrap());
            talk.says("hi");
            let idle = talk.work;
            talk.says("go");
            talk.work - idle
        };
        assert!(cost(2000) > cost(200), "{formula}: {} {}", cost(200), cost(2000));
    }
}

#[test]
fn marks_of_a_model_that_never_close_end_by_the_budget() {
    for marks in ["[", "`", "**a ", "<", "> ", "[a](", "_x*y~~z"] {
        let mut talk = Talk::of(json!([
            { "id": "talk", "type": "llm_conversation", "connection": "ai", "model": "m", "ports": { "next": "bye", "error": "bye" } },
            { "id": "bye", "type": "end", "text": "Bye." }
        ]));
        talk.says("hi");
        let text = marks.repeat(200_000 / marks.len());
        let answer = service::ModelAnswer { text, input_tokens: 1, output_tokens: 1 };
        talk.answers(Outcome::Model(Ok(answer)));
        assert!(talk.work <= BUDGET + 2 * RESERVE, "{marks}: {}", talk.work);
        assert!(!talk.texts().is_empty(), "{marks}");
    }
}
