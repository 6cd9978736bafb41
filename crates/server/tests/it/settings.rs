//! What an integration's owner chose really acts.

use std::time::Duration;

use chasqui_model::integration::{Recipients, Settings, Throughput};
use chasqui_simulator::{ItemStatus, harness};
use serde_json::{Value, json};

use crate::bot::{A_WHILE, Bot, SOON, echo, eventually, menu, next, silence};

#[tokio::test]
async fn an_inactive_integration_answers_meta_and_nobody_else() {
    let bot = Bot::with(echo(), |it| it.active = false).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    ana.settles(SOON).await.unwrap();
    silence(&ana).await;
    assert!(bot.conversations().await.is_empty());
    let hours = eventually(|| async {
        let app = &bot.server().app;
        let hours = app.store.activity(bot.account, bot.clock.now()).await.unwrap();
        hours.get(&bot.integration).filter(|hours| hours[0].ignored > 0).cloned()
    })
    .await;
    assert_eq!((hours[0].ignored, hours[0].messages), (1, 0));
}

#[tokio::test]
async fn a_switch_off_holds_what_is_queued_and_a_switch_on_lets_it_go() {
    let bot = Bot::with_flow(menu()).await;
    bot.meta.set(|settings| settings.latency_ms = 100);
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    next(&ana).await;
    bot.change(|it| it.active = false).await;
    ana.says("Ana").unwrap();
    ana.settles(SOON).await.unwrap();
    silence(&ana).await;
    bot.change(|it| it.active = true).await;
    ana.says("Ana").unwrap();
    assert!(next(&ana).await.starts_with("Hello Ana"));
}

#[tokio::test]
async fn only_listed_numbers_are_answered() {
    let bot = Bot::with_flow(echo()).await;
    let (ana, ben) = (bot.contact("Ana"), bot.contact("Ben"));
    let numbers = vec![format!("+{}", ana.wa_id())];
    bot.change(|it| it.settings.recipients = Recipients::Only { numbers }).await;
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "echo hi");
    ben.says("hi").unwrap();
    ben.settles(SOON).await.unwrap();
    silence(&ben).await;
}

/// Answers an hour later.
fn slow() -> Value {
    json!({ "format": 1, "name": "Slow", "start": "wait", "nodes": [
        { "id": "wait", "type": "time_delay", "hours": 1, "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "Bye." } ] })
}

/// Whether a message is marked as read and typing is shown, once the bot has taken it.
async fn marked(settings: impl FnOnce(&mut Settings), wanted: (bool, bool)) {
    let bot = Bot::with(slow(), |it| settings(&mut it.settings)).await;
    let ana = bot.contact("Ana");
    let wamid = ana.says("hi").unwrap();
    ana.settles(SOON).await.unwrap();
    eventually(|| async { (bot.conversations().await.len() == 1).then_some(()) }).await;
    bot.rests().await;
    let url = format!("{}/_sim/phones/{}/chats/{}", bot.meta.url(), ana.wa_id(), harness::NUMBER);
    let shown = || async {
        let text = reqwest::get(&url).await.unwrap().text().await.unwrap();
        let chat: Value = serde_json::from_str(&text).unwrap();
        (ana.status_of(&wamid) == Some(ItemStatus::Read), chat["typing"] == true)
    };
    eventually(|| async { (shown().await == wanted).then_some(()) }).await;
    silence(&ana).await;
    assert_eq!(shown().await, wanted, "and so it stays");
}

#[tokio::test]
async fn messages_are_marked_as_read_when_the_owner_wants_it() {
    marked(|it| it.read_receipts = true, (true, false)).await;
    marked(|_| {}, (false, false)).await;
}

#[tokio::test]
async fn typing_is_shown_when_the_owner_wants_it() {
    marked(|it| it.typing_indicator = true, (true, true)).await;
}

#[tokio::test]
async fn a_number_sends_no_faster_than_its_owner_wants() {
    let four = Some(Throughput { messages_per_second: 4 });
    let bot = Bot::with(echo(), |it| it.settings.throughput = four).await;
    let first = bot.contact("Ana");
    first.says("hi").unwrap();
    next(&first).await;
    bot.advance(Duration::from_secs(10));
    let people: Vec<_> = (0..10).map(|n| bot.contact(&format!("Somebody {n}"))).collect();
    for one in &people {
        one.says("hi").unwrap();
    }
    for one in &people {
        one.settles(SOON).await.unwrap();
    }
    eventually(|| async { (bot.conversations().await.len() == people.len() + 1).then_some(()) }).await;
    // No time passes on the server's clock: all that may go at once has gone.
    tokio::time::sleep(A_WHILE).await;
    let answered = || people.iter().filter(|one| !one.transcript().is_empty()).count();
    assert!(answered() <= 4, "{} at once", answered());
    eventually(|| async {
        bot.advance(Duration::from_secs(1));
        (answered() == people.len()).then_some(())
    })
    .await;
}
