//! Connections through HTTP: what goes in, what never comes out, and what bots are told about them.

use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use chasqui_model::account::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::site::Site;
use crate::smtp::Inbox;

const KEY: &str = "sk-0123456789abcdef";

#[tokio::test]
async fn a_secret_goes_in_and_never_comes_out() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let made = json!({ "name": "Answers", "kind": "openai", "settings": { "base_url": "https://models.example/v1" }, "secret": KEY });
    let made = site.post(&ana, "/connections", made).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.body["settings"], json!({ "base_url": "https://models.example/v1" }));
    assert_eq!((&made.body["secret_last4"], &made.body["granted"]), (&json!("cdef"), &Value::Null));
    let id = made.id();

    let path = format!("/connections/{id}");
    let same = json!({ "settings": { "base_url": "https://models.example/v1/" } });
    let changed = site.call(&ana, Method::PATCH, &path, Some(same)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let kept = site.server.app.store.connection_named(ana.account, "Answers").await.unwrap().unwrap();
    assert_eq!(kept.secret.expose(), KEY);
    let other = json!({ "secret": "sk-another-one-9999" });
    assert_eq!(site.call(&ana, Method::PATCH, &path, Some(other)).await.body["secret_last4"], "9999");

    let audit = site.get(&ana, "/audit").await.body.to_string();
    let all = site.get(&ana, "/connections").await.body.to_string();
    for text in [&audit, &all, &made.body.to_string(), &changed.body.to_string()] {
        assert!(!text.contains(KEY) && !text.contains("another-one"), "{text}");
    }
    for action in ["connection.create", "connection.change"] {
        assert!(audit.contains(action), "{audit}");
    }
    assert_eq!(site.call(&ana, Method::DELETE, &path, None).await.status, 204);
    assert_eq!(site.get(&ana, "/connections").await.body["items"], json!([]));
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let smtp = |host: &str, from: &str| json!({ "host": host, "port": 25, "security": "none", "from": from });
    for (body, pointer) in [
        (json!({ "name": "", "kind": "openai", "secret": "x" }), "/name"),
        (json!({ "name": "A", "kind": "fax", "secret": "x" }), "/kind"),
        (json!({ "name": "A", "kind": "gemini" }), "/secret"),
        (json!({ "name": "A", "kind": "gemini", "secret": "a\nb" }), "/secret"),
        (
            json!({ "name": "A", "kind": "openai", "settings": { "base_url": "file:///etc" }, "secret": "x" }),
            "/settings/base_url",
        ),
        (
            json!({ "name": "A", "kind": "smtp", "settings": smtp("mail.example.com\r\n", "a@example.com") }),
            "/settings/host",
        ),
        (
            json!({ "name": "A", "kind": "smtp", "settings": smtp("mail.example.com", "nobody") }),
            "/settings/from",
        ),
        (json!({ "name": "A", "kind": "smtp", "settings": {} }), "/settings"),
        (
            json!({ "name": "A", "kind": "postmark", "settings": { "from": "A <a@example.com>\r\nBcc: x@y.z" }, "secret": "x" }),
            "/settings/from",
        ),
    ] {
        let refused = site.post(&ana, "/connections", body.clone()).await;
        assert_eq!(refused.status, 422, "{body} {refused:?}");
        assert_eq!(refused.pointers(), [pointer], "{body}");
    }
    let good = json!({ "name": "A", "kind": "gemini", "secret": "x" });
    assert_eq!(site.post(&ana, "/connections", good.clone()).await.status, 201);
    site.post(&ana, "/connections", good).await.is_problem(409, "name_in_use");
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
async fn a_key_stays_with_the_place_it_was_given_for() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let smtp = json!({ "host": "mail.example.com", "port": 465, "security": "tls", "username": "shop", "from": "a@example.com" });
    let with = |field: &str, value: Value| {
        let mut settings = smtp.clone();
        settings[field] = value;
        settings
    };
    let cases = [
        ("openai", json!({}), vec![json!({ "base_url": "https://evil.example/v1" })]),
        (
            "anthropic",
            json!({ "base_url": "https://a.example" }),
            vec![json!({ "base_url": "http://a.example" }), json!({})],
        ),
        ("gemini", json!({}), vec![json!({ "base_url": "https://evil.example" })]),
        (
            "postmark",
            json!({ "from": "a@example.com" }),
            vec![json!({ "from": "a@example.com", "base_url": "https://evil.example" })],
        ),
        (
            "google",
            json!({ "client_id": "a" }),
            vec![
                json!({ "client_id": "b" }),
                json!({ "client_id": "a", "base_url": "https://evil.example" }),
            ],
        ),
        (
            "smtp",
            smtp.clone(),
            vec![
                with("host", "evil.example".into()),
                with("port", 25.into()),
                with("security", "none".into()),
                with("security", "starttls".into()),
                with("username", "other".into()),
                with("username", Value::Null),
            ],
        ),
    ];
    for (kind, settings, others) in cases {
        let made = json!({ "name": kind, "kind": kind, "settings": settings, "secret": KEY });
        let path = format!("/connections/{}", site.post(&ana, "/connections", made).await.id());
        for other in others {
            let refused = site.call(&ana, Method::PATCH, &path, Some(json!({ "settings": other }))).await;
            assert_eq!(
                (refused.status.as_u16(), refused.pointers()),
                (422, vec!["/secret"]),
                "{kind} {other}"
            );
            assert_eq!(refused.body["errors"][0]["code"], "needed_again");
            let kept = site.server.app.store.connection_named(ana.account, kind).await.unwrap().unwrap();
            let kept = serde_json::to_value(kept.settings).unwrap();
            assert!(settings.as_object().unwrap().iter().all(|(key, value)| kept[key] == *value), "{kept}");
            let given = json!({ "settings": other, "secret": KEY });
            assert_eq!(
                site.call(&ana, Method::PATCH, &path, Some(given)).await.status,
                200,
                "{kind} {other}"
            );
            let back = json!({ "settings": settings, "secret": KEY });
            assert_eq!(site.call(&ana, Method::PATCH, &path, Some(back)).await.status, 200);
        }
    }
    // Whom mails come from is no place.
    let path = format!(
        "/connections/{}",
        site.get(&ana, "/connections").await.body["items"][5]["id"].as_str().unwrap()
    );
    let sender = json!({ "settings": with("from", "b@example.com".into()) });
    assert_eq!(site.call(&ana, Method::PATCH, &path, Some(sender)).await.status, 200);
}

#[tokio::test]
async fn builders_may_choose_a_connection_and_not_make_one() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let ben = site.colleague(&ana, Role::Builder).await;
    let made = json!({ "name": "Answers", "kind": "gemini", "secret": KEY });
    site.post(&ben, "/connections", made.clone()).await.is_problem(403, "forbidden");
    site.post(&ana, "/connections", made).await.id();
    assert_eq!(site.get(&ben, "/connections").await.body["items"][0]["name"], "Answers");
}

fn asking(connection: &str) -> Value {
    json!({ "format": 1, "name": "Ask", "start": "ask", "nodes": [
        { "id": "ask", "type": "llm_conversation", "connection": connection, "model": "small", "ports": { "next": "bye", "error": "bye" } },
        { "id": "bye", "type": "end", "text": "Bye." } ] })
}

#[tokio::test]
async fn a_bot_that_came_from_elsewhere_is_told_to_choose_a_connection() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.post(&ana, "/bots", json!({ "definition": asking("Answers") })).await.id();
    let publish = format!("/bots/{bot}/publish");
    let problem = |body: &Value| {
        let one = &body["problems"][0];
        (one["node"].clone(), one["field"].clone(), one["code"].clone())
    };
    let wanted = (json!("ask"), json!("connection"), json!("unknown_connection"));
    let checked = site.post(&ana, &format!("/bots/{bot}/validate"), json!({})).await;
    assert_eq!(problem(&checked.body), wanted);
    let refused = site.post(&ana, &publish, json!({})).await;
    refused.is_problem(422, "unfinished_bot");
    assert_eq!(problem(&refused.body), wanted);

    // One of another kind will not do, and neither will one of another account.
    let ben = site.owner().await;
    let fitting = json!({ "name": "Answers", "kind": "anthropic", "secret": KEY });
    site.post(&ben, "/connections", fitting.clone()).await.id();
    let wrong = json!({ "name": "Answers", "kind": "postmark", "settings": { "from": "a@example.com" }, "secret": KEY });
    let id = site.post(&ana, "/connections", wrong).await.id();
    assert_eq!(problem(&site.post(&ana, &publish, json!({})).await.body), wanted);
    let elsewhere = json!({ "definition": asking("Others") });
    let draft = json!({ "revision": 1, "definition": elsewhere["definition"] });
    assert_eq!(site.call(&ana, Method::PUT, &format!("/bots/{bot}/draft"), Some(draft)).await.status, 200);
    assert_eq!(site.call(&ana, Method::DELETE, &format!("/connections/{id}"), None).await.status, 204);
    let draft = json!({ "revision": 2, "definition": asking("Answers") });
    assert_eq!(site.call(&ana, Method::PUT, &format!("/bots/{bot}/draft"), Some(draft)).await.status, 200);
    site.post(&ana, "/connections", fitting).await.id();
    assert_eq!(site.post(&ana, &publish, json!({})).await.body, json!({ "version": 1 }));

    // While a bot names it, it stays: as long as the draft does, and as long as the newest version does.
    let path = format!(
        "/connections/{}",
        site.get(&ana, "/connections").await.body["items"][0]["id"].as_str().unwrap()
    );
    let refused = site.call(&ana, Method::DELETE, &path, None).await;
    refused.is_problem(409, "in_use");
    assert_eq!(refused.body["bots"], json!([{ "id": bot, "name": "Ask" }]));
    assert!(refused.body["detail"].as_str().unwrap().contains("“Ask”"), "{refused:?}");

    // What is exported names the connection and nothing of it.
    let file = site.get(&ana, &format!("/bots/{bot}/export")).await;
    let text = file.body.to_string();
    assert!(text.contains("Answers") && !text.contains(KEY) && !text.contains("cxn_"), "{text}");
}

/// Services that tell whether they take a key: `good` and nothing else.
async fn services() -> String {
    let ask = |name: &'static str| {
        get(move |headers: HeaderMap| async move {
            let key = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            match key.trim_start_matches("Bearer ") {
                "good" => (StatusCode::OK, Json(json!({ "data": [] }))),
                _ => (StatusCode::UNAUTHORIZED, Json(json!({ "error": { "message": "No such key." } }))),
            }
        })
    };
    let router = Router::new()
        .route("/models", ask("authorization"))
        .route("/v1beta/models", ask("x-goog-api-key"))
        .route("/v1/models", ask("x-api-key"))
        .route("/server", ask("x-postmark-server-token"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[tokio::test]
async fn a_check_says_whether_the_service_takes_the_secret() {
    let site = Site::start().await;
    let (ana, url) = (site.owner().await, services().await);
    for kind in ["openai", "gemini", "anthropic", "postmark"] {
        let mut settings = json!({ "base_url": url });
        if kind == "postmark" {
            settings["from"] = "shop@example.com".into();
        }
        let made = json!({ "name": kind, "kind": kind, "settings": settings, "secret": "bad" });
        let id = site.post(&ana, "/connections", made).await.id();
        let (path, check) = (format!("/connections/{id}"), format!("/connections/{id}/check"));
        let refused = site.post(&ana, &check, json!({})).await.body;
        let wanted = json!({ "works": false, "problem": "rejected", "reason": "status 401: No such key." });
        assert_eq!(refused, wanted, "{kind}");
        site.call(&ana, Method::PATCH, &path, Some(json!({ "secret": "good" }))).await;
        let taken = site.post(&ana, &check, json!({})).await.body;
        assert_eq!(taken, json!({ "works": true, "problem": null, "reason": null }), "{kind}");
    }
    let google = json!({ "name": "G", "kind": "google", "settings": { "client_id": "a" }, "secret": "b" });
    let id = site.post(&ana, "/connections", google).await.id();
    let asked = site.post(&ana, &format!("/connections/{id}/check"), json!({})).await.body;
    assert_eq!(asked["problem"], "rejected", "nobody has agreed: {asked}");
}

#[tokio::test]
async fn a_check_finds_a_mail_server_and_sends_nothing() {
    let site = Site::start().await;
    let (ana, inbox) = (site.owner().await, Inbox::open().await);
    let settings = |port: u16| json!({ "host": "127.0.0.1", "port": port, "security": "none", "from": "shop@example.com" });
    let made = json!({ "name": "Post", "kind": "smtp", "settings": settings(inbox.port()) });
    let id = site.post(&ana, "/connections", made).await.id();
    let check = format!("/connections/{id}/check");
    assert_eq!(site.post(&ana, &check, json!({})).await.body["works"], true);
    assert!(inbox.all().is_empty());
    // Nobody listens there.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let moved = json!({ "settings": settings(closed) });
    assert_eq!(site.call(&ana, Method::PATCH, &format!("/connections/{id}"), Some(moved)).await.status, 200);
    let asked = site.post(&ana, &check, json!({})).await.body;
    assert_eq!((&asked["works"], &asked["problem"]), (&json!(false), &json!("refused")), "{asked}");
}
