//! The real process when something stands still around it: the reader of its log, the disk, the database, its files. It says
//! so instead of standing still as well, confirms nothing, and goes on by itself.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use chasqui_model::secret::Secret;
use chasqui_simulator::harness::{self, Contact};
use chasqui_simulator::{Config, Simulator};
use chasqui_store::testing::Database;
use chasqui_whatsapp::signature;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::bot::next;
use crate::killed::{Home, Process, api, bootstrap, connect, serve_by};

/// What Meta waits for an answer.
const META_WAITS: Duration = Duration::from_secs(10);

fn home() -> Home {
    Home { data: tempfile::tempdir().unwrap(), database: None, url: None }
}

/// A number with a bot, and somebody who was answered by it.
struct Line {
    meta: Simulator,
    server: Process,
    token: String,
    integration: String,
    ana: Contact,
}

impl Line {
    async fn open(home: &Home, program: Command) -> Self {
        let meta = Simulator::start(Config::default()).await.unwrap();
        meta.set(|settings| settings.latency_ms = 0);
        let token = bootstrap(home);
        let server = serve_by(program, home, "127.0.0.1:0", meta.url());
        connect(&server.address, &token, &meta).await;
        let all = api(&server.address, &token, Method::GET, "/integrations", Value::Null).await;
        let integration = all["items"][0]["id"].as_str().unwrap().to_owned();
        let ana = meta.contact("Ana", harness::NUMBER).unwrap();
        ana.says("hi").unwrap();
        assert_eq!(next(&ana).await, "What is your name?");
        Self { meta, server, token, integration, ana }
    }

    /// A delivery with one message, and how long its answer took.
    async fn deliver(&self, wamid: &str) -> (StatusCode, Duration) {
        let now = SystemTime::UNIX_EPOCH;
        #[expect(clippy::disallowed_methods, reason = "a message is written now")]
        let at = SystemTime::now().duration_since(now).unwrap().as_secs().to_string();
        let body =
            json!({ "object": "whatsapp_business_account", "entry": [{ "id": harness::ACCOUNT, "changes": [{
            "field": "messages", "value": { "messaging_product": "whatsapp",
                "metadata": { "display_phone_number": "15550783881", "phone_number_id": harness::NUMBER },
                "contacts": [{ "profile": { "name": "Ben" }, "wa_id": "4915199999" }],
                "messages": [{ "from": "4915199999", "id": wamid, "timestamp": at, "type": "text",
                    "text": { "body": "hello" } }] } }] }] })
            .to_string();
        let signed = signature::sign(&Secret::new(harness::SECRET), body.as_bytes());
        let url = format!("http://{}/webhooks/whatsapp/{}", self.server.address, self.integration);
        let begun = Instant::now();
        let request = reqwest::Client::new().post(url).header("x-hub-signature-256", signed).body(body);
        (request.send().await.unwrap().status(), begun.elapsed())
    }

    /// What `/readyz` says.
    async fn ready(&self) -> (StatusCode, String) {
        let answer = reqwest::get(format!("http://{}/readyz", self.server.address)).await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    async fn ready_is(&self, wanted: StatusCode, within: Duration) -> String {
        let begun = Instant::now();
        loop {
            let (status, text) = self.ready().await;
            if status == wanted {
                return text;
            }
            assert!(begun.elapsed() < within, "still {status} after {within:?}: {text}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Somebody makes a bot.
    async fn makes_a_bot(&self, name: &str) -> (StatusCode, Duration, String) {
        let begun = Instant::now();
        let request = reqwest::Client::new()
            .post(format!("http://{}/api/v1/bots", self.server.address))
            .bearer_auth(&self.token)
            .header("content-type", "application/json")
            .body(json!({ "name": name }).to_string());
        let answer = request.send().await.unwrap();
        (answer.status(), begun.elapsed(), answer.text().await.unwrap())
    }

    /// While nothing can be made durable.
    async fn stands_still(&self) {
        let (delivered, made) = tokio::join!(self.deliver("wamid.first"), self.makes_a_bot("Meanwhile"));
        assert_eq!(delivered.0, StatusCode::SERVICE_UNAVAILABLE);
        assert!(delivered.1 < META_WAITS, "{:?}", delivered.1);
        assert_eq!(made.0, StatusCode::SERVICE_UNAVAILABLE, "{}", made.2);
        assert!(made.1 < META_WAITS && made.2.contains("database"), "{made:?}");
        let reason = self.ready_is(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(4)).await;
        assert!(reason.contains("database"), "{reason}");
        // Nor is the next one kept waiting for longer; and that the process lives is another question.
        assert_eq!(self.deliver("wamid.second").await.0, StatusCode::SERVICE_UNAVAILABLE);
        let lives = reqwest::get(format!("http://{}/healthz", self.server.address)).await.unwrap();
        assert_eq!(lives.status(), StatusCode::OK);
    }

    /// Afterwards, without a restart.
    async fn goes_on(&self) {
        self.ready_is(StatusCode::OK, Duration::from_secs(15)).await;
        assert_eq!(self.deliver("wamid.first").await.0, StatusCode::OK);
        self.ana.says("Ana").unwrap();
        assert_eq!(
            next(&self.ana).await,
            "Hello Ana, how can we help? [Opening hours] [My order] [A person]"
        );
    }

    /// What Ben wrote, whatever was answered in between, was run once.
    async fn ben_was_answered_once(&self) {
        let people = api(&self.server.address, &self.token, Method::GET, "/contacts", Value::Null).await;
        let ben = people["items"].as_array().unwrap().iter().find(|it| it["name"] == "Ben").unwrap();
        let path = format!("/conversations?contact={}", ben["id"].as_str().unwrap());
        let all = api(&self.server.address, &self.token, Method::GET, &path, Value::Null).await;
        let path = format!("/conversations/{}/messages", all["items"][0]["id"].as_str().unwrap());
        let said = api(&self.server.address, &self.token, Method::GET, &path, Value::Null).await;
        let from_ben = said["items"].as_array().unwrap().iter().filter(|it| it["direction"] == "in").count();
        // The first, and the second, which may have become durable after it was refused.
        assert!((1..=2).contains(&from_ben), "{said}");
    }
}

/// `chasqui serve`, whose log nobody reads once it listens.
fn serve_unread(home: &Home, meta: &Simulator) -> (Child, String, BufReader<std::process::ChildStdout>) {
    let mut child = home
        .chasqui()
        .args(["serve", "--listen", "127.0.0.1:0", "--log", "trace", "--graph-url", meta.url(), "--data-dir"])
        .arg(home.data.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    let address = loop {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "the server ended before it listened");
        let line: Value = serde_json::from_str(&line).unwrap();
        if line["message"] == "listening" {
            break line["address"].as_str().unwrap().to_owned();
        }
    };
    (child, address, log)
}

async fn dropped(address: &str) -> u64 {
    let text = reqwest::get(format!("http://{address}/metrics")).await.unwrap().text().await.unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("chasqui_log_lines_dropped_total "));
    line.map_or(0, |count| count.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_nobody_reads_holds_nobody_up() {
    let home = home();
    let meta = Simulator::start(Config::default()).await.unwrap();
    let (mut child, address, mut log) = serve_unread(&home, &meta);
    let client = reqwest::Client::new();
    let begun = Instant::now();
    while dropped(&address).await == 0 {
        for _ in 0..100 {
            let asked = Instant::now();
            let answer = client.get(format!("http://{address}/api/v1/me?{}", "x".repeat(2000))).send().await;
            assert_eq!(answer.unwrap().status(), StatusCode::UNAUTHORIZED);
            assert!(asked.elapsed() < Duration::from_secs(5), "an answer waited for the log");
        }
        assert!(begun.elapsed() < Duration::from_mins(2), "nothing was dropped");
    }
    // Somebody reads again, and is told.
    let reading = std::thread::spawn(move || {
        let mut line = String::new();
        while log.read_line(&mut line).unwrap() > 0 {
            if line.contains("log lines were dropped") {
                let line: Value = serde_json::from_str(&line).unwrap();
                return (line["lines"].as_u64().unwrap(), log);
            }
            line.clear();
        }
        panic!("nobody was told");
    });
    while !reading.is_finished() && begun.elapsed() < Duration::from_mins(3) {
        client.get(format!("http://{address}/healthz")).send().await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (lines, log) = reading.join().unwrap();
    assert!(lines > 0 && dropped(&address).await >= lines);
    // Nobody will ever read again: nobody is held up, not at the end either.
    drop(log);
    let lives = client.get(format!("http://{address}/healthz")).send().await.unwrap();
    assert_eq!(lives.status(), StatusCode::OK);
    ends(&mut child);
}

/// SIGTERM, and the end in good order within the time that is promised.
fn ends(child: &mut Child) {
    let pid = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(begun.elapsed() < Duration::from_secs(12), "it did not end");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(status.success(), "{status}");
}

/// A library that stands before the disk.
fn hanging_disk(folder: &Path) -> PathBuf {
    let library = folder.join("hang.so");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/hang.c"))
        .status()
        .unwrap();
    assert!(built.success());
    library
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_hangs_is_said_and_waited_for() {
    let (home, shim) = (home(), tempfile::tempdir().unwrap());
    let mark = shim.path().join("hangs");
    let mut program = home.chasqui();
    program.env("LD_PRELOAD", hanging_disk(shim.path())).env("CHASQUI_TEST_HANG", &mark);
    let line = Line::open(&home, program).await;
    line.ready_is(StatusCode::OK, Duration::from_secs(5)).await;
    std::fs::write(&mark, "").unwrap();
    line.stands_still().await;
    // Refused at once by now.
    let (status, took) = line.deliver("wamid.third").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(took < Duration::from_secs(1), "{took:?}");
    std::fs::remove_file(&mark).unwrap();
    line.goes_on().await;
    line.ben_was_answered_once().await;
    let begun = Instant::now();
    loop {
        let all = api(&line.server.address, &line.token, Method::GET, "/events", Value::Null).await;
        let told = all["items"].as_array().unwrap().iter().any(|it| it["code"] == "store_stood_still");
        if told {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{all}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_server_on_a_disk_that_hangs_is_not_ready() {
    let (home, shim) = (home(), tempfile::tempdir().unwrap());
    let mark = shim.path().join("hangs");
    let mut program = home.chasqui();
    program.env("LD_PRELOAD", hanging_disk(shim.path())).env("CHASQUI_TEST_HANG", &mark);
    let line = Line::open(&home, program).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    std::fs::write(&mark, "").unwrap();
    line.ready_is(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(10)).await;
    std::fs::remove_file(&mark).unwrap();
    line.ready_is(StatusCode::OK, Duration::from_secs(10)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_somebody_else_holds_is_said_and_waited_for() {
    let home = home();
    let line = Line::open(&home, home.chasqui()).await;
    let other = rusqlite::Connection::open(home.data.path().join("chasqui.db")).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    line.stands_still().await;
    other.execute_batch("ROLLBACK").unwrap();
    line.goes_on().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_moved_away_are_noticed_and_nothing_is_confirmed() {
    let home = home();
    let mut line = Line::open(&home, home.chasqui()).await;
    let path = |name: &str| home.data.path().join(name);
    let away = tempfile::tempdir_in(home.data.path().parent().unwrap()).unwrap();
    let names = ["chasqui.db", "chasqui.db-wal", "chasqui.db-shm"];
    for name in names {
        std::fs::rename(path(name), away.path().join(name)).unwrap();
    }
    assert_eq!(line.deliver("wamid.first").await.0, StatusCode::SERVICE_UNAVAILABLE);
    let reason = line.ready_is(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(1)).await;
    assert!(reason.contains("moved"), "{reason}");
    assert_eq!(line.makes_a_bot("Nowhere").await.0, StatusCode::SERVICE_UNAVAILABLE);
    ends(&mut line.server.child);
    // Not a new installation.
    let started = home.chasqui().args(["doctor", "--data-dir"]).arg(home.data.path()).output().unwrap();
    assert!(String::from_utf8_lossy(&started.stdout).contains("there was a database"), "{started:?}");
    for name in names.into_iter().filter(|name| away.path().join(name).exists()) {
        std::fs::rename(away.path().join(name), path(name)).unwrap();
    }
    line.server = serve_by(home.chasqui(), &home, &line.server.address, line.meta.url());
    line.goes_on().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_clean_stop_the_file_is_whole_and_a_missing_log_after_a_kill_is_noticed() {
    let home = home();
    let mut line = Line::open(&home, home.chasqui()).await;
    let path = |name: &str| home.data.path().join(name);
    ends(&mut line.server.child);
    assert!(std::fs::metadata(path("chasqui.db-wal")).map_or(0, |it| it.len()) == 0);
    for name in ["chasqui.db-wal", "chasqui.db-shm"] {
        drop(std::fs::remove_file(path(name)));
    }
    line.server = serve_by(home.chasqui(), &home, &line.server.address, line.meta.url());
    line.ana.says("Ana").unwrap();
    assert_eq!(next(&line.ana).await, "Hello Ana, how can we help? [Opening hours] [My order] [A person]");

    line.server.child.kill().unwrap();
    line.server.child.wait().unwrap();
    assert!(std::fs::metadata(path("chasqui.db-wal")).unwrap().len() > 0);
    let away = home.data.path().join("away");
    std::fs::rename(path("chasqui.db-wal"), &away).unwrap();
    let refused = home
        .chasqui()
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(home.data.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert!(!refused.status.success());
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        words.contains("chasqui.db-wal") && words.contains("a part of the database is missing"),
        "{words}"
    );
    std::fs::rename(&away, path("chasqui.db-wal")).unwrap();
    line.server = serve_by(home.chasqui(), &home, &line.server.address, line.meta.url());
    line.ana.taps("My order").unwrap();
    assert_eq!(next(&line.ana).await, "You chose My order.");
}

/// A way to PostgreSQL on which nothing gets through for a while.
struct Way {
    url: String,
    stuck: Arc<AtomicBool>,
}

impl Way {
    async fn to(url: &str) -> Self {
        let (before, rest) = url.split_once('@').unwrap();
        let (server, rest) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{before}@{}/{rest}", listener.local_addr().unwrap());
        let stuck = Arc::new(AtomicBool::new(false));
        let (server, is_stuck) = (server.to_owned(), Arc::clone(&stuck));
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&server).await.unwrap();
                let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
                tokio::spawn(carry(from_near, to_far, Arc::clone(&is_stuck)));
                tokio::spawn(carry(from_far, to_near, Arc::clone(&is_stuck)));
            }
        });
        Self { url, stuck }
    }
}

async fn carry(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    stuck: Arc<AtomicBool>,
) {
    let mut bytes = vec![0; 65_536];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        while stuck.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_that_hangs_is_said_and_waited_for() {
    let Some(database) = Database::make().await else { return };
    let way = Way::to(database.url().expose()).await;
    let home = Home { data: tempfile::tempdir().unwrap(), database: None, url: Some(way.url.clone()) };
    let line = Line::open(&home, home.chasqui()).await;
    line.ready_is(StatusCode::OK, Duration::from_secs(5)).await;
    way.stuck.store(true, Ordering::SeqCst);
    line.stands_still().await;
    way.stuck.store(false, Ordering::SeqCst);
    line.goes_on().await;
    line.ben_was_answered_once().await;
    drop((line, database));
}
