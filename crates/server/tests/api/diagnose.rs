//! "Diagnose": each of its checks, well and not well, against the simulated Meta.

use std::collections::BTreeMap;
use std::time::Duration;

use chasqui_model::integration::GraphVersion;
use chasqui_runtime::graph_version::{self, Served};
use chasqui_simulator::{BusinessSpec, harness};
use chasqui_store::noun::integration::Change;
use reqwest::Method;
use serde_json::{Value, json};

use crate::site::{Person, Site, form};
use crate::smtp::Inbox;

const SOON: Duration = Duration::from_secs(10);

/// A connected number whose owner gets alerts, and somebody who has written to it.
struct Bench {
    site: Site,
    inbox: Inbox,
    ana: Person,
    id: String,
    /// Every outcome that each check had so far.
    seen: BTreeMap<String, Vec<String>>,
}

impl Bench {
    async fn start() -> Self {
        let (site, inbox) = Site::start_with_mail().await;
        let ana = site.owner().await;
        let bot = site.published(&ana).await;
        let id = site.post(&ana, "/integrations", form(&bot)).await.id();
        Self { site, inbox, ana, id, seen: BTreeMap::new() }
    }

    async fn change(&self, body: Value) {
        let path = format!("/integrations/{}", self.id);
        let saved = self.site.call(&self.ana, Method::PATCH, &path, Some(body)).await;
        assert_eq!(saved.status, 200, "{saved:?}");
    }

    /// Changes the integration past the API, as time or somebody at Meta does it.
    async fn alter(&self, change: impl FnOnce(&chasqui_model::integration::Integration) -> Change) {
        let app = &self.site.server.app;
        let it = app.store.integration(self.ana.account, self.id.parse().unwrap()).await.unwrap().unwrap();
        app.store.change_integration(self.ana.account, it.id, &change(&it), app.clock.now()).await.unwrap();
        app.runtime.reload_integration(self.ana.account, it.id).await.unwrap();
    }

    fn meta(&self, change: impl FnOnce(&mut BusinessSpec)) {
        let mut business = harness::business();
        change(&mut business);
        self.site.meta.create_business(business);
    }

    /// What every check says now.
    async fn diagnose(&mut self) -> BTreeMap<String, Value> {
        let path = format!("/integrations/{}/diagnose", self.id);
        let found = self.site.post(&self.ana, &path, json!({})).await;
        assert_eq!(found.status, 200, "{found:?}");
        let mut all = BTreeMap::new();
        for one in found.body["checks"].as_array().unwrap() {
            let name = one["check"].as_str().unwrap().to_owned();
            let outcome = one["outcome"].as_str().unwrap().to_owned();
            let bad = matches!(outcome.as_str(), "failed" | "warning");
            assert!(!bad || one["what_to_do"].as_str().is_some_and(|it| !it.is_empty()), "{one}");
            assert!(!bad || one["cure"].is_string(), "{one}");
            assert!(!one["detail"].as_str().unwrap().is_empty(), "{one}");
            self.seen.entry(name.clone()).or_default().push(outcome);
            all.insert(name, one.clone());
        }
        all
    }

    async fn is(&mut self, expected: &[(&str, &str)]) {
        let all = self.diagnose().await;
        for (check, outcome) in expected {
            assert_eq!(all[*check]["outcome"], *outcome, "{check}: {:?}", all[*check]);
        }
    }
}

#[tokio::test]
async fn each_check_is_well_when_it_should_be_and_not_when_not() {
    let mut it = Bench::start().await;
    it.is(&[
        ("app_subscribed", "failed"),
        ("messages_field", "failed"),
        ("callback", "failed"),
        ("verified", "failed"),
        ("last_delivery", "warning"),
        ("template", "unknown"),
        ("alert_mail", "warning"),
        ("recipients", "ok"),
    ])
    .await;
    at_meta(&mut it).await;
    of_the_token(&mut it).await;
    of_the_version(&mut it).await;
    connected(&mut it).await;
    of_the_settings(&mut it).await;
    of_the_queue(&mut it).await;
    let one_sided: Vec<_> = it
        .seen
        .iter()
        .filter(|(_, outcomes)| {
            let well = outcomes.iter().any(|it| it == "ok");
            !well || outcomes.iter().all(|it| it == "ok")
        })
        .map(|(name, _)| name)
        .collect();
    assert_eq!(it.seen.len(), 20);
    assert_eq!(one_sided, [""; 0], "every check was seen in both outcomes");
}

/// What Meta says of the number.
async fn at_meta(it: &mut Bench) {
    it.is(&[("number", "ok"), ("quality", "ok"), ("messaging_limit", "ok"), ("can_send", "ok")]).await;
    it.meta(|meta| {
        let number = &mut meta.numbers[0];
        number.status = "PENDING".into();
        number.quality_rating = "YELLOW".into();
        number.messaging_limit = "TIER_50".into();
        number.can_send = "LIMITED".into();
    });
    let soon = [
        ("number", "failed"),
        ("quality", "warning"),
        ("messaging_limit", "warning"),
        ("can_send", "warning"),
    ];
    it.is(&soon).await;
    it.meta(|meta| {
        let number = &mut meta.numbers[0];
        number.quality_rating = "RED".into();
        number.messaging_limit = "TIER_NOT_SET".into();
        number.can_send = "BLOCKED".into();
    });
    it.is(&[("number", "ok"), ("quality", "failed"), ("messaging_limit", "unknown"), ("can_send", "failed")])
        .await;
    let all = it.diagnose().await;
    assert!(all["can_send"]["detail"].as_str().unwrap().contains("payment method"), "{:?}", all["can_send"]);
    it.meta(|_| ());
}

async fn of_the_token(it: &mut Bench) {
    it.is(&[("credentials", "ok"), ("token_expiry", "ok"), ("scopes", "ok")]).await;
    it.meta(|meta| meta.tokens[0].expires_in = Some(5 * 86_400));
    it.is(&[("credentials", "ok"), ("token_expiry", "warning")]).await;
    it.meta(|meta| meta.tokens[0].scopes = vec!["whatsapp_business_messaging".into()]);
    it.is(&[("scopes", "warning")]).await;
    it.meta(|meta| meta.tokens[0].scopes = vec!["whatsapp_business_management".into()]);
    it.is(&[("scopes", "failed")]).await;
    it.meta(|meta| meta.tokens[0].revoked = true);
    it.is(&[("credentials", "failed"), ("number", "failed")]).await;
    it.meta(|meta| meta.tokens[0].expires_in = Some(0));
    let all = it.diagnose().await;
    assert_eq!(
        (&all["credentials"]["outcome"], &all["credentials"]["cure"]),
        (&json!("failed"), &json!("enter_token"))
    );
    it.meta(|meta| meta.app_secret = "ffffffffffffffffffffffffffffffff".into());
    let all = it.diagnose().await;
    assert_eq!(all["credentials"]["cure"], "enter_credentials");
    it.meta(|_| ());
    it.is(&[("credentials", "ok")]).await;
}

/// Every version of the table, by how long Meta serves it today.
async fn of_the_version(it: &mut Bench) {
    let now = it.site.server.app.clock.now();
    for (version, _) in graph_version::all() {
        let expected = match graph_version::served(version, now) {
            Served::Yes => "ok",
            Served::Until(_) => "warning",
            Served::No => "failed",
        };
        it.alter(|it| with_version(it, version)).await;
        it.is(&[("version", expected)]).await;
    }
    it.alter(|it| with_version(it, graph_version::newest_tested())).await;
    it.is(&[("version", "ok")]).await;
}

fn with_version(it: &chasqui_model::integration::Integration, version: GraphVersion) -> Change {
    let credentials = chasqui_model::integration::Credentials { version, ..it.credentials.clone() };
    Change { credentials: Some(credentials), ..Change::default() }
}

/// The webhook: before it was connected, everything about it had failed.
async fn connected(it: &mut Bench) {
    let path = format!("/integrations/{}/register_webhook", it.id);
    assert_eq!(it.site.post(&it.ana, &path, json!({})).await.status, 200);
    let petra = it.site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    // Figures are written down once a second.
    for _ in 0..100 {
        if it.diagnose().await["last_delivery"]["outcome"] == "ok" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    it.is(&[
        ("app_subscribed", "ok"),
        ("messages_field", "ok"),
        ("callback", "ok"),
        ("verified", "ok"),
        ("last_delivery", "ok"),
        ("signatures", "ok"),
        ("queue", "ok"),
    ])
    .await;
    for _ in 0..5 {
        let forged =
            it.site.http.post(it.site.callback(&it.id)).header("x-hub-signature-256", "sha256=00").body("{}");
        assert_eq!(forged.send().await.unwrap().status(), 401);
    }
    it.is(&[("signatures", "failed")]).await;
}

async fn of_the_settings(it: &mut Bench) {
    it.is(&[("active", "ok"), ("bot", "ok")]).await;
    it.change(json!({ "active": false })).await;
    it.is(&[("active", "failed")]).await;
    it.change(json!({ "active": true })).await;
    let draft = it.site.post(&it.ana, "/bots", json!({ "name": "Draft" })).await.id();
    let published = it.site.get(&it.ana, &format!("/integrations/{}", it.id)).await.body["bot"]["id"].clone();
    let with_bot = |id: &str| Change { bot: Some(id.parse().unwrap()), ..Change::default() };
    it.alter(|_| with_bot(&draft)).await;
    it.is(&[("bot", "failed")]).await;
    it.alter(|_| with_bot(published.as_str().unwrap())).await;
    it.change(json!({ "settings": { "recipients": { "mode": "only", "numbers": ["+4915123456789"] } } }))
        .await;
    it.is(&[("recipients", "unknown")]).await;
    let template = json!({ "name": "reopen", "language": "en", "parameters": ["{contact.name}"] });
    let alerts = json!({ "enabled": true, "emails": ["ops@example.com"] });
    let settings =
        json!({ "template": template, "error_alerts": alerts, "recipients": { "mode": "everyone" } });
    it.change(json!({ "settings": settings })).await;
    let path = format!("/integrations/{}/templates/sync", it.id);
    assert_eq!(it.site.post(&it.ana, &path, json!({})).await.status, 200);
    it.is(&[("template", "ok"), ("alert_mail", "ok"), ("recipients", "ok")]).await;
    it.meta(|meta| meta.templates[0].status = "PAUSED".into());
    assert_eq!(it.site.post(&it.ana, &path, json!({})).await.status, 200);
    it.is(&[("template", "failed")]).await;
    // It was changed at Meta: the value that was saved is not enough any more.
    it.meta(|meta| meta.templates[0].components[0]["text"] = json!("{{1}} and {{2}}"));
    assert_eq!(it.site.post(&it.ana, &path, json!({})).await.status, 200);
    it.is(&[("template", "failed")]).await;
    it.meta(|_| ());
    it.site.post(&it.ana, &path, json!({})).await;
    // The mail server takes no mail for that address.
    it.inbox.refuse(Some("550 no such person"));
    let app = &it.site.server.app;
    let event = chasqui_model::event::Event {
        id: app.clock.id(),
        account: it.ana.account,
        integration: Some(it.id.parse().unwrap()),
        conversation: None,
        node: None,
        severity: chasqui_model::event::Severity::Error,
        code: "message_not_sent".into(),
        graph_code: None,
        notice: chasqui_model::notice::Notice::MessageNotSent { why: chasqui_model::reason::Reason::GivenUp },
        at: app.clock.now(),
    };
    app.store.add_events(&[event]).await.unwrap();
    for _ in 0..400 {
        let found = it.diagnose().await["alert_mail"].clone();
        if found["outcome"] == "failed" {
            assert!(found["detail"].as_str().unwrap().contains("550"), "{found}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the refused mail was not seen");
}

/// A dead token holds what is to go out.
async fn of_the_queue(it: &mut Bench) {
    it.meta(|meta| meta.tokens[0].revoked = true);
    let petra = it.site.meta.contact("Berta", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    for _ in 0..200 {
        if it.diagnose().await["queue"]["outcome"] == "failed" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nothing was held");
}
