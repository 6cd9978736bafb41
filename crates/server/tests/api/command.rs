use std::fs::Permissions;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::site::MENU;

fn chasqui(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chasqui"));
    command.args(arguments).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    told(chasqui(arguments).output().unwrap())
}

fn told(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn bootstrap(data_dir: &Path, password: &str) -> (i32, String, String) {
    let data_dir = data_dir.to_str().unwrap();
    let arguments = ["bootstrap", "--email", "Ana@Example.com", "--password-stdin", "--data-dir", data_dir];
    let mut child = chasqui(&arguments).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
    told(child.wait_with_output().unwrap())
}

#[test]
fn only_the_owner_can_read_the_data_directory() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let set = |path: &Path, mode| std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    // As a package or `mkdir` leaves it, with something in it.
    std::fs::create_dir_all(data_dir.join("media")).unwrap();
    std::fs::write(data_dir.join("notes.txt"), "mine").unwrap();
    set(&data_dir, 0o755);
    set(&data_dir.join("notes.txt"), 0o644);
    assert_eq!(bootstrap(&data_dir, "correct horse battery").0, 0);
    assert_eq!((mode(&data_dir), mode(&data_dir.join("media"))), (0o700, 0o700));
    let mut files = 0;
    for entry in std::fs::read_dir(&data_dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            files += 1;
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }
    assert!(files >= 3, "the database, its lock and the key are there");
    let doctor =
        || run(&["doctor", "--data-dir", data_dir.to_str().unwrap(), "--graph-url", "http://127.0.0.1:1"]).1;
    assert!(doctor().contains("ok    data directory"), "{}", doctor());
    set(&data_dir.join("chasqui.db"), 0o640);
    assert!(doctor().contains("FAIL  data directory") && doctor().contains("chasqui.db"), "{}", doctor());
}

#[test]
fn wrong_usage_is_status_two() {
    for wrong in
        [&["dance"][..], &[], &["serve", "--nonsense"], &["serve", "--listen", "here"], &["bootstrap"]]
    {
        assert_eq!(run(wrong).0, 2, "{wrong:?}");
    }
    assert_eq!(run(&["--version"]).0, 0);
    assert_eq!(run(&["serve", "--help"]).0, 0);
}

#[test]
fn a_failure_is_status_one_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("chasqui.toml");
    std::fs::write(&config, "listne = 'x'").unwrap();
    let (status, _, message) = run(&["serve", "--config", config.to_str().unwrap()]);
    assert!(status == 1 && message.contains("listne"), "{message}");
    let data_dir = folder.path().to_str().unwrap();
    let (status, _, message) = run(&["serve", "--data-dir", data_dir, "--database-url", "mysql://x"]);
    assert!(status == 1 && message.contains("postgres://user:password@host"), "{message}");
    let nobody = "postgres://chasqui:s3cret@127.0.0.1:1/chasqui";
    let (status, _, message) = run(&["serve", "--data-dir", data_dir, "--database-url", nobody]);
    assert!(status == 1 && message.contains("127.0.0.1:1 cannot be reached"), "{message}");
    assert!(!message.contains("s3cret"), "{message}");
    let (status, _, message) = run(&["serve", "--role", "worker"]);
    assert!(status == 1 && message.contains("--database-url"), "{message}");
    let (status, _, message) = run(&["bot", "import", "x.json"]);
    assert!(status == 1 && message.contains("--token"), "{message}");
    let (status, _, message) = run(&["bot", "validate", "missing.json"]);
    assert!(status == 1 && message.contains("missing.json"), "{message}");
}

#[test]
fn bot_files_are_checked_and_tested_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("menu.json");
    std::fs::write(&good, MENU).unwrap();
    let good = good.to_str().unwrap();
    assert_eq!(run(&["bot", "validate", good]), (0, format!("{good}: ok\n"), String::new()));
    assert_eq!(run(&["bot", "test", good]), (0, format!("{good}: menu: passed\n"), String::new()));
    let bad = folder.path().join("bad.json");
    std::fs::write(&bad, MENU.replace("You chose {choice}.", "Bye.")).unwrap();
    let (status, told, _) = run(&["bot", "test", good, bad.to_str().unwrap()]);
    assert!(status == 1 && told.contains("menu: passed") && told.contains("menu: step 6"), "{told}");
    let report = folder.path().join("report.xml");
    let (status, ..) =
        run(&["bot", "test", "--junit", report.to_str().unwrap(), good, bad.to_str().unwrap()]);
    let report = std::fs::read_to_string(&report).unwrap();
    assert!(status == 1 && report.contains("tests=\"2\" skipped=\"0\" failures=\"1\""), "{report}");
    assert!(report.contains("<failure message=\"step 6: "), "{report}");
    std::fs::write(&bad, MENU.replace("\"start\": \"ask_name\"", "\"start\": \"nowhere\"")).unwrap();
    let (status, told, _) = run(&["bot", "validate", bad.to_str().unwrap()]);
    assert!(status == 1 && told.contains("error"), "{told}");
    let schema: Value = serde_json::from_str(&run(&["bot", "schema"]).1).unwrap();
    assert!(schema["properties"]["nodes"].is_object());
    let api: Value = serde_json::from_str(&run(&["openapi"]).1).unwrap();
    assert_eq!(api["openapi"], "3.1.0");
}

#[test]
fn bootstrap_makes_the_first_account_once() {
    let folder = tempfile::tempdir().unwrap();
    let (status, _, message) = bootstrap(folder.path(), "short");
    assert!(status == 1 && message.contains("it needs 8"), "{message}");
    let (status, line, message) = bootstrap(folder.path(), "long enough\n");
    assert_eq!(status, 0, "{message}");
    assert_eq!(line.lines().count(), 1);
    let made: Value = serde_json::from_str(&line).unwrap();
    assert!(made["account_id"].as_str().unwrap().starts_with("acc_"));
    assert!(made["user_id"].as_str().unwrap().starts_with("usr_"));
    assert!(made["api_token"].as_str().unwrap().starts_with("chq_"));
    let (status, line, message) = bootstrap(folder.path(), "long enough");
    assert!(status == 1 && line.is_empty() && message.contains("already"), "{message}");
}

#[test]
fn the_doctor_says_whether_what_is_confirmed_is_durable() {
    let folder = tempfile::tempdir().unwrap();
    bootstrap(folder.path(), "long enough");
    let data_dir = folder.path().to_str().unwrap();
    let (status, told, message) =
        run(&["doctor", "--data-dir", data_dir, "--graph-url", "http://127.0.0.1:1"]);
    assert!(
        told.contains("ok    store: readable, 0 integrations, all secrets open\nok    writes: answered"),
        "{told}"
    );
    let durable = "\nok    durability: SQLite 3.";
    assert!(told.contains(durable) && told.contains("journal_mode = wal, synchronous = full"), "{told}");
    assert!(told.contains("ok    sizes: ") && told.lines().count() < 12, "{told}");
    // No address of its own, no Graph API.
    assert!(status == 1 && message.contains("2 of 9 checks failed"), "{message}");
}

#[test]
fn the_server_says_where_it_listens_and_ends_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let made: Value = serde_json::from_str(&bootstrap(folder.path(), "long enough").1).unwrap();
    let token = made["api_token"].as_str().unwrap();
    let data_dir = folder.path().to_str().unwrap();
    let mut server =
        chasqui(&["serve", "--listen", "127.0.0.1:0"]).env("CHASQUI_DATA_DIR", data_dir).spawn().unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines().map(Result::unwrap);
    let line = lines.find(|line| line.contains("\"message\":\"listening\"")).unwrap();
    let line: Value = serde_json::from_str(&line).unwrap();
    let url = format!("http://{}", line["address"].as_str().unwrap());

    let (status, _, message) = run(&["serve", "--listen", "127.0.0.1:0", "--data-dir", data_dir]);
    assert!(status == 1 && message.contains("in use"), "{message}");
    let menu = folder.path().join("menu.json");
    std::fs::write(&menu, MENU).unwrap();
    let access = ["--server", url.as_str(), "--token", token];
    let bot = |words: &[&str]| run(&[&["bot"], words, &access].concat());
    let (status, told, message) = bot(&["import", menu.to_str().unwrap()]);
    assert!(status == 0 && told.starts_with("Menu: draft saved"), "{told}{message}");
    let (status, told, message) = bot(&["publish", menu.to_str().unwrap()]);
    assert!(status == 0 && told.starts_with("Menu: version 1 published"), "{told}{message}");
    let (status, told, message) = bot(&["export", "Menu"]);
    assert_eq!(status, 0, "{message}");
    let (exported, file): (Value, Value) =
        (serde_json::from_str(&told).unwrap(), serde_json::from_str(MENU).unwrap());
    assert_eq!(exported["nodes"], file["nodes"]);
    let (status, told, _) = bot(&["export", "Menu", "--version", "1", "--yaml"]);
    assert!(status == 0 && told.contains("start: ask_name"), "{told}");
    let (status, _, message) = run(&["bot", "export", "Menu", "--server", &url, "--token", "chq_wrong"]);
    assert!(status == 1 && message.contains("token"), "{message}");

    let began = Instant::now();
    let killed = Command::new("kill").arg(server.id().to_string()).status().unwrap();
    assert!(killed.success());
    assert_eq!(server.wait().unwrap().code(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[test]
fn the_demo_connects_a_bot_and_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("demo");
    let mut passwords = Vec::new();
    for _ in 0..2 {
        let arguments = ["demo", "--listen", "127.0.0.1:0", "--data-dir", data_dir.to_str().unwrap()];
        let mut demo = chasqui(&arguments).spawn().unwrap();
        let mut lines = BufReader::new(demo.stdout.take().unwrap()).lines().map(Result::unwrap);
        let line = lines.find(|line| line.starts_with('{')).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&ready["message"], &ready["email"]), (&"demo ready".into(), &"demo@example.com".into()));
        assert!(ready["app_url"].is_string() && ready["phone_url"].as_str().unwrap().ends_with("/phone"));
        passwords.push(ready["password"].as_str().unwrap().to_owned());
        assert!(Command::new("kill").arg("-INT").arg(demo.id().to_string()).status().unwrap().success());
        assert_eq!(demo.wait().unwrap().code(), Some(0));
    }
    assert_eq!(passwords[0], passwords[1]);
}
