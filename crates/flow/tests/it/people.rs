//! People take over and give back; messages that no bot answers; restart words.

use chasqui_flow::{Definition, Event, is_restart};
use chasqui_model::message::inbound::Content;
use serde_json::{Value, json};

use crate::harness::{Talk, compile, http, inbound, text};

#[test]
fn a_question_is_asked_again_when_a_person_gives_back() {
    let mut talk = Talk::of(json!([
        { "id": "ask", "type": "question_text", "text": "Name?", "save_as": "name", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "{name}" }
    ]));
    talk.says("hi").run(Event::TakeOver);
    assert_eq!(talk.state.status().name(), "handed_off");
    talk.says("a question for people");
    assert_eq!(talk.effects, []);
    talk.run(Event::TakeOver).run(Event::HandBack);
    assert_eq!(talk.texts(), ["Name?"]);
    talk.says("Ana");
    assert_eq!(talk.texts(), ["Ana"]);
}

#[test]
fn what_comes_for_the_bot_meanwhile_is_kept_until_then() {
    let nodes = json!([
        { "id": "call", "type": "api_request", "url": "https://example.com/", "ports": { "next": "wait" } },
        { "id": "wait", "type": "time_delay", "hours": 1, "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "Bye." }
    ]);
    let mut talk = Talk::of(nodes);
    talk.says("hi").run(Event::TakeOver).run(Event::Answer { call: 1, outcome: http(200, &Value::Null) });
    assert_eq!(talk.state.status().name(), "handed_off");
    talk.run(Event::HandBack);
    assert_eq!(talk.state.status().name(), "sleeping");
    talk.run(Event::TakeOver).run(Event::Wake { sleep: 2 });
    assert_eq!(talk.effects, []);
    talk.run(Event::HandBack);
    assert_eq!(talk.texts(), ["Bye."]);
}

#[test]
fn a_conversation_can_be_taken_over_before_it_began() {
    let mut talk = Talk::of(json!([{ "id": "bye", "type": "end", "text": "Bye." }]));
    talk.run(Event::TakeOver).says("hi").run(Event::HandBack);
    assert_eq!(talk.texts(), ["Bye."]);
}

#[test]
fn reactions_and_the_like_change_nothing() {
    let mut talk =
        Talk::of(json!([{ "id": "ask", "type": "question_text", "text": "?", "ports": { "next": "ask" } }]));
    talk.says("hi");
    let before = talk.state.variables().clone();
    talk.hears(Content::Reaction { message_id: "x".to_owned(), emoji: None }).hears(Content::RequestWelcome);
    assert_eq!(talk.effects, []);
    assert_eq!(*talk.state.variables(), before);
}

#[test]
fn a_reaction_does_not_begin_a_conversation() {
    let mut talk = Talk::of(json!([{ "id": "bye", "type": "end", "text": "Bye." }]));
    talk.hears(Content::Reaction { message_id: "x".to_owned(), emoji: Some("👍".to_owned()) });
    assert_eq!(talk.effects, []);
    talk.says("hi");
    assert_eq!(talk.texts(), ["Bye."]);
}

#[test]
fn restart_words_end_the_conversation_in_any_case() {
    let nodes = json!([{ "id": "ask", "type": "question_text", "text": "?", "ports": { "next": "ask" } }]);
    let settings = json!({ "restart_words": ["Neu Starten", " "] });
    let file = json!({ "format": 1, "name": "Bot", "start": "ask", "settings": settings, "nodes": nodes });
    let flow = compile(Definition::from_value(file).unwrap());
    assert!(is_restart(&flow, &inbound(text("  neu starten\n"))));
    assert!(!is_restart(&flow, &inbound(text("restart"))));
    assert!(!is_restart(&flow, &inbound(text(" "))));
    let mut talk = Talk::new(flow);
    talk.says("neu starten");
    assert_eq!(talk.texts(), ["?"]);
    talk.says("restart");
    assert_eq!(talk.texts(), ["?"]);
    talk.says("NEU STARTEN");
    assert_eq!(talk.state.end_reason().unwrap().name(), "restarted");
    assert_eq!(talk.effects, []);
}

#[test]
fn a_message_can_be_read_as_structure() {
    let mut talk = Talk::of(json!([
        { "id": "ask", "type": "question_buttons", "text": "?", "buttons": [{ "id": "a", "label": "A" }], "ports": { "option:a": "bye", "fallback": "say" } },
        { "id": "say", "type": "question_text", "wait": false, "text": "{message.type} {message.location.latitude} {message.media.kind}{message.text}", "ports": { "next": "ask" } },
        { "id": "bye", "type": "end" }
    ]));
    talk.says("hi");
    let place = json!({ "type": "location", "latitude": 1.5, "longitude": 2.0 });
    talk.hears(serde_json::from_value(place).unwrap());
    assert_eq!(talk.texts()[0], "location 1.5");
    let photo = json!({ "type": "image", "id": "1", "mime_type": "image/png", "caption": "Hi" });
    talk.hears(serde_json::from_value(photo).unwrap());
    assert_eq!(talk.texts()[0], "image  imageHi");
    let warnings = talk.trace.visits.iter().flat_map(|visit| &visit.warnings);
    assert_eq!(warnings.count(), 0);
}
