//! The real process on a database in which something is damaged: one number is failing and says what to enter again, and
//! the others work. A key that opens nothing is another matter.

use std::process::{Command, Stdio};

use chasqui_simulator::harness;
use chasqui_simulator::{Config, Simulator};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::bot::next;
use crate::killed::{Home, Process, api, bootstrap, connect, serve};

fn home() -> Home {
    Home { data: tempfile::tempdir().unwrap(), database: None, url: None }
}

/// Past the server, while it is stopped.
fn damage(home: &Home, sql: &str, id: &str) {
    let store = rusqlite::Connection::open(home.data.path().join("chasqui.db")).unwrap();
    let id = hex::decode(id.split_once('_').unwrap().1).unwrap();
    assert_eq!(store.execute(sql, [id]).unwrap(), 1, "{sql}");
}

fn end(mut server: Process) -> String {
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    server.address.clone()
}

async fn deliver(address: &str, id: &str) -> StatusCode {
    let url = format!("http://{address}/webhooks/whatsapp/{id}");
    let post = reqwest::Client::new().post(url).header("x-hub-signature-256", "sha256=00").body("{}");
    post.send().await.unwrap().status()
}

/// A second number of the same account, which Meta is not asked about.
async fn second(address: &str, token: &str) -> String {
    let bots = api(address, token, Method::GET, "/bots", Value::Null).await;
    let body = json!({ "type": "whatsapp_business", "name": "Second line", "bot_id": bots["items"][0]["id"], "active": true,
        "credentials": { "business_account_id": "1", "phone_number_id": "2", "app_id": "3",
            "app_secret": "0123456789abcdef0123456789abcdef", "access_token": "EAAsecond", "version": "v25.0",
            "verify_token": "another-long-random-string" }, "settings": {} });
    let made = api(address, token, Method::POST, "/integrations?check=false", body).await;
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_damaged_field_is_one_failing_number_until_it_is_entered_again() {
    let home = home();
    let meta = Simulator::start(Config::default()).await.unwrap();
    meta.set(|settings| settings.latency_ms = 0);
    let token = bootstrap(&home);
    let server = serve(&home, "127.0.0.1:0", meta.url());
    connect(&server.address, &token, &meta).await;
    let id = second(&server.address, &token).await;
    let mut address = end(server);
    let good = json!({ "credentials": { "app_secret": "0123456789abcdef0123456789abcdef", "access_token": "EAAsecond",
        "verify_token": "another-long-random-string", "version": "v25.0" }, "settings": {} });
    for (sql, pointer, refuses) in [
        ("UPDATE integration SET app_secret = x'00' WHERE id = ?1", "/credentials/app_secret", true),
        ("UPDATE integration SET access_token = x'0101ff' WHERE id = ?1", "/credentials/access_token", false),
        ("UPDATE integration SET verify_token = x'' WHERE id = ?1", "/credentials/verify_token", false),
        ("UPDATE integration SET graph_version = 'next' WHERE id = ?1", "/credentials/version", false),
        ("UPDATE integration SET settings = '{' WHERE id = ?1", "/settings", true),
    ] {
        damage(&home, sql, &id);
        let server = serve(&home, &address, meta.url());
        address.clone_from(&server.address);
        let ana = meta.contact(pointer, harness::NUMBER).unwrap();
        ana.says("hi").unwrap();
        assert_eq!(next(&ana).await, "What is your name?", "{pointer}");
        // The list is whole, and the damaged one says what to do.
        let all = api(&address, &token, Method::GET, "/integrations", Value::Null).await;
        assert_eq!(all["items"].as_array().unwrap().len(), 2);
        let path = format!("/integrations/{id}");
        let it = api(&address, &token, Method::GET, &path, Value::Null).await;
        assert_eq!((&it["health"], &it["damaged"]), (&json!("failing"), &json!([pointer])), "{it}");
        assert!(it["health_reason"].as_str().unwrap().contains("damaged"), "{it}");
        let wanted = if refuses { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::UNAUTHORIZED };
        assert_eq!(deliver(&address, &id).await, wanted, "{pointer}");
        let field = pointer.split('/').nth(1).unwrap();
        let change = json!({ field: good[field] });
        api(&address, &token, Method::PATCH, &format!("{path}?check=false"), change).await;
        let it = api(&address, &token, Method::GET, &path, Value::Null).await;
        assert_eq!((&it["health"], &it["damaged"]), (&json!("unchecked"), &json!([])), "{pointer}: {it}");
        assert_eq!(deliver(&address, &id).await, StatusCode::UNAUTHORIZED);
        address = end(server);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_secret_is_never_kept_as_if_it_were_one() {
    let home = home();
    let meta = Simulator::start(Config::default()).await.unwrap();
    let token = bootstrap(&home);
    let server = serve(&home, "127.0.0.1:0", meta.url());
    connect(&server.address, &token, &meta).await;
    let id = second(&server.address, &token).await;
    let body = json!({ "name": "Answers", "kind": "openai", "secret": "sk-a-long-enough-key" });
    let connection = api(&server.address, &token, Method::POST, "/connections", body).await;
    let connection = connection["id"].as_str().unwrap().to_owned();
    let address = end(server);
    damage(&home, "UPDATE integration SET app_secret = x'00' WHERE id = ?1", &id);
    damage(&home, "UPDATE connection SET secret = x'00' WHERE id = ?1", &connection);
    let server = serve(&home, &address, meta.url());
    // Another field alone: the damaged one is asked for.
    let refused = reqwest::Client::new()
        .patch(format!("http://{address}/api/v1/integrations/{id}?check=false"))
        .bearer_auth(&token)
        .header("content-type", "application/json")
        .body(json!({ "credentials": { "access_token": "EAAother" } }).to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let refused: Value = serde_json::from_str(&refused.text().await.unwrap()).unwrap();
    assert_eq!(refused["errors"][0]["pointer"], "/credentials/app_secret", "{refused}");
    let all = api(&address, &token, Method::GET, "/connections", Value::Null).await;
    assert_eq!(all["items"][0]["secret_saved_at"], Value::Null, "{all}");
    let doctor = home.chasqui().args(["doctor", "--data-dir"]).arg(home.data.path()).output();
    drop(server);
    drop(doctor);
    let doctor = home.chasqui().args(["doctor", "--data-dir"]).arg(home.data.path()).output().unwrap();
    let words = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(words.contains(&id) && words.contains("/credentials/app_secret"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_opens_nothing_does_not_start() {
    let home = home();
    let meta = Simulator::start(Config::default()).await.unwrap();
    let token = bootstrap(&home);
    let server = serve(&home, "127.0.0.1:0", meta.url());
    connect(&server.address, &token, &meta).await;
    end(server);
    std::fs::remove_file(home.data.path().join("chasqui.key")).unwrap();
    let mut command: Command = home.chasqui();
    command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(home.data.path());
    let refused = command.stdout(Stdio::null()).stderr(Stdio::piped()).output().unwrap();
    assert!(!refused.status.success());
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(words.contains("none of the secrets") && words.contains("chasqui.key"), "{words}");
}
