//! One child, as the server sees it.

use std::io::ErrorKind;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::Instant;

use super::Options;
use crate::frame::{self, Ask, Limits, Reply};
use crate::walls::Walls;
use crate::{Trouble, TroubleKind};

/// Longest a child may take until it is ready.
const START: Duration = Duration::from_secs(5);
/// A child is replaced after so many runs …
const MAX_RUNS: u32 = 20_000;
/// … or so much time in them, well before its limit on processor time.
const MAX_WORK: Duration = Duration::from_mins(2);

/// A child that waits for work.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    to: ChildStdin,
    from: ChildStdout,
    walls: Walls,
    runs: u32,
    work: Duration,
    used: bool,
}

/// A child that can be asked no more.
#[derive(Debug)]
pub(super) enum Lost {
    /// It did not read what it was asked.
    Unasked,
    /// It ended, or said something else.
    Trouble(Trouble),
}

impl Worker {
    /// Starts a child and waits until its walls stand. Fails with the reason.
    pub async fn start(options: &Options) -> Result<Self, String> {
        // Its own process group: a Ctrl-C in the server's terminal is for the server, which ends its children itself.
        let spawned = Command::new(&options.program)
            .arg(crate::NAME)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        let mut child = spawned
            .map_err(|error| format!("{} could not be started: {error}", options.program.display()))?;
        let (Some(mut to), Some(mut from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the child has no pipes".to_owned());
        };
        let limits = Limits {
            time_ms: u64::try_from(options.time.as_millis()).unwrap_or(u64::MAX),
            memory: options.memory,
        };
        let greeting = async {
            write(&mut to, &limits).await?;
            read::<Result<Walls, String>>(&mut from).await
        };
        match tokio::time::timeout(START, greeting).await {
            Ok(Ok(Ok(walls))) => {
                Ok(Self { child, to, from, walls, runs: 0, work: Duration::ZERO, used: true })
            }
            Ok(Ok(Err(reason))) => Err(reason),
            Ok(Err(error)) => Err(format!("the child ended before it was ready: {error}")),
            Err(_) => Err("the child was not ready in time".to_owned()),
        }
    }

    /// Which walls stand around it.
    pub fn walls(&self) -> Walls {
        self.walls
    }

    /// Asks it something. After an error it can only be ended.
    pub async fn ask(&mut self, ask: &Ask) -> Result<Reply, Lost> {
        let begun = Instant::now();
        match write(&mut self.to, ask).await {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::FileTooLarge => {
                return Ok(Reply::Failed(Trouble::new(
                    TroubleKind::Result,
                    "the code and its variables are too large to be run",
                )));
            }
            Err(_) => return Err(Lost::Unasked),
        }
        let reply = read(&mut self.from).await.map_err(|_| {
            Lost::Trouble(Trouble::new(TroubleKind::Crash, "the code brought the interpreter down"))
        })?;
        self.runs += 1;
        self.work += begun.elapsed();
        self.used = true;
        Ok(reply)
    }

    /// Whether it has done enough and is to be replaced.
    pub fn is_spent(&self) -> bool {
        self.runs >= MAX_RUNS || self.work >= MAX_WORK
    }

    /// Whether it was used since this was asked last.
    pub fn was_used(&mut self) -> bool {
        std::mem::take(&mut self.used)
    }

    /// Ends it. How it ended; `None` when nobody knows.
    pub async fn end(mut self) -> Option<ExitStatus> {
        // What broke the pipe may take a moment to end the process, and how it ended says why.
        drop(self.to);
        if let Ok(Ok(status)) = tokio::time::timeout(Duration::from_millis(50), self.child.wait()).await {
            return Some(status);
        }
        let _ = self.child.start_kill();
        self.child.wait().await.ok()
    }

    /// Ends it in the middle of its work.
    pub async fn kill(mut self) {
        let _ = self.child.start_kill();
        let _ = self.child.wait().await;
    }
}

async fn write(to: &mut ChildStdin, frame: &impl serde::Serialize) -> std::io::Result<()> {
    let body = serde_json::to_vec(frame)?;
    let head = frame::head(&body).ok_or(ErrorKind::FileTooLarge)?;
    to.write_all(&head).await?;
    to.write_all(&body).await?;
    to.flush().await
}

async fn read<T: serde::de::DeserializeOwned>(from: &mut ChildStdout) -> std::io::Result<T> {
    let mut head = [0; 4];
    from.read_exact(&mut head).await?;
    let mut body = vec![0; frame::length(head)?];
    from.read_exact(&mut body).await?;
    Ok(serde_json::from_slice(&body)?)
}
