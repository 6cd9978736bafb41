//! Ids of another account inside of requests: in bodies, in bot files, as the place where a list goes on, as the key of a
//! repeated request. Nothing is read, changed or set off with them.

use std::time::Duration;

use chasqui_model::account::Role;
use chasqui_simulator::harness;
use reqwest::Method;
use serde_json::{Value, json};

use crate::site::{PASSWORD, Person, Site, answer};

const SOON: Duration = Duration::from_secs(10);
/// Words that only Ana's things hold.
const SECRET: &str = "The alpaca's secret";

/// What Ana has.
struct Anas {
    bot: String,
    integration: String,
    conversation: String,
    contact: String,
    media: String,
    template: Value,
}

async fn anas(site: &Site, ana: &Person) -> Anas {
    let nodes = json!([{ "id": "ask", "type": "question_text", "text": SECRET, "ports": { "next": "bye" } },
        { "id": "bye", "type": "end" }]);
    let definition = json!({ "format": 1, "name": SECRET, "start": "ask", "nodes": nodes });
    let bot = published(site, ana, definition).await;
    let integration = site.post(ana, "/integrations", crate::site::form(&bot)).await.id();
    site.meta.create_business(harness::business().with_callback(&site.callback(&integration)));
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    let talk = site.get(ana, "/conversations").await.body["items"][0].clone();
    let upload = site.http.post(format!("{}/api/v1/media?filename=a.png", site.url)).bearer_auth(&ana.token);
    let media = answer(
        upload.header("content-type", "image/png").body([crate::site::PNG, SECRET.as_bytes()].concat()),
    )
    .await
    .id();
    let template = json!({ "name": "reopen", "language": "en", "parameters": ["Petra"] });
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (conversation, contact) = (text(&talk["id"]), text(&talk["contact"]["id"]));
    Anas { bot, integration, conversation, contact, media, template }
}

async fn published(site: &Site, who: &Person, definition: Value) -> String {
    let bot = site.post(who, "/bots", json!({ "definition": definition })).await.id();
    let done = site.post(who, &format!("/bots/{bot}/publish"), json!({})).await;
    assert_eq!(done.status, 200, "{done:?}");
    bot
}

/// Another number of the simulated Meta, for Ben.
fn bens_business() -> chasqui_simulator::BusinessSpec {
    let mut business = harness::business();
    business.app_id = "900000000000001".into();
    business.business_account_id = "900000000000002".into();
    business.numbers[0].id = "900000000000003".into();
    business.numbers[0].display_phone_number = "+1 555-078-3999".into();
    business.tokens[0].token = "EAAben".into();
    business
}

/// An active number of Ben's with this bot.
async fn bens_number(site: &Site, ben: &Person, bot: &str) -> String {
    site.meta.create_business(bens_business());
    let mut form = crate::site::form(bot);
    form["credentials"] = json!({ "business_account_id": "900000000000002", "phone_number_id": "900000000000003",
        "app_id": "900000000000001", "app_secret": harness::SECRET, "access_token": "EAAben",
        "verify_token": "ben's-long-random-string" });
    let made = site.post(ben, "/integrations", form).await;
    assert_eq!(made.status, 201, "{made:?}");
    site.meta.create_business(bens_business().with_callback(&site.callback(&made.id())));
    made.id()
}

#[tokio::test]
async fn no_body_reaches_another_account_by_an_id_in_it() {
    let site = Site::start().await;
    let (ana, ben) = (site.owner().await, site.owner().await);
    let hers = anas(&site, &ana).await;
    let before = site.get(&ana, &format!("/integrations/{}", hers.integration)).await.body;
    let bens_bot = site.published(&ben).await;
    let number = bens_number(&site, &ben, &bens_bot).await;
    let own = format!("/integrations/{number}");
    let draft = |node: Value| json!({ "format": 1, "name": "Ben", "start": node["id"], "nodes": [node, { "id": "bye", "type": "end" }] });
    let jump = draft(json!({ "id": "go", "type": "jump", "bot": hers.bot }));
    let to = "+4915123456789";
    let tries: Vec<(Method, String, Value)> = vec![
        (Method::POST, "/integrations?check=false".into(), {
            let mut form = crate::site::form(&hers.bot);
            form["active"] = json!(false);
            form
        }),
        (Method::PATCH, own.clone(), json!({ "bot_id": hers.bot })),
        (Method::PATCH, own, json!({ "bot_id": hers.bot, "open_conversations": "end" })),
        (Method::POST, "/integrations/check".into(), json!({ "integration_id": hers.integration })),
        (
            Method::POST,
            "/phone_numbers/read".into(),
            json!({ "text": "1", "integration_id": hers.integration }),
        ),
        (
            Method::POST,
            "/messages".into(),
            json!({ "integration_id": hers.integration, "to": to, "template": hers.template }),
        ),
        (Method::POST, "/messages".into(), json!({ "integration_id": number, "to": to, "bot_id": hers.bot })),
        (Method::POST, format!("/conversations/{}/messages", hers.conversation), json!({ "text": "hi" })),
        (Method::POST, format!("/conversations/{}/take_over", hers.conversation), json!({})),
        (Method::POST, format!("/bots/{}/copy", hers.bot), json!({ "name": "Mine" })),
        (Method::POST, format!("/bots/{}/test_sessions", hers.bot), json!({ "definition": jump })),
        (Method::POST, format!("/bots/{}/tests/run", hers.bot), json!({ "definition": jump })),
        (
            Method::POST,
            format!("/bots/{}/request", hers.bot),
            json!({ "node": { "id": "a", "type": "api_request" } }),
        ),
    ];
    let sends = site.meta.sends().0;
    let count = tries.len();
    for (method, path, body) in tries {
        let found = site.call(&ben, method.clone(), &path, Some(body)).await;
        let refused = matches!(found.status.as_u16(), 404 | 422);
        assert!(refused, "{method} {path} answers {} with a foreign id: {found:?}", found.status);
        assert!(!found.body.to_string().contains(SECRET), "{method} {path}");
    }
    println!("{count} of {count} bodies with a foreign id are refused");
    assert_eq!(site.meta.sends().0, sends, "nothing was sent");
    let after = site.get(&ana, &format!("/integrations/{}", hers.integration)).await.body;
    assert_eq!((&after["bot"], &after["updated_at"]), (&before["bot"], &before["updated_at"]));
    let talk = site.get(&ana, &format!("/conversations/{}", hers.conversation)).await;
    assert_eq!(talk.body["status"], "waiting");
}

#[tokio::test]
async fn a_session_is_not_moved_into_an_account_of_others() {
    let site = Site::start().await;
    let (ana, ben) = (site.owner().await, site.owner().await);
    let entered = json!({ "email": ben.email, "password": PASSWORD });
    let entered = answer(site.http.post(format!("{}/api/v1/session", site.url)).json(&entered)).await;
    let cookie = entered.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let switch = site.http.post(format!("{}/api/v1/session/account", site.url)).header("cookie", &cookie);
    answer(switch.json(&json!({ "account_id": ana.account.to_string() }))).await.is_problem(404, "not_found");
    let me = answer(site.http.get(format!("{}/api/v1/me", site.url)).header("cookie", &cookie)).await;
    assert_eq!(me.body["account"]["id"], ben.account.to_string());
}

/// In test mode and on a real number: a jump to another account's bot leads nowhere, and her file is not sent.
#[tokio::test]
async fn a_bot_leads_to_no_bot_and_sends_no_file_of_another_account() {
    let site = Site::start().await;
    let (ana, ben) = (site.owner().await, site.owner().await);
    let hers = anas(&site, &ana).await;
    let end = |id: &str, text: &str| json!({ "id": id, "type": "end", "text": text });
    let nodes = json!([
        { "id": "file", "type": "media", "kind": "image", "url": hers.media, "ports": { "next": "go", "error": "go" } },
        { "id": "go", "type": "jump", "bot": hers.bot, "return": true, "ports": { "next": "bye", "error": "oops" } },
        end("bye", "That worked."), end("oops", "There is no such bot.")]);
    let definition = json!({ "format": 1, "name": "Ben", "start": "file", "nodes": nodes });
    let bot = published(&site, &ben, definition).await;
    let session = site.post(&ben, &format!("/bots/{bot}/test_sessions"), json!({})).await;
    let path = format!("/test_sessions/{}/messages", session.id());
    let said = site.post(&ben, &path, json!({ "contact": "hi" })).await;
    assert!(!said.body.to_string().contains(SECRET), "{said:?}");
    site.get(&ana, &format!("/test_sessions/{}", session.id())).await.is_problem(404, "not_found");
    bens_number(&site, &ben, &bot).await;
    let jonas = site.meta.contact("Jonas", "900000000000003").unwrap();
    jonas.says("hi").unwrap();
    let seen = jonas.wait_for(1, SOON).await.unwrap();
    let text = format!("{seen:?}");
    assert!(text.contains("There is no such bot.") && !text.contains(SECRET), "{text}");
    let talk = site.get(&ben, "/conversations").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    let lines = site.get(&ben, &format!("/conversations/{talk}/messages")).await;
    let file =
        lines.body["items"].as_array().unwrap().iter().find(|it| it["type"] == "image").unwrap().clone();
    assert_eq!(file["status"], "failed", "{file}");
}

#[tokio::test]
async fn no_list_goes_on_from_another_accounts_things_or_shows_them() {
    let site = Site::start().await;
    let (ana, ben) = (site.owner().await, site.owner().await);
    let hers = anas(&site, &ana).await;
    site.published(&ben).await;
    let now = site.server.app.clock.now().millis() + 60_000;
    let tries = [
        ("/bots", hers.bot.clone()),
        ("/integrations", hers.integration.clone()),
        ("/contacts", hers.contact.clone()),
        ("/conversations", format!("{now}.{}", hers.conversation)),
    ];
    for (path, after) in &tries {
        let found = site.get(&ben, &format!("{path}?after={after}")).await;
        assert_eq!(found.status, 200, "{path}: {found:?}");
        let text = found.body["items"].to_string();
        for id in [&hers.bot, &hers.integration, &hers.contact, &hers.conversation] {
            assert!(!text.contains(id.as_str()), "{path} goes on with {id}");
        }
        assert!(!text.contains(SECRET), "{path}");
    }
    let about = format!("/conversations/{}/messages?after=0", hers.conversation);
    site.get(&ben, &about).await.is_problem(404, "not_found");
    site.get(&ben, &format!("/bots/{}/versions?after=9", hers.bot)).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_key_that_somebody_else_used_answers_nothing_of_theirs() {
    let site = Site::start().await;
    let (ana, ben) = (site.owner().await, site.owner().await);
    let cora = site.colleague(&ana, Role::Builder).await;
    let post = async |who: &Person| {
        let request = site.http.post(format!("{}/api/v1/bots", site.url)).bearer_auth(&who.token);
        answer(request.header("idempotency-key", "the-same").json(&json!({ "name": SECRET }))).await
    };
    let first = post(&ana).await;
    let second = post(&ben).await;
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (201, 201));
    assert_ne!(first.body["id"], second.body["id"], "each account's keys are its own");
    post(&cora).await.is_problem(422, "key_reused");
    assert_eq!(post(&ana).await.body["id"], first.body["id"]);
}

/// A bot that others lead to is found after it was published again.
#[tokio::test]
async fn a_bot_that_another_leads_to_may_be_published_again() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let end = |text: &str| json!({ "format": 1, "name": "Child", "start": "bye", "nodes": [{ "id": "bye", "type": "end", "text": text }] });
    let child = published(&site, &ana, end("One.")).await;
    let jump = json!({ "format": 1, "name": "Parent", "start": "go", "nodes": [{ "id": "go", "type": "jump", "bot": child }] });
    let parent = published(&site, &ana, jump).await;
    let id = site.post(&ana, "/integrations", crate::site::form(&parent)).await.id();
    site.meta.create_business(harness::business().with_callback(&site.callback(&id)));
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    assert!(format!("{:?}", petra.wait_for(1, SOON).await.unwrap()).contains("One."));
    let saved = json!({ "revision": 1, "definition": end("Two.") });
    assert_eq!(site.call(&ana, Method::PUT, &format!("/bots/{child}/draft"), Some(saved)).await.status, 200);
    assert_eq!(site.post(&ana, &format!("/bots/{child}/publish"), json!({})).await.status, 200);
    petra.says("hi").unwrap();
    assert!(format!("{:?}", petra.wait_for(1, SOON).await.unwrap()).contains("Two."));
}
