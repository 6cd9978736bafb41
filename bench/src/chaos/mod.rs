//! The chaos run: the server is killed again and again while contacts write and Meta has a bad day; then everything is
//! let come to rest, and the ledger judges.

mod kill;
mod storm;
mod table;
mod talk;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use tokio::time::sleep;

use crate::meta::{Meta, Weather};
use crate::product::{self, Api, Bot, Product};
use crate::{page, wire};

use kill::Tally;
pub use storm::{forecast, without_hanging};
pub use talk::Talk;

/// What to do.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The server, built with the feature `crash-points`
    #[arg(long)]
    binary: PathBuf,
    /// The kill points, separated by commas
    #[arg(long, value_delimiter = ',')]
    points: Vec<String>,
    /// At least so many kills [default: 200]
    #[arg(long)]
    kills: Option<usize>,
    /// At least so many messages [default: 100000]
    #[arg(long)]
    messages: Option<u64>,
    /// The same seed: the same contacts, the same shapes of deliveries, the same faults, the same kills
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Conversations at a time
    #[arg(long, default_value_t = 120)]
    talkers: usize,
    /// Two kills a point, a few thousand messages, no call that hangs: about a minute with a development build
    #[arg(long)]
    short: bool,
    /// Keeps the data folder here, for looking into it
    #[arg(long)]
    keep: Option<PathBuf>,
    /// Writes the tables there, between two marks in the file
    #[arg(long)]
    page: Option<PathBuf>,
    /// The machine, the commit and the like: lines above the tables
    #[arg(long)]
    about: Vec<String>,
}

const MARKS: page::Marks =
    page::Marks { start: "<!-- chaos: written by `cargo xtask chaos` -->", end: "<!-- end of chaos -->" };

const NUMBERS: usize = 16;
/// A message that is on its way at the last kill may wait 30 s for a status that never comes, after a call that hung for
/// 30 s, and be refused a few times after that.
const REST: Duration = Duration::from_secs(150);
/// A point that is passed rarely gets more kills, but not for ever.
const ENOUGH: usize = 2;
const PROGRESS: Duration = Duration::from_secs(5);

impl Options {
    fn kills(&self) -> usize {
        let usual = if self.short { 2 * (self.points.len() + 3) } else { 200 };
        self.kills.unwrap_or(usual)
    }

    fn messages(&self) -> u64 {
        self.messages.unwrap_or(if self.short { 3000 } else { 100_000 })
    }
}

/// Runs, judges, prints. Fails when a law does not hold.
pub async fn run(options: Options) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = options.keep.clone().unwrap_or_else(|| folder.path().join("data"));
    let product = Product {
        options: vec!["--allow-private-networks".into()],
        ..Product::new(options.binary.clone(), data, free_address()?)
    };
    let meta = Meta::new(NUMBERS, product.listen, options.seed);
    println!("seed {}: {} kills, {} messages", options.seed, options.kills(), options.messages());
    set_up(&product, &meta).await?;

    let storm = if options.short { storm::without_hanging } else { storm::forecast };
    meta.expect(storm);
    tokio::task::spawn_local(Rc::clone(&meta).deliver_statuses(10));
    let talk = Talk::start(Rc::clone(&meta), options.talkers, 0);
    let start = Instant::now();
    let tally = torment(&options, &product, &meta).await?;
    let tormented = start.elapsed();

    talk.stop();
    meta.expect(|_| Weather::fine());
    let mut last = kill::start(&product, &meta, tally.lives(), None).await?;
    last.server.ready().await?;
    rest(&meta, &talk, "all").await;
    let verdict = meta.ledger.borrow().verdict();
    let table = table::table(options.seed, &meta, &tally, &verdict, tormented);
    println!("\n{table}");
    if let Some(path) = &options.page {
        page::write(path, &MARKS, &options.about, &table)?;
    }
    last.server.kill().await?;
    if !verdict.holds() {
        bail!("a law is broken; repeat with --seed {}", options.seed);
    }
    let unreached = tally.unreached();
    if !unreached.is_empty() {
        bail!("the server never died at {}: nothing is proved about these points", unreached.join(", "));
    }
    Ok(())
}

async fn set_up(product: &Product, meta: &Rc<Meta>) -> Result<()> {
    let service = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let caller = Bot::Caller(service.local_addr()?);
    let answer =
        |_: wire::Request<'_>| wire::Answer::After(Duration::from_millis(3), wire::answer(200, "{}"));
    tokio::task::spawn_local(wire::serve(service, Rc::new(answer)));

    let token = product.bootstrap().await?;
    let mut first = kill::start(product, meta, 0, None).await?;
    first.server.ready().await?;
    let api = Api::new(product.listen, token);
    product::connect(&api, meta, &[Bot::Echo, Bot::Echo, Bot::Echo, caller]).await?;
    first.server.kill().await?;
    first.graph.abort();
    Ok(())
}

/// Kills until there were enough kills and enough messages.
async fn torment(options: &Options, product: &Product, meta: &Rc<Meta>) -> Result<Tally> {
    let mut tally = Tally::new(options.seed, &options.points);
    let mut shown = Instant::now();
    let (kills, messages) = (options.kills(), options.messages());
    while tally.kills() < kills
        || meta.ledger.borrow().taken_in() < messages
        || (!tally.unreached().is_empty() && tally.kills() < ENOUGH * kills)
    {
        kill::once(product, meta, &mut tally).await?;
        if shown.elapsed() >= PROGRESS {
            shown = Instant::now();
            let ledger = meta.ledger.borrow();
            println!(
                "  {} of {kills} kills, {} of {messages} messages taken in, {} answers, {} open",
                tally.kills(),
                ledger.taken_in(),
                ledger.taken(),
                ledger.open()
            );
        }
    }
    Ok(tally)
}

/// Waits until every message is answered and every status told, or it takes too long. `name`: what comes to rest.
pub async fn rest(meta: &Meta, talk: &Talk, name: &str) {
    let start = Instant::now();
    let mut shown = start;
    while start.elapsed() < REST {
        let (open, statuses) = (meta.ledger.borrow().open(), meta.open_statuses());
        if open + statuses + talk.under_way() == 0 {
            return;
        }
        if shown.elapsed() >= PROGRESS {
            shown = Instant::now();
            println!(
                "  {name} coming to rest: {open} messages without an answer, {statuses} statuses to tell"
            );
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// An address that is free now.
pub fn free_address() -> Result<SocketAddr> {
    Ok(std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
