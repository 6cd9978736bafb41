//! What contacts can do: every kind of message, other numbers, odd letters.

use std::time::Duration;

use chasqui_simulator::harness::NUMBER;
use chasqui_simulator::{InboundOptions, NumberChange, PhoneSpec};
use serde_json::{Value, json};

use crate::rig::{Rig, WAIT, code, eventually, text};

fn change_of(rig: &Rig, place: usize) -> Value {
    let body: Value = serde_json::from_slice(&rig.hook.got()[place].body).unwrap();
    body["entry"][0]["changes"][0].clone()
}

#[tokio::test]
async fn every_kind_arrives_as_it_was_given() {
    let rig = Rig::start().await;
    let kinds: Vec<Value> = serde_json::from_str(include_str!("inbound.json")).unwrap();
    for kind in kinds {
        rig.hook.forget();
        let mut spec = kind.clone();
        spec["phone_number_id"] = json!(NUMBER);
        spec["from"] = json!("4915123456789");
        let (status, answer) = rig.post("/_sim/inbound", &spec).await;
        assert_eq!(status, 202, "{answer}");
        eventually("a delivery", || rig.hook.got().len() == 1).await;
        let value = change_of(&rig, 0)["value"].clone();
        let arrived = &value["messages"][0];
        for (key, given) in kind["message"].as_object().unwrap() {
            assert_eq!(&arrived[key], given, "{}: {key}", kind["shows"]);
        }
        assert_eq!((&arrived["from"], &arrived["id"]), (&json!("4915123456789"), &answer["wamid"]));
        assert_eq!(value.get("errors"), kind["options"]["value"].get("errors"), "{}", kind["shows"]);
    }
}

#[tokio::test]
async fn edits_and_revocations_change_the_chat() {
    let rig = Rig::start().await;
    let ana = rig.meta.contact("Ana", NUMBER).unwrap();
    let original = ana.says("Monday").unwrap();
    let edited = json!({"type": "text", "text": {"body": "Tuesday"}});
    let edit = json!({"original_message_id": original, "message": edited});
    ana.sends(json!({"type": "edit", "edit": edit})).unwrap();
    ana.settles(WAIT).await.unwrap();
    let path = format!("/_sim/phones/{}/chats/{NUMBER}", ana.wa_id());
    let chat = rig.get(&path).await;
    let item = &chat["items"][0];
    assert_eq!((&item["message"]["text"]["body"], &item["edited"]), (&json!("Tuesday"), &json!(true)));
    ana.sends(json!({"type": "revoke", "revoke": {"original_message_id": original}})).unwrap();
    ana.settles(WAIT).await.unwrap();
    let chat = rig.get(&path).await;
    assert_eq!((chat["items"].as_array().unwrap().len(), &chat["items"][0]["revoked"]), (1, &json!(true)));
    assert_eq!(rig.hook.got().len(), 3);
}

#[tokio::test]
async fn halves_of_surrogate_pairs_are_delivered_as_halves() {
    let rig = Rig::start().await;
    let body = format!(
        r#"{{"phone_number_id":"{NUMBER}","from":"4915123456789","message":{{"type":"text","text":{{"body":"cut \ud83d"}}}}}}"#
    );
    let answer = rig.http.post(rig.url("/_sim/inbound")).body(body).send().await.unwrap();
    assert_eq!(answer.status(), 202);
    eventually("a delivery", || rig.hook.got().len() == 1).await;
    let got = rig.hook.got().remove(0);
    assert!(got.is_signed());
    assert!(got.text().contains(r#"{"body":"cut \ud83d"}"#), "{}", got.text());
}

#[tokio::test]
async fn the_window_counts_from_the_time_of_the_message() {
    let rig = Rig::start().await;
    let now = rig.meta.now().millis() / 1000;
    let ana = rig.meta.contact("Ana", NUMBER).unwrap();
    let at = |timestamp: i64| InboundOptions { timestamp: Some(timestamp), ..InboundOptions::default() };
    let hello = || json!({"type": "text", "text": {"body": "hi"}});
    ana.sends_with(hello(), at(now - 25 * 3600)).unwrap();
    ana.settles(WAIT).await.unwrap();
    assert_eq!(code(&rig.send_to(ana.wa_id(), text("x")).await), 131_047);
    ana.sends_with(hello(), at(now - 23 * 3600)).unwrap();
    ana.settles(WAIT).await.unwrap();
    rig.send_to(ana.wa_id(), text("x")).await.unwrap();
    ana.sends_with(hello(), at(now - 48 * 3600)).unwrap();
    ana.settles(WAIT).await.unwrap();
    rig.send_to(ana.wa_id(), text("an older one closes nothing")).await.unwrap();
    rig.meta.advance(Duration::from_hours(1));
    assert_eq!(code(&rig.send_to(ana.wa_id(), text("x")).await), 131_047);
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
async fn who_takes_a_number_that_was_given_up_is_somebody_else() {
    let rig = Rig::start().await;
    let spec = PhoneSpec {
        wa_id: Some("4915100000001".into()),
        parent_user_id: Some("DE.ENT.1".into()),
        ..PhoneSpec::default()
    };
    let old = rig.meta.phone(spec, NUMBER).unwrap();
    old.says("I am the first").unwrap();
    old.settles(WAIT).await.unwrap();
    let before = change_of(&rig, 0)["value"]["contacts"][0].clone();
    let forms = [
        (NumberChange::Number, "4915100000002"),
        (NumberChange::NumberAndUserId, "4915100000003"),
        (NumberChange::NewWaId, "4915100000004"),
        (NumberChange::UserId, "4915100000005"),
        (NumberChange::Silent, "4915100000006"),
    ];
    let mut person = old;
    for (form, number) in forms {
        rig.hook.forget();
        let last = person.wa_id().to_owned();
        person = person.changes_number(number, form).unwrap();
        person.settles(WAIT).await.unwrap();
        if form == NumberChange::Silent {
            assert_eq!(rig.hook.got().len(), 0);
            continue;
        }
        let value = change_of(&rig, 0)["value"].clone();
        let message = &value["messages"][0];
        let system = &message["system"];
        assert_eq!((value.get("contacts"), message.get("from_user_id")), (None, None));
        match form {
            NumberChange::Number => {
                assert_eq!((&message["from"], &system["wa_id"]), (&json!(last), &json!(number)));
            }
            NumberChange::NumberAndUserId => {
                assert_eq!((&message["from"], &system["wa_id"]), (&json!(last), &json!(number)));
                assert!(system["user_id"].as_str().unwrap().starts_with("DE."));
            }
            NumberChange::NewWaId => {
                assert_eq!((system.get("wa_id"), &system["new_wa_id"]), (None, &json!(number)));
            }
            NumberChange::UserId => {
                assert_eq!(message.get("from"), None);
                assert_ne!(system["user_id"], system["previous_user_id"]);
                assert_ne!(system["parent_user_id"], system["previous_parent_user_id"]);
            }
            NumberChange::Silent => {}
        }
    }
    rig.send_to(person.wa_id(), text("the window went along")).await.unwrap();
    eventually("three statuses", || rig.hook.statuses().len() == 3).await;
    rig.hook.forget();
    let spec = PhoneSpec { wa_id: Some("4915100000001".into()), ..PhoneSpec::default() };
    let stranger = rig.meta.phone(spec, NUMBER).unwrap();
    assert_eq!(code(&rig.send_to(stranger.wa_id(), text("x")).await), 131_047);
    stranger.says("I am new here").unwrap();
    stranger.settles(WAIT).await.unwrap();
    let after = change_of(&rig, 0)["value"]["contacts"][0].clone();
    assert_eq!(before["wa_id"], after["wa_id"]);
    assert_ne!(before["user_id"], after["user_id"]);
    let path = format!("/_sim/phones/{}/number", stranger.wa_id());
    assert_eq!(rig.post(&path, &json!({"wa_id": person.wa_id()})).await.0, 409);
    assert_eq!(rig.post(&path, &json!({"wa_id": "4915100000007", "form": "user_id"})).await.0, 202);
    assert_eq!(rig.post(&path, &json!({"wa_id": "4915100000008"})).await.0, 404);
}

#[tokio::test]
async fn names_and_ids_are_as_the_phone_has_them() {
    let rig = Rig::start().await;
    let spec = PhoneSpec {
        username: Some("@ines".into()),
        parent_user_id: Some("DE.ENT.7".into()),
        hide_number: Some(true),
        ..PhoneSpec::default()
    };
    let ines = rig.meta.phone(spec, NUMBER).unwrap();
    ines.says("hi").unwrap();
    ines.settles(WAIT).await.unwrap();
    let value = change_of(&rig, 0)["value"].clone();
    let contact = &value["contacts"][0];
    assert_eq!(
        (&contact["profile"]["username"], &contact["parent_user_id"]),
        (&json!("@ines"), &json!("DE.ENT.7"))
    );
    assert_eq!((contact.get("wa_id"), value["messages"][0].get("from")), (None, None));
    assert_eq!(value["messages"][0]["from_parent_user_id"], "DE.ENT.7");
    rig.hook.forget();
    let options =
        InboundOptions { omit_user_id: true, contacts: Some(Vec::new()), ..InboundOptions::default() };
    ines.sends_with(json!({"type": "text", "text": {"body": "x"}, "from": "4915123"}), options).unwrap();
    ines.settles(WAIT).await.unwrap();
    let value = change_of(&rig, 0)["value"].clone();
    assert_eq!((value.get("contacts"), value["messages"][0].get("from_user_id")), (None, None));
}

#[tokio::test]
async fn other_fields_have_their_own_shape() {
    let rig = Rig::start().await;
    let ana = rig.meta.contact("Ana", NUMBER).unwrap();
    let of = |field: &str| InboundOptions {
        field: Some(field.into()),
        display_phone_number: Some("+1 555 078 3881".into()),
        ..InboundOptions::default()
    };
    let hello = || json!({"type": "text", "text": {"body": "hi"}});
    ana.sends_with(hello(), of("standby")).unwrap();
    ana.sends_with(hello(), of("smb_message_echoes")).unwrap();
    ana.settles(WAIT).await.unwrap();
    let standby = change_of(&rig, 0);
    assert_eq!(standby["field"], "standby");
    assert_eq!(standby["value"]["standby"]["messages"][0]["text"]["body"], "hi");
    assert_eq!(standby["value"]["metadata"]["display_phone_number"], "+1 555 078 3881");
    assert_eq!(standby["value"].get("messages"), None);
    assert_eq!(change_of(&rig, 1)["value"]["message_echoes"][0]["text"]["body"], "hi");
}
