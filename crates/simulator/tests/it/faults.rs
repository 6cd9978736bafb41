//! What goes wrong on demand.

use std::time::{Duration, Instant};

use chasqui_simulator::Answer;
use chasqui_simulator::harness::NUMBER;
use chasqui_whatsapp::client::SendError;
use chasqui_whatsapp::error::Class;
use serde_json::{Value, json};

use crate::rig::{Rig, WAIT, code, text};

async fn order(rig: &Rig, fault: Value, rest: Value) -> String {
    let mut spec = json!({"route": "messages", "fault": fault});
    for (key, value) in rest.as_object().unwrap() {
        spec[key] = value.clone();
    }
    let (status, answer) = rig.post("/_sim/faults", &spec).await;
    assert_eq!(status, 201, "{answer}");
    answer["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_code_so_many_times() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    order(&rig, json!({"code": 131_000}), json!({"times": 2})).await;
    assert_eq!(code(&rig.send_to(ana.wa_id(), text("x")).await), 131_000);
    assert_eq!(code(&rig.send_to(ana.wa_id(), text("x")).await), 131_000);
    rig.send_to(ana.wa_id(), text("x")).await.unwrap();
    assert_eq!(rig.get("/_sim/faults").await, json!({"faults": []}));
}

#[tokio::test]
async fn every_so_many_calls_and_for_so_long() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    let id = order(&rig, json!({"code": 131_016}), json!({"every": 3})).await;
    let mut failed = Vec::new();
    for no in 1..=6 {
        if rig.send_to(ana.wa_id(), text("x")).await.is_err() {
            failed.push(no);
        }
    }
    assert_eq!(failed, [3, 6]);
    assert_eq!(rig.get("/_sim/faults").await["faults"][0]["struck"], 2);
    assert_eq!(rig.http.delete(rig.url(&format!("/_sim/faults/{id}"))).send().await.unwrap().status(), 204);
    order(&rig, json!({"code": 2}), json!({"seconds": 10, "phone_number_id": NUMBER})).await;
    assert_eq!(code(&rig.send_to(ana.wa_id(), text("x")).await), 2);
    rig.meta.advance(Duration::from_secs(10));
    rig.send_to(ana.wa_id(), text("x")).await.unwrap();
    order(&rig, json!({"code": 2}), json!({"phone_number_id": "another"})).await;
    rig.send_to(ana.wa_id(), text("x")).await.unwrap();
}

#[tokio::test]
async fn pages_latency_and_broken_connections() {
    let mut rig = Rig::start().await;
    let ana = rig.ana().await;
    let once = json!({"times": 1});
    order(&rig, json!({"http": 503}), once.clone()).await;
    let Err(SendError::Refused(error)) = rig.send_to(ana.wa_id(), text("x")).await else { panic!() };
    assert_eq!((error.http, error.code, error.class()), (503, None, Class::Transient));

    order(&rig, json!({"latency_ms": 150}), once.clone()).await;
    let begun = Instant::now();
    rig.send_to(ana.wa_id(), text("slow")).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(150));

    order(&rig, json!({"drop": "before"}), once.clone()).await;
    assert!(matches!(rig.send_to(ana.wa_id(), text("never")).await, Err(SendError::Unknown(_))));
    order(&rig, json!({"drop": "after"}), once.clone()).await;
    assert!(matches!(rig.send_to(ana.wa_id(), text("arrived")).await, Err(SendError::Unknown(_))));
    order(&rig, json!({"garbage": true}), once.clone()).await;
    assert!(matches!(rig.send_to(ana.wa_id(), text("also")).await, Err(SendError::Unknown(_))));
    order(&rig, json!({"hang": true}), once).await;
    rig.impatient();
    assert!(matches!(rig.send_to(ana.wa_id(), text("no")).await, Err(SendError::Unknown(_))));
    ana.wait_for(3, WAIT).await.unwrap();
    assert_eq!(ana.transcript(), ["slow", "arrived", "also"]);
}

#[tokio::test]
async fn other_routes_too() {
    let rig = Rig::start().await;
    order(&rig, json!({"http": 500}), json!({"route": "phone_number"})).await;
    order(&rig, json!({"code": 4}), json!({"route": "media"})).await;
    assert!(rig.client.phone_number(&rig.number).await.unwrap_err().is_transient());
    let error = rig.client.upload_media(&rig.number, "a", "image/png", b"x"[..].into()).await.unwrap_err();
    assert_eq!(error.graph().map(chasqui_whatsapp::GraphError::class), Some(Class::RateApp));
    let (status, _) = rig.post("/_sim/faults", &json!({"route": "nowhere", "fault": {}})).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_code_with_everything_that_stands_beside_it() {
    let rig = Rig::start().await;
    let fault =
        json!({"code": 100, "subcode": 33, "is_transient": true, "http": 500, "details": "no such number"});
    for (route, path) in [
        ("messages", format!("/v25.0/{NUMBER}/messages")),
        ("media", format!("/v25.0/{NUMBER}/media")),
        ("templates", format!("/v25.0/{}/message_templates", chasqui_simulator::harness::ACCOUNT)),
        ("profile", format!("/v25.0/{NUMBER}/whatsapp_business_profile")),
        ("registration", format!("/v25.0/{NUMBER}/register")),
        ("subscriptions", format!("/v25.0/{}/subscribed_apps", chasqui_simulator::harness::ACCOUNT)),
    ] {
        let spec = json!({"route": route, "fault": fault, "times": 1});
        assert_eq!(rig.post("/_sim/faults", &spec).await.0, 201);
        let (status, answer) = rig.post(&path, &json!({})).await;
        let error = &answer["error"];
        assert_eq!(
            (status, &error["code"], &error["error_subcode"]),
            (500, &json!(100), &json!(33)),
            "{route}"
        );
        assert_eq!(
            (&error["is_transient"], &error["error_data"]["details"]),
            (&json!(true), &json!("no such number"))
        );
    }
}

#[tokio::test]
async fn a_download_fails_in_every_way() {
    let rig = Rig::start().await;
    let id = rig.client.upload_media(&rig.number, "a.png", "image/png", b"x"[..].into()).await.unwrap();
    for fault in
        [json!({"code": 190}), json!({"http": 502}), json!({"drop": "before"}), json!({"drop": "after"})]
    {
        let found = rig.client.media_url(&rig.number, &id).await.unwrap();
        order(&rig, fault.clone(), json!({"times": 1, "route": "media"})).await;
        let mut nowhere = |_: &[u8]| Ok(());
        let fetched =
            rig.client.download_media(rig.number.access(), &found.url, 100, None, &mut nowhere).await;
        assert!(fetched.is_err(), "{fault}");
    }
}

#[tokio::test]
async fn the_answers_of_the_settings() {
    let mut rig = Rig::start().await;
    let ana = rig.ana().await;
    for (answer, expected) in [
        (Answer::SomethingWrong, 131_000),
        (Answer::RateNumber, 130_429),
        (Answer::RatePair, 131_056),
        (Answer::Token, 190),
    ] {
        rig.meta.set(|settings| settings.answer = answer);
        assert_eq!(code(&rig.send_to(ana.wa_id(), text("x")).await), expected);
    }
    for (answer, class) in [(Answer::Http500, Class::Transient), (Answer::Http429, Class::RateNumber)] {
        rig.meta.set(|settings| settings.answer = answer);
        let Err(SendError::Refused(error)) = rig.send_to(ana.wa_id(), text("x")).await else { panic!() };
        assert_eq!(error.class(), class);
    }
    for answer in [Answer::Garbage, Answer::DropAfterAccept, Answer::Timeout] {
        rig.meta.set(|settings| settings.answer = answer);
        if answer == Answer::Timeout {
            rig.impatient();
        }
        let outcome = rig.send_to(ana.wa_id(), text("x")).await;
        assert!(matches!(outcome, Err(SendError::Unknown(_))), "{answer:?}: {outcome:?}");
    }
    assert_eq!(ana.transcript().len(), 2, "garbage and drop_after_accept were taken");
}
