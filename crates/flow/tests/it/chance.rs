//! Whatever comes, nothing panics, and the limits hold.

use std::sync::Arc;

use chasqui_flow::*;
use chasqui_model::Id;
use chasqui_model::message::inbound::{Content, Media};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::harness::{Shelf, context, inbound, key};

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(vec!["end", "jump", "formula", "bot_", "{a}", "{{a.b[0]}}", "n0", "n1"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        let key = prop::sample::select(vec![
            "format",
            "name",
            "start",
            "nodes",
            "id",
            "type",
            "text",
            "ports",
            "next",
            "buttons",
            "label",
            "settings",
            "variables",
            "tests",
            "steps",
            "layout",
            "expression",
            "body",
            "json",
            "operations",
            "options",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..8).prop_map(|fields| Value::Object(
                fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

/// A text with all kinds of places in it.
fn words() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "Hello {a}!",
        "{b}",
        "{{c}}",
        "{message.text}",
        "{contact.name} {now}",
        "x",
        "A much longer text, with {a} and {b}.",
        "{a}{a}{a}{a}",
    ])
    .prop_map(str::to_owned)
}

fn fields() -> impl Strategy<Value = Value> {
    let formula = prop::sample::select(vec![
        "Length(a)",
        "a + 1",
        "1 / Length(a)",
        "Contains(a, 'x')",
        "Split(a, 'x')",
        "message.text",
        "Concat(a, b)",
    ]);
    prop_oneof![
        (words(), any::<bool>(), any::<bool>()).prop_map(|(text, wait, buttons)| {
            let button = buttons.then_some("Back {b}");
            json!({ "type": "question_text", "text": text, "wait": wait, "save_as": "a", "back_button": button, "skip_button": button })
        }),
        (words(), words()).prop_map(|(text, label)| json!({ "type": "question_buttons", "text": text, "save_as": "b",
            "buttons": [{ "id": "one", "label": label }, { "id": "two", "label": "x" }] })),
        (words(), words()).prop_map(|(text, label)| json!({ "type": "question_list", "text": text, "save_as": "b",
            "options": [{ "id": "one", "label": label, "description": label }, { "id": "two", "label": "x" }] })),
        words().prop_map(|text| json!({ "type": "question_media", "text": text, "max_files": 2, "save_as": "c" })),
        words().prop_map(|text| json!({ "type": "media", "kind": "image", "url": format!("https://example.com/{text}"), "caption": text })),
        Just(json!({ "type": "media", "media": "c" })),
        words().prop_map(|text| json!({ "type": "template", "name": "t", "language": "en", "body": [text], "options": [{ "id": "one", "index": 0, "label": "x" }] })),
        (formula.clone(), prop::sample::select(vec!["answer", "true_false", "custom"]))
            .prop_map(|(formula, mode)| json!({ "type": "formula", "expression": formula, "mode": mode, "cases": ["1", "x"], "save_as": "b" })),
        (words(), formula).prop_map(|(text, formula)| json!({ "type": "set_variable", "operations": [
            { "do": "set", "variable": "a", "value": text }, { "do": "append", "variable": "c", "value": text },
            { "do": "increment", "variable": "n" }, { "do": "set", "variable": "b", "formula": formula } ] })),
        words().prop_map(|text| json!({ "type": "api_request", "method": "POST", "url": "https://example.com/{a}", "headers": { "X-A": text },
            "body": { "json": { "a": text } }, "save_as": "c" })),
        Just(json!({ "type": "time_delay", "seconds": 5 })),
        (0..8usize).prop_map(|to| json!({ "type": "jump", "to": format!("n{to}") })),
        any::<bool>().prop_map(|back| json!({ "type": "jump", "bot": format!("bot_{}", "01".repeat(16)), "return": back })),
        words().prop_map(|text| json!({ "type": "handoff", "text": text, "summary": text })),
        words().prop_map(|text| json!({ "type": "end", "text": text })),
    ]
}

const PORTS: [&str; 12] = [
    "next",
    "error",
    "fallback",
    "true",
    "false",
    "default",
    "case:1",
    "case:x",
    "option:one",
    "option:two",
    "status:200",
    "status:5xx",
];

/// A bot that may be run: what is wrong with its ports is taken away.
fn flow() -> impl Strategy<Value = Option<Arc<Flow>>> {
    let node = (fields(), prop::collection::vec((0..PORTS.len(), 0..8usize), 0..12));
    (prop::collection::vec(node, 8), prop::sample::select(vec!["repeat", "ignore", "jump"])).prop_map(|(nodes, late_taps)| {
        let nodes: Vec<Value> = nodes
            .into_iter()
            .enumerate()
            .map(|(index, (mut fields, ports))| {
                let mut all: Map<String, Value> = PORTS.iter().map(|port| ((*port).to_owned(), json!("n0"))).collect();
                all.extend(ports.into_iter().map(|(port, to)| (PORTS[port].to_owned(), Value::from(format!("n{to}")))));
                fields["id"] = Value::from(format!("n{index}"));
                fields["ports"] = Value::Object(all);
                fields
            })
            .collect();
        let variables = json!({ "a": "text", "b": "any", "c": "any", "n": "number" });
        let file = json!({ "format": 1, "name": "Bot", "start": "n0", "variables": variables, "settings": { "late_taps": late_taps }, "nodes": nodes });
        let mut file = Definition::from_value(file).ok()?.to_json();
        for problem in validate(&Definition::from_value(file.clone()).ok()?) {
            let (Some(node), Some(port)) = (problem.node, problem.port) else { continue };
            let index: usize = node[1..].parse().ok()?;
            file["nodes"][index]["ports"].as_object_mut()?.remove(&port);
        }
        let definition = Definition::from_value(file).ok()?;
        // Unreachable nodes do not matter here: an unused way in makes them reachable.
        let problems = validate(&definition);
        let broken = problems.iter().any(|problem| problem.is_error() && problem.code != "unreachable");
        if broken { None } else { Flow::compile(reachable(definition)).ok().map(Arc::new) }
    })
}

/// The bot without the nodes that nothing leads to.
fn reachable(mut definition: Definition) -> Definition {
    let gone: Vec<String> = validate(&definition)
        .into_iter()
        .filter(|problem| problem.code == "unreachable")
        .filter_map(|problem| problem.node)
        .collect();
    definition.nodes.retain(|node| !gone.contains(&node.id));
    definition
}

#[derive(Clone, Debug)]
enum Move {
    Say(String),
    Tap(usize, usize),
    Photo,
    Odd(usize),
    Answer(u16, String),
    File(u64),
    Fail,
    Wake,
    People(bool),
    Undelivered(usize),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        4 => ".{0,40}".prop_map(Move::Say),
        4 => prop::sample::select(vec!["1", "x", "restart", "{a}", "Done", "back"]).prop_map(|text| Move::Say(text.to_owned())),
        3 => (0..8usize, 0..3usize).prop_map(|(node, option)| Move::Tap(node, option)),
        2 => Just(Move::Photo),
        1 => (0..4usize).prop_map(Move::Odd),
        4 => (100..600u16, ".{0,20}").prop_map(|(status, body)| Move::Answer(status, body)),
        2 => (0..40_000_000u64).prop_map(Move::File),
        1 => Just(Move::Fail),
        3 => Just(Move::Wake),
        1 => any::<bool>().prop_map(Move::People),
        1 => (0..8usize).prop_map(Move::Undelivered),
    ];
    prop::collection::vec(one, 1..20)
}

fn event(this: &Move, state: &State) -> Event {
    let call = state.pending_call().unwrap_or(7);
    match this {
        Move::Say(body) => Event::Message(inbound(Content::Text { body: body.clone() })),
        Move::Tap(node, option) => {
            let option = ["one", "two", "back"][*option];
            let id = format!("{}:n{node}:{option}", context().conversation);
            Event::Message(inbound(Content::ButtonReply { id, title: "x".to_owned() }))
        }
        Move::Photo => {
            let media = Media { id: "m".to_owned(), mime_type: "image/png".to_owned(), ..Media::default() };
            Event::Message(inbound(Content::Image(media)))
        }
        Move::Odd(0) => Event::Message(inbound(Content::RequestWelcome)),
        Move::Odd(1) => Event::Message(inbound(Content::Unsupported { kind: None, code: None })),
        Move::Odd(2) => Event::Start(inbound(Content::Order { order: json!({ "x": [1] }) })),
        Move::Odd(_) => Event::StartedByUs,
        Move::Answer(status, body) => {
            let answer = HttpAnswer { status: *status, headers: vec![], body_text: body.clone() };
            Event::Answer { call, outcome: Outcome::Http(Ok(answer)) }
        }
        Move::File(size) => {
            let (mime_type, sha256) = ("image/png".to_owned(), String::new());
            let file = StoredMedia {
                id: Id::from_bytes([3; 16]),
                mime_type,
                size: *size,
                sha256,
                filename: None,
                link: None,
            };
            Event::Answer { call, outcome: Outcome::Media(Ok(file)) }
        }
        Move::Fail => {
            let error = CallError { kind: CallErrorKind::Timeout, message: String::new() };
            Event::Answer { call, outcome: Outcome::Media(Err(error)) }
        }
        Move::Wake => Event::Wake { sleep: state.pending_sleep().unwrap_or(7) },
        Move::People(true) => Event::TakeOver,
        Move::People(false) => Event::HandBack,
        Move::Undelivered(node) => Event::SendFailed { node: format!("n{node}") },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_global_rejects: 200_000, ..ProptestConfig::default() })]

    #[test]
    fn steps_keep_their_limits_and_never_panic(flow in flow(), moves in moves()) {
        let Some(flow) = flow else { return Err(TestCaseError::reject("not a bot")) };
        let shelf = Shelf(std::collections::HashMap::from([(1, flow)]));
        let mut state = State::begin(key(1), Map::new());
        for this in &moves {
            let stored = state.to_json().unwrap();
            let read = State::from_json(&stored).unwrap();
            let event = event(this, &state);
            let again = step(&shelf, read, event.clone(), &context());
            let step = step(&shelf, state, event, &context());
            prop_assert_eq!(&again, &step, "a step from the stored state is the same");
            prop_assert!(step.trace.visits.len() <= MAX_VISITS + MAX_FRAMES + MAX_PENDING + 1);
            let sends = step.effects.iter().filter(|effect| matches!(effect, Effect::Send { .. })).count();
            prop_assert!(sends <= MAX_MESSAGES + 1);
            let calls = step.effects.iter().filter(|effect| matches!(effect, Effect::Call { .. })).count();
            let name = step.state.status().name();
            prop_assert!(calls <= usize::from(name == "calling") , "{} calls, {}", calls, name);
            prop_assert!(serde_json::to_string(&step.trace).is_ok());
            state = step.state;
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_can_be_tried_as_a_bot(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Definition::parse(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_text_can_be_tried_as_a_bot(text in "[-{}\\[\\]:, \n\"a-z0-9&*!|>%#]{0,120}") {
        let _ = Definition::parse(&text);
    }

    #[test]
    fn any_json_can_be_tried_as_a_bot(value in value()) {
        if let Ok(definition) = Definition::from_value(value) {
            let _ = validate(&definition);
            let _ = Definition::parse(&definition.to_yaml());
        }
    }

    #[test]
    fn any_nodes_can_be_checked(nodes in prop::collection::vec(fields(), 0..6)) {
        let nodes: Vec<Value> = nodes.into_iter().enumerate().map(|(n, mut node)| { node["id"] = Value::from(format!("n{n}")); node }).collect();
        let definition = Definition::from_value(json!({ "format": 1, "name": "x", "start": "n0", "nodes": nodes })).unwrap();
        let _ = validate(&definition);
        prop_assert_eq!(Definition::from_value(definition.to_json()).unwrap(), definition);
    }

    #[test]
    fn any_text_is_a_template_that_keeps_its_source(text in ".{0,200}") {
        let template = Template::parse(&text);
        prop_assert_eq!(template.source(), text);
    }

    #[test]
    fn template_like_text_is_a_template(text in "[{}a-z.\\[\\]0-9\" ]{0,60}") {
        let template = Template::parse(&text);
        prop_assert!(template.least_length() <= text.chars().count());
    }
}
