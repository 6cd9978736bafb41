//! Services that fail: each trouble takes the error port or the flow's error message, with an event, and nobody else waits.

use std::time::{Duration, Instant};

use chasqui_model::connection::{Security, Settings};
use chasqui_model::conversation::Status;
use chasqui_model::secret::Secret;
use serde_json::{Value, json};

use crate::bot::{Bot, next};
use crate::service::{Asked, Reply, Service};

/// How a service fails.
const TROUBLES: [&str; 6] = ["late", "garbage", "huge", "refused", "redirect", "error"];

fn fail(asked: &Asked) -> Reply {
    let path = asked.path.clone();
    let how = TROUBLES.iter().find(|how| path.contains(*how)).copied().unwrap_or_default();
    match how {
        "late" => Reply::Late(Duration::from_secs(5), Box::new(Reply::Json(200, json!({})))),
        "garbage" => Reply::Text(200, "<html>\u{0}\u{fffd}{".to_owned()),
        "huge" => Reply::Text(200, format!("\"{}\"", "x".repeat(2_000_000))),
        "refused" => Reply::Json(403, json!({ "error": { "message": "you may not" } })),
        "redirect" => Reply::Redirect("http://169.254.169.254/latest/meta-data/".to_owned()),
        "error" => Reply::Text(500, String::new()),
        _ => Reply::Json(404, json!({})),
    }
}

/// A node of each kind that calls a service, which fails in the way that its connection is named after.
fn node(kind: &str, url: &str, how: &str) -> Value {
    match kind {
        "api_request" => json!({ "url": format!("{url}/{how}"), "timeout_seconds": 1, "statuses": ["200"] }),
        "llm_conversation" => {
            json!({ "connection": format!("model {how}"), "model": "m", "timeout_seconds": 1 })
        }
        "email" => {
            json!({ "connection": format!("mail {how}"), "to": ["a@example.com"], "subject": "x", "html": "x", "timeout_seconds": 1 })
        }
        "google_sheets" => {
            json!({ "connection": format!("google {how}"), "spreadsheet": "1a", "sheet": "S", "action": "insert",
            "values": { "A": "{message.text}" }, "timeout_seconds": 1 })
        }
        other => panic!("{other}"),
    }
}

fn flow(kind: &str, url: &str, how: &str) -> Value {
    let mut call = node(kind, url, how);
    call["id"] = "call".into();
    call["type"] = kind.into();
    call["ports"] = json!({ "next": "fine", "error": "trouble" });
    if kind == "api_request" {
        call["ports"] = json!({ "status:200": "fine", "default": "trouble", "error": "trouble" });
    }
    json!({ "format": 1, "name": "Fail", "start": "call", "nodes": [call,
        { "id": "fine", "type": "end", "text": "Fine." }, { "id": "trouble", "type": "end", "text": "Trouble." } ] })
}

async fn connect(bot: &Bot, url: &str) {
    for how in TROUBLES {
        let base_url = Some(format!("{url}/{how}"));
        let postmark =
            Settings::Postmark { from: "a@example.com".into(), stream: None, base_url: base_url.clone() };
        bot.connect(&format!("model {how}"), Settings::Openai { base_url: base_url.clone() }, "key").await;
        bot.connect(&format!("mail {how}"), postmark, "key").await;
        let google = Settings::Google { client_id: "c".into(), base_url };
        let id = bot.connect(&format!("google {how}"), google, "key").await;
        let (store, now) = (&bot.server().app.store, bot.clock.now());
        store.set_refresh_token(id, Some(&Secret::new("r")), now).await.unwrap();
    }
}

/// Every way to fail, one after the other on one number: what the contact hears each time.
async fn fails(kind: &str, code: &str, fine: &[&str]) {
    let service = Service::start(fail).await;
    let bot = Bot::with_flow(flow(kind, &service.url, TROUBLES[0])).await;
    connect(&bot, &service.url).await;
    for how in TROUBLES {
        let id = bot.publish(flow(kind, &service.url, how)).await;
        bot.change(|integration| integration.bot = id).await;
        let ana = bot.contact("Ana");
        ana.says("hi").unwrap();
        let wanted = if fine.contains(&how) { "Fine." } else { "Trouble." };
        assert_eq!(next(&ana).await, wanted, "{kind} {how}");
    }
    bot.rests().await;
    for talk in bot.conversations().await {
        assert_eq!(talk.conversation.status, Status::Ended);
    }
    let events: Vec<String> = bot.events().await.into_iter().map(|event| event.code).collect();
    assert!(events.iter().filter(|it| it.starts_with(code)).count() >= 2, "{events:?}");
}

#[tokio::test]
async fn an_api_that_fails_takes_the_error_port() {
    // What an API answers is its own business, as long as there is an answer that can be read.
    fails("api_request", "a", &["garbage"]).await;
}

#[tokio::test]
async fn a_model_that_fails_takes_the_error_port() {
    fails("llm_conversation", "llm_failed", &[]).await;
}

#[tokio::test]
async fn a_mail_service_that_fails_takes_the_error_port() {
    fails("email", "email_failed", &[]).await;
}

#[tokio::test]
async fn a_spreadsheet_that_fails_takes_the_error_port() {
    fails("google_sheets", "sheets_failed", &[]).await;
}

#[tokio::test]
async fn a_mail_server_that_says_nothing_is_not_waited_for() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let mut it = flow("email", "", "late");
    it["nodes"][0]["connection"] = "Post".into();
    let bot = Bot::with_flow(it).await;
    let settings = Settings::Smtp {
        host: "127.0.0.1".into(),
        port,
        security: Security::None,
        username: None,
        from: "a@example.com".into(),
    };
    bot.connect("Post", settings, "").await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "Trouble.");
}

#[tokio::test]
async fn without_an_error_port_the_contact_is_told_and_the_conversation_ends() {
    let service = Service::start(fail).await;
    for kind in ["api_request", "llm_conversation", "email", "google_sheets"] {
        let mut it = flow(kind, &service.url, "refused");
        it["nodes"][0]["ports"] = json!({ "next": "fine" });
        if kind == "api_request" {
            // A status would be an answer.
            it["nodes"][0]["url"] = "http://127.0.0.1:1/".into();
            it["nodes"][0]["ports"] = json!({ "status:200": "fine", "default": "fine" });
        }
        it["nodes"].as_array_mut().unwrap().pop();
        let bot = Bot::with_flow(it).await;
        connect(&bot, &service.url).await;
        let ana = bot.contact("Ana");
        ana.says("hi").unwrap();
        assert_eq!(next(&ana).await, "Sorry, something went wrong. Please try again later.", "{kind}");
        bot.rests().await;
        assert_eq!(bot.only().await.conversation.status, Status::Ended);
        assert!(!bot.events().await.is_empty());
    }
}

#[tokio::test]
async fn behind_its_walls_no_service_of_a_private_network_is_reached() {
    let service = Service::start(|_| Reply::Json(200, json!({}))).await;
    for kind in ["api_request", "llm_conversation", "email", "google_sheets"] {
        let bot = Bot::with_walls(flow(kind, &service.url, "error")).await;
        connect(&bot, &service.url).await;
        let ana = bot.contact("Ana");
        ana.says("hi").unwrap();
        assert_eq!(next(&ana).await, "Trouble.", "{kind}");
    }
    let mut it = flow("email", "", "late");
    it["nodes"][0]["connection"] = "Post".into();
    let bot = Bot::with_walls(it).await;
    let settings = Settings::Smtp {
        host: "localhost".into(),
        port: 25,
        security: Security::None,
        username: None,
        from: "a@example.com".into(),
    };
    bot.connect("Post", settings, "").await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "Trouble.");
    assert_eq!(service.asked().len(), 0);
}

/// Times in which contacts were answered, in milliseconds: median, p99, longest.
fn figures(mut times: Vec<Duration>) -> [f64; 3] {
    times.sort();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1000.0;
    [at(50), at(99), at(100)]
}

/// How long each of so many contacts waits for an answer, one after the other. New ones each time, and a turn of the clock now
/// and then: a number and each who writes to it have their pace, and the clock of these tests stands still.
async fn answered(bot: &Bot, count: usize) -> Vec<Duration> {
    let mut times = Vec::with_capacity(count);
    for n in 0..count {
        if n % 100 == 0 {
            bot.advance(Duration::from_secs(1));
        }
        let contact = bot.contact(&format!("Quick {n}"));
        let begun = Instant::now();
        contact.says("quick").unwrap();
        next(&contact).await;
        times.push(begun.elapsed());
    }
    times
}

/// Not judged, because the machine's load is: `cargo test -p chasqui-server --test it measured -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement, for people"]
async fn measured_200_conversations_in_a_call_of_30_seconds_and_the_others() {
    let service =
        Service::start(|_| Reply::Late(Duration::from_secs(40), Box::new(Reply::Json(200, json!({}))))).await;
    let it = json!({ "format": 1, "name": "Slow", "start": "which", "nodes": [
        { "id": "which", "type": "formula", "mode": "true_false", "expression": "IsEqual(message.text, \"slow\")", "ports": { "true": "call", "false": "quick" } },
        { "id": "call", "type": "api_request", "url": service.url, "timeout_seconds": 30, "ports": { "next": "late", "error": "late" } },
        { "id": "late", "type": "end", "text": "Late." }, { "id": "quick", "type": "end", "text": "Quick." } ] });
    let bot = Bot::with_flow(it).await;
    answered(&bot, 50).await;
    let before = figures(answered(&bot, 1000).await);
    let slow: Vec<_> = (0..200).map(|n| bot.contact(&format!("Slow {n}"))).collect();
    for contact in &slow {
        contact.says("slow").unwrap();
    }
    crate::bot::eventually(|| async { (service.asked().len() >= 64).then_some(()) }).await;
    let begun = Instant::now();
    let during = figures(answered(&bot, 1000).await);
    let took = begun.elapsed();
    for contact in &slow {
        assert_eq!(contact.next(Duration::from_mins(1)).await.unwrap().to_string(), "Late.");
    }
    println!(
        "median, p99, longest of 1,000 answers in ms: alone {before:.1?}, beside 200 calls of 30 s {during:.1?} (in {took:.1?})"
    );
}
