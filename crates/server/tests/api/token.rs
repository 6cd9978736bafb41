//! A number's credentials and its token: checked, renewed, announced, changed while messages go out.

use std::time::Duration;

use chasqui_simulator::{FaultKind, FaultSpec, TokenSpec, harness};
use reqwest::Method;
use serde_json::{Value, json};

use crate::care::{DAY, alter, check, codes, diagnosed, kept};
use crate::site::{Site, form};

fn token(text: &str, expires_in: Option<u64>) -> TokenSpec {
    let kind = if expires_in.is_some() { "USER" } else { "SYSTEM_USER" };
    TokenSpec { token: text.into(), kind: kind.into(), expires_in, scopes: vec![], revoked: false }
}

/// A business whose token ends.
pub fn ending(seconds: u64) -> chasqui_simulator::BusinessSpec {
    let mut business = harness::business();
    business.tokens = vec![token(harness::TOKEN, Some(seconds))];
    business
}

#[tokio::test]
async fn credentials_are_checked_before_anything_is_saved() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let credentials = form("x")["credentials"].clone();
    let good = site.post(&ana, "/integrations/check", json!({ "credentials": credentials })).await;
    assert_eq!(good.status, 200, "{good:?}");
    assert_eq!(good.body["verified_name"], "Alpaca & Oak");
    assert_eq!((&good.body["token_kind"], &good.body["expires_at"]), (&json!("system_user"), &Value::Null));
    assert_eq!((&good.body["missing_scopes"], &good.body["warning"]), (&json!([]), &Value::Null));
    assert!(!good.body.to_string().contains(harness::TOKEN));
    let mut wrong = credentials.clone();
    wrong["access_token"] = json!("EAAwrong");
    let refused = site.post(&ana, "/integrations/check", json!({ "credentials": wrong })).await;
    assert_eq!(refused.pointers(), ["/credentials/access_token"]);
    let mut business = harness::business();
    business.tokens[0].scopes = vec!["whatsapp_business_messaging".into()];
    site.meta.create_business(business);
    let lacking = site.post(&ana, "/integrations/check", json!({ "credentials": credentials })).await;
    assert_eq!(lacking.body["missing_scopes"], json!(["whatsapp_business_management"]));
    assert!(lacking.body["warning"].as_str().unwrap().contains("whatsapp_business_management"));
    assert_eq!(site.get(&ana, "/integrations").await.body["items"], json!([]));
    let stranger = site.owner().await;
    let id = site.connected(&ana).await;
    let other = json!({ "integration_id": id });
    site.post(&stranger, "/integrations/check", other).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_token_that_will_end_is_renewed_in_time() {
    let site = Site::start().await;
    let ana = site.owner().await;
    site.meta.create_business(ending(20 * 86_400));
    let id = site.connected(&ana).await;
    site.meta.create_business(ending(20 * 86_400));
    let now = site.server.app.clock.now();
    alter(&site, &ana, &id, |it| {
        it.access_token = chasqui_model::secret::Secret::new(harness::TOKEN);
        it.token.expires_at = Some(now.after(DAY * 20));
    })
    .await;
    site.server.app.runtime.look_after().await;
    let it = kept(&site, &ana, &id).await;
    assert_ne!(it.credentials.access_token.expose(), harness::TOKEN);
    let left = it.credentials.token.expires_at.unwrap().since(site.server.app.clock.now());
    assert!(left > DAY * 50, "{left:?}");
    assert!(!codes(&site, &ana).await.contains(&"token_ends_soon".to_owned()));
}

#[tokio::test]
async fn the_end_of_a_token_is_announced_and_a_new_one_ends_the_incident() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let now = site.server.app.clock.now();
    // It cannot be renewed.
    let refuses = FaultKind { code: Some(100), ..FaultKind::default() };
    let fault = FaultSpec {
        route: "token".into(),
        phone_number_id: None,
        fault: refuses,
        times: None,
        seconds: None,
        every: None,
    };
    let fault = site.meta.add_fault(fault);
    for (days, marks) in [(13, 1), (12, 1), (6, 2), (3, 3), (1, 4)] {
        alter(&site, &ana, &id, |it| it.token.expires_at = Some(now.after(DAY * days))).await;
        let count =
            || async { codes(&site, &ana).await.iter().filter(|code| *code == "token_ends_soon").count() };
        // Saving the same token again does not start over.
        site.server.app.runtime.look_after().await;
        site.server.app.runtime.look_after().await;
        assert_eq!(count().await, marks, "{days} days before the end");
    }
    let it = site.get(&ana, &format!("/integrations/{id}")).await;
    assert_eq!(it.body["health"], "warning", "{it:?}");
    alter(&site, &ana, &id, |it| it.token.expires_at = Some(now.before(DAY))).await;
    site.server.app.runtime.look_after().await;
    assert!(codes(&site, &ana).await.contains(&"token_ended".to_owned()));
    let path = format!("/integrations/{id}");
    assert_eq!(site.get(&ana, &path).await.body["health"], "failing");
    let mut business = harness::business();
    business.tokens.push(token("EAAfresh", None));
    site.meta.create_business(business);
    site.http.delete(format!("{}/_sim/faults/{fault}", site.meta.url())).send().await.unwrap();
    let fresh = json!({ "credentials": { "access_token": "EAAfresh" } });
    let saved = site.call(&ana, Method::PATCH, &path, Some(fresh)).await;
    assert_eq!(
        (&saved.body["health"], &saved.body["health_reason"]),
        (&json!("ok"), &Value::Null),
        "{saved:?}"
    );
    let all = codes(&site, &ana).await;
    assert!(all.contains(&"token_renewed".to_owned()) && all.contains(&"number_works_again".to_owned()));
}

#[tokio::test]
async fn a_dead_token_holds_replies_and_a_new_one_releases_them() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let mut business = harness::business().with_callback(&site.callback(&id));
    business.tokens =
        vec![TokenSpec { revoked: true, ..token(harness::TOKEN, None) }, token("EAAfresh", None)];
    site.meta.create_business(business);
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    let path = format!("/integrations/{id}");
    let failing = async || {
        let it = site.get(&ana, &path).await.body;
        it["health"] == "failing" && it["held"] == 1
    };
    for _ in 0..500 {
        if failing().await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let it = site.get(&ana, &path).await;
    assert_eq!((&it.body["health"], &it.body["held"]), (&json!("failing"), &json!(1)), "{it:?}");
    let found = diagnosed(&site, &ana, &id).await;
    assert_eq!(check(&found, "credentials"), ("failed", Some("enter_token")));
    assert_eq!(check(&found, "queue").0, "failed");
    let fresh = json!({ "credentials": { "access_token": "EAAfresh" } });
    let saved = site.call(&ana, Method::PATCH, &path, Some(fresh)).await;
    assert_eq!(saved.body["health"], "ok", "{saved:?}");
    petra.wait_for(1, Duration::from_secs(10)).await.unwrap();
    assert_eq!(site.get(&ana, &path).await.body["held"], 0);
}

#[tokio::test]
async fn a_token_is_changed_while_messages_go_out_and_none_is_lost() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let mut business = harness::business().with_callback(&site.callback(&id));
    business.tokens.push(token("EAAfresh", None));
    site.meta.create_business(business);
    let people: Vec<_> =
        (0..20).map(|n| site.meta.contact(&format!("P{n}"), harness::NUMBER).unwrap()).collect();
    for one in &people {
        one.says("hi").unwrap();
    }
    let fresh = json!({ "credentials": { "access_token": "EAAfresh" } });
    let saved = site.call(&ana, Method::PATCH, &format!("/integrations/{id}"), Some(fresh)).await;
    assert_eq!(saved.status, 200, "{saved:?}");
    for one in &people {
        one.wait_for(1, Duration::from_secs(15)).await.unwrap();
    }
    assert_eq!(site.meta.sends(), (20, 0), "taken and refused");
}
