//! Conversations from the first message to the end.

use std::time::Duration;

use chasqui_model::conversation::{EndReason, Status};
use chasqui_model::integration::Expiry;
use chasqui_model::message::MessageStatus;
use serde_json::json;

use crate::bot::{Bot, echo, eventually, menu, next, silence};

#[tokio::test]
async fn the_menu_is_answered_to_the_end() {
    let bot = Bot::with_flow(menu()).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    ana.says("Ana").unwrap();
    assert_eq!(next(&ana).await, "Hello Ana, how can we help? [Opening hours] [My order] [A person]");
    ana.taps("My order").unwrap();
    assert_eq!(next(&ana).await, "You chose My order.");
    silence(&ana).await;
    bot.rests().await;

    let conversation = bot.only().await.conversation;
    assert_eq!((conversation.status, conversation.end_reason), (Status::Ended, Some(EndReason::Finished)));
    let lines = bot.transcript(conversation.id).await;
    let kinds: Vec<_> = lines.iter().map(|line| line.kind.as_str()).collect();
    assert_eq!(kinds, ["text", "text", "text", "buttons", "button_reply", "text"]);
    assert_eq!(lines.iter().map(|line| line.no).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    assert!(lines[3].chosen.as_ref().is_some_and(|chosen| chosen.contains("My order")));
    let turns = bot.turns(conversation.id).await;
    assert_eq!(turns.len(), 3);
    assert!(turns.iter().all(|turn| turn.messages.len() == 2));
}

#[tokio::test]
async fn statuses_climb_to_read() {
    let bot = Bot::with_flow(echo()).await;
    let ana = bot.contact("Ana");
    ana.says("one").unwrap();
    assert_eq!(next(&ana).await, "echo one");
    let conversation = bot.only().await.conversation.id;
    eventually(|| async {
        let lines = bot.transcript(conversation).await;
        lines.iter().any(|line| line.status == MessageStatus::Read && line.read_at.is_some()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn many_contacts_talk_at_once_and_each_gets_its_own_answers_in_order() {
    let bot = Bot::with_flow(echo()).await;
    let people: Vec<_> = (0..40).map(|n| bot.contact(&format!("P{n}"))).collect();
    for round in 0..5 {
        for (n, person) in people.iter().enumerate() {
            person.says(&format!("{n}-{round}")).unwrap();
        }
    }
    for (n, person) in people.iter().enumerate() {
        for round in 0..5 {
            assert_eq!(next(person).await, format!("echo {n}-{round}"));
        }
    }
    bot.rests().await;
    assert_eq!(bot.conversations().await.len(), 40);
}

#[tokio::test]
async fn a_restart_word_begins_again() {
    let bot = Bot::with_flow(menu()).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    ana.says("Ana").unwrap();
    assert!(next(&ana).await.starts_with("Hello Ana"));
    ana.says("Restart").unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    bot.rests().await;
    let all = bot.conversations().await;
    let reasons: Vec<_> = all.iter().map(|it| it.conversation.end_reason).collect();
    assert!(reasons.contains(&Some(EndReason::Restarted)) && reasons.contains(&None), "{reasons:?}");
}

#[tokio::test]
async fn silence_ends_a_conversation_and_eats_no_message() {
    let expiry = Expiry { enabled: true, after_seconds: 600 };
    let bot = Bot::with(menu(), |it| it.settings.expiry = expiry).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    bot.advance(Duration::from_secs(599));
    ana.says("Ana").unwrap();
    assert!(next(&ana).await.starts_with("Hello Ana"));
    // The message at 599 s began the ten minutes anew.
    bot.advance(Duration::from_secs(2));
    bot.rests().await;
    assert_eq!(bot.only().await.conversation.status, Status::Waiting);
    bot.advance(Duration::from_secs(599));
    eventually(|| async {
        (bot.only().await.conversation.end_reason == Some(EndReason::Expired)).then_some(())
    })
    .await;
    ana.says("are you there?").unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    assert_eq!(bot.conversations().await.len(), 2);
}

#[tokio::test]
async fn a_delay_is_kept_over_a_restart() {
    let flow = json!({ "format": 1, "name": "Wait", "start": "wait", "nodes": [
        { "id": "wait", "type": "time_delay", "minutes": 10, "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "Ten minutes are over." } ] });
    let mut bot = Bot::with_flow(flow).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    eventually(|| async { (bot.conversations().await.len() == 1).then_some(()) }).await;
    silence(&ana).await;
    assert_eq!(bot.only().await.conversation.status, Status::Sleeping);
    bot.restart().await;
    bot.advance(Duration::from_mins(9));
    silence(&ana).await;
    bot.advance(Duration::from_secs(61));
    assert_eq!(next(&ana).await, "Ten minutes are over.");
}

#[tokio::test]
async fn a_conversation_finishes_on_the_version_it_began_with() {
    let bot = Bot::with_flow(menu()).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    let other = bot.publish(echo()).await;
    bot.change(|it| it.bot = other).await;
    ana.says("Ana").unwrap();
    assert!(next(&ana).await.starts_with("Hello Ana"));
    let ben = bot.contact("Ben");
    ben.says("new").unwrap();
    assert_eq!(next(&ben).await, "echo new");
}

#[tokio::test]
async fn a_tap_on_an_old_button_does_not_count_as_an_answer() {
    let bot = Bot::with_flow(menu()).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    next(&ana).await;
    ana.says("Ana").unwrap();
    next(&ana).await;
    ana.taps("My order").unwrap();
    assert_eq!(next(&ana).await, "You chose My order.");
    // The conversation is over: the same tap begins another one with its first question.
    ana.taps("Opening hours").unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    // And in that one it belongs to no question that was asked.
    ana.taps("Opening hours").unwrap();
    let answer = next(&ana).await;
    assert!(answer.contains("earlier"), "{answer}");
    assert_eq!(next(&ana).await, "What is your name?");
}

#[tokio::test]
async fn a_stop_in_good_order_loses_nothing() {
    let mut bot = Bot::with_flow(menu()).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    next(&ana).await;
    bot.restart().await;
    ana.says("Ana").unwrap();
    assert!(next(&ana).await.starts_with("Hello Ana"));
    bot.restart().await;
    ana.taps("A person").unwrap();
    assert_eq!(next(&ana).await, "You chose A person.");
    assert_eq!(bot.conversations().await.len(), 1);
}
