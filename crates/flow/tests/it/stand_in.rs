//! A template that stands in for what the bot says: it is said when the contact writes, and only then answered.

use chasqui_flow::{Context, Effect, Event, StandIn};
use chasqui_model::message::Outbound;
use chasqui_model::message::inbound::{self, Content};
use chasqui_model::message::outbound;
use serde_json::{Value, json};

use crate::harness::{Talk, context, definition, http, text};

fn closed() -> Context {
    Context { window_open: false, stand_in: StandIn::Reopening, ..context() }
}

/// A bot that sleeps and then comes to these nodes, asleep for a day.
fn a_day_later(nodes: Value) -> Talk {
    let mut all =
        json!([{ "id": "wait", "type": "time_delay", "hours": 25, "ports": { "next": nodes[0]["id"] } }]);
    all.as_array_mut().unwrap().extend(nodes.as_array().unwrap().iter().cloned());
    let mut talk = Talk::new(crate::harness::compile(definition(all)));
    talk.says("hi");
    talk.context = closed();
    talk.wakes();
    talk
}

/// How many templates go out in place of messages, and how many messages go out as they are.
fn sends(talk: &Talk) -> (usize, usize) {
    let stands = |effect: &&Effect| matches!(effect, Effect::Send { stands_in: true, .. });
    let is = |effect: &&Effect| matches!(effect, Effect::Send { stands_in: false, .. });
    (talk.effects.iter().filter(stands).count(), talk.effects.iter().filter(is).count())
}

fn open(talk: &mut Talk) -> &mut Talk {
    talk.context = context();
    talk
}

#[test]
fn a_question_is_asked_again_and_only_then_answered() {
    let mut talk = a_day_later(json!([
        { "id": "ask", "type": "question_text", "text": "Name?", "save_as": "name", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "{name}" } ]));
    assert_eq!(sends(&talk), (1, 0));
    open(&mut talk).says("Hello, what is it about?");
    assert_eq!((talk.texts(), sends(&talk)), (vec!["Name?"], (0, 1)));
    assert_eq!(talk.variable("name"), Value::Null);
    talk.says("Ana");
    assert_eq!(talk.texts(), ["Ana"]);
}

#[test]
fn every_kind_of_question_is_asked_again_and_no_attempt_is_counted() {
    let option = json!([{ "id": "yes", "label": "Yes" }, { "id": "no", "label": "No" }]);
    let picture = || {
        Content::Image(inbound::Media { id: "1".into(), mime_type: "image/png".into(), ..Default::default() })
    };
    let place = serde_json::from_value(json!({ "latitude": 1.0, "longitude": 2.0 })).unwrap();
    for (mut node, right) in [
        (json!({ "type": "question_buttons", "text": "Come?", "buttons": option }), text("Yes")),
        (
            json!({ "type": "question_list", "text": "Come?", "button": "Choose", "sections": [{ "options": option }] }),
            text("2"),
        ),
        (
            json!({ "type": "question_media", "text": "A picture?", "kinds": ["image"], "save_as": "file" }),
            picture(),
        ),
        (
            json!({ "type": "location_request", "text": "Where?", "save_as": "place" }),
            Content::Location(place),
        ),
        (
            json!({ "type": "question_text", "text": "Age?", "max_attempts": 1, "validation": { "kind": "number" } }),
            text("3"),
        ),
    ] {
        node["id"] = json!("ask");
        node["ports"] = json!({ "next": "bye" });
        for answer in [
            text("Hello, what is it about?"),
            picture(),
            Content::QuickReply { payload: "Go on".into(), text: "Go on".into() },
        ] {
            let mut talk = a_day_later(json!([node, { "id": "bye", "type": "end" }]));
            let asked: Vec<outbound::Content> = talk.effects.iter().filter_map(said).collect();
            open(&mut talk).hears(answer);
            assert_eq!(talk.sent().cloned().collect::<Vec<_>>(), asked, "{node}");
            assert_eq!(talk.state.status().name(), "waiting", "{node}");
            talk.hears(right.clone());
            assert_ne!(talk.state.status().name(), "waiting", "{node}");
        }
    }
}

fn said(effect: &Effect) -> Option<outbound::Content> {
    match effect {
        Effect::Send { message, .. } => Some(message.content.clone()),
        _ => None,
    }
}

#[test]
fn what_was_said_before_the_question_is_said_too_and_one_template_goes_out() {
    let mut talk = a_day_later(json!([
        { "id": "a", "type": "question_text", "wait": false, "text": "One.", "ports": { "next": "b" } },
        { "id": "b", "type": "media", "kind": "image", "url": "https://ex.am/a.png", "ports": { "next": "ask" } },
        { "id": "ask", "type": "question_text", "text": "Go on?", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "Bye." } ]));
    assert_eq!(sends(&talk), (1, 0));
    open(&mut talk).says("what?");
    let kinds: Vec<&str> = talk.sent().map(outbound::Content::kind).collect();
    assert_eq!(kinds, ["text", "image", "text"]);
    talk.says("yes");
    assert_eq!(talk.texts(), ["Bye."]);
}

#[test]
fn a_flow_that_only_tells_something_tells_it_before_it_is_over() {
    let mut talk = a_day_later(json!([{ "id": "bye", "type": "end", "text": "Your parcel is here." }]));
    assert_eq!(sends(&talk), (1, 0));
    assert_eq!(talk.state.status().name(), "waiting");
    open(&mut talk).says("what is it about?");
    assert_eq!(talk.texts(), ["Your parcel is here."]);
    assert_eq!(talk.state.status().name(), "ended");
    assert!(talk.left_over.is_empty());
}

#[test]
fn a_delay_or_a_call_after_it_changes_nothing() {
    for (node, name) in [
        (json!({ "id": "rest", "type": "time_delay", "hours": 1, "ports": { "next": "ask" } }), "sleeping"),
        (
            json!({ "id": "rest", "type": "api_request", "url": "https://ex.am/", "ports": { "next": "ask" } }),
            "calling",
        ),
    ] {
        let mut talk = a_day_later(json!([
            { "id": "a", "type": "question_text", "wait": false, "text": "One.", "ports": { "next": "rest" } }, node,
            { "id": "ask", "type": "question_text", "text": "Go on?", "save_as": "x", "ports": { "next": "ask" } } ]));
        assert_eq!(talk.state.status().name(), name);
        open(&mut talk).says("what?");
        assert_eq!(talk.texts(), ["One."], "{name}");
        if name == "sleeping" {
            talk.wakes()
        } else {
            talk.answers(http(200, &Value::Null))
        };
        assert_eq!(talk.texts(), ["Go on?"], "{name}");
        talk.says("yes");
        assert_eq!(talk.variable("x"), json!("yes"));
    }
}

#[test]
fn the_quick_reply_of_a_template_of_the_flow_is_its_answer() {
    let mut talk = a_day_later(json!([
        { "id": "a", "type": "question_text", "wait": false, "text": "One.", "ports": { "next": "send" } },
        { "id": "send", "type": "template", "name": "remind", "language": "en",
          "options": [{ "id": "yes", "index": 0, "label": "Yes" }], "ports": { "option:yes": "bye" } },
        { "id": "bye", "type": "end", "text": "Bye." } ]));
    assert_eq!(sends(&talk), (1, 1));
    open(&mut talk).taps("yes");
    assert_eq!(talk.texts(), ["One.", "Bye."]);
}

#[test]
fn a_template_that_we_sent_ourselves_stands_in_too() {
    let mut talk = Talk::of(
        json!([{ "id": "ask", "type": "question_text", "text": "Name?", "ports": { "next": "ask" } }]),
    );
    talk.context = Context { stand_in: StandIn::Sent, ..closed() };
    talk.run(Event::StartedByUs);
    assert_eq!(talk.effects, []);
    open(&mut talk).says("Hello?");
    assert_eq!(talk.texts(), ["Name?"]);
}

#[test]
fn a_message_that_was_on_its_way_when_the_window_closed_is_said_again() {
    let mut talk = Talk::of(
        json!([{ "id": "ask", "type": "question_text", "text": "Name?", "save_as": "n", "ports": { "next": "ask" } }]),
    );
    talk.says("hi");
    let message = Outbound::from(outbound::Content::Text { body: "Name?".into(), preview_url: false });
    for _ in 0..2 {
        talk.run(Event::StoodIn { node: "ask".into(), message: Box::new(message.clone()) });
        assert_eq!(talk.effects, []);
    }
    talk.says("Hello?");
    assert_eq!((talk.texts(), talk.variable("n")), (vec!["Name?"], Value::Null));
    talk.says("Ana");
    assert_eq!(talk.variable("n"), json!("Ana"));
}

#[test]
fn a_restart_word_starts_anew_and_a_person_ends_the_waiting() {
    let nodes = json!([
        { "id": "ask", "type": "question_text", "text": "Name?", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "Bye." } ]);
    let mut talk = a_day_later(nodes.clone());
    open(&mut talk).run(Event::TakeOver).says("what?");
    assert_eq!(talk.effects, []);
    talk.run(Event::HandBack);
    assert_eq!(talk.texts(), ["Name?"]);
    talk.says("Ana");
    assert_eq!(talk.texts(), ["Bye."]);
    let mut talk = a_day_later(json!([{ "id": "bye", "type": "end", "text": "Bye." }]));
    open(&mut talk).run(Event::TakeOver).run(Event::HandBack);
    assert_eq!(talk.state.status().name(), "ended");
}

#[test]
fn a_template_that_is_not_delivered_takes_the_error_port_and_nothing_is_said_later() {
    let mut talk = a_day_later(json!([
        { "id": "ask", "type": "question_text", "text": "Name?", "ports": { "next": "ask", "error": "wait2" } },
        { "id": "wait2", "type": "time_delay", "hours": 1, "ports": { "next": "other" } },
        { "id": "other", "type": "question_text", "text": "Other?", "ports": { "next": "ask" } } ]));
    talk.run(Event::SendFailed { node: "ask".into() });
    open(&mut talk).says("hi");
    assert!(talk.texts().is_empty());
}

#[test]
fn a_message_that_comes_a_day_late_gets_the_template_once_more() {
    let mut talk = a_day_later(
        json!([{ "id": "ask", "type": "question_text", "text": "Name?", "ports": { "next": "ask" } }]),
    );
    talk.says("written long ago");
    assert_eq!(sends(&talk), (1, 0));
    open(&mut talk).says("now");
    assert_eq!(talk.texts(), ["Name?"]);
}
