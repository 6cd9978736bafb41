//! The real process, killed when a service has done what a flow asked of it and the answer is not written down: for every
//! kind of call but the API request, which the chaos runs have. After the restart the call is made again, the conversation
//! goes on, and the contact hears each thing once. What the repeat costs is what decision 0077 says.
//!
//! With `CHASQUI_TEST_CRASH_BINARY`, a build with kill points, the process dies exactly at K11. Without, it is killed while
//! the service keeps its answer to itself.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use chasqui_simulator::harness::{self, Contact};
use chasqui_simulator::{Config, Simulator};
use chasqui_store::testing::Database;
use reqwest::Method;
use serde_json::{Value, json};

use crate::bot::{SOON, next, silence};
use crate::files::picture_at;
use crate::killed::{Home, Process, api, bootstrap, connect_bot, serve_by};
use crate::services::Services;

/// How a process ends that was killed, and one that died at a kill point.
const SIGKILL: i32 = 9;
const SIGABRT: i32 = 6;

/// A process, the services that its bot calls, and a contact.
struct Scene {
    home: Home,
    meta: Simulator,
    services: Services,
    server: Process,
    token: String,
    ana: Contact,
}

impl Scene {
    /// `pass`: which call of the conversation is interrupted, from 1.
    async fn set(bot: Value, pass: u32) -> Self {
        let home = Home { data: tempfile::tempdir().unwrap(), database: Database::chosen().await, url: None };
        let meta = Simulator::start(Config::default()).await.unwrap();
        meta.set(|settings| settings.latency_ms = 0);
        let services = Services::start().await;
        let token = bootstrap(&home);
        let server = start(&home, "127.0.0.1:0", &meta, Some(pass));
        services.connect_by_api(&server.address, &token).await;
        connect_bot(&server.address, &token, &meta, bot).await;
        let ana = meta.contact("Ana", harness::NUMBER).unwrap();
        services.be_silent(crash_binary().is_none());
        Self { home, meta, services, server, token, ana }
    }

    async fn get(&self, path: &str) -> Value {
        api(&self.server.address, &self.token, Method::GET, path, Value::Null).await
    }

    async fn conversation(&self) -> Value {
        self.get("/conversations").await["items"][0].clone()
    }

    /// Waits for the end of the process: by itself at the kill point, or as soon as the call was made.
    async fn dies(&mut self, was_made: impl AsyncFn(&Self) -> bool) {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.server.child.try_wait().unwrap() {
                assert!(
                    crash_binary().is_some() && is_killed(status),
                    "the server ended by itself: {status}"
                );
                return;
            }
            if crash_binary().is_none() && was_made(self).await {
                self.server.child.kill().unwrap();
                assert!(is_killed(self.server.child.wait().unwrap()));
                return;
            }
            assert!(begun.elapsed() < SOON, "the call was not made in time");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Starts it again. The contact hears this, and nothing else; the conversation is over, and every call has its answer.
    async fn goes_on(&mut self, said: &str) {
        self.services.be_silent(false);
        let before = self.meta.sends().0;
        self.server = start(&self.home, &self.server.address, &self.meta, None);
        assert_eq!(next(&self.ana).await, said);
        silence(&self.ana).await;
        assert_eq!(self.meta.sends().0, before + 1);
        let conversation = self.conversation().await;
        assert_eq!(conversation["status"], "ended", "{conversation}");
        let id = conversation["id"].as_str().unwrap();
        let turns = self.get(&format!("/conversations/{id}/turns")).await;
        let turns = turns["items"].as_array().unwrap();
        let calls: Vec<&Value> = turns.iter().flat_map(|turn| turn["calls"].as_array().unwrap()).collect();
        assert!(!calls.is_empty() && calls.iter().all(|call| call["status"] == "done"), "{calls:?}");
        let answers = turns.iter().filter(|turn| turn["cause"] == "answer").count();
        assert_eq!(answers, calls.len(), "one turn for each answer: {turns:?}");
        assert_eq!(self.get("/conversations").await["items"].as_array().unwrap().len(), 1);
    }
}

/// A program that was built with kill points.
fn crash_binary() -> Option<std::path::PathBuf> {
    std::env::var_os("CHASQUI_TEST_CRASH_BINARY").map(Into::into)
}

fn is_killed(status: ExitStatus) -> bool {
    matches!(status.signal(), Some(SIGKILL | SIGABRT))
}

fn start(home: &Home, listen: &str, meta: &Simulator, pass: Option<u32>) -> Process {
    let mut program = match crash_binary() {
        Some(program) => home.program(&program),
        None => home.chasqui(),
    };
    program.env("CHASQUI_ALLOW_PRIVATE_NETWORKS", "true").env("CHASQUI_CODE_SECONDS", "30");
    if let Some(pass) = pass {
        program.env("CHASQUI_CRASH_AT", format!("K11:{pass}"));
    }
    serve_by(program, home, listen, meta.url())
}

fn bot(first: &Value) -> Value {
    let start = first["id"].clone();
    json!({ "format": 1, "name": "Interrupted", "start": start, "variables": { "it": "text", "row": "object", "photo": "media" },
      "nodes": [
        first,
        { "id": "said", "type": "end", "text": "Done: {it}{row.Name}" },
        { "id": "failed", "type": "end", "text": "It failed." } ] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_goes_once_more_with_the_same_message_id() {
    let mail = json!({ "id": "mail", "type": "email", "connection": "Post", "to": ["ben@example.com"],
        "subject": "Hello", "html": "<p>{message.text}</p>", "ports": { "next": "said", "error": "failed" } });
    let mut scene = Scene::set(bot(&mail), 1).await;
    scene.ana.says("hi").unwrap();
    scene.dies(async |scene| !scene.services.inbox.all().is_empty()).await;
    scene.goes_on("Done:").await;
    let mails = scene.services.inbox.all();
    let ids: Vec<_> = mails.iter().map(|mail| mail.header("Message-ID").unwrap()).collect();
    assert_eq!(ids.len(), 2, "the mail was taken twice");
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_asked_once_more_and_answers_the_contact_once() {
    let talk = json!({ "id": "talk", "type": "llm_conversation", "connection": "OpenAI", "model": "small-1",
        "exit_words": ["bye"], "save_as": "it", "ports": { "next": "said", "error": "failed" } });
    let mut scene = Scene::set(bot(&talk), 1).await;
    scene.ana.says("hi").unwrap();
    scene.dies(async |scene| !scene.services.models.asked().is_empty()).await;
    scene.services.be_silent(false);
    scene.server = start(&scene.home, &scene.server.address, &scene.meta, None);
    assert_eq!(next(&scene.ana).await, "Answer 1 to: hi");
    silence(&scene.ana).await;
    let asked = scene.services.models.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].json(), asked[1].json());
    // It remembers what was said before the crash, and only once.
    scene.ana.says("more").unwrap();
    assert_eq!(next(&scene.ana).await, "Answer 2 to: more");
    scene.ana.says("bye").unwrap();
    assert_eq!(next(&scene.ana).await, "Done: Answer 2 to: more");
    silence(&scene.ana).await;
    assert_eq!(scene.conversation().await["status"], "ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_inserted_once_more() {
    let sheet = json!({ "id": "sheet", "type": "google_sheets", "connection": "Google", "spreadsheet": "1abc",
        "sheet": "It's me", "action": "insert", "values": { "Name": "{contact.name}" }, "save_as": "row",
        "ports": { "next": "said", "error": "failed" } });
    let mut scene = Scene::set(bot(&sheet), 1).await;
    scene.ana.says("hi").unwrap();
    scene.dies(async |scene| scene.services.google.rows.lock().unwrap().len() == 3).await;
    scene.goes_on("Done: Ana").await;
    let rows = scene.services.google.rows.lock().unwrap().clone();
    assert_eq!(
        rows[2..],
        [vec![json!(""), json!("Ana"), json!("")], vec![json!(""), json!("Ana"), json!("")]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_was_changed_is_changed_to_the_same() {
    let sheet = json!({ "id": "sheet", "type": "google_sheets", "connection": "Google", "spreadsheet": "1abc",
        "sheet": "It's me", "action": "update", "column": "Phone", "value": "1", "values": { "Name": "{contact.name}" },
        "save_as": "row", "ports": { "next": "said", "not_found": "failed", "error": "failed" } });
    let mut scene = Scene::set(bot(&sheet), 1).await;
    scene.ana.says("hi").unwrap();
    scene.dies(async |scene| scene.services.google.rows.lock().unwrap()[1][1] == "Ana").await;
    scene.goes_on("Done: Ana").await;
    let rows = scene.services.google.rows.lock().unwrap().clone();
    assert_eq!(rows[1..], [vec![json!("1"), json!("Ana"), json!("=SUM(1;2)")]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_to_drive_once_more() {
    let ask = json!({ "id": "ask", "type": "question_media", "text": "Photo?", "kinds": ["image"], "save_as": "photo",
        "ports": { "next": "keep" } });
    let mut flow = bot(&ask);
    let keep = json!({ "id": "keep", "type": "google_drive", "connection": "Google", "media": "photo", "filename": "Photo",
        "save_as": "it", "ports": { "next": "said", "error": "failed" } });
    flow["nodes"].as_array_mut().unwrap().push(keep);
    // The first call fetches the photo from Meta.
    let mut scene = Scene::set(flow, 2).await;
    scene.ana.says("hi").unwrap();
    assert_eq!(next(&scene.ana).await, "Photo?");
    let photo = picture_at(&scene.meta, scene.ana.wa_id(), vec![7; 1000]).await;
    scene.ana.sends(photo).unwrap();
    let uploads = |scene: &Scene| {
        scene.services.at_google.asked().iter().filter(|asked| asked.path.starts_with("/upload/")).count()
    };
    scene.dies(async |scene| uploads(scene) == 1).await;
    scene.goes_on("Done: https://drive.google.com/file/d/f1/view").await;
    assert_eq!(uploads(&scene), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn code_is_run_once_more_and_its_result_counts_once() {
    let code =
        "def __custom_fn__(variables):\n    n = 0\n    for i in range(300000): n += 1\n    return str(n)\n";
    let code = json!({ "id": "code", "type": "custom_code", "code": code, "save_as": "it",
        "ports": { "next": "said", "error": "failed" } });
    let mut scene = Scene::set(bot(&code), 1).await;
    scene.ana.says("hi").unwrap();
    scene.dies(async |scene| scene.conversation().await["status"] == "calling").await;
    scene.goes_on("Done: 300000").await;
}
