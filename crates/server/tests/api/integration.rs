use std::time::Duration;

use chasqui_model::secret::Secret;
use chasqui_simulator::{TokenSpec, harness};
use reqwest::Method;
use serde_json::{Value, json};

use crate::site::{Site, answer, form};

fn with(bot: &str, pointer: &str, value: Value) -> Value {
    let mut form = form(bot);
    *form.pointer_mut(pointer).unwrap() = value;
    form
}

#[tokio::test]
async fn a_new_integration_shows_what_meta_says_and_no_secret() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    let made = site.post(&ana, "/integrations", form(&bot)).await;
    assert_eq!(made.status, 201, "{made:?}");
    let it = &made.body;
    assert_eq!(
        (&it["health"], &it["active"], &it["name"]),
        (&json!("warning"), &json!(true), &json!("Main line")),
        "Meta does not deliver here yet"
    );
    assert_eq!(it["bot"], json!({ "id": bot, "name": "Menu", "version": 1 }));
    assert_eq!(it["phone"]["verified_name"], "Alpaca & Oak");
    assert_eq!(it["credentials"]["app_secret_last4"], "cdef");
    assert_eq!(it["credentials"]["token"]["kind"], "system_user");
    assert_eq!(it["webhook"]["callback_url"], site.callback(&made.id()));
    assert_eq!(it["hours"].as_array().unwrap().len(), 24);
    let text = it.to_string();
    for secret in [harness::SECRET, harness::TOKEN, "a-long-random-string"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert_eq!(site.get(&ana, "/integrations").await.body["items"], json!([it]));
    assert_eq!(&site.get(&ana, &format!("/integrations/{}", made.id())).await.body, it);
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let empty = site.post(&ana, "/integrations", json!({})).await;
    let needed = [
        "/bot_id",
        "/credentials/business_account_id",
        "/credentials/phone_number_id",
        "/credentials/app_id",
        "/credentials/app_secret",
        "/credentials/access_token",
        "/credentials/verify_token",
    ];
    assert_eq!(empty.pointers(), needed);
    let unpublished = site.post(&ana, "/bots", json!({ "name": "Draft" })).await.id();
    let refused = site.post(&ana, "/integrations", form(&unpublished)).await;
    assert_eq!(
        (refused.pointers(), &refused.body["errors"][0]["code"]),
        (vec!["/bot_id"], &json!("not_published"))
    );
    let foreign = site.published(&site.owner().await).await;
    let refused = site.post(&ana, "/integrations", form(&foreign)).await;
    assert_eq!(
        (refused.pointers(), &refused.body["errors"][0]["code"]),
        (vec!["/bot_id"], &json!("unknown"))
    );
    let bot = site.published(&ana).await;
    for (pointer, value) in [
        ("/credentials/phone_number_id", json!("12 34")),
        ("/credentials/app_secret", json!("not hex")),
        ("/credentials/verify_token", json!("short")),
        ("/name", json!("x".repeat(81))),
        ("/type", json!("telegram")),
    ] {
        let refused = site.post(&ana, "/integrations", with(&bot, pointer, value)).await;
        refused.is_problem(422, "invalid");
        assert_eq!(refused.pointers(), [pointer]);
    }
    let mut wrong = form(&bot);
    wrong["settings"] = json!({ "expiry": { "enabled": true, "after_seconds": 5 } });
    assert_eq!(site.post(&ana, "/integrations", wrong).await.pointers(), ["/settings/expiry/after_seconds"]);
}

#[tokio::test]
async fn meta_is_asked_and_its_refusal_names_the_field() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    for (pointer, value) in [
        ("/credentials/access_token", json!("EAAwrong")),
        ("/credentials/app_secret", json!("ffffffffffffffffffffffffffffffff")),
        ("/credentials/phone_number_id", json!("999999999999999")),
        ("/credentials/business_account_id", json!("888888888888888")),
    ] {
        let refused = site.post(&ana, "/integrations", with(&bot, pointer, value.clone())).await;
        assert_eq!(refused.pointers(), [pointer], "{refused:?}");
        let mut unasked = with(&bot, pointer, value);
        unasked["active"] = json!(false);
        unasked["credentials"]["verify_token"] = json!(format!("verify-token-{pointer}"));
        let saved = site.post(&ana, "/integrations?check=false", unasked).await;
        assert_eq!((saved.status.as_u16(), &saved.body["health"]), (201, &json!("unchecked")), "{saved:?}");
    }
}

#[tokio::test]
async fn a_short_lived_token_is_exchanged() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let mut business = harness::business();
    let (expires_in, scopes) = (Some(3600), Vec::new());
    business.tokens = vec![TokenSpec {
        token: harness::TOKEN.into(),
        kind: "USER".into(),
        expires_in,
        scopes,
        revoked: false,
    }];
    site.meta.create_business(business);
    let bot = site.published(&ana).await;
    let made = site.post(&ana, "/integrations", form(&bot)).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.body["credentials"]["token"]["kind"], "long_lived");
    let id = made.id().parse().unwrap();
    let kept = site.server.app.store.integration(ana.account, id).await.unwrap().unwrap();
    assert_ne!(kept.credentials.access_token.expose(), harness::TOKEN);
    let lives = kept.credentials.token.expires_at.unwrap().since(site.server.app.clock.now());
    assert!(lives > Duration::from_hours(50 * 24), "{lives:?}");
}

#[tokio::test]
async fn a_number_has_one_active_integration_in_the_whole_installation() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let first = site.connected(&ana).await;
    let other = site.owner().await;
    let bot = site.published(&other).await;
    let refused = site.post(&other, "/integrations", form(&bot)).await;
    assert_eq!(refused.pointers(), ["/credentials/phone_number_id"]);
    assert!(!refused.body.to_string().contains(&first));
    let waiting = site.post(&other, "/integrations", with(&bot, "/active", json!(false))).await;
    assert_eq!(waiting.status, 201, "{waiting:?}");
    let activate = format!("/integrations/{}/activate", waiting.id());
    site.post(&other, &activate, json!({})).await.is_problem(409, "number_in_use");
    let off = site.post(&ana, &format!("/integrations/{first}/deactivate"), json!({})).await;
    assert_eq!(off.body["active"], false);
    assert_eq!(site.post(&other, &activate, json!({})).await.body["active"], true);
}

#[tokio::test]
async fn a_verify_token_belongs_to_one_integration_of_an_account() {
    let site = Site::start().await;
    let ana = site.owner().await;
    site.connected(&ana).await;
    let bot = site.published(&ana).await;
    let refused = site.post(&ana, "/integrations", with(&bot, "/active", json!(false))).await;
    assert_eq!(refused.pointers(), ["/credentials/verify_token"]);
}

#[tokio::test]
async fn a_change_keeps_what_it_does_not_name() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let path = format!("/integrations/{id}");
    let change = json!({ "name": "Desk", "settings": { "recipients": { "mode": "only", "numbers": ["+49 151 23456789"] } } });
    let changed = site.call(&ana, Method::PATCH, &path, Some(change)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(changed.body["settings"]["recipients"]["numbers"], json!(["+4915123456789"]));
    assert_eq!(changed.body["credentials"]["app_secret_last4"], "cdef");
    assert_eq!(changed.body["health"], "warning", "nothing was connected");
    let refused = json!({ "credentials": { "access_token": "EAAwrong" } });
    let refused = site.call(&ana, Method::PATCH, &path, Some(refused)).await;
    assert_eq!(refused.pointers(), ["/credentials/access_token"]);
    let typo = site.call(&ana, Method::PATCH, &path, Some(json!({ "settings": { "expirey": {} } }))).await;
    typo.is_problem(422, "invalid");
    let nameless = site.call(&ana, Method::PATCH, &path, Some(json!({ "name": null }))).await;
    assert_eq!(
        (&nameless.body["name"], &nameless.body["settings"]),
        (&Value::Null, &changed.body["settings"])
    );
    let stranger = site.owner().await;
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        let body = (method == Method::PATCH).then(|| json!({ "name": "Mine" }));
        site.call(&stranger, method, &path, body).await.is_problem(404, "not_found");
    }
    for path in ["activate", "deactivate"] {
        site.post(&stranger, &format!("/integrations/{id}/{path}"), json!({}))
            .await
            .is_problem(404, "not_found");
    }
    site.get(&stranger, &format!("/integrations/{id}/events")).await.is_problem(404, "not_found");
    assert_eq!(site.get(&ana, &format!("/integrations/{id}/events")).await.status, 200);
    let audit = site.server.app.store.list_audit(ana.account, None, None, 50).await.unwrap();
    let actions: Vec<&str> = audit.iter().map(|it| it.entry.action.as_str()).collect();
    assert_eq!(actions[..3], ["integration.change", "integration.change", "integration.create"]);
    assert!(audit.iter().all(|it| !it.entry.detail.contains(harness::SECRET)));
}

#[tokio::test]
async fn whoever_meta_answers_to_gets_the_number_that_somebody_only_claims() {
    let site = Site::start().await;
    let (ana, ben) = (site.owner().await, site.owner().await);
    let (hers, his) = (site.published(&ana).await, site.published(&ben).await);
    // Ben knows the number's id, and makes the rest up.
    let mut claim = form(&his);
    claim["credentials"]["app_secret"] = json!("0123456789abcdef0123456789abcde0");
    claim["credentials"]["access_token"] = json!("EAAmadeup");
    let claim = site.post(&ben, "/integrations?check=false", claim).await;
    assert_eq!((claim.status.as_u16(), &claim.body["active"]), (201, &json!(true)), "{claim:?}");
    // His own signed deliveries and his own handshake prove nothing.
    let verify = "hub.mode=subscribe&hub.verify_token=a-long-random-string&hub.challenge=1";
    let shaken = answer(site.http.get(format!("{}?{verify}", site.callback(&claim.id())))).await;
    assert_eq!(shaken.status, 200);
    let body = json!({ "object": "whatsapp_business_account", "entry": [{ "id": harness::ACCOUNT, "changes": [{
        "field": "messages", "value": { "messaging_product": "whatsapp", "metadata": { "display_phone_number": "15550783881",
            "phone_number_id": harness::NUMBER }, "statuses": [] } }] }] })
    .to_string();
    let signed = |secret: &str| chasqui_whatsapp::signature::sign(&Secret::new(secret), body.as_bytes());
    let delivers = async |id: &str, secret: &str| {
        let request = site.http.post(site.callback(id)).header("x-hub-signature-256", signed(secret));
        answer(request.body(body.clone())).await.status.as_u16()
    };
    assert_eq!(delivers(&claim.id(), "0123456789abcdef0123456789abcde0").await, 200);

    // Another who only claims gets nothing; Ana, to whom Meta answers, gets it.
    let refused = site.post(&ana, "/integrations?check=false", form(&hers)).await;
    assert_eq!(refused.pointers(), ["/credentials/phone_number_id"]);
    let made = site.post(&ana, "/integrations", form(&hers)).await;
    assert_eq!((made.status.as_u16(), &made.body["active"]), (201, &json!(true)), "{made:?}");
    let his_path = format!("/integrations/{}", claim.id());
    let shown = site.get(&ben, &his_path).await.body;
    assert_eq!(shown["active"], false, "{shown}");
    let events = site.get(&ben, "/events").await.body.to_string();
    assert!(events.contains("number_claimed") && !events.contains(&ana.email), "{events}");
    let german = site.http.get(format!("{}/api/v1/events", site.url)).bearer_auth(&ben.token);
    let german = answer(german.header("accept-language", "de")).await.body.to_string();
    assert!(german.contains("Diese Integration wurde ausgeschaltet"), "{german}");

    // Ben does not get it back, and the bot that answers is Ana's.
    site.post(&ben, &format!("{his_path}/activate"), json!({})).await.is_problem(409, "number_in_use");
    let again = site
        .call(&ben, Method::PATCH, &format!("{his_path}?check=false"), Some(json!({ "active": true })))
        .await;
    assert_eq!(again.pointers(), ["/credentials/phone_number_id"]);
    assert_eq!(delivers(&made.id(), "0123456789abcdef0123456789abcde0").await, 401);
    assert_eq!(delivers(&made.id(), harness::SECRET).await, 200);
    site.meta.create_business(harness::business().with_callback(&site.callback(&made.id())));
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    petra.wait_for(1, std::time::Duration::from_secs(10)).await.unwrap();
    assert_eq!(site.get(&ben, "/conversations").await.body["items"], json!([]));

    // Switched off and on again it is still hers, whoever claims it meanwhile.
    let path = format!("/integrations/{}", made.id());
    assert_eq!(site.post(&ana, &format!("{path}/deactivate"), json!({})).await.status, 200);
    assert_eq!(site.post(&ben, &format!("{his_path}/activate"), json!({})).await.status, 200);
    assert_eq!(site.post(&ana, &format!("{path}/activate"), json!({})).await.status, 200);
    assert_eq!(site.get(&ben, &his_path).await.body["active"], false);
}
