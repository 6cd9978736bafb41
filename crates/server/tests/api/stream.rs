//! Live streams: a share for each person and account, and an end within a second when the right to listen ends.

use std::time::{Duration, Instant};

use chasqui_model::account::Role;
use chasqui_server::http::Limits;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::json;

use crate::site::{PASSWORD, Person, Site, answer};

const SECOND: Duration = Duration::from_secs(1);

async fn listen(request: RequestBuilder) -> Response {
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    response
}

fn stream(site: &Site) -> RequestBuilder {
    site.http.get(format!("{}/api/v1/stream", site.url))
}

async fn by_token(site: &Site, who: &Person) -> Response {
    listen(stream(site).bearer_auth(&who.token)).await
}

async fn by_cookie(site: &Site, cookie: &str) -> Response {
    listen(stream(site).header("cookie", cookie)).await
}

/// Whether it ends within the time.
async fn ends(stream: &mut Response, within: Duration) -> bool {
    let over = async { while let Ok(Some(_)) = stream.chunk().await {} };
    tokio::time::timeout(within, over).await.is_ok()
}

async fn with_cookie(site: &Site, method: Method, path: &str, cookie: &str, body: serde_json::Value) -> u16 {
    let request = site.http.request(method, format!("{}/api/v1{path}", site.url)).header("cookie", cookie);
    answer(request.json(&body)).await.status.as_u16()
}

#[tokio::test]
async fn a_stream_ends_with_the_log_out() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let cookie = site.log_in("192.0.2.1", &ana.email, PASSWORD).await.cookie();
    let other = site.log_in("192.0.2.1", &ana.email, PASSWORD).await.cookie();
    let (mut mine, mut others) = (by_cookie(&site, &cookie).await, by_cookie(&site, &other).await);
    assert_eq!(with_cookie(&site, Method::DELETE, "/session", &cookie, json!({})).await, 204);
    assert!(ends(&mut mine, SECOND).await, "it goes on after the log-out");
    assert!(!ends(&mut others, SECOND).await, "another session's ended too");
}

#[tokio::test]
async fn a_stream_ends_when_its_person_or_token_goes_or_becomes_another_role() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let people = async || {
        let cora = site.colleague(&ana, Role::Builder).await;
        let me = site.get(&cora, "/me").await.body["user"]["id"].as_str().unwrap().to_owned();
        (site.log_in("192.0.2.1", &cora.email, PASSWORD).await.cookie(), cora, me)
    };
    let (cookie, cora, id) = people().await;
    let (mut page, mut program) = (by_cookie(&site, &cookie).await, by_token(&site, &cora).await);
    let path = format!("/users/{id}");
    let changed = site.call(&ana, Method::PATCH, &path, Some(json!({ "role": "viewer" }))).await;
    assert_eq!(changed.status, 200);
    assert!(ends(&mut page, SECOND).await, "it goes on in another role");
    let mut page = by_cookie(&site, &cookie).await;
    assert_eq!(site.call(&ana, Method::DELETE, &path, None).await.status, 204);
    assert!(
        ends(&mut page, SECOND).await && ends(&mut program, SECOND).await,
        "it goes on after the removal"
    );
    let mut anas = by_token(&site, &ana).await;
    assert!(!ends(&mut anas, SECOND).await, "who stays hears no more");
}

#[tokio::test]
async fn a_stream_ends_with_its_token() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let made = site.post(&ana, "/api_tokens", json!({ "name": "CI", "role": "viewer" })).await;
    let ci = Person { token: made.body["token"].as_str().unwrap().into(), ..ana.clone() };
    let mut program = by_token(&site, &ci).await;
    let path = format!("/api_tokens/{}", made.id());
    assert_eq!(site.call(&ana, Method::DELETE, &path, None).await.status, 204);
    assert!(ends(&mut program, SECOND).await, "it goes on after the token was deleted");
    let end = site.server.app.clock.now().after(Duration::from_secs(2));
    let brief = json!({ "name": "Brief", "role": "viewer", "expires_at": end.to_string() });
    let made = site.post(&ana, "/api_tokens", brief).await;
    assert_eq!(made.status, 201, "{made:?}");
    let brief = Person { token: made.body["token"].as_str().unwrap().into(), ..ana.clone() };
    let mut program = by_token(&site, &brief).await;
    let began = Instant::now();
    assert!(ends(&mut program, 3 * SECOND).await, "it goes on after the token ran out");
    assert!(began.elapsed() > SECOND, "it ended before the token did");
}

#[tokio::test]
async fn a_stream_ends_with_the_old_password_and_with_the_account_looked_at() {
    let site = Site::start().await;
    let (ana, ben) = (site.owner().await, site.owner().await);
    let mine = site.log_in("192.0.2.1", &ana.email, PASSWORD).await.cookie();
    let other = site.log_in("192.0.2.2", &ana.email, PASSWORD).await.cookie();
    let (mut here, mut there) = (by_cookie(&site, &mine).await, by_cookie(&site, &other).await);
    let change = json!({ "current": PASSWORD, "password": "another good one" });
    assert_eq!(with_cookie(&site, Method::POST, "/me/password", &mine, change).await, 204);
    assert!(ends(&mut there, SECOND).await, "it goes on with the old password");
    assert!(!ends(&mut here, SECOND).await, "the session that changed it ended");
    let invited = site.post(&ben, "/invitations", json!({ "email": ana.email, "role": "viewer" })).await;
    let secret = invited.body["link"].as_str().unwrap().split('#').nth(1).unwrap().to_owned();
    let accept = json!({ "secret": secret, "password": "another good one" });
    let url = format!("{}/api/v1/invitation/accept", site.url);
    assert_eq!(answer(site.http.post(url).json(&accept)).await.status, 200);
    assert!(!ends(&mut here, SECOND).await, "one's own stream ended with an invitation to elsewhere");
    let elsewhere = json!({ "account_id": ben.account.to_string() });
    assert_eq!(with_cookie(&site, Method::POST, "/session/account", &mine, elsewhere).await, 200);
    assert!(ends(&mut here, SECOND).await, "it tells of the account that is not looked at any more");
}

#[tokio::test]
async fn nobody_has_more_streams_than_their_share() {
    let limits = Limits { streams_per_person: 3, streams_per_account: 5, ..Limits::default() };
    let site = Site::start_with(limits).await;
    let (ana, ben) = (site.owner().await, site.owner().await);
    let cora = site.colleague(&ana, Role::Viewer).await;
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(by_token(&site, &ana).await);
    }
    let refused = site.get(&ana, "/stream").await;
    refused.is_problem(429, "too_many_streams");
    assert!(refused.headers.contains_key("retry-after"));
    for _ in 0..2 {
        open.push(by_token(&site, &cora).await);
    }
    site.get(&cora, "/stream").await.is_problem(429, "too_many_streams");
    open.push(by_token(&site, &ben).await);
    open.clear();
    for _ in 0..100 {
        if stream(&site).bearer_auth(&ana.token).send().await.unwrap().status() == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("places of streams that were closed are not free");
}

/// With the usual limits: one token opens as many as it gets, and everything else is served.
#[tokio::test]
async fn a_token_that_opens_streams_without_end_gets_few() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let mut open = Vec::new();
    let mut refused = 0;
    for _ in 0..60 {
        let response = stream(&site).bearer_auth(&ana.token).send().await.unwrap();
        if response.status() == 200 { open.push(response) } else { refused += 1 }
    }
    assert_eq!((open.len(), refused), (16, 44));
    assert_eq!(site.get(&ana, "/me").await.status, 200);
}
