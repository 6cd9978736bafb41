//! Templates of every form, from the places that need a conversation: the component and the reopening template; and what
//! happens to a question that a template stands in for. The other two places are tried in `tests/api`.

use std::time::Duration;

use chasqui_model::integration::Integration;
use chasqui_model::template::Given;
use chasqui_simulator::{TemplateSpec, harness};
use serde_json::{Value, json};

use crate::bot::{Bot, eventually, next, said, silence};

const CASES: &str = include_str!("../templates.json");

/// Each case: what it shows, the template at Meta, the values, and the components that are to arrive.
fn cases() -> Vec<(String, TemplateSpec, Value, Value)> {
    let cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
    let case = |(at, case): (usize, &Value)| {
        let mut template = case["template"].clone();
        template["name"] = json!(format!("case_{at}"));
        template["language"] = json!("en");
        let spec = serde_json::from_value(template).unwrap();
        (case["shows"].as_str().unwrap().to_owned(), spec, case["given"].clone(), case["sent"].clone())
    };
    cases.iter().enumerate().map(case).collect()
}

fn business(bot: &Bot) {
    let mut business = harness::business().with_callback(&bot.callback());
    business.templates.extend(cases().into_iter().map(|(_, spec, ..)| spec));
    bot.meta.create_business(business);
}

fn given(name: &str, values: &Value) -> Given {
    let mut whole = json!({ "name": name, "language": "en" });
    for (key, value) in values.as_object().into_iter().flatten() {
        whole[key] = value.clone();
    }
    serde_json::from_value(whole).unwrap()
}

/// The components of the templates that Meta took, by name.
async fn arrived(bot: &Bot, name: &str) -> Value {
    let url = format!("{}/_sim/messages", bot.meta.url());
    eventually(|| async {
        let text = reqwest::get(&url).await.unwrap().text().await.unwrap();
        let all: Value = serde_json::from_str(&text).unwrap();
        let bodies = all["messages"].as_array().unwrap().iter().map(|it| &it["request"]);
        let found = bodies.rev().find(|it| it["template"]["name"] == name)?;
        Some(found["template"].get("components").cloned().unwrap_or(json!([])))
    })
    .await
}

#[tokio::test]
async fn the_component_sends_templates_of_every_form() {
    let mut nodes = vec![];
    for (at, (_, spec, values, _)) in cases().iter().enumerate() {
        let mut node = json!({ "id": format!("n{at}"), "type": "template", "name": spec.name, "language": "en",
            "ports": { "next": format!("n{}", at + 1), "error": "bye" } });
        for (from, to) in [("header", "header"), ("parameters", "body"), ("buttons", "buttons")] {
            if let Some(value) = values.get(from) {
                node[to] = value.clone();
            }
        }
        nodes.push(node);
    }
    nodes.push(json!({ "id": format!("n{}", nodes.len()), "type": "end", "text": "All sent." }));
    nodes.push(json!({ "id": "bye", "type": "end", "text": "Failed." }));
    let bot = Bot::with_flow(json!({ "format": 1, "name": "All", "start": "n0", "nodes": nodes })).await;
    business(&bot);
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    for (shows, spec, _, sent) in cases() {
        assert_eq!(arrived(&bot, &spec.name).await, sent, "{shows}");
    }
    eventually(|| async { ana.transcript().contains(&"All sent.".to_owned()).then_some(()) }).await;
}

#[tokio::test]
async fn the_reopening_template_is_one_of_every_form() {
    for (shows, spec, values, sent) in cases() {
        let reopening = given(&spec.name, &values);
        let bot = Bot::with(delayed(&json!([ask()])), |it| it.settings.template = Some(reopening)).await;
        business(&bot);
        let ana = bot.contact("Ana");
        ana.says("hi").unwrap();
        a_day_passes(&bot).await;
        assert_eq!(arrived(&bot, &spec.name).await, sent, "{shows}");
    }
}

fn ask() -> Value {
    json!({ "id": "ask", "type": "question_text", "text": "Still there?", "save_as": "answer", "ports": { "next": "bye" } })
}

/// Sleeps for more than a day, then comes to these nodes.
fn delayed(nodes: &Value) -> Value {
    let mut all = vec![
        json!({ "id": "wait", "type": "time_delay", "hours": 25, "ports": { "next": nodes[0]["id"] } }),
        json!({ "id": "bye", "type": "end", "text": "You said: {message.text}" }),
    ];
    all.extend(nodes.as_array().unwrap().iter().cloned());
    json!({ "format": 1, "name": "Wait", "start": "wait", "variables": { "answer": "text" }, "nodes": all })
}

async fn a_day_passes(bot: &Bot) {
    eventually(|| async { (bot.conversations().await.len() == 1).then_some(()) }).await;
    bot.rests().await;
    bot.advance(Duration::from_hours(25));
    bot.meta.advance(Duration::from_hours(25));
}

fn reopening(it: &mut Integration) {
    it.settings.template = Some(given("reopen", &json!({ "parameters": ["{contact.name}"] })));
}

#[tokio::test]
async fn a_question_that_a_template_stands_in_for_is_asked_when_the_customer_answers() {
    let bot = Bot::with(delayed(&json!([ask()])), reopening).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    a_day_passes(&bot).await;
    assert_eq!(next(&ana).await, "Hello Ana, shall we go on?");
    ana.says("Hello, what is it about?").unwrap();
    assert_eq!(next(&ana).await, "Still there?");
    ana.says("Yes").unwrap();
    assert_eq!(next(&ana).await, "You said: Yes");
    silence(&ana).await;
}

#[tokio::test]
async fn what_a_template_stands_in_for_outlives_the_process() {
    let nodes = json!([
        { "id": "say", "type": "question_text", "wait": false, "text": "We have news.", "ports": { "next": "pick" } },
        { "id": "pick", "type": "question_buttons", "text": "Hear them?", "save_as": "answer",
          "buttons": [{ "id": "yes", "label": "Yes" }, { "id": "no", "label": "No" }], "ports": { "next": "bye" } } ]);
    let mut bot = Bot::with(delayed(&nodes), reopening).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    a_day_passes(&bot).await;
    assert_eq!(next(&ana).await, "Hello Ana, shall we go on?");
    silence(&ana).await;
    bot.restart().await;
    ana.says("What?").unwrap();
    assert_eq!(next(&ana).await, "We have news.");
    assert_eq!(next(&ana).await, "Hear them? [Yes] [No]");
    ana.taps("Yes").unwrap();
    assert_eq!(next(&ana).await, "You said: Yes");
}

#[tokio::test]
async fn a_question_that_was_on_its_way_when_the_window_closed_is_asked_again_too() {
    let flow = json!({ "format": 1, "name": "Ask", "start": "ask", "variables": { "answer": "text" }, "nodes": [
        ask(), { "id": "bye", "type": "end", "text": "You said: {message.text}" } ] });
    let bot = Bot::with(flow, reopening).await;
    let refused =
        chasqui_simulator::FaultKind { code: Some(131_047), ..chasqui_simulator::FaultKind::default() };
    bot.meta.add_fault(chasqui_simulator::FaultSpec {
        route: "messages".into(),
        phone_number_id: None,
        fault: refused,
        times: Some(1),
        seconds: None,
        every: None,
    });
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "Hello Ana, shall we go on?");
    ana.says("Hello, what is it about?").unwrap();
    assert_eq!(next(&ana).await, "Still there?");
    ana.says("Yes").unwrap();
    assert_eq!(next(&ana).await, "You said: Yes");
}

#[tokio::test]
async fn a_value_that_turns_out_empty_is_an_event_that_names_it() {
    let flow = json!({ "format": 1, "name": "Empty", "start": "send", "variables": { "none": "text" }, "nodes": [
        { "id": "send", "type": "template", "name": "reopen", "language": "en", "body": ["{none}"], "ports": { "next": "bye", "error": "bye" } },
        { "id": "bye", "type": "end", "text": "Bye." } ] });
    let bot = Bot::with_flow(flow).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "Bye.");
    let event = bot.event("template_value").await;
    assert!(said(&event).contains("{{1}}"), "{}", said(&event));
    assert_eq!(event.node.as_deref(), Some("send"));
    assert_eq!(bot.meta.sends().1, 0, "Meta was not asked");
}

#[tokio::test]
async fn a_template_that_is_given_too_little_is_not_sent_and_says_what_is_missing() {
    let flow = json!({ "format": 1, "name": "Few", "start": "send", "nodes": [
        { "id": "send", "type": "template", "name": "reopen", "language": "en", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end" } ] });
    let bot = Bot::with_flow(flow).await;
    bot.contact("Ana").says("hi").unwrap();
    let event = bot.event("message_not_sent").await;
    assert_eq!(said(&event), "The template reopen needs a value for {{1}}.");
    assert_eq!((event.graph_code, bot.meta.sends()), (None, (0, 0)));
}
