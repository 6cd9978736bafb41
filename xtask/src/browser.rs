//! The browser test: a demo on a fresh data directory, driven by `npm run e2e` in a real browser.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::repository::Repository;
use crate::{process, web};

/// How long a demo may take to come up.
const START: Duration = Duration::from_mins(1);
/// How long a server may take to finish what it has in hand.
const STOP: Duration = Duration::from_secs(10);

/// Runs the scenarios against a demo of their own. Screenshots go to `target/screenshots`.
pub fn test(repository: &Repository) -> Result<()> {
    let folder = repository.scratch().join("browser");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut demo = Demo::start(Command::new(repository.debug_binary()), &folder)?;
    let result = scenarios(repository, &demo.ready).and_then(|()| demo.stop());
    if result.is_err() {
        println!("what the demo wrote ({}):", demo.log.display());
        println!("{}", demo.written());
    }
    result
}

fn scenarios(repository: &Repository, ready: &Ready) -> Result<()> {
    let mut command = web::npm(repository);
    command.args(["run", "e2e", "--"]);
    command.args(["--app-url", &ready.app_url, "--phone-url", &ready.phone_url]);
    command.args(["--email", &ready.email, "--password", &ready.password]);
    // With it, the story of a new user starts an installation of its own.
    command.arg("--binary").arg(repository.debug_binary());
    command.arg("--screenshots").arg(repository.target.join("screenshots"));
    process::shown("npm run e2e (web)", &mut command)
}

/// What a demo says when it can be used.
#[derive(Debug, PartialEq)]
pub(crate) struct Ready {
    pub(crate) app_url: String,
    pub(crate) phone_url: String,
    pub(crate) email: String,
    pub(crate) password: String,
}

impl Ready {
    /// `None` for every other line.
    fn parse(line: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(line).ok()?;
        // Structured logs may keep their fields one level down.
        let fields = if value["fields"].is_object() { &value["fields"] } else { &value };
        let text = |key: &str| fields[key].as_str().map(str::to_owned);
        if text("message")? != "demo ready" {
            return None;
        }
        Some(Self {
            app_url: text("app_url")?,
            phone_url: text("phone_url")?,
            email: text("email")?,
            password: text("password")?,
        })
    }
}

/// A running demo. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Demo {
    child: Child,
    pub(crate) ready: Ready,
    log: PathBuf,
}

impl Demo {
    /// Starts a demo that keeps its data in `folder`.
    pub(crate) fn start(mut chasqui: Command, folder: &Path) -> Result<Self> {
        let log = folder.join("demo.log");
        let file = File::create(&log)?;
        chasqui.args(["demo", "--listen", &format!("127.0.0.1:{}", free_port()?)]);
        chasqui.arg("--data-dir").arg(folder.join("data"));
        chasqui.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(file.try_clone()?);
        let start = Instant::now();
        let mut child = chasqui.spawn().context("cannot start chasqui")?;
        match await_ready(&mut child, file) {
            Ok(ready) => {
                println!("▸ chasqui demo at {} … {}", ready.app_url, process::elapsed(start.elapsed()));
                Ok(Self { child, ready, log })
            }
            Err(error) => {
                end(&mut child);
                let log = fs::read_to_string(&log).unwrap_or_default();
                Err(error.context(format!("no demo came up; it wrote:\n{log}")))
            }
        }
    }

    /// What it wrote so far.
    pub(crate) fn written(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Asks the server to end, and judges how it does.
    pub(crate) fn stop(&mut self) -> Result<()> {
        let signal = format!("kill -TERM {}", self.child.id());
        process::captured("kill", Command::new("sh").args(["-c", &signal]))?;
        let start = Instant::now();
        while start.elapsed() < STOP {
            if let Some(status) = self.child.try_wait()? {
                if !status.success() {
                    bail!("the demo ended with {status}");
                }
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("the demo did not end within {} s of SIGTERM", STOP.as_secs());
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Kills and reaps; harmless when the child has already ended.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

fn await_ready(child: &mut Child, log: File) -> Result<Ready> {
    let stdout = child.stdout.take().context("the demo has no standard output")?;
    let (sender, receiver) = channel();
    thread::spawn(move || follow(stdout, log, &sender));
    match receiver.recv_timeout(START) {
        Ok(ready) => Ok(ready),
        Err(RecvTimeoutError::Timeout) => bail!("it was not ready within {} s", START.as_secs()),
        Err(RecvTimeoutError::Disconnected) => bail!("it ended before it was ready"),
    }
}

/// Copies the demo's output to its log for as long as it writes, and passes on the line that says it is ready.
fn follow(stdout: ChildStdout, mut log: File, ready: &Sender<Ready>) {
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        if let Some(found) = Ready::parse(&line) {
            // Nobody listens any more when it came too late.
            let _ = ready.send(found);
        }
        let _ = writeln!(log, "{line}");
    }
}

/// A port that nobody uses, as far as one can know before using it.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"message":"demo ready","app_url":"http://127.0.0.1:1","phone_url":"http://127.0.0.1:2/phone","email":"a@b.c","password":"x"}"#;

    #[test]
    fn the_ready_line_is_found_among_others() {
        assert_eq!(Ready::parse("Chasqui demo"), None);
        assert_eq!(Ready::parse(r#"{"message":"listening"}"#), None);
        assert_eq!(Ready::parse(LINE).unwrap().phone_url, "http://127.0.0.1:2/phone");
        assert_eq!(Ready::parse(&format!(r#"{{"level":"INFO","fields":{LINE}}}"#)), Ready::parse(LINE));
    }

    /// A stand-in for `chasqui` that does what a shell script says.
    fn stand_in(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_demo_that_ends_early_says_why() {
        let folder = folder("early");
        let started = Demo::start(stand_in("echo 'the port is taken' >&2; exit 1"), &folder);
        let error = format!("{:#}", started.unwrap_err());
        assert!(error.contains("the port is taken") && error.contains("ended before"), "{error}");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_demo_is_used_and_stopped() {
        let folder = folder("used");
        let script = format!("trap 'exit 0' TERM; echo '{LINE}'; while :; do sleep 0.05; done");
        let mut demo = Demo::start(stand_in(&script), &folder).unwrap();
        assert_eq!(demo.ready.email, "a@b.c");
        demo.stop().unwrap();
        fs::remove_dir_all(&folder).unwrap();
    }
}
