//! Kills: at a point in the code, at any moment, while it starts.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::meta::Meta;
use crate::product::{Product, Running};
use crate::random::Random;

/// How long a point may take to be passed often enough.
const PATIENCE: Duration = Duration::from_secs(5);
/// Passes of a point before the kill, at most.
const PASSES: usize = 100;
/// `abort` ends a process with this signal.
const SIGABRT: i32 = 6;

/// One life of the server and the Graph API that it speaks to.
pub struct Life {
    /// The process.
    pub server: Running,
    /// Its Graph API.
    pub graph: JoinHandle<()>,
}

/// Starts the server.
pub async fn start(product: &Product, meta: &Rc<Meta>, life: u32, crash_at: Option<&str>) -> Result<Life> {
    let (address, graph) = meta.open_graph(life).await?;
    Ok(Life { server: product.start(address, crash_at)?, graph })
}

/// A kill point and how it went.
#[derive(Clone, Debug)]
pub struct Point {
    /// `K01` …
    pub name: String,
    /// Kills there.
    pub reached: usize,
    /// Times when it was not passed often enough and the server was killed anyhow.
    pub missed: usize,
    passes: usize,
}

/// The kills so far, and the plan for the rest.
#[derive(Debug)]
pub struct Tally {
    /// At points.
    pub points: Vec<Point>,
    /// At any moment.
    pub anywhere: usize,
    /// Before it was ready.
    pub starting: usize,
    /// How long starts took until it was ready.
    pub starts: Vec<Duration>,
    random: Random,
    turn: usize,
    lives: u32,
}

enum Plan {
    Point(usize, String),
    Anywhere,
    Starting,
}

impl Tally {
    /// No kill yet.
    pub fn new(seed: u64, points: &[String]) -> Self {
        let point = |name: &String| Point { name: name.clone(), reached: 0, missed: 0, passes: PASSES };
        Self {
            points: points.iter().map(point).collect(),
            anywhere: 0,
            starting: 0,
            starts: Vec::new(),
            random: Random::of(seed, &[u64::from(u32::MAX)]),
            turn: 0,
            lives: 0,
        }
    }

    /// All kills.
    pub fn kills(&self) -> usize {
        let at_points: usize = self.points.iter().map(|point| point.reached + point.missed).sum();
        at_points + self.anywhere + self.starting
    }

    /// Points at which the server has not died yet.
    pub fn unreached(&self) -> Vec<&str> {
        self.points.iter().filter(|point| point.reached == 0).map(|point| point.name.as_str()).collect()
    }

    /// The number of the next life.
    pub fn lives(&self) -> u32 {
        self.lives + 1
    }

    /// Each point in turn, then twice at any moment, then once while starting.
    fn next(&mut self) -> Plan {
        let place = self.turn % (self.points.len() + 3);
        self.turn += 1;
        self.lives += 1;
        match self.points.get(place) {
            Some(point) => {
                let pass = 1 + self.random.below(point.passes);
                Plan::Point(place, format!("{}:{pass}", point.name))
            }
            None if place < self.points.len() + 2 => Plan::Anywhere,
            None => Plan::Starting,
        }
    }
}

/// Starts the server and kills it.
pub async fn once(product: &Product, meta: &Rc<Meta>, tally: &mut Tally) -> Result<()> {
    let plan = tally.next();
    let crash_at = match &plan {
        Plan::Point(_, crash_at) => Some(crash_at.as_str()),
        Plan::Anywhere | Plan::Starting => None,
    };
    let mut life = start(product, meta, tally.lives, crash_at).await?;
    let status = match plan {
        Plan::Point(place, _) => at_point(&mut life.server, tally, place).await?,
        Plan::Anywhere => {
            let ready = life.server.ready().await?;
            tally.starts.extend(ready);
            tally.anywhere += 1;
            sleep(tally.random.millis(20, 1500)).await;
            life.server.kill().await?
        }
        Plan::Starting => {
            let usual = tally.starts.iter().max().map_or(100, Duration::as_millis);
            tally.starting += 1;
            sleep(tally.random.millis(1, usize::try_from(usual)?.clamp(1, 2000))).await;
            life.server.kill().await?
        }
    };
    meta.server_died();
    let killed = status.signal() == Some(9) || status.signal() == Some(SIGABRT);
    if !killed {
        bail!("the server ended by itself ({status}); its log: {}", product.log_path().display());
    }
    Ok(())
}

async fn at_point(server: &mut Running, tally: &mut Tally, place: usize) -> Result<ExitStatus> {
    tally.starts.extend(server.ready().await?);
    let point = &mut tally.points[place];
    if let Ok(status) = timeout(PATIENCE, server.child.wait()).await {
        point.reached += 1;
        return Ok(status?);
    }
    // Passed more rarely than thought: closer to the start the next time.
    point.missed += 1;
    point.passes = (point.passes / 4).max(1);
    server.kill().await
}
