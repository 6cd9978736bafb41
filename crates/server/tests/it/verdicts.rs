//! What becomes of a message by what Meta says, judged from the whole error: the same for sends, uploads and failures that
//! come later.

use std::time::Duration;

use chasqui_model::integration::Health;
use chasqui_model::message::MessageStatus;
use chasqui_simulator::{FaultKind, FaultSpec};
use serde_json::Value;

use crate::bot::{Bot, echo, eventually, next, said, silence};
use crate::files::{sends_what_is_asked_for, uploaded_file, uploads};

fn order(bot: &Bot, route: &str, fault: FaultKind, times: Option<u64>) {
    let (phone_number_id, seconds, every) = (None, None, None);
    bot.meta.add_fault(FaultSpec { route: route.into(), phone_number_id, fault, times, seconds, every });
}

fn code(code: i64) -> FaultKind {
    FaultKind { code: Some(code), ..FaultKind::default() }
}

async fn clear(bot: &Bot) {
    let url = format!("{}/_sim/faults", bot.meta.url());
    let text = reqwest::get(&url).await.unwrap().text().await.unwrap();
    let list: Value = serde_json::from_str(&text).unwrap();
    for fault in list["faults"].as_array().unwrap() {
        let url = format!("{url}/{}", fault["id"].as_str().unwrap());
        assert!(reqwest::Client::new().delete(url).send().await.unwrap().status().is_success());
    }
}

/// Turns the clock until something has come of it.
async fn as_time_goes_by<T, F: Future<Output = Option<T>>>(
    bot: &Bot,
    step: Duration,
    mut ask: impl FnMut() -> F,
) -> T {
    for _ in 0..600 {
        if let Some(answer) = ask().await {
            return answer;
        }
        bot.advance(step);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("nothing came of it");
}

async fn health(bot: &Bot) -> Health {
    let store = &bot.server().app.store;
    store.integration(bot.account, bot.integration).await.unwrap().unwrap().health
}

#[tokio::test]
async fn what_passes_by_metas_word_is_tried_again_whatever_its_code() {
    for number in [10, 100, 190, 131_026, 131_047, 132_001, 999_999] {
        let bot = Bot::with_flow(echo()).await;
        order(&bot, "messages", FaultKind { is_transient: Some(true), ..code(number) }, Some(2));
        let ana = bot.contact("Ana");
        ana.says("x").unwrap();
        let second = Duration::from_secs(1);
        let seen = as_time_goes_by(&bot, second, || async { ana.transcript().pop() }).await;
        assert_eq!(seen, "echo x", "{number}");
        assert_eq!(health(&bot).await, Health::Ok, "{number}");
        assert!(bot.events().await.is_empty(), "{number}");
    }
}

#[tokio::test]
async fn trouble_of_the_number_or_its_token_holds_the_queue_and_is_named() {
    let missing = FaultKind { subcode: Some(33), ..code(100) };
    let cases = [
        (missing, 33, "phone number id"),
        (code(33), 33, "phone number id"),
        (code(803), 803, "id does not exist"),
        (code(3), 3, "whatsapp_business_messaging"),
        (code(10), 10, "Sending needs the permission whatsapp_business_messaging."),
        (code(131_005), 131_005, "Sending needs the permission whatsapp_business_messaging."),
        (
            FaultKind { subcode: Some(1_349_174), ..code(200) },
            200,
            "no access to this WhatsApp business account",
        ),
        (code(131_042), 131_042, "payment"),
        (FaultKind { subcode: Some(460), ..code(190) }, 190, "password"),
        (code(104), 104, "system user"),
    ];
    for (fault, told, words) in cases {
        let bot = Bot::with_flow(echo()).await;
        order(&bot, "messages", fault, None);
        let ana = bot.contact("Ana");
        ana.says("held").unwrap();
        let event = bot.event("number_cannot_send").await;
        assert_eq!(event.graph_code, Some(told), "{}", said(&event));
        assert!(said(&event).contains(words), "{}", said(&event));
        assert_eq!(health(&bot).await, Health::Failing);
        let lines = bot.transcript(bot.only().await.conversation.id).await;
        assert!(lines.iter().all(|line| line.status != MessageStatus::Failed), "{told}");
        // Somebody mends it and saves.
        clear(&bot).await;
        bot.change(|it| it.health = Health::Ok).await;
        assert_eq!(next(&ana).await, "echo held");
    }
}

#[tokio::test]
async fn a_refused_message_is_told_with_what_meta_says_itself() {
    let bot = Bot::with_flow(echo()).await;
    let details = "Parameter value is not valid: text.body".to_owned();
    for number in [131_009, 987_654] {
        order(&bot, "messages", FaultKind { details: Some(details.clone()), ..code(number) }, Some(1));
        bot.contact("Ana").says("x").unwrap();
        let event = eventually(|| async {
            bot.events().await.into_iter().find(|event| event.graph_code == Some(number))
        })
        .await;
        assert!(said(&event).ends_with(&format!("Meta says: {details} (error {number})")), "{event:?}");
    }
}

#[tokio::test]
async fn a_refused_upload_fails_the_message_at_once_and_says_why() {
    let bot = Bot::with_flow(sends_what_is_asked_for()).await;
    let file = uploaded_file(&bot).await;
    order(&bot, "media", code(100), None);
    let ana = bot.contact("Ana");
    ana.says(&file).unwrap();
    let event = bot.event("message_not_sent").await;
    assert_eq!(event.graph_code, Some(100));
    // The conversation goes on.
    assert_eq!(next(&ana).await, "There.");
}

#[tokio::test]
async fn an_upload_that_meets_a_dead_token_holds_the_queue() {
    let bot = Bot::with_flow(sends_what_is_asked_for()).await;
    let file = uploaded_file(&bot).await;
    order(&bot, "media", code(190), None);
    let ana = bot.contact("Ana");
    ana.says(&file).unwrap();
    bot.event("number_cannot_send").await;
    silence(&ana).await;
    clear(&bot).await;
    bot.change(|it| it.health = Health::Ok).await;
    eventually(|| async { (ana.transcript().len() == 2).then_some(()) }).await;
}

#[tokio::test]
async fn an_upload_that_fails_for_a_while_is_tried_in_growing_pauses_and_its_owner_hears_of_it() {
    let bot = Bot::with_flow(sends_what_is_asked_for()).await;
    let file = uploaded_file(&bot).await;
    order(&bot, "media", FaultKind { http: Some(503), ..FaultKind::default() }, None);
    let ana = bot.contact("Ana");
    ana.says(&file).unwrap();
    let step = Duration::from_secs(2);
    let event = as_time_goes_by(&bot, step, || async {
        bot.events().await.into_iter().find(|event| event.code == "sends_delayed")
    })
    .await;
    assert!(event.conversation.is_some() && said(&event).contains("five minutes"), "{event:?}");
    let tries = bot.meta.log(500).iter().filter(|item| item.text.starts_with("Fault on media")).count();
    assert!((4..20).contains(&tries), "{tries} uploads in some minutes");
    // For an hour that is enough.
    for _ in 0..60 {
        bot.advance(Duration::from_secs(30));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let told = bot.events().await.iter().filter(|event| event.code == "sends_delayed").count();
    assert_eq!(told, 1);
    clear(&bot).await;
    as_time_goes_by(&bot, Duration::from_mins(1), || async { (ana.transcript().len() == 2).then_some(()) })
        .await;
    bot.event("number_works_again").await;
}

#[tokio::test]
async fn a_file_that_meta_could_not_take_is_given_once_more_and_then_no_more() {
    let bot = Bot::with_flow(sends_what_is_asked_for()).await;
    let file = uploaded_file(&bot).await;
    let broken = || FaultKind { details: Some("Media upload error".into()), ..code(131_053) };
    let second = Duration::from_secs(1);
    order(&bot, "messages", broken(), Some(1));
    let ana = bot.contact("Ana");
    ana.says(&file).unwrap();
    as_time_goes_by(&bot, second, || async { (ana.transcript().len() == 2).then_some(()) }).await;
    assert_eq!(uploads(&bot), 2, "with a fresh upload");
    // It goes on and on.
    order(&bot, "messages", broken(), None);
    let ben = bot.contact("Ben");
    ben.says(&file).unwrap();
    let event = as_time_goes_by(&bot, second, || async {
        bot.events().await.into_iter().find(|event| event.graph_code == Some(131_053))
    })
    .await;
    assert_eq!(event.code, "message_not_sent");
    clear(&bot).await;
    // Of the wrong kind: it never will.
    let before = uploads(&bot);
    let wrong = FaultKind { details: Some("Unsupported Image mime type image/tiff".into()), ..code(131_053) };
    let cem = bot.contact("Cem");
    order(&bot, "messages", wrong, Some(2));
    cem.says(&file).unwrap();
    assert_eq!(next(&cem).await, "There.");
    assert!(uploads(&bot) <= before + 1);
}

#[tokio::test]
async fn what_meta_took_and_lost_is_sent_once_more_with_a_fresh_upload() {
    let mut bot = Bot::with_flow(sends_what_is_asked_for()).await;
    let file = uploaded_file(&bot).await;
    let lost = |details: &str| FaultKind { late: true, details: Some(details.into()), ..code(131_053) };
    order(&bot, "messages", lost("Media upload error"), Some(1));
    let ana = bot.contact("Ana");
    ana.says(&file).unwrap();
    eventually(|| async { (uploads(&bot) == 2).then_some(()) }).await;
    let conversation = bot.only().await.conversation.id;
    // Meta tells of the reading at once after the delivery.
    eventually(|| async {
        let lines = bot.transcript(conversation).await;
        let came = |status| matches!(status, MessageStatus::Delivered | MessageStatus::Read);
        lines.into_iter().find(|line| line.kind == "image" && came(line.status))
    })
    .await;
    assert!(bot.events().await.is_empty(), "nobody need hear of it");
    // The second time is the last, also over a restart.
    bot.restart().await;
    order(&bot, "messages", lost("Media upload error"), None);
    let ben = bot.contact("Ben");
    ben.says(&file).unwrap();
    let event = bot.event("message_failed").await;
    assert_eq!(event.graph_code, Some(131_053));
    clear(&bot).await;
    bot.rests().await;
    let tries = bot.meta.log(500).iter().filter(|item| item.text.starts_with("Fault on messages")).count();
    assert!((3..=5).contains(&tries), "{tries}: one for Ana, at most two for each of Ben's two messages");
}
