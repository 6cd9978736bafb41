//! What Meta tells and nothing acts on leaves a trace; notes find their number; a refused field stops no other.

use std::time::Duration;

use chasqui_simulator::harness;
use serde_json::{Value, json};

use crate::care::{check, diagnosed, kept};
use crate::site::{Person, Site, form};
use crate::talk::{eventually, metadata, tells};

async fn notices(site: &Site, ana: &Person) -> Vec<String> {
    let events = site.get(ana, "/events?limit=200&severity=notice").await;
    let all = events.body["items"].as_array().unwrap();
    all.iter().map(|it| it["message"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_nothing_acts_on_is_told_once_and_counted() {
    let site = Site::start().await;
    let ana = site.owner().await;
    site.connected(&ana).await;
    let call = |id: &str| {
        json!({ "messaging_product": "whatsapp", "metadata": metadata(), "calls": [{ "id": id, "from": "4917600000002",
            "event": "terminate", "direction": "USER_INITIATED", "timestamp": "1796002100", "status": "FAILED" }] })
    };
    for id in ["wacid.1", "wacid.2", "wacid.3"] {
        tells(&site, "calls", call(id)).await;
    }
    let group = json!({ "messaging_product": "whatsapp", "metadata": metadata(),
        "groups": [{ "timestamp": "1796001000", "group_id": "GRP", "type": "group_create", "subject": "Garden club" }] });
    tells(&site, "group_lifecycle_update", group).await;
    tells(
        &site,
        "account_settings_update",
        json!({ "type": "PHONE_NUMBER_SETTINGS",
        "phone_number_settings": { "phone_number_id": harness::NUMBER, "calling": {} } }),
    )
    .await;
    tells(
        &site,
        "messages",
        json!({ "metadata": metadata(), "errors": [{ "code": 130_429, "title": "Rate limit hit" }] }),
    )
    .await;
    tells(&site, "weather", json!({ "metadata": metadata(), "wind": 3 })).await;
    let told = |body: &Value| {
        let all = body["items"].as_array().unwrap();
        let has = |words: &str| {
            all.iter().filter(|it| it["message"].as_str().unwrap().contains(words)).count() == 1
        };
        has("It came 3 times")
            && has("group_create in the webhook field group_lifecycle_update")
            && has("PHONE_NUMBER_SETTINGS")
            && has("Rate limit hit (error 130429)")
            && has("webhook field weather")
    };
    eventually(&site, &ana, "/events?limit=50", told).await;
    let all = site.get(&ana, "/events?limit=50").await;
    let calls: Vec<_> =
        all.body["items"].as_array().unwrap().iter().filter(|it| it["code"] == "missed_call").collect();
    assert_eq!((calls.len(), &calls[0]["severity"]), (1, &json!("notice")));
    assert!(!all.body.to_string().contains("4917600000002"), "no number of a person");
    assert!(site.get(&ana, "/conversations").await.body["items"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn notes_find_a_number_that_was_saved_unchecked() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    let made = site.post(&ana, "/integrations?check=false", form(&bot)).await;
    let id = made.id();
    site.meta.create_business(harness::business().with_callback(&site.callback(&id)));
    let path = format!("/integrations/{id}");
    assert_eq!(site.get(&ana, &path).await.body["phone"]["display_phone_number"], Value::Null, "{made:?}");
    let note = |event: &str| json!({ "display_phone_number": "15550783881", "event": event });
    tells(&site, "security", note("PIN_CHANGED")).await;
    tells(&site, "account_alerts", json!({ "entity_type": "PHONE_NUMBER", "entity_id": harness::NUMBER,
        "alert_info": { "alert_severity": "WARNING", "alert_type": "OBA_REJECTED", "alert_description": "Not notable." } })).await;
    let told = |body: &Value| {
        let all = body["items"].as_array().unwrap();
        ["number_security", "account_alert"].iter().all(|code| all.iter().any(|it| it["code"] == *code))
    };
    eventually(&site, &ana, &format!("{path}/events?limit=50"), told).await;
    // A message tells the number itself; from then on notes about another number are nobody's.
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    petra.wait_for(1, Duration::from_secs(10)).await.unwrap();
    let known = |body: &Value| body["phone"]["display_phone_number"].is_string();
    eventually(&site, &ana, &path, known).await;
    tells(&site, "security", json!({ "display_phone_number": "4900000", "event": "PIN_REQUEST_SUCCESS" }))
        .await;
    tells(&site, "security", note("PIN_RESET_REQUEST")).await;
    let mine = |body: &Value| body.to_string().contains("PIN_RESET_REQUEST");
    let events = eventually(&site, &ana, &format!("{path}/events?limit=50"), mine).await;
    assert!(!events.body.to_string().contains("PIN_REQUEST_SUCCESS"));
}

#[tokio::test]
async fn a_field_that_meta_refuses_stops_no_other() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    site.meta.create_business(harness::business());
    site.meta.set(|it| it.refused_fields = vec!["standby".into(), "history".into()]);
    let id = site.post(&ana, "/integrations", form(&bot)).await.id();
    let connected = site.post(&ana, &format!("/integrations/{id}/register_webhook"), json!({})).await;
    let step = &connected.body["steps"][0];
    assert_eq!(
        (&step["outcome"], &step["detail"]),
        (&json!("without"), &json!("standby, history")),
        "{connected:?}"
    );
    assert_eq!(connected.body["steps"].as_array().unwrap().len(), 3, "the other steps follow");
    let fields = kept(&site, &ana, &id).await.watch.fields.unwrap();
    assert!(
        fields.iter().any(|it| it == "messages")
            && fields.iter().any(|it| it == "calls")
            && fields.len() == 23
    );
    assert!(
        notices(&site, &ana)
            .await
            .iter()
            .any(|it| it.contains("refused the webhook fields standby, history"))
    );
    let found = diagnosed(&site, &ana, &id).await;
    assert_eq!(check(&found, "messages_field").0, "ok");
    assert!(found.body.to_string().contains("Meta refused the fields standby, history."), "{found:?}");
    // Meta takes them again, and the next click asks.
    site.meta.set(|it| it.refused_fields.clear());
    let again = site.post(&ana, &format!("/integrations/{id}/register_webhook"), json!({})).await;
    assert_eq!(again.body["steps"][0]["outcome"], "done");
    assert!(!diagnosed(&site, &ana, &id).await.body.to_string().contains("refused the fields"));
    let third = site.post(&ana, &format!("/integrations/{id}/register_webhook"), json!({})).await;
    assert_eq!(third.body["steps"][0]["outcome"], "already");
}
