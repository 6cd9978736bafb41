//! The fleet: a PostgreSQL, workers, and web processes that take Meta's deliveries in turn.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;
use tokio::time::sleep;

use super::link::Link;
use super::member::{Member, Refused};
use super::trouble::Trouble;
use crate::cluster::{self, Cluster};
use crate::meta::Meta;
use crate::product::{self, Api, Bot, Product};
use crate::wire;

/// How many run bots.
pub const WORKERS: usize = 3;
/// How many take webhooks.
const WEBS: usize = 2;
const NUMBERS: usize = 24;
/// Below the ports that the kernel gives to connections: ours must be free again when a process comes back.
const PORTS: std::ops::Range<u16> = 21_000..30_000;
/// As no fleet in earnest has it. 32 bytes in Base64.
const MASTER_KEY: &str = "Y2hhb3MtY2hhb3MtY2hhb3MtY2hhb3MtY2hhb3MtMDE=";

/// A fleet and its Meta.
pub struct Stage {
    /// Meta.
    pub meta: Rc<Meta>,
    /// The database.
    pub cluster: Cluster,
    /// Workers, then webs.
    pub members: Vec<Member>,
    /// Turns refused in lives that are over.
    pub refused: Refused,
    /// When the faults were, after the beginning.
    pub fault_times: Vec<Duration>,
    lives: u32,
    folder: TempDir,
}

impl Stage {
    /// Starts everything that a trouble needs.
    pub async fn set(binary: &Path, programs: &Path, seed: u64, trouble: Trouble) -> Result<Self> {
        let mut ports = free_ports();
        let mut port = || ports.next().context("no port is free");
        let cluster = Cluster::make(programs, [port()?, port()?], None).await?;
        if trouble.fails_over() {
            cluster.add_standby().await?;
        }
        let folder = tempfile::tempdir()?;
        let mut members = Vec::new();
        for index in 0..WORKERS + WEBS {
            let works = index < WORKERS;
            let cuts = works && trouble.cuts();
            let link = if cuts { Some(Link::open(port()?, cluster.address()).await?) } else { None };
            let database = match &link {
                Some(link) => cluster::url(&[link.address]),
                None if trouble.fails_over() => cluster::url(&cluster.addresses()),
                None => cluster::url(&[cluster.address()]),
            };
            let role = if works { "worker" } else { "web" };
            let name = format!("{role} {}", 1 + if works { index } else { index - WORKERS });
            let data = folder.path().join(name.replace(' ', "-"));
            let mut product = Product::new(binary.to_owned(), data, (Ipv4Addr::LOCALHOST, port()?).into());
            product.options = vec!["--allow-private-networks".into(), "--role".into(), role.into()];
            let variables = [("CHASQUI_DATABASE_URL", database.as_str()), ("CHASQUI_MASTER_KEY", MASTER_KEY)];
            product.environment = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            members.push(Member::new(name, works, product, link));
        }
        let webs: Vec<_> = members[WORKERS..].iter().map(|web| web.product.listen).collect();
        let meta = Meta::before(NUMBERS, &webs, seed);
        let mut stage = Self {
            meta,
            cluster,
            members,
            refused: Refused::new(),
            fault_times: Vec::new(),
            lives: 0,
            folder,
        };
        stage.set_up().await?;
        Ok(stage)
    }

    async fn set_up(&mut self) -> Result<()> {
        let service = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let caller = Bot::Caller(service.local_addr()?);
        let answer =
            |_: wire::Request<'_>| wire::Answer::After(Duration::from_millis(3), wire::answer(200, "{}"));
        tokio::task::spawn_local(wire::serve(service, Rc::new(answer)));
        let web = self.members[WORKERS].product.clone();
        let token = web.bootstrap().await?;
        for index in 0..self.members.len() {
            self.start(index, None).await?;
        }
        for member in &mut self.members {
            let ready = member.ready().await?;
            ready.with_context(|| format!("{} does not start: {}", member.name, member.last_words()))?;
        }
        let api = Api::new(web.listen, token);
        product::connect(&api, &self.meta, &[Bot::Echo, Bot::Echo, Bot::Echo, caller]).await
    }

    /// A fault comes now.
    pub fn note_fault(&mut self) {
        self.fault_times.push(self.meta.silence.elapsed());
    }

    /// Starts a process that is not there.
    pub async fn start(&mut self, index: usize, crash_at: Option<&str>) -> Result<()> {
        self.lives += 1;
        self.members[index].start(&self.meta, self.lives, crash_at).await
    }

    /// From its next start on a process is the next version, with one migration more.
    pub fn upgrade(&mut self, index: usize) {
        let environment = &mut self.members[index].product.environment;
        environment.push(("CHASQUI_NEXT_VERSION".into(), "1".into()));
    }

    /// How many migrations the database has had.
    pub async fn migrations(&self) -> Result<u64> {
        let count = self.cluster.ask("SELECT count(*) FROM migration").await?;
        count.trim().parse().context("no count of migrations")
    }

    /// Starts a process that is not there, and waits until it is ready.
    pub async fn start_and_wait(&mut self, index: usize) -> Result<Duration> {
        self.start(index, None).await?;
        let member = &mut self.members[index];
        let ready = member.ready().await?;
        ready.with_context(|| format!("{} ended by itself: {}", member.name, member.last_words()))
    }

    /// SIGKILL. What the process counted is counted on.
    pub async fn kill(&mut self, index: usize) -> Result<()> {
        self.note_fault();
        self.count_refused(index).await;
        self.members[index].kill(&self.meta).await
    }

    /// Adds what the store has refused a process in this life, which is about to end.
    pub async fn count_refused(&mut self, index: usize) {
        for (why, count) in self.members[index].refused().await {
            *self.refused.entry(why).or_default() += count;
        }
    }

    /// Fails when a process has ended by itself.
    pub fn all_live(&mut self) -> Result<()> {
        self.members.iter_mut().try_for_each(Member::lives)
    }

    /// Ends all.
    pub async fn end(&mut self) -> Result<()> {
        for index in 0..self.members.len() {
            self.kill(index).await?;
        }
        Ok(())
    }

    /// A file beside the logs.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Keeps logs and data for looking into them. Answers where they are.
    pub fn keep(self) -> PathBuf {
        self.folder.keep()
    }

    /// Waits; fails when a process ends by itself meanwhile.
    pub async fn pass(&mut self, time: Duration) -> Result<()> {
        sleep(time).await;
        self.all_live()
    }
}

/// Ports that are free now. Several fleets at a time begin in different places.
fn free_ports() -> impl Iterator<Item = u16> {
    let count = PORTS.end - PORTS.start;
    let first = u16::try_from(std::process::id() * 37 % u32::from(count)).unwrap_or_default();
    (0..count)
        .map(move |next| PORTS.start + (first + next) % count)
        .filter(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
}
