//! Nobody gets at what is another account's, and nobody does more than their role: every operation of the API's own
//! description, tried with a foreign id, a foreign token, no token, and each role.

use std::collections::BTreeMap;

use chasqui_model::account::Role;
use chasqui_server::http::access::{self, Least};
use chasqui_simulator::harness;
use reqwest::Method;
use serde_json::{Value, json};

use crate::site::{Person, Site, answer};

/// An operation of the description.
struct Operation {
    method: Method,
    /// Below `/api/v1`.
    path: String,
}

fn operations() -> Vec<Operation> {
    let api = chasqui_server::http::description();
    let mut all = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix("/api/v1") else { continue };
        for method in item.as_object().unwrap().keys().filter(|key| *key != "parameters") {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            all.push(Operation { method, path: path.to_owned() });
        }
    }
    assert!(all.len() > 80, "the description has {} operations", all.len());
    all
}

/// A body that is good enough to get past its own checks, so that a refusal is about who asks.
fn body(operation: &Operation) -> Value {
    match (operation.method.as_str(), operation.path.as_str()) {
        ("PATCH", "/bots/{id}") => json!({ "name": "Mine" }),
        ("PUT", "/bots/{id}/draft") => json!({ "revision": 1, "definition": {} }),
        ("POST", "/bots/{id}/request") => json!({ "node": {} }),
        ("POST", "/bots/{id}/code") => json!({ "code": "" }),
        ("PATCH", "/users/{id}") => json!({ "role": "viewer" }),
        ("POST", "/conversations/{id}/messages") => json!({ "text": "hi" }),
        ("POST", "/conversations/{id}/thread") => json!({ "action": "release" }),
        ("POST", "/integrations/{id}/test_message") => json!({ "to": "+4915123456789" }),
        ("POST", "/installation/number_requests/{id}/decline") => json!({ "answer": "no" }),
        _ => json!({}),
    }
}

/// What belongs to Ana: an id for every kind of address, and all of them as text.
async fn belongings(site: &Site, ana: &Person) -> BTreeMap<&'static str, String> {
    let mut ids = BTreeMap::new();
    let integration = site.connected(ana).await;
    let it = site.get(ana, &format!("/integrations/{integration}")).await;
    ids.insert("bots", it.body["bot"]["id"].as_str().unwrap().to_owned());
    ids.insert("integrations", integration);
    let petra = site.meta.contact("Petra", harness::NUMBER).unwrap();
    petra.says("hi").unwrap();
    petra.wait_for(1, std::time::Duration::from_secs(10)).await.unwrap();
    let talk = site.get(ana, "/conversations").await.body["items"][0].clone();
    ids.insert("conversations", talk["id"].as_str().unwrap().to_owned());
    ids.insert("contacts", talk["contact"]["id"].as_str().unwrap().to_owned());
    let token = site.post(ana, "/api_tokens", json!({ "name": "CI", "role": "viewer" })).await;
    ids.insert("api_tokens", token.id());
    let invited = site.post(ana, "/invitations", json!({ "email": "x@example.com", "role": "viewer" })).await;
    ids.insert("invitations", invited.id());
    let users = site.get(ana, "/users").await;
    ids.insert("users", users.body["items"][0]["id"].as_str().unwrap().to_owned());
    let upload = site.http.post(format!("{}/api/v1/media?filename=a.png", site.url)).bearer_auth(&ana.token);
    let upload = answer(upload.header("content-type", "image/png").body(crate::site::PNG)).await;
    ids.insert("media", upload.id());
    let connection = json!({ "name": "Answers", "kind": "openai", "secret": "sk-0123456789ab" });
    ids.insert("connections", site.post(ana, "/connections", connection).await.id());
    let chat = site.post(ana, &format!("/bots/{}/test_sessions", ids["bots"]), json!({})).await;
    ids.insert("test_sessions", chat.id());
    ids.insert("incidents", incident(site, ana, &ids["integrations"]).await);
    ids
}

/// An open incident of Ana's.
async fn incident(site: &Site, ana: &Person, integration: &str) -> String {
    let app = &site.server.app;
    let event = chasqui_model::event::Event {
        id: app.clock.id(),
        account: ana.account,
        integration: Some(integration.parse().unwrap()),
        conversation: None,
        node: None,
        severity: chasqui_model::event::Severity::Error,
        code: "message_not_sent".into(),
        graph_code: None,
        notice: chasqui_model::notice::Notice::MessageNotSent { why: chasqui_model::reason::Reason::GivenUp },
        at: app.clock.now(),
    };
    app.store.add_events(&[event]).await.unwrap();
    for _ in 0..500 {
        if let Some(id) = site.get(ana, "/incidents").await.body["items"][0]["id"].as_str() {
            return id.to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("no incident was opened");
}

/// The id for an address, and the address with it.
fn address(operation: &Operation, ids: &BTreeMap<&'static str, String>) -> Option<String> {
    if !operation.path.contains("{id}") {
        return None;
    }
    let kind = operation.path.trim_start_matches('/').split('/').next().unwrap();
    if kind == "installation" {
        // Of the installation: no id of an account leads there.
        return Some(operation.path.replace("{id}", ids.get("integrations").unwrap()));
    }
    let id = ids.get(kind).unwrap_or_else(|| panic!("say in `belongings` which id {} takes", operation.path));
    Some(operation.path.replace("{id}", id).replace("{n}", "1"))
}

async fn ask(site: &Site, operation: &Operation, path: &str, token: Option<&str>) -> crate::site::Answer {
    let mut request = site.http.request(operation.method.clone(), format!("{}/api/v1{path}", site.url));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if operation.method != Method::GET && operation.method != Method::DELETE {
        request = request.json(&body(operation));
    }
    answer(request).await
}

#[tokio::test]
async fn no_operation_reaches_what_is_another_accounts() {
    let site = Site::start().await;
    let (ana, ben) = (site.owner().await, site.owner().await);
    let ids = belongings(&site, &ana).await;
    let (mut tried, mut refused) = (0, 0);
    for operation in operations() {
        let Some(path) = address(&operation, &ids) else { continue };
        let Operation { method, .. } = &operation;
        tried += 1;
        let found = ask(&site, &operation, &path, Some(&ben.token)).await;
        let fits = found.status == 404 || (found.status == 403 && path.starts_with("/installation"));
        assert!(fits, "{method} {path} answers {} to a stranger: {found:?}", found.status);
        refused += 1;
    }
    println!("{refused} of {tried} operations refuse a foreign id");
    assert!(tried > 40 && refused == tried);
    // Everything is still there and as it was.
    for (kind, id) in &ids {
        if matches!(*kind, "bots" | "integrations" | "conversations" | "contacts" | "test_sessions") {
            assert_eq!(site.get(&ana, &format!("/{kind}/{id}")).await.status, 200, "{kind} {id}");
        }
    }
}

#[tokio::test]
async fn no_list_shows_what_is_another_accounts() {
    let site = Site::start().await;
    let (ana, ben) = (site.owner().await, site.owner().await);
    let ids = belongings(&site, &ana).await;
    let mut tried = 0;
    for operation in operations() {
        let streams = operation.path == "/stream";
        if operation.method != Method::GET || operation.path.contains('{') || streams {
            continue;
        }
        tried += 1;
        let found = ask(&site, &operation, &operation.path, Some(&ben.token)).await;
        let text = found.body.to_string();
        for id in ids.values() {
            assert!(!text.contains(id.as_str()), "{} shows {id}", operation.path);
        }
        for id in ids.values() {
            let filtered = format!("{}?integration_id={id}&contact_id={id}&subject={id}", operation.path);
            let found = ask(&site, &operation, &filtered, Some(&ben.token)).await;
            assert!(!found.body.to_string().contains(id.as_str()), "{filtered}");
        }
    }
    println!("{tried} lists show nothing of another account");
}

#[tokio::test]
async fn every_role_does_what_the_table_says_and_no_more() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let mut people = vec![(Role::Owner, ana.clone())];
    for role in [Role::Viewer, Role::Builder, Role::Admin] {
        people.push((role, site.colleague(&ana, role).await));
    }
    let (mut tried, mut refused) = (0, 0);
    for operation in operations() {
        if operation.path == "/stream" || operation.path == "/me/password" {
            continue;
        }
        let path = operation.path.replace("{id}", "nothing").replace("{n}", "1");
        let row = access::find(operation.method.as_str(), &operation.path).unwrap();
        let nobody = ask(&site, &operation, &path, None).await;
        if row.least == Least::Anybody {
            assert_ne!(nobody.body["type"], "urn:chasqui:problem:unauthenticated", "{path}");
            continue;
        }
        tried += 1;
        nobody.is_problem(401, "unauthenticated");
        refused += 1;
        for (role, person) in &people {
            let least = match row.least {
                Least::Role(least) => Some(least),
                _ => None,
            };
            let may = least.is_some_and(|least| *role >= least);
            let found = ask(&site, &operation, &path, Some(&person.token)).await;
            let forbidden = found.status == 403;
            // Some need a session and say so.
            let session = path == "/session/account";
            let (method, role) = (&operation.method, role.name());
            tried += 1;
            if may {
                assert!(!forbidden || session, "{method} {path} is refused to {role}: {found:?}");
            } else {
                assert!(forbidden, "{method} {path} answers {} to {role}: {found:?}", found.status);
            }
            refused += 1;
        }
    }
    println!("{refused} of {tried} answers are as the table says");
}

#[tokio::test]
async fn a_made_up_token_is_nobody() {
    let site = Site::start().await;
    for operation in operations() {
        let row = access::find(operation.method.as_str(), &operation.path).unwrap();
        if row.least == Least::Anybody || operation.path == "/stream" {
            continue;
        }
        let path = operation.path.replace("{id}", "nothing").replace("{n}", "1");
        ask(&site, &operation, &path, Some("chq_made_up")).await.is_problem(401, "unauthenticated");
    }
}
