//! Saving works for people who make mistakes: each is refused beside its field, with why and what to do, in the language
//! of who asks; and nothing of it is saved.

use chasqui_simulator::{BusinessSpec, harness};
use reqwest::Method;
use serde_json::{Value, json};

use crate::site::{Answer, Person, Site, answer, form};

/// What a mistake is refused with: the field, the name of what is wrong, and words of both languages.
struct Refused {
    pointer: &'static str,
    code: &'static str,
    english: [&'static str; 2],
    german: [&'static str; 2],
}

async fn ask(site: &Site, who: &Person, method: &Method, path: &str, language: &str, body: &Value) -> Answer {
    let request = site.http.request(method.clone(), format!("{}/api/v1{path}", site.url));
    answer(request.bearer_auth(&who.token).header("accept-language", language).json(body)).await
}

/// The mistake is refused in both languages.
async fn refused(site: &Site, who: &Person, method: Method, path: &str, body: &Value, expected: &Refused) {
    for (language, words) in [("en-GB,en;q=0.9", expected.english), ("de-DE,de;q=0.9", expected.german)] {
        let found = ask(site, who, &method, path, language, body).await;
        found.is_problem(422, "invalid");
        assert_eq!(found.pointers(), [expected.pointer], "{found:?}");
        let error = &found.body["errors"][0];
        assert_eq!(error["code"], expected.code, "{error}");
        let message = error["message"].as_str().unwrap();
        let [why, cure] = words;
        assert!(message.contains(why) && message.contains(cure), "{language}: {message}");
        assert_eq!(found.body["detail"], error["message"]);
        assert!(!found.body.to_string().contains(harness::TOKEN));
    }
}

fn with(bot: &str, pointer: &str, value: Value) -> Value {
    let mut form = form(bot);
    *form.pointer_mut(pointer).unwrap() = value;
    form
}

const SECRET: Refused = Refused {
    pointer: "/credentials/app_secret",
    code: "refused",
    english: ["does not accept this app secret", "Copy it again"],
    german: ["nimmt dieses App-Geheimnis", "Kopieren Sie es noch einmal"],
};
const EXPIRED: Refused = Refused {
    pointer: "/credentials/access_token",
    code: "expired",
    english: ["This access token ended on 20", "Make a new one at Meta"],
    german: ["Dieses Zugriffstoken endete am 20", "Erzeugen Sie bei Meta ein neues"],
};
const UNKNOWN_TOKEN: Refused = Refused {
    pointer: "/credentials/access_token",
    code: "refused",
    english: ["does not accept this access token", "Make a new one"],
    german: ["nimmt dieses Zugriffstoken nicht an", "Erzeugen Sie ein neues"],
};
const OTHER_APP: Refused = Refused {
    pointer: "/credentials/access_token",
    code: "other_app",
    english: ["belongs to another app", "Make one for this app"],
    german: ["gehört zu einer anderen App", "Erzeugen Sie eines für diese App"],
};
const NO_SCOPE: Refused = Refused {
    pointer: "/credentials/access_token",
    code: "missing_scope",
    english: ["lacks the permission whatsapp_business_messaging", "Make a new one with both"],
    german: ["fehlt die Berechtigung whatsapp_business_messaging", "Erzeugen Sie ein neues mit beiden"],
};
const NUMBER: Refused = Refused {
    pointer: "/credentials/phone_number_id",
    code: "unknown",
    english: ["knows no phone number with this id", "Copy the id, not the number"],
    german: ["keine Telefonnummer mit dieser ID", "Kopieren Sie die ID, nicht die Nummer"],
};
const ACCOUNT: Refused = Refused {
    pointer: "/credentials/business_account_id",
    code: "not_allowed",
    english: ["may not use this business account", "Give its user access"],
    german: ["darf dieses Geschäftskonto nicht benutzen", "Geben Sie seinem Nutzer"],
};
const IN_USE: Refused = Refused {
    pointer: "/credentials/phone_number_id",
    code: "in_use",
    english: ["This number is connected already", "Switch the other one off first"],
    german: ["Diese Nummer ist schon verbunden", "Schalten Sie die andere zuerst aus"],
};
const UNPUBLISHED: Refused = Refused {
    pointer: "/bot_id",
    code: "not_published",
    english: ["This bot is not published", "Publish it first"],
    german: ["Dieser Bot ist nicht veröffentlicht", "Veröffentlichen Sie ihn zuerst"],
};

/// A business whose token is another one.
fn with_token(change: impl FnOnce(&mut chasqui_simulator::TokenSpec)) -> BusinessSpec {
    let mut business = harness::business();
    change(&mut business.tokens[0]);
    business
}

#[tokio::test]
async fn what_meta_refuses_is_said_beside_its_field_in_both_languages() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    let mut other = harness::business();
    (other.app_id, other.business_account_id) = ("900000000000001".into(), "900000000000002".into());
    (other.numbers[0].id, other.tokens[0].token) = ("900000000000003".into(), "EAAother".into());
    site.meta.create_business(other);
    let mistakes = [
        ("/credentials/app_secret", json!("ffffffffffffffffffffffffffffffff"), &SECRET),
        ("/credentials/access_token", json!("EAAwrong"), &UNKNOWN_TOKEN),
        ("/credentials/access_token", json!("EAAother"), &OTHER_APP),
        ("/credentials/phone_number_id", json!("999999999999999"), &NUMBER),
        ("/credentials/business_account_id", json!("888888888888888"), &ACCOUNT),
    ];
    for (pointer, value, expected) in &mistakes {
        let body = with(&bot, pointer, value.clone());
        refused(&site, &ana, Method::POST, "/integrations", &body, expected).await;
        let check = json!({ "credentials": body["credentials"] });
        refused(&site, &ana, Method::POST, "/integrations/check", &check, expected).await;
    }
    site.meta.create_business(with_token(|token| token.expires_in = Some(0)));
    refused(&site, &ana, Method::POST, "/integrations", &form(&bot), &EXPIRED).await;
    let scopes = vec!["whatsapp_business_management".to_owned()];
    site.meta.create_business(with_token(|token| token.scopes = scopes));
    refused(&site, &ana, Method::POST, "/integrations", &form(&bot), &NO_SCOPE).await;
    assert_eq!(site.get(&ana, "/integrations").await.body["items"], json!([]), "nothing was saved");
}

#[tokio::test]
async fn a_number_used_elsewhere_and_an_unpublished_bot_are_said_beside_their_fields() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let theirs = site.connected(&ana).await;
    let ben = site.owner().await;
    let bot = site.published(&ben).await;
    refused(&site, &ben, Method::POST, "/integrations", &form(&bot), &IN_USE).await;
    let found = ask(&site, &ben, &Method::POST, "/integrations", "en", &form(&bot)).await;
    let said = found.body.to_string();
    assert!(!said.contains(&theirs) && !said.contains("Alpaca"), "it does not say whose: {said}");
    let draft = site.post(&ben, "/bots", json!({ "name": "Draft" })).await.id();
    refused(&site, &ben, Method::POST, "/integrations", &with(&draft, "/active", json!(false)), &UNPUBLISHED)
        .await;
    assert_eq!(site.get(&ben, "/integrations").await.body["items"], json!([]));
}

#[tokio::test]
async fn a_change_with_a_mistake_leaves_everything_as_it_was() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let path = format!("/integrations/{}", site.connected(&ana).await);
    let before = site.get(&ana, &path).await.body;
    let draft = site.post(&ana, "/bots", json!({ "name": "Draft" })).await.id();
    let changes = [
        (
            json!({ "name": "New", "credentials": { "app_secret": "ffffffffffffffffffffffffffffffff" } }),
            &SECRET,
        ),
        (json!({ "name": "New", "credentials": { "access_token": "EAAwrong" } }), &UNKNOWN_TOKEN),
        (json!({ "name": "New", "credentials": { "phone_number_id": "999999999999999" } }), &NUMBER),
        (json!({ "name": "New", "bot_id": draft }), &UNPUBLISHED),
    ];
    for (body, expected) in &changes {
        refused(&site, &ana, Method::PATCH, &path, body, expected).await;
    }
    assert_eq!(site.get(&ana, &path).await.body, before);
}

#[tokio::test]
async fn events_health_and_refusals_are_read_in_german_by_who_asks_in_german() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let app = &site.server.app;
    let integration = app.store.integration(ana.account, id.parse().unwrap()).await.unwrap().unwrap();
    let event = chasqui_model::event::Event {
        id: app.clock.id(),
        account: ana.account,
        integration: Some(integration.id),
        conversation: None,
        node: None,
        severity: chasqui_model::event::Severity::Error,
        code: "message_not_sent".into(),
        graph_code: None,
        notice: chasqui_model::notice::Notice::MessageNotSent { why: chasqui_model::reason::Reason::GivenUp },
        at: app.clock.now(),
    };
    app.store.add_events(&[event]).await.unwrap();
    let events = ask(&site, &ana, &Method::GET, "/events", "de", &json!({})).await;
    let one = &events.body["items"][0];
    assert_eq!(one["title"], "Eine Nachricht wurde nicht gesendet");
    assert!(one["message"].as_str().unwrap().starts_with("Die Nachricht konnte 24 Stunden lang"), "{one}");
    let gone =
        ask(&site, &ana, &Method::GET, "/bots/bot_00000000000000000000000000000000", "de", &json!({})).await;
    gone.is_problem(404, "not_found");
    assert_eq!(gone.body["detail"], "Unter dieser ID gibt es hier nichts.");
    for (language, words) in
        [("es-MX", "No hay nada aquí con este ID."), ("pt-BR", "Não há nada aqui com este ID.")]
    {
        let path = "/bots/bot_00000000000000000000000000000000";
        let gone = ask(&site, &ana, &Method::GET, path, language, &json!({})).await;
        assert_eq!(gone.body["detail"], words);
        let events = ask(&site, &ana, &Method::GET, "/events", language, &json!({})).await;
        let said = events.body["items"][0]["message"].as_str().unwrap();
        assert!(said.contains("24 ho"), "{said}");
        assert_eq!(events.body["items"][0]["params"]["notice"], "message_not_sent");
    }
    let health = chasqui_model::integration::Health::Warning;
    let reason = chasqui_model::reason::Reason::TokenShortLived;
    app.store.set_health(integration.id, health, Some(&reason), None).await.unwrap();
    let shown = ask(&site, &ana, &Method::GET, &format!("/integrations/{id}"), "de", &json!({})).await;
    let reason = shown.body["health_reason"].as_str().unwrap();
    assert_eq!(reason, "Das Zugriffstoken endet in wenigen Stunden. Nehmen Sie das eines Systemnutzers.");
}
