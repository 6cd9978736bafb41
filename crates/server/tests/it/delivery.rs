//! What Meta delivers, in all the ways it does.

use std::collections::HashSet;

use chasqui_simulator::{InboundOptions, harness};
use serde_json::{Value, json};

use crate::bot::{Bot, SOON, echo, eventually, menu, next, silence};

/// Signs a body and posts it to the bot's URL. Answers the status.
async fn post(bot: &Bot, body: &Value) -> u16 {
    let body = body.to_string();
    let secret = chasqui_model::secret::Secret::new(harness::SECRET);
    let signature = chasqui_whatsapp::signature::sign(&secret, body.as_bytes());
    let request =
        reqwest::Client::new().post(bot.callback()).header("X-Hub-Signature-256", signature).body(body);
    request.send().await.unwrap().status().as_u16()
}

/// The present second, as Meta writes it.
fn now() -> String {
    (chasqui_model::Clock::system().now().millis() / 1000).to_string()
}

fn text(from: &str, wamid: &str, body: &str) -> Value {
    json!({"from": from, "id": wamid, "timestamp": now(), "type": "text", "text": {"body": body}})
}

/// The simulator, like Meta, takes answers only for people who wrote through it.
async fn opens_window(contact: &chasqui_simulator::harness::Contact) {
    contact.says("open").unwrap();
    assert_eq!(next(contact).await, "echo open");
}

fn change(messages: &[Value]) -> Value {
    json!({"field": "messages", "value": {"messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": harness::NUMBER},
        "messages": messages}})
}

fn body(entries: Vec<Vec<Value>>) -> Value {
    let entries: Vec<_> =
        entries.into_iter().map(|changes| json!({"id": harness::ACCOUNT, "changes": changes})).collect();
    json!({"object": "whatsapp_business_account", "entry": entries})
}

#[tokio::test]
async fn a_thousand_updates_in_one_post_are_each_answered_once() {
    let bot = Bot::with_flow(echo()).await;
    let people: Vec<_> = (0..250).map(|n| bot.contact(&format!("P{n}"))).collect();
    for person in &people {
        opens_window(person).await;
    }
    let mut changes: Vec<Vec<Value>> = vec![vec![], vec![]];
    for round in 0..4 {
        for (n, person) in people.iter().enumerate() {
            let message = text(person.wa_id(), &format!("wamid.B{n}-{round}"), &format!("{n}-{round}"));
            // Several entries, several changes, several messages in a change.
            match changes[n % 2].last_mut() {
                Some(last) if n % 10 != 0 => {
                    last["value"]["messages"].as_array_mut().unwrap().push(message);
                }
                _ => changes[n % 2].push(change(&[message])),
            }
        }
    }
    assert_eq!(post(&bot, &body(changes)).await, 200);
    // Both directions count against the number's thousand messages a second, so time has to pass.
    let passing = async {
        loop {
            bot.advance(std::time::Duration::from_secs(1));
            tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        }
    };
    let answered = async {
        for (n, person) in people.iter().enumerate() {
            for round in 0..4 {
                assert_eq!(next(person).await, format!("echo {n}-{round}"));
            }
        }
    };
    tokio::select! {
        () = passing => {}
        () = answered => {}
    }
    bot.rests().await;
    assert_eq!(bot.meta.sends(), (1250, 0));
}

#[tokio::test]
async fn the_same_message_runs_once_however_often_it_comes() {
    let mut bot = Bot::with_flow(echo()).await;
    let ana = bot.contact("Ana");
    opens_window(&ana).await;
    let one = || change(&[text(ana.wa_id(), "wamid.SAME", "once"), text(ana.wa_id(), "wamid.SAME", "once")]);
    // In one body, in another one, at the same time, and after a restart.
    assert_eq!(post(&bot, &body(vec![vec![one(), one()], vec![one()]])).await, 200);
    let again = body(vec![vec![one()]]);
    let (a, b) = tokio::join!(post(&bot, &again), post(&bot, &again));
    assert_eq!((a, b), (200, 200));
    assert_eq!(next(&ana).await, "echo once");
    bot.restart().await;
    assert_eq!(post(&bot, &again).await, 200);
    silence(&ana).await;
    assert_eq!(bot.meta.sends(), (2, 0));
}

#[tokio::test]
async fn duplicates_and_disorder_of_a_busy_meta_do_no_harm() {
    let bot = Bot::with_flow(echo()).await;
    bot.meta.set(|settings| {
        settings.deliver_twice = true;
        settings.out_of_order = true;
        settings.statuses.shuffle = true;
        settings.statuses.before_answer = true;
    });
    let ana = bot.contact("Ana");
    for n in 0..30 {
        ana.says(&n.to_string()).unwrap();
    }
    let seen = ana.wait_for(30, SOON).await.unwrap();
    let texts: HashSet<_> = seen.iter().map(|seen| seen.text().to_owned()).collect();
    assert_eq!(texts, (0..30).map(|n| format!("echo {n}")).collect());
    silence(&ana).await;
}

#[tokio::test]
async fn odd_items_do_not_cost_their_neighbours() {
    let bot = Bot::with_flow(echo()).await;
    let ana = bot.contact("Ana");
    opens_window(&ana).await;
    let messages = vec![
        text(ana.wa_id(), "wamid.1", "first"),
        json!({"from": ana.wa_id(), "id": "wamid.2", "timestamp": now(), "type": "hologram", "hologram": {"x": 1}}),
        json!("not even an object"),
        json!({"type": "text"}),
        json!({"from": ana.wa_id(), "id": "wamid.3", "timestamp": now(), "type": "text", "text": 7}),
        text(ana.wa_id(), "wamid.4", "last"),
    ];
    let unknown = json!({"field": "galaxies", "value": {"any": "thing"}});
    let broken = json!({"field": "messages", "value": "text"});
    assert_eq!(post(&bot, &body(vec![vec![unknown, broken, change(&messages)]])).await, 200);
    assert_eq!(next(&ana).await, "echo first");
    let rest = eventually(|| async {
        let seen = ana.transcript();
        seen.iter().any(|line| line == "echo last").then_some(seen)
    })
    .await;
    // What nobody knows is shown to the bot, which says that it did not understand.
    assert!(rest.len() >= 3, "{rest:?}");
    bot.event("delivery_unreadable").await;
}

#[tokio::test]
async fn times_in_milliseconds_and_missing_profiles_and_numbers_are_taken() {
    let bot = Bot::with_flow(menu()).await;
    let ana = bot.contact("Ana");
    let options = |change: fn(&mut InboundOptions)| {
        let mut options = InboundOptions::default();
        change(&mut options);
        options
    };
    let says = |body: &str| json!({"type": "text", "text": {"body": body}});
    ana.sends_with(says("hi"), options(|it| it.millisecond_timestamp = true)).unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    ana.sends_with(says("Ana"), options(|it| it.omit_contacts = true)).unwrap();
    assert!(next(&ana).await.starts_with("Hello Ana"));
    // Only the business-scoped user id: still the same person and the same conversation.
    ana.sends_with(says("2"), options(|it| it.omit_from = true)).unwrap();
    assert_eq!(next(&ana).await, "You chose My order.");
    bot.rests().await;
    assert_eq!(bot.conversations().await.len(), 1);
}

#[tokio::test]
async fn a_person_without_a_number_is_answered_at_their_user_id() {
    let bot = Bot::with_flow(menu()).await;
    let spec = chasqui_simulator::PhoneSpec {
        name: Some("Noor".into()),
        hide_number: Some(true),
        ..Default::default()
    };
    let noor = bot.meta.phone(spec, harness::NUMBER).unwrap();
    noor.says("hi").unwrap();
    assert_eq!(next(&noor).await, "What is your name?");
    noor.says("Noor").unwrap();
    assert!(next(&noor).await.starts_with("Hello Noor"));
    assert_eq!(bot.only().await.contact.wa_id, None);
}

#[tokio::test]
async fn a_delivery_for_another_number_of_the_app_finds_its_way() {
    let bot = Bot::with_flow(echo()).await;
    let mut second = bot.usual(bot.publish(menu()).await);
    second.id = bot.clock.id();
    second.credentials.phone_number_id = "206540352242922".into();
    second.credentials.verify_token = chasqui_model::secret::Secret::new("another-long-verify-token");
    bot.server().app.store.insert_integration(&second).await.unwrap();
    bot.server().app.runtime.reload_integration(bot.account, second.id).await.unwrap();
    let mut business = harness::business();
    let mut number = business.numbers[0].clone();
    number.id = "206540352242922".into();
    number.callback_url = Some(bot.callback());
    business.numbers[0].callback_url = Some(bot.callback());
    business.numbers.push(number);
    bot.meta.create_business(business);
    let ana = bot.meta.contact("Ana", "206540352242922").unwrap();
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    assert_eq!(bot.only().await.conversation.integration, second.id);
}

#[tokio::test]
async fn a_number_nobody_has_is_answered_200_and_ignored() {
    let bot = Bot::with_flow(echo()).await;
    let mut test = change(&[text("16315551181", "wamid.META", "this is a text message")]);
    test["value"]["metadata"]["phone_number_id"] = json!("123456123");
    assert_eq!(post(&bot, &body(vec![vec![test]])).await, 200);
    bot.rests().await;
    assert!(bot.conversations().await.is_empty());
}

#[tokio::test]
async fn a_changed_number_is_the_same_person() {
    let bot = Bot::with_flow(menu()).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    next(&ana).await;
    bot.rests().await;
    let ben = bot.contact("Ana's new phone");
    let moved = json!({"from": ana.wa_id(), "id": "wamid.MOVED", "timestamp": now(), "type": "system",
        "system": {"body": "changed", "wa_id": ben.wa_id(), "type": "user_changed_number"}});
    assert_eq!(post(&bot, &body(vec![vec![change(&[moved])]])).await, 200);
    assert_eq!(post(&bot, &body(vec![vec![change(&[text(ben.wa_id(), "wamid.NEW", "Ana")])]])).await, 200);
    eventually(|| async { (bot.only().await.contact.wa_id.as_deref() == Some(ben.wa_id())).then_some(()) })
        .await;
    eventually(|| async {
        let lines = bot.transcript(bot.only().await.conversation.id).await;
        lines.last().unwrap().content.contains("Hello Ana").then_some(())
    })
    .await;
    assert_eq!(bot.conversations().await.len(), 1);
}

#[tokio::test]
async fn forged_deliveries_are_refused_and_their_repetition_is_told() {
    let bot = Bot::with_flow(echo()).await;
    let ana = bot.contact("Ana");
    for _ in 0..5 {
        let options = InboundOptions { wrong_signature: true, ..InboundOptions::default() };
        ana.sends_with(json!({"type": "text", "text": {"body": "forged"}}), options).unwrap();
    }
    for _ in 0..5 {
        let client = reqwest::Client::new();
        let answer = client.post(bot.callback()).body("{}").send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 401);
        assert!(answer.text().await.unwrap().is_empty());
    }
    bot.event("signature_refused").await;
    silence(&ana).await;
    assert!(bot.conversations().await.is_empty());
}
