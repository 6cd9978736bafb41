//! Text from contacts is data, wherever it goes.

use serde_json::{Value, json};

use crate::harness::{Talk, http};

const EVIL: &[&str] = &[
    "{contact.phone}",
    "{{contact.phone}}",
    "Sum(1,2)",
    "\",\"x\":\"",
    "\\\",\"x\":\"",
    "a\r\nX-Admin: yes",
    "../../admin",
    "?admin=1#",
    "&admin=1",
    "{limit}",
    "a\u{0}\u{202e}b",
    "'); DROP TABLE bots; --",
];

#[test]
fn a_contacts_text_arrives_as_text() {
    let mut talk = Talk::of(json!([
        { "id": "ask", "type": "question_text", "text": "{answer}|{copy}|{sum}", "save_as": "answer", "ports": { "next": "set" } },
        { "id": "set", "type": "set_variable", "operations": [
            { "do": "set", "variable": "copy", "value": "<{answer}>" },
            { "do": "set", "variable": "sum", "formula": "Concat(\"{answer}\", answer)" } ], "ports": { "next": "ask" } }
    ]));
    talk.says("hi");
    for evil in EVIL {
        talk.says(evil);
        let evil = evil.trim();
        assert_eq!(talk.texts(), [format!("{evil}|<{evil}>|{evil}{evil}").trim()]);
    }
}

#[test]
fn a_contacts_text_cannot_leave_its_place_in_a_request() {
    let mut talk = Talk::of(json!([
        { "id": "ask", "type": "question_text", "text": "?", "save_as": "a", "ports": { "next": "call" } },
        { "id": "call", "type": "api_request", "method": "POST", "url": "https://example.com/x/{a}/y?q={a}", "params": { "p": "{a}" },
          "body": { "json": "{\"a\": \"{a}\", \"b\": {{a}}, \"c\": {a}}" }, "ports": { "next": "tree", "error": "ask" } },
        { "id": "tree", "type": "api_request", "method": "POST", "url": "https://example.com/", "body": { "json": { "a": "{a}", "b": "{{a}}" } }, "ports": { "next": "form", "error": "ask" } },
        { "id": "form", "type": "api_request", "method": "POST", "url": "https://example.com/", "body": { "form": { "a": "{a}" } }, "ports": { "next": "header", "error": "ask" } },
        { "id": "header", "type": "api_request", "url": "https://example.com/", "headers": { "X-A": "{a}" }, "ports": { "next": "ask", "error": "ask" } }
    ]));
    talk.says("hi");
    for evil in EVIL {
        let wanted = evil.trim();
        talk.says(evil);
        let request = talk.http().clone();
        let rest = request.url.strip_prefix("https://example.com/x/").unwrap();
        let (segment, query) = rest.split_once("/y?q=").unwrap();
        assert!(!segment.contains(['/', '?', '#', '&', '\r', '\n', '"']), "{segment}");
        assert_eq!(query, format!("{segment}&p={segment}"));
        let body: Value = serde_json::from_str(request.body.as_deref().unwrap()).unwrap();
        assert_eq!(body, json!({ "a": wanted, "b": wanted, "c": wanted }));
        talk.answers(http(200, &Value::Null));
        let body: Value = serde_json::from_str(talk.http().body.as_deref().unwrap()).unwrap();
        assert_eq!(body, json!({ "a": wanted, "b": wanted }));
        talk.answers(http(200, &Value::Null));
        assert!(!talk.http().body.as_deref().unwrap()[2..].contains(['&', '=', '\r', '\n']));
        talk.answers(http(200, &Value::Null));
        match talk.notices().as_slice() {
            [] => {
                let value = &talk.http().headers[0].1;
                assert!(!value.contains(['\r', '\n', '\0']));
                talk.answers(http(200, &Value::Null));
            }
            notices => assert_eq!(notices, ["invalid_header"]),
        }
    }
}

#[test]
fn answers_of_services_are_data_too() {
    let mut talk = Talk::of(json!([
        { "id": "call", "type": "api_request", "url": "https://example.com/", "save_as": "r", "ports": { "next": "say" } },
        { "id": "say", "type": "question_buttons", "text": "{r.json.text}", "buttons": [{ "id": "a", "label": "{r.json.label}" }], "ports": { "option:a": "call" } }
    ]));
    talk.says("hi").answers(http(200, &json!({ "text": "{contact.phone}", "label": "{{contact.phone}}" })));
    assert_eq!(talk.texts(), ["{contact.phone}"]);
    talk.says("{{contact.phone}}");
    assert_eq!(talk.path()[0], "say:option:a");
}

#[test]
fn notices_hold_no_text_of_the_contact() {
    let mut talk = Talk::of(json!([
        { "id": "f", "type": "formula", "expression": "1 + message.text", "save_as": "x", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end" }
    ]));
    talk.says("my secret");
    let shown = format!("{:?}", talk.effects);
    assert!(!shown.contains("secret"), "{shown}");
    assert!(talk.trace.visits[0].error.as_deref().unwrap().contains("my secret"));
}
