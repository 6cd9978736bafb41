//! The starters over the real path, with the example shop that the simulator has: a conversation each.

use chasqui_simulator::harness::{self, Contact};
use serde_json::{Value, json};

use crate::bot::{Bot, menu, next, silence};

/// A Monday morning.
const MONDAY: &str = "2026-06-01T10:00:00Z";

fn file(name: &str) -> String {
    let path = format!("{}/starters/{name}.en.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// A server on which this starter answers, and Ana, who wrote.
async fn started(name: &str) -> (Bot, Contact) {
    let bot = Bot::at(MONDAY, menu(), |_| {}).await;
    let text = file(name).replace("http://127.0.0.1:9090", bot.meta.url());
    let starter = bot.publish(serde_json::from_str(&text).unwrap()).await;
    bot.change(|it| it.bot = starter).await;
    bot.meta.create_business(with_templates().with_callback(&bot.callback()));
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    (bot, ana)
}

pub fn with_templates() -> chasqui_simulator::BusinessSpec {
    let mut business = harness::business();
    let mut update = business.templates[0].clone();
    "order_update".clone_into(&mut update.name);
    update.components = vec![
        json!({ "type": "BODY", "text": "Hello {{1}}, your order {{2}} is {{3}} now." }),
        json!({ "type": "BUTTONS", "buttons": [
            { "type": "QUICK_REPLY", "text": "Thanks" }, { "type": "QUICK_REPLY", "text": "No more of these" } ] }),
    ];
    business.templates.push(update);
    business
}

async fn says(ana: &Contact, text: &str) -> String {
    ana.says(text).unwrap();
    next(ana).await
}

async fn taps(ana: &Contact, label: &str) -> String {
    ana.taps(label).unwrap();
    next(ana).await
}

async fn picks(ana: &Contact, label: &str) -> String {
    ana.picks(label).unwrap();
    next(ana).await
}

/// What the shop says about something.
async fn shop(bot: &Bot, path: &str) -> Value {
    let url = format!("{}/_sim/shop{path}", bot.meta.url());
    reqwest::get(url).await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn support_hands_over_with_what_it_asked() {
    let (bot, ana) = started("support").await;
    assert!(next(&ana).await.starts_with("Hello Ana, this is Alpaca & Oak."));
    assert!(picks(&ana, "Something is broken").await.contains("AO-1234"));
    assert!(says(&ana, "AO-1002").await.starts_with("What happened?"));
    assert!(says(&ana, "A crack").await.starts_with("Do you have a photo"));
    assert_eq!(taps(&ana, "No photo").await, "One of us takes over here. You can go on writing meanwhile.");
    bot.rests().await;
    let conversation = bot.only().await.conversation;
    assert_eq!(conversation.status, chasqui_model::conversation::Status::HandedOff);
    ana.says("Are you there?").unwrap();
    silence(&ana).await;
}

#[tokio::test]
async fn orders_are_looked_up_at_the_shop() {
    let (_bot, ana) = started("orders").await;
    assert!(next(&ana).await.starts_with("What is the number"));
    let sent = says(&ana, "ao1002").await;
    assert!(sent.starts_with("Order AO-1002 is on its way with Parcel Express (PX47110815)."), "{sent}");
    assert!(next(&ana).await.starts_with("What else?"));
    assert!(taps(&ana, "Another order").await.starts_with("What is the number"));
    assert!(says(&ana, "AO-9999").await.starts_with("The shop knows no order AO-9999."));
}

#[tokio::test]
async fn appointments_are_booked_and_cancelled() {
    let (bot, ana) = started("appointments").await;
    next(&ana).await;
    taps(&ana, "Book").await;
    assert!(taps(&ana, "Repair").await.starts_with("Which day"));
    let times = says(&ana, "03/06/2026").await;
    assert!(
        times.contains("Wednesday, 3 June")
            && times.ends_with("- 09:00 - 10:30 - 13:00 - 14:30 - 16:00 - Another day"),
        "{times}"
    );
    picks(&ana, "13:00").await;
    let confirm = taps(&ana, "As in WhatsApp").await;
    assert!(confirm.starts_with("Repair on Wednesday, 3 June at 13:00 for Ana"), "{confirm}");
    assert!(taps(&ana, "Book it").await.contains("T-101"));
    assert_eq!(
        shop(&bot, "/appointments?date=2026-06-03").await["free"],
        json!(["09:00", "10:30", "14:30", "16:00"])
    );
    says(&ana, "again").await;
    taps(&ana, "Cancel one").await;
    assert_eq!(says(&ana, "T-101").await, "Appointment T-101 is cancelled.");
    assert_eq!(shop(&bot, "/appointments?date=2026-06-03").await["free"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn information_is_found_in_ones_own_words() {
    let (_bot, ana) = started("information").await;
    next(&ana).await;
    assert!(says(&ana, "How do I wash a scarf?").await.starts_with("Wash alpaca wool by hand"));
    assert_eq!(next(&ana).await, "(document)");
    assert!(next(&ana).await.starts_with("Would you like to know anything else?"));
    assert_eq!(taps(&ana, "No, thanks").await, "Thank you for your interest.");
}

#[tokio::test]
async fn a_survey_keeps_what_was_answered() {
    let (bot, ana) = started("survey").await;
    next(&ana).await;
    taps(&ana, "Yes, ask").await;
    taps(&ana, "Something of wool").await;
    assert_eq!(says(&ana, "10").await, "What do you like best? [Skip]");
    says(&ana, "=SUM(A1:A9)").await;
    picks(&ana, "At a market").await;
    assert_eq!(taps(&ana, "No").await, "Thank you, that helps us a lot.");
    bot.rests().await;
    let conversation = bot.only().await.conversation;
    let filter = chasqui_store::noun::finished::Filter::default();
    let store = &bot.server().app.store;
    let finished = store.finished_conversations(bot.account, conversation.bot, &filter, 9).await.unwrap();
    assert_eq!(finished.len(), 1);
    let state: Value = serde_json::from_str(&finished[0].state).unwrap();
    assert_eq!(
        (&state["variables"]["reason"], &state["variables"]["score"]),
        (&json!("=SUM(A1:A9)"), &json!(10))
    );
}

#[tokio::test]
async fn a_notification_goes_out_until_nobody_wants_it() {
    let (bot, ana) = started("notifications").await;
    assert!(next(&ana).await.starts_with("We tell you here when your orders change."));
    assert!(taps(&ana, "Get messages").await.starts_with("You get our messages."));
    bot.rests().await;
    let starter = bot.only().await.conversation.bot;
    let notify = async || {
        let variables = json!({ "number": "AO-1002", "state": "on its way" });
        let asked = chasqui_runtime::Asked {
            id: bot.server().app.clock.id(),
            integration: bot.integration,
            to: chasqui_runtime::To::Phone(format!("+{}", ana.wa_id())),
            message: None,
            quoted: None,
            template: None,
            bot: Some(starter),
            variables: variables.as_object().unwrap().clone(),
        };
        bot.server().app.runtime.ask(asked, &bot.entry("message.send")).await.unwrap();
    };
    notify().await;
    let update = next(&ana).await;
    assert_eq!(update, "Hello Ana, your order AO-1002 is on its way now. [Thanks] [No more of these]");
    assert!(taps(&ana, "No more of these").await.starts_with("You get no more messages"));
    assert_eq!(shop(&bot, &format!("/subscribers/{}", ana.wa_id())).await, json!({ "subscribed": false }));
    bot.rests().await;
    notify().await;
    silence(&ana).await;
}

#[tokio::test]
async fn a_cart_becomes_an_order_at_the_shop() {
    let (bot, ana) = started("shop").await;
    let catalogue = next(&ana).await;
    assert!(catalogue.ends_with("- Oak bowl - Oak chopping board - Your cart - Ask a person"), "{catalogue}");
    assert!(picks(&ana, "Oak bowl").await.starts_with("Oak bowl: Turned by hand, 24 cm, 59 €."));
    assert_eq!(says(&ana, "6").await, "We have 5 of them.");
    next(&ana).await;
    assert!(says(&ana, "2").await.starts_with("In your cart:\n2 × Oak bowl\n\nTogether 118 €."));
    taps(&ana, "Order").await;
    says(&ana, "Ana Roth").await;
    says(&ana, "7 Mill Lane").await;
    assert_eq!(taps(&ana, "Order and pay").await, "Thank you. Your order is AO-2001, together 118 €.");
    assert_eq!(shop(&bot, "/products/bowl").await["stock"], 3);
    assert_eq!(shop(&bot, "/orders/AO-2001").await["total"], 118);
}
