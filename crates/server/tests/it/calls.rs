//! Flows that ask the world.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::get;
use serde_json::{Value, json};

use crate::bot::{Bot, echo, eventually, next, silence};

#[derive(Clone, Default)]
struct Shop {
    calls: Arc<AtomicUsize>,
    keys: Arc<std::sync::Mutex<Vec<String>>>,
}

async fn order(
    State(shop): State<Shop>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> (axum::http::StatusCode, String) {
    shop.calls.fetch_add(1, Ordering::SeqCst);
    let key = headers.get("idempotency-key").map(|key| key.to_str().unwrap().to_owned());
    shop.keys.lock().unwrap().extend(key);
    match id.as_str() {
        "slow" => {
            tokio::time::sleep(Duration::from_secs(3)).await;
            (axum::http::StatusCode::OK, json!({"state": "late"}).to_string())
        }
        "missing" => (axum::http::StatusCode::NOT_FOUND, "no".into()),
        "garbage" => (axum::http::StatusCode::OK, "<html>".into()),
        "huge" => (axum::http::StatusCode::OK, "x".repeat(2_000_000)),
        id => (axum::http::StatusCode::OK, json!({"state": format!("on its way ({id})")}).to_string()),
    }
}

/// A shop with orders. Answers its address.
async fn shop() -> (Shop, String) {
    let shop = Shop::default();
    let router = Router::new().route("/orders/{id}", get(order)).with_state(shop.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (shop, format!("http://{address}"))
}

fn tracking(shop: &str) -> Value {
    json!({ "format": 1, "name": "Track", "start": "ask",
      "variables": { "number": "text", "order": "object" },
      "nodes": [
        { "id": "ask", "type": "question_text", "text": "Which order?", "save_as": "number",
          "ports": { "next": "look" } },
        { "id": "look", "type": "api_request", "method": "GET", "url": format!("{shop}/orders/{{number}}"),
          "timeout_seconds": 1, "save_as": "order",
          "ports": { "status:200": "tell", "status:404": "none", "default": "odd", "error": "trouble" } },
        { "id": "tell", "type": "end", "text": "It is {order.json.state}." },
        { "id": "none", "type": "end", "text": "There is no such order." },
        { "id": "odd", "type": "end", "text": "The shop said something odd." },
        { "id": "trouble", "type": "end", "text": "The shop cannot be reached." } ] })
}

async fn asked(bot: &Bot, number: &str) -> String {
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "Which order?");
    ana.says(number).unwrap();
    next(&ana).await
}

#[tokio::test]
async fn the_answer_decides_where_the_flow_goes() {
    let (shop, url) = shop().await;
    let bot = Bot::with_flow(tracking(&url)).await;
    assert_eq!(asked(&bot, "AO-7").await, "It is on its way (AO-7).");
    assert_eq!(asked(&bot, "missing").await, "There is no such order.");
    assert_eq!(asked(&bot, "huge").await, "The shop cannot be reached.");
    assert_eq!(asked(&bot, "slow").await, "The shop cannot be reached.");
    let keys = shop.keys.lock().unwrap().clone();
    assert_eq!(keys.len(), 4);
    assert!(keys.iter().all(|key| key.starts_with("cnv_")));
}

#[tokio::test]
async fn what_a_contact_types_stays_in_its_place_in_the_address() {
    let (_, url) = shop().await;
    let bot = Bot::with_flow(tracking(&url)).await;
    assert_eq!(asked(&bot, "../../admin?x=1#y").await, "It is on its way (../../admin?x=1#y).");
}

#[tokio::test]
async fn a_flow_cannot_reach_our_own_network_unless_allowed() {
    // The server of the tests allows it; the guard itself is tested in the runtime. Names that do not resolve fail politely.
    let bot = Bot::with_flow(tracking("http://shop.invalid")).await;
    assert_eq!(asked(&bot, "AO-7").await, "The shop cannot be reached.");
}

#[tokio::test]
async fn messages_that_come_during_a_call_wait_for_it() {
    let (_, url) = shop().await;
    let mut flow = tracking(&url);
    flow["nodes"][1]["timeout_seconds"] = json!(10);
    let bot = Bot::with_flow(flow).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    next(&ana).await;
    ana.says("slow").unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    ana.says("hello again").unwrap();
    assert_eq!(next(&ana).await, "It is late.");
    // The answer ended the conversation; the message that came meanwhile begins the next one.
    assert_eq!(next(&ana).await, "Which order?");
    silence(&ana).await;
    assert_eq!(bot.conversations().await.len(), 2);
}

#[tokio::test]
async fn a_call_that_was_under_way_at_a_stop_is_made_again_with_the_same_key() {
    let (shop, url) = shop().await;
    let mut flow = tracking(&url);
    flow["nodes"][1]["timeout_seconds"] = json!(10);
    let mut bot = Bot::with_flow(flow).await;
    let ana = bot.contact("Ana");
    ana.says("hi").unwrap();
    next(&ana).await;
    ana.says("slow").unwrap();
    eventually(|| async { (shop.calls.load(Ordering::SeqCst) == 1).then_some(()) }).await;
    bot.restart().await;
    assert_eq!(next(&ana).await, "It is late.");
    silence(&ana).await;
    let keys = shop.keys.lock().unwrap().clone();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
}

#[tokio::test]
async fn a_long_call_of_one_contact_delays_nobody_else() {
    let (_, url) = shop().await;
    let bot = Bot::with_flow(tracking(&url)).await;
    let slow = bot.contact("Slow");
    slow.says("hi").unwrap();
    next(&slow).await;
    slow.says("slow").unwrap();
    let begun = std::time::Instant::now();
    assert_eq!(asked(&bot, "AO-1").await, "It is on its way (AO-1).");
    assert!(begun.elapsed() < Duration::from_millis(900), "{:?}", begun.elapsed());
    let _ = echo();
}
