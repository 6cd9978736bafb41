//! Messages that come late: their time is the one at which they were written.

use std::time::Duration;

use chasqui_model::Timestamp;
use chasqui_model::integration::Expiry;
use chasqui_model::secret::Secret;
use chasqui_model::template::Given;
use chasqui_simulator::harness::{self, Contact};
use chasqui_whatsapp::signature;
use serde_json::{Value, json};

use crate::bot::{Bot, echo, eventually, next};

const HOUR: Duration = Duration::from_hours(1);

fn text(from: &Contact, id: &str, timestamp: impl Into<Value>, body: &str) -> Value {
    json!({ "from": from.wa_id(), "id": format!("wamid.{id}"), "timestamp": timestamp.into(), "type": "text",
            "text": { "body": body } })
}

fn seconds(at: Timestamp) -> String {
    (at.millis() / 1000).to_string()
}

/// A delivery of Meta's, whenever these were written.
async fn deliver(bot: &Bot, from: &Contact, messages: &[Value]) {
    let body =
        json!({ "object": "whatsapp_business_account", "entry": [{ "id": harness::ACCOUNT, "changes": [{
        "field": "messages", "value": { "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "15550783881", "phone_number_id": harness::NUMBER },
            "contacts": [{ "profile": { "name": "Ana" }, "wa_id": from.wa_id() }],
            "messages": messages } }] }] })
        .to_string();
    let signed = signature::sign(&Secret::new(harness::SECRET), body.as_bytes());
    let request = reqwest::Client::new().post(bot.callback()).header("x-hub-signature-256", signed);
    assert_eq!(request.body(body).send().await.unwrap().status().as_u16(), 200);
}

async fn with_template() -> Bot {
    Bot::with(echo(), |it| {
        it.settings.template = Some(Given {
            name: "reopen".into(),
            language: "en".into(),
            parameters: vec!["{contact.name}".into()].into(),
            ..Given::default()
        });
    })
    .await
}

#[tokio::test]
async fn a_message_that_comes_25_hours_late_gets_the_template_and_says_when_it_was_written() {
    let bot = with_template().await;
    let ana = bot.contact("Ana");
    let wrote = bot.clock.now().before(HOUR * 25);
    deliver(&bot, &ana, &[text(&ana, "late", seconds(wrote), "is it open?")]).await;
    assert_eq!(next(&ana).await, "Hello Ana, shall we go on?");
    let lines = bot.transcript(bot.only().await.conversation.id).await;
    assert_eq!(lines[0].at, wrote);
    // Just inside: the bot's own words.
    let ben = bot.contact("Ben");
    ben.says("0").unwrap();
    assert_eq!(next(&ben).await, "echo 0");
    let wrote = bot.clock.now().before(HOUR * 23);
    deliver(&bot, &ben, &[text(&ben, "inside", seconds(wrote), "and now?")]).await;
    assert_eq!(next(&ben).await, "echo and now?");
}

#[tokio::test]
async fn an_older_message_that_comes_after_a_newer_one_closes_no_window() {
    let mut bot = with_template().await;
    let ana = bot.contact("Ana");
    ana.says("new").unwrap();
    assert_eq!(next(&ana).await, "echo new");
    let now = bot.clock.now();
    deliver(&bot, &ana, &[text(&ana, "1", seconds(now.before(HOUR * 40)), "old")]).await;
    assert_eq!(next(&ana).await, "echo old");
    // Nor for a process that knows only what is written down.
    bot.restart().await;
    bot.advance(HOUR * 2);
    deliver(&bot, &ana, &[text(&ana, "2", seconds(now.before(HOUR * 60)), "older")]).await;
    assert_eq!(next(&ana).await, "echo older");
    assert_eq!(bot.only().await.contact.last_inbound_at, Some(now));
}

#[tokio::test]
async fn what_comes_together_is_taken_in_the_order_in_which_it_was_written() {
    let bot = Bot::with_flow(echo()).await;
    let ana = bot.contact("Ana");
    ana.says("0").unwrap();
    assert_eq!(next(&ana).await, "echo 0");
    let now = bot.clock.now();
    let at = |ago: u64| seconds(now.before(Duration::from_secs(ago)));
    let messages = [
        text(&ana, "3", at(10), "third"),
        text(&ana, "4", at(10), "fourth"),
        text(&ana, "1", at(30), "first"),
        text(&ana, "2", at(20), "second"),
    ];
    deliver(&bot, &ana, &messages).await;
    for word in ["first", "second", "third", "fourth"] {
        assert_eq!(next(&ana).await, format!("echo {word}"));
    }
}

#[tokio::test]
async fn a_time_that_cannot_be_is_the_arrival() {
    let bot = with_template().await;
    let ana = bot.contact("Ana");
    ana.says("0").unwrap();
    assert_eq!(next(&ana).await, "echo 0");
    let now = bot.clock.now();
    // Older than what is remembered of earlier deliveries: it may have been answered long ago.
    deliver(&bot, &ana, &[text(&ana, "ancient", "1700000000".to_owned(), "ancient")]).await;
    let odd: [(&str, Value); 4] = [
        ("future", seconds(now.after(HOUR * 48)).into()),
        ("zero", 0.into()),
        ("nothing", Value::Null),
        ("words", "yesterday".into()),
    ];
    for (word, timestamp) in odd {
        deliver(&bot, &ana, &[text(&ana, word, timestamp, word)]).await;
        assert_eq!(next(&ana).await, format!("echo {word}"));
    }
    let lines = bot.transcript(bot.only().await.conversation.id).await;
    assert!(lines.iter().all(|line| line.at == now), "{lines:?}");
    // Milliseconds have been seen where seconds should be.
    let wrote = now.before(HOUR);
    deliver(&bot, &ana, &[text(&ana, "millis", wrote.millis().to_string(), "millis")]).await;
    assert_eq!(next(&ana).await, "echo millis");
    let lines = bot.transcript(bot.only().await.conversation.id).await;
    assert_eq!(lines.iter().find(|line| line.content.contains("\"millis\"")).unwrap().at, wrote);
}

#[tokio::test]
async fn silence_counts_from_when_the_message_was_written() {
    let half = Duration::from_mins(30);
    for (late, silent_from_arrival) in [(Duration::from_mins(20), false), (HOUR * 2, true)] {
        let bot = Bot::with(echo(), |it| {
            it.settings.expiry = Expiry { enabled: true, after_seconds: half.as_secs() };
        })
        .await;
        let ana = bot.contact("Ana");
        let (now, wrote) = (bot.clock.now(), bot.clock.now().before(late));
        deliver(&bot, &ana, &[text(&ana, "late", seconds(wrote), "hi")]).await;
        eventually(|| async { (bot.conversations().await.len() == 1).then_some(()) }).await;
        // What came later than all of the silence is answered, and the answer is waited for as long.
        let from = if silent_from_arrival { now } else { wrote };
        assert_eq!(bot.only().await.conversation.expires_at, Some(from.after(half)));
    }
}
