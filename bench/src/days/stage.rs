//! What a day is lived through on: a server of its own, Meta, and contacts who write.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::day::Day;
use crate::chaos::{Talk, free_address, rest};
use crate::ledger::Verdict;
use crate::meta::{Meta, Situation, Weather};
use crate::product::{Api, Bot, Product, Running};

/// Numbers that are not in trouble themselves.
const HEALTHY: usize = 8;

/// Something that must be so on a day, and whether it was.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What, with what was measured.
    pub text: String,
    /// Whether it was so.
    pub holds: bool,
}

/// A server of its own, Meta, and contacts who write.
pub struct Stage {
    /// What happens.
    pub day: Day,
    /// Whether it is a run for every day.
    pub short: bool,
    /// Meta.
    pub meta: Rc<Meta>,
    /// The server's API.
    pub api: Api,
    /// How to start the server.
    pub product: Product,
    /// The server.
    pub server: Running,
    /// The Graph API that it speaks to.
    pub graph: JoinHandle<()>,
    /// Where that is.
    pub graph_address: SocketAddr,
    /// What must be so, as far as it was looked at.
    pub claims: Vec<Claim>,
    /// How the trouble was made, where there are several ways.
    pub way: &'static str,
    generation: u32,
    folder: TempDir,
    talk: Option<Talk>,
}

/// Everything is taken; statuses come.
pub fn calm(situation: &mut Situation) -> Weather {
    Weather { statuses: vec![(situation.random.millis(5, 200), "delivered")], ..Weather::fine() }
}

impl Stage {
    /// A running server with connected numbers. `prepare` may change how it is started.
    pub async fn set(
        day: Day,
        binary: PathBuf,
        seed: u64,
        short: bool,
        prepare: impl AsyncFnOnce(&Path, &mut Product) -> Result<&'static str>,
    ) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut product = Product::new(binary, folder.path().join("data"), free_address()?);
        let way = prepare(folder.path(), &mut product).await?;
        let bots = day.bots();
        let meta = Meta::new(bots.len() + HEALTHY, product.listen, seed);
        let api = Api::new(product.listen, product.bootstrap().await?);
        let (graph_address, graph) = meta.open_graph(0).await?;
        let mut server = product.start(graph_address, None)?;
        server.ready().await?.with_context(|| ended(&product))?;
        connect(&api, &meta, &bots).await?;
        meta.expect(calm);
        tokio::task::spawn_local(Rc::clone(&meta).deliver_statuses(5));
        let (claims, generation, talk) = (Vec::new(), 0, None);
        let stage = Self {
            day,
            short,
            meta,
            api,
            product,
            server,
            graph,
            graph_address,
            claims,
            way,
            generation,
            folder,
            talk,
        };
        Ok(stage)
    }

    /// Contacts begin to talk with the healthy numbers.
    pub fn talk(&mut self, groups: usize) {
        self.talk = Some(Talk::start(Rc::clone(&self.meta), groups, self.first_healthy()));
    }

    /// The first number that is not in trouble itself.
    pub fn first_healthy(&self) -> usize {
        self.meta.numbers.len() - HEALTHY
    }

    /// The folder around the data.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes down whether something that must be so is so.
    pub fn claim(&mut self, holds: bool, text: impl Into<String>) {
        self.claims.push(Claim { text: text.into(), holds });
    }

    /// How often deliveries were answered with this status so far.
    pub fn answered(&self, status: u16) -> u64 {
        self.meta.ledger.borrow().answers().get(&status).copied().unwrap_or_default()
    }

    /// Waits for a condition. Answers after how long it was there.
    pub async fn within(
        &self,
        patience: Duration,
        mut condition: impl AsyncFnMut() -> bool,
    ) -> Option<Duration> {
        let start = Instant::now();
        while start.elapsed() < patience {
            if condition().await {
                return Some(start.elapsed());
            }
            sleep(Duration::from_millis(50)).await;
        }
        None
    }

    /// The trouble is over: claims that deliveries are answered 200 again, by itself and soon.
    pub async fn recovers(&mut self) {
        let before = self.answered(200);
        let patience = Duration::from_secs(10);
        let after = self.within(patience, async || self.answered(200) > before).await;
        match after {
            Some(after) => self.claim(true, format!("goes on after {:.1} s", after.as_secs_f64())),
            None => self.claim(false, format!("answers nothing 200 within {patience:?}")),
        }
    }

    /// Fails when the server has ended by itself.
    pub fn lives(&mut self) -> Result<()> {
        match self.server.ended()? {
            None => Ok(()),
            Some(status) => bail!("the server ended by itself ({status}): {}", last_words(&self.product)),
        }
    }

    /// SIGKILL, and a start on the same data.
    pub async fn kill_and_start(&mut self) -> Result<()> {
        self.lives()?;
        self.server.kill().await?;
        self.start().await
    }

    /// Starts the server that has ended.
    pub async fn start(&mut self) -> Result<()> {
        self.meta.server_died();
        self.generation += 1;
        let (address, graph) = self.meta.open_graph(self.generation).await?;
        (self.graph_address, self.graph) = (address, graph);
        self.server = self.product.start(address, None)?;
        self.server.ready().await?.with_context(|| ended(&self.product))?;
        Ok(())
    }

    /// Nobody begins anything; waits until everything is answered. Claims that the server lives.
    pub async fn end(&mut self) -> Result<Verdict> {
        if let Some(talk) = &self.talk {
            talk.stop();
            rest(&self.meta, talk, &self.day.name()).await;
        }
        self.lives()?;
        let verdict = self.meta.ledger.borrow().verdict();
        self.server.kill().await?;
        Ok(verdict)
    }
}

async fn connect(api: &Api, meta: &Meta, bots: &[Bot]) -> Result<()> {
    let echo = api.publish(&Bot::Echo).await?;
    for number in &meta.numbers {
        match bots.get(number.index) {
            None | Some(Bot::Echo) => api.connect(number, &echo).await?,
            Some(bot) => api.connect(number, &api.publish(bot).await?).await?,
        }
    }
    Ok(())
}

fn ended(product: &Product) -> String {
    format!("the server ended by itself: {}", last_words(product))
}

/// The end of the server's log.
pub fn last_words(product: &Product) -> String {
    let log = std::fs::read_to_string(product.log_path()).unwrap_or_default();
    let lines: Vec<&str> = log.lines().rev().take(3).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join(" / ")
}
