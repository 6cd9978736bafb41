use chasqui_model::account::Role;
use reqwest::Method;
use serde_json::json;

use crate::site::{PASSWORD, Site, answer};

#[tokio::test]
async fn a_session_lasts_from_log_in_to_log_out() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let session = format!("{}/api/v1/session", site.url);
    let log_in = json!({ "email": ana.email.to_uppercase(), "password": PASSWORD });
    let entered = answer(site.http.post(&session).json(&log_in)).await;
    assert_eq!(entered.status, 200, "{entered:?}");
    assert_eq!(entered.body["account"]["role"], "owner");
    assert_eq!(entered.body["installation"]["demo"], false);
    let cookie = entered.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("chasqui_session=") && cookie.contains("HttpOnly; SameSite=Lax"));
    let cookie = cookie.split(';').next().unwrap();
    let me = || site.http.get(format!("{}/api/v1/me", site.url)).header("cookie", cookie);
    let found = answer(me()).await;
    assert_eq!(found.body, entered.body);
    assert_eq!(found.headers["cache-control"], "no-store");
    let left = answer(site.http.delete(&session).header("cookie", cookie)).await;
    assert_eq!(left.status, 204);
    answer(me()).await.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_then_slowed_down() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let try_it = |email: &str, password: &str| {
        let body = json!({ "email": email, "password": password });
        answer(site.http.post(format!("{}/api/v1/session", site.url)).json(&body))
    };
    try_it("nobody@example.com", PASSWORD).await.is_problem(401, "wrong_login");
    for _ in 0..5 {
        try_it(&ana.email, "wrong").await.is_problem(401, "wrong_login");
    }
    let slowed = try_it(&ana.email, PASSWORD).await;
    slowed.is_problem(429, "throttled");
    assert!(slowed.headers.contains_key("retry-after"));
    let other = site.owner().await;
    assert_eq!(try_it(&other.email, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn nobody_gets_in_without_something_that_works() {
    let site = Site::start().await;
    let url = format!("{}/api/v1/bots", site.url);
    answer(site.http.get(&url)).await.is_problem(401, "unauthenticated");
    for token in ["", "chq_wrong", "something", "chq_"] {
        answer(site.http.get(&url).bearer_auth(token)).await.is_problem(401, "unauthenticated");
    }
    answer(site.http.get(&url).header("cookie", "chasqui_session=x"))
        .await
        .is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn another_site_cannot_use_the_cookie() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let log_in = json!({ "email": ana.email, "password": PASSWORD });
    let session = format!("{}/api/v1/session", site.url);
    let entered = answer(site.http.post(&session).json(&log_in)).await;
    let cookie = entered.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let make = || {
        let request = site.http.post(format!("{}/api/v1/bots", site.url)).header("cookie", &cookie);
        request.json(&json!({ "name": "Bot" }))
    };
    answer(make().header("origin", "https://evil.example")).await.is_problem(403, "cross_site");
    answer(make().header("sec-fetch-site", "cross-site")).await.is_problem(403, "cross_site");
    assert_eq!(answer(make().header("origin", &site.url)).await.status, 201);
    assert_eq!(answer(make().header("sec-fetch-site", "same-origin")).await.status, 201);
    let foreign = site.http.post(&session).header("origin", "https://evil.example").json(&log_in);
    answer(foreign).await.is_problem(403, "cross_site");
}

#[tokio::test]
async fn a_role_does_what_it_may_and_no_more() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let viewer = site.colleague(&ana, Role::Viewer).await;
    let builder = site.colleague(&ana, Role::Builder).await;
    let bot = site.published(&ana).await;
    assert_eq!(site.get(&viewer, "/bots").await.status, 200);
    site.post(&viewer, "/bots", json!({ "name": "Bot" })).await.is_problem(403, "forbidden");
    assert_eq!(site.post(&builder, "/bots", json!({ "name": "Bot" })).await.status, 201);
    assert_eq!(site.post(&viewer, &format!("/bots/{bot}/validate"), json!({})).await.status, 200);
    site.post(&viewer, &format!("/bots/{bot}/publish"), json!({})).await.is_problem(403, "forbidden");
    site.post(&builder, "/integrations", json!({})).await.is_problem(403, "forbidden");
    site.get(&builder, "/api_tokens").await.is_problem(403, "forbidden");
    let integration = site.connected(&ana).await;
    let secret = format!("/integrations/{integration}/verify_token");
    site.get(&viewer, &secret).await.is_problem(403, "forbidden");
    assert_eq!(site.get(&builder, &secret).await.body["verify_token"], "a-long-random-string");
    let delete = site.call(&builder, Method::DELETE, &format!("/integrations/{integration}"), None).await;
    delete.is_problem(403, "forbidden");
}

#[tokio::test]
async fn a_token_is_shown_once_and_ends_when_it_is_deleted() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let admin = site.colleague(&ana, Role::Admin).await;
    let made = site.post(&admin, "/api_tokens", json!({ "name": "CI", "role": "builder" })).await;
    assert_eq!(made.status, 201);
    let mut ci = ana.clone();
    ci.token = made.body["token"].as_str().unwrap().to_owned();
    assert!(ci.token.starts_with("chq_"));
    assert_eq!(site.post(&ci, "/bots", json!({ "name": "Bot" })).await.status, 201);
    site.get(&ci, "/api_tokens").await.is_problem(403, "forbidden");
    let listed = site.get(&ana, "/api_tokens").await;
    assert!(!listed.body.to_string().contains(&ci.token));
    let one = listed.body["items"].as_array().unwrap().iter().find(|it| it["id"] == made.body["id"]).unwrap();
    assert!(one["last_used_at"].is_string());
    let too_much = site.post(&admin, "/api_tokens", json!({ "name": "x", "role": "owner" })).await;
    assert_eq!(too_much.pointers(), ["/role"]);
    let path = format!("/api_tokens/{}", made.id());
    let stranger = site.owner().await;
    site.call(&stranger, Method::DELETE, &path, None).await.is_problem(404, "not_found");
    assert_eq!(site.call(&admin, Method::DELETE, &path, None).await.status, 204);
    site.get(&ci, "/bots").await.is_problem(401, "unauthenticated");
}
