//! Files that are no bots, by the API and on the command line: refused with the place and the reason, and at once.

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::site::{MENU, Site};

/// Longest that a refusal may take, also on a busy machine.
const AT_ONCE: Duration = Duration::from_secs(5);

/// What a bad file is refused for.
struct Bad {
    name: &'static str,
    bytes: Vec<u8>,
    /// Something that the refusal names: the place or the reason.
    says: &'static str,
}

fn bad(name: &'static str, text: impl Into<Vec<u8>>, says: &'static str) -> Bad {
    Bad { name, bytes: text.into(), says }
}

fn nodes(nodes: &Value) -> String {
    json!({ "format": 1, "name": "Bad", "start": "a", "nodes": nodes }).to_string()
}

fn menu(change: impl FnOnce(&mut Value)) -> String {
    let mut file: Value = serde_json::from_str(MENU).unwrap();
    change(&mut file);
    file.to_string()
}

/// A file in which every line repeats the one before it ten times.
fn yaml_bomb() -> String {
    let mut file = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let before = vec![format!("*a{}", n - 1); 10].join(", ");
        let _ = writeln!(file, "a{n}: &a{n} [{before}]");
    }
    file
}

/// What cannot be read at all.
fn unreadable() -> Vec<Bad> {
    let many: Vec<Value> = (0..10_000).map(|n| json!({ "id": format!("n{n}"), "type": "end" })).collect();
    let deep = format!("{{\"layout\":{}1{}}}", "[".repeat(60), "]".repeat(60));
    let bottomless = format!("{{\"layout\":{}", "[".repeat(1_000_000));
    let twins = json!([{ "id": "a", "type": "end" }, { "id": "a", "type": "end" }]);
    vec![
        bad("nothing", "", "a bot file is one object"),
        bad("a list", "[]", "a bot file is one object"),
        bad("a wrong type", menu(|it| it["nodes"][0]["text"] = json!(7)), "nodes[0].text: invalid type"),
        bad(
            "a wrong type in a port",
            menu(|it| it["nodes"][0]["ports"]["next"] = json!([])),
            "nodes[0].ports.next",
        ),
        bad(
            "an unknown component",
            nodes(&json!([{ "id": "a", "type": "magic" }])),
            "there is no component `magic`",
        ),
        bad("an unknown field", menu(|it| it["nodes"][2]["txt"] = json!("x")), "unknown field `txt`"),
        bad("another format", menu(|it| it["format"] = json!(99)), "format 99 is not known"),
        bad("10,000 nodes", nodes(&Value::Array(many)), "at most 2000 are allowed"),
        bad("deep nesting", deep, "nested deeper than 48 levels"),
        bad("bottomless nesting", bottomless, "recursion limit exceeded"),
        bad("one id twice", nodes(&twins), "nodes[0] has this id too"),
        bad("a truncated file", &MENU.as_bytes()[..MENU.len() / 2], "not valid JSON: "),
        bad("truncated YAML", "format: 1\nname: [\"Menu\"", "not valid YAML: "),
        bad("aliases that multiply", yaml_bomb(), "not valid YAML: "),
        bad("an alias of itself", "a: &a [*a]\nformat: 1\n", "not valid YAML: "),
    ]
}

/// What can be saved as a draft, and not be published.
fn unfinished() -> Vec<Bad> {
    let circle = json!([
        { "id": "a", "type": "set_variable", "operations": [{ "do": "increment", "variable": "n" }], "ports": { "next": "b" } },
        { "id": "b", "type": "jump", "to": "a" } ]);
    vec![
        bad("a circle that never waits", nodes(&circle), "this circle never waits"),
        bad(
            "a start that is not there",
            menu(|it| it["start"] = json!("nowhere")),
            "the start `nowhere` does not exist",
        ),
        bad(
            "a port into nothing",
            menu(|it| it["nodes"][0]["ports"]["next"] = json!("gone")),
            "leads to `gone`, which does not exist",
        ),
        bad(
            "an unknown variable",
            menu(|it| it["nodes"][2]["text"] = json!("{who}")),
            "there is no variable `who`",
        ),
    ]
}

/// Runs `chasqui bot validate` on a file.
fn validate(bytes: &[u8]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bot");
    std::fs::write(&file, bytes).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_chasqui"));
    command.args(["bot", "validate"]).arg(&file).env_clear().stdin(Stdio::null());
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

#[test]
fn the_command_line_refuses_bad_files_with_place_and_reason() {
    let large = format!("{{ \"name\": \"{}\" }}", "x".repeat(20 * 1024 * 1024));
    let mut not_text = MENU.as_bytes().to_vec();
    not_text[40] = 0xff;
    let more = vec![bad("20 MB", large, "the file has 2097"), bad("no UTF-8", not_text, "UTF-8")];
    for Bad { name, bytes, says } in unreadable().into_iter().chain(unfinished()).chain(more) {
        let began = Instant::now();
        let (status, told) = validate(&bytes);
        assert_eq!(status, 1, "{name}: {told}");
        assert!(told.contains(says), "{name}: {told}");
        assert!(!told.contains("panicked") && told.len() < 20_000, "{name}: {}", told.len());
        assert!(began.elapsed() < AT_ONCE, "{name} took {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn an_import_refuses_bad_files_with_place_and_reason() {
    let site = Site::start().await;
    let ana = site.owner().await;
    for Bad { name, bytes, says } in unreadable() {
        let text = String::from_utf8(bytes).unwrap();
        let began = Instant::now();
        let refused = site.post(&ana, "/bots/import", json!({ "text": text })).await;
        refused.is_problem(422, "unreadable_bot");
        let problems = refused.body["problems"].to_string();
        let said = problems.replace("\\\"", "\"");
        assert!(said.contains(says), "{name}: {said}");
        assert!(began.elapsed() < AT_ONCE, "{name} took {:?}", began.elapsed());
    }
    let large = json!({ "text": "x".repeat(20 * 1024 * 1024) });
    let url = format!("{}/api/v1/bots/import", site.url);
    // The server does not read on to the end: a client that still sends may lose the answer with the connection.
    if let Ok(answer) = site.http.post(url).bearer_auth(&ana.token).json(&large).send().await {
        assert_eq!(answer.status(), 413);
    }
    let larger = site.post(&ana, "/bots/import", json!({ "text": "x".repeat(4 * 1024 * 1024 + 1) })).await;
    larger.is_problem(422, "unreadable_bot");
    assert_eq!(larger.body["problems"][0]["code"], "too_large");
    let almost = menu(|it| it["nodes"][0]["note"] = json!("x".repeat(3 * 1024 * 1024)));
    assert_eq!(site.post(&ana, "/bots/import", json!({ "text": almost })).await.status, 201);
    for Bad { name, bytes, says } in unfinished() {
        let text = String::from_utf8(bytes).unwrap();
        let bot = site.post(&ana, "/bots/import", json!({ "text": text })).await.id();
        let refused = site.post(&ana, &format!("/bots/{bot}/publish"), json!({})).await;
        refused.is_problem(422, "unfinished_bot");
        assert!(refused.body["problems"].to_string().contains(says), "{name}: {refused:?}");
    }
    // The server is well.
    assert_eq!(site.get(&ana, "/bots").await.status, 200);
    let fine = site.post(&ana, "/bots/import", json!({ "text": MENU })).await;
    assert_eq!(fine.status, 201);
}
