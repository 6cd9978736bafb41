//! A process of the fleet: its life, and the way it reaches the database by.

use std::collections::BTreeMap;
use std::process::ExitStatus;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::process::Command;
use tokio::time::timeout;

use super::link::Link;
use crate::meta::Meta;
use crate::product::{Product, Running};
use crate::wire::Connection;

/// How long an orderly end may take; the server promises 10 s.
const END: Duration = Duration::from_secs(15);
/// How long figures may take.
const FIGURES: Duration = Duration::from_secs(5);
const REFUSED: &str = "chasqui_turns_refused_total{why=\"";

/// Turns that the store refused, by why.
pub type Refused = BTreeMap<String, u64>;

/// A process.
pub struct Member {
    /// How it is called: `worker 1`.
    pub name: String,
    /// Whether it runs bots; otherwise it takes webhooks.
    pub works: bool,
    /// How it is started.
    pub product: Product,
    /// Its way to the database, when that can be cut.
    pub link: Option<Link>,
    life: u32,
    running: Option<Running>,
}

impl Member {
    /// A process that has not been started.
    pub fn new(name: String, works: bool, product: Product, link: Option<Link>) -> Self {
        Self { name, works, product, link, life: 0, running: None }
    }

    /// Starts it as this life, with a Graph API of its own. `crash_at`: where it shall die by itself.
    pub async fn start(&mut self, meta: &Rc<Meta>, life: u32, crash_at: Option<&str>) -> Result<()> {
        let (graph, _) = meta.open_graph(life).await?;
        self.life = life;
        if crash_at.is_none() {
            meta.ledger.borrow_mut().remembers(life);
        }
        self.running = Some(self.product.start(graph, crash_at)?);
        Ok(())
    }

    fn running(&mut self) -> Result<&mut Running> {
        self.running.as_mut().context("it was not started")
    }

    /// Waits until it is ready. `None`: it died before.
    pub async fn ready(&mut self) -> Result<Option<Duration>> {
        let name = self.name.clone();
        self.running()?.ready().await.context(name)
    }

    /// Whether it has ended, and how.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.running()?.ended()
    }

    /// Fails when it has ended by itself.
    pub fn lives(&mut self) -> Result<()> {
        match self.ended()? {
            None => Ok(()),
            Some(status) => bail!("{} ended by itself ({status}): {}", self.name, self.last_words()),
        }
    }

    /// SIGKILL. What it heard last, nobody knows.
    pub async fn kill(&mut self, meta: &Meta) -> Result<()> {
        meta.ledger.borrow_mut().killed(self.life);
        self.running()?.kill().await.map(drop)
    }

    /// SIGTERM, and waits for its end.
    pub async fn stop(&mut self) -> Result<()> {
        self.signal("TERM").await?;
        let name = self.name.clone();
        let ended = timeout(END, self.running()?.child.wait()).await;
        let status = ended.with_context(|| format!("{name} does not end within {END:?} of SIGTERM"))??;
        if !status.success() {
            bail!("{name} ended with {status} after SIGTERM: {}", self.last_words());
        }
        Ok(())
    }

    /// Sends a signal: `STOP`, `CONT`.
    pub async fn signal(&mut self, signal: &str) -> Result<()> {
        let id = self.running()?.id()?.to_string();
        let status = Command::new("kill").arg(format!("-{signal}")).arg(id).status().await?;
        if !status.success() {
            bail!("{} cannot be sent SIG{signal}", self.name);
        }
        Ok(())
    }

    /// The turns that the store refused it in this life. Nothing when it does not answer.
    pub async fn refused(&self) -> Refused {
        let request = format!("GET /metrics HTTP/1.1\r\nhost: {}\r\n\r\n", self.product.listen);
        let ask = async { Connection::open(self.product.listen).await?.exchange(request.as_bytes()).await };
        match timeout(FIGURES, ask).await {
            Ok(Ok(response)) => read(&String::from_utf8_lossy(&response.body)),
            _ => Refused::new(),
        }
    }

    /// The end of its log.
    pub fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.product.log_path()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(3).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join(" / ")
    }
}

fn read(figures: &str) -> Refused {
    let line = |line: &str| {
        let (why, count) = line.strip_prefix(REFUSED)?.split_once("\"} ")?;
        Some((why.to_owned(), count.trim().parse().ok()?))
    };
    figures.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_turns_are_read_from_the_figures() {
        let figures = "# TYPE x\nchasqui_turns_refused_total{why=\"not_owner\"} 7\nchasqui_sends_total 3\n";
        assert_eq!(read(figures), Refused::from([("not_owner".to_owned(), 7)]));
    }
}
