//! Threads that more than one app works on: standby, handovers, and who is told to answer.

use std::time::Duration;

use chasqui_simulator::harness;
use serde_json::{Value, json};

use crate::site::Site;
use crate::talk::{eventually, metadata, seconds, talk, tells};

const SOON: Duration = Duration::from_secs(10);
const A_WHILE: Duration = Duration::from_millis(400);

async fn at_meta(site: &Site, spec: Value) {
    let mut spec = spec;
    spec["phone_number_id"] = json!(harness::NUMBER);
    let sent = site.http.post(format!("{}/_sim/threads", site.meta.url())).json(&spec).send().await.unwrap();
    assert!(sent.status().is_success());
}

#[tokio::test]
async fn a_thread_is_passed_on_and_taken_back() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let (petra, id) = talk(&site, &ana).await;
    let (path, thread) = (format!("/conversations/{id}"), format!("/conversations/{id}/thread"));
    assert_eq!(site.get(&ana, &path).await.body["thread"]["owner"], "ours");
    at_meta(&site, json!({ "role": "customer_service", "wa_id": petra.wa_id() })).await;
    let passed = site
        .post(
            &ana,
            &thread,
            json!({ "action": "pass", "target_role": "ai_agent", "metadata": "price question" }),
        )
        .await;
    assert_eq!(
        (passed.status.as_u16(), &passed.body["thread"]["owner"]),
        (200, &json!("meta_agent")),
        "{passed:?}"
    );
    assert_eq!(passed.body["status"], "handed_off");
    // What she writes comes as a copy; the bot is silent.
    petra.says("what does it cost?").unwrap();
    let messages = format!("{path}/messages");
    let copy = |body: &Value| {
        body["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["content"]["standby"] == true && it["author"] == "contact")
    };
    eventually(&site, &ana, &messages, copy).await;
    assert!(petra.wait_for(1, A_WHILE).await.is_err(), "the bot is silent");
    site.post(&ana, &format!("{path}/hand_back"), json!({})).await.is_problem(409, "thread_elsewhere");
    site.post(&ana, &thread, json!({ "action": "take" })).await.is_problem(409, "thread_not_allowed");
    at_meta(&site, json!({ "role": "escalation" })).await;
    let taken = site.post(&ana, &thread, json!({ "action": "take" })).await;
    assert_eq!(
        (&taken.body["thread"]["owner"], &taken.body["status"]),
        (&json!("ours"), &json!("waiting")),
        "{taken:?}"
    );
    petra.wait_for(1, SOON).await.unwrap();
}

#[tokio::test]
async fn what_comes_to_us_is_ours_to_answer_and_is_asked_once() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let (petra, id) = talk(&site, &ana).await;
    let thread = format!("/conversations/{id}/thread");
    for (action, owner) in [("pass", "person"), ("release", "unknown")] {
        let moved = site.post(&ana, &thread, json!({ "action": action })).await;
        assert_eq!(
            (&moved.body["thread"]["owner"], &moved.body["status"]),
            (&json!(owner), &json!("handed_off"))
        );
    }
    let before = petra.seen().len();
    petra.says("Petra").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(petra.seen().len(), before + 1, "the answer is taken, the question is not asked again");
    let now = site.get(&ana, &format!("/conversations/{id}")).await;
    assert_eq!((&now.body["thread"]["owner"], &now.body["status"]), (&json!("ours"), &json!("waiting")));
}

#[tokio::test]
async fn what_another_app_writes_stands_in_the_transcript() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let (petra, id) = talk(&site, &ana).await;
    let inner = json!({
        "contacts": [{ "profile": { "name": "Petra" }, "wa_id": petra.wa_id() }],
        "messages": [{ "from": petra.wa_id(), "id": "wamid.SB1", "timestamp": seconds(&site).to_string(), "type": "text",
            "text": { "body": "Where is my parcel?" } }],
        "message_echoes": [{ "id": "wamid.SB2", "timestamp": seconds(&site).to_string(), "message": { "messaging_product": "whatsapp",
            "to": petra.wa_id(), "type": "text", "text": { "body": "It arrives today." } } }],
        "statuses": [{ "id": "wamid.SB2", "status": "failed", "timestamp": seconds(&site).to_string(), "recipient_id": petra.wa_id() }] });
    let nested = json!({ "messaging_product": "whatsapp", "metadata": metadata(), "standby": inner });
    let mut flat = inner.clone();
    flat["metadata"] = metadata();
    for value in [nested, flat] {
        tells(&site, "standby", value).await;
    }
    let path = format!("/conversations/{id}");
    eventually(&site, &ana, &path, |body| body["thread"]["owner"] == "other").await;
    let both = |body: &Value| {
        let all = body["items"].as_array().unwrap();
        let one = |text: &str, author: &str| {
            let found: Vec<_> = all.iter().filter(|it| it["content"]["body"] == text).collect();
            found.len() == 1 && found[0]["author"] == author && found[0]["content"]["standby"] == true
        };
        one("Where is my parcel?", "contact") && one("It arrives today.", "person")
    };
    eventually(&site, &ana, &format!("{path}/messages"), both).await;
    assert!(petra.wait_for(1, A_WHILE).await.is_err(), "the bot is silent");
    let failed = site.get(&ana, &format!("{path}/messages")).await;
    assert!(failed.body["items"].as_array().unwrap().iter().all(|it| it["status"] != "failed"));
    // Told to us without a word of whom, so it was passed to us: the bot asks again.
    let control = json!({ "messaging_product": "whatsapp", "type": "control_passed", "timestamp": seconds(&site).to_string(),
        "sender": { "phone_number": petra.wa_id() },
        "recipient": { "phone_number_id": harness::NUMBER, "display_phone_number": "15550783881" },
        "control_passed": { "metadata": "asks for a person" } });
    tells(&site, "messaging_handovers", control).await;
    eventually(&site, &ana, &path, |body| body["status"] == "waiting" && body["thread"]["owner"] == "ours")
        .await;
    petra.wait_for(1, SOON).await.unwrap();
    let taken = json!({ "sender": { "phone_number": petra.wa_id() }, "type": "control_taken",
        "control_taken": { "new_owner_role": "ai_agent", "new_owner_app_id": "9" } });
    tells(&site, "messaging_handovers", taken).await;
    let gone = |body: &Value| body["thread"]["owner"] == "meta_agent" && body["thread"]["role"] == "ai_agent";
    eventually(&site, &ana, &path, gone).await;
}

#[tokio::test]
async fn nonsense_about_threads_is_refused_before_meta_is_asked() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let (_, id) = talk(&site, &ana).await;
    let thread = format!("/conversations/{id}/thread");
    for (body, pointer) in [
        (json!({ "action": "take", "target_role": "ai_agent" }), "/target_role"),
        (json!({ "action": "pass", "target_role": "AI agent!" }), "/target_role"),
        (json!({ "action": "release", "metadata": "x".repeat(2001) }), "/metadata"),
    ] {
        let refused = site.post(&ana, &thread, body).await;
        refused.is_problem(422, "invalid");
        assert_eq!(refused.pointers(), [pointer]);
    }
    site.post(&ana, &thread, json!({ "action": "pass", "target_role": "nobody" }))
        .await
        .is_problem(409, "thread_refused");
    assert_eq!(site.post(&ana, &thread, json!({ "action": "steal" })).await.status, 422);
    site.post(&ana, &format!("/conversations/{id}/close"), json!({})).await;
    site.post(&ana, &thread, json!({ "action": "release" })).await.is_problem(409, "ended");
}
