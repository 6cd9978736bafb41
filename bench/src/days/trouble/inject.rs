//! System calls of the server that fail, by strace.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::process::{Child, Command};
use tokio::time::sleep;

/// What fails, until it is mended.
pub(super) struct Injection(Child);

impl Injection {
    /// Lets calls of a process fail. `rule`: as strace's `-e inject=`.
    pub async fn start(process: u32, rule: &str) -> Result<Self> {
        let calls = rule.split_once(':').map_or(rule, |(calls, _)| calls);
        let mut strace = Command::new("strace")
            .args([
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                &format!("trace={calls}"),
                "-e",
                &format!("inject={rule}"),
            ])
            .args(["-p", &process.to_string()])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("needs the program strace")?;
        sleep(Duration::from_millis(300)).await;
        ensure!(strace.try_wait()?.is_none(), "strace may not attach to the server here");
        Ok(Self(strace))
    }

    /// Calls succeed again.
    pub async fn mend(mut self) -> Result<()> {
        // The kernel lets go of the server when the tracer dies.
        self.0.kill().await?;
        Ok(())
    }
}
