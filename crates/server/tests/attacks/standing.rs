//! What the machine does to a server: kills, missing and damaged files, disks and readers that stand still. It goes on, or says
//! why not.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use crate::bots::{echo, hears};
use crate::case::{Case, Class, It, case, class as of};
use crate::ground::{EMAIL, PASSWORD};
use crate::server::{Binary, Options, Process, serve};

/// An installation of a case's own.
pub struct Own {
    pub home: tempfile::TempDir,
    pub binary: Binary,
}

impl Own {
    pub fn new(it: &It) -> Result<Self> {
        Ok(Self { home: tempfile::tempdir()?, binary: it.binary.clone() })
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.home.path().join(name)
    }

    pub async fn start(&self) -> Result<Process> {
        let log = Arc::new(Mutex::new(Vec::new()));
        serve(&self.binary, &Options::default(), self.home.path(), "http://127.0.0.1:1", "127.0.0.1:0", &log)
            .await
    }

    /// A start that must be refused: what it says.
    pub async fn refused(&self) -> Result<String> {
        let mut child = Command::new(&self.binary.program)
            .args(["serve", "--listen", "127.0.0.1:0", "--graph-url", "http://127.0.0.1:1", "--data-dir"])
            .arg(self.home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let ended = tokio::time::timeout(Duration::from_secs(15), child.wait()).await;
        let Ok(status) = ended else {
            child.kill().await?;
            bail!("it started");
        };
        let status = status?;
        let output = child.wait_with_output().await?;
        ensure!(!status.success(), "it ended well");
        Ok(format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout)))
    }
}

pub async fn stop(mut process: Process) -> Result<()> {
    let id = process.child.id().context("it has ended")?;
    Command::new("kill").arg(id.to_string()).status().await?;
    tokio::time::timeout(Duration::from_secs(15), process.child.wait())
        .await
        .context("it did not stop")??;
    Ok(())
}

pub async fn get(process: &Process, path: &str) -> Result<(u16, String)> {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build()?;
    let answer = client.get(format!("http://{}{path}", process.address)).send().await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}

/// Whether the first person can log in, so that everything that was sealed and hashed is there.
pub async fn logs_in(process: &Process) -> Result<bool> {
    let body = json!({ "email": EMAIL, "password": PASSWORD });
    let answer = reqwest::Client::new()
        .post(format!("http://{}/api/v1/session", process.address))
        .json(&body)
        .send()
        .await?;
    Ok(answer.status() == 200)
}

fn first_starts() -> Vec<Case> {
    let left = |name: &'static str, shows: &'static str, prepare: fn(&Path) -> Result<()>| {
        case(
            format!("first-start-{name}"),
            format!("a first start that left {shows} is taken up by the next one"),
            move |it: It| async move {
                let own = Own::new(&it)?;
                prepare(own.home.path())?;
                let process = own.start().await?;
                ensure!(get(&process, "/readyz").await?.0 == 200, "not ready");
                Ok(())
            },
        )
    };
    vec![
        left("empty-key", "an empty key file", |home| Ok(std::fs::write(home.join("chasqui.key"), "")?)),
        left("empty-database", "an empty database file", |home| {
            Ok(std::fs::write(home.join("chasqui.db"), "")?)
        }),
        left("empty-lock", "an empty lock file", |home| Ok(std::fs::write(home.join("chasqui.lock"), "")?)),
        left("empty-code", "an empty set-up code", |home| Ok(std::fs::write(home.join("setup-code"), "")?)),
        left("unfinished-key", "a key that was being written", |home| {
            Ok(std::fs::write(home.join("chasqui.key.new"), "AAAA")?)
        }),
        case(
            "first-start-killed",
            "a first start that is killed at any moment is taken up by the next one",
            |it: It| async move {
                let own = Own::new(&it)?;
                for step in 0..12_u64 {
                    let mut child = Command::new(&own.binary.program)
                        .args([
                            "serve",
                            "--listen",
                            "127.0.0.1:0",
                            "--graph-url",
                            "http://127.0.0.1:1",
                            "--data-dir",
                        ])
                        .arg(own.home.path())
                        .stdin(Stdio::null())
                        .stdout(Stdio::null())
                        .stderr(Stdio::null())
                        .kill_on_drop(true)
                        .spawn()?;
                    sleep(Duration::from_millis(4 + step * step * 2)).await;
                    child.kill().await?;
                }
                let process = own.start().await?;
                ensure!(get(&process, "/readyz").await?.0 == 200, "not ready");
                Ok(())
            },
        ),
        case(
            "first-start-killed-fresh",
            "each of twelve first starts, killed at its own moment, is taken up",
            |it: It| async move {
                for step in 0..12_u64 {
                    let own = Own::new(&it)?;
                    let mut child = Command::new(&own.binary.program)
                        .args([
                            "serve",
                            "--listen",
                            "127.0.0.1:0",
                            "--graph-url",
                            "http://127.0.0.1:1",
                            "--data-dir",
                        ])
                        .arg(own.home.path())
                        .stdin(Stdio::null())
                        .stdout(Stdio::null())
                        .stderr(Stdio::null())
                        .kill_on_drop(true)
                        .spawn()?;
                    sleep(Duration::from_millis(3 + step * 7)).await;
                    child.kill().await?;
                    let process =
                        own.start().await.with_context(|| format!("killed after {} ms", 3 + step * 7))?;
                    ensure!(get(&process, "/readyz").await?.0 == 200, "not ready");
                }
                Ok(())
            },
        )
        .long(),
    ]
}

fn still() -> Vec<Case> {
    vec![
        case("log-unread", "a log that nobody reads holds nobody up", |it: It| async move {
            let own = Own::new(&it)?;
            let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
            let mut child = Command::new(&own.binary.program)
                .args(["serve", "--log", "trace", "--listen", &address.to_string(), "--graph-url", "http://127.0.0.1:1", "--data-dir"])
                .arg(own.home.path())
                .stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).spawn()?;
            let client = reqwest::Client::builder().timeout(Duration::from_secs(5)).build()?;
            crate::ground::eventually("the server", || async {
                Ok(client.get(format!("http://{address}/healthz")).send().await.is_ok().then_some(()))
            })
            .await?;
            for n in 0..1500 {
                let answer = client.get(format!("http://{address}/healthz?n={n}")).send().await.with_context(|| format!("request {n}"))?;
                ensure!(answer.status() == 200, "request {n}: {}", answer.status());
            }
            child.kill().await?;
            Ok(())
        }),
        case("log-closed", "a log whose reader went away holds nobody up", |it: It| async move {
            let own = Own::new(&it)?;
            let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
            let mut child = Command::new(&own.binary.program)
                .args(["serve", "--log", "trace", "--listen", &address.to_string(), "--graph-url", "http://127.0.0.1:1", "--data-dir"])
                .arg(own.home.path())
                .stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).spawn()?;
            drop(child.stdout.take());
            let client = reqwest::Client::builder().timeout(Duration::from_secs(5)).build()?;
            crate::ground::eventually("the server", || async {
                Ok(client.get(format!("http://{address}/healthz")).send().await.is_ok().then_some(()))
            })
            .await?;
            for _ in 0..200 {
                ensure!(client.get(format!("http://{address}/healthz")).send().await?.status() == 200, "no answer");
            }
            child.kill().await?;
            Ok(())
        }),
        case("database-held", "while another process holds the database, deliveries are answered 503 in time, readiness is red, and it goes on by itself", |it: It| async move {
            let number = it.number(echo()).await?;
            let petra = it.contact("Petra")?;
            hears(&petra, "before", "echo before").await?;
            let database = rusqlite::Connection::open(it.home.path().join("chasqui.db"))?;
            database.busy_timeout(Duration::from_secs(5))?;
            database.execute_batch("BEGIN IMMEDIATE")?;
            let now = it.meta.now().millis() / 1000;
            let body = crate::bots::delivery(&[crate::bots::text(petra.wa_id(), &format!("wamid.HELD{now}"), now, "held")]).to_string();
            let began = Instant::now();
            let answer = it.deliver(&number.callback, body.as_bytes()).await;
            let took = began.elapsed();
            let ready = it.send(it.http.get(format!("{}/readyz", it.url))).await;
            database.execute_batch("ROLLBACK")?;
            let answer = answer?;
            ensure!(answer.status == 503, "answered {} after {took:?}", answer.status);
            ensure!(took < Duration::from_secs(13), "503 after {took:?}");
            ensure!(ready?.status == 503, "ready while nothing can be written");
            crate::ground::eventually("readiness", || async {
                Ok((it.send(it.http.get(format!("{}/readyz", it.url))).await?.status == 200).then_some(()))
            })
            .await?;
            hears(&it.contact("Paula")?, "after", "echo after").await
        }).long(),
        case("killed-and-repeated", "what was answered 200 before a kill has its effect after it, ten times over", |it: It| async move {
            let number = it.number(echo()).await?;
            for round in 0..10 {
                let petra = it.contact("Petra")?;
                hears(&petra, "open", "echo open").await?;
                let now = it.meta.now().millis() / 1000;
                let body = crate::bots::delivery(&[crate::bots::text(petra.wa_id(), &format!("wamid.{}KILL", petra.wa_id()), now, "kept")]).to_string();
                it.deliver(&number.callback, body.as_bytes()).await?.is(&[200])?;
                it.kill_and_start().await?;
                let heard = crate::bots::next_after_kill(&petra).await.with_context(|| format!("round {round}"))?;
                ensure!(heard == "echo kept", "{heard}");
            }
            Ok(())
        }).long(),
        case("frozen", "a server that was frozen for 5 seconds goes on", |it: It| async move {
            it.number(echo()).await?;
            let petra = it.contact("Petra")?;
            hears(&petra, "before", "echo before").await?;
            let id = it.id().await?.to_string();
            Command::new("kill").args(["-STOP", &id]).status().await?;
            petra.says("meanwhile").map_err(|error| anyhow::anyhow!("{error:?}"))?;
            sleep(Duration::from_secs(5)).await;
            Command::new("kill").args(["-CONT", &id]).status().await?;
            let heard = crate::bots::next(&petra).await?;
            ensure!(heard == "echo meanwhile", "{heard}");
            Ok(())
        }),
        case("descriptors-low", "with 256 descriptors allowed a server raises the limit or says so, and answers", |it: It| async move {
            let own = Own::new(&it)?;
            let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
            let log = own.path("log.txt");
            let mut child = Command::new("sh")
                .args(["-c", "ulimit -S -n 256; exec \"$0\" serve --listen \"$1\" --graph-url http://127.0.0.1:1 --data-dir \"$2\" > \"$3\" 2>&1"])
                .arg(&own.binary.program).arg(address.to_string()).arg(own.home.path()).arg(&log)
                .stdin(Stdio::null()).kill_on_drop(true).spawn()?;
            let client = reqwest::Client::new();
            crate::ground::eventually("the server", || async { Ok(client.get(format!("http://{address}/healthz")).send().await.is_ok().then_some(())) }).await?;
            let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id().context("it ended")?))?;
            let line = limits.lines().find(|it| it.starts_with("Max open files")).context("no line")?.to_owned();
            let soft: u64 = line.split_whitespace().nth(3).and_then(|it| it.parse().ok()).context("no figure")?;
            let said = std::fs::read_to_string(&log)?.to_ascii_lowercase();
            ensure!(soft > 256 || said.contains("descriptor") || said.contains("open files"), "the limit stays {soft}, and nothing is said");
            child.kill().await?;
            Ok(())
        }),
    ]
}

pub fn class() -> Class {
    let mut cases = first_starts();
    cases.extend(crate::damaged::files());
    cases.extend(still());
    of("standing still", "Kills, missing and damaged files, disks and readers that stand still.", cases)
}
