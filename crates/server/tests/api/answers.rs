//! What people answered, as a CSV file.

use std::time::Duration;

use chasqui_model::account::Role;
use chasqui_simulator::harness;
use serde_json::{Value, json};

use crate::site::{Person, Site, answer};

const SOON: Duration = Duration::from_secs(10);

async fn csv(site: &Site, who: &Person, bot: &str, query: &str) -> crate::site::Answer {
    answer(
        site.http.get(format!("{}/api/v1/bots/{bot}/answers.csv{query}", site.url)).bearer_auth(&who.token),
    )
    .await
}

/// Somebody who answers the menu bot to its end.
async fn answers(site: &Site, name: &str) {
    let contact = site.meta.contact("Petra", harness::NUMBER).unwrap();
    contact.says("hi").unwrap();
    contact.next(SOON).await.unwrap();
    contact.says(name).unwrap();
    contact.next(SOON).await.unwrap();
    contact.taps("My order").unwrap();
    contact.next(SOON).await.unwrap();
}

/// Asks until the file has so many lines: the last turn may be on its way.
async fn lines(site: &Site, who: &Person, bot: &str, count: usize) -> Vec<String> {
    for _ in 0..500 {
        let found = csv(site, who, bot, "").await;
        assert_eq!(found.headers["content-type"], "text/csv; charset=utf-8");
        let text = found.body.as_str().unwrap().to_owned();
        if text.matches("\r\n").count() == count {
            return text.split_terminator("\r\n").map(str::to_owned).collect();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never {count} lines: {:?}", csv(site, who, bot, "").await);
}

#[tokio::test]
async fn every_finished_conversation_is_a_line_and_every_variable_a_column() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let integration = site.connected(&ana).await;
    let it = site.get(&ana, &format!("/integrations/{integration}")).await;
    let bot = it.body["bot"]["id"].as_str().unwrap();
    let head = "\u{feff}\"conversation_id\",\"bot_version\",\"contact_name\",\"contact_phone\",\"started_at\",\"ended_at\",\"end_reason\",\"name\",\"choice\"";
    assert_eq!(lines(&site, &ana, bot, 1).await, [head]);
    answers(&site, "=HYPERLINK(\"http://x\")").await;
    answers(&site, "Jonas, \"Joe\"").await;
    // One that is not over is no answer yet.
    let open = site.meta.contact("Open", harness::NUMBER).unwrap();
    open.says("hi").unwrap();
    open.next(SOON).await.unwrap();
    let lines = lines(&site, &ana, bot, 3).await;
    assert_eq!(lines[0], head);
    let has = |end: &str| lines.iter().filter(|line| line.ends_with(end)).count();
    assert_eq!(has("\"finished\",\"'=HYPERLINK(\"\"http://x\"\")\",\"My order\""), 1, "{lines:?}");
    assert_eq!(has("\"finished\",\"Jonas, \"\"Joe\"\"\",\"My order\""), 1, "{lines:?}");
    assert!(lines[1].starts_with("\"cnv_") && lines[1].contains(",\"1\",\"Petra\",\"49"), "{lines:?}");
    let url = format!("{}/api/v1/bots/{bot}/answers.csv", site.url);
    let raw = site.http.get(url).bearer_auth(&ana.token).send().await.unwrap();
    assert_eq!(raw.headers()["content-disposition"], "attachment; filename=\"answers.csv\"");
    assert!(raw.bytes().await.unwrap().starts_with("\u{feff}\"conversation_id\",".as_bytes()));
    let none = csv(&site, &ana, bot, "?until=2020-01-01T00:00:00Z").await;
    assert_eq!(none.body.as_str().unwrap().matches("\r\n").count(), 1);
    csv(&site, &ana, bot, "?since=yesterday").await.is_problem(400, "bad_query");
}

#[tokio::test]
async fn answers_are_for_those_who_build_in_the_account() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = site.published(&ana).await;
    let (stranger, viewer) = (site.owner().await, site.colleague(&ana, Role::Viewer).await);
    csv(&site, &stranger, &bot, "").await.is_problem(404, "not_found");
    csv(&site, &viewer, &bot, "").await.is_problem(403, "forbidden");
    let builder = site.colleague(&ana, Role::Builder).await;
    assert_eq!(csv(&site, &builder, &bot, "").await.status, 200);
    // A token that may only read bots may not read what people said.
    let limited = json!({ "name": "CI", "role": "builder", "scopes": ["bots:read"] });
    let token = site.post(&ana, "/api_tokens", limited).await;
    let limited = Person { token: token.body["token"].as_str().unwrap().to_owned(), ..builder };
    csv(&site, &limited, &bot, "").await.is_problem(403, "forbidden");
    assert_ne!(token.body, Value::Null);
}
