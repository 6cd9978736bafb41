//! What an integration is said to be is what Meta was asked about and answered: in the list, on its page, in Diagnose and in
//! the log alike.

use std::time::Duration;

use chasqui_simulator::{FaultKind, FaultSpec, harness};
use reqwest::Method;
use serde_json::{Value, json};

use crate::care::{check, codes, diagnosed, kept};
use crate::site::{Person, Site, answer, form};

/// The same in the list and alone.
async fn shown(site: &Site, ana: &Person, id: &str) -> Value {
    let one = site.get(ana, &format!("/integrations/{id}")).await.body;
    let list = site.get(ana, "/integrations").await.body;
    let listed = list["items"].as_array().unwrap().iter().find(|it| it["id"] == one["id"]).unwrap();
    // Between the two answers a count may have gone up.
    let said =
        |it: &Value| (it["credentials"].clone(), it["phone"].clone(), it["webhook"]["callback_url"].clone());
    assert_eq!(said(listed), said(&one), "the list says the same");
    if listed["health"] != one["health"] || listed["webhook"]["state"] != one["webhook"]["state"] {
        return Box::pin(shown(site, ana, id)).await;
    }
    one
}

async fn until(mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..800 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came to hold");
}

fn fault(site: &Site, route: &str, fault: FaultKind) -> String {
    let route = route.to_owned();
    site.meta.add_fault(FaultSpec {
        route,
        phone_number_id: None,
        fault,
        times: None,
        seconds: None,
        every: None,
    })
}

async fn fault_ends(site: &Site, fault: &str) {
    site.http.delete(format!("{}/_sim/faults/{fault}", site.meta.url())).send().await.unwrap();
}

async fn ask(site: &Site, id: &str, token: &str) -> u16 {
    let query = format!("hub.mode=subscribe&hub.verify_token={token}&hub.challenge=1");
    answer(site.http.get(format!("{}?{query}", site.callback(id)))).await.status.as_u16()
}

#[tokio::test]
async fn a_number_that_was_never_connected_is_a_warning_everywhere() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    let made = site.post(&ana, "/integrations", form(&bot)).await;
    assert_eq!(
        (&made.body["health"], &made.body["webhook"]["state"]),
        (&json!("warning"), &json!("unknown"))
    );
    let id = made.id();
    let said = shown(&site, &ana, &id).await;
    assert!(said["health_reason"].as_str().unwrap().contains("not connected"), "{said}");
    // Meta is asked: the card says what Diagnose says.
    let found = diagnosed(&site, &ana, &id).await;
    assert_eq!(check(&found, "callback"), ("failed", Some("connect_webhook")));
    let said = shown(&site, &ana, &id).await;
    assert_eq!(
        (&said["health"], &said["webhook"]["state"]),
        (&json!("warning"), &json!("nowhere")),
        "{said}"
    );
    assert!(said["webhook"]["said_at"].is_string());
    let drift = |code: &String| code.starts_with("webhook_");
    assert!(!codes(&site, &ana).await.iter().any(drift), "there was nothing to drift from");
    site.server.app.runtime.look_after().await;
    assert_eq!(shown(&site, &ana, &id).await["health"], "warning");
    // Connected, all say so at once.
    let done = site.post(&ana, &format!("/integrations/{id}/register_webhook"), json!({})).await;
    let it = &done.body["integration"];
    assert_eq!((&it["health"], &it["webhook"]["state"]), (&json!("ok"), &json!("here")), "{it}");
    assert_eq!(shown(&site, &ana, &id).await["health"], "ok");
    assert!(!codes(&site, &ana).await.iter().any(drift), "it did not come back: it came");
}

#[tokio::test]
async fn a_number_that_was_saved_unasked_is_ok_only_after_meta_answered() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    let id = site.post(&ana, "/integrations?check=false", form(&bot)).await.id();
    assert_eq!(shown(&site, &ana, &id).await["health"], "unchecked");
    // Meta does not answer: nothing is known.
    let fault = fault(&site, "*", FaultKind { http: Some(503), ..FaultKind::default() });
    site.server.app.runtime.look_after().await;
    let said = shown(&site, &ana, &id).await;
    assert_eq!(
        (&said["health"], &said["webhook"]["state"]),
        (&json!("unchecked"), &json!("unknown")),
        "{said}"
    );
    fault_ends(&site, &fault).await;
    diagnosed(&site, &ana, &id).await;
    assert_eq!(shown(&site, &ana, &id).await["health"], "warning", "asked, and not connected");
    site.post(&ana, &format!("/integrations/{id}/register_webhook"), json!({})).await;
    assert_eq!(shown(&site, &ana, &id).await["health"], "ok");
}

#[tokio::test]
async fn a_delivery_shows_that_meta_delivers_here() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    assert_eq!(shown(&site, &ana, &id).await["health"], "warning");
    site.meta.contact("Petra", harness::NUMBER).unwrap().says("hi").unwrap();
    until(async || shown(&site, &ana, &id).await["health"] == "ok").await;
    assert_eq!(shown(&site, &ana, &id).await["webhook"]["state"], "here");
}

#[tokio::test]
async fn a_wrong_verify_token_is_seen_and_told_once() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    let id = site.post(&ana, "/integrations", form(&bot)).await.id();
    assert_eq!(shown(&site, &ana, &id).await["webhook"]["wrong_token_at"], Value::Null);
    for n in 0..8 {
        assert_eq!(ask(&site, &id, &format!("typed-by-somebody-{n}")).await, 403);
    }
    until(async || shown(&site, &ana, &id).await["webhook"]["wrong_token_at"].is_string()).await;
    let told = async || codes(&site, &ana).await.iter().filter(|it| *it == "verify_token_wrong").count();
    until(async || told().await > 0).await;
    assert_eq!(told().await, 1, "eight tries write one line");
    let found = diagnosed(&site, &ana, &id).await;
    let verified =
        found.body["checks"].as_array().unwrap().iter().find(|it| it["check"] == "verified").unwrap();
    assert_eq!(verified["outcome"], "failed");
    assert!(verified["detail"].as_str().unwrap().contains("another verify token"), "{verified}");
    let everything = format!(
        "{}{}",
        site.get(&ana, "/events").await.body,
        site.get(&ana, &format!("/integrations/{id}")).await.body
    );
    assert!(!everything.contains("typed-by-somebody"), "what was sent is kept nowhere");
    // Integrations that are not there are nobody's, and nothing without a token is a try.
    assert_eq!(ask(&site, "int_00000000000000000000000000000000", "x").await, 403);
    // The right one ends it.
    assert_eq!(ask(&site, &id, "a-long-random-string").await, 200);
    until(async || shown(&site, &ana, &id).await["webhook"]["wrong_token_at"].is_null()).await;
    assert!(codes(&site, &ana).await.contains(&"webhook_verified".to_owned()));
    assert_eq!(check(&diagnosed(&site, &ana, &id).await, "verified").0, "ok");
    // And the next wrong one is told anew.
    assert_eq!(ask(&site, &id, "typed-by-somebody-else").await, 403);
    until(async || told().await == 2).await;
}

#[tokio::test]
async fn a_call_without_a_token_is_no_wrong_token() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    for query in
        ["", "hub.mode=subscribe&hub.challenge=1", "hub.mode=unsubscribe&hub.verify_token=x&hub.challenge=1"]
    {
        let asked = answer(site.http.get(format!("{}?{query}", site.callback(&id)))).await;
        assert_eq!(asked.status, 403);
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(kept(&site, &ana, &id).await.watch.wrong_verify_at.is_none());
}

#[tokio::test]
async fn a_token_that_was_refused_heals_when_a_check_passes() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let fault = fault(&site, "messages", FaultKind { code: Some(190), ..FaultKind::default() });
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    until(async || shown(&site, &ana, &id).await["health"] == "failing").await;
    fault_ends(&site, &fault).await;
    let found = diagnosed(&site, &ana, &id).await;
    assert_eq!(check(&found, "credentials").0, "ok");
    assert_eq!(shown(&site, &ana, &id).await["health"], "ok", "a check passed");
    petra.wait_for(1, Duration::from_secs(10)).await.unwrap();
    assert_eq!(shown(&site, &ana, &id).await["held"], 0);
    assert!(codes(&site, &ana).await.contains(&"number_works_again".to_owned()));
}

#[tokio::test]
async fn what_is_judged_beforehand_is_what_making_it_refuses() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    let judged = async |body: &Value, query: &str| {
        let answer = site.post(&ana, &format!("/integrations/validate{query}"), body.clone()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["errors"].clone()
    };
    assert_eq!(judged(&form(&bot), "").await, json!([]));
    let mut wrong = vec![json!({}), json!({ "type": "sms", "managed": true })];
    for settings in [
        json!({ "recipients": { "mode": "only", "numbers": ["+4915123456789", "12"] } }),
        json!({ "recipients": { "mode": "only", "numbers": [] } }),
        json!({ "error_alerts": { "enabled": true, "emails": ["a@b.example", "nobody"] } }),
        json!({ "error_alerts": { "quiet_hours": { "from": 5, "to": 5 } } }),
        json!({ "expiry": { "after_seconds": 1 } }),
        json!({ "template": { "name": "No", "language": "x" } }),
        json!({ "throughput": { "messages_per_second": 0 } }),
        json!({ "time_zone": "Mars/North" }),
        json!({ "expirey": {} }),
        json!({ "expiry": { "after_seconds": "10" } }),
    ] {
        let mut body = form(&bot);
        body["settings"] = settings;
        wrong.push(body);
    }
    for body in wrong {
        let before = judged(&body, "").await;
        let refused = site.post(&ana, "/integrations?check=false", body.clone()).await;
        if refused.status == 409 {
            assert!(before.as_array().unwrap().iter().any(|it| it["pointer"] == "/managed"), "{before}");
            continue;
        }
        assert_eq!(refused.status, 422, "{body}");
        for error in refused.body["errors"].as_array().unwrap() {
            assert!(before.as_array().unwrap().contains(error), "{error} is not in {before}");
        }
    }
    assert_eq!(site.get(&ana, "/integrations").await.body["items"], json!([]), "nothing was made");
    // A number as people at home write it: of the country of the integration's own number.
    let mut local = form(&bot);
    local["settings"] = json!({ "recipients": { "mode": "only", "numbers": ["0151 23456789"] } });
    assert_eq!(judged(&local, "").await[0]["pointer"], "/settings/recipients/numbers/0");
    assert_eq!(judged(&local, "?like=%2B49%2030%20901820").await, json!([]));
    let made = site.post(&ana, "/integrations", local.clone()).await;
    let country_known = made.status == 201;
    let display =
        site.post(&ana, "/integrations/check", json!({ "credentials": local["credentials"] })).await;
    let own = display.body["display_phone_number"].as_str().unwrap().replace('+', "%2B").replace(' ', "%20");
    assert_eq!(judged(&local, &format!("?like={own}")).await == json!([]), country_known, "as Create judges");
    let builder = site.colleague(&ana, chasqui_model::account::Role::Builder).await;
    let refused = site.call(&builder, Method::POST, "/integrations/validate", Some(form(&bot))).await;
    assert_eq!(refused.status, 403);
}
