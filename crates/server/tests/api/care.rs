//! Webhooks, checks, versions, templates, test messages: what looks after a number, against the simulated Meta.

use std::time::Duration;

use chasqui_model::integration::{Credentials, Integration};
use chasqui_simulator::{FaultKind, FaultSpec, TemplateSpec, harness};
use chasqui_store::noun::integration::Change;
use reqwest::Method;
use serde_json::{Value, json};

use crate::site::{Answer, Person, Site, form};
use crate::token::ending;

pub const DAY: Duration = Duration::from_hours(24);

pub async fn kept(site: &Site, ana: &Person, id: &str) -> Integration {
    site.server.app.store.integration(ana.account, id.parse().unwrap()).await.unwrap().unwrap()
}

/// Saves credentials behind Meta's back, as time does it.
pub async fn alter(site: &Site, ana: &Person, id: &str, alter: impl FnOnce(&mut Credentials)) {
    let mut it = kept(site, ana, id).await;
    alter(&mut it.credentials);
    let change = Change { credentials: Some(it.credentials), ..Change::default() };
    let app = &site.server.app;
    app.store.change_integration(ana.account, it.id, &change, app.clock.now()).await.unwrap();
    app.runtime.reload_integration(ana.account, it.id).await.unwrap();
}

pub async fn codes(site: &Site, ana: &Person) -> Vec<String> {
    let events = site.get(ana, "/events?limit=200").await;
    let items = events.body["items"].as_array().unwrap();
    items.iter().map(|it| it["code"].as_str().unwrap().to_owned()).collect()
}

pub async fn diagnosed(site: &Site, ana: &Person, id: &str) -> Answer {
    let found = site.post(ana, &format!("/integrations/{id}/diagnose"), json!({})).await;
    assert_eq!(found.status, 200, "{found:?}");
    found
}

/// How a check ended, and its cure.
pub fn check<'a>(diagnosis: &'a Answer, name: &str) -> (&'a str, Option<&'a str>) {
    let all = diagnosis.body["checks"].as_array().unwrap();
    let one = all.iter().find(|one| one["check"] == name).unwrap_or_else(|| panic!("no check {name}"));
    assert!(
        !one["title"].as_str().unwrap().is_empty() && !one["detail"].as_str().unwrap().is_empty(),
        "{one}"
    );
    if one["outcome"] == "failed" || one["outcome"] == "warning" {
        assert!(!one["what_to_do"].as_str().unwrap().is_empty(), "{one}");
    }
    (one["outcome"].as_str().unwrap(), one["cure"].as_str())
}

#[tokio::test]
async fn one_click_connects_the_webhook_in_metas_order() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    let id = site.post(&ana, "/integrations", form(&bot)).await.id();
    let before = diagnosed(&site, &ana, &id).await;
    for name in ["app_subscribed", "messages_field", "callback", "verified"] {
        assert_eq!(check(&before, name), ("failed", Some("connect_webhook")), "{name}");
    }
    assert_eq!(check(&before, "last_delivery").0, "warning");
    let connect = format!("/integrations/{id}/register_webhook");
    let done = site.post(&ana, &connect, json!({})).await;
    let steps: Vec<_> =
        done.body["steps"].as_array().unwrap().iter().map(|it| (&it["step"], &it["outcome"])).collect();
    let (app, account, number, yes) = (json!("app"), json!("account"), json!("number"), json!("done"));
    assert_eq!(steps, [(&app, &yes), (&account, &yes), (&number, &yes)], "{done:?}");
    assert!(done.body["integration"]["webhook"]["verified_at"].is_string());
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    petra.wait_for(1, Duration::from_secs(10)).await.unwrap();
    let after = diagnosed(&site, &ana, &id).await;
    for name in [
        "active",
        "bot",
        "credentials",
        "token_expiry",
        "scopes",
        "version",
        "number",
        "quality",
        "can_send",
        "app_subscribed",
        "messages_field",
        "callback",
        "verified",
        "signatures",
        "queue",
        "recipients",
    ] {
        assert_eq!(check(&after, name), ("ok", None), "{name}: {after:?}");
    }
    let again = site.post(&ana, &connect, json!({})).await;
    assert_eq!(
        (&again.body["steps"][0]["outcome"], &again.body["steps"][1]["outcome"]),
        (&json!("already"), &json!("already"))
    );
    let gone = site.call(&ana, Method::DELETE, &format!("/integrations/{id}"), None).await;
    assert_eq!(gone.status, 204);
    petra.says("anybody?").unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(site.get(&ana, "/conversations").await.body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn somebody_elses_callback_is_left_alone_unless_it_is_to_be_replaced() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    let id = site.post(&ana, "/integrations", form(&bot)).await.id();
    // Another server of theirs has the app's callback.
    let other = Site::start().await;
    let ben = other.owner().await;
    let theirs = other.published(&ben).await;
    let elsewhere = other.post(&ben, "/integrations?check=false", form(&theirs)).await.id();
    let graph = site.server.app.runtime.graph();
    let it = kept(&site, &ana, &id).await;
    let app = graph.app(it.credentials.version, harness::APP, &it.credentials.app_secret).unwrap();
    graph
        .subscribe(&app, &other.callback(&elsewhere), "a-long-random-string", &["messages", "flows"])
        .await
        .unwrap();
    let connect = format!("/integrations/{id}/register_webhook");
    let left = site.post(&ana, &connect, json!({})).await;
    assert_eq!(left.body["steps"][0]["outcome"], "left", "{left:?}");
    assert_eq!(left.body["steps"][0]["detail"], other.callback(&elsewhere));
    assert_eq!(left.body["steps"][2]["outcome"], "done");
    let taken = site.post(&ana, &connect, json!({ "replace": true })).await;
    assert_eq!(taken.body["steps"][0]["outcome"], "done", "{taken:?}");
    let fields = graph.subscriptions(&app).await.unwrap().remove(0).fields;
    assert!(fields.contains(&"flows".to_owned()), "what was subscribed to besides stays");
}

#[tokio::test]
async fn deliveries_that_go_elsewhere_are_noticed_and_brought_back() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    let id = site.post(&ana, "/integrations", form(&bot)).await.id();
    site.post(&ana, &format!("/integrations/{id}/register_webhook"), json!({})).await;
    let other = Site::start().await;
    let ben = other.owner().await;
    let theirs = other.published(&ben).await;
    let elsewhere = other.post(&ben, "/integrations?check=false", form(&theirs)).await.id();
    let it = kept(&site, &ana, &id).await;
    let graph = site.server.app.runtime.graph();
    let number = graph.number(&it.credentials).unwrap();
    let away = async || {
        graph.override_number(&number, &other.callback(&elsewhere), "a-long-random-string").await.unwrap();
    };
    away().await;
    let found = diagnosed(&site, &ana, &id).await;
    assert_eq!(check(&found, "callback"), ("failed", Some("connect_webhook")));
    let path = format!("/integrations/{id}");
    let shown = site.get(&ana, &path).await;
    assert_eq!(shown.body["webhook"]["elsewhere"], other.callback(&elsewhere));
    site.server.app.runtime.look_after().await;
    let shown = site.get(&ana, &path).await;
    assert_eq!(shown.body["health"], "warning", "{shown:?}");
    let told = codes(&site, &ana).await.iter().filter(|code| *code == "webhook_elsewhere").count();
    assert_eq!(told, 1, "told once");
    // The watch brings it back when it may.
    let settings = json!({ "settings": { "repair_webhook": true } });
    assert_eq!(site.call(&ana, Method::PATCH, &path, Some(settings)).await.status, 200);
    site.server.app.store.set_watch(it.id, &chasqui_model::integration::Watch::default()).await.unwrap();
    site.server.app.runtime.reload_integration(ana.account, it.id).await.unwrap();
    site.server.app.runtime.look_after().await;
    let shown = site.get(&ana, &path).await;
    assert_eq!(
        (&shown.body["webhook"]["elsewhere"], &shown.body["health"]),
        (&Value::Null, &json!("ok")),
        "{shown:?}"
    );
    assert!(codes(&site, &ana).await.contains(&"webhook_repaired".to_owned()));
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
async fn every_local_check_fails_when_it_should() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let path = format!("/integrations/{id}");
    let first = diagnosed(&site, &ana, &id).await;
    assert_eq!(check(&first, "template").0, "unknown");
    assert_eq!(check(&first, "alert_mail"), ("warning", Some("set_alerts")));
    let settings = json!({ "active": false, "settings": {
        "error_alerts": { "enabled": true, "emails": ["ops@example.com"] },
        "template": { "name": "gone", "language": "en" },
        "recipients": { "mode": "only", "numbers": ["+4915123456789"] } } });
    assert_eq!(site.call(&ana, Method::PATCH, &path, Some(settings)).await.status, 200);
    let found = diagnosed(&site, &ana, &id).await;
    assert_eq!(check(&found, "active"), ("failed", Some("activate")));
    assert_eq!(check(&found, "alert_mail"), ("failed", Some("set_alerts")), "no mail server");
    assert_eq!(check(&found, "template"), ("failed", Some("choose_template")));
    assert_eq!(check(&found, "recipients").0, "unknown");
    // Five forged deliveries.
    for _ in 0..5 {
        let forged = site.http.post(site.callback(&id)).header("x-hub-signature-256", "sha256=00").body("{}");
        assert_eq!(forged.send().await.unwrap().status(), 401);
    }
    let found = diagnosed(&site, &ana, &id).await;
    assert_eq!(check(&found, "signatures"), ("failed", Some("enter_credentials")));
    // A version that ends, a token that does, a number of low quality.
    let now = site.server.app.clock.now();
    alter(&site, &ana, &id, |it| {
        it.version = chasqui_model::integration::GraphVersion::parse("v21.0").unwrap();
        it.token.expires_at = Some(now.after(DAY * 5));
    })
    .await;
    let mut business = ending(5 * 86_400);
    business.numbers[0].quality_rating = "RED".into();
    site.meta.create_business(business);
    let found = diagnosed(&site, &ana, &id).await;
    assert_eq!(check(&found, "token_expiry"), ("warning", Some("enter_token")));
    assert_eq!(check(&found, "quality"), ("failed", Some("go_to_meta")));
    let mut business = ending(5 * 86_400);
    business.tokens[0].scopes = vec!["whatsapp_business_messaging".into()];
    business.numbers[0].quality_rating = "YELLOW".into();
    site.meta.create_business(business.clone());
    let found = diagnosed(&site, &ana, &id).await;
    assert_eq!(check(&found, "scopes"), ("warning", Some("enter_token")));
    business.tokens[0].scopes = vec!["whatsapp_business_management".into()];
    site.meta.create_business(business);
    let found = diagnosed(&site, &ana, &id).await;
    assert_eq!(check(&found, "scopes"), ("failed", Some("enter_token")));
    assert_eq!(check(&found, "quality"), ("warning", Some("go_to_meta")));
    let served = check(&found, "version").0;
    assert!(matches!(served, "warning" | "failed" | "ok"), "depends on the day: {served}");
    // The wrong secret.
    alter(&site, &ana, &id, |it| {
        it.app_secret = chasqui_model::secret::Secret::new("ffffffffffffffffffffffffffffffff");
    })
    .await;
    let found = diagnosed(&site, &ana, &id).await;
    assert_eq!(check(&found, "credentials"), ("failed", Some("enter_credentials")));
    // The number is another one.
    alter(&site, &ana, &id, |it| {
        it.app_secret = chasqui_model::secret::Secret::new(harness::SECRET);
        it.phone_number_id = "999999999999999".into();
    })
    .await;
    let found = diagnosed(&site, &ana, &id).await;
    assert_eq!(check(&found, "number"), ("failed", Some("enter_credentials")));
}

#[tokio::test]
async fn checks_speak_german_and_meta_may_be_away() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let url = format!("{}/api/v1/integrations/{id}/diagnose", site.url);
    let german = site.http.post(url).bearer_auth(&ana.token).header("accept-language", "de");
    let found = crate::site::answer(german).await;
    let all = found.body["checks"].as_array().unwrap();
    assert_eq!(all.len(), 20);
    assert_eq!((&all[0]["title"], &all[0]["detail"]), (&json!("Aktiv"), &json!("Der Schalter ist an.")));
    let away = FaultKind { http: Some(503), ..FaultKind::default() };
    site.meta.add_fault(FaultSpec {
        route: "*".into(),
        phone_number_id: None,
        fault: away,
        times: None,
        seconds: None,
        every: None,
    });
    let found = diagnosed(&site, &ana, &id).await;
    for name in ["credentials", "number", "can_send", "app_subscribed", "messages_field", "callback"] {
        assert_eq!(check(&found, name), ("unknown", None), "{name}: {found:?}");
    }
}

#[tokio::test]
async fn versions_are_listed_with_their_ends_and_raised_in_one_call() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let versions = site.get(&ana, "/graph_versions").await;
    let all = versions.body["items"].as_array().unwrap();
    let newest = all.iter().find(|it| it["newest_tested"] == true).unwrap()["version"].clone();
    assert!(all.iter().any(|it| it["version"] == "v21.0" && it["ends_at"].is_string()));
    assert_eq!(all.iter().filter(|it| it["usual"] == true).count(), 1);
    let id = site.connected(&ana).await;
    let raise = json!({ "credentials": { "version": newest } });
    let raised = site.call(&ana, Method::PATCH, &format!("/integrations/{id}"), Some(raise)).await;
    assert_eq!(raised.body["credentials"]["version"], newest, "{raised:?}");
}

#[tokio::test]
async fn templates_are_fetched_page_by_page_and_wrong_values_are_refused_here() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let mut business = harness::business();
    for n in 0..230 {
        business.templates.push(TemplateSpec {
            id: String::new(),
            name: format!("t_{n:03}"),
            language: "en".into(),
            category: "MARKETING".into(),
            status: if n % 2 == 0 { "APPROVED".into() } else { "REJECTED".into() },
            parameter_format: "POSITIONAL".into(),
            components: vec![json!({ "type": "BODY", "text": "Hello {{1}} and {{2}}" })],
        });
    }
    site.meta.create_business(business);
    let id = site.connected_with(&ana).await;
    let listed = site.get(&ana, &format!("/integrations/{id}/templates")).await;
    let all = listed.body["items"].as_array().unwrap();
    assert_eq!(all.len(), 232);
    assert!(listed.body["synced_at"].is_string());
    let reopen = all.iter().find(|it| it["name"] == "reopen").unwrap();
    assert_eq!(reopen["parameters"], json!(["1"]));
    let choose = async |name: &str, parameters: Value| {
        let template = json!({ "name": name, "language": "en", "parameters": parameters });
        let settings = json!({ "settings": { "template": template } });
        site.call(&ana, Method::PATCH, &format!("/integrations/{id}"), Some(settings)).await
    };
    assert_eq!(choose("nothing_like_it", json!([])).await.pointers(), ["/settings/template/name"]);
    assert_eq!(choose("t_001", json!(["a", "b"])).await.pointers(), ["/settings/template/name"]);
    assert_eq!(choose("t_000", json!(["a"])).await.pointers(), ["/settings/template/parameters/1"]);
    assert_eq!(choose("reopen", json!(["{contact.name}"])).await.status, 200);
    assert_eq!(check(&diagnosed(&site, &ana, &id).await, "template").0, "ok");
    let send = async |template: Value| {
        let body = json!({ "integration_id": id, "to": "+16505551234", "template": template });
        site.post(&ana, "/messages", body).await
    };
    let few = send(json!({ "name": "t_000", "language": "en", "parameters": ["a"] })).await;
    assert_eq!(few.pointers(), ["/template/parameters/1"], "{few:?}");
    let paused = send(json!({ "name": "t_001", "language": "en", "parameters": ["a", "b"] })).await;
    assert_eq!(paused.pointers(), ["/template"]);
    assert_eq!(site.meta.sends(), (0, 0), "Meta was not asked");
}

#[tokio::test]
async fn a_test_message_says_what_meta_says() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let path = format!("/integrations/{id}/test_message");
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    let to = format!("+{}", petra.wa_id());
    let sent = site.post(&ana, &path, json!({ "to": to })).await;
    assert_eq!((sent.status.as_u16(), &sent.body["sent"]), (200, &json!("hello")), "{sent:?}");
    petra.says("hi").unwrap();
    petra.wait_for(2, Duration::from_secs(10)).await.unwrap();
    let sent = site.post(&ana, &path, json!({ "to": to })).await;
    assert_eq!(sent.body["sent"], "text", "{sent:?}");
    assert_eq!(site.post(&ana, &path, json!({ "to": "nobody" })).await.pointers(), ["/to"]);
}
