//! The real process, killed with SIGKILL in the middle of a conversation.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use chasqui_simulator::harness;
use chasqui_simulator::{Config, Simulator};
use serde_json::{Value, json};

use chasqui_store::testing::Database;

use crate::bot::{menu, next, silence};

/// A running `chasqui serve`. Killed when it goes.
pub struct Process {
    pub child: Child,
    pub address: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where the process keeps everything.
pub struct Home {
    pub data: tempfile::TempDir,
    pub database: Option<Database>,
    /// A PostgreSQL of its own instead.
    pub url: Option<String>,
}

impl Home {
    pub fn chasqui(&self) -> Command {
        self.program(Path::new(env!("CARGO_BIN_EXE_chasqui")))
    }

    /// Another build of it.
    pub fn program(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some(database) = &self.database {
            command.env("CHASQUI_DATABASE_URL", database.url().expose());
        }
        if let Some(url) = &self.url {
            command.env("CHASQUI_DATABASE_URL", url);
        }
        command
    }
}

/// Starts `chasqui serve` and waits until it listens.
pub fn serve(home: &Home, listen: &str, graph: &str) -> Process {
    serve_by(home.chasqui(), home, listen, graph)
}

/// The same, by this program.
pub fn serve_by(mut program: Command, home: &Home, listen: &str, graph: &str) -> Process {
    let mut child = program
        .args(["serve", "--listen", listen, "--graph-url", graph, "--data-dir"])
        .arg(home.data.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = loop {
        let line = lines.next().expect("the server ended before it listened").unwrap();
        let line: Value = serde_json::from_str(&line).expect("a log line that is not JSON");
        let fields = line.get("fields").unwrap_or(&line);
        if fields["message"] == "listening" {
            break fields["address"].as_str().unwrap().to_owned();
        }
    };
    // Whatever else it writes must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    Process { child, address }
}

pub async fn api(address: &str, token: &str, method: reqwest::Method, path: &str, body: Value) -> Value {
    let request = reqwest::Client::new()
        .request(method, format!("http://{address}/api/v1{path}"))
        .bearer_auth(token)
        .header("content-type", "application/json")
        .body(body.to_string());
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    assert!(status.is_success(), "{path}: {status} {text}");
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

/// The first account; its token.
pub fn bootstrap(home: &Home) -> String {
    let mut child = home
        .chasqui()
        .args(["bootstrap", "--email", "ana@example.com", "--password-stdin", "--data-dir"])
        .arg(home.data.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"a long enough password\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    line["api_token"].as_str().unwrap().to_owned()
}

/// A published menu on a number of the simulator.
pub async fn connect(address: &str, token: &str, meta: &Simulator) {
    connect_bot(address, token, meta, menu()).await;
}

/// A bot, published, on a number of the simulator.
pub async fn connect_bot(address: &str, token: &str, meta: &Simulator, bot: Value) {
    let post = reqwest::Method::POST;
    let created = api(address, token, post.clone(), "/bots", json!({"name": bot["name"]})).await;
    let revision = created["revision"].clone();
    let draft = json!({"revision": revision, "definition": bot});
    let bot = created["id"].as_str().unwrap().to_owned();
    api(address, token, reqwest::Method::PUT, &format!("/bots/{bot}/draft"), draft).await;
    api(address, token, post.clone(), &format!("/bots/{bot}/publish"), json!({})).await;
    let integration = json!({ "type": "whatsapp_business", "name": "Main line", "bot_id": bot, "active": true,
        "credentials": { "business_account_id": harness::ACCOUNT, "phone_number_id": harness::NUMBER,
            "app_id": harness::APP, "app_secret": harness::SECRET, "access_token": harness::TOKEN,
            "verify_token": "a-long-random-string", "version": "v25.0" },
        "settings": {} });
    let created = api(address, token, post, "/integrations?check=false", integration).await;
    let id = created["id"].as_str().unwrap();
    let callback = format!("http://{address}/webhooks/whatsapp/{id}");
    meta.create_business(harness::business().with_callback(&callback));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_conversation_goes_on_as_if_nothing_had_happened() {
    let home = Home { data: tempfile::tempdir().unwrap(), database: Database::chosen().await, url: None };
    let meta = Simulator::start(Config::default()).await.unwrap();
    meta.set(|settings| settings.latency_ms = 0);
    let token = bootstrap(&home);
    let mut server = serve(&home, "127.0.0.1:0", meta.url());
    let address = server.address.clone();
    connect(&address, &token, &meta).await;

    let ana = meta.contact("Ana", harness::NUMBER).unwrap();
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    // Written while nobody listens: Meta keeps it and comes again.
    ana.says("Ana").unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let mut server = serve(&home, &address, meta.url());
    assert_eq!(next(&ana).await, "Hello Ana, how can we help? [Opening hours] [My order] [A person]");
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    let _server = serve(&home, &address, meta.url());
    ana.taps("My order").unwrap();
    assert_eq!(next(&ana).await, "You chose My order.");
    silence(&ana).await;
    assert_eq!(meta.sends().0, 3);
}

/// What somebody did, latest first: every page of the audit log.
async fn done(address: &str, token: &str, subject: &str) -> Vec<String> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/audit?subject={subject}&limit=200{after}");
        let page = api(address, token, reqwest::Method::GET, &path, Value::Null).await;
        let actions = page["items"].as_array().unwrap().iter();
        all.extend(actions.map(|it| it["action"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return all,
        }
    }
}

/// Somebody takes over and gives back without end while the process is killed, again and again: each entry of the audit log
/// has its act, and each act its entry.
#[tokio::test(flavor = "multi_thread")]
async fn an_act_and_its_entry_survive_a_kill_together() {
    let home = Home { data: tempfile::tempdir().unwrap(), database: Database::chosen().await, url: None };
    let meta = Simulator::start(Config::default()).await.unwrap();
    meta.set(|settings| settings.latency_ms = 0);
    let token = bootstrap(&home);
    let mut server = serve(&home, "127.0.0.1:0", meta.url());
    let address = server.address.clone();
    connect(&address, &token, &meta).await;
    let ana = meta.contact("Ana", harness::NUMBER).unwrap();
    ana.says("hi").unwrap();
    assert_eq!(next(&ana).await, "What is your name?");
    let get = async |path: &str| api(&address, &token, reqwest::Method::GET, path, Value::Null).await;
    let id = get("/conversations").await["items"][0]["id"].as_str().unwrap().to_owned();
    let http = reqwest::Client::new();
    let act = async |verb: &str| {
        let url = format!("http://{address}/api/v1/conversations/{id}/{verb}");
        http.post(url).bearer_auth(&token).send().await.is_ok_and(|answer| answer.status().is_success())
    };
    for round in 0..4_u64 {
        let dies = tokio::time::sleep(std::time::Duration::from_millis(60 + 29 * round));
        let acts = async { while act("take_over").await && act("hand_back").await {} };
        tokio::select! {
            () = dies => {}
            () = acts => panic!("the server has stopped by itself"),
        }
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        server = serve(&home, &address, meta.url());
        // What was durable takes effect.
        let mut found = (Vec::new(), Value::Null);
        for _ in 0..500 {
            found = (
                done(&address, &token, &id).await,
                get(&format!("/conversations/{id}")).await["status"].clone(),
            );
            let taken = found.0.first().is_some_and(|last| last == "conversation.take_over");
            if (found.1 == "handed_off") == taken {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let (log, status) = found;
        let taken = log.first().is_some_and(|last| last == "conversation.take_over");
        assert_eq!(status == "handed_off", taken, "round {round}: {status} after {log:?}");
        // One after the other, and none twice: nothing was done without an entry.
        let turns = ["conversation.take_over", "conversation.hand_back"];
        assert!(log.iter().rev().enumerate().all(|(at, it)| it == turns[at % 2]), "round {round}: {log:?}");
        assert!(!log.is_empty());
        if taken {
            assert!(act("hand_back").await);
            // The part may have to be claimed first; what is asked for meanwhile would be nothing new.
            for _ in 0..500 {
                if get(&format!("/conversations/{id}")).await["status"] == "waiting" {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        }
    }
}

/// Starts the real process on an empty directory and kills it ever later: whatever it left behind, the next start goes on with.
#[test]
fn a_first_start_survives_a_kill_at_any_moment() {
    let home = Home { data: tempfile::tempdir().unwrap(), database: None, url: None };
    let data = home.data.path();
    let entries = || std::fs::read_dir(data).unwrap().map(|it| it.unwrap().path()).collect::<Vec<_>>();
    for round in 0..24_u64 {
        // Every other time on what the last one left.
        if round % 2 == 0 {
            for path in entries() {
                if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }
                    .unwrap();
            }
        }
        let mut program = home.chasqui();
        program.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data);
        let mut child = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(round * round));
        child.kill().unwrap();
        child.wait().unwrap();
        if let Ok(text) = std::fs::read_to_string(data.join("chasqui.key")) {
            assert_eq!(text.trim().len(), 44, "round {round}: a key is there as a whole or not at all");
        }
    }
    drop(serve(&home, "127.0.0.1:0", "http://127.0.0.1:9"));
    let key = std::fs::read_to_string(data.join("chasqui.key")).unwrap();
    assert!(bootstrap(&home).starts_with("chq_"));
    assert_eq!(std::fs::read_to_string(data.join("chasqui.key")).unwrap(), key);
    let left = entries().into_iter().filter(|path| path.to_string_lossy().ends_with(".new")).count();
    assert!(left <= 1, "what a kill left of a set-up code at most: {:?}", entries());
}

/// As versions before left it, killed between the making of the key file and its first byte.
#[test]
fn a_first_start_goes_on_from_an_empty_key_file() {
    let home = Home { data: tempfile::tempdir().unwrap(), database: None, url: None };
    let key = home.data.path().join("chasqui.key");
    std::fs::write(&key, "").unwrap();
    drop(serve(&home, "127.0.0.1:0", "http://127.0.0.1:9"));
    assert_eq!(std::fs::read_to_string(&key).unwrap().trim().len(), 44);
    // With a store it is a key that was lost: nobody makes another one over it.
    std::fs::write(&key, "").unwrap();
    let mut program = home.chasqui();
    program.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(home.data.path());
    let output = program.output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("is not a key"), "{output:?}");
}
