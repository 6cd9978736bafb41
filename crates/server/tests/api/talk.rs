//! People in conversations, messages sent first, contacts, files, and what Meta tells besides messages.

use std::time::Duration;

use chasqui_model::account::Role;
use chasqui_simulator::harness;
use reqwest::Method;
use serde_json::{Value, json};

use crate::site::{Answer, PNG, Person, Site, answer};

const SOON: Duration = Duration::from_secs(10);

pub async fn talk(site: &Site, ana: &Person) -> (chasqui_simulator::harness::Contact, String) {
    site.connected(ana).await;
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    let all = site.get(ana, "/conversations").await;
    (petra, all.body["items"][0]["id"].as_str().unwrap().to_owned())
}

pub async fn eventually(site: &Site, ana: &Person, path: &str, done: impl Fn(&Value) -> bool) -> Answer {
    for _ in 0..500 {
        let found = site.get(ana, path).await;
        if done(&found.body) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("not so: {:?}", site.get(ana, path).await);
}

/// Meta tells something besides messages.
pub async fn tells(site: &Site, field: &str, value: Value) {
    let body = json!({ "phone_number_id": harness::NUMBER, "field": field, "value": value });
    let sent = site.http.post(format!("{}/_sim/webhook", site.meta.url())).json(&body).send().await.unwrap();
    assert!(sent.status().is_success(), "{sent:?}");
}

/// Now, as Meta writes it.
pub fn seconds(site: &Site) -> i64 {
    site.server.app.clock.now().millis() / 1000
}

pub fn metadata() -> Value {
    json!({ "display_phone_number": "15550783881", "phone_number_id": harness::NUMBER })
}

#[tokio::test]
async fn a_person_takes_over_writes_gives_back_and_closes() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let (petra, id) = talk(&site, &ana).await;
    let viewer = site.colleague(&ana, Role::Viewer).await;
    let path = |verb: &str| format!("/conversations/{id}/{verb}");
    let words = json!({ "text": "A person here. How can I help?" });
    site.post(&ana, &path("messages"), words.clone()).await.is_problem(409, "not_taken_over");
    site.post(&viewer, &path("take_over"), json!({})).await.is_problem(403, "forbidden");
    let taken = site.post(&ana, &path("take_over"), json!({})).await;
    assert_eq!((taken.status.as_u16(), &taken.body["status"]), (200, &json!("handed_off")), "{taken:?}");
    petra.says("is anybody there?").unwrap();
    assert_eq!(site.post(&ana, &path("messages"), words).await.status, 202);
    petra.wait_for(1, SOON).await.unwrap();
    let transcript = site.get(&ana, &path("messages")).await;
    let by_person = |it: &&Value| it["author"] == "person";
    let written = transcript.body["items"].as_array().unwrap().iter().find(by_person).unwrap();
    assert_eq!(written["content"]["body"], "A person here. How can I help?");
    assert_eq!(site.post(&ana, &path("messages"), json!({})).await.pointers(), ["/text"]);
    let template = json!({ "template": { "name": "nothing_like_it", "language": "en" } });
    assert_eq!(site.post(&ana, &path("messages"), template).await.pointers(), ["/template"]);
    let back = site.post(&ana, &path("hand_back"), json!({})).await;
    assert_eq!(back.body["status"], "waiting", "{back:?}");
    petra.wait_for(1, SOON).await.unwrap();
    let closed = site.post(&ana, &path("close"), json!({})).await;
    assert_eq!((&closed.body["status"], &closed.body["end_reason"]), (&json!("ended"), &json!("closed")));
    site.post(&ana, &path("take_over"), json!({})).await.is_problem(409, "ended");
    let audit = site.get(&ana, &format!("/audit?subject={id}")).await;
    let actions: Vec<_> =
        audit.body["items"].as_array().unwrap().iter().map(|it| it["action"].clone()).collect();
    let expected = ["close", "hand_back", "write", "take_over"].map(|it| json!(format!("conversation.{it}")));
    assert_eq!(actions, expected);
}

#[tokio::test]
async fn what_a_person_does_is_done_when_it_is_answered_and_written_down_once() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let (petra, id) = talk(&site, &ana).await;
    let path = |verb: &str| format!("/conversations/{id}/{verb}");
    let status = async |verb: &str| site.post(&ana, &path(verb), json!({})).await.body["status"].clone();
    for round in 1..=5 {
        assert_eq!(status("take_over").await, "handed_off");
        // Once more is no change.
        assert_eq!(status("take_over").await, "handed_off");
        let words = format!("No {round}");
        assert_eq!(site.post(&ana, &path("messages"), json!({ "text": words })).await.status, 202);
        let all = site.get(&ana, &path("messages")).await;
        let last = all.body["items"].as_array().unwrap().iter().rfind(|it| it["author"] == "person").unwrap();
        assert_eq!(last["content"]["body"], json!(words), "it is there at once");
        petra.wait_for(1, SOON).await.unwrap();
        assert_eq!(status("hand_back").await, "waiting");
        petra.wait_for(1, SOON).await.unwrap();
    }
    let audit = site.get(&ana, &format!("/audit?subject={id}")).await;
    let items = audit.body["items"].as_array().unwrap();
    let count = |verb: &str| items.iter().filter(|it| it["action"] == format!("conversation.{verb}")).count();
    assert_eq!(["take_over", "write", "hand_back", "close"].map(count), [5, 5, 5, 0]);
}

#[tokio::test]
async fn a_program_writes_first_and_starts_a_bot() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    let to = format!("+{}", petra.wa_id());
    let send = async |more: Value| {
        let mut body = json!({ "integration_id": id, "to": to });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        site.post(&ana, "/messages", body).await
    };
    send(json!({ "text": "hello" })).await.is_problem(409, "window_closed");
    assert_eq!(send(json!({})).await.pointers(), ["/text"]);
    let template = json!({ "template": { "name": "reopen", "language": "en", "parameters": ["Petra"] } });
    let sent = send(template.clone()).await;
    assert_eq!(sent.status, 202, "{sent:?}");
    petra.wait_for(1, SOON).await.unwrap();
    let list = eventually(&site, &ana, "/conversations", |body| body["items"][0]["status"] == "ended").await;
    assert_eq!(list.body["items"][0]["last_message"]["type"], "template");
    let messages = site
        .get(&ana, &format!("/conversations/{}/messages", list.body["items"][0]["id"].as_str().unwrap()))
        .await;
    assert_eq!(messages.body["items"][0]["id"], sent.body["id"]);
    // What she answers begins a conversation with the bot.
    petra.says("yes").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    assert_eq!(send(json!({ "text": "inside the window" })).await.status, 202);
    petra.wait_for(1, SOON).await.unwrap();
    let bot = site.published(&ana).await;
    let started = send(json!({ "bot_id": bot, "variables": { "order": 7 } })).await;
    assert_eq!((started.status.as_u16(), &started.body["id"]), (202, &Value::Null), "{started:?}");
    petra.wait_for(1, SOON).await.unwrap();
    let list = eventually(&site, &ana, "/conversations?status=open", |body| {
        body["items"][0]["bot"]["id"] == bot.as_str()
    })
    .await;
    let open =
        site.get(&ana, &format!("/conversations/{}", list.body["items"][0]["id"].as_str().unwrap())).await;
    assert_eq!(open.body["variables"]["order"], 7);
    let stranger = site.owner().await;
    let foreign = json!({ "integration_id": id, "to": to, "template": template["template"] });
    assert_eq!(site.post(&stranger, "/messages", foreign).await.pointers(), ["/integration_id"]);
}

#[tokio::test]
async fn who_wants_no_marketing_gets_none_until_they_want_it_again() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let mut business = harness::business();
    business.templates[1].category = "MARKETING".into();
    site.meta.create_business(business);
    let id = site.connected_with(&ana).await;
    let mut business = harness::business().with_callback(&site.callback(&id));
    business.templates[1].category = "MARKETING".into();
    site.meta.create_business(business);
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    let wish = |value: &str| {
        let preference = json!({ "wa_id": petra.wa_id(), "category": "marketing_messages", "value": value, "timestamp": seconds(&site) });
        json!({ "messaging_product": "whatsapp", "metadata": metadata(),
            "contacts": [{ "profile": { "name": "Petra" }, "wa_id": petra.wa_id() }], "user_preferences": [preference] })
    };
    let contacts = site.get(&ana, "/contacts").await;
    let contact = format!("/contacts/{}", contacts.body["items"][0]["id"].as_str().unwrap());
    tells(&site, "user_preferences", wish("stop")).await;
    eventually(&site, &ana, &contact, |body| body["opted_out_at"].is_string()).await;
    let body = json!({ "integration_id": id, "to": format!("+{}", petra.wa_id()),
        "template": { "name": "hello", "language": "en" } });
    site.post(&ana, "/messages", body.clone()).await.is_problem(409, "opted_out");
    let reopen = json!({ "integration_id": id, "to": format!("+{}", petra.wa_id()),
        "template": { "name": "reopen", "language": "en", "parameters": ["Petra"] } });
    assert_eq!(site.post(&ana, "/messages", reopen).await.status, 202, "a utility template may go");
    tells(&site, "user_preferences", wish("resume")).await;
    eventually(&site, &ana, &contact, |body| body["opted_out_at"].is_null()).await;
    assert_eq!(site.post(&ana, "/messages", body).await.status, 202);
}

#[tokio::test]
async fn meta_s_code_for_no_marketing_stops_what_bots_people_and_programs_send() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let marketing = || {
        let mut business = harness::business();
        business.templates[1].category = "MARKETING".into();
        business
    };
    site.meta.create_business(marketing());
    // A bot that greets with marketing.
    let nodes = json!([{ "id": "promo", "type": "template", "name": "hello", "language": "en", "ports": { "next": "ask" } },
        { "id": "ask", "type": "question_text", "text": "Anything else?", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end" }]);
    let definition = json!({ "format": 1, "name": "Promo", "start": "promo", "nodes": nodes });
    let bot = site.post(&ana, "/bots", json!({ "definition": definition })).await.id();
    assert_eq!(site.post(&ana, &format!("/bots/{bot}/publish"), json!({})).await.status, 200);
    let id = site.post(&ana, "/integrations", crate::site::form(&bot)).await.id();
    site.meta.create_business(marketing().with_callback(&site.callback(&id)));
    site.get(&ana, &format!("/integrations/{id}/templates")).await;
    let spec = chasqui_simulator::PhoneSpec { stop_marketing: Some(true), ..Default::default() };
    let petra = site.meta.phone(spec, harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    // Meta takes the bot's template and tells later that it was not delivered.
    let contacts = eventually(&site, &ana, "/contacts", |body| body["items"][0]["id"].is_string()).await;
    let contact = format!("/contacts/{}", contacts.body["items"][0]["id"].as_str().unwrap());
    eventually(&site, &ana, &contact, |body| body["opted_out_at"].is_string()).await;
    let template = json!({ "name": "hello", "language": "en" });
    let program = json!({ "integration_id": id, "to": format!("+{}", petra.wa_id()), "template": template });
    site.post(&ana, "/messages", program.clone()).await.is_problem(409, "opted_out");
    let talk = site.get(&ana, "/conversations").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    site.post(&ana, &format!("/conversations/{talk}/take_over"), json!({})).await;
    let person =
        site.post(&ana, &format!("/conversations/{talk}/messages"), json!({ "template": template })).await;
    person.is_problem(409, "opted_out");
    // The bot's next greeting does not even reach Meta.
    let sent = site.meta.sends().0;
    site.post(&ana, &format!("/conversations/{talk}/close"), json!({})).await;
    petra.says("hi again").unwrap();
    eventually(&site, &ana, "/events?limit=50", |body| {
        body["items"].as_array().unwrap().iter().any(|it| it["code"] == "opted_out")
    })
    .await;
    let all = site.get(&ana, "/conversations").await;
    let newest = format!("/conversations/{}/messages", all.body["items"][0]["id"].as_str().unwrap());
    let lines = eventually(&site, &ana, &newest, |body| {
        body["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["type"] == "template" && it["status"] == "failed")
    })
    .await;
    let failed =
        lines.body["items"].as_array().unwrap().iter().find(|it| it["type"] == "template").unwrap().clone();
    assert!(failed["error"]["message"].as_str().unwrap().contains("wants no marketing"), "{failed}");
    let texts = site.meta.sends().0 - sent;
    assert!(texts <= 1, "only the question may have gone out: {texts}");
    // Whoever owns the number may choose not to respect it.
    let settings = json!({ "settings": { "respect_opt_out": false } });
    let path = format!("/integrations/{id}");
    assert_eq!(site.call(&ana, Method::PATCH, &path, Some(settings)).await.status, 200);
    assert_eq!(site.post(&ana, "/messages", program).await.status, 202);
}

#[tokio::test]
async fn a_changed_user_id_a_category_and_a_changed_template_are_understood() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let (petra, id) = talk(&site, &ana).await;
    let before = site.get(&ana, &format!("/conversations/{id}")).await.body["contact"]["id"].clone();
    let integration =
        site.get(&ana, "/integrations").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    site.get(&ana, &format!("/integrations/{integration}/templates")).await;
    let category = json!({ "message_template_id": 1, "message_template_name": "hello", "message_template_language": "en",
        "previous_category": "UTILITY", "new_category": "MARKETING" });
    tells(&site, "template_category_update", category).await;
    let templates = format!("/integrations/{integration}/templates");
    eventually(&site, &ana, &templates, |body| {
        body["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["name"] == "hello" && it["category"] == "MARKETING")
    })
    .await;
    let mut business = harness::business().with_callback(&site.callback(&integration));
    business.templates[1].components = vec![json!({ "type": "BODY", "text": "Hello {{1}} and {{2}}!" })];
    site.meta.create_business(business);
    let changed = json!({ "message_template_id": 1, "message_template_name": "hello", "message_template_language": "en",
        "message_template_element": "Hello {{1}} and {{2}}!" });
    tells(&site, "message_template_components_update", changed).await;
    eventually(&site, &ana, &templates, |body| {
        body["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["name"] == "hello" && it["parameters"] == json!(["1", "2"]))
    })
    .await;
    let expected = ["template_category", "template_changed"];
    eventually(&site, &ana, "/events?limit=50", |body| {
        let all = body["items"].as_array().unwrap();
        expected.iter().all(|code| all.iter().any(|it| it["code"] == *code))
    })
    .await;
    let contact =
        site.server.app.store.contact(ana.account, before.as_str().unwrap().parse().unwrap()).await.unwrap();
    let old = contact.unwrap().user_id.unwrap();
    let update = json!({ "messaging_product": "whatsapp", "metadata": metadata(),
        "contacts": [{ "profile": { "name": "Petra" }, "wa_id": petra.wa_id() }],
        "user_id_update": [{ "wa_id": petra.wa_id(), "user_id": { "previous": old, "current": "US.NEWID" },
            "timestamp": seconds(&site).to_string() }] });
    tells(&site, "user_id_update", update).await;
    let alias = chasqui_model::message::AliasKind::UserId;
    let number = integration.parse().unwrap();
    for _ in 0..500 {
        let found = site.server.app.store.contact_by_alias(number, alias, "US.NEWID").await.unwrap();
        if let Some(found) = found {
            assert_eq!(found.id.to_string(), before.as_str().unwrap(), "the same person under the new id");
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the new id leads to nobody");
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
async fn what_meta_tells_of_accounts_numbers_and_templates_becomes_state_and_events() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    assert_eq!(
        site.get(&ana, &format!("/integrations/{id}/templates")).await.body["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let template = json!({ "event": "PAUSED", "message_template_id": 1, "message_template_name": "reopen",
        "message_template_language": "en", "reason": "NONE" });
    tells(&site, "message_template_status_update", template).await;
    eventually(&site, &ana, &format!("/integrations/{id}/templates"), |body| {
        body["items"].as_array().unwrap().iter().any(|it| it["name"] == "reopen" && it["status"] == "PAUSED")
    })
    .await;
    let quality = json!({ "new_quality_score": "RED", "message_template_name": "hello", "message_template_language": "en" });
    tells(&site, "message_template_quality_update", quality).await;
    tells(&site, "business_capability_update", json!({ "max_daily_conversations_per_business": 2000 })).await;
    tells(
        &site,
        "account_update",
        json!({ "event": "ACCOUNT_RESTRICTION",
        "restriction_info": [{ "restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING" }] }),
    )
    .await;
    tells(&site, "security", json!({ "display_phone_number": "15550783881", "event": "PIN_CHANGED" })).await;
    tells(
        &site,
        "phone_number_name_update",
        json!({ "display_phone_number": "15550783881", "decision": "APPROVED",
        "requested_verified_name": "Alpaca Ltd" }),
    )
    .await;
    tells(
        &site,
        "phone_number_quality_update",
        json!({ "display_phone_number": "15550783881", "event": "FLAGGED" }),
    )
    .await;
    tells(&site, "account_review_update", json!({ "decision": "APPROVED" })).await;
    tells(
        &site,
        "account_alerts",
        json!({ "alert_info": { "alert_severity": "WARNING", "alert_description": "Limits." } }),
    )
    .await;
    let expected = [
        "template_unusable",
        "template_quality",
        "messaging_limit",
        "account_update",
        "number_security",
        "number_name",
        "number_quality",
        "account_review",
        "account_alert",
    ];
    eventually(&site, &ana, "/events?limit=50", |body| {
        let all = body["items"].as_array().unwrap();
        expected
            .iter()
            .all(|code| all.iter().any(|it| it["code"] == *code && it["integration_id"] == id.as_str()))
    })
    .await;
    let it = site.get(&ana, &format!("/integrations/{id}")).await;
    assert_eq!(
        (&it.body["phone"]["messaging_limit"], &it.body["phone"]["verified_name"]),
        (&json!("2000"), &json!("Alpaca Ltd"))
    );
}

#[tokio::test]
async fn a_person_who_answers_from_the_phone_silences_the_bot() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let (petra, id) = talk(&site, &ana).await;
    let echo = json!({ "messaging_product": "whatsapp", "metadata": metadata(), "message_echoes": [
        { "from": "15550783881", "to": petra.wa_id(), "id": "wamid.ECHO1", "timestamp": seconds(&site).to_string(), "type": "text",
          "text": { "body": "I am on it" } }] });
    tells(&site, "smb_message_echoes", echo.clone()).await;
    tells(&site, "smb_message_echoes", echo).await;
    eventually(&site, &ana, &format!("/conversations/{id}"), |body| body["status"] == "handed_off").await;
    let messages = site.get(&ana, &format!("/conversations/{id}/messages")).await;
    let echoed: Vec<_> =
        messages.body["items"].as_array().unwrap().iter().filter(|it| it["author"] == "person").collect();
    assert_eq!((echoed.len(), &echoed[0]["content"]["body"]), (1, &json!("I am on it")));
    petra.says("thanks").unwrap();
    assert!(petra.wait_for(1, Duration::from_millis(400)).await.is_err(), "the bot is silent");
    let control = json!({ "messaging_product": "whatsapp", "metadata": metadata(),
        "sender": { "phone_number": petra.wa_id() }, "control_passed": { "new_owner_app_id": harness::APP } });
    tells(&site, "messaging_handovers", control).await;
    eventually(&site, &ana, &format!("/conversations/{id}"), |body| body["status"] == "waiting").await;
    let standby = json!({ "messaging_product": "whatsapp", "metadata": metadata(),
        "contacts": [{ "profile": { "name": "Petra" }, "wa_id": petra.wa_id() }],
        "messages": [{ "from": petra.wa_id(), "id": "wamid.STANDBY1", "timestamp": seconds(&site).to_string(), "type": "text",
            "text": { "body": "for the other app" } }] });
    tells(&site, "standby", standby).await;
    eventually(&site, &ana, &format!("/conversations/{id}"), |body| body["status"] == "handed_off").await;
}

#[tokio::test]
async fn a_contact_is_found_exported_and_erased_with_a_receipt() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let (petra, id) = talk(&site, &ana).await;
    petra.says("My secret is alpaca").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    for (q, found) in [("petr", 1), (&petra.wa_id()[4..], 1), ("nobody", 0), ("%", 0)] {
        let all = site.get(&ana, &format!("/contacts?q={}", q.replace('%', "%25"))).await;
        assert_eq!(all.body["items"].as_array().unwrap().len(), found, "{q}");
    }
    let contact = site.get(&ana, "/contacts").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/contacts/{contact}");
    let viewer = site.colleague(&ana, Role::Viewer).await;
    assert_eq!(site.get(&viewer, &path).await.status, 200);
    site.get(&viewer, &format!("{path}/export")).await.is_problem(403, "forbidden");
    let export = site.get(&ana, &format!("{path}/export")).await;
    assert!(export.headers["content-disposition"].to_str().unwrap().contains(&contact));
    assert!(export.body.to_string().contains("My secret is alpaca"));
    assert_eq!(export.body["conversations"][0]["conversation"]["id"], id.as_str());
    site.call(&viewer, Method::DELETE, &path, None).await.is_problem(403, "forbidden");
    let receipt = site.call(&ana, Method::DELETE, &path, None).await;
    assert_eq!(receipt.status, 200, "{receipt:?}");
    assert_eq!(receipt.body["counts"]["contacts"], 1);
    assert!(receipt.body["counts"]["messages"].as_i64().unwrap() >= 4);
    assert!(!receipt.body.to_string().contains("Petra"));
    site.get(&ana, &path).await.is_problem(404, "not_found");
    site.get(&ana, &format!("/conversations/{id}")).await.is_problem(404, "not_found");
    let receipts = site.get(&ana, "/erasures").await;
    assert_eq!(receipts.body["items"][0], receipt.body);
    // Whoever writes again is somebody new.
    petra.says("hi").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    assert_eq!(site.get(&ana, "/contacts").await.body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_photo_of_a_contact_is_shown_and_a_page_in_disguise_is_not() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let upload = async |kind: &str, name: &str| {
        let request =
            site.http.post(format!("{}/api/v1/media?filename={name}", site.url)).bearer_auth(&ana.token);
        answer(request.header("content-type", kind.to_owned()).body(PNG)).await
    };
    let photo = upload("image/png", "a.png").await;
    assert_eq!(photo.status, 201, "{photo:?}");
    let shown = site.get(&ana, &format!("/media/{}", photo.id())).await;
    assert_eq!(
        (shown.headers["content-type"].to_str().unwrap(), shown.body.as_str().unwrap()),
        ("image/png", &*String::from_utf8_lossy(PNG))
    );
    assert!(shown.headers["content-security-policy"].to_str().unwrap().starts_with("sandbox;"));
    assert_eq!(shown.headers["x-content-type-options"], "nosniff");
    assert_eq!(shown.headers["content-disposition"], "inline; filename=\"a.png\"");
    let named = upload("image/png", "Gr%C3%B6%C3%9Fe%2F%E2%80%AE1.png").await;
    assert_eq!(named.body["filename"], "Größe-1.png");
    let shown = site.get(&ana, &format!("/media/{}", named.id())).await;
    let disposition = shown.headers["content-disposition"].to_str().unwrap();
    assert_eq!(disposition, "inline; filename=\"Gr__e-1.png\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe-1.png");
    let page = upload("text/html", "x.html").await;
    let saved = site.get(&ana, &format!("/media/{}", page.id())).await;
    assert_eq!(saved.headers["content-type"], "application/octet-stream");
    assert!(saved.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let stranger = site.owner().await;
    site.get(&stranger, &format!("/media/{}", photo.id())).await.is_problem(404, "not_found");
    let path = format!("/media/{}", photo.id());
    assert_eq!(site.call(&ana, Method::DELETE, &path, None).await.status, 204);
    site.get(&ana, &path).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn changing_the_bot_can_end_open_conversations_politely() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let (petra, id) = talk(&site, &ana).await;
    let integration =
        site.get(&ana, "/integrations").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    let other = site.published(&ana).await;
    let change = json!({ "bot_id": other, "open_conversations": "end" });
    let changed = site.call(&ana, Method::PATCH, &format!("/integrations/{integration}"), Some(change)).await;
    assert_eq!(changed.body["bot"]["id"], other.as_str(), "{changed:?}");
    petra.wait_for(1, SOON).await.unwrap();
    let ended =
        eventually(&site, &ana, &format!("/conversations/{id}"), |body| body["status"] == "ended").await;
    assert_eq!(ended.body["end_reason"], "closed");
}

#[tokio::test]
async fn deleting_an_integration_can_erase_what_was_said() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let (_, id) = talk(&site, &ana).await;
    let integration =
        site.get(&ana, "/integrations").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/integrations/{integration}?erase=true");
    assert_eq!(site.call(&ana, Method::DELETE, &path, None).await.status, 204);
    eventually(&site, &ana, "/contacts", |body| body["items"] == json!([])).await;
    site.get(&ana, &format!("/conversations/{id}")).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn uploaded_files_are_listed_for_their_account_only() {
    let site = Site::start().await;
    let (ana, stranger) = (site.owner().await, site.owner().await);
    for name in ["a.png", "b.png", "c.png"] {
        let request =
            site.http.post(format!("{}/api/v1/media?filename={name}", site.url)).bearer_auth(&ana.token);
        assert_eq!(answer(request.header("content-type", "image/png").body(PNG)).await.status, 201);
    }
    let names = |page: &crate::site::Answer| -> Vec<String> {
        let items = page.body["items"].as_array().unwrap().iter();
        items.map(|item| item["filename"].as_str().unwrap().to_owned()).collect()
    };
    let first = site.get(&ana, "/media?limit=2").await;
    assert_eq!(names(&first), ["c.png", "b.png"]);
    let next = first.body["next"].as_str().unwrap();
    let rest = site.get(&ana, &format!("/media?limit=2&after={next}")).await;
    assert_eq!((names(&rest), &rest.body["next"]), (vec!["a.png".to_owned()], &Value::Null));
    assert_eq!(site.get(&stranger, "/media").await.body["items"], json!([]));
    site.get(&ana, "/media?after=nonsense").await.is_problem(400, "bad_query");
}

#[tokio::test]
async fn what_is_uploaded_is_one_type_and_what_it_says() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let upload = async |kind: &str, bytes: Vec<u8>| {
        let request = site.http.post(format!("{}/api/v1/media", site.url)).bearer_auth(&ana.token);
        answer(request.header("content-type", kind.to_owned()).body(bytes)).await
    };
    for kind in ["image/webp, text/html", "png", "image/png; a, text/html"] {
        upload(kind, PNG.to_vec()).await.is_problem(422, "invalid");
    }
    upload("image/png", b"<script>".to_vec()).await.is_problem(422, "invalid");
    upload("image/png", vec![]).await.is_problem(422, "invalid");
    assert_eq!(site.get(&ana, "/media").await.body["items"], json!([]));
    // Who does not know the type is told it.
    let found = upload("application/octet-stream", PNG.to_vec()).await;
    assert_eq!((found.status.as_u16(), &found.body["mime_type"]), (201, &json!("image/png")));
    // SVG may hold script: it is kept, and only ever saved.
    let drawing = upload("image/svg+xml", b"<svg onload='alert(1)'/>".to_vec()).await;
    let saved = site.get(&ana, &format!("/media/{}", drawing.id())).await;
    assert_eq!(saved.headers["content-type"], "application/octet-stream");
    // Files are larger than other bodies.
    let large = upload("application/pdf", vec![b'%'; 9 * 1024 * 1024]).await;
    assert_eq!((large.status.as_u16(), &large.body["size"]), (201, &json!(9 * 1024 * 1024)));
    let fits = json!({ "kind": "document", "largest": 100 * 1024 * 1024, "fits": true });
    assert_eq!((&large.body["sent_as"], &drawing.body["sent_as"]), (&fits, &Value::Null));
}

#[tokio::test]
async fn a_person_sends_files_that_whatsapp_takes() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let (petra, id) = talk(&site, &ana).await;
    let path = format!("/conversations/{id}/messages");
    let taken = site.call(&ana, Method::POST, &format!("/conversations/{id}/take_over"), None).await;
    assert_eq!(taken.status, 200);
    let upload = async |kind: &str, name: &str, bytes: Vec<u8>| {
        let request =
            site.http.post(format!("{}/api/v1/media?filename={name}", site.url)).bearer_auth(&ana.token);
        answer(request.header("content-type", kind.to_owned()).body(bytes)).await.id()
    };
    let write = async |body: Value| site.call(&ana, Method::POST, &path, Some(body)).await;
    let photo = upload("image/png", "roof.png", PNG.to_vec()).await;
    let sent = write(json!({ "file": { "id": photo, "caption": "The roof" } })).await;
    assert_eq!(sent.status, 202, "{sent:?}");
    let list = upload("application/pdf", "prices.pdf", b"%PDF-1.7".to_vec()).await;
    assert_eq!(write(json!({ "file": { "id": list } })).await.status, 202);
    petra.wait_for(2, SOON).await.unwrap();
    let seen = petra.transcript();
    assert!(seen.iter().any(|line| line.contains("The roof")), "{seen:?}");
    // What WhatsApp does not take is refused before anything is queued, at its field.
    let drawing = upload("image/svg+xml", "a.svg", b"<svg/>".to_vec()).await;
    let large = upload("image/png", "large.png", [PNG, &vec![0; 6 * 1024 * 1024]].concat()).await;
    for (body, pointer) in [
        (json!({ "file": { "id": drawing } }), "/file/id"),
        (json!({ "file": { "id": large } }), "/file/id"),
        (json!({ "file": { "id": photo, "kind": "video" } }), "/file/kind"),
        (json!({ "file": { "id": photo, "caption": "x".repeat(1025) } }), "/file/caption"),
        (json!({ "file": { "id": photo, "voice": true } }), "/file/voice"),
        (json!({ "file": { "id": "med_00000000000000000000000000000000" } }), "/file/id"),
        (json!({ "text": "hi", "file": { "id": photo } }), "/text"),
    ] {
        let refused = write(body).await;
        refused.is_problem(422, "invalid");
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{refused:?}");
    }
    // A picture that is too large for a picture goes as a document.
    assert_eq!(write(json!({ "file": { "id": large, "kind": "document" } })).await.status, 202);
    let stranger = site.owner().await;
    site.call(&stranger, Method::POST, &path, Some(json!({ "file": { "id": photo } })))
        .await
        .is_problem(404, "not_found");
}

#[tokio::test]
async fn variables_from_outside_keep_to_the_bounds_of_a_bot() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let integration = site.connected(&ana).await;
    let bot = site.published(&ana).await;
    let room = 256 * 1024 - 2 - (1 + 4) - 2;
    let text = |length: usize| json!({ "v": "x".repeat(length) });
    let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    let many: Value =
        (0..20_000).map(|at| (format!("name{at}"), json!("x"))).collect::<serde_json::Map<_, _>>().into();
    let wrong =
        [(text(room + 1), "too_large"), (many, "too_large"), (json!({ "v": nested(70) }), "too_deep")];
    let start = |variables: &Value| {
        json!({ "integration_id": integration, "to": "+4915123456789", "bot_id": bot,
        "variables": variables })
    };
    let doors = [
        (
            "/messages".to_owned(),
            json!({ "integration_id": integration, "to": "+4915123456789", "bot_id": bot }),
        ),
        (format!("/bots/{bot}/test_sessions"), json!({})),
        (format!("/bots/{bot}/code"), json!({ "code": "def __custom_fn__(variables):\n    return 1" })),
        (
            format!("/bots/{bot}/request"),
            json!({ "node": { "type": "api_request", "method": "GET", "url": "http://127.0.0.1:9/" } }),
        ),
    ];
    for (path, body) in doors {
        for (variables, code) in &wrong {
            let mut body = body.clone();
            body["variables"] = variables.clone();
            let refused = site.post(&ana, &path, body).await;
            assert_eq!((refused.status.as_u16(), refused.pointers()), (422, vec!["/variables"]), "{path}");
            assert_eq!(refused.body["errors"][0]["code"], *code, "{path}");
        }
    }
    assert_eq!(site.get(&ana, "/conversations").await.body["items"], json!([]), "nothing is half done");
    assert_eq!(site.post(&ana, "/messages", start(&text(room))).await.status, 202);
    eventually(&site, &ana, "/conversations", |all| !all["items"][0].is_null()).await;
    // A flow test keeps to them too.
    let mut definition: Value = serde_json::from_str(crate::site::MENU).unwrap();
    definition["tests"] =
        json!([{ "name": "large", "variables": text(room + 1), "steps": [{ "contact": "hi" }] }]);
    let run = site.post(&ana, &format!("/bots/{bot}/tests/run"), json!({ "definition": definition })).await;
    assert_eq!(run.body["failed"], 1, "{}", run.body.to_string().chars().take(300).collect::<String>());
    assert!(run.body["tests"][0]["failure"]["message"].as_str().unwrap().contains("larger or deeper"));
}
