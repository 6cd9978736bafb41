//! The control routes, the phone page, and what is kept.

use std::time::Duration;

use chasqui_simulator::harness::{self, NUMBER};
use chasqui_simulator::{Config, Limits, Simulator};
use futures::StreamExt;
use serde_json::{Value, json};

use crate::rig::{Rig, WAIT, text};

#[tokio::test]
async fn businesses_are_listed_without_their_secrets() {
    let rig = Rig::start().await;
    let spec = json!({"app_id": "1", "app_secret": "5ecret", "business_account_id": "2",
        "numbers": [{"id": "3", "display_phone_number": "+49 30 1", "callback_url": null}],
        "tokens": [{"token": "EAAsecret", "type": "USER", "expires_in": 3600}],
        "templates": [{"name": "t", "language": "de", "components": []}]});
    assert_eq!(rig.post("/_sim/businesses", &spec).await.0, 200);
    assert_eq!(rig.post("/_sim/businesses", &spec).await.0, 200, "repeatable");
    let all = rig.get("/_sim/businesses").await;
    let printed = all.to_string();
    assert!(!printed.contains("5ecret") && !printed.contains("EAA") && !printed.contains(harness::SECRET));
    assert_eq!(all["businesses"].as_array().unwrap().len(), 2);
    let number = &all["businesses"][0]["numbers"][0];
    assert_eq!((&number["id"], &number["callback_url"]), (&json!(NUMBER), &json!(rig.hook.url)));
    let (status, answer) = rig.post("/_sim/businesses", &json!({})).await;
    assert_eq!(status, 400);
    assert!(answer["error"]["message"].as_str().unwrap().contains("app_id"));
}

#[tokio::test]
async fn phones_are_made_up() {
    let rig = Rig::start().await;
    let (status, one) = rig.post("/_sim/phones", &json!({})).await;
    assert_eq!(status, 201);
    let (_, two) = rig.post("/_sim/phones", &json!({"name": "Zoë", "hide_number": true})).await;
    assert_ne!(one["wa_id"], two["wa_id"]);
    let all = rig.get("/_sim/phones").await;
    assert_eq!(all["phones"][1]["name"], "Zoë");
    assert_eq!(all["phones"][1]["hide_number"], true);
    assert!(all["phones"][0]["user_id"].as_str().unwrap().starts_with("DE."));
    let wa_id = one["wa_id"].as_str().unwrap();
    let chat = rig.get(&format!("/_sim/phones/{wa_id}/chats/{NUMBER}")).await;
    assert_eq!(chat, json!({"items": [], "typing": false}));
    assert_eq!(rig.post("/_sim/phones", &json!({"wa_id": "+49"})).await.0, 400);
}

#[tokio::test]
async fn a_chat_shows_both_sides() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    rig.send_to(ana.wa_id(), text("Hello")).await.unwrap();
    let chat = rig.get(&format!("/_sim/phones/{}/chats/{NUMBER}", ana.wa_id())).await;
    let items = chat["items"].as_array().unwrap();
    assert_eq!((&items[0]["direction"], &items[0]["status"]), (&json!("in"), &json!("delivered")));
    assert_eq!(items[0]["message"]["text"]["body"], "hi");
    assert_eq!((&items[1]["direction"], &items[1]["reply_to"]), (&json!("out"), &json!(null)));
    assert_eq!(items[1]["message"], json!({"type": "text", "text": {"preview_url": false, "body": "Hello"}}));
    assert!(items[1]["at"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn what_arrived_is_listed_in_order() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    rig.send_to(ana.wa_id(), text("one")).await.unwrap();
    drop(rig.send_to("4930000000", text("two")).await);
    let all = rig.get("/_sim/messages").await;
    let (first, second) = (&all["messages"][0], &all["messages"][1]);
    assert_eq!(
        (&first["no"], &first["status_code"], &first["error_code"]),
        (&json!(1), &json!(200), &json!(null))
    );
    assert_eq!(first["request"]["text"]["body"], "one");
    assert!(first["wamid"].is_string());
    assert_eq!(
        (&second["status_code"], &second["error_code"], &second["wamid"]),
        (&json!(400), &json!(131_026), &json!(null))
    );
    let after = rig.get("/_sim/messages?after=1").await;
    assert_eq!(after["messages"].as_array().unwrap().len(), 1);
    let to = rig.get(&format!("/_sim/messages?to=%2B{}", ana.wa_id())).await;
    assert_eq!(to["messages"].as_array().unwrap().len(), 1);
    let log = rig.get("/_sim/log?limit=2").await;
    let kinds: Vec<&str> =
        log["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.len(), 2);
    assert!(rig.meta.log(50).iter().any(|item| item.text == "Text accepted"));
    assert_eq!(rig.meta.sends(), (1, 1));
}

#[tokio::test]
async fn settings_take_any_part() {
    let rig = Rig::start().await;
    let put = async |body: Value| {
        let answer = rig.http.put(rig.url("/_sim/settings")).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let (status, all) = put(json!({"answer": "131056", "statuses": {"loss": 0.5}})).await;
    assert_eq!((status, &all["answer"], &all["statuses"]["loss"]), (200, &json!("131056"), &json!(0.5)));
    assert_eq!((&all["statuses"]["sent"], &all["read_at_once"]), (&json!(true), &json!(true)));
    assert_eq!(rig.get("/_sim/settings").await, all);
    assert_eq!(put(json!({"answer": "maybe"})).await.0, 400);
    for answer in [
        "success",
        "131000",
        "130429",
        "190",
        "http_500",
        "http_429",
        "timeout",
        "garbage",
        "drop_after_accept",
    ] {
        assert_eq!(put(json!({ "answer": answer })).await.0, 200, "{answer}");
    }
}

#[tokio::test]
async fn the_stream_tells_what_changes() {
    let rig = Rig::start().await;
    let stream = rig.http.get(rig.url("/_sim/stream")).send().await.unwrap();
    assert!(stream.headers()["content-type"].to_str().unwrap().starts_with("text/event-stream"));
    let ana = rig.meta.contact("Ana", NUMBER).unwrap();
    ana.says("hi").unwrap();
    let mut bytes = stream.bytes_stream();
    let mut heard = String::new();
    while !(heard.contains(r#""kind":"phones""#)
        && heard.contains(r#""kind":"chat""#)
        && heard.contains(r#""kind":"log""#))
    {
        let chunk = tokio::time::timeout(WAIT, bytes.next()).await.expect("more events").unwrap().unwrap();
        heard.push_str(&String::from_utf8_lossy(&chunk));
    }
    assert!(heard.starts_with("data: {"), "{heard}");
}

#[tokio::test]
async fn the_clock_goes_forward_only() {
    let rig = Rig::start().await;
    let before = rig.meta.now();
    let (status, answer) = rig.post("/_sim/clock", &json!({"advance_seconds": 86400})).await;
    assert_eq!(status, 200);
    assert!(rig.meta.now().since(before) >= Duration::from_hours(24));
    assert!(answer["now"].is_string());
    assert_eq!(rig.post("/_sim/clock", &json!({"advance_seconds": -1})).await.0, 400);
}

#[tokio::test]
async fn a_reset_forgets_and_stops_what_is_under_way() {
    let rig = Rig::start().await;
    rig.hook.answer_with(&[500; 20]);
    let ana = rig.meta.contact("Ana", NUMBER).unwrap();
    ana.says("hi").unwrap();
    crate::rig::eventually("a try", || rig.hook.got().len() == 1).await;
    assert_eq!(rig.post("/_sim/reset", &json!({})).await.0, 204);
    rig.meta.advance(Duration::from_hours(1));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(rig.hook.got().len(), 1);
    assert_eq!(rig.get("/_sim/phones").await, json!({"phones": []}));
    assert_eq!(rig.get("/_sim/businesses").await["businesses"].as_array().unwrap().len(), 1);
    assert_eq!(rig.post("/_sim/reset", &json!({"businesses": true})).await.0, 204);
    assert_eq!(rig.get("/_sim/businesses").await, json!({"businesses": []}));
}

#[tokio::test]
async fn the_phone_page_is_served() {
    let rig = Rig::start().await;
    for path in ["/", "/phone", "/phone/", "/phone/chats/4915"] {
        let answer = rig.http.get(rig.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["cache-control"], "no-cache");
        assert!(
            answer.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'self'")
        );
        assert!(answer.text().await.unwrap().to_lowercase().contains("<!doctype html>"));
    }
    for path in
        ["/phone/missing.js", "/phone/../Cargo.toml", "/phone/%2e%2e/%2e%2e/package.json", "/_sim/nowhere"]
    {
        assert_eq!(rig.http.get(rig.url(path)).send().await.unwrap().status(), 404, "{path}");
    }
}

#[tokio::test]
async fn what_is_kept_is_bounded() {
    let limits = Limits { messages: 10, log: 5, media_bytes: 100, phones: 3 };
    let meta = Simulator::start(Config { limits, ..Config::default() }).await.unwrap();
    meta.create_business(harness::business());
    let ana = meta.contact("Ana", NUMBER).unwrap();
    for no in 0..25 {
        ana.says(&no.to_string()).unwrap();
    }
    assert_eq!(ana.transcript().len(), 0);
    ana.settles(WAIT).await.unwrap();
    assert!(meta.log(100).len() <= 5);
    meta.contact("Bruno", NUMBER).unwrap();
    meta.contact("Carla", NUMBER).unwrap();
    assert!(meta.contact("Diego", NUMBER).is_err());
    assert!(meta.contact("Nobody", "1").is_err());
    meta.stop().await;
}
