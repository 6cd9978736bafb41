//! Every message type against the samples of the contract, in both directions. A type without a fixture fails.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use chasqui_model::Timestamp;
use chasqui_model::message::{Outbound, inbound, outbound};
use chasqui_whatsapp::message::{Recipient, Uploaded, check, stored, to_wire};
use chasqui_whatsapp::webhook::{Update, parse};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The names of all variants, as serde lists them when it refuses one.
fn variants<T: DeserializeOwned>() -> Vec<String> {
    let error = serde_json::from_value::<T>(json!({"type": "?"})).err().unwrap().to_string();
    let list = error.split("expected one of ").nth(1).unwrap();
    list.split(", ").map(|name| name.split('`').nth(1).unwrap().to_owned()).collect()
}

fn cases(direction: &str, name: &str) -> Vec<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/{direction}/{name}.json"));
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|_| panic!("{name} has no fixture: write {}", path.display()));
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(!cases.is_empty(), "{name} has no cases");
    cases
}

fn body(case: &Value) -> Vec<u8> {
    let mut value = json!({
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"},
        "contacts": [{"profile": {"name": "Sheena Nelson"}, "wa_id": "16505551234"}],
        "messages": [case["message"]],
    });
    if let Some(errors) = case.get("errors") {
        value["errors"] = errors.clone();
    }
    let entry = json!({"id": "102290129340398", "changes": [{"value": value, "field": "messages"}]});
    serde_json::to_vec(&json!({"object": "whatsapp_business_account", "entry": [entry]})).unwrap()
}

#[test]
fn every_inbound_type_is_read() {
    for name in variants::<inbound::Content>() {
        for case in cases("inbound", &name) {
            let delivery = parse(&body(&case)).unwrap();
            let shows = format!("{name}: {}", case["shows"]);
            let Update::Message { phone_number_id, sender, inbound, group, raw, .. } = &delivery.updates[0]
            else {
                panic!("{shows}: {:?}", delivery.updates[0])
            };
            assert_eq!(case["content"]["type"], *name, "{shows}");
            let expected: inbound::Content = serde_json::from_value(case["content"].clone()).unwrap();
            assert_eq!(inbound.content, expected, "{shows}");
            assert_eq!(inbound.wamid, case["message"]["id"], "{shows}");
            let at = case["message"]["timestamp"].as_str().unwrap().parse().unwrap();
            assert_eq!(inbound.at, Timestamp::from_seconds(at), "{shows}");
            assert_eq!(inbound.reply_to.as_deref(), case["reply_to"].as_str(), "{shows}");
            assert_eq!(inbound.forwarded, case["forwarded"] == true, "{shows}");
            assert_eq!(inbound.referral.as_ref(), case.get("referral"), "{shows}");
            assert_eq!(group.as_deref(), case["group"].as_str(), "{shows}");
            assert_eq!(phone_number_id.as_deref(), Some("106540352242922"));
            assert_eq!(sender.wa_id.as_deref(), Some("16505551234"), "{shows}");
            assert_eq!(sender.name.as_deref(), Some("Sheena Nelson"), "{shows}");
            assert_eq!(serde_json::from_str::<Value>(raw.as_str()).unwrap(), case["message"], "{shows}");
        }
    }
}

#[test]
fn every_outbound_type_is_written_as_meta_wants_it() {
    for name in variants::<outbound::Content>() {
        for case in cases("outbound", &name) {
            let shows = format!("{name}: {}", case["shows"]);
            let message: Outbound = serde_json::from_value(case["message"].clone()).unwrap();
            let uploaded: Uploaded = case
                .get("uploaded")
                .map(|ids| serde_json::from_value::<BTreeMap<String, String>>(ids.clone()).unwrap())
                .unwrap_or_default()
                .into_iter()
                .collect();
            let user_id = case["user_id"].as_str();
            let to = user_id.is_none().then_some("16505551234");
            let wire = to_wire(
                &message,
                &Recipient { to, user_id },
                case["callback"].as_str().unwrap_or(""),
                &uploaded,
            );
            let wire: Value = serde_json::from_slice(&wire.unwrap()).unwrap();
            assert_eq!(wire, case["wire"], "{shows}\n{wire}");
            assert_eq!(check(&message), Ok(()), "{shows}");
            assert!(stored(&message).iter().all(|media| uploaded.contains_key(*media)), "{shows}");
            assert_eq!(stored(&message).len(), uploaded.len(), "{shows}");
        }
    }
}
