//! Bots that start other bots.

use chasqui_flow::Flow;
use chasqui_model::message::outbound::Content;
use serde_json::{Value, json};

use crate::harness::{Talk, compile, definition, key};

fn sub() -> std::sync::Arc<Flow> {
    let mut file = definition(json!([
        { "id": "ask", "type": "question_buttons", "text": "{who}, which size?", "save_as": "size",
          "buttons": [{ "id": "s", "label": "Small" }, { "id": "l", "label": "Large" }], "ports": { "next": "done" } },
        { "id": "done", "type": "end", "text": "Noted." }
    ]))
    .to_json();
    file["variables"] = json!({ "who": "text" });
    compile(chasqui_flow::Definition::from_value(file).unwrap())
}

fn main_bot(jump: Value) -> Talk {
    let mut talk = Talk::of(json!([
        { "id": "ask", "type": "question_text", "text": "Name?", "save_as": "name", "ports": { "next": "jump" } },
        jump,
        { "id": "done", "type": "question_text", "text": "{name} takes {size}.", "save_as": "size", "ports": { "next": "ask" } }
    ]));
    talk.shelf.0.insert(2, sub());
    talk
}

fn returning() -> Talk {
    main_bot(
        json!({ "id": "jump", "type": "jump", "bot": "bot_02020202020202020202020202020202", "return": true,
        "variables": { "who": "{name}" }, "save_as": { "size": "size" }, "ports": { "next": "done" } }),
    )
}

#[test]
fn a_bot_starts_another_and_takes_its_answer_back() {
    let mut talk = returning();
    talk.says("hi").says("Ana");
    assert_eq!(talk.texts(), ["Ana, which size?"]);
    assert_eq!(talk.state.flow(), key(2));
    assert_eq!(talk.state.root_flow(), key(1));
    assert_eq!(talk.variable("who"), Value::from("Ana"));
    assert_eq!(talk.variable("name"), Value::Null);
    assert_eq!(talk.trace.visits[2].bot, Some(key(2).bot));
    talk.taps("Large");
    assert_eq!(talk.texts(), ["Noted.", "Ana takes Large."]);
    assert_eq!(talk.path(), ["ask:next", "done", "jump:next", "done"]);
    assert_eq!(talk.state.flow(), key(1));
}

#[test]
fn ids_on_the_wire_say_which_bot_they_are_from() {
    let mut talk = returning();
    talk.says("hi").says("Ana");
    let Content::Buttons(buttons) = &talk.shown[1] else { panic!("{:?}", talk.shown) };
    assert_eq!(buttons.buttons[0].id, "cnv_09090909090909090909090909090909:1.ask:s");
    talk.taps("Small").says("x").says("Bo");
    let Content::Buttons(buttons) = talk.shown.last().unwrap() else { panic!("{:?}", talk.shown) };
    assert_eq!(buttons.buttons[0].id, "cnv_09090909090909090909090909090909:2.ask:s");
}

#[test]
fn a_tap_from_an_earlier_run_of_the_sub_bot_is_late() {
    let mut talk = returning();
    talk.says("hi").says("Ana");
    talk.taps("Small").says("x").says("Bo");
    let old = chasqui_model::message::inbound::Content::ButtonReply {
        id: "cnv_09090909090909090909090909090909:1.ask:s".to_owned(),
        title: "Small".to_owned(),
    };
    talk.hears(old);
    assert_eq!(talk.texts(), ["That button belongs to an earlier question.", "Bo, which size?"]);
}

#[test]
fn without_return_the_other_bot_takes_the_conversation() {
    let nodes = json!([{ "id": "jump", "type": "jump", "bot": "bot_02020202020202020202020202020202" }]);
    let mut talk = Talk::of(nodes);
    talk.shelf.0.insert(2, sub());
    talk.says("hi").says("1");
    assert_eq!(talk.texts(), ["Noted."]);
    assert_eq!(talk.state.end_reason().unwrap().name(), "finished");
}

#[test]
fn a_failure_in_a_sub_bot_reaches_the_jumps_error_port() {
    let mut talk = main_bot(
        json!({ "id": "jump", "type": "jump", "bot": "bot_02020202020202020202020202020202", "return": true,
        "save_as": { "size": "size" }, "ports": { "next": "done", "error": "ask" } }),
    );
    talk.says("hi").says("Ana").says("a").says("b").says("c");
    assert_eq!(talk.notices(), ["too_many_attempts"]);
    assert_eq!(talk.texts(), ["Name?"]);
    assert_eq!(talk.path(), ["ask", "jump:error", "ask"]);
    assert_eq!(talk.variable("name"), Value::from("Ana"));
}

#[test]
fn a_bot_says_which_bots_it_starts() {
    let talk = returning();
    let flow = &talk.shelf.0[&1];
    assert_eq!(flow.references(), ["bot_02020202020202020202020202020202"]);
}

#[test]
fn restart_words_of_the_first_bot_work_in_a_sub_bot() {
    let mut talk = returning();
    talk.says("hi").says("Ana").says("restart");
    assert_eq!(talk.state.end_reason().unwrap().name(), "restarted");
}
