//! Secrets that were typed once: in no answer, no log line, no figure, no export, and sealed wherever they are kept.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use chasqui_simulator::harness;
use reqwest::Method;
use serde_json::json;

use crate::bots::{flow, hears};
use crate::case::{Case, Class, It, case, class as of};
use crate::ground::{PASSWORD, VERIFY};
use crate::server::Options;

/// What must be found nowhere. The last ones are what people said, and who they are.
const CANARIES: &[&str] = &[
    harness::SECRET,
    harness::TOKEN,
    VERIFY,
    PASSWORD,
    "sk-CANARY-OF-A-MODEL",
    "CANARY-IN-A-HEADER",
    "CANARY-WRONG-PASSWORD",
    "CANARY-IN-A-QUERY",
    "CANARY-OF-A-RESET",
    "CANARY-OF-AN-INVITATION",
    "chq_CANARY",
    "CANARY-SAID",
];

/// Everything is used once.
async fn used(it: &It) -> Result<String> {
    let ask = json!({ "id": "ask", "type": "question_text", "text": "Say.", "save_as": "said", "ports": { "next": "call" } });
    let call = json!({ "id": "call", "type": "api_request", "url": "http://127.0.0.1:1/{said}?q=CANARY-IN-A-QUERY", "headers": { "X-Key": "CANARY-IN-A-HEADER" }, "timeout_seconds": 2, "ports": { "next": "fine", "error": "trouble" } });
    let number = it.number(flow(json!({ "said": "text" }), vec![ask, call])).await?;
    let petra = it.contact("Petra")?;
    hears(&petra, "hi", "Say.").await?;
    petra.says("CANARY-SAID").map_err(|error| anyhow::anyhow!("{error:?}"))?;
    crate::bots::next(&petra).await?;
    let form = json!({ "name": "Model", "kind": "openai", "settings": { "base_url": "http://127.0.0.1:1/v1" }, "secret": "sk-CANARY-OF-A-MODEL" });
    let made = it.post(&it.ana, "/connections", form).await?;
    if let Ok(id) = made.id() {
        it.post(&it.ana, &format!("/connections/{id}/check"), json!({})).await?;
    }
    it.try_log_in("ana@example.com", "CANARY-WRONG-PASSWORD").await?;
    it.send(it.request(Method::GET, "/me").bearer_auth("chq_CANARY")).await?;
    it.send(
        it.request(Method::POST, "/password_resets/finish")
            .json(&json!({ "secret": "CANARY-OF-A-RESET", "password": "x" })),
    )
    .await?;
    it.send(
        it.request(Method::POST, "/invitation/look").json(&json!({ "secret": "CANARY-OF-AN-INVITATION" })),
    )
    .await?;
    it.http
        .get(format!("{}?hub.mode=subscribe&hub.verify_token={VERIFY}&hub.challenge=1", number.callback))
        .send()
        .await?;
    it.post(&it.ana, &format!("/integrations/{}/diagnose", number.integration), json!({})).await?;
    it.post(&it.ana, "/integrations/check", json!({ "integration_id": number.integration })).await?;
    Ok(number.integration)
}

fn found(text: &str, but: &[&str]) -> Vec<&'static str> {
    CANARIES.iter().copied().filter(|canary| !but.contains(canary) && text.contains(canary)).collect()
}

/// Bytes of every file below a folder, but for those of these names.
fn bytes_below(folder: &Path, but: &[&str]) -> Result<Vec<(String, Vec<u8>)>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            all.extend(bytes_below(&path, but)?);
        } else if !but.contains(&name.as_str()) {
            all.push((name, std::fs::read(&path).unwrap_or_default()));
        }
    }
    Ok(all)
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Answers that show what was typed, without its secrets.
fn shown(name: &'static str, shows: &'static str, paths: &'static [&'static str]) -> Case {
    case(format!("secret-not-in-{name}"), format!("no secret stands in {shows}"), move |it: It| async move {
        let integration = used(&it).await?;
        for path in paths {
            let answer = it.get(&it.ana, &path.replace("<integration>", &integration)).await?;
            answer.is(&[200])?;
            // What a contact said may be read by people of the account.
            let found = found(&answer.text, &["CANARY-SAID", "CANARY-IN-A-HEADER", "CANARY-IN-A-QUERY"]);
            ensure!(found.is_empty(), "{path}: {found:?}");
        }
        Ok(())
    })
}

pub fn class() -> Class {
    let sealed = [harness::SECRET, VERIFY, PASSWORD, "sk-CANARY-OF-A-MODEL"];
    let cases = vec![
        case(
            "secret-not-in-log",
            "no secret, no words and no number of a contact stand in the log, however much it is told to write",
            |it: It| async move {
                used(&it).await?;
                let petra = it.contact("Unique Canary Name")?;
                hears(&petra, "hi", "Say.").await?;
                let token = it.ana.header.1.trim_start_matches("Bearer ").to_owned();
                let log = it.logged().join("\n");
                ensure!(log.len() > 10_000, "only {} bytes were logged", log.len());
                let found = found(&log, &[]);
                ensure!(
                    found.is_empty(),
                    "{found:?}: {:?}",
                    it.logged().iter().find(|line| found.iter().any(|it| line.contains(it)))
                );
                for more in [token.as_str(), petra.wa_id(), "Unique Canary Name"] {
                    ensure!(
                        !log.contains(more),
                        "{more}: {:?}",
                        it.logged().iter().find(|line| line.contains(more))
                    );
                }
                Ok(())
            },
        ),
        shown(
            "integrations",
            "answers about integrations",
            &["/integrations", "/integrations/<integration>"],
        ),
        shown("connections", "answers about connections", &["/connections"]),
        shown("events", "the error log", &["/events?limit=200", "/events.csv", "/incidents"]),
        shown("audit", "the list of who did what", &["/audit?limit=200"]),
        shown(
            "people",
            "answers about people and tokens",
            &["/users", "/api_tokens", "/me", "/account", "/invitations"],
        ),
        shown("conversations", "answers about conversations", &["/conversations", "/contacts"]),
        case("secret-not-in-figures", "no secret stands in the figures", |it: It| async move {
            used(&it).await?;
            let figures = it.send(it.http.get(format!("{}/metrics", it.url))).await?;
            ensure!(found(&figures.text, &[]).is_empty(), "{:?}", found(&figures.text, &[]));
            Ok(())
        }),
        case(
            "secret-not-in-export",
            "no secret stands in an exported bot that names connections",
            |it: It| async move {
                used(&it).await?;
                let node = json!({ "id": "model", "type": "llm_conversation", "mode": "processing", "connection": "Model", "model": "m", "system": "x", "input": "y", "ports": { "next": "fine", "error": "trouble" } });
                let bot = it.draft(&it.ana, flow(json!({}), vec![node])).await?;
                let file = it.get(&it.ana, &format!("/bots/{bot}/export")).await?;
                let found = found(&file.text, &[]);
                ensure!(file.status == 200 && found.is_empty(), "{} {found:?}", file.status);
                Ok(())
            },
        ),
        case(
            "secret-sealed-in-database",
            "secrets are sealed in the database, its log and all files beside it",
            move |it: It| async move {
                used(&it).await?;
                let token = it.ana.header.1.trim_start_matches("Bearer ").to_owned();
                for (name, bytes) in bytes_below(it.home.path(), &["chasqui.key"])? {
                    for secret in sealed.iter().copied().chain([token.as_str()]) {
                        ensure!(!holds(&bytes, secret), "{name} holds {secret}");
                    }
                }
                Ok(())
            },
        ),
        case(
            "secret-sealed-in-backup",
            "secrets are sealed in a backup, and the key is not in it",
            move |it: It| async move {
                used(&it).await?;
                let file = it.home.path().join("attack.backup");
                let _ = std::fs::remove_file(&file);
                let ran = tokio::process::Command::new(&it.binary.program)
                    .arg("backup")
                    .arg(&file)
                    .arg("--data-dir")
                    .arg(it.home.path())
                    .output()
                    .await?;
                ensure!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
                let bytes = std::fs::read(&file)?;
                let key = std::fs::read_to_string(it.home.path().join("chasqui.key"))?;
                for secret in sealed.iter().copied().chain([key.trim()]) {
                    ensure!(!holds(&bytes, secret), "the backup holds a secret");
                }
                use std::os::unix::fs::PermissionsExt as _;
                ensure!(
                    std::fs::metadata(&file)?.permissions().mode() & 0o077 == 0,
                    "others may read the backup"
                );
                Ok(())
            },
        ),
        case(
            "secret-files-private",
            "others on the machine may read nothing of the data directory",
            |it: It| async move {
                used(&it).await?;
                use std::os::unix::fs::PermissionsExt as _;
                ensure!(
                    std::fs::metadata(it.home.path())?.permissions().mode() & 0o077 == 0,
                    "the folder is open to others"
                );
                for entry in std::fs::read_dir(it.home.path())? {
                    let entry = entry?;
                    let mode = entry.metadata()?.permissions().mode();
                    ensure!(
                        mode & 0o077 == 0,
                        "{} has the mode {mode:o}",
                        entry.file_name().to_string_lossy()
                    );
                }
                Ok(())
            },
        ),
        case(
            "secret-not-in-arguments",
            "the server's name and arguments, which everybody on the machine sees, hold no secret",
            |it: It| async move {
                let line = std::fs::read(format!("/proc/{}/cmdline", it.id().await?))?;
                let line = String::from_utf8_lossy(&line).into_owned();
                ensure!(found(&line, &[]).is_empty(), "{line}");
                Ok(())
            },
        ),
        case("secret-not-in-refusals", "a refusal repeats no secret that was typed", |it: It| async move {
            let bot = it.published(&it.ana, crate::bots::echo()).await?;
            let mut form = crate::ground::form(&bot);
            form["credentials"]["phone_number_id"] = "wrong".into();
            form["credentials"]["access_token"] = json!(["CANARY-SAID"]);
            for body in [form, json!({ "email": 7, "password": "CANARY-WRONG-PASSWORD" })] {
                for path in ["/integrations", "/connections", "/session"] {
                    let refused = it.post(&it.ana, path, body.clone()).await?;
                    refused.is_refused()?;
                    ensure!(found(&refused.text, &[]).is_empty(), "{path}: {}", refused.short());
                }
            }
            Ok(())
        }),
        case(
            "secret-not-in-debug-page",
            "what the API's description and its pages say holds nothing of this installation",
            |it: It| async move {
                used(&it).await?;
                for path in ["/api/v1/openapi.json", "/openapi.json", "/api/docs", "/", "/healthz", "/readyz"]
                {
                    let page = it.send(it.http.get(format!("{}{path}", it.url))).await?;
                    ensure!(found(&page.text, &[]).is_empty(), "{path}");
                    ensure!(
                        !page.text.contains(it.home.path().to_str().context("odd path")?),
                        "{path} names the data directory"
                    );
                }
                Ok(())
            },
        ),
    ];
    of("secrets", "What was typed once and must not be seen again.", cases).on(Options::default().with(&[
        "--log",
        "trace",
        "--allow-private-networks",
    ]))
}
