//! The server as a process of its own, and the first account in it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use crate::ground::{EMAIL, PASSWORD};

const START: Duration = Duration::from_mins(1);

/// The program that is attacked.
#[derive(Clone, Debug)]
pub struct Binary {
    pub program: PathBuf,
    /// Built as it ships. A development build is some ten times slower.
    pub is_release: bool,
}

/// How a class's server is started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Further options of `serve`.
    pub serve: Vec<String>,
    /// Variables of its environment.
    pub environment: Vec<(String, String)>,
}

impl Options {
    pub fn with(mut self, words: &[&str]) -> Self {
        self.serve.extend(words.iter().map(|&word| word.to_owned()));
        self
    }
}

/// A process, ended when it goes.
pub struct Process {
    pub child: Child,
    pub address: SocketAddr,
}

/// Makes the first account. Its token.
pub async fn bootstrap(binary: &Binary, data: &std::path::Path) -> Result<String> {
    let mut child = Command::new(&binary.program)
        .args(["bootstrap", "--email", EMAIL, "--password-stdin", "--data-dir"])
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {}", binary.program.display()))?;
    let mut stdin = child.stdin.take().context("no standard input")?;
    stdin.write_all(format!("{PASSWORD}\n").as_bytes()).await?;
    drop(stdin);
    let output = child.wait_with_output().await?;
    ensure!(output.status.success(), "bootstrap failed: {}", String::from_utf8_lossy(&output.stderr));
    let line: Value = serde_json::from_slice(&output.stdout)?;
    line["api_token"].as_str().map(str::to_owned).context("bootstrap gave no token")
}

/// Starts `chasqui serve` and waits until it listens.
pub async fn serve(
    binary: &Binary,
    options: &Options,
    data: &std::path::Path,
    graph: &str,
    listen: &str,
    log: &Arc<Mutex<Vec<String>>>,
) -> Result<Process> {
    let mut child = Command::new(&binary.program)
        .args(["serve", "--listen", listen, "--graph-url", graph, "--data-dir"])
        .arg(data)
        .args(&options.serve)
        .envs(options.environment.iter().cloned())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {}", binary.program.display()))?;
    let mut lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
    let address = tokio::time::timeout(START, async {
        while let Some(line) = lines.next_line().await? {
            log.lock().unwrap_or_else(PoisonError::into_inner).push(line.clone());
            let line: Value = serde_json::from_str(&line).unwrap_or_default();
            if line["message"] == "listening" {
                return line["address"].as_str().context("no address")?.parse().context("no address");
            }
        }
        bail!(
            "the server ended before it listened: {:?}",
            log.lock().unwrap_or_else(PoisonError::into_inner).last()
        )
    });
    let address = address.await.context("it did not listen in time")??;
    let log = Arc::clone(log);
    // Whatever else it writes must not fill the pipe.
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    });
    Ok(Process { child, address })
}
