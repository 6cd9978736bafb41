//! The simulator and the demo, which believe whoever reaches them: other sites and other machines must not.

use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::case::{Case, Class, It, case, class as of};
use crate::wire::{Reply, raw};

/// `chasqui simulator` on a free port: itself and its address.
async fn simulator(it: &It, more: &[&str]) -> Result<(Child, std::net::SocketAddr)> {
    let mut child = Command::new(&it.binary.program)
        .args(["simulator", "--listen", "127.0.0.1:0"])
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let address = tokio::time::timeout(Duration::from_secs(20), async {
        while let Some(line) = lines.next_line().await? {
            let line: Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(address) = line["address"].as_str() {
                return Ok(address.parse()?);
            }
        }
        bail!("it ended")
    });
    let address = address.await.context("it did not listen")??;
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((child, address))
}

async fn ask(
    address: std::net::SocketAddr,
    host: &str,
    method: &str,
    path: &str,
    more: &str,
) -> Result<Reply> {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: 0\r\n{more}\r\n"
    );
    raw(address, head, Duration::from_secs(5)).await
}

fn foreign(name: &'static str, shows: &'static str, host: &'static str) -> Case {
    case(
        format!("simulator-host-{name}"),
        format!("the simulator answers nothing under {shows}"),
        move |it: It| async move {
            let (_child, address) = simulator(&it, &[]).await?;
            for (method, path) in [
                ("GET", "/_sim/businesses"),
                ("GET", "/_sim/phones"),
                ("POST", "/_sim/reset"),
                ("GET", "/phone"),
                ("GET", "/v25.0/1"),
            ] {
                let reply = ask(address, host, method, path, "").await?;
                ensure!(
                    reply.status().is_some_and(|it| (400..500).contains(&it) && it != 404),
                    "{method} {path}: {:?}",
                    reply.status()
                );
            }
            let reply = ask(address, &address.to_string(), "GET", "/_sim/businesses", "").await?;
            ensure!(reply.status() == Some(200), "its own Host: {:?}", reply.status());
            Ok(())
        },
    )
}

/// Starts the demo and gathers what it says on both outputs.
async fn demo(it: &It, listen: &str) -> Result<(Child, Arc<Mutex<String>>)> {
    let mut child = Command::new(&it.binary.program)
        .args(["demo", "--listen", listen])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let said = Arc::new(Mutex::new(String::new()));
    let gather = |said: Arc<Mutex<String>>, line: String| {
        if let Ok(mut said) = said.lock() {
            said.push_str(&line);
            said.push('\n');
        }
    };
    let mut out = BufReader::new(child.stdout.take().context("no output")?).lines();
    let mut err = BufReader::new(child.stderr.take().context("no output")?).lines();
    let (one, two) = (Arc::clone(&said), Arc::clone(&said));
    tokio::spawn(async move {
        while let Ok(Some(line)) = out.next_line().await {
            gather(Arc::clone(&one), line);
        }
    });
    tokio::spawn(async move {
        while let Ok(Some(line)) = err.next_line().await {
            gather(Arc::clone(&two), line);
        }
    });
    Ok((child, said))
}

pub fn class() -> Class {
    let cases = vec![
        foreign("foreign", "another site's name (DNS rebinding)", "evil.example"),
        foreign("prefix", "a name that begins as its own", "127.0.0.1.evil.example"),
        foreign("port", "a name with its port", "evil.example:9090"),
        case("simulator-origin", "another site cannot make the simulator do anything", |it: It| async move {
            let (_child, address) = simulator(&it, &[]).await?;
            for mark in ["Origin: https://evil.example\r\n", "Sec-Fetch-Site: cross-site\r\nOrigin: null\r\n"]
            {
                let reply = ask(address, &address.to_string(), "POST", "/_sim/reset", mark).await?;
                ensure!(
                    reply.status().is_some_and(|it| (400..500).contains(&it)),
                    "{mark}: {:?}",
                    reply.status()
                );
                ensure!(
                    !reply.text().to_ascii_lowercase().contains("access-control-allow-origin"),
                    "{mark}: may be read"
                );
            }
            Ok(())
        }),
        case(
            "simulator-not-in-server",
            "the server itself has no routes of the simulator",
            |it: It| async move {
                for path in ["/_sim/businesses", "/_sim/phones", "/_sim/reset"] {
                    let answer = it.send(it.http.get(format!("{}{path}", it.url))).await?;
                    ensure!(answer.status == 404, "{path}: {}", answer.status);
                }
                Ok(())
            },
        ),
        case(
            "demo-on-all-addresses",
            "a demo that the network can reach says so loudly",
            |it: It| async move {
                let (mut child, said) = demo(&it, "0.0.0.0:0").await?;
                let began = tokio::time::Instant::now();
                loop {
                    let text = said.lock().map(|it| it.clone()).unwrap_or_default().to_ascii_lowercase();
                    if ["warning", "everybody", "anybody", "anyone", "network can reach"]
                        .iter()
                        .any(|word| text.contains(word))
                    {
                        break;
                    }
                    if let Some(status) = child.try_wait()? {
                        ensure!(!status.success(), "it ended well without a word");
                        break;
                    }
                    ensure!(began.elapsed() < Duration::from_secs(25), "no warning in: {text}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                child.kill().await?;
                Ok(())
            },
        ),
    ];
    of("simulator and demo", "What is made for trying things out, reached by others.", cases)
}
