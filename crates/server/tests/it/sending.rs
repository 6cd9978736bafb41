//! Bad days at the Graph API: what happens to replies.

use std::time::Duration;

use chasqui_model::integration::Health;
use chasqui_model::message::MessageStatus;
use chasqui_model::secret::Secret;
use chasqui_model::template::Given;
use chasqui_simulator::harness;
use chasqui_simulator::{FaultKind, FaultSpec, LogKind, Moment};

use crate::bot::{Bot, SOON, echo, eventually, menu, next, said, silence};

fn fault(fault: FaultKind, times: u64) -> FaultSpec {
    FaultSpec {
        route: "messages".into(),
        phone_number_id: None,
        fault,
        times: Some(times),
        seconds: None,
        every: None,
    }
}

/// Turns the clock until something has come of it.
async fn as_time_goes_by<T, F: Future<Output = Option<T>>>(bot: &Bot, mut ask: impl FnMut() -> F) -> T {
    for _ in 0..600 {
        if let Some(answer) = ask().await {
            return answer;
        }
        bot.advance(Duration::from_millis(500));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("nothing came of it in five minutes");
}

#[tokio::test]
async fn what_fails_for_a_while_arrives_in_order() {
    let bot = Bot::with_flow(echo()).await;
    bot.meta.add_fault(fault(FaultKind { http: Some(503), ..FaultKind::default() }, 3));
    bot.meta.add_fault(fault(FaultKind { http: Some(429), ..FaultKind::default() }, 3));
    let ana = bot.contact("Ana");
    for n in 0..5 {
        ana.says(&n.to_string()).unwrap();
        ana.settles(SOON).await.unwrap();
    }
    let seen =
        as_time_goes_by(&bot, || async { (ana.transcript().len() == 5).then(|| ana.transcript()) }).await;
    assert_eq!(seen, ["echo 0", "echo 1", "echo 2", "echo 3", "echo 4"]);
    let troubles = bot.meta.log(100).iter().filter(|item| item.kind == LogKind::Fault).count();
    assert_eq!((bot.meta.sends().0, troubles), (5, 6));
}

#[tokio::test]
async fn every_class_of_passing_trouble_is_tried_again() {
    for code in [2, 131_000, 131_016, 131_056, 130_429, 133_004] {
        let bot = Bot::with_flow(echo()).await;
        bot.meta.add_fault(fault(FaultKind { code: Some(code), ..FaultKind::default() }, 2));
        let ana = bot.contact("Ana");
        ana.says("x").unwrap();
        let seen = as_time_goes_by(&bot, || async { ana.transcript().pop() }).await;
        assert_eq!(seen, "echo x", "{code}");
    }
}

#[tokio::test]
async fn what_meta_refuses_for_good_fails_at_once_and_says_why() {
    for code in [131_026, 131_009, 100, 131_051] {
        let bot = Bot::with_flow(echo()).await;
        bot.meta.add_fault(fault(FaultKind { code: Some(code), ..FaultKind::default() }, 1));
        let ana = bot.contact("Ana");
        ana.says("lost").unwrap();
        let event = bot.event("message_not_sent").await;
        assert_eq!(event.graph_code, Some(code));
        assert!(!said(&event).contains("lost"), "{}", said(&event));
        // The next one goes its way.
        ana.says("found").unwrap();
        assert_eq!(next(&ana).await, "echo found");
        let lines = bot.transcript(bot.only().await.conversation.id).await;
        let failed = lines.iter().find(|line| line.status == MessageStatus::Failed).unwrap();
        assert_eq!(failed.error_code, Some(code));
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_is_settled_by_the_status_and_not_sent_twice() {
    let bot = Bot::with_flow(echo()).await;
    bot.meta.add_fault(fault(FaultKind { drop: Some(Moment::After), ..FaultKind::default() }, 1));
    let ana = bot.contact("Ana");
    ana.says("once").unwrap();
    assert_eq!(next(&ana).await, "echo once");
    // The conversation goes on without turning the clock: the status webhook has settled it.
    ana.says("on").unwrap();
    assert_eq!(next(&ana).await, "echo on");
    bot.advance(Duration::from_mins(1));
    silence(&ana).await;
    assert_eq!(bot.meta.sends().0, 2);
}

#[tokio::test]
async fn an_answer_that_is_lost_without_any_status_is_sent_again_after_a_while() {
    let bot = Bot::with_flow(echo()).await;
    bot.meta.set(|settings| settings.statuses.loss = 1.0);
    bot.meta.add_fault(fault(FaultKind { drop: Some(Moment::After), ..FaultKind::default() }, 1));
    let ana = bot.contact("Ana");
    ana.says("twice").unwrap();
    assert_eq!(next(&ana).await, "echo twice");
    silence(&ana).await;
    bot.advance(Duration::from_secs(31));
    assert_eq!(next(&ana).await, "echo twice");
}

#[tokio::test]
async fn a_dead_token_holds_everything_and_a_new_one_lets_it_go() {
    let bot = Bot::with_flow(echo()).await;
    let ana = bot.contact("Ana");
    ana.says("0").unwrap();
    assert_eq!(next(&ana).await, "echo 0");
    bot.meta.add_fault(FaultSpec {
        times: None,
        ..fault(FaultKind { code: Some(190), ..FaultKind::default() }, 0)
    });
    for n in 1..4 {
        ana.says(&n.to_string()).unwrap();
        ana.settles(SOON).await.unwrap();
    }
    bot.event("number_cannot_send").await;
    let store = &bot.server().app.store;
    let integration = store.integration(bot.account, bot.integration).await.unwrap().unwrap();
    assert_eq!(integration.health, Health::Failing);
    bot.advance(Duration::from_hours(1));
    silence(&ana).await;
    // A person enters a new token; the fault was of the old one.
    let mut business = harness::business().with_callback(&bot.callback());
    business.tokens[0].token = "EAAnew".into();
    remove_faults(&bot).await;
    bot.meta.create_business(business);
    bot.change(|it| {
        it.credentials.access_token = Secret::new("EAAnew");
        it.health = Health::Ok;
    })
    .await;
    for n in 1..4 {
        assert_eq!(next(&ana).await, format!("echo {n}"));
    }
}

async fn faults(bot: &Bot) -> Vec<serde_json::Value> {
    let url = format!("{}/_sim/faults", bot.meta.url());
    let text = reqwest::get(url).await.unwrap().text().await.unwrap();
    let list: serde_json::Value = serde_json::from_str(&text).unwrap();
    list["faults"].as_array().unwrap().clone()
}

/// How many calls met a fault.
async fn struck(bot: &Bot) -> u64 {
    faults(bot).await.iter().filter_map(|fault| fault["struck"].as_u64()).sum()
}

async fn remove_faults(bot: &Bot) {
    for fault in faults(bot).await {
        let url = format!("{}/_sim/faults/{}", bot.meta.url(), fault["id"].as_str().unwrap());
        assert!(reqwest::Client::new().delete(url).send().await.unwrap().status().is_success());
    }
}

#[tokio::test]
async fn outside_the_window_the_template_goes_out() {
    let flow = delayed_flow();
    let bot = Bot::with(flow, |it| {
        it.settings.template = Some(Given {
            name: "reopen".into(),
            language: "en".into(),
            parameters: vec!["{contact.name}".into()].into(),
            ..Given::default()
        });
    })
    .await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    eventually(|| async { (bot.conversations().await.len() == 1).then_some(()) }).await;
    bot.advance(Duration::from_hours(25));
    bot.meta.advance(Duration::from_hours(25));
    assert_eq!(next(&ana).await, "Hello Ana, shall we go on?");
    let conversation = bot.only().await.conversation.id;
    eventually(|| async {
        let lines = bot.transcript(conversation).await;
        (lines.last().unwrap().kind == "template").then_some(())
    })
    .await;
}

fn delayed_flow() -> serde_json::Value {
    serde_json::json!({ "format": 1, "name": "Wait", "start": "wait", "nodes": [
        { "id": "wait", "type": "time_delay", "hours": 25, "ports": { "next": "ask" } },
        { "id": "ask", "type": "question_text", "text": "Still there?", "ports": { "next": "ask" } } ] })
}

#[tokio::test]
async fn outside_the_window_without_a_template_the_owner_is_told() {
    let bot = Bot::with_flow(delayed_flow()).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    eventually(|| async { (bot.conversations().await.len() == 1).then_some(()) }).await;
    bot.advance(Duration::from_hours(25));
    let event = bot.event("message_not_sent").await;
    assert!(said(&event).contains("24-hour window"), "{}", said(&event));
    assert_eq!(bot.meta.sends(), (0, 0));
}

#[tokio::test]
async fn a_message_is_given_up_after_a_day() {
    let bot = Bot::with_flow(menu()).await;
    bot.meta.add_fault(FaultSpec {
        times: None,
        ..fault(FaultKind { http: Some(500), ..FaultKind::default() }, 0)
    });
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    eventually(|| async { (struck(&bot).await > 0).then_some(()) }).await;
    for _ in 0..140 {
        bot.advance(Duration::from_mins(15));
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    bot.event("message_not_sent").await;
    bot.rests().await;
}

#[tokio::test]
async fn a_sick_contact_does_not_hold_up_the_others() {
    let bot = Bot::with_flow(echo()).await;
    let (ana, ben) = (bot.contact("Ana"), bot.contact("Ben"));
    bot.meta.add_fault(fault(FaultKind { hang: true, ..FaultKind::default() }, 1));
    ana.says("hangs").unwrap();
    ana.settles(SOON).await.unwrap();
    // Her turn is committed with its message on the way: the next call is another's.
    eventually(|| async { (bot.conversations().await.len() == 1).then_some(()) }).await;
    for n in 0..5 {
        ben.says(&n.to_string()).unwrap();
        assert_eq!(next(&ben).await, format!("echo {n}"));
    }
}

#[tokio::test]
async fn a_question_that_never_arrives_takes_its_error_port() {
    for late in [false, true] {
        let flow = serde_json::json!({ "format": 1, "name": "Ask", "start": "ask", "nodes": [
            { "id": "ask", "type": "question_text", "text": "Your name?",
              "ports": { "next": "bye", "error": "other" } },
            { "id": "other", "type": "end", "text": "We will call you instead." },
            { "id": "bye", "type": "end", "text": "Thank you." } ] });
        let bot = Bot::with_flow(flow).await;
        bot.meta.add_fault(fault(FaultKind { code: Some(131_026), late, ..FaultKind::default() }, 1));
        let ana = bot.contact("Ana");
        ana.says("hi").unwrap();
        let words = "We will call you instead.".to_owned();
        eventually(|| async { ana.transcript().contains(&words).then_some(()) }).await;
    }
}

#[tokio::test]
async fn after_a_start_nothing_overtakes_what_was_on_its_way() {
    let mut bot = Bot::with_flow(echo()).await;
    bot.meta.set(|settings| settings.statuses.loss = 1.0);
    bot.meta.add_fault(fault(FaultKind { drop: Some(Moment::After), ..FaultKind::default() }, 1));
    let ana = bot.contact("Ana");
    ana.says("first").unwrap();
    assert_eq!(next(&ana).await, "echo first");
    // Its answer was lost and no status comes: nobody knows that it arrived.
    bot.restart().await;
    ana.says("second").unwrap();
    silence(&ana).await;
    bot.advance(Duration::from_secs(31));
    assert_eq!(next(&ana).await, "echo first");
    assert_eq!(next(&ana).await, "echo second");
}
