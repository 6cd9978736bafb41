//! What a switch or a field promises, followed to where it has its effect.

use std::time::Duration;

use chasqui_model::Id;
use chasqui_model::account::Role;
use chasqui_model::conversation::Conversation;
use chasqui_simulator::{TokenSpec, harness};
use futures::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};

use crate::care::{DAY, codes, kept};
use crate::site::{Answer, Person, Site, form};

const SOON: Duration = Duration::from_secs(10);

/// A bot with these nodes, published and connected: the integration's id.
async fn connected(site: &Site, ana: &Person, nodes: Value) -> String {
    let start = nodes[0]["id"].clone();
    let definition = json!({ "format": 1, "name": "Desk", "start": start, "nodes": nodes });
    let bot = site.post(ana, "/bots", json!({ "definition": definition })).await.id();
    let published = site.post(ana, &format!("/bots/{bot}/publish"), json!({})).await;
    assert_eq!(published.status, 200, "{published:?}");
    let made = site.post(ana, "/integrations", form(&bot)).await;
    assert_eq!(made.status, 201, "{made:?}");
    let id = made.id();
    site.meta.create_business(harness::business().with_callback(&site.callback(&id)));
    id
}

async fn set(site: &Site, ana: &Person, id: &str, settings: Value) -> Answer {
    let path = format!("/integrations/{id}");
    let saved = site.call(ana, Method::PATCH, &path, Some(json!({ "settings": settings }))).await;
    assert_eq!(saved.status, 200, "{saved:?}");
    saved
}

async fn until(site: &Site, ana: &Person, path: &str, done: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..500 {
        let found = site.get(ana, path).await.body;
        if done(&found) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("not so: {:?}", site.get(ana, path).await);
}

/// Runs SQL behind the product's back, as time and damage do it. `{id}` stands for an id as the engine writes it.
async fn behind(site: &Site, sql: &str, id: String) {
    if let Some(database) = &site.database {
        database.run(&sql.replace("{id}", &format!("'{id}'"))).await;
        return;
    }
    let db = rusqlite::Connection::open(site.directory.path().join("chasqui.db")).unwrap();
    db.busy_timeout(Duration::from_secs(5)).unwrap();
    db.execute_batch(&sql.replace("{id}", &format!("x'{id}'"))).unwrap();
}

fn hex(id: &str) -> String {
    hex::encode(id.parse::<Id<Conversation>>().unwrap().bytes())
}

fn desk() -> Value {
    json!([
        { "id": "ask", "type": "question_text", "text": "What is it about?", "save_as": "topic",
          "ports": { "next": "person" } },
        { "id": "person", "type": "handoff", "text": "One moment.", "summary": "{contact.name} asks about {topic}" }
    ])
}

#[tokio::test]
async fn a_hand_off_rings_mails_and_keeps_its_summary() {
    let (site, inbox) = Site::start_with_mail().await;
    let ana = site.owner().await;
    let viewer = site.colleague(&ana, Role::Viewer).await;
    let builder = site.colleague(&ana, Role::Builder).await;
    connected(&site, &ana, desk()).await;
    let page =
        site.http.get(format!("{}/api/v1/stream", site.url)).bearer_auth(&ana.token).send().await.unwrap();
    assert_eq!(site.get(&ana, "/conversations/count").await.body, json!({ "waiting": 0 }));
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    petra.says("my order").unwrap();
    petra.wait_for(1, SOON).await.unwrap();

    let mut heard = page.bytes_stream();
    let id = tokio::time::timeout(SOON, async {
        loop {
            let text = String::from_utf8(heard.next().await.unwrap().unwrap().to_vec()).unwrap();
            let lines = text.lines().filter_map(|line| line.strip_prefix("data: "));
            let mut news = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
            if let Some(news) = news.find(|news| news["kind"] == "handoff") {
                return news["id"].as_str().unwrap().to_owned();
            }
        }
    })
    .await
    .unwrap();
    let (one, two) = (inbox.nth(1).await, inbox.nth(2).await);
    let mut told = [one.to.clone(), two.to.clone()];
    let mut wanted = [ana.email.clone(), builder.email.clone()];
    told.sort();
    wanted.sort();
    assert_eq!(told, wanted, "everybody who may take over, and not {}", viewer.email);
    assert_eq!(one.subject, "Main line: A conversation waits for a person");
    assert!(one.text.contains(&format!("{}/conversations/{id}", site.url)), "{}", one.text);
    assert!(!one.text.contains("order") && !one.text.contains("Petra"), "{}", one.text);

    let path = format!("/conversations/{id}");
    let found = site.get(&ana, &path).await.body;
    assert_eq!(found["handoff"]["summary"], "Petra asks about my order");
    assert_eq!(found["handoff"]["node"], "person");
    assert_eq!(site.get(&ana, "/conversations/count").await.body, json!({ "waiting": 1 }));
    let words = json!({ "text": "Here I am." });
    assert_eq!(site.post(&ana, &format!("{path}/messages"), words).await.status, 202);
    until(&site, &ana, "/conversations/count", |it| it["waiting"] == 0).await;
    petra.says("finally").unwrap();
    until(&site, &ana, "/conversations/count", |it| it["waiting"] == 1).await;
    // Over, it still says what it was about, and waits for nobody.
    site.post(&ana, &format!("{path}/close"), json!({})).await;
    assert_eq!(site.get(&ana, &path).await.body["handoff"]["summary"], "Petra asks about my order");
    assert_eq!(site.get(&ana, "/conversations/count").await.body, json!({ "waiting": 0 }));
    assert_eq!(inbox.all().len(), 2);
}

#[tokio::test]
async fn a_hand_off_is_mailed_to_the_addresses_that_are_named_once_for_each_conversation() {
    let (site, inbox) = Site::start_with_mail().await;
    let ana = site.owner().await;
    let german = json!({ "name": "Oak", "language": "de", "time_zone": "Europe/Berlin" });
    site.call(&ana, Method::PATCH, "/account", Some(german)).await;
    assert_eq!(site.get(&ana, "/account").await.body["name"], "Oak");
    let id = connected(&site, &ana, json!([{ "id": "person", "type": "handoff", "text": "Moment." }])).await;
    set(&site, &ana, &id, json!({ "error_alerts": { "enabled": true, "emails": ["desk@example.com"] } }))
        .await;
    for name in ["Petra", "Jonas"] {
        let one = site.meta.contact(name, harness::NUMBER).unwrap();
        one.says("hi").unwrap();
        one.wait_for(1, SOON).await.unwrap();
    }
    let (one, two) = (inbox.nth(1).await, inbox.nth(2).await);
    assert_eq!((one.to.as_str(), two.to.as_str()), ("desk@example.com", "desk@example.com"));
    assert_eq!(one.subject, "Main line: Ein Gespräch wartet auf einen Menschen");
    assert!(one.text.contains("Gespräch öffnen:") && one.text.contains(" CET"), "{}", one.text);
    assert_ne!(one.text, two.text, "each leads to its own conversation");
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(inbox.all().len(), 2);
}

/// A bot that fails at once.
fn failing(email_admin: bool) -> Value {
    json!([{ "id": "sum", "type": "formula", "mode": "answer", "expression": "1 / 0", "save_as": "n",
        "email_admin": email_admin, "ports": { "next": "end" } }, { "id": "end", "type": "end" }])
}

#[tokio::test]
async fn a_node_that_asks_for_it_mails_the_admins_when_it_fails() {
    let (site, inbox) = Site::start_with_mail().await;
    let ana = site.owner().await;
    site.colleague(&ana, Role::Builder).await;
    let id = connected(&site, &ana, failing(true)).await;
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("my secret words").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    let mail = inbox.nth(1).await;
    assert_eq!((&mail.to, mail.subject.as_str()), (&ana.email, "Main line: A bot failed at a node"));
    let talk = site.get(&ana, "/conversations").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    for part in ["The bot Desk failed at the node sum.", &format!("{}/conversations/{talk}", site.url)] {
        assert!(mail.text.contains(part), "{}", mail.text);
    }
    assert!(!mail.text.contains("secret") && !mail.text.contains(petra.wa_id()), "{}", mail.text);
    // What repeats is counted, and told at most every 15 minutes.
    for _ in 0..3 {
        petra.says("again").unwrap();
        petra.wait_for(1, SOON).await.unwrap();
    }
    let all = until(&site, &ana, "/incidents", |it| it["items"][0]["count"] == 4).await;
    assert_eq!((&all["items"][0]["code"], &all["items"][0]["node"]), (&json!("node_failed"), &json!("sum")));
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(inbox.all().len(), 1);
    site.age_incident(all["items"][0]["id"].as_str().unwrap(), Duration::from_mins(16)).await;
    assert_eq!(inbox.nth(2).await.subject, "Main line: A bot failed at a node, 3 more");
    // Each error stands in the figures once.
    let shown = site.get(&ana, &format!("/integrations/{id}")).await.body;
    assert_eq!(shown["errors_24h"], 4);
}

#[tokio::test]
async fn a_node_that_does_not_ask_for_it_mails_nobody_unless_alerts_are_on() {
    let (site, inbox) = Site::start_with_mail().await;
    let ana = site.owner().await;
    connected(&site, &ana, failing(false)).await;
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    let all = until(&site, &ana, "/incidents", |it| it["items"][0]["count"] == 1).await;
    assert_ne!(all["items"][0]["code"], "node_failed");
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert!(inbox.all().is_empty());
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
async fn old_conversations_are_erased_with_their_files() {
    let site = Site::start().await;
    let ana = site.owner().await;
    connected(&site, &ana, json!([{ "id": "end", "type": "question_text", "wait": false, "text": "Thanks.", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end" }])).await;
    let (petra, jonas) = (
        site.meta.contact("Petra", harness::NUMBER).unwrap(),
        site.meta.contact("Jonas", harness::NUMBER).unwrap(),
    );
    for one in [&petra, &jonas] {
        one.says("hi").unwrap();
        one.wait_for(1, SOON).await.unwrap();
        one.settles(SOON).await.unwrap();
    }
    let all = until(&site, &ana, "/conversations", |it| {
        it["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|it| it["last_message"]["status"] == "delivered")
            .count()
            >= 2
            || it["items"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|it| it["last_message"]["status"] == "read")
                .count()
                >= 2
    })
    .await;
    let of = |name: &str| {
        let items = all["items"].as_array().unwrap();
        let it = items.iter().find(|it| it["contact"]["name"] == name).unwrap();
        (it["id"].as_str().unwrap().to_owned(), it["contact"]["id"].as_str().unwrap().to_owned())
    };
    let ((old, who), (young, _)) = (of("Petra"), of("Jonas"));
    // Petra's was 40 days ago.
    let moved = Duration::from_hours(40 * 24).as_millis();
    for sql in [
        format!(
            "UPDATE conversation SET ended_at = ended_at - {moved}, listed_at = listed_at - {moved} WHERE id = {{id}}"
        ),
        format!(
            "UPDATE contact SET created_at = created_at - {moved}, last_inbound_at = last_inbound_at - {moved} \
            WHERE id = (SELECT contact FROM conversation WHERE id = {{id}})"
        ),
    ] {
        behind(&site, &sql, hex(&old)).await;
    }
    let runtime = &site.server.app.runtime;
    runtime.erase_old().await;
    assert_eq!(site.get(&ana, &format!("/conversations/{old}")).await.status, 200, "nobody wants that");
    assert_eq!(site.get(&ana, "/account").await.body["last_retention"], Value::Null);
    site.call(&ana, Method::PATCH, "/account", Some(json!({ "retention_days": 30 }))).await;
    runtime.erase_old().await;
    site.get(&ana, &format!("/conversations/{old}")).await.is_problem(404, "not_found");
    site.get(&ana, &format!("/contacts/{who}")).await.is_problem(404, "not_found");
    assert_eq!(site.get(&ana, &format!("/conversations/{young}")).await.status, 200);
    let last = site.get(&ana, "/account").await.body["last_retention"].clone();
    assert_eq!((&last["conversations"], &last["contacts"]), (&json!(1), &json!(1)), "{last}");
    let audit = site.get(&ana, "/audit").await.body;
    assert_eq!(audit["items"][0]["action"], "conversation.erase_old", "{audit}");
    runtime.erase_old().await;
    let last = site.get(&ana, "/account").await.body["last_retention"].clone();
    assert_eq!(last["conversations"], 0, "a repeat finds nothing more to do");
    // Who comes back is answered, as somebody new.
    petra.says("me again").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
}

#[tokio::test]
async fn a_bot_tells_the_time_of_its_number() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = connected(
        &site,
        &ana,
        json!([{ "id": "now", "type": "question_text", "wait": false, "text": "{now}",
        "ports": { "next": "bye" } }, { "id": "bye", "type": "end" }]),
    )
    .await;
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    let offset = async || {
        petra.says("hi").unwrap();
        let seen = petra.next(SOON).await.unwrap();
        seen.text()[19..].to_owned()
    };
    let zone = async || site.get(&ana, &format!("/integrations/{id}")).await.body["time_zone"].clone();
    // A number of North America has no time zone of its own.
    assert_eq!(zone().await, json!({ "name": "UTC", "source": "usual" }));
    assert_eq!(offset().await, "+00:00");
    site.call(&ana, Method::PATCH, "/account", Some(json!({ "time_zone": "Asia/Kolkata" }))).await;
    assert_eq!(zone().await, json!({ "name": "Asia/Kolkata", "source": "account" }));
    assert_eq!(offset().await, "+05:30");
    let mut business = harness::business().with_callback(&site.callback(&id));
    business.numbers[0].display_phone_number = "+971 50 123 4567".into();
    site.meta.create_business(business);
    site.post(&ana, &format!("/integrations/{id}/diagnose"), json!({})).await;
    assert_eq!(zone().await, json!({ "name": "Asia/Dubai", "source": "number" }));
    assert_eq!(offset().await, "+04:00");
    let saved = set(&site, &ana, &id, json!({ "time_zone": "Asia/Tokyo" })).await;
    assert_eq!(saved.body["time_zone"], json!({ "name": "Asia/Tokyo", "source": "setting" }));
    assert_eq!(offset().await, "+09:00");
    let wrong = json!({ "settings": { "time_zone": "Mars/North" } });
    let refused = site.call(&ana, Method::PATCH, &format!("/integrations/{id}"), Some(wrong)).await;
    assert_eq!(refused.pointers(), ["/settings/time_zone"]);
    set(&site, &ana, &id, json!({ "time_zone": null })).await;
    assert_eq!(offset().await, "+04:00");
}

fn token(scopes: &[&str], revoked: bool, expires_in: Option<u64>) -> TokenSpec {
    let kind = if expires_in.is_some() { "USER" } else { "SYSTEM_USER" };
    let scopes = scopes.iter().map(|it| (*it).to_owned()).collect();
    TokenSpec { token: harness::TOKEN.into(), kind: kind.into(), expires_in, scopes, revoked }
}

/// A day passes, and the jobs look after the number.
async fn looks(site: &Site, ana: &Person, id: &str, token: TokenSpec) {
    let mut business = harness::business().with_callback(&site.callback(id));
    business.tokens = vec![token];
    site.meta.create_business(business);
    let app = &site.server.app;
    let it = kept(site, ana, id).await;
    let watch = chasqui_model::integration::Watch { looked_at: None, ..it.watch };
    app.store.set_watch(it.id, &watch).await.unwrap();
    app.runtime.reload_integration(ana.account, it.id).await.unwrap();
    app.runtime.look_after().await;
}

const BOTH: [&str; 2] = ["whatsapp_business_messaging", "whatsapp_business_management"];

#[tokio::test]
async fn a_token_that_was_revoked_is_noticed_and_one_that_works_again_heals() {
    let (site, inbox) = Site::start_with_mail().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    set(&site, &ana, &id, json!({ "error_alerts": { "enabled": true, "emails": ["ops@example.com"] } }))
        .await;
    looks(&site, &ana, &id, token(&[], false, None)).await;
    let path = format!("/integrations/{id}");
    assert_eq!(site.get(&ana, &path).await.body["health"], "ok");
    looks(&site, &ana, &id, token(&[], true, None)).await;
    let shown = site.get(&ana, &path).await.body;
    assert_eq!(shown["health"], "failing", "{shown}");
    assert!(shown["health_reason"].as_str().unwrap().contains("revoked"), "{shown}");
    assert_eq!(inbox.nth(1).await.subject, "Main line: The access token was revoked");
    looks(&site, &ana, &id, token(&[], true, None)).await;
    let told = codes(&site, &ana).await.iter().filter(|it| *it == "token_revoked").count();
    assert_eq!(told, 1, "once");
    looks(&site, &ana, &id, token(&[], false, None)).await;
    assert_eq!(site.get(&ana, &path).await.body["health"], "ok");
    assert_eq!(inbox.nth(2).await.subject, "Main line: over: The access token was revoked");
}

#[tokio::test]
async fn a_token_that_may_do_less_or_ends_earlier_is_noticed() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let health = async || site.get(&ana, &format!("/integrations/{id}")).await.body["health"].clone();
    looks(&site, &ana, &id, token(&BOTH, false, None)).await;
    assert_eq!(health().await, "ok");
    looks(&site, &ana, &id, token(&BOTH[..1], false, None)).await;
    assert_eq!(health().await, "warning");
    assert!(codes(&site, &ana).await.contains(&"token_permission_lost".to_owned()));
    looks(&site, &ana, &id, token(&BOTH[1..], false, None)).await;
    assert_eq!(health().await, "failing");
    looks(&site, &ana, &id, token(&BOTH, false, None)).await;
    assert!(codes(&site, &ana).await.contains(&"token_permission_back".to_owned()));
    looks(&site, &ana, &id, token(&BOTH, false, Some(5 * 86_400))).await;
    let left = kept(&site, &ana, &id).await.credentials.token.expires_at.unwrap();
    assert!(left.since(site.server.app.clock.now()) <= DAY * 5);
    assert!(codes(&site, &ana).await.contains(&"token_ends_soon".to_owned()));
}

#[tokio::test]
async fn what_waits_for_a_number_that_cannot_send_is_shown_as_held() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let id = site.connected(&ana).await;
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    petra.wait_for(1, SOON).await.unwrap();
    let talk = site.get(&ana, "/conversations").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    site.post(&ana, &format!("/conversations/{talk}/take_over"), json!({})).await;
    let path = format!("/integrations/{id}");
    let dead = TokenSpec { revoked: true, ..token(&[], false, None) };
    let fresh = TokenSpec { token: "EAAfresh".into(), ..token(&[], false, None) };
    let mut business = harness::business().with_callback(&site.callback(&id));
    business.tokens = vec![dead, fresh];
    site.meta.create_business(business);
    site.post(&ana, &format!("/conversations/{talk}/messages"), json!({ "text": "Soon." })).await;
    let messages = format!("/conversations/{talk}/messages");
    let last = |it: &Value| it["items"].as_array().unwrap().last().unwrap()["status"].clone();
    until(&site, &ana, &messages, |it| last(it) == "held").await;
    let listed = site.get(&ana, "/conversations").await.body;
    assert_eq!(listed["items"][0]["last_message"]["status"], "held");
    let body = json!({ "credentials": { "access_token": "EAAfresh" } });
    site.call(&ana, Method::PATCH, &path, Some(body)).await;
    petra.wait_for(1, SOON).await.unwrap();
    until(&site, &ana, &messages, |it| last(it) != "held" && last(it) != "queued").await;
    // Switched off, it waits as well.
    site.call(&ana, Method::PATCH, &path, Some(json!({ "active": false }))).await;
    site.post(&ana, &messages, json!({ "text": "Later." })).await;
    until(&site, &ana, &messages, |it| last(it) == "held").await;
}

#[tokio::test]
async fn a_state_that_cannot_be_read_is_kept_and_told_and_holds_up_nobody() {
    let site = Site::start().await;
    let ana = site.owner().await;
    connected(&site, &ana, desk()).await;
    let people: Vec<_> =
        (0..3).map(|n| site.meta.contact(&format!("P{n}"), harness::NUMBER).unwrap()).collect();
    for one in &people {
        one.says("hi").unwrap();
        one.wait_for(1, SOON).await.unwrap();
    }
    let all = site.get(&ana, "/conversations").await.body;
    let of = |name: &str| {
        let items = all["items"].as_array().unwrap();
        items.iter().find(|it| it["contact"]["name"] == name).unwrap()["id"].as_str().unwrap().to_owned()
    };
    // The turn computed from memory is stale, so that the row is read.
    let (damaged, unknown) = (of("P0"), of("P1"));
    behind(
        &site,
        "UPDATE conversation SET state = 'not a state', version = version + 1 WHERE id = {id}",
        hex(&damaged),
    )
    .await;
    behind(&site, "UPDATE conversation SET status = 7, version = version + 1 WHERE id = {id}", hex(&unknown))
        .await;
    for one in &people {
        one.says("my order").unwrap();
    }
    people[2].wait_for(1, SOON).await.unwrap();
    let told = until(&site, &ana, "/events?limit=200", |it| {
        it["items"].as_array().unwrap().iter().filter(|it| it["code"] == "message_not_run").count() == 2
    })
    .await;
    assert!(told.to_string().contains("cannot be read"), "{told}");
    let state = state_of(&site, hex(&damaged)).await;
    assert_eq!(state, "not a state", "the row is as it was");
}

async fn state_of(site: &Site, id: String) -> String {
    if let Some(database) = &site.database {
        return database.list(&format!("SELECT state FROM conversation WHERE id = '{id}'")).await.remove(0);
    }
    let db = rusqlite::Connection::open(site.directory.path().join("chasqui.db")).unwrap();
    let sql = format!("SELECT state FROM conversation WHERE id = x'{id}'");
    db.query_row(&sql, [], |row| row.get(0)).unwrap()
}
