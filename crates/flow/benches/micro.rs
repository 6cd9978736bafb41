//! What a turn costs, without anything being stored or sent. `cargo xtask bench micro` runs it.
#![expect(clippy::expect_used, reason = "a measurement that cannot begin has to stop")]

use std::sync::Arc;

use chasqui_flow::{
    ContactView, Context, Definition, Event, Flow, FlowKey, Library, StandIn, State, Step, Template, step,
};
use chasqui_model::message::inbound::{Content, Inbound};
use chasqui_model::{Id, Timestamp};
use divan::Bencher;
use serde_json::{Map, Value, json};

fn main() {
    divan::main();
}

/// A library with one bot.
struct One(Arc<Flow>);

impl Library for One {
    fn flow(&self, _: &FlowKey) -> Option<Arc<Flow>> {
        Some(Arc::clone(&self.0))
    }

    fn resolve(&self, _: &str) -> Option<FlowKey> {
        None
    }
}

/// A bot that stands in the middle of a conversation.
struct Talk {
    library: One,
    state: State,
    context: Context,
}

impl Talk {
    fn new(bot: Value, variables: Map<String, Value>) -> Self {
        let definition = Definition::from_value(bot).expect("a bot file");
        let flow = Flow::compile(definition).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let context = Context {
            now: Timestamp::from_seconds(1_767_258_000),
            time_zone: "UTC".to_owned(),
            contact: ContactView {
                name: Some("Ana".to_owned()),
                phone: Some("4915123456789".to_owned()),
                ..ContactView::default()
            },
            conversation: Id::from_bytes([9; 16]),
            integration_name: "Main line".to_owned(),
            bot_name: "Bot".to_owned(),
            window_open: true,
            stand_in: StandIn::Nothing,
        };
        let key = FlowKey { bot: Id::from_bytes([1; 16]), version: 1 };
        let library = One(Arc::new(flow));
        let state = step(&library, State::begin(key, variables), says("hello"), &context).state;
        Self { library, state, context }
    }

    fn turn(&self, state: State, event: Event) -> Step {
        step(&self.library, state, event, &self.context)
    }
}

fn says(text: &str) -> Event {
    Event::Message(Inbound {
        wamid: "wamid.1".to_owned(),
        at: Timestamp::from_seconds(1_767_258_000),
        content: Content::Text { body: text.to_owned() },
        reply_to: None,
        forwarded: false,
        frequently_forwarded: false,
        referral: None,
        product: None,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "callers write them in place")]
fn bot(nodes: Value, variables: Value) -> Value {
    let start = nodes[0]["id"].clone();
    json!({ "format": 1, "name": "Bot", "start": start, "variables": variables, "nodes": nodes })
}

/// A question that is answered, stored and asked again.
fn question(text: &str) -> Value {
    bot(
        json!([{ "id": "ask", "type": "question_text", "text": text, "save_as": "name", "ports": { "next": "ask" } }]),
        json!({ "name": "text", "order": "object" }),
    )
}

/// Measures a turn, which must come to so many nodes, the answered one included: a turn that fails early is fast.
fn measure(bencher: Bencher<'_, '_>, talk: &Talk, nodes: usize) {
    let visits = talk.turn(talk.state.clone(), says("forty-two")).trace.visits;
    let faults: Vec<_> = visits.iter().filter_map(|visit| visit.error.as_ref()).collect();
    assert!(visits.len() == nodes && faults.is_empty(), "{} nodes, {faults:?}", visits.len());
    bencher
        .with_inputs(|| (talk.state.clone(), says("forty-two")))
        .bench_values(|(state, event)| talk.turn(state, event));
}

/// One node that waits.
#[divan::bench]
fn step_question(bencher: Bencher<'_, '_>) {
    measure(bencher, &Talk::new(question("What else?"), Map::new()), 2);
}

/// As [`step_question`], and 20 variables of several depths in the text: the difference is the filling of a template.
#[divan::bench]
fn step_template_of_20_variables(bencher: Bencher<'_, '_>) {
    let order = json!({ "lines": [{ "what": "a pizza", "price": 12.5, "tags": ["hot", "large"] }] });
    let places = ["{name}", "{contact.name}", "{order.lines[0].what}", "{{order.lines[0].tags}}"];
    let text = places.repeat(5).join(" and ");
    let variables = Map::from_iter([("order".to_owned(), order)]);
    measure(bencher, &Talk::new(question(&text), variables), 2);
}

/// 50 nodes that compute and do not wait, before the one that does.
#[divan::bench]
fn step_of_50_nodes(bencher: Bencher<'_, '_>) {
    let mut nodes = vec![
        json!({ "id": "ask", "type": "question_text", "text": "Go on?", "save_as": "name", "ports": { "next": "n0" } }),
    ];
    for n in 0..50 {
        let next = if n == 49 { "ask".to_owned() } else { format!("n{}", n + 1) };
        nodes.push(json!({ "id": format!("n{n}"), "type": "formula", "mode": "answer",
            "expression": "Sum(count, Length(name)) * 2 - 1", "save_as": "result", "ports": { "next": next } }));
    }
    let variables = json!({ "name": "text", "count": "number", "result": "number" });
    let preset = Map::from_iter([("count".to_owned(), json!(3))]);
    measure(bencher, &Talk::new(bot(Value::from(nodes), variables), preset), 52);
}

/// As it is written into the store after each turn and read from it after a restart.
#[divan::bench]
fn state_to_json_and_back(bencher: Bencher<'_, '_>) {
    let state = Talk::new(question("What else?"), Map::new()).state;
    bencher.bench(|| divan::black_box(&state).to_json().map(|json| State::from_json(&json)));
}

/// Done once, when a bot is published.
#[divan::bench]
fn template_parse() -> Template {
    Template::parse(divan::black_box(
        "Dear {contact.name}, your order {order.lines[0].what} costs {{order.price}}.",
    ))
}
