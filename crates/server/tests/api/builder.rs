//! What the builder asks the server: files, versions, flow tests, test mode.

use chasqui_model::account::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::site::{MENU, Person, Site};

async fn menu(site: &Site, of: &Person) -> String {
    site.post(of, "/bots/import", json!({ "text": MENU })).await.id()
}

fn said(session: &Value) -> Vec<String> {
    let log = session["log"].as_array().unwrap().iter();
    log.filter(|it| it["kind"] == "said")
        .map(|it| it["content"]["body"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_chat_with_the_draft_goes_as_on_the_phone() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = menu(&site, &ana).await;
    let begun = site.post(&ana, &format!("/bots/{bot}/test_sessions"), json!({})).await;
    assert_eq!(
        (begun.status.as_u16(), &begun.body["status"], &begun.body["log"]),
        (201, &json!("waiting"), &json!([]))
    );
    let path = format!("/test_sessions/{}/messages", begun.id());
    site.post(&ana, &path, json!({ "contact": "hi" })).await;
    let asked = site.post(&ana, &path, json!({ "contact": "Ana" })).await;
    assert_eq!(said(&asked.body), ["What is your name?", "Hello Ana, how can we help?"]);
    assert_eq!((&asked.body["node"], &asked.body["variables"]), (&json!("menu"), &json!({ "name": "Ana" })));
    assert_eq!(asked.body["system"]["message.text"], "Ana");
    site.post(&ana, &path, json!({ "tap": "Nothing" })).await.is_problem(409, "not_now");
    site.post(&ana, &path, json!({ "bot": "Hi" })).await.is_problem(409, "not_now");
    site.post(&ana, &path, json!({ "shout": "Hi" })).await.is_problem(422, "invalid");
    let over = site.post(&ana, &path, json!({ "tap": "My order" })).await;
    assert_eq!((&over.body["status"], &over.body["end_reason"]), (&json!("ended"), &json!("finished")));
    let shown = site.get(&ana, &format!("/test_sessions/{}", begun.id())).await;
    assert_eq!(shown.body, over.body);

    let mut definition: Value = serde_json::from_str(MENU).unwrap();
    definition["tests"] = json!([{ "name": "saved", "steps": over.body["as_test"]["steps"] }]);
    let run = site.post(&ana, &format!("/bots/{bot}/tests/run"), json!({ "definition": definition })).await;
    assert_eq!((&run.body["passed"], &run.body["failed"]), (&json!(1), &json!(0)), "{run:?}");
}

#[tokio::test]
async fn a_location_is_sent_and_kept_as_a_flow_test() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let mut definition = json!({ "format": 1, "name": "Place", "start": "where", "variables": { "place": "object" }, "nodes": [
        { "id": "where", "type": "location_request", "text": "Where?", "save_as": "place", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "{place.name}, {place.latitude}" }
    ] });
    let bot = site.post(&ana, "/bots", json!({ "definition": definition })).await.id();
    let begun = site.post(&ana, &format!("/bots/{bot}/test_sessions"), json!({})).await;
    let path = format!("/test_sessions/{}/messages", begun.id());
    site.post(&ana, &path, json!({ "contact": "hi" })).await;
    let nowhere = json!({ "location": { "latitude": 91, "longitude": 0 } });
    let refused = site.post(&ana, &path, nowhere).await;
    refused.is_problem(422, "invalid");
    assert!(refused.body.to_string().contains("latitude from -90 to 90"), "{refused:?}");
    let place =
        json!({ "latitude": 53.5503, "longitude": 9.9928, "name": "Rathaus", "address": "Rathausmarkt 1" });
    let over = site.post(&ana, &path, json!({ "location": place })).await;
    let log = over.body["log"].as_array().unwrap();
    let heard = log.iter().rfind(|it| it["kind"] == "heard").unwrap();
    assert_eq!(
        (&heard["content"]["type"], &heard["content"]["name"]),
        (&json!("location"), &json!("Rathaus"))
    );
    assert_eq!(log.iter().rfind(|it| it["kind"] == "said").unwrap()["content"]["body"], "Rathaus, 53.5503");
    assert_eq!(over.body["variables"]["place"], place);

    let steps = &over.body["as_test"]["steps"];
    assert!(steps.as_array().unwrap().contains(&json!({ "location": place })), "{steps}");
    definition["tests"] = json!([{ "name": "saved", "steps": steps }]);
    let draft = json!({ "revision": 1, "definition": definition });
    site.call(&ana, Method::PUT, &format!("/bots/{bot}/draft"), Some(draft)).await;
    let run = site.post(&ana, &format!("/bots/{bot}/tests/run"), json!({})).await;
    assert_eq!((&run.body["passed"], &run.body["failed"]), (&json!(1), &json!(0)), "{run:?}");
    // The same test in YAML.
    let yaml = site.get(&ana, &format!("/bots/{bot}/export?format=yaml")).await;
    let text = yaml.body.as_str().unwrap();
    assert!(text.contains("latitude: 53.5503"), "{text}");
    let again = site.post(&ana, "/bots/import", json!({ "text": text })).await.id();
    let run = site.post(&ana, &format!("/bots/{again}/tests/run"), json!({})).await;
    assert_eq!((&run.body["passed"], &run.body["failed"]), (&json!(1), &json!(0)), "{run:?}");
}

#[tokio::test]
async fn a_chat_belongs_to_its_account_and_to_those_who_build() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let stranger = site.owner().await;
    let viewer = site.colleague(&ana, Role::Viewer).await;
    let bot = menu(&site, &ana).await;
    let begun = site.post(&ana, &format!("/bots/{bot}/test_sessions"), json!({})).await;
    let path = format!("/test_sessions/{}", begun.id());
    site.get(&stranger, &path).await.is_problem(404, "not_found");
    site.post(&stranger, &format!("{path}/messages"), json!({ "contact": "hi" }))
        .await
        .is_problem(404, "not_found");
    site.post(&stranger, &format!("/bots/{bot}/test_sessions"), json!({})).await.is_problem(404, "not_found");
    site.post(&viewer, &format!("{path}/messages"), json!({ "contact": "hi" }))
        .await
        .is_problem(403, "forbidden");
    assert_eq!(site.get(&viewer, &path).await.status, 200);
    assert_eq!(site.call(&ana, Method::DELETE, &path, None).await.status, 204);
    site.get(&ana, &path).await.is_problem(404, "not_found");
    // The oldest makes room.
    let first = site.post(&ana, &format!("/bots/{bot}/test_sessions"), json!({})).await.id();
    for _ in 0..20 {
        site.post(&ana, &format!("/bots/{bot}/test_sessions"), json!({})).await.id();
    }
    site.get(&ana, &format!("/test_sessions/{first}")).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn calls_are_canned_or_real_as_wished() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = menu(&site, &ana).await;
    let url = format!("{}/healthz", site.url);
    let definition = json!({ "format": 1, "name": "Calls", "start": "a", "nodes": [
        { "id": "a", "type": "api_request", "url": url, "save_as": "one", "ports": { "next": "b" } },
        { "id": "b", "type": "api_request", "url": url, "save_as": "two", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "{one.status_code} {two.status_code}" }
    ] });
    let setup =
        json!({ "definition": definition, "effects": { "usual": "real", "nodes": { "b": "canned" } } });
    let begun = site.post(&ana, &format!("/bots/{bot}/test_sessions"), setup).await;
    let path = format!("/test_sessions/{}/messages", begun.id());
    let waits = site.post(&ana, &path, json!({ "contact": "hi" })).await;
    assert_eq!((&waits.body["status"], &waits.body["call"]["node"]), (&json!("calling"), &json!("b")));
    assert_eq!(waits.body["variables"]["one"]["status_code"], 200);
    let over = site.post(&ana, &path, json!({ "answer": { "status": 503 } })).await;
    assert_eq!(said(&over.body), ["200 503"]);
    site.post(&ana, &path, json!({ "call": "real" })).await.is_problem(409, "not_now");

    let node = json!({ "id": "x", "type": "api_request", "url": format!("{url}?a={{it}}"), "headers": { "X-It": "{it}" } });
    let tried = json!({ "node": node, "variables": { "it": "1 & 2" }, "send": true });
    let tried = site.post(&ana, &format!("/bots/{bot}/request"), tried).await;
    assert_eq!(tried.body["answer"]["status"], 200, "{tried:?}");
    let expected = format!("curl -X GET '{url}?a=1%20%26%202' \\\n  -H 'X-It: 1 & 2'");
    assert_eq!(tried.body["curl"], expected);
}

#[tokio::test]
async fn a_bot_that_wants_its_tests_to_pass_is_not_published_before() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = menu(&site, &ana).await;
    let path = format!("/bots/{bot}");
    let mut definition: Value = serde_json::from_str(MENU).unwrap();
    definition["settings"]["tests_must_pass"] = json!(true);
    definition["nodes"][2]["text"] = json!("Bye.");
    let draft = json!({ "revision": 1, "definition": definition });
    site.call(&ana, Method::PUT, &format!("{path}/draft"), Some(draft)).await;
    let refused = site.post(&ana, &format!("{path}/publish"), json!({})).await;
    refused.is_problem(422, "failed_tests");
    assert_eq!(
        (&refused.body["tests"][0]["name"], &refused.body["tests"][0]["failure"]["step"]),
        (&json!("menu"), &json!(6))
    );
    definition["settings"] = json!({});
    let draft = json!({ "revision": 2, "definition": definition });
    site.call(&ana, Method::PUT, &format!("{path}/draft"), Some(draft)).await;
    assert_eq!(site.post(&ana, &format!("{path}/publish"), json!({})).await.body, json!({ "version": 1 }));
    let names = site.post(&ana, &format!("{path}/tests/run"), json!({ "names": ["other"] })).await;
    assert_eq!(names.body, json!({ "passed": 0, "failed": 0, "tests": [] }));
}

#[tokio::test]
async fn bots_come_and_go_as_files() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bot = menu(&site, &ana).await;
    let file = |format: &str| {
        let url = format!("{}/api/v1/bots/{bot}/export?format={format}", site.url);
        site.http.get(url).bearer_auth(&ana.token)
    };
    let yaml = file("yaml").send().await.unwrap();
    assert_eq!(yaml.headers()["content-disposition"], "attachment; filename=\"menu.yaml\"");
    let yaml = yaml.text().await.unwrap();
    assert!(yaml.contains("start: ask_name"), "{yaml}");
    let named = site
        .post(&ana, "/bots/import", json!({ "text": format!("\u{feff}{yaml}"), "name": "Größe 表 No" }))
        .await;
    let url = format!("{}/api/v1/bots/{}/export", site.url, named.id());
    let json = site.http.get(url).bearer_auth(&ana.token).send().await.unwrap();
    assert_eq!(
        json.headers()["content-disposition"],
        "attachment; filename=\"gr__e-_-no.json\"; filename*=UTF-8''gr%C3%B6%C3%9Fe-%E8%A1%A8-no.json"
    );
    let again = site.post(&ana, "/bots/import", json!({ "text": yaml, "name": "From YAML" })).await;
    let drafts = [&bot, &again.id()].map(|id| format!("/bots/{id}/draft"));
    let (one, two) = (site.get(&ana, &drafts[0]).await, site.get(&ana, &drafts[1]).await);
    assert_eq!(one.body["definition"]["nodes"], two.body["definition"]["nodes"]);
    assert_eq!(two.body["definition"]["name"], "From YAML");
    assert_eq!(file("json").send().await.unwrap().json::<Value>().await.unwrap(), one.body["definition"]);

    let bad = site.post(&ana, "/bots/import", json!({ "text": "{\"format\": 1, \"nodes\": []}" })).await;
    bad.is_problem(422, "unreadable_bot");
    assert_eq!(bad.body["problems"][0]["field"], "name");

    let copy = site.post(&ana, &format!("/bots/{bot}/copy"), json!({ "name": "Twin" })).await;
    let twin = site.get(&ana, &format!("/bots/{}/draft", copy.id())).await;
    assert_eq!((&copy.body["name"], &twin.body["definition"]["name"]), (&json!("Twin"), &json!("Twin")));

    let starters = site.get(&ana, "/bots/starters").await;
    let starter = starters.body["items"][0]["id"].as_str().unwrap().to_owned();
    let made = site.post(&ana, &format!("/bots/starters/{starter}"), json!({})).await;
    assert_eq!(
        site.post(&ana, &format!("/bots/{}/publish", made.id()), json!({})).await.body,
        json!({ "version": 1 })
    );
    site.post(&ana, "/bots/starters/nothing", json!({})).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn usages_name_numbers_and_bots() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let integration = site.connected(&ana).await;
    let bot = site.get(&ana, "/bots").await.body["items"][0]["id"].as_str().unwrap().to_owned();
    let jump = json!({ "format": 1, "name": "Jumper", "start": "j", "nodes": [{ "id": "j", "type": "jump", "bot": bot }] });
    let jumper = site.post(&ana, "/bots", json!({ "definition": jump })).await.id();
    let usages = site.get(&ana, &format!("/bots/{bot}/usages")).await;
    assert_eq!(usages.body["integrations"][0]["id"], integration.as_str());
    assert_eq!(
        usages.body["bots"],
        json!([{ "id": jumper, "name": "Jumper", "where": "draft", "nodes": ["j"] }])
    );
    assert_eq!(site.get(&ana, &format!("/bots/{bot}/running")).await.body, json!({ "items": [] }));
    // A chat follows the jump into the other bot as it is published.
    let begun = site.post(&ana, &format!("/bots/{jumper}/test_sessions"), json!({})).await;
    let path = format!("/test_sessions/{}/messages", begun.id());
    let asked = site.post(&ana, &path, json!({ "contact": "hi" })).await;
    assert_eq!(said(&asked.body), ["What is your name?"]);
    assert_eq!(asked.body["node"], Value::Null);
    // Another account's bot is not there.
    let stranger = site.owner().await;
    let copied = site.post(&stranger, "/bots", json!({ "definition": jump_to(&bot) })).await.id();
    let begun = site.post(&stranger, &format!("/bots/{copied}/test_sessions"), json!({})).await;
    let path = format!("/test_sessions/{}/messages", begun.id());
    let over = site.post(&stranger, &path, json!({ "contact": "hi" })).await;
    assert_eq!(over.body["end_reason"], "failed");
}

fn jump_to(bot: &str) -> Value {
    json!({ "format": 1, "name": "Thief", "start": "j", "nodes": [{ "id": "j", "type": "jump", "bot": bot }] })
}

#[tokio::test]
async fn what_bots_say_by_themselves_is_listed_for_their_form() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let english = site.get(&ana, "/bots/phrases").await;
    let items = english.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 17);
    let date = items.iter().find(|item| item["phrase"] == "expect_date").unwrap();
    assert_eq!((&date["places"], &date["longest"]), (&json!(["example"]), &json!(4096)));
    let german = site.get(&ana, "/bots/phrases?language=de").await;
    assert_eq!(
        german.body["items"][15],
        json!({ "phrase": "done", "usual": "Fertig", "places": [], "longest": 20 })
    );
}
