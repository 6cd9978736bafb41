use reqwest::Method;
use serde_json::{Value, json};

use crate::site::{MENU, Site, answer};

#[tokio::test]
async fn a_bot_is_made_changed_published_and_restored() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let made = site.post(&ana, "/bots", json!({ "name": "  Menu " })).await;
    assert_eq!(
        (made.status.as_u16(), &made.body["name"], &made.body["revision"]),
        (201, &json!("Menu"), &json!(1))
    );
    let path = format!("/bots/{}", made.id());
    let unfinished = site.post(&ana, &format!("{path}/publish"), json!({})).await;
    unfinished.is_problem(422, "unfinished_bot");
    assert_eq!(unfinished.body["problems"][0]["severity"], "error");
    assert!(unfinished.body["problems"][0]["message"].is_string());

    let definition: Value = serde_json::from_str(MENU).unwrap();
    let draft = json!({ "revision": 1, "definition": definition });
    let saved = site.call(&ana, Method::PUT, &format!("{path}/draft"), Some(draft.clone())).await;
    assert_eq!(saved.body, json!({ "revision": 2 }));
    let late = site.call(&ana, Method::PUT, &format!("{path}/draft"), Some(draft)).await;
    late.is_problem(409, "changed_meanwhile");
    assert_eq!(late.body["revision"], 2);
    assert_eq!(site.post(&ana, &format!("{path}/validate"), json!({})).await.body, json!({ "problems": [] }));
    let stale = site.post(&ana, &format!("{path}/publish"), json!({ "revision": 1 })).await;
    stale.is_problem(409, "changed_meanwhile");
    // Nothing at all is a fine body here.
    let published = site.call(&ana, Method::POST, &format!("{path}/publish"), None).await;
    assert_eq!(published.body, json!({ "version": 1 }));

    let renamed = site.call(&ana, Method::PATCH, &path, Some(json!({ "name": "Desk" }))).await;
    assert_eq!(renamed.body["name"], "Desk");
    assert_eq!(renamed.body["changed_since_publish"], false);
    let shown = site.get(&ana, &format!("{path}/draft")).await;
    assert_eq!((&shown.body["revision"], &shown.body["definition"]["name"]), (&json!(2), &json!("Desk")));

    let empty = json!({ "revision": 2, "definition": { "half": "done" } });
    assert_eq!(site.call(&ana, Method::PUT, &format!("{path}/draft"), Some(empty)).await.body["revision"], 3);
    assert_eq!(site.get(&ana, &path).await.body["changed_since_publish"], true);
    let restored = site.post(&ana, &format!("{path}/versions/1/restore"), json!({})).await;
    assert_eq!(restored.body, json!({ "revision": 4 }));
    let draft = site.get(&ana, &format!("{path}/draft")).await;
    assert_eq!(draft.body["definition"]["nodes"], definition["nodes"]);
    let versions = site.get(&ana, &format!("{path}/versions")).await;
    assert_eq!(versions.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(site.get(&ana, &format!("{path}/versions/1")).await.body["definition"], definition);
    site.get(&ana, &format!("{path}/versions/2")).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_bot_in_use_stays() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let integration = site.connected(&ana).await;
    let bots = site.get(&ana, "/bots").await;
    let bot = &bots.body["items"][0];
    assert_eq!(bot["integrations"], json!([{ "id": integration, "name": "Main line", "active": true }]));
    let path = format!("/bots/{}", bot["id"].as_str().unwrap());
    site.call(&ana, Method::DELETE, &path, None).await.is_problem(409, "in_use");
    let gone = site.call(&ana, Method::DELETE, &format!("/integrations/{integration}"), None).await;
    assert_eq!(gone.status, 204);
    assert_eq!(site.call(&ana, Method::DELETE, &path, None).await.status, 204);
    site.get(&ana, &path).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn what_belongs_to_another_account_is_not_there() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let stranger = site.owner().await;
    let bot = site.published(&ana).await;
    let draft = json!({ "revision": 1, "definition": {} });
    for (method, path, body) in [
        (Method::GET, format!("/bots/{bot}"), None),
        (Method::PATCH, format!("/bots/{bot}"), Some(json!({ "name": "Mine" }))),
        (Method::DELETE, format!("/bots/{bot}"), None),
        (Method::GET, format!("/bots/{bot}/draft"), None),
        (Method::PUT, format!("/bots/{bot}/draft"), Some(draft)),
        (Method::POST, format!("/bots/{bot}/validate"), None),
        (Method::POST, format!("/bots/{bot}/publish"), None),
        (Method::GET, format!("/bots/{bot}/versions"), None),
        (Method::GET, format!("/bots/{bot}/versions/1"), None),
        (Method::POST, format!("/bots/{bot}/versions/1/restore"), None),
    ] {
        let foreign = site.call(&stranger, method.clone(), &path, body.clone()).await;
        foreign.is_problem(404, "not_found");
        let missing = path.replace(&bot, "bot_00000000000000000000000000000000");
        let missing = site.call(&stranger, method, &missing, body).await;
        assert_eq!(missing.body, foreign.body, "{path}");
    }
    assert_eq!(site.get(&stranger, "/bots").await.body, json!({ "items": [], "next": null }));
    site.get(&ana, "/bots/int_00000000000000000000000000000000").await.is_problem(404, "not_found");
    site.get(&ana, "/bots/hello").await.is_problem(404, "not_found");
}

#[tokio::test]
async fn lists_come_page_by_page() {
    let site = Site::start().await;
    let ana = site.owner().await;
    for name in ["a", "b", "c"] {
        site.post(&ana, "/bots", json!({ "name": name })).await;
    }
    let first = site.get(&ana, "/bots?limit=2").await;
    assert_eq!(first.body["items"].as_array().unwrap().len(), 2);
    let next = first.body["next"].as_str().unwrap();
    let second = site.get(&ana, &format!("/bots?limit=2&after={next}")).await;
    assert_eq!((&second.body["items"][0]["name"], &second.body["next"]), (&json!("c"), &Value::Null));
    for query in ["limit=0", "limit=201", "limit=x", "after=nonsense"] {
        site.get(&ana, &format!("/bots?{query}")).await.is_problem(400, "bad_query");
    }
}

#[tokio::test]
async fn every_refusal_is_a_problem() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let bots = format!("{}/api/v1/bots", site.url);
    let post = || site.http.post(&bots).bearer_auth(&ana.token);
    let json = |body: &'static str| post().header("content-type", "application/json").body(body);
    answer(json("{\"name\":")).await.is_problem(400, "not_json");
    answer(json("{} {}")).await.is_problem(400, "not_json");
    let shape = answer(json("{\"name\":7}")).await;
    shape.is_problem(422, "invalid");
    assert_eq!(shape.pointers(), ["/name"]);
    let long = answer(post().json(&json!({ "name": "x".repeat(81) }))).await;
    assert_eq!((long.pointers(), &long.body["errors"][0]["code"]), (vec!["/name"], &json!("length")));
    answer(post().body("name=x")).await.is_problem(415, "not_json");
    answer(site.http.delete(&bots).bearer_auth(&ana.token)).await.is_problem(405, "method_not_allowed");
    site.get(&ana, "/nothing").await.is_problem(404, "no_such_route");
    let large = answer(post().json(&json!({ "name": "x".repeat(6 * 1024 * 1024) }))).await;
    large.is_problem(413, "too_large");
}
