//! What people type and services answer, in the many ways in which they write the same.

use chasqui_flow::{HttpAnswer, Outcome, Request};
use serde_json::{Value, json};

use crate::harness::Talk;

/// What a question stores for an answer; `None` when it asks again.
fn stored(question: &Value, answer: &str) -> Option<Value> {
    let mut node = json!({ "id": "q", "type": "question_text", "text": "?", "save_as": "it", "ports": { "next": "bye" } });
    node.as_object_mut().unwrap().extend(question.as_object().unwrap().clone());
    let mut talk = Talk::of(json!([node, { "id": "bye", "type": "end" }]));
    talk.says("hi").says(answer);
    talk.state.variables().get("it").cloned()
}

#[test]
fn an_answer_is_cleaned_before_it_is_judged() {
    let kind = |kind: &str| json!({ "validation": { "kind": kind } });
    let dated = json!({ "validation": { "kind": "date", "format": "dd.mm.yyyy" } });
    let short = json!({ "max_length": 3 });
    for (question, answer, is) in [
        (&json!({}), "\u{200b}Ana\u{a0}\u{2069}", json!("Ana")),
        (&json!({}), "Mu\u{308}ller", json!("Müller")),
        (&short, "\u{feff}Ana\u{200b}\u{200b}", json!("Ana")),
        (&kind("number"), "\u{202b}١٢\u{202c}", json!(12)),
        (&kind("number"), "1.234,50", json!(1234.5)),
        (&kind("email"), "\u{200b}ana@example.com\u{200e}", json!("ana@example.com")),
        (&kind("email"), "ana＠example.com", json!("ana@example.com")),
        (&dated, "\u{200f}٢٨.٢.٢٠٢٦", json!("28.2.2026")),
    ] {
        assert_eq!(stored(question, answer), Some(is), "{answer:?}");
    }
    for (question, answer) in [
        (&json!({}), "\u{200b}\u{a0}\u{2060}"),
        (&kind("email"), "an\u{200b}a@example.com"),
        (&kind("number"), "1 2"),
        (&dated, "28.2.85"),
        (&dated, "30.2.2026"),
    ] {
        assert_eq!(stored(question, answer), None, "{answer:?}");
    }
}

#[test]
fn an_option_is_found_however_it_is_typed() {
    let chosen = |labels: [&str; 3], typed: &str| {
        let buttons: Vec<Value> = labels
            .iter()
            .enumerate()
            .map(|(at, label)| json!({ "id": format!("o{at}"), "label": label }))
            .collect();
        let mut talk = Talk::of(json!([
            { "id": "q", "type": "question_buttons", "text": "?", "buttons": buttons, "save_as": "it", "ports": { "next": "bye" } },
            { "id": "bye", "type": "end" }
        ]));
        talk.says("hi").says(typed);
        let value = talk.variable("it");
        labels.iter().position(|label| value == *label)
    };
    let plain = ["✅ Straße", "Café", "Yes"];
    for (typed, at) in [
        ("STRASSE", 0),
        ("straße ✅", 0),
        ("✅Straße", 0),
        ("cafe\u{301}\u{200b}", 1),
        ("ＣＡＦÉ", 1),
        ("yes!", 2),
        ("Yes 👍", 2),
        ("1", 0),
        ("2.", 1),
        ("(3)", 2),
        ("1️⃣", 0),
        ("٢", 1),
        ("३", 2),
        ("③", 2),
        ("３", 2),
        ("#2", 1),
    ] {
        assert_eq!(chosen(plain, typed), Some(at), "{typed}");
    }
    for typed in ["no", "4", "0", "👍", "1 2", "🔟", "Yes no"] {
        assert_eq!(chosen(plain, typed), None, "{typed}");
    }
    // What only an emoji tells apart is taken when the emoji is there.
    let alike = ["👍 Yes", "👎 Yes", "3"];
    assert_eq!(chosen(alike, "yes"), None);
    assert_eq!(chosen(alike, "👎 yes"), Some(1));
    assert_eq!(chosen(alike, "3"), Some(2));
    assert_eq!(chosen(["A+", "A-", "B"], "a–"), Some(1));
    assert_eq!(chosen(["İstanbul", "ΟΔΟΣ", "No"], "istanbul"), Some(0));
    assert_eq!(chosen(["İstanbul", "ΟΔΟΣ", "No"], "οδος"), Some(1));
}

#[test]
fn numbers_of_a_service_keep_their_digits_to_the_message_and_out_again() {
    let body = r#"{"id":12345678901234567890123,"price":0.10,"big":1e400,"one":1.0,"whole":12345678901234567890,"list":[1.50]}"#;
    let mut talk = Talk::of(json!([
        { "id": "call", "type": "api_request", "url": "https://example.com/", "save_as": "a", "ports": { "next": "set" } },
        { "id": "set", "type": "set_variable", "operations": [
            { "do": "set", "variable": "copy", "value": "{{a.json.price}}" },
            { "do": "set", "variable": "sum", "formula": "{a.json.price} + 0.25" },
            { "do": "set", "variable": "same", "formula": "{a.json.price} == 0.1" },
            { "do": "set", "variable": "large", "formula": "{a.json.id} > 12345678901234567890122" } ], "ports": { "next": "say" } },
        { "id": "say", "type": "question_text", "wait": false, "ports": { "next": "send" },
          "text": "{a.json.id} {a.json.price} {a.json.big} {a.json.one} {a.json.whole} {a.json.list} {copy} {sum} {same} {large}" },
        { "id": "send", "type": "api_request", "method": "POST", "url": "https://example.com/{a.json.price}",
          "body": { "json": "{\"all\":{{a.json}},\"text\":\"{copy}\"}" }, "ports": { "next": "tree" } },
        { "id": "tree", "type": "api_request", "method": "POST", "url": "https://example.com/",
          "body": { "json": { "id": "{{a.json.id}}", "copy": "{{copy}}" } }, "ports": { "next": "code" } },
        { "id": "code", "type": "custom_code", "code": "def __custom_fn__(variables):\n    return 1", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end" }
    ]));
    talk.says("hi");
    let answer = |body: &str| {
        Outcome::Http(Ok(HttpAnswer { status: 200, headers: Vec::new(), body_text: body.to_owned() }))
    };
    talk.answers(answer(body));
    assert_eq!(
        talk.texts(),
        ["12345678901234567890123 0.10 1e400 1.0 12345678901234567890 [1.50] 0.10 0.35 true true"]
    );
    assert_eq!(talk.http().url, "https://example.com/0.10");
    assert_eq!(talk.http().body.as_deref(), Some(format!("{{\"all\":{body},\"text\":\"0.10\"}}").as_str()));
    talk.answers(answer("{}"));
    assert_eq!(talk.http().body.as_deref(), Some(r#"{"id":12345678901234567890123,"copy":0.10}"#));
    talk.answers(answer("{}"));
    let Some(Request::Code(request)) = talk.request() else { panic!("no code") };
    assert_eq!(request.variables["copy"], json!(0.1));
    assert_eq!(request.variables["a"]["json"]["id"], json!("12345678901234567890123"));
}

#[test]
fn restart_words_are_known_however_they_are_typed() {
    for typed in ["menu", " MENU\u{200b}", "Menu!", "ｍｅｎｕ", "menu 🙂", "\u{2066}menu\u{2069}"] {
        let mut bot = crate::harness::definition(json!([
            { "id": "q", "type": "question_text", "text": "?", "save_as": "it", "ports": { "next": "q2" } },
            { "id": "q2", "type": "question_text", "text": "!", "ports": { "next": "q2" } }
        ]));
        bot.settings.restart_words = vec!["Menu".into()];
        let mut talk = Talk::new(crate::harness::compile(bot));
        talk.says("hi").says("Ana").says(typed);
        assert!(talk.state.end_reason().is_some() && talk.texts().is_empty(), "{typed}");
    }
}
