//! Taps on buttons of earlier questions.

use chasqui_flow::{Definition, Event};
use chasqui_model::message::inbound::Content;
use serde_json::{Value, json};

use crate::harness::{Talk, compile};

fn talk(policy: &str) -> Talk {
    let nodes = json!([
        { "id": "first", "type": "question_buttons", "text": "First?", "save_as": "one", "buttons": [{ "id": "a", "label": "A" }, { "id": "b", "label": "B" }],
          "ports": { "option:a": "second", "option:b": "bye" } },
        { "id": "second", "type": "question_text", "text": "Second?", "save_as": "two", "max_attempts": 1, "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "{one}" }
    ]);
    let file = json!({ "format": 1, "name": "Bot", "start": "first", "settings": { "late_taps": policy }, "nodes": nodes });
    let mut talk = Talk::new(compile(Definition::from_value(file).unwrap()));
    talk.says("hi").taps("A");
    talk
}

#[test]
fn usually_the_present_question_is_asked_again_and_nothing_counted() {
    let mut talk = talk("repeat");
    for _ in 0..3 {
        talk.taps("B");
        assert_eq!(talk.texts(), ["That button belongs to an earlier question.", "Second?"]);
        assert_eq!(talk.state.status().name(), "waiting");
    }
    assert_eq!(talk.variable("one"), Value::from("A"));
    assert_eq!(talk.variable("two"), Value::Null);
}

#[test]
fn they_can_be_ignored() {
    let mut talk = talk("ignore");
    talk.taps("B");
    assert_eq!(talk.effects, []);
    talk.says("x");
    assert_eq!(talk.texts(), ["A"]);
}

#[test]
fn they_can_go_on_from_the_earlier_question() {
    let mut talk = talk("jump");
    talk.taps("B");
    assert_eq!(talk.texts(), ["B"]);
    assert_eq!(talk.path(), ["second", "first:option:b", "bye"]);
}

#[test]
fn a_tap_of_another_conversation_never_jumps() {
    let mut talk = talk("jump");
    let id = "cnv_0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a:first:b".to_owned();
    talk.hears(Content::ButtonReply { id, title: "B".to_owned() });
    assert_eq!(talk.texts(), ["That button belongs to an earlier question.", "Second?"]);
}

#[test]
fn a_tap_on_a_button_that_is_not_ours_counts_as_its_label_typed() {
    let mut talk = talk("repeat");
    talk.hears(Content::QuickReply { payload: "Anything".to_owned(), text: "Anything".to_owned() });
    assert_eq!(talk.variable("two"), Value::from("Anything"));
}

#[test]
fn the_same_question_asked_again_takes_a_tap_on_its_older_buttons() {
    let nodes = json!([{ "id": "q", "type": "question_buttons", "text": "?", "buttons": [{ "id": "a", "label": "A" }], "ports": { "option:a": "q" } }]);
    let mut talk = Talk::of(nodes);
    talk.says("hi").taps("A").taps("A");
    assert_eq!(talk.path(), ["q:option:a", "q"]);
}

#[test]
fn an_undelivered_question_takes_its_error_port() {
    let nodes = json!([
        { "id": "q", "type": "question_text", "text": "?", "ports": { "next": "q", "error": "bye" } },
        { "id": "bye", "type": "end" }
    ]);
    let mut talk = Talk::of(nodes);
    talk.says("hi").run(Event::SendFailed { node: "q".to_owned() });
    assert_eq!(talk.path(), ["q:error", "bye"]);
}
