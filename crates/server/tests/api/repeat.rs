use serde_json::{Value, json};

use crate::site::{Answer, Person, Site, answer};

async fn post(site: &Site, who: &Person, path: &str, key: &str, body: Value) -> Answer {
    let request = site.http.post(format!("{}/api/v1{path}", site.url)).bearer_auth(&who.token);
    answer(request.header("idempotency-key", key).json(&body)).await
}

#[tokio::test]
async fn a_repeated_request_is_done_once() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let first = post(&site, &ana, "/bots", "k1", json!({ "name": "Menu" })).await;
    let again = post(&site, &ana, "/bots", "k1", json!({ "name": "Menu" })).await;
    assert_eq!((again.status.as_u16(), &again.body), (201, &first.body));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(site.get(&ana, "/bots").await.body["items"].as_array().unwrap().len(), 1);
    post(&site, &ana, "/bots", "k1", json!({ "name": "Other" })).await.is_problem(422, "key_reused");
    post(&site, &ana, "/api_tokens", "k1", json!({ "name": "Menu" })).await.is_problem(422, "key_reused");
    let other = site.owner().await;
    assert_eq!(post(&site, &other, "/bots", "k1", json!({ "name": "Menu" })).await.status, 201);
}

#[tokio::test]
async fn many_at_once_are_done_once() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let tries = (0..20).map(|_| post(&site, &ana, "/bots", "k", json!({ "name": "Menu" })));
    let answers = futures::future::join_all(tries).await;
    assert!(answers.iter().all(|it| it.status == 201 || it.status == 409), "{answers:?}");
    assert_eq!(site.get(&ana, "/bots").await.body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refused_request_may_be_tried_again_under_its_key() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let path = format!("/bots/{}/publish", site.post(&ana, "/bots", json!({ "name": "Menu" })).await.id());
    post(&site, &ana, &path, "k", json!({})).await.is_problem(422, "unfinished_bot");
    post(&site, &ana, &path, "k", json!({})).await.is_problem(422, "unfinished_bot");
    post(&site, &ana, &path, &"k".repeat(256), json!({})).await.is_problem(400, "bad_key");
}

#[tokio::test]
async fn nothing_is_kept_of_what_only_reads() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let viewer = site.colleague(&ana, chasqui_model::account::Role::Viewer).await;
    let bot = site.published(&ana).await;
    for path in [format!("/bots/{bot}/validate"), "/phone_numbers/read".into()] {
        for _ in 0..2 {
            let body = json!({ "text": "+49 151 23456789" });
            let body = if path.ends_with("validate") { json!({}) } else { body };
            let read = post(&site, &viewer, &path, "k", body).await;
            assert!(
                read.status.is_success() && !read.headers.contains_key("idempotent-replayed"),
                "{read:?}"
            );
        }
    }
    for _ in 0..2 {
        let run = post(&site, &ana, &format!("/bots/{bot}/tests/run"), "k", json!({})).await;
        assert_eq!((run.status.as_u16(), run.headers.get("idempotent-replayed")), (200, None));
    }
    let request = site.http.get(format!("{}/api/v1/bots", site.url)).bearer_auth(&ana.token);
    assert_eq!(answer(request.header("idempotency-key", "k")).await.status, 200);
    assert_eq!(site.server.app.store.attempts_kept(ana.account).await.unwrap(), 0);
    // Each of them is a route.
    let api = chasqui_server::http::description();
    for path in chasqui_server::http::idempotency::READS {
        assert!(api["paths"][format!("/api/v1{path}")]["post"].is_object(), "{path}");
    }
}

#[tokio::test]
async fn over_its_limit_an_account_keeps_what_was_done_but_not_the_answer() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let limits = chasqui_model::quota::Limits::parse("key_bytes=100").unwrap();
    site.server.app.store.set_limits(ana.account, &limits).await.unwrap();
    let first = post(&site, &ana, "/bots", "k1", json!({ "name": "Menu" })).await;
    assert_eq!((first.status.as_u16(), &first.body["name"]), (201, &json!("Menu")));
    let again = post(&site, &ana, "/bots", "k1", json!({ "name": "Menu" })).await;
    assert_eq!((again.status.as_u16(), &again.body["answer_kept"]), (201, &json!(false)), "{again:?}");
    assert_eq!(again.headers["idempotent-replayed"], "true");
    post(&site, &ana, "/bots", "k1", json!({ "name": "Other" })).await.is_problem(422, "key_reused");
    assert_eq!(site.get(&ana, "/bots").await.body["items"].as_array().unwrap().len(), 1);
    // Twice as much as it may keep, by keys alone: the oldest go, and the account goes on.
    for key in 0..30 {
        let name = json!({ "name": format!("Bot {key}") });
        assert_eq!(post(&site, &ana, "/bots", &format!("n{key}"), name).await.status, 201);
    }
}

#[tokio::test]
async fn a_key_is_one_visible_text_of_at_most_255_signs() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let long = "k".repeat(255);
    assert_eq!(post(&site, &ana, "/bots", &long, json!({ "name": "A" })).await.status, 201);
    for key in [&*"k".repeat(256), "", "a\tb"] {
        post(&site, &ana, "/bots", key, json!({ "name": "B" })).await.is_problem(400, "bad_key");
    }
    let two = site.http.post(format!("{}/api/v1/bots", site.url)).bearer_auth(&ana.token);
    let two = two.header("idempotency-key", "a").header("idempotency-key", "b");
    answer(two.json(&json!({ "name": "B" }))).await.is_problem(400, "bad_key");
}

/// Who hangs up in the middle finds what was done under the same key.
#[tokio::test]
async fn who_hangs_up_and_asks_again_does_it_once() {
    let site = Site::start().await;
    let ana = site.owner().await;
    for key in 0..8 {
        let body = json!({ "name": format!("Bot {key}") });
        let request = site.http.post(format!("{}/api/v1/bots", site.url)).bearer_auth(&ana.token);
        let request = request.header("idempotency-key", key.to_string()).json(&body);
        let _ = request.timeout(std::time::Duration::from_millis(1 + key)).send().await;
        let end = std::time::Instant::now() + std::time::Duration::from_secs(10);
        loop {
            let again = post(&site, &ana, "/bots", &key.to_string(), body.clone()).await;
            if again.status == 201 {
                break;
            }
            again.is_problem(409, "busy");
            assert!(std::time::Instant::now() < end, "it stays busy");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
    assert_eq!(site.get(&ana, "/bots").await.body["items"].as_array().unwrap().len(), 8);
}
