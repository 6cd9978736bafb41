use std::collections::BTreeSet;

use chasqui_server::http::access::{self, Least};
use reqwest::Method;
use serde_json::Value;

use crate::site::{Site, answer};

/// The routes that others rely on.
const PROMISED: &[(&str, &str)] = &[
    ("get", "/webhooks/whatsapp/{integration_id}"),
    ("post", "/webhooks/whatsapp/{integration_id}"),
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/metrics"),
    ("get", "/api/openapi.json"),
    ("get", "/api/docs"),
    ("get", "/api/bot.schema.json"),
    ("post", "/api/v1/session"),
    ("delete", "/api/v1/session"),
    ("get", "/api/v1/me"),
    ("get", "/api/v1/bots"),
    ("post", "/api/v1/bots"),
    ("get", "/api/v1/bots/{id}"),
    ("patch", "/api/v1/bots/{id}"),
    ("delete", "/api/v1/bots/{id}"),
    ("get", "/api/v1/bots/{id}/draft"),
    ("put", "/api/v1/bots/{id}/draft"),
    ("post", "/api/v1/bots/{id}/validate"),
    ("post", "/api/v1/bots/{id}/publish"),
    ("get", "/api/v1/bots/{id}/versions"),
    ("get", "/api/v1/bots/{id}/versions/{n}"),
    ("post", "/api/v1/bots/{id}/versions/{n}/restore"),
    ("post", "/api/v1/bots/{id}/tests/run"),
    ("post", "/api/v1/bots/{id}/test_sessions"),
    ("post", "/api/v1/test_sessions/{id}/messages"),
    ("get", "/api/v1/test_sessions/{id}"),
    ("get", "/api/v1/integrations"),
    ("post", "/api/v1/integrations"),
    ("get", "/api/v1/integrations/{id}"),
    ("patch", "/api/v1/integrations/{id}"),
    ("delete", "/api/v1/integrations/{id}"),
    ("post", "/api/v1/integrations/{id}/activate"),
    ("post", "/api/v1/integrations/{id}/deactivate"),
    ("get", "/api/v1/integrations/{id}/events"),
    ("get", "/api/v1/conversations"),
    ("get", "/api/v1/conversations/{id}"),
    ("get", "/api/v1/conversations/{id}/messages"),
    ("get", "/api/v1/conversations/{id}/turns"),
    ("get", "/api/v1/events"),
    ("get", "/api/v1/api_tokens"),
    ("post", "/api/v1/api_tokens"),
    ("delete", "/api/v1/api_tokens/{id}"),
    ("get", "/api/v1/stream"),
];

fn described(api: &Value) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().filter(|key| *key != "parameters") {
            found.insert((method.clone(), path.clone()));
        }
    }
    found
}

#[tokio::test]
async fn the_description_has_every_route_and_every_route_is_there() {
    let site = Site::start().await;
    let api = answer(site.http.get(format!("{}/api/openapi.json", site.url))).await.body;
    assert_eq!(api["openapi"], "3.1.0");
    let described = described(&api);
    for (method, path) in PROMISED {
        assert!(described.contains(&((*method).into(), (*path).into())), "{method} {path} is not described");
    }
    for (method, path) in described {
        let address = path.replace("{id}", "x").replace("{n}", "1").replace("{integration_id}", "x");
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let found = answer(site.http.request(method.clone(), format!("{}{address}", site.url))).await;
        let kind = found.body["type"].as_str().unwrap_or_default();
        assert!(found.status != 405 && !kind.ends_with("no_such_route"), "{method} {path}: {found:?}");
        let Some(below) = path.strip_prefix("/api/v1") else { continue };
        let row = access::find(method.as_str(), below);
        let row = row.unwrap_or_else(|| panic!("{method} {below} is missing in http/access.rs"));
        if row.least != Least::Anybody {
            assert_eq!(found.status, 401, "{method} {path} lets anybody in");
        }
    }
}

#[tokio::test]
async fn every_reference_of_the_description_leads_somewhere() {
    let api = chasqui_server::http::description();
    let text = api.to_string();
    for part in text.split("\"$ref\":\"#").skip(1) {
        let pointer = part.split('"').next().unwrap();
        assert!(api.pointer(pointer).is_some(), "{pointer}");
    }
    let refusal = "/paths/~1api~1v1~1bots/get/responses/default/content/application~1problem+json";
    assert!(api.pointer(refusal).is_some());
}

#[tokio::test]
async fn pages_come_with_a_strict_policy_and_the_api_never_answers_with_one() {
    let site = Site::start().await;
    for path in ["/", "/integrations", "/bots/bot_1"] {
        let page = answer(site.http.get(format!("{}{path}", site.url))).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.headers["content-type"].to_str().unwrap().starts_with("text/html"));
        assert_eq!(page.headers["cache-control"], "no-cache");
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'self'; ") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
    }
    for path in ["/api/nothing", "/api", "/webhooks/x", "/_sim/phones"] {
        answer(site.http.get(format!("{}{path}", site.url))).await.is_problem(404, "no_such_route");
    }
    assert_eq!(answer(site.http.get(format!("{}/assets/gone.js", site.url))).await.status, 404);
    answer(site.http.post(format!("{}/integrations", site.url))).await.is_problem(405, "method_not_allowed");
    let docs = answer(site.http.get(format!("{}/api/docs", site.url))).await;
    assert!(docs.body.as_str().unwrap().contains("/api/docs/page.js"));
    let schema = answer(site.http.get(format!("{}/api/bot.schema.json", site.url))).await;
    assert!(schema.body["properties"]["nodes"].is_object());
    let figures = answer(site.http.get(format!("{}/metrics", site.url))).await;
    assert!(figures.body.as_str().unwrap().contains("chasqui_http_seconds"));
    assert_eq!(answer(site.http.get(format!("{}/readyz", site.url))).await.status, 200);
}

/// Two shapes of one name would be one shape in the description, and one of them a lie.
#[test]
fn no_two_shapes_of_the_description_have_one_name() {
    let mut seen = std::collections::BTreeMap::new();
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/http")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let mut name = None;
            let mut shape = false;
            for line in text.lines() {
                let line = line.trim();
                if let Some(rest) = line.strip_prefix("#[") {
                    shape |= rest.contains("ToSchema");
                    let renamed =
                        rest.split("as = ").nth(1).map(|rest| rest.split([')', ',']).next().unwrap());
                    name = renamed.map(str::to_owned).or(name);
                } else if let Some((_, rest)) = line.split_once("struct ").or(line.split_once("enum ")) {
                    if shape && line.starts_with("pub") {
                        let own = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned();
                        let other = seen.insert(name.take().unwrap_or(own.clone()), path.clone());
                        assert!(other.is_none(), "{own} of {} is in {other:?} too", path.display());
                    }
                    (name, shape) = (None, false);
                } else if !line.starts_with("//") {
                    (name, shape) = (None, false);
                }
            }
        }
    }
    assert!(seen.len() > 80);
}
