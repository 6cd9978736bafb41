//! Files that contacts send.

use chasqui_simulator::harness;
use serde_json::{Value, json};

use crate::bot::{Bot, eventually, next};

fn photo_flow(max_bytes: u64) -> Value {
    json!({ "format": 1, "name": "Photo", "start": "ask", "variables": { "photo": "media" },
      "nodes": [
        { "id": "ask", "type": "question_media", "text": "Send a photo, please.", "kinds": ["image"],
          "max_bytes": max_bytes, "save_as": "photo", "ports": { "next": "bye", "error": "sorry" } },
        { "id": "bye", "type": "end", "text": "Thank you, {photo.size} bytes." },
        { "id": "sorry", "type": "end", "text": "That did not work." } ] })
}

/// Gives the simulator a file of the contact's phone; the message that sends it.
pub async fn picture(bot: &Bot, wa_id: &str, bytes: Vec<u8>) -> Value {
    let part = reqwest::multipart::Part::bytes(bytes).file_name("photo.jpg").mime_str("image/jpeg").unwrap();
    let form = reqwest::multipart::Form::new().part("file", part);
    let url = format!("{}/_sim/phones/{wa_id}/media", bot.meta.url());
    let answer = reqwest::Client::new().post(url).multipart(form).send().await.unwrap().text().await.unwrap();
    let media: Value = serde_json::from_str(&answer).unwrap();
    json!({"type": "image", "image": {"id": media["id"], "mime_type": "image/jpeg", "sha256": media["sha256"]}})
}

#[tokio::test]
async fn a_picture_is_fetched_checked_and_kept() {
    let bot = Bot::with_flow(photo_flow(1_000_000)).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "Send a photo, please.");
    let message = picture(&bot, ana.wa_id(), vec![7; 12_345]).await;
    ana.sends(message.clone()).unwrap();
    assert_eq!(next(&ana).await, "Thank you, 12345 bytes.");
    let meta_id = message["image"]["id"].as_str().unwrap();
    let store = &bot.server().app.store;
    let media = store.media_by_meta_id(bot.account, meta_id).await.unwrap().unwrap();
    assert_eq!(media.size, Some(12_345));
}

#[tokio::test]
async fn a_file_that_is_too_large_is_asked_for_again() {
    let bot = Bot::with_flow(photo_flow(1000)).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    next(&ana).await;
    let large = picture(&bot, ana.wa_id(), vec![7; 2000]).await;
    ana.sends(large).unwrap();
    let answer = next(&ana).await;
    assert!(!answer.contains("Thank you"), "{answer}");
    let small = picture(&bot, ana.wa_id(), vec![7; 500]).await;
    ana.sends(small).unwrap();
    eventually(|| async { ana.transcript().contains(&"Thank you, 500 bytes.".to_owned()).then_some(()) })
        .await;
}

#[tokio::test]
async fn files_that_no_flow_asked_for_are_kept_for_people() {
    let bot = Bot::with_flow(crate::bot::echo()).await;
    let ana = bot.contact("Ana");
    let message = picture(&bot, ana.wa_id(), vec![1; 100]).await;
    ana.sends(message.clone()).unwrap();
    let meta_id = message["image"]["id"].as_str().unwrap().to_owned();
    eventually(|| async {
        let store = &bot.server().app.store;
        let media = store.media_by_meta_id(bot.account, &meta_id).await.unwrap()?;
        (media.state == chasqui_model::media::State::Stored).then_some(())
    })
    .await;
    let _ = harness::NUMBER;
}
