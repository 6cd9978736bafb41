//! Turns that take long: they hold up nobody else, and end by the budget of a turn.

use std::time::Duration;

use serde_json::{Value, json};

use crate::bot::{Bot, next, said};

/// A circle with a way out over a text of 100 kB, which "go" enters: 49 formulas of nearly 4 kB each. Other words are
/// answered at once.
fn circle() -> Value {
    let formula = format!("Concat({})", vec!["Length(Upper(Replace(big, 'a', 'A')))"; 100].join(","));
    let mut nodes = vec![
        json!({ "id": "fill", "type": "set_variable", "operations": [{ "do": "set", "variable": "big", "value": "abcdefghij".repeat(10_000) }],
            "ports": { "next": "ask" } }),
        json!({ "id": "ask", "type": "question_text", "text": "Go on?", "save_as": "word", "ports": { "next": "which" } }),
        json!({ "id": "which", "type": "formula", "mode": "true_false", "expression": "word == 'go'", "ports": { "true": "n0", "false": "ask" } }),
        json!({ "id": "sorry", "type": "question_text", "text": "That was too much for me.", "save_as": "word", "ports": { "next": "which" } }),
    ];
    for n in 0..49 {
        let to = if n == 48 { "out".to_owned() } else { format!("n{}", n + 1) };
        nodes.push(
            json!({ "id": format!("n{n}"), "type": "formula", "expression": formula, "save_as": "result",
            "ports": { "next": to, "error": "sorry" } }),
        );
    }
    nodes.push(json!({ "id": "out", "type": "formula", "mode": "true_false", "expression": "word == 'stop'",
        "ports": { "true": "ask", "false": "n0" } }));
    json!({ "format": 1, "name": "Circle", "start": "fill", "nodes": nodes })
}

#[tokio::test]
async fn a_turn_beyond_its_budget_is_told_and_the_conversation_goes_on() {
    let bot = Bot::with_flow(circle()).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "Go on?");
    ana.says("go").unwrap();
    assert_eq!(next(&ana).await, "That was too much for me.");
    let events = bot.events().await;
    let event = events.iter().find(|event| event.code == "too_much_work").unwrap();
    assert!(said(event).contains("Shorten the texts"), "{}", said(event));
    // The next turn has a budget of its own, and the state is the one before the failed attempt.
    ana.says("no").unwrap();
    assert_eq!(next(&ana).await, "Go on?");
    bot.rests().await;
    let conversation = bot.only().await.conversation.id;
    assert_eq!(bot.turns(conversation).await.len(), 3);
}

#[tokio::test]
async fn the_order_of_a_contact_is_kept_over_a_long_turn() {
    let bot = Bot::with_flow(circle()).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "Go on?");
    for word in ["go", "no", "go", "no"] {
        ana.says(word).unwrap();
    }
    for answer in ["That was too much for me.", "Go on?", "That was too much for me.", "Go on?"] {
        assert_eq!(next(&ana).await, answer);
    }
}

#[tokio::test]
async fn others_are_answered_while_a_turn_takes_long() {
    const LONG: usize = 10;
    let bot = Bot::with_flow(circle()).await;
    let (ana, ben) = (bot.contact("Ana"), bot.contact("Ben"));
    for contact in [&ana, &ben] {
        contact.says("hi").unwrap();
        assert_eq!(next(contact).await, "Go on?");
    }
    for _ in 0..LONG {
        ana.says("go").unwrap();
    }
    ben.says("no").unwrap();
    assert_eq!(next(&ben).await, "Go on?");
    let mut told = 0;
    while ana.next(Duration::from_millis(1)).await.is_ok() {
        told += 1;
    }
    assert!(told < LONG, "all long turns were over first");
    for _ in told..LONG {
        assert_eq!(next(&ana).await, "That was too much for me.");
    }
}
