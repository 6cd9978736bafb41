//! Workers and queues, and the same as figures.

use std::time::Duration;

use chasqui_simulator::{FaultKind, FaultSpec, harness};
use serde_json::{Value, json};

use crate::numbers::operator;
use crate::site::{Answer, Site, answer, form};

async fn look(site: &Site, cookie: &str) -> Answer {
    let request = site.http.get(format!("{}/api/v1/installation/fleet", site.url));
    answer(request.header("cookie", cookie)).await
}

/// A figure of `/metrics`, by its whole name.
async fn figure(site: &Site, name: &str) -> Option<f64> {
    let text = answer(site.http.get(format!("{}/metrics", site.url))).await.body;
    let mut lines = text.as_str().unwrap().lines();
    lines.find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

#[tokio::test]
async fn the_operator_sees_the_processes_and_what_waits() {
    let site = Site::start().await;
    let cookie = operator(&site).await;
    let ana = site.owner().await;
    site.get(&ana, "/installation/fleet").await.is_problem(403, "forbidden");
    let found = look(&site, &cookie).await;
    assert_eq!(found.status, 200, "{found:?}");
    let (body, shared) = (&found.body, site.database.is_some());
    assert_eq!(body["database"]["engine"], if shared { "postgresql" } else { "sqlite" });
    assert_eq!((&body["database"]["durable"], &body["database"]["standbys"]), (&json!(true), &Value::Null));
    assert_eq!(body["parts"], json!({ "total": 256, "held": 256, "unowned": 0 }));
    let workers = body["workers"].as_array().unwrap();
    assert_eq!(workers.len(), 1, "{body}");
    let me = std::process::id().to_string();
    assert!(workers[0]["name"].as_str().unwrap().ends_with(&me), "{body}");
    assert_eq!(
        (&workers[0]["parts"], &workers[0]["works"], &workers[0]["alive"]),
        (&json!(256), &json!(true), &json!(true)),
        "{body}"
    );
    for queue in ["inbox", "calls", "timers", "outbox", "dead_letters"] {
        assert_eq!(body["queues"][queue], json!({ "waiting": 0, "oldest_at": null }), "{queue}");
    }
}

/// A message of a number that nobody may send for waits, and is seen to wait.
#[tokio::test]
async fn what_waits_is_shown_and_measured() {
    let site = Site::start().await;
    let cookie = operator(&site).await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    let made = site.post(&ana, "/integrations", form(&bot)).await;
    site.meta.create_business(harness::business().with_callback(&site.callback(&made.id())));
    assert_eq!(figure(&site, "chasqui_store_up").await, Some(1.0));
    // From here on every send is refused for the time being.
    let refused = FaultKind { http: Some(503), ..FaultKind::default() };
    site.meta.add_fault(FaultSpec {
        route: "messages".into(),
        phone_number_id: None,
        fault: refused,
        times: None,
        seconds: None,
        every: None,
    });
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    let mut found = look(&site, &cookie).await;
    for _ in 0..100 {
        if found.body["queues"]["outbox"]["waiting"] == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        found = look(&site, &cookie).await;
    }
    let outbox = &found.body["queues"]["outbox"];
    assert_eq!(outbox["waiting"], 1, "{found:?}");
    let oldest = chasqui_model::Timestamp::parse(outbox["oldest_at"].as_str().unwrap()).unwrap();
    assert!(site.server.app.clock.now().since(oldest) < Duration::from_secs(20), "{found:?}");
    // Figures are at most five seconds old.
    let mut waiting = None;
    for _ in 0..80 {
        waiting = figure(&site, "chasqui_queue_waiting{queue=\"outbox\"}").await;
        if waiting == Some(1.0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(waiting, Some(1.0));
    assert_eq!(figure(&site, "chasqui_parts_unowned").await, Some(0.0));
    assert_eq!(figure(&site, "chasqui_processes{works=\"yes\"}").await, Some(1.0));
}
