//! The server as a process: started, killed, started again.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};
use tokio::time::sleep;

use crate::wire::Connection;

/// How long a start may take.
const START: Duration = Duration::from_mins(1);

/// The binary and where it keeps its things.
#[derive(Clone, Debug)]
pub struct Product {
    /// The program.
    pub binary: PathBuf,
    /// Its data.
    pub data: PathBuf,
    /// Where it listens.
    pub listen: SocketAddr,
    /// The only core that it may use.
    pub core: Option<usize>,
    /// Further options of `serve`.
    pub options: Vec<String>,
    /// A program and its arguments that start it in a world of its own.
    pub within: Vec<String>,
    /// Variables of its environment.
    pub environment: Vec<(String, String)>,
}

/// A server that was started.
#[derive(Debug)]
pub struct Running {
    /// The process.
    pub child: Child,
    started: Instant,
    listen: SocketAddr,
}

impl Product {
    /// A server as it usually runs.
    pub fn new(binary: PathBuf, data: PathBuf, listen: SocketAddr) -> Self {
        Self { binary, data, listen, core: None, options: vec![], within: vec![], environment: vec![] }
    }

    fn command(&self) -> Command {
        let pinned = self.core.map(|core| vec!["taskset".into(), "-c".into(), core.to_string()]);
        let before = pinned.unwrap_or_default().into_iter().chain(self.within.iter().cloned());
        let mut words = before.map(OsString::from).chain([self.binary.clone().into_os_string()]);
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).envs(self.environment.iter().cloned()).kill_on_drop(true);
        command
    }

    fn log(&self) -> Result<File> {
        let path = self.log_path();
        OpenOptions::new().create(true).append(true).open(&path).with_context(|| path.display().to_string())
    }

    /// Where the server's log goes.
    pub fn log_path(&self) -> PathBuf {
        self.data.with_extension("log")
    }

    /// Makes the first account on an empty store. Answers its API token.
    pub async fn bootstrap(&self) -> Result<String> {
        let mut child = self
            .command()
            .args(["bootstrap", "--email", "bench@example.com", "--password-stdin", "--data-dir"])
            .arg(&self.data)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", self.binary.display()))?;
        let mut stdin = child.stdin.take().context("no standard input")?;
        stdin.write_all(b"a-long-password-for-measuring\n").await?;
        drop(stdin);
        let output = child.wait_with_output().await?;
        if !output.status.success() {
            bail!("chasqui bootstrap failed ({})", output.status);
        }
        let answer: Value =
            serde_json::from_slice(&output.stdout).context("chasqui bootstrap wrote no JSON")?;
        answer["api_token"].as_str().map(str::to_owned).context("chasqui bootstrap gave no token")
    }

    /// Starts the server. `crash_at`: a kill point and its pass, as in `K03:5`.
    pub fn start(&self, graph: SocketAddr, crash_at: Option<&str>) -> Result<Running> {
        let mut command = self.command();
        command
            .args(["serve", "--listen", &self.listen.to_string(), "--graph-url", &format!("http://{graph}")])
            .args(["--public-url", "https://bots.example.com", "--log", "warn", "--data-dir"])
            .arg(&self.data)
            .args(&self.options)
            .stdin(Stdio::null())
            .stdout(self.log()?)
            .stderr(self.log()?);
        if let Some(crash_at) = crash_at {
            command.env("CHASQUI_CRASH_AT", crash_at);
        }
        let started = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot start {}", self.binary.display()))?;
        Ok(Running { child, started, listen: self.listen })
    }
}

impl Running {
    /// Waits until it says that it is ready. Answers how long that took since the start; `None` when it died before.
    pub async fn ready(&mut self) -> Result<Option<Duration>> {
        let request = format!("GET /readyz HTTP/1.1\r\nhost: {}\r\n\r\n", self.listen);
        while self.started.elapsed() < START {
            if self.child.try_wait()?.is_some() {
                return Ok(None);
            }
            if let Ok(mut connection) = Connection::open(self.listen).await
                && let Ok(response) = connection.exchange(request.as_bytes()).await
                && response.status == 200
            {
                return Ok(Some(self.started.elapsed()));
            }
            sleep(Duration::from_millis(5)).await;
        }
        bail!("the server did not become ready in {START:?}")
    }

    /// Whether it has ended, and how.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// SIGKILL.
    pub async fn kill(&mut self) -> Result<ExitStatus> {
        self.child.start_kill()?;
        Ok(self.child.wait().await?)
    }

    /// The process's number.
    pub fn id(&self) -> Result<u32> {
        self.child.id().context("the server has ended")
    }
}
