//! Files that contacts send.

use chasqui_simulator::{InboundOptions, Simulator, harness};
use serde_json::{Value, json};

use crate::bot::{Bot, eventually, next};
use crate::service::{Reply, Service};

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
    picture_at(&bot.meta, wa_id, bytes).await
}

/// The same, without a bot.
pub async fn picture_at(meta: &Simulator, wa_id: &str, bytes: Vec<u8>) -> Value {
    let part = reqwest::multipart::Part::bytes(bytes).file_name("photo.jpg").mime_str("image/jpeg").unwrap();
    let form = reqwest::multipart::Form::new().part("file", part);
    let url = format!("{}/_sim/phones/{wa_id}/media", meta.url());
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

fn kept_for_a_day() -> Value {
    let mut flow = photo_flow(1_000_000);
    flow["nodes"][0]["keep"] = "temporary".into();
    flow["nodes"][1]["text"] = "{photo.link}".into();
    flow
}

/// What begins as a photo does.
fn jpeg(size: usize) -> Vec<u8> {
    let mut bytes = vec![7; size];
    bytes[..4].copy_from_slice(&[0xff, 0xd8, 0xff, 0xe0]);
    bytes
}

/// Status, type and bytes under an address, for whoever asks.
async fn open(url: &str) -> (u16, String, Vec<u8>) {
    let answer = reqwest::get(url).await.unwrap();
    let kind = answer.headers().get("content-type").map_or("", |value| value.to_str().unwrap()).to_owned();
    (answer.status().as_u16(), kind, answer.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn a_temporary_file_has_a_link_for_a_day_and_is_then_gone() {
    let bot = Bot::with_flow(kept_for_a_day()).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    next(&ana).await;
    let message = picture(&bot, ana.wa_id(), jpeg(100)).await;
    ana.sends(message.clone()).unwrap();
    let link = next(&ana).await;
    assert_eq!(open(&link).await, (200, "image/jpeg".to_owned(), jpeg(100)));
    // A link that is not ours leads nowhere, however much of it is right.
    let mut forged = link.clone();
    let last = forged.pop().unwrap();
    forged.push(if last == '0' { '1' } else { '0' });
    assert_eq!(open(&forged).await.0, 404);
    assert_eq!(open(&format!("{}00", &link[..=link.rfind('/').unwrap()])).await.0, 404);

    let hours = |hours: u64| std::time::Duration::from_secs(hours * 3600);
    bot.advance(hours(23));
    bot.server().app.runtime.expire_files().await;
    assert_eq!(open(&link).await.0, 200);
    bot.advance(hours(1));
    assert_eq!(open(&link).await.0, 404);
    bot.server().app.runtime.expire_files().await;
    let store = &bot.server().app.store;
    let meta_id = message["image"]["id"].as_str().unwrap();
    assert!(store.media_by_meta_id(bot.account, meta_id).await.unwrap().is_none());
}

#[tokio::test]
async fn files_lie_in_a_bucket_when_one_is_named() {
    let objects: std::sync::Arc<std::sync::Mutex<std::collections::HashMap<String, Vec<u8>>>> =
        std::sync::Arc::default();
    let kept = std::sync::Arc::clone(&objects);
    // As much of S3 as a bucket of files needs.
    let bucket = Service::start(move |asked| {
        assert!(asked.header("authorization").starts_with("AWS4-HMAC-SHA256 Credential=key/"), "{asked:?}");
        let mut kept = kept.lock().unwrap();
        let path = asked.path.split('?').next().unwrap().to_owned();
        match asked.method.as_str() {
            "PUT" => {
                kept.insert(path, asked.body.to_vec());
                Reply::Object(Vec::new())
            }
            "DELETE" => {
                kept.remove(&path);
                Reply::Text(204, String::new())
            }
            _ => match kept.get(&path) {
                Some(bytes) => Reply::Object(bytes.clone()),
                None => Reply::Text(404, "<Error><Code>NoSuchKey</Code></Error>".to_owned()),
            },
        }
    })
    .await;
    let url = format!(
        "s3://chasqui/files?endpoint={}&allow_http=true&access_key_id=key&secret_access_key=hush&region=here",
        bucket.url
    );
    let bot = Bot::with_bucket(kept_for_a_day(), url).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    next(&ana).await;
    ana.sends(picture(&bot, ana.wa_id(), jpeg(50_000)).await).unwrap();
    let link = next(&ana).await;
    let names: Vec<String> = objects.lock().unwrap().keys().cloned().collect();
    assert!(names.len() == 1 && names[0].starts_with("/chasqui/files/med_"), "{names:?}");
    assert_eq!(open(&link).await, (200, "image/jpeg".to_owned(), jpeg(50_000)));
    bot.advance(std::time::Duration::from_hours(24));
    bot.server().app.runtime.expire_files().await;
    assert!(objects.lock().unwrap().is_empty());
}

/// Sends the file whose id the contact writes.
pub fn sends_what_is_asked_for() -> Value {
    json!({ "format": 1, "name": "Files", "start": "file", "nodes": [
        { "id": "file", "type": "media", "kind": "image", "url": "{message.text}", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "There." } ] })
}

pub async fn uploaded_file(bot: &Bot) -> String {
    let id = bot.clock.id();
    let bytes = bytes::Bytes::from_static(b"\x89PNG\r\n\x1a\n");
    bot.server().app.runtime.files().write(id, bytes.clone()).await.unwrap();
    let file = chasqui_model::media::Media {
        id,
        account: bot.account,
        integration: None,
        contact: None,
        state: chasqui_model::media::State::Stored,
        mime_type: "image/png".into(),
        size: i64::try_from(bytes.len()).ok(),
        sha256: None,
        filename: Some("roof.png".into()),
        meta_id: None,
        expires_at: None,
        created_at: bot.clock.now(),
    };
    bot.server().app.store.insert_media(&file).await.unwrap();
    id.to_string()
}

pub fn uploads(bot: &Bot) -> usize {
    bot.meta.log(500).iter().filter(|item| item.text.ends_with("uploaded")).count()
}

#[tokio::test]
async fn a_file_is_given_to_meta_once_for_all_who_get_it() {
    let mut bot = Bot::with_flow(sends_what_is_asked_for()).await;
    let file = uploaded_file(&bot).await;
    for name in ["Ana", "Ben", "Cem"] {
        let contact = bot.contact(name);
        contact.says(&file).unwrap();
        eventually(|| async { (contact.transcript().len() == 2).then_some(()) }).await;
    }
    assert_eq!(uploads(&bot), 1);
    bot.restart().await;
    let dora = bot.contact("Dora");
    dora.says(&file).unwrap();
    eventually(|| async { (dora.transcript().len() == 2).then_some(()) }).await;
    assert_eq!(uploads(&bot), 1, "it is remembered over a restart");
    // Meta keeps it for 30 days.
    bot.advance(std::time::Duration::from_hours(24 * 29 + 1));
    let emil = bot.contact("Emil");
    let written = Some(bot.clock.now().millis() / 1000);
    emil.sends_with(
        json!({"type": "text", "text": {"body": file}}),
        InboundOptions { timestamp: written, ..InboundOptions::default() },
    )
    .unwrap();
    eventually(|| async { (emil.transcript().len() == 2).then_some(()) }).await;
    assert_eq!(uploads(&bot), 2);
}

#[tokio::test]
async fn a_file_that_meta_has_dropped_is_given_again() {
    let bot = Bot::with_flow(sends_what_is_asked_for()).await;
    let file = uploaded_file(&bot).await;
    let ana = bot.contact("Ana");
    ana.says(&file).unwrap();
    eventually(|| async { (ana.transcript().len() == 2).then_some(()) }).await;
    let integration =
        bot.server().app.store.integration(bot.account, bot.integration).await.unwrap().unwrap();
    let at_meta = &integration.credentials.phone_number_id;
    let store = &bot.server().app.store;
    let known = store.media_at_meta(file.parse().unwrap(), at_meta, bot.clock.now()).await.unwrap().unwrap();
    let until = bot.clock.now().after(std::time::Duration::from_hours(1));
    assert!(known.bytes().all(|byte| byte.is_ascii_digit()), "{known}");
    store.media_is_at_meta(file.parse().unwrap(), at_meta, "404404", until).await.unwrap();
    let ben = bot.contact("Ben");
    ben.says(&file).unwrap();
    eventually(|| async { (ben.transcript().len() == 2).then_some(()) }).await;
    assert_eq!(uploads(&bot), 2);
}
