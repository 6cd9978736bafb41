//! Deliveries: bytes, signatures, retries, order, batches.

use std::time::Duration;

use chasqui_simulator::harness::NUMBER;
use chasqui_simulator::{InboundOptions, ItemStatus};
use chasqui_whatsapp::webhook::Update;
use serde_json::{Value, json};

use crate::rig::{Rig, WAIT, eventually};

fn options(change: impl FnOnce(&mut InboundOptions)) -> InboundOptions {
    let mut options = InboundOptions::default();
    change(&mut options);
    options
}

fn say(body: &str) -> Value {
    json!({"type": "text", "text": {"body": body}})
}

#[tokio::test]
async fn the_bytes_are_metas_and_signed() {
    let rig = Rig::start().await;
    let zoe = rig.meta.contact("Zoë", NUMBER).unwrap();
    let typed = "J'ai mangé 🍕 <3 https://ex.am/p?a=50% me@ex.am";
    zoe.says(typed).unwrap();
    zoe.settles(WAIT).await.unwrap();
    let got = rig.hook.got().remove(0);
    assert!(got.is_signed());
    assert!(
        got.text()
            .contains(r"J'ai mang\u00e9 \ud83c\udf55 \u003C3 https:\/\/ex.am\/p?a=50\u0025 me\u0040ex.am")
    );
    let Update::Message { sender, inbound, phone_number_id, business_account_id, .. } =
        rig.hook.updates().remove(0)
    else {
        panic!()
    };
    assert_eq!((inbound.content.text(), sender.name.as_deref()), (typed, Some("Zoë")));
    assert_eq!(phone_number_id.as_deref(), Some(NUMBER));
    assert_eq!(business_account_id.as_deref(), Some(chasqui_simulator::harness::ACCOUNT));

    zoe.sends_with(say("x"), options(|options| options.wrong_signature = true)).unwrap();
    zoe.sends_with(say("y"), options(|options| options.no_signature = true)).unwrap();
    zoe.settles(WAIT).await.unwrap();
    let got = rig.hook.got();
    assert!(!got[1].is_signed() && got[1].signature.is_some());
    assert!(got[2].signature.is_none());
}

#[tokio::test]
async fn anything_but_200_is_tried_again_for_seven_days() {
    let rig = Rig::start().await;
    rig.hook.answer_with(&[500, 201, 404]);
    let ana = rig.meta.contact("Ana", NUMBER).unwrap();
    let wamid = ana.says("hi").unwrap();
    eventually("a first try", || rig.hook.got().len() == 1).await;
    assert_eq!(ana.status_of(&wamid), Some(ItemStatus::Pending));
    for (tries, pause) in [(2, 1), (3, 2), (4, 4)] {
        rig.meta.advance(Duration::from_secs(pause));
        eventually("another try", || rig.hook.got().len() == tries).await;
    }
    ana.settles(WAIT).await.unwrap();
    assert_eq!(ana.status_of(&wamid), Some(ItemStatus::Delivered));
    assert!(rig.hook.got().iter().all(|got| got.body == rig.hook.got()[0].body), "the same bytes each time");

    rig.hook.answer_with(&[500; 200]);
    let wamid = ana.says("lost").unwrap();
    for _ in 0..400 {
        rig.meta.advance(Duration::from_hours(6));
        tokio::time::sleep(Duration::from_millis(3)).await;
        if ana.status_of(&wamid) == Some(ItemStatus::Failed) {
            return;
        }
    }
    panic!("never given up");
}

#[tokio::test]
async fn a_contacts_messages_keep_their_order_through_failures() {
    let rig = Rig::start().await;
    rig.hook.answer_with(&[503, 503]);
    let ana = rig.meta.contact("Ana", NUMBER).unwrap();
    ana.says("one").unwrap();
    eventually("a first try", || rig.hook.got().len() == 1).await;
    ana.says("two").unwrap();
    eventually("the second message wakes the retry", || rig.hook.got().len() == 2).await;
    ana.says("three").unwrap();
    ana.settles(WAIT).await.unwrap();
    assert_eq!(rig.hook.words(), ["one", "one", "one", "two", "three"]);
    // Another contact never waits.
    rig.hook.forget();
    rig.hook.answer_with(&[503]);
    ana.says("four").unwrap();
    eventually("a first try", || rig.hook.got().len() == 1).await;
    let bruno = rig.meta.contact("Bruno", NUMBER).unwrap();
    bruno.says("hi").unwrap();
    bruno.settles(WAIT).await.unwrap();
    assert_eq!(rig.hook.words(), ["four", "hi"]);
}

#[tokio::test]
async fn duplicates_and_reordering() {
    let rig = Rig::start().await;
    let ana = rig.meta.contact("Ana", NUMBER).unwrap();
    ana.sends_with(say("same"), options(|options| options.duplicate = 2)).unwrap();
    eventually("three of them", || rig.hook.got().len() == 3).await;
    let keys: Vec<_> = rig.hook.updates().iter().map(Update::key).collect();
    assert!(keys.iter().all(|key| *key == keys[0]));
    rig.hook.forget();
    ana.sends_with(say("first"), options(|options| options.reorder = true)).unwrap();
    ana.says("second").unwrap();
    ana.settles(WAIT).await.unwrap();
    assert_eq!(rig.hook.words(), ["second", "first"]);
    rig.hook.forget();
    ana.sends_with(say("alone"), options(|options| options.reorder = true)).unwrap();
    rig.meta.advance(Duration::from_secs(3));
    ana.settles(WAIT).await.unwrap();
    rig.hook.forget();
    rig.meta.set(|settings| settings.deliver_twice = true);
    ana.says("twice").unwrap();
    eventually("twice", || rig.hook.words() == ["twice", "twice"]).await;
}

#[tokio::test]
async fn a_delay_follows_the_clock() {
    let rig = Rig::start().await;
    let ana = rig.meta.contact("Ana", NUMBER).unwrap();
    ana.sends_with(say("late"), options(|options| options.delay_ms = 3_600_000)).unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(rig.hook.got().len(), 0);
    rig.meta.advance(Duration::from_hours(1));
    ana.settles(WAIT).await.unwrap();
    assert_eq!(rig.hook.words(), ["late"]);
}

#[tokio::test]
async fn batches_hold_a_thousand_in_any_layout() {
    let rig = Rig::start().await;
    for (split, entries, changes) in [("entries", 1000, 1000), ("changes", 1, 1000), ("messages", 1, 1)] {
        rig.hook.forget();
        let specs: Vec<Value> = (0..1000)
            .map(|no| {
                json!({"phone_number_id": NUMBER, "from": format!("49150{no:08}"), "message": say(&no.to_string()),
                    "options": {"batch": "b"}})
            })
            .collect();
        let (status, answer) = rig.post("/_sim/inbound", &json!(specs)).await;
        assert_eq!((status, answer["wamids"].as_array().map(Vec::len)), (202, Some(1000)));
        let (status, answer) = rig.post("/_sim/batches/b/send", &json!({ "split": split })).await;
        assert_eq!((status, &answer["updates"]), (202, &json!(1000)));
        eventually("one delivery", || rig.hook.got().len() == 1).await;
        let body: Value = serde_json::from_slice(&rig.hook.got()[0].body).unwrap();
        let all = body["entry"].as_array().unwrap();
        let count = all.iter().map(|entry| entry["changes"].as_array().unwrap().len()).sum::<usize>();
        assert_eq!((all.len(), count), (entries, changes));
        let expected: Vec<String> = (0..1000).map(|no| no.to_string()).collect();
        assert_eq!(rig.hook.words(), expected);
    }
    assert_eq!(rig.post("/_sim/batches/none/send", &json!({})).await.0, 404);
}

#[tokio::test]
async fn odd_messages_are_delivered_as_asked() {
    let rig = Rig::start().await;
    let send = async |message: Value, options: Value| {
        rig.hook.forget();
        let spec = json!({"phone_number_id": NUMBER, "from": "4915123456789", "name": "Ana", "message": message, "options": options});
        assert_eq!(rig.post("/_sim/inbound", &spec).await.0, 202);
        eventually("a delivery", || rig.hook.got().len() == 1).await;
        let body: Value = serde_json::from_slice(&rig.hook.got()[0].body).unwrap();
        body["entry"][0]["changes"][0]["value"].clone()
    };
    let value = send(say("x"), json!({"omit_contacts": true, "omit_from": true})).await;
    assert_eq!((value.get("contacts"), value["messages"][0].get("from")), (None, None));
    assert!(value["messages"][0]["from_user_id"].is_string());
    let value = send(
        say("x"),
        json!({"millisecond_timestamp": true, "timestamp": 1_749_416_383, "wamid": "wamid.X"}),
    )
    .await;
    assert_eq!(value["messages"][0]["timestamp"], "1749416383000");
    assert_eq!(value["messages"][0]["id"], "wamid.X");
    let value = send(json!({"type": "hologram", "hologram": {"depth": 3}}), json!({})).await;
    assert_eq!(value["messages"][0]["hologram"]["depth"], 3);
    assert_eq!(value["contacts"][0]["profile"]["name"], "Ana");
}

#[tokio::test]
async fn any_body_is_delivered_signed() {
    let rig = Rig::start().await;
    let body = r#"{"object":"whatsapp_business_account",  "entry":[]}"#;
    rig.post("/_sim/webhook", &json!({"phone_number_id": NUMBER, "body": body})).await;
    eventually("a delivery", || rig.hook.got().len() == 1).await;
    assert_eq!(rig.hook.got()[0].text(), body);
    assert!(rig.hook.got()[0].is_signed());
    assert_eq!(rig.post("/_sim/webhook", &json!({"phone_number_id": NUMBER})).await.0, 400);
    assert_eq!(rig.post("/_sim/webhook", &json!({"phone_number_id": "1", "body": ""})).await.0, 404);
}
