//! Callbacks and their handshake.

use chasqui_model::secret::Secret;
use chasqui_simulator::harness::{self, APP, NUMBER, SECRET};
use chasqui_whatsapp::client::{App, CallError};
use chasqui_whatsapp::webhook::{News, Update};
use serde_json::json;

use crate::rig::{Hook, Rig, VERIFY, WAIT, eventually, version};

async fn rig() -> (Rig, App) {
    let rig = Rig::with(Hook::start().await, harness::business()).await;
    let app = rig.client.app(version(), APP, &Secret::new(SECRET)).unwrap();
    (rig, app)
}

fn code(outcome: Result<(), CallError>) -> Option<i64> {
    outcome.err().and_then(|error| error.graph().and_then(|error| error.code))
}

#[tokio::test]
async fn the_whole_set_up_makes_messages_arrive() {
    let (rig, app) = rig().await;
    let (client, number, url) = (&rig.client, &rig.number, rig.hook.url.clone());
    assert_eq!(code(client.override_number(number, &url, VERIFY).await), Some(100), "subscribe first");
    assert_eq!(code(client.override_account(number, &url, VERIFY).await), Some(100), "subscribe first");
    client.subscribe(&app, &url, VERIFY, &["messages", "account_update"]).await.unwrap();
    let subscriptions = client.subscriptions(&app).await.unwrap();
    assert_eq!((&*subscriptions[0].callback_url, &*subscriptions[0].fields[1]), (&*url, "account_update"));
    assert_eq!(client.subscribed_apps(number).await.unwrap(), []);
    client.subscribe_app(number).await.unwrap();
    assert_eq!(client.subscribed_apps(number).await.unwrap()[0].id, APP);

    let ana = rig.ana().await;
    assert_eq!(rig.hook.words(), ["hi"]);

    let other = Hook::start().await;
    client.override_number(number, &other.url, VERIFY).await.unwrap();
    ana.says("there").unwrap();
    ana.settles(WAIT).await.unwrap();
    assert_eq!(other.words(), ["there"]);
    let account =
        json!({"phone_number_id": NUMBER, "field": "account_update", "value": {"event": "VERIFIED_ACCOUNT"}});
    assert_eq!(rig.post("/_sim/webhook", &account).await.0, 202);
    let is_account = |update: &Update| matches!(update, Update::News { news: News::Account(_), .. });
    eventually("account fields go to the app", || rig.hook.updates().iter().any(is_account)).await;
    assert!(!other.updates().iter().any(is_account));

    client.override_account(number, &other.url, VERIFY).await.unwrap();
    let overridden = client.subscribed_apps(number).await.unwrap();
    assert_eq!(overridden[0].override_callback_uri.as_deref(), Some(&*other.url));
    client.override_number(number, "", "").await.unwrap();
    client.subscribe_app(number).await.unwrap();
    rig.hook.forget();
    ana.says("back").unwrap();
    ana.settles(WAIT).await.unwrap();
    assert_eq!(rig.hook.words(), ["back"]);

    client.unsubscribe_app(number).await.unwrap();
    ana.says("lost").unwrap();
    ana.settles(WAIT).await.unwrap();
    assert_eq!(rig.hook.words(), ["back"]);
    client.unsubscribe(&app).await.unwrap();
    assert_eq!(client.subscriptions(&app).await.unwrap(), []);
}

#[tokio::test]
async fn a_handshake_that_fails_says_why() {
    let (rig, app) = rig().await;
    let why = async |url: &str, token: &str| {
        let error = rig.client.subscribe(&app, url, token, &["messages"]).await.unwrap_err();
        let error = error.graph().unwrap().clone();
        assert_eq!(error.code, Some(2200));
        error.title.unwrap()
    };
    assert!(
        why(&rig.hook.url, "wrong token").await.contains("HTTP Status Code = 403; HTTP Message = Forbidden")
    );
    assert!(why("http://127.0.0.1:1/", VERIFY).await.contains("connect"));
    *rig.hook.challenge.lock().unwrap() = Some("\"1158201444\"");
    assert!(why(&rig.hook.url, VERIFY).await.contains("does not match challenge"));
}

#[tokio::test]
async fn callbacks_have_their_limits() {
    let (rig, app) = rig().await;
    rig.client.subscribe(&app, &rig.hook.url, VERIFY, &["messages"]).await.unwrap();
    rig.client.subscribe_app(&rig.number).await.unwrap();
    let long = format!("{}?{}", rig.hook.url, "x".repeat(200));
    assert_eq!(code(rig.client.override_account(&rig.number, &long, VERIFY).await), Some(100));
    // A plus sign in the path arrives as a space.
    let plus = rig.hook.url.replace("/hook", "/a+b");
    rig.client.override_account(&rig.number, &plus, VERIFY).await.unwrap();
    let ana = rig.ana().await;
    assert_eq!((rig.hook.words().len(), ana.transcript().len()), (1, 0));
}

#[tokio::test]
async fn an_app_cannot_be_changed_with_a_persons_token() {
    let (rig, _) = rig().await;
    let url = rig.url(&format!("/v21.0/{APP}/subscriptions"));
    let answer = rig.http.get(url).bearer_auth(harness::TOKEN).query(&[("appsecret_proof", proof())]);
    let answer: serde_json::Value = answer.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["error"]["code"], 104);
}

fn proof() -> String {
    chasqui_whatsapp::signature::appsecret_proof(&Secret::new(SECRET), &Secret::new(harness::TOKEN))
}
