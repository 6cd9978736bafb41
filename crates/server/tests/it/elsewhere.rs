//! Two processes on one PostgreSQL: what a person does at one is done by the other before it is answered.

use std::time::{Duration, Instant};

use chasqui_simulator::{Config, Simulator, harness};
use chasqui_store::testing::Database;
use reqwest::Method;
use serde_json::{Value, json};

use crate::bot::next;
use crate::killed::{Home, api, bootstrap, connect, serve_by};

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_answered_when_another_process_has_committed_its_turn() {
    let Some(database) = Database::chosen().await else { return };
    let home = Home { data: tempfile::tempdir().unwrap(), database: Some(database), url: None };
    let meta = Simulator::start(Config::default()).await.unwrap();
    meta.set(|settings| settings.latency_ms = 0);
    let token = bootstrap(&home);
    let role = |role: &str| {
        let mut program = home.chasqui();
        program.env("CHASQUI_ROLE", role);
        program
    };
    let _worker = serve_by(role("worker"), &home, "127.0.0.1:0", meta.url());
    let web = serve_by(role("web"), &home, "127.0.0.1:0", meta.url());
    connect(&web.address, &token, &meta).await;
    let ana = meta.contact("Ana", harness::NUMBER).unwrap();
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    let ask =
        async |method: Method, path: &str, body: Value| api(&web.address, &token, method, path, body).await;
    let all = ask(Method::GET, "/conversations", Value::Null).await;
    let id = all["items"][0]["id"].as_str().unwrap().to_owned();
    let act = async |verb: &str| {
        let began = Instant::now();
        let path = format!("/conversations/{id}/{verb}");
        let status = ask(Method::POST, &path, json!({})).await["status"].clone();
        (status, began.elapsed())
    };
    for _ in 0..3 {
        let (taken, took) = act("take_over").await;
        assert_eq!(taken, "handed_off");
        assert!(took < Duration::from_secs(2), "told, not waited for: {took:?}");
        assert_eq!(act("hand_back").await.0, "waiting");
    }
    assert_eq!(act("close").await.0, "ended");
}
