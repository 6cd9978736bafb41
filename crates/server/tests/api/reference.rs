//! What the reference says of integrations and no other test shows.

use std::time::{Duration, Instant};

use chasqui_model::secret::Secret;
use chasqui_simulator::{BusinessSpec, harness};
use chasqui_whatsapp::signature;
use reqwest::Method;
use serde_json::{Value, json};

use crate::site::{Person, Site, answer, form};

const SOON: Duration = Duration::from_secs(10);

/// A bot that asks one question and ends.
async fn asks(site: &Site, who: &Person, question: &str, end: &str) -> String {
    let nodes = json!([{ "id": "ask", "type": "question_text", "text": question, "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": end }]);
    let definition = json!({ "format": 1, "name": question, "start": "ask", "nodes": nodes });
    let bot = site.post(who, "/bots", json!({ "definition": definition })).await.id();
    assert_eq!(site.post(who, &format!("/bots/{bot}/publish"), json!({})).await.status, 200);
    bot
}

/// A second business account with a number and an app of its own.
fn second() -> BusinessSpec {
    let mut business = harness::business();
    business.app_id = "900000000000001".into();
    business.business_account_id = "900000000000002".into();
    business.numbers[0].id = "900000000000003".into();
    business.numbers[0].display_phone_number = "+1 555-078-3999".into();
    business.numbers[0].throughput = "HIGH".into();
    business.tokens[0].token = "EAAsecond".into();
    business
}

fn second_form(bot: &str, name: &str) -> Value {
    let mut form = form(bot);
    form["name"] = json!(name);
    form["credentials"] = json!({ "business_account_id": "900000000000002", "phone_number_id": "900000000000003",
        "app_id": "900000000000001", "app_secret": harness::SECRET, "access_token": "EAAsecond",
        "verify_token": "another-long-random-string" });
    form
}

#[tokio::test]
async fn an_account_has_several_numbers_business_accounts_and_environments() {
    let site = Site::start().await;
    let ana = site.owner().await;
    site.meta.create_business(second());
    let bot = asks(&site, &ana, "Name?", "Bye.").await;
    let live = site.post(&ana, "/integrations", form(&bot)).await.id();
    let test = site.post(&ana, "/integrations", second_form(&bot, "Test")).await.id();
    site.meta.create_business(harness::business().with_callback(&site.callback(&live)));
    site.meta.create_business(second().with_callback(&site.callback(&test)));
    for number in [harness::NUMBER, "900000000000003"] {
        let petra = site.meta.contact("Petra", number).unwrap();
        petra.says("hi").unwrap();
        petra.wait_for(1, SOON).await.unwrap();
    }
    let all = site.get(&ana, "/integrations").await;
    let items = all.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert!(items.iter().all(|it| it["bot"]["id"] == bot.as_str()), "one bot answers on both");
    // Another bot for one of them.
    let other = asks(&site, &ana, "What is it about?", "Bye.").await;
    let path = format!("/integrations/{test}");
    let changed = site.call(&ana, Method::PATCH, &path, Some(json!({ "bot_id": other }))).await;
    assert_eq!(changed.body["bot"]["id"], other.as_str());
    assert_eq!(site.get(&ana, &format!("/integrations/{live}")).await.body["bot"]["id"], bot.as_str());
}

#[tokio::test]
async fn changing_the_bot_leaves_running_conversations_on_theirs() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let first = asks(&site, &ana, "First question?", "First end.").await;
    let second = asks(&site, &ana, "Second question?", "Second end.").await;
    let id = site.post(&ana, "/integrations", form(&first)).await.id();
    site.meta.create_business(harness::business().with_callback(&site.callback(&id)));
    let says = async |who: &chasqui_simulator::harness::Contact, text: &str| {
        who.says(text).unwrap();
        format!("{:?}", who.wait_for(1, SOON).await.unwrap())
    };
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    assert!(says(&petra, "hi").await.contains("First question?"));
    let path = format!("/integrations/{id}");
    let changed = site.call(&ana, Method::PATCH, &path, Some(json!({ "bot_id": second }))).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let jonas = site.meta.contact("Jonas", harness::NUMBER).unwrap();
    assert!(says(&jonas, "hi").await.contains("Second question?"), "new conversations use the other bot");
    assert!(says(&petra, "an answer").await.contains("First end."), "running ones go on with theirs");
    assert!(says(&petra, "hi").await.contains("Second question?"));
}

#[tokio::test]
async fn the_last_activity_is_shown() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let path = format!("/integrations/{}", site.connected(&ana).await);
    assert_eq!(site.get(&ana, &path).await.body["last_activity_at"], Value::Null);
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    for _ in 0..200 {
        let it = site.get(&ana, &path).await.body;
        if it["last_activity_at"].is_string() && it["messages_24h"] == 2 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("no activity: {:?}", site.get(&ana, &path).await);
}

#[tokio::test]
async fn a_saved_change_counts_for_the_next_message() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let path = format!("/integrations/{}", site.connected(&ana).await);
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    let set = async |recipients: Value| {
        let body = json!({ "settings": { "recipients": recipients } });
        assert_eq!(site.call(&ana, Method::PATCH, &path, Some(body)).await.status, 200);
    };
    set(json!({ "mode": "only", "numbers": ["+442079460000"] })).await;
    petra.says("hi").unwrap();
    assert!(petra.wait_for(1, Duration::from_millis(500)).await.is_err(), "she is not on the list");
    set(json!({ "mode": "everyone" })).await;
    petra.says("hi").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
}

#[tokio::test]
async fn the_callback_is_the_public_address() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let shown = site.get(&ana, &format!("/integrations/{id}")).await;
    let expected = format!("{}/webhooks/whatsapp/{id}", site.server.app.site.public_url);
    assert_eq!(shown.body["webhook"]["callback_url"], expected.as_str());
    let typed = site.get(&ana, &format!("/integrations/{id}/verify_token")).await;
    assert_eq!(typed.body["callback_url"], expected.as_str());
}

#[tokio::test]
async fn a_bot_file_holds_no_credentials() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let it = site.get(&ana, &format!("/integrations/{id}")).await;
    let bot = it.body["bot"]["id"].as_str().unwrap();
    for format in ["json", "yaml"] {
        let file = site.get(&ana, &format!("/bots/{bot}/export?format={format}")).await;
        assert_eq!(file.status, 200);
        let text = file.body.to_string();
        for secret in [harness::SECRET, harness::TOKEN, harness::NUMBER, "a-long-random-string"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[tokio::test]
async fn a_verify_token_is_compared_letter_by_letter() {
    let site = Site::start().await;
    let id = site.connected(&site.owner().await).await;
    let ask = |token: &str| {
        let query = format!("hub.mode=subscribe&hub.verify_token={token}&hub.challenge=1");
        answer(site.http.get(format!("{}?{query}", site.callback(&id))))
    };
    assert_eq!(ask("a-long-random-string").await.status, 200);
    for other in
        ["A-long-random-string", "a-long-random-strin", "a-long-random-string%20", "a_long_random_string"]
    {
        assert_eq!(ask(other).await.status, 403, "{other}");
    }
}

#[tokio::test]
async fn the_numbers_level_and_limit_are_shown() {
    let site = Site::start().await;
    let ana = site.owner().await;
    site.meta.create_business(second());
    let bot = site.published(&ana).await;
    let made = site.post(&ana, "/integrations", second_form(&bot, "Fast")).await;
    assert_eq!(made.body["phone"]["throughput_level"], "HIGH", "{made:?}");
    site.server.app.runtime.look_after().await;
    let shown = site.get(&ana, &format!("/integrations/{}", made.id())).await;
    assert_eq!(shown.body["phone"]["messaging_limit"], "TIER_2K");
    let slower = json!({ "settings": { "throughput": { "messages_per_second": 5 } } });
    let path = format!("/integrations/{}", made.id());
    let changed = site.call(&ana, Method::PATCH, &path, Some(slower)).await;
    assert_eq!(changed.body["settings"]["throughput"]["messages_per_second"], 5);
}

/// The bot's request hangs for much longer than Meta waits; Meta has its answer long before.
#[tokio::test]
async fn a_delivery_is_answered_before_the_bot_has_run() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let hangs = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = silent.accept().await {
            held.push(stream);
        }
    });
    let nodes = json!([{ "id": "call", "type": "api_request", "method": "GET", "url": url, "timeout_seconds": 30,
        "ports": { "next": "bye", "error": "bye" } }, { "id": "bye", "type": "end", "text": "Bye." }]);
    let definition = json!({ "format": 1, "name": "Slow", "start": "call", "nodes": nodes });
    let bot = site.post(&ana, "/bots", json!({ "definition": definition })).await.id();
    let done = site.post(&ana, &format!("/bots/{bot}/publish"), json!({})).await;
    assert_eq!(done.status, 200, "{done:?}");
    let id = site.post(&ana, "/integrations", form(&bot)).await.id();
    let now = crate::talk::seconds(&site);
    for n in 0..20 {
        let body =
            json!({ "object": "whatsapp_business_account", "entry": [{ "id": harness::ACCOUNT, "changes": [{
            "field": "messages", "value": { "messaging_product": "whatsapp",
                "metadata": { "display_phone_number": "15550783881", "phone_number_id": harness::NUMBER },
                "contacts": [{ "profile": { "name": "Jonas" }, "wa_id": "4915123456789" }],
                "messages": [{ "from": "4915123456789", "id": format!("wamid.{n}"), "timestamp": now.to_string(),
                    "type": "text", "text": { "body": "hi" } }] } }] }] })
            .to_string();
        let signature = signature::sign(&Secret::new(harness::SECRET), body.as_bytes());
        let began = Instant::now();
        let sent = site.http.post(site.callback(&id)).header("x-hub-signature-256", signature).body(body);
        assert_eq!(answer(sent).await.status, 200);
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
    let talk = site.get(&ana, "/conversations").await;
    assert_ne!(talk.body["items"][0]["status"], "ended", "the bot still waits");
    hangs.abort();
}
