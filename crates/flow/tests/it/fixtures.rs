//! `fixtures/component/<name>.json`: conversations that show what a component does.

use std::path::PathBuf;

use chasqui_flow::*;
use chasqui_model::message::inbound::Content;
use serde_json::Value;

use crate::harness::{Talk, compile, http, text};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/component")
}

#[test]
fn every_component_does_what_its_fixture_shows() {
    for kind in Component::KINDS {
        let path = folder().join(format!("{kind}.json"));
        let file = std::fs::read_to_string(&path)
            .unwrap_or_else(|_| panic!("{kind} has no fixture {}", path.display()));
        let cases: Vec<Value> = serde_json::from_str(&file).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert!(!cases.is_empty(), "{kind} has no case");
        assert!(file.contains(&format!("\"type\": \"{kind}\"")), "the fixture of {kind} does not use it");
        for case in cases {
            run(kind, &case);
        }
    }
}

#[test]
fn no_fixture_is_for_a_component_that_is_gone() {
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(Component::KINDS.contains(&name.trim_end_matches(".json")), "{name}");
    }
}

/// The bot file of a case.
pub fn file_of(case: &Value) -> Value {
    let mut file = case["bot"].as_object().unwrap_or_else(|| panic!("{case}: no bot")).clone();
    file.insert("format".to_owned(), Value::from(1));
    file.entry("name").or_insert(Value::from("Bot"));
    let start = file["nodes"][0].get("id").cloned().unwrap_or_default();
    file.entry("start").or_insert(start);
    file.into()
}

/// Plays a case; fails by panicking.
pub fn run(kind: &str, case: &Value) {
    let shows = format!("{kind}: {}", case["shows"].as_str().expect("a case says what it shows"));
    let definition =
        Definition::from_value(file_of(case)).unwrap_or_else(|problems| panic!("{shows}: {problems:#?}"));
    let again = Definition::from_value(definition.to_json()).unwrap();
    assert_eq!(again, definition, "{shows}: the bot reads back what it wrote");
    let preset = case["variables"].as_object().cloned().unwrap_or_default();
    let mut talk = Talk::with(compile(definition), preset);
    for (index, step) in case["steps"].as_array().expect("steps").iter().enumerate() {
        let (key, value) = step.as_object().unwrap().iter().next().unwrap();
        let at = format!("{shows}\n  step {}: {step}", index + 1);
        if !act(&mut talk, key, value) {
            check(&talk, key, value, &at);
        }
    }
}

/// What happens. `false` when the step is an expectation.
fn act(talk: &mut Talk, key: &str, value: &Value) -> bool {
    let word = || value.as_str().unwrap();
    match key {
        "contact" => talk.hears(text(word())),
        "tap" => talk.taps(word()),
        "inbound" => talk.hears(serde_json::from_value::<Content>(value.clone()).unwrap()),
        "started_by_us" => talk.run(Event::StartedByUs),
        "http" => {
            let status = u16::try_from(value["status"].as_u64().unwrap()).unwrap();
            talk.answers(http(status, &value["json"]))
        }
        "http_error" => talk.answers(Outcome::Http(Err(error(word())))),
        "file" => talk.answers(Outcome::Media(Ok(serde_json::from_value(value.clone()).unwrap()))),
        "file_error" => talk.answers(Outcome::Media(Err(error(word())))),
        "outcome" => talk.answers(serde_json::from_value(value.clone()).unwrap()),
        "wake" => {
            talk.context.window_open = value["window_open"].as_bool().unwrap_or(true);
            talk.wakes()
        }
        "hand_back" => talk.run(Event::HandBack),
        _ => return false,
    };
    true
}

fn error(kind: &str) -> CallError {
    CallError { kind: serde_json::from_value(Value::from(kind)).unwrap(), message: "details".to_owned() }
}

fn check(talk: &Talk, key: &str, value: &Value, at: &str) {
    match key {
        "says" => assert_eq!(serde_json::json!(talk.texts()), *value, "{at}"),
        "sends" => {
            let sent: Vec<Value> =
                talk.sent().map(|content| serde_json::to_value(content).unwrap()).collect();
            let wanted = value.as_array().unwrap();
            assert_eq!(sent.len(), wanted.len(), "{at}\n{sent:#?}");
            for (sent, wanted) in sent.iter().zip(wanted) {
                assert!(holds(sent, wanted), "{at}\n{sent:#?}");
            }
        }
        "asks" => {
            let request = serde_json::to_value(talk.request()).unwrap();
            assert!(holds(&request, value), "{at}\n{request:#?}");
        }
        "sleeps" => assert_eq!(talk.sleep().map(|time| time.as_secs_f64()), value.as_f64(), "{at}"),
        "hands_off" => {
            let note = talk.effects.iter().find_map(|effect| match effect {
                Effect::HandOff { note, .. } => Some(note.as_str()),
                _ => None,
            });
            assert_eq!(note, value.as_str(), "{at}");
        }
        "path" => assert_eq!(serde_json::json!(talk.path()), *value, "{at}\n{:#?}", talk.trace),
        "notices" => assert_eq!(serde_json::json!(talk.notices()), *value, "{at}"),
        "warnings" => {
            let warnings: Vec<&String> = talk.trace.visits.iter().flat_map(|visit| &visit.warnings).collect();
            assert_eq!(serde_json::json!(warnings), *value, "{at}");
        }
        "details" => {
            let details: Vec<&String> =
                talk.trace.visits.iter().filter_map(|visit| visit.detail.as_ref()).collect();
            assert_eq!(serde_json::json!(details), *value, "{at}");
        }
        "variables" => {
            for (name, wanted) in value.as_object().unwrap() {
                assert_eq!(talk.variable(name), *wanted, "{at}");
            }
        }
        "status" => {
            assert_eq!(talk.state.status().name(), value.as_str().unwrap(), "{at}\n{:#?}", talk.trace);
        }
        "ended" => {
            let reason = talk.state.end_reason().map(chasqui_model::conversation::EndReason::name);
            assert_eq!(reason, value.as_str(), "{at}\n{:#?}", talk.trace);
        }
        _ => panic!("{at}: there is no such step"),
    }
}

/// Whether a value has everything that is wanted; objects may have more.
fn holds(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Object(value), Value::Object(wanted)) => {
            wanted.iter().all(|(key, wanted)| holds(value.get(key).unwrap_or(&Value::Null), wanted))
        }
        (Value::Array(value), Value::Array(wanted)) => {
            value.len() == wanted.len()
                && value.iter().zip(wanted).all(|(value, wanted)| holds(value, wanted))
        }
        (value, wanted) => value == wanted,
    }
}
