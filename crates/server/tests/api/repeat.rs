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
