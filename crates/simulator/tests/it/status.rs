//! Statuses: which come, in which order, and what they carry.

use std::time::Duration;

use chasqui_simulator::harness::{self, NUMBER};
use chasqui_simulator::{FaultKind, FaultSpec, PhoneSpec};
use chasqui_whatsapp::webhook::Status;
use serde_json::json;

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
        assert_eq!(status.recipient.as_deref(), Some(ana.wa_id()));
        assert!(status.user_id.is_some());
    }
    assert_eq!(statuses[0].pricing.as_ref().unwrap().category.as_deref(), Some("service"));
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
