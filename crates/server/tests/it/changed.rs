//! Text that arrives whole, messages that are changed and deleted later, and what Meta calls unsupported.

use std::time::Duration;

use chasqui_simulator::InboundOptions;
use chasqui_simulator::harness::{Contact, NUMBER};
use serde_json::{Value, json};

use crate::bot::{Bot, echo, eventually, menu, next, silence};

#[expect(clippy::needless_pass_by_value, reason = "tests hand it a literal")]
fn edit(original: &str, message: Value) -> Value {
    json!({"type": "edit", "edit": {"original_message_id": original, "message": message}})
}

fn revoke(original: &str) -> Value {
    json!({"type": "revoke", "revoke": {"original_message_id": original}})
}

fn words(text: &str) -> Value {
    json!({"type": "text", "text": {"body": text}})
}

fn named(contact: &Contact, message: Value, wamid: &str) {
    let options = InboundOptions { wamid: Some(wamid.to_owned()), ..InboundOptions::default() };
    contact.sends_with(message, options).unwrap();
}

/// What a message says since it was changed.
async fn edited(bot: &Bot, no: i64) -> Option<Value> {
    let lines = bot.transcript(bot.only().await.conversation.id).await;
    let line = lines.into_iter().find(|line| line.no == no)?;
    let content: Value = serde_json::from_str(&line.edited?.0).unwrap();
    Some(content["content"].clone())
}

#[tokio::test]
async fn half_of_a_character_costs_no_text() {
    let bot = Bot::with_flow(echo()).await;
    let ana = bot.contact("Ana");
    let body = format!(
        r#"{{"phone_number_id":"{NUMBER}","from":"{}","name":"A\ud83dna","message":{{"type":"text","text":{{"body":"cut \ud83d and \u0000 go on \ude00"}}}}}}"#,
        ana.wa_id()
    );
    let url = format!("{}/_sim/inbound", bot.meta.url());
    let sent = reqwest::Client::new().post(url).body(body).send().await.unwrap();
    assert!(sent.status().is_success());
    assert_eq!(next(&ana).await, "echo cut \u{fffd} and \u{fffd} go on \u{fffd}");
    assert_eq!(bot.only().await.contact.name.as_deref(), Some("A\u{fffd}na"));
}

#[tokio::test]
async fn an_edit_is_shown_beside_what_was_said_first_and_runs_nothing() {
    let bot = Bot::with_flow(menu()).await;
    let ana = bot.contact("Ana");
    let hi = ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    ana.sends(edit(&hi, words("hello"))).unwrap();
    eventually(|| async { edited(&bot, 1).await }).await;
    assert_eq!(edited(&bot, 1).await.unwrap()["body"], "hello");
    // Another edit, named by the first one and by the message itself.
    named(&ana, edit(&hi, words("hello!")), "wamid.EDIT2");
    named(&ana, edit("wamid.EDIT2", words("hello there")), "wamid.EDIT3");
    eventually(|| async { (edited(&bot, 1).await?["body"] == "hello there").then_some(()) }).await;
    silence(&ana).await;
    let lines = bot.transcript(bot.only().await.conversation.id).await;
    assert!(lines[0].content.contains("\"hi\""), "the old words are kept");
    assert_eq!(lines.iter().filter(|line| line.kind == "edit").count(), 3);
    // The question still waits, with all its attempts.
    ana.says("Ana").unwrap();
    assert!(next(&ana).await.starts_with("Hello Ana"));
}

#[tokio::test]
async fn a_caption_may_change_too_and_a_deleted_message_is_gone_with_its_edits() {
    let bot = Bot::with_flow(menu()).await;
    let ana = bot.contact("Ana");
    let picture = |caption: &str| json!({"type": "image", "image": {"id": "77", "mime_type": "image/jpeg", "caption": caption}});
    let sent = ana.sends(picture("Taj Mahal")).unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    ana.sends(edit(&sent, picture("Agra"))).unwrap();
    eventually(|| async { (edited(&bot, 1).await?["caption"] == "Agra").then_some(()) }).await;
    ana.sends(revoke(&sent)).unwrap();
    let id = bot.only().await.conversation.id;
    eventually(|| async { bot.transcript(id).await[0].revoked_at }).await;
    let lines = bot.transcript(id).await;
    assert!(lines.iter().find(|line| line.kind == "edit").unwrap().revoked_at.is_some());
    assert!(lines.iter().find(|line| line.kind == "revoke").unwrap().revoked_at.is_none());
    silence(&ana).await;
}

#[tokio::test]
async fn a_change_of_a_conversation_that_is_over_is_written_there() {
    let bot = Bot::with_flow(menu()).await;
    let ana = bot.contact("Ana");
    let hi = ana.says("hi").unwrap();
    next(&ana).await;
    ana.says("Ana").unwrap();
    next(&ana).await;
    ana.taps("My order").unwrap();
    next(&ana).await;
    bot.rests().await;
    ana.sends(edit(&hi, words("good morning"))).unwrap();
    eventually(|| async { edited(&bot, 1).await }).await;
    assert_eq!(bot.conversations().await.len(), 1, "a change begins nothing");
    // The conversation that runs is another one; the change still goes where the message is.
    ana.says("once more").unwrap();
    next(&ana).await;
    ana.sends(revoke(&hi)).unwrap();
    let old = bot.conversations().await.into_iter().min_by_key(|it| it.conversation.started_at).unwrap();
    let first =
        bot.conversations().await.into_iter().find(|it| it.conversation.end_reason.is_some()).unwrap();
    assert_eq!(old.conversation.started_at, first.conversation.started_at);
    eventually(|| async { bot.transcript(first.conversation.id).await[0].revoked_at }).await;
    silence(&ana).await;
}

#[tokio::test]
async fn a_change_may_come_before_its_message() {
    let bot = Bot::with_flow(menu()).await;
    let ana = bot.contact("Ana");
    named(&ana, edit("wamid.LATER", words("the new words")), "wamid.EARLY");
    bot.rests().await;
    silence(&ana).await;
    assert!(bot.conversations().await.is_empty(), "a change begins nothing");
    named(&ana, words("the old words"), "wamid.LATER");
    assert_eq!(next(&ana).await, "What is your name?");
    bot.advance(Duration::from_secs(61));
    eventually(|| async { edited(&bot, 1).await }).await;
    assert_eq!(edited(&bot, 1).await.unwrap()["body"], "the new words");
    silence(&ana).await;
}

#[tokio::test]
async fn what_nobody_said_asks_for_no_answer() {
    let bot = Bot::with_flow(menu()).await;
    let ana = bot.contact("Ana");
    let unsupported = |kind: &str| json!({"type": "unsupported", "unsupported": {"type": kind}, "errors": [{"code": 131_051, "title": "x"}]});
    ana.sends(unsupported("pin")).unwrap();
    silence(&ana).await;
    assert!(bot.conversations().await.is_empty());
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    for kind in ["pin", "edit", "keep_in_chat", "poll_update", "reaction", "unpin", "event_update"] {
        ana.sends(unsupported(kind)).unwrap();
    }
    ana.sends(json!({"type": "unsupported", "errors": [{"code": 131_060}]})).unwrap();
    ana.sends(json!({"type": "interactive", "interactive": {"type": "call_permission_reply",
        "call_permission_reply": {"response": "accept"}}}))
        .unwrap();
    silence(&ana).await;
    let lines = bot.transcript(bot.only().await.conversation.id).await;
    assert_eq!(lines.iter().filter(|line| line.kind == "unsupported").count(), 9, "all of it is shown");
    // A poll is something that was said, and is asked about.
    ana.sends(unsupported("poll")).unwrap();
    assert_ne!(next(&ana).await, "");
    ana.says("Ana").unwrap();
    assert!(next(&ana).await.starts_with("Hello Ana"));
}
