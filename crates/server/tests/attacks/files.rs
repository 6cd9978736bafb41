//! Bot files that explode: refused at once, with a place and a reason.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::bots::{echo, says};
use crate::case::{Case, Class, It, case, class as of};

/// What the server may grow by, in MiB.
const MOST: u64 = 120;

fn imported(name: &'static str, shows: &'static str, make: fn() -> String) -> Case {
    case(
        format!("file-{name}"),
        format!("a bot file {shows} is refused at once, by the API and on the command line"),
        move |it: It| async move {
            let text = make();
            let before = it.resident().await?;
            let began = Instant::now();
            let made = it.post(&it.ana, "/bots/import", json!({ "text": text })).await?;
            let took = began.elapsed();
            made.is_refused()?;
            ensure!(took < it.patience(Duration::from_secs(2)), "took {took:?}");
            ensure!(made.bytes.len() < 1024 * 1024, "an answer of {} bytes", made.bytes.len());
            let after = it.resident().await?;
            ensure!(after < before + MOST, "grew from {before} to {after} MiB");
            let path = it.home.path().join("attack.bot");
            std::fs::write(&path, &text)?;
            let mut command = tokio::process::Command::new(&it.binary.program);
            let ran = command.args(["bot", "validate"]).arg(&path).kill_on_drop(true).output();
            let ran = tokio::time::timeout(it.patience(Duration::from_secs(4)), ran)
                .await
                .context("the command did not end")??;
            ensure!(ran.status.code() == Some(1), "the command ended with {}", ran.status);
            Ok(())
        },
    )
}

/// Every line repeats the one before it ten times.
fn yaml_bomb() -> String {
    let mut file = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let before = vec![format!("*a{}", n - 1); 10].join(", ");
        let _ = writeln!(file, "a{n}: &a{n} [{before}]");
    }
    file
}

fn yaml_merges() -> String {
    let mut file = "a0: &a0 {x: 1}\n".to_owned();
    for n in 1..30 {
        let _ = writeln!(file, "a{n}: &a{n}\n  <<: [*a{0}, *a{0}, *a{0}]\n  k{n}: *a{0}", n - 1);
    }
    file
}

fn nodes(nodes: &[Value]) -> String {
    json!({ "format": 1, "name": "Bad", "start": "a", "nodes": nodes }).to_string()
}

fn bombs() -> Vec<Case> {
    vec![
        imported("yaml-aliases", "in YAML whose aliases multiply", yaml_bomb),
        imported("yaml-merges", "in YAML whose merges multiply", yaml_merges),
        imported("yaml-itself", "in YAML with an alias of itself", || "a: &a [*a]\nformat: 1\n".into()),
        imported("yaml-deep", "in YAML nested 20,000 deep", || "[".repeat(20_000)),
        imported("yaml-deep-block", "in YAML with 3,000 lists in lists", || "- ".repeat(3000)),
        imported("yaml-tag", "in YAML that names a class", || {
            "!!python/object/apply:os.system ['id']".into()
        }),
        imported("yaml-many-documents", "of 10,000 documents", || "---\nformat: 1\n".repeat(10_000)),
        imported("yaml-keys", "in YAML with an object for a key", || "? {a: [1]}\n: x\nformat: 1\n".into()),
        imported("yaml-control", "in YAML with control characters", || {
            "format: 1\nname: \"a\u{1}\u{7}b\"\nstart: x\nnodes: x\n".into()
        }),
        imported("json-deep", "in JSON nested 200,000 deep", || "[".repeat(200_000)),
        imported("json-deep-field", "whose layout is nested 60 deep", || {
            format!("{{\"layout\":{}1{}}}", "[".repeat(60), "]".repeat(60))
        }),
        imported("json-half", "that ends in the middle", || echo().to_string()[..80].to_owned()),
        imported("json-number", "with a number of a million digits", || {
            format!("{{\"format\":{}}}", "1".repeat(1_000_000))
        }),
        imported("many-nodes", "of 10,000 nodes", || {
            nodes(&(0..10_000).map(|n| json!({ "id": format!("n{n}"), "type": "end" })).collect::<Vec<_>>())
        }),
        imported("same-ids", "with one id for two nodes", || {
            nodes(&[json!({ "id": "a", "type": "end" }), json!({ "id": "a", "type": "end" })])
        }),
        imported("unknown-component", "with a component that is not there", || {
            nodes(&[json!({ "id": "a", "type": "shell", "command": "id" })])
        }),
        imported("unknown-field", "with a field that is not there", || {
            nodes(&[json!({ "id": "a", "type": "end", "constructor": {} })])
        }),
        imported("format", "of a format that is not there", || {
            json!({ "format": 99, "name": "x", "start": "a", "nodes": [] }).to_string()
        }),
        imported("nothing", "with nothing in it", String::new),
        imported("binary", "of binary bytes", || "\u{0}\u{1}\u{2}PK\u{3}\u{4}".repeat(1000)),
        imported("huge-text", "with a text of 4.5 MB", || {
            nodes(&[json!({ "id": "a", "type": "end", "text": "x".repeat(4_500_000) })])
        }),
    ]
}

/// What can be saved and not be published.
fn unpublished(name: &'static str, shows: &'static str, make: fn() -> Value) -> Case {
    case(
        format!("publish-{name}"),
        format!("a bot {shows} is not published, and said at once"),
        move |it: It| async move {
            let made = it.post(&it.ana, "/bots", json!({ "definition": make() })).await?;
            if made.status != 201 {
                return made.is_refused();
            }
            let began = Instant::now();
            it.post(&it.ana, &format!("/bots/{}/publish", made.id()?), json!({})).await?.is(&[422])?;
            let took = began.elapsed();
            ensure!(took < it.patience(Duration::from_secs(2)), "took {took:?}");
            Ok(())
        },
    )
}

fn drafts() -> Vec<Case> {
    let circle = || {
        json!({ "format": 1, "name": "Circle", "start": "a", "nodes": [
            { "id": "a", "type": "set_variable", "operations": [{ "do": "increment", "variable": "n" }], "ports": { "next": "b" } },
            { "id": "b", "type": "jump", "to": "a" }] })
    };
    vec![
        unpublished("circle", "that never waits", circle),
        unpublished("start", "whose start is not there", || {
            let mut it = says("x");
            it["start"] = "nowhere".into();
            it
        }),
        unpublished("port", "with a port into nothing", || {
            let mut it = echo();
            it["nodes"][0]["ports"]["next"] = "gone".into();
            it
        }),
        unpublished("formula-deep", "with a formula nested 1,000 deep", || {
            let formula = format!("{}1{}", "(".repeat(1000), ")".repeat(1000));
            json!({ "format": 1, "name": "x", "start": "a", "nodes": [{ "id": "a", "type": "formula", "mode": "true_false", "expression": formula, "ports": { "true": "b", "false": "b" } }, { "id": "b", "type": "end" }] })
        }),
        unpublished(
            "formula-long",
            "with a formula of a megabyte",
            || json!({ "format": 1, "name": "x", "start": "a", "nodes": [{ "id": "a", "type": "formula", "mode": "true_false", "expression": format!("1{}", "+1".repeat(500_000)), "ports": { "true": "b", "false": "b" } }, { "id": "b", "type": "end" }] }),
        ),
        unpublished(
            "regex-broken",
            "with a pattern that is none",
            || json!({ "format": 1, "name": "x", "start": "a", "nodes": [{ "id": "a", "type": "question_text", "text": "x", "validation": { "kind": "regex", "pattern": "(((" }, "ports": { "next": "b" } }, { "id": "b", "type": "end" }] }),
        ),
        unpublished(
            "code-broken",
            "with code that is none",
            || json!({ "format": 1, "name": "x", "start": "a", "nodes": [{ "id": "a", "type": "custom_code", "code": "def __custom_fn__(v):\n  x = (", "ports": { "next": "b" } }, { "id": "b", "type": "end" }] }),
        ),
    ]
}

pub fn class() -> Class {
    let mut cases = bombs();
    cases.extend(drafts());
    cases.push(case(
        "file-round-trip",
        "what is exported can be imported again, so that the cases above can fail",
        |it: It| async move {
            let bot = it.published(&it.ana, echo()).await?;
            for format in ["json", "yaml"] {
                let file = it.get(&it.ana, &format!("/bots/{bot}/export?format={format}")).await?;
                it.post(&it.ana, "/bots/import", json!({ "text": file.text })).await?.is(&[201])?;
            }
            Ok(())
        },
    ));
    of("bot files", "Bot files that explode, go in circles or are none.", cases)
}
