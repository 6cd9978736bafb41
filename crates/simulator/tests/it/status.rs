//! Statuses: which come, in which order, and what they carry.

use std::time::Duration;

use chasqui_simulator::harness::{self, NUMBER};
use chasqui_simulator::{FaultKind, FaultSpec, PhoneSpec};
use chasqui_whatsapp::webhook::Status;
use serde_json::{Value, json};

use crate::rig::{Hook, Rig, WAIT, eventually, text};

#[tokio::test]
async fn a_message_is_sent_delivered_and_read() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    let sent = rig.send_to(ana.wa_id(), text("x")).await.unwrap();
    eventually("three statuses", || rig.hook.statuses().len() == 3).await;
    let statuses = rig.hook.statuses();
    let names: Vec<_> = statuses.iter().map(|status| status.status.clone()).collect();
    assert_eq!(names, [Status::Sent, Status::Delivered, Status::Read]);
    for status in &statuses {
        assert_eq!((&status.wamid, status.callback.as_deref()), (&sent.wamid, Some("msg_7")));
        assert_eq!(status.recipient.wa_id.as_deref(), Some(ana.wa_id()));
        assert!(status.recipient.user_id.is_some());
    }
    assert_eq!(statuses[0].pricing.as_ref().unwrap().category.as_deref(), Some("service"));
}

/// The statuses as they are on the wire, each with its change's value.
fn raw(rig: &Rig) -> Vec<(Value, Value)> {
    let bodies = rig.hook.got().into_iter().map(|got| serde_json::from_slice::<Value>(&got.body).unwrap());
    let values = bodies.map(|body| body["entry"][0]["changes"][0]["value"].clone());
    values
        .filter(|value| value["statuses"].is_array())
        .map(|value| (value["statuses"][0].clone(), value))
        .collect()
}

async fn statuses_of(rig: &Rig, to: &str, content: Value) -> Vec<(Value, Value)> {
    rig.hook.forget();
    rig.send_to(to, content).await.unwrap();
    eventually("three statuses", || raw(rig).len() == 3).await;
    raw(rig)
}

#[tokio::test]
async fn they_carry_who_it_is_and_what_it_costs() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    rig.meta.set(|settings| settings.free_service_messages = 1);
    let told = statuses_of(&rig, ana.wa_id(), text("x")).await;
    let contact = |place: usize| told[place].1["contacts"][0].clone();
    assert_eq!((&contact(0)["wa_id"], contact(0).get("profile")), (&json!(ana.wa_id()), None));
    assert_eq!(contact(1)["profile"]["name"], "Ana");
    assert_eq!(contact(2)["user_id"], told[2].0["recipient_user_id"]);
    let free = json!({"billable": false, "pricing_model": "PMP", "category": "service", "type": "free_customer_service"});
    assert_eq!((&told[0].0["pricing"], &told[1].0["pricing"]), (&free, &free));
    assert_eq!((told[2].0.get("pricing"), told[0].0.get("conversation")), (None, None));

    let told = statuses_of(&rig, ana.wa_id(), text("past the free ones")).await;
    assert_eq!(
        (&told[0].0["pricing"]["type"], &told[0].0["pricing"]["billable"]),
        (&json!("regular"), &json!(true))
    );
    let template = json!({"type": "template", "name": "hello", "language": "en"});
    let told = statuses_of(&rig, ana.wa_id(), template).await;
    let utility = json!({"billable": true, "pricing_model": "PMP", "category": "utility", "type": "regular"});
    assert_eq!(told[1].0["pricing"], utility, "also inside the window");

    rig.meta.set(|settings| {
        settings.statuses.callback = false;
        settings.statuses.contacts = false;
        settings.statuses.pricing = false;
        settings.statuses.conversation = true;
    });
    let told = statuses_of(&rig, ana.wa_id(), text("bare")).await;
    for (status, value) in &told {
        let bare = ["biz_opaque_callback_data", "pricing"].iter().all(|key| status.get(key).is_none());
        assert!(bare && value.get("contacts").is_none(), "{status}");
    }
    assert!(told[0].0["conversation"]["expiration_timestamp"].is_string());
    assert_eq!(told[1].0["conversation"]["origin"]["type"], "service");
}

#[tokio::test]
async fn after_an_ad_everything_is_free_for_72_hours() {
    let rig = Rig::start().await;
    rig.meta.set(|settings| settings.free_service_messages = 0);
    let ana = rig.ana().await;
    let kind = async |content: Value| {
        let told = statuses_of(&rig, ana.wa_id(), content).await;
        told[0].0["pricing"]["type"].as_str().unwrap().to_owned()
    };
    let template = || json!({"type": "template", "name": "hello", "language": "en"});
    assert_eq!(kind(text("x")).await, "regular");
    ana.sends(json!({"type": "text", "text": {"body": "Hi!"}, "referral": {"source_type": "ad"}})).unwrap();
    ana.settles(WAIT).await.unwrap();
    rig.meta.advance(Duration::from_hours(23));
    assert_eq!(kind(text("an answer within 24 hours")).await, "free_entry_point");
    rig.meta.advance(Duration::from_hours(71));
    assert_eq!(kind(template()).await, "free_entry_point");
    rig.meta.advance(Duration::from_hours(1));
    assert_eq!(kind(template()).await, "regular");
}

#[tokio::test]
async fn a_voice_message_is_played() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    rig.meta.set(|settings| settings.statuses.played = true);
    let voice = json!({"type": "audio", "audio": {"link": "https://ex.am/1.ogg", "voice": true}});
    assert_eq!(rig.raw(ana.wa_id(), voice).await, None);
    eventually("four statuses", || raw(&rig).len() == 4).await;
    assert_eq!(raw(&rig)[3].0["status"], "played");
}

#[tokio::test]
async fn a_failure_names_only_the_id_it_was_sent_to() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    let fault = || json!({"route": "messages", "times": 1, "fault": {"code": 131_049, "late": true}});
    let failed = async |body: Value| {
        rig.hook.forget();
        rig.post("/_sim/faults", &fault()).await;
        rig.client.send_message(&rig.number, body.to_string()).await.unwrap();
        eventually("failed", || raw(&rig).len() == 1).await;
        raw(&rig).remove(0)
    };
    let mut body =
        json!({"messaging_product": "whatsapp", "to": ana.wa_id(), "type": "text", "text": {"body": "x"}});
    let (status, value) = failed(body.clone()).await;
    assert_eq!((&status["recipient_id"], status.get("recipient_user_id")), (&json!(ana.wa_id()), None));
    assert_eq!((status.get("pricing"), value.get("contacts")), (None, None));
    let phones = rig.get("/_sim/phones").await;
    body["recipient"] = phones["phones"][0]["user_id"].clone();
    body.as_object_mut().unwrap().remove("to");
    assert_eq!(failed(body.clone()).await.0["recipient_user_id"], body["recipient"]);
}

#[tokio::test]
async fn it_is_read_when_the_chat_is_opened() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    rig.meta.set(|settings| settings.read_at_once = false);
    rig.send_to(ana.wa_id(), text("x")).await.unwrap();
    eventually("two statuses", || rig.hook.statuses().len() == 2).await;
    let (status, _) =
        rig.post(&format!("/_sim/phones/{}/chats/{NUMBER}/read", ana.wa_id()), &json!({})).await;
    assert_eq!(status, 204);
    eventually("read", || rig.hook.statuses().last().is_some_and(|status| status.status == Status::Read))
        .await;
}

#[tokio::test]
async fn they_can_come_before_the_answer_mixed_twice_or_not_at_all() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    rig.meta.set(|settings| settings.statuses.before_answer = true);
    rig.send_to(ana.wa_id(), text("x")).await.unwrap();
    assert_eq!(rig.hook.statuses().len(), 3, "all were there before the answer");
    rig.meta.set(|settings| {
        settings.statuses.before_answer = false;
        settings.statuses.loss = 1.0;
    });
    rig.hook.forget();
    rig.send_to(ana.wa_id(), text("x")).await.unwrap();
    ana.wait_for(2, WAIT).await.unwrap();
    eventually("it is read all the same", || {
        ana.seen().iter().all(|seen| seen.status == chasqui_simulator::ItemStatus::Read)
    })
    .await;
    assert_eq!(rig.hook.statuses().len(), 0);
    rig.meta.set(|settings| {
        settings.statuses.loss = 0.0;
        settings.statuses.shuffle = true;
        settings.deliver_twice = true;
    });
    let mut orders = std::collections::HashSet::new();
    for _ in 0..12 {
        rig.hook.forget();
        rig.send_to(ana.wa_id(), text("x")).await.unwrap();
        eventually("six statuses", || rig.hook.statuses().len() == 6).await;
        orders.insert(rig.hook.statuses()[0].status.clone());
    }
    assert!(orders.len() > 1, "{orders:?}");
}

#[tokio::test]
async fn some_messages_fail_late() {
    let mut spec = harness::business();
    spec.templates[1].category = "MARKETING".into();
    let hook = Hook::start().await;
    let spec = spec.with_callback(&hook.url);
    let rig = Rig::with(hook, spec).await;
    let stop = PhoneSpec { stop_marketing: Some(true), ..PhoneSpec::default() };
    let ana = rig.meta.phone(stop, NUMBER).unwrap();
    let template = json!({"type": "template", "name": "hello", "language": "en"});
    rig.send_to(ana.wa_id(), template).await.unwrap();
    eventually("failed", || !rig.hook.statuses().is_empty()).await;
    let failed = rig.hook.statuses().remove(0);
    assert_eq!((failed.status, failed.errors[0].code), (Status::Failed, 131_050));

    let bruno = rig.ana().await;
    rig.hook.forget();
    rig.meta.add_fault(FaultSpec {
        route: "messages".into(),
        phone_number_id: None,
        fault: FaultKind { code: Some(131_049), late: true, ..FaultKind::default() },
        times: Some(1),
        seconds: None,
        every: None,
    });
    rig.send_to(bruno.wa_id(), text("x")).await.unwrap();
    eventually("failed", || !rig.hook.statuses().is_empty()).await;
    assert_eq!(rig.hook.statuses()[0].errors[0].code, 131_049);
}

#[tokio::test]
async fn a_status_is_tried_again() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    rig.meta.set(|settings| {
        (settings.statuses.delivered, settings.statuses.read) = (false, false);
    });
    rig.hook.forget();
    rig.hook.answer_with(&[503, 500, 500]);
    rig.send_to(ana.wa_id(), text("x")).await.unwrap();
    eventually("two tries at once", || rig.hook.got().len() >= 2).await;
    rig.meta.advance(Duration::from_secs(2));
    eventually("a third", || rig.hook.got().len() >= 3).await;
    rig.meta.advance(Duration::from_secs(3));
    eventually("a fourth, answered", || rig.hook.got().len() == 4).await;
}
