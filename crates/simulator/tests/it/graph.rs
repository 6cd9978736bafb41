//! Sending: what is taken, and what is refused with which code.

use std::time::Duration;

use chasqui_model::state::{CanSend, TemplateStatus, ThroughputLevel};
use chasqui_simulator::harness::{self, NUMBER};
use chasqui_simulator::{NumberSpec, PhoneSpec, TemplateSpec, TokenSpec};
use chasqui_whatsapp::client::{CallError, SendError};
use chasqui_whatsapp::error::Class;
use serde_json::json;

use crate::rig::{Hook, Rig, WAIT, code, credentials, text};

#[tokio::test]
async fn a_text_arrives_on_the_phone() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    let sent = rig.send_to(ana.wa_id(), text("Hello Ana")).await.unwrap();
    assert_eq!(sent.wa_id.as_deref(), Some(ana.wa_id()));
    assert!((50..=90).contains(&sent.wamid.len()), "{}", sent.wamid);
    let seen = ana.next(WAIT).await.unwrap();
    assert_eq!((seen.wamid.as_str(), seen.to_string()), (&*sent.wamid, "Hello Ana".to_owned()));
}

#[tokio::test]
async fn buttons_and_rows_are_tapped() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    let buttons = json!({"type": "buttons", "body": "Sure?", "buttons": [{"id": "y", "title": "Yes"}, {"id": "n", "title": "No"}]});
    rig.send_to(ana.wa_id(), buttons).await.unwrap();
    let list = json!({"type": "list", "header": "Menu", "body": "What?", "button": "Show", "sections": [{"rows": [{"id": "t", "title": "Tea"}]}]});
    rig.send_to(ana.wa_id(), list).await.unwrap();
    assert_eq!(ana.transcript(), ["Sure? [Yes] [No]", "*Menu* What? [Show] - Tea"]);
    rig.hook.forget();
    ana.taps("No").unwrap();
    ana.picks("Tea").unwrap();
    ana.settles(WAIT).await.unwrap();
    assert_eq!(rig.hook.words(), ["No", "Tea"]);
    assert_eq!(ana.taps("Maybe").unwrap_err().shown.len(), 2);
}

#[tokio::test]
async fn outside_the_window_only_templates_go() {
    let rig = Rig::start().await;
    let bruno = rig.meta.contact("Bruno", NUMBER).unwrap();
    assert_eq!(code(&rig.send_to(bruno.wa_id(), text("x")).await), 131_047);
    let ana = rig.ana().await;
    rig.meta.advance(Duration::from_mins(24 * 60 - 1));
    rig.send_to(ana.wa_id(), text("still open")).await.unwrap();
    rig.meta.advance(Duration::from_mins(1));
    assert_eq!(code(&rig.send_to(ana.wa_id(), text("closed")).await), 131_047);
    let template =
        json!({"type": "template", "name": "reopen", "language": "en", "body": [{"value": {"text": "Ana"}}]});
    let sent = rig.send_to(ana.wa_id(), template).await.unwrap();
    assert_eq!(sent.message_status.as_deref(), Some("accepted"));
    assert_eq!(ana.transcript().last().unwrap(), "Hello Ana, shall we go on?");
}

#[tokio::test]
async fn people_who_cannot_be_reached() {
    let rig = Rig::start().await;
    assert_eq!(code(&rig.send_to("4930000000", text("x")).await), 131_026);
    assert_eq!(code(&rig.send_to("15550783881", text("x")).await), 131_021);
}

#[tokio::test]
async fn brazilian_mexican_and_argentine_numbers_are_known_by_another_spelling() {
    let rig = Rig::start().await;
    for (wa_id, dialled) in [
        ("551187654321", "5511987654321"),
        ("5511987654322", "551187654322"),
        ("5215512345678", "525512345678"),
        ("525512345679", "5215512345679"),
        ("5491155556666", "541155556666"),
        ("541155557777", "5491155557777"),
    ] {
        let spec = PhoneSpec { wa_id: Some(wa_id.into()), ..PhoneSpec::default() };
        rig.meta.phone(spec, NUMBER).unwrap().says("oi").unwrap();
        let sent = rig.send_to(dialled, text("oi")).await.unwrap();
        assert_eq!(sent.wa_id.as_deref(), Some(wa_id));
    }
}

#[tokio::test]
async fn a_hidden_number_is_reached_by_its_user_id() {
    let rig = Rig::start().await;
    let spec = PhoneSpec { hide_number: Some(true), ..PhoneSpec::default() };
    let ines = rig.meta.phone(spec, NUMBER).unwrap();
    ines.says("hi").unwrap();
    ines.settles(WAIT).await.unwrap();
    assert!(!rig.hook.got()[0].text().contains(&format!("\"{}\"", ines.wa_id())));
    let chasqui_whatsapp::webhook::Update::Message { sender, .. } = rig.hook.updates().remove(0) else {
        panic!()
    };
    let user_id = sender.user_id.unwrap();
    assert_eq!(sender.wa_id, None);
    let body =
        json!({"messaging_product": "whatsapp", "recipient": user_id, "type": "text", "text": {"body": "x"}});
    let sent = rig.client.send_message(&rig.number, body.to_string()).await.unwrap();
    assert_eq!((sent.wa_id, sent.user_id), (None, Some(user_id)));
}

#[tokio::test]
async fn a_pair_has_a_burst_of_45() {
    let rig = Rig::standing().await;
    let ana = rig.ana().await;
    for _ in 0..45 {
        rig.send_to(ana.wa_id(), text("x")).await.unwrap();
    }
    let refused = rig.send_to(ana.wa_id(), text("x")).await;
    assert_eq!(code(&refused), 131_056);
    rig.meta.advance(Duration::from_secs(6));
    rig.send_to(ana.wa_id(), text("x")).await.unwrap();
    rig.meta.set(|settings| settings.enforce_rates = false);
    rig.send_to(ana.wa_id(), text("x")).await.unwrap();
}

#[tokio::test]
async fn a_number_has_80_messages_a_second() {
    let rig = Rig::standing().await;
    let mut contacts = Vec::new();
    for no in 0..4 {
        let contact = rig.meta.contact(&format!("c{no}"), NUMBER).unwrap();
        contact.says("hi").unwrap();
        contacts.push(contact);
    }
    let sends = (0..160).map(|no| rig.send_to(contacts[no % 4].wa_id(), text("x")));
    let outcomes = futures::future::join_all(sends).await;
    let refused = outcomes.iter().filter(|outcome| outcome.is_err()).map(code).collect::<Vec<_>>();
    // Messages in count too: four of the 80 were.
    assert_eq!(refused, [130_429; 84]);
    rig.meta.advance(Duration::from_secs(1));
    rig.send_to(contacts[0].wa_id(), text("x")).await.unwrap();
}

#[tokio::test]
async fn tokens_that_do_not_work() {
    let hook = Hook::start().await;
    let mut spec = harness::business();
    let token = |token: &str| TokenSpec {
        token: token.into(),
        kind: "USER".into(),
        expires_in: None,
        scopes: Vec::new(),
        revoked: false,
    };
    spec.tokens.push(TokenSpec { expires_in: Some(3600), ..token("short") });
    spec.tokens.push(TokenSpec { revoked: true, ..token("revoked") });
    spec.tokens.push(TokenSpec { scopes: vec!["whatsapp_business_management".into()], ..token("manager") });
    let rig = Rig::with(hook, spec).await;
    let mut other = harness::business();
    (other.app_id, other.business_account_id) = ("999".into(), "888".into());
    other.numbers = vec![NumberSpec { id: "777".into(), ..other.numbers.remove(0) }];
    other.tokens = vec![token("foreign")];
    rig.meta.create_business(other);

    let send = async |token: &str| {
        let mut credentials = credentials();
        credentials.access_token = chasqui_model::secret::Secret::new(token);
        let number = rig.client.number(&credentials).unwrap();
        code(&rig.client.send_message(&number, r#"{"messaging_product":"whatsapp"}"#).await)
    };
    assert_eq!(send("short").await, 100, "the token works: the request is refused for itself");
    rig.meta.advance(Duration::from_hours(1));
    assert_eq!(send("short").await, 190);
    assert_eq!(send("unknown").await, 190);
    assert_eq!(send("revoked").await, 0);
    assert_eq!(send("manager").await, 10);
    assert_eq!(send("foreign").await, 200);
}

#[tokio::test]
async fn the_proof_is_wanted_when_the_app_says_so() {
    let rig = Rig::start().await;
    let mut wrong = credentials();
    wrong.app_secret = chasqui_model::secret::Secret::new("another secret");
    let number = rig.client.number(&wrong).unwrap();
    let Err(CallError::Refused(error)) = rig.client.phone_number(&number).await else { panic!() };
    assert_eq!((error.code, error.class()), (Some(100), Class::Parameter));
    let url = rig.url(&format!("/v21.0/{NUMBER}"));
    let answer = rig.http.get(url).bearer_auth(harness::TOKEN).send().await.unwrap();
    assert_eq!(answer.status(), 400, "without any proof");
}

#[tokio::test]
async fn an_unknown_number_is_no_node() {
    let rig = Rig::start().await;
    let mut other = credentials();
    other.phone_number_id = "1".into();
    let number = rig.client.number(&other).unwrap();
    let Err(SendError::Refused(error)) =
        rig.client.send_message(&number, r#"{"messaging_product":"whatsapp","to":"1","type":"text"}"#).await
    else {
        panic!()
    };
    assert_eq!((error.code, error.class()), (Some(33), Class::Account));
}

#[tokio::test]
async fn templates_are_checked() {
    let hook = Hook::start().await;
    let mut spec = harness::business();
    let hello = spec.templates[1].clone();
    for status in ["PAUSED", "DISABLED", "REJECTED"] {
        spec.templates.push(TemplateSpec {
            name: status.to_lowercase(),
            status: status.into(),
            ..hello.clone()
        });
    }
    spec.templates.push(TemplateSpec {
        name: "named".into(),
        parameter_format: "NAMED".into(),
        components: vec![
            json!({"type": "HEADER", "format": "IMAGE"}),
            json!({"type": "BODY", "text": "Hi {{first_name}}"}),
        ],
        ..hello.clone()
    });
    let rig = Rig::with(hook, spec).await;
    let ana = rig.meta.contact("Ana", NUMBER).unwrap();
    let outcome = async |name: &str, parts: serde_json::Value| {
        let mut body = json!({"type": "template", "template": {"name": name, "language": {"code": "en"}}});
        body["template"]["components"] = parts;
        rig.raw(ana.wa_id(), body).await
    };
    let body = |parameters| json!([{"type": "body", "parameters": parameters}]);
    assert_eq!(outcome("hello", json!([])).await, None);
    assert_eq!(outcome("missing", json!([])).await, Some(132_001));
    assert_eq!(outcome("paused", json!([])).await, Some(132_015));
    assert_eq!(outcome("disabled", json!([])).await, Some(132_016));
    assert_eq!(outcome("rejected", json!([])).await, Some(132_001));
    assert_eq!(outcome("reopen", json!([])).await, Some(132_000));
    assert_eq!(outcome("reopen", body(json!([{"type": "text", "text": "a\nb"}]))).await, Some(132_018));
    assert_eq!(outcome("reopen", body(json!([{"type": "image", "image": {}}]))).await, Some(132_012));
    assert_eq!(outcome("reopen", body(json!([{"type": "text", "text": "Ana"}]))).await, None);
    let named = |name: &str| {
        json!([{"type": "header", "parameters": [{"type": "image", "image": {"link": "https://ex.am/1.png"}}]},
            {"type": "body", "parameters": [{"type": "text", "parameter_name": name, "text": "Ana"}]}])
    };
    assert_eq!(outcome("named", named("last_name")).await, Some(132_012));
    assert_eq!(outcome("named", named("first_name")).await, None);
}

#[tokio::test]
async fn reading_and_typing() {
    let rig = Rig::start().await;
    let ana = rig.meta.contact("Ana", NUMBER).unwrap();
    let wamid = ana.says("hi").unwrap();
    ana.settles(WAIT).await.unwrap();
    rig.client.mark_read(&rig.number, &wamid, true).await.unwrap();
    let chat = rig.get(&format!("/_sim/phones/{}/chats/{NUMBER}", ana.wa_id())).await;
    assert_eq!((&chat["typing"], &chat["items"][0]["status"]), (&json!(true), &json!("read")));
    rig.meta.advance(Duration::from_secs(25));
    let chat = rig.get(&format!("/_sim/phones/{}/chats/{NUMBER}", ana.wa_id())).await;
    assert_eq!(chat["typing"], false);
    assert!(rig.client.mark_read(&rig.number, "wamid.unknown", false).await.is_err());
}

#[tokio::test]
async fn a_reaction_sits_on_its_message() {
    let rig = Rig::start().await;
    let ana = rig.meta.contact("Ana", NUMBER).unwrap();
    let wamid = ana.says("hi").unwrap();
    ana.settles(WAIT).await.unwrap();
    let react = |emoji: &str| json!({"type": "reaction", "message_id": wamid, "emoji": emoji});
    let shown = async || rig.get(&format!("/_sim/phones/{}/chats/{NUMBER}", ana.wa_id())).await;
    rig.send_to(ana.wa_id(), react("👍")).await.unwrap();
    assert_eq!(shown().await["items"][0]["reaction"], "👍");
    rig.send_to(ana.wa_id(), react("")).await.unwrap();
    let chat = shown().await;
    assert_eq!((chat["items"].as_array().unwrap().len(), &chat["items"][0]["reaction"]), (1, &json!(null)));
}

#[tokio::test]
async fn a_number_tells_of_itself() {
    let rig = Rig::start().await;
    let phone = rig.client.phone_number(&rig.number).await.unwrap();
    assert_eq!(phone.display_phone_number.as_deref(), Some("+1 555-078-3881"));
    assert_eq!(phone.throughput_level, Some(ThroughputLevel::Standard));
    assert_eq!(phone.callback_url, Some(rig.hook.url.clone()));
    let health = rig.client.health_status(&rig.number).await.unwrap();
    assert_eq!((health.can_send_message, health.problems.len()), (CanSend::Available, 0));
}

#[tokio::test]
async fn templates_come_in_pages() {
    let hook = Hook::start().await;
    let mut spec = harness::business();
    let hello = spec.templates[1].clone();
    spec.templates = (0..250).map(|no| TemplateSpec { name: format!("t{no}"), ..hello.clone() }).collect();
    let rig = Rig::with(hook, spec).await;
    let first = rig.client.message_templates_page(&rig.number, None).await.unwrap();
    assert_eq!(first.templates.len(), 100);
    let all = rig.client.message_templates(&rig.number).await.unwrap();
    assert_eq!((all.len(), &*all[249].name, &all[0].status), (250, "t249", &TemplateStatus::Approved));
    let Err(CallError::Refused(error)) = rig.client.message_templates_page(&rig.number, Some("x")).await
    else {
        panic!()
    };
    assert_eq!(error.code, Some(131_059));
}

#[tokio::test]
async fn any_version_will_do_and_nothing_else() {
    let rig = Rig::start().await;
    for (path, status) in
        [("/v25.0/1", 401), ("/v21.0/1", 401), ("/latest/1", 400), ("/v21.0/1/unknown", 400)]
    {
        assert_eq!(rig.http.get(rig.url(path)).send().await.unwrap().status(), status, "{path}");
    }
}
