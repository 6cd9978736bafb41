use chasqui_model::secret::Secret;
use chasqui_simulator::harness;
use chasqui_whatsapp::signature;
use serde_json::json;

use crate::site::{Site, answer};
use crate::talk::{eventually, seconds};

fn sign(body: &[u8]) -> String {
    signature::sign(&Secret::new(harness::SECRET), body)
}

#[tokio::test]
async fn the_handshake_gives_the_challenge_back() {
    let site = Site::start().await;
    let id = site.connected(&site.owner().await).await;
    let ask = |id: &str, query: &str| answer(site.http.get(format!("{}?{query}", site.callback(id))));
    let right = "hub.mode=subscribe&hub.verify_token=a-long-random-string&hub.challenge=1158201444";
    let echoed = ask(&id, right).await;
    assert_eq!((echoed.status.as_u16(), &echoed.body), (200, &json!(1_158_201_444)));
    assert!(echoed.headers["content-type"].to_str().unwrap().starts_with("text/plain"));
    for wrong in [
        "",
        "hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1",
        "hub.mode=subscribe&hub.challenge=1",
    ] {
        let refused = ask(&id, wrong).await;
        assert_eq!((refused.status.as_u16(), &refused.body), (403, &json!("")), "{wrong}");
    }
    assert_eq!(ask("int_00000000000000000000000000000000", right).await.status, 403);
    assert_eq!(ask("hello", right).await.status, 403);
}

#[tokio::test]
async fn only_signed_deliveries_are_taken() {
    let site = Site::start().await;
    let id = site.connected(&site.owner().await).await;
    let body = br#"{"object":"whatsapp_business_account","entry":[]}"#;
    let post = |id: &str| site.http.post(site.callback(id)).body(body.to_vec());
    let signed = answer(post(&id).header("x-hub-signature-256", sign(body))).await;
    assert_eq!((signed.status.as_u16(), &signed.body), (200, &json!("")));
    for request in [
        post(&id),
        post(&id).header("x-hub-signature-256", ""),
        post(&id).header("x-hub-signature-256", sign(b"other")),
        post(&id).header("x-hub-signature-256", "sha256=zz"),
        post(&id).header("x-hub-signature-256", b"\xff\xfe".as_slice()),
    ] {
        let refused = answer(request).await;
        assert_eq!((refused.status.as_u16(), &refused.body), (401, &json!("")));
    }
    let unknown =
        answer(post("int_00000000000000000000000000000000").header("x-hub-signature-256", sign(body))).await;
    assert_eq!(unknown.status, 404);
    assert_eq!(answer(post("hello")).await.status, 404);
}

#[tokio::test]
async fn a_delivery_over_three_mebibytes_is_refused() {
    let site = Site::start().await;
    let id = site.connected(&site.owner().await).await;
    let fits = vec![b' '; 3 * 1024 * 1024];
    let taken = site.http.post(site.callback(&id)).header("x-hub-signature-256", sign(&fits)).body(fits);
    assert_eq!(answer(taken).await.status, 200);
    let large = vec![b' '; 3 * 1024 * 1024 + 1];
    let refused = site.http.post(site.callback(&id)).header("x-hub-signature-256", sign(&large)).body(large);
    assert_eq!(answer(refused).await.status, 413);
}

#[tokio::test]
async fn a_deactivated_or_deleted_integration_is_known_or_not() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let body = br#"{"object":"whatsapp_business_account","entry":[]}"#;
    let post = || {
        answer(
            site.http.post(site.callback(&id)).header("x-hub-signature-256", sign(body)).body(body.to_vec()),
        )
    };
    site.post(&ana, &format!("/integrations/{id}/deactivate"), json!({})).await;
    assert_eq!(post().await.status, 200);
    site.call(&ana, reqwest::Method::DELETE, &format!("/integrations/{id}"), None).await;
    assert_eq!(post().await.status, 404);
}

#[tokio::test]
async fn a_delivery_that_cannot_be_made_durable_is_to_come_again() {
    let site = Site::start().await;
    let id = site.connected(&site.owner().await).await;
    let jonas = site.meta.contact("Jonas", harness::NUMBER).unwrap();
    let locked = locked(&site).await;
    let body = json!({ "object": "whatsapp_business_account", "entry": [{ "id": harness::ACCOUNT, "changes": [{
        "field": "messages", "value": { "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "15550783881", "phone_number_id": harness::NUMBER },
            "contacts": [{ "profile": { "name": "Jonas" }, "wa_id": "4915123456789" }],
            "messages": [{ "from": "4915123456789", "id": "wamid.1", "timestamp": seconds(&site).to_string(), "type": "text",
                "text": { "body": "hi" } }] } }] }] })
    .to_string();
    let post = || {
        let request = site.http.post(site.callback(&id)).header("x-hub-signature-256", sign(body.as_bytes()));
        answer(request.body(body.clone()))
    };
    let refused = post().await;
    assert_eq!(refused.status, 503);
    assert!(refused.headers.contains_key("retry-after"));
    drop(locked);
    assert_eq!(post().await.status, 200);
    // And the bot is at work again.
    jonas.says("hi").unwrap();
    jonas.wait_for(1, std::time::Duration::from_secs(10)).await.unwrap();
}

/// Keeps the store from being written to until it is dropped.
async fn locked(site: &Site) -> Box<dyn std::any::Any> {
    if let Some(database) = &site.database {
        return Box::new(database.run("BEGIN; LOCK TABLE dedupe IN EXCLUSIVE MODE").await);
    }
    let file = rusqlite::Connection::open(site.directory.path().join("chasqui.db")).unwrap();
    file.execute_batch("BEGIN IMMEDIATE").unwrap();
    Box::new(file)
}

/// A delivery of one message, with the time that it gives itself.
fn message(wamid: &str, seconds: i64, text: &str) -> String {
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": harness::ACCOUNT, "changes": [{
        "field": "messages", "value": { "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "15550783881", "phone_number_id": harness::NUMBER },
            "contacts": [{ "profile": { "name": "Jonas" }, "wa_id": "4915123456789" }],
            "messages": [{ "from": "4915123456789", "id": wamid, "timestamp": seconds.to_string(), "type": "text",
                "text": { "body": text } }] } }] }] })
    .to_string()
}

#[tokio::test]
async fn a_message_runs_once_whatever_time_its_deliveries_give_it() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let now = site.server.app.clock.now().millis() / 1000;
    let deliver = async |body: String| {
        let request = site.http.post(site.callback(&id)).header("x-hub-signature-256", sign(body.as_bytes()));
        assert_eq!(answer(request.body(body)).await.status, 200);
    };
    let times = [now, now, now - 1, now - 3600, now + 1, now + 86_400, now - 7 * 86_400, 0];
    for time in times {
        deliver(message("wamid.ONE", time, "hi")).await;
    }
    deliver(message("wamid.TWO", now, "Jonas")).await;
    let done = |all: &serde_json::Value| all["items"].as_array().is_some_and(|it| it.len() >= 4);
    let conversation = eventually(&site, &ana, "/conversations", |all| !all["items"][0].is_null()).await;
    let path = format!("/conversations/{}/messages", conversation.body["items"][0]["id"].as_str().unwrap());
    eventually(&site, &ana, &path, done).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let all = site.get(&ana, &path).await;
    let heard = all.body["items"].as_array().unwrap().iter().filter(|it| it["author"] == "contact").count();
    assert_eq!(heard, 2, "{all:?}");
}

#[tokio::test]
async fn what_is_older_than_the_memory_starts_nothing_and_is_told() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let now = site.server.app.clock.now().millis() / 1000;
    let deliver = async |body: String| {
        let request = site.http.post(site.callback(&id)).header("x-hub-signature-256", sign(body.as_bytes()));
        assert_eq!(answer(request.body(body)).await.status, 200);
    };
    let old = now - 8 * 86_400 - 60;
    deliver(message("wamid.OLD", old, "hi")).await;
    deliver(message("wamid.ANCIENT", 1_600_000_000, "hi")).await;
    let field = |field: &str, value: serde_json::Value| {
        json!({ "object": "whatsapp_business_account", "entry": [{ "id": harness::ACCOUNT, "changes": [{
            "field": field, "value": value }] }] })
        .to_string()
    };
    let metadata = json!({ "display_phone_number": "15550783881", "phone_number_id": harness::NUMBER });
    let echo = json!({ "metadata": metadata, "message_echoes": [{ "from": "15550783881", "to": "4915123456789",
        "id": "wamid.ECHO", "timestamp": old.to_string(), "type": "text", "text": { "body": "hi" } }] });
    deliver(field("smb_message_echoes", echo)).await;
    let wish = json!({ "metadata": metadata, "contacts": [{ "profile": { "name": "Jonas" }, "wa_id": "4915123456789" }],
        "user_preferences": [{ "wa_id": "4915123456789", "category": "marketing_messages", "value": "stop", "timestamp": old }] });
    deliver(field("user_preferences", wish)).await;
    let told = eventually(&site, &ana, "/events", |all| {
        all["items"].as_array().unwrap().iter().filter(|it| it["code"] == "delivery_too_old").count() >= 2
    })
    .await;
    let texts = told.body.to_string();
    assert!(texts.contains("messages that are older") && texts.contains("marketing preferences"), "{texts}");
    assert_eq!(site.get(&ana, "/conversations").await.body["items"], json!([]));
    // What Meta still repeats runs.
    deliver(message("wamid.LATE", now - 7 * 86_400, "hi")).await;
    eventually(&site, &ana, "/conversations", |all| !all["items"][0].is_null()).await;
    deliver(message("wamid.OLD", old, "hi")).await;
    assert_eq!(site.get(&ana, "/conversations").await.body["items"].as_array().unwrap().len(), 1);
}
