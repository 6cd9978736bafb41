//! Bad days: one trouble at a time, without a kill. The server must live through it, and afterwards every message must
//! have its answer.

mod trouble;

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use tokio::time::sleep;

use crate::chaos::{Talk, free_address, rest};
use crate::ledger::Verdict;
use crate::meta::Meta;
use crate::product::{self, Api, Bot, Product};

use trouble::{Day, Trouble};

/// What to live through.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The server
    #[arg(long)]
    binary: PathBuf,
    /// Only these days
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Day>,
    /// The same seed: the same contacts, deliveries and faults
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

const NUMBERS: usize = 8;
const TALKERS: usize = 30;
/// Before the trouble, and after it.
const CALM: Duration = Duration::from_secs(3);

/// Lives through each day, prints a table, fails when a law was broken or the server died.
pub async fn run(options: Options) -> Result<()> {
    let days: &[Day] = if options.only.is_empty() { Day::value_variants() } else { &options.only };
    let mut survived = 0;
    println!("{:<12} {:>8} {:>8}  laws  answers to deliveries", "day", "messages", "answered");
    for day in days {
        let folder = tempfile::tempdir()?;
        match live_through(*day, &options, folder.path()).await {
            Ok(()) => survived += 1,
            Err(error) => println!("{:<12} {error:#}", day.name()),
        }
        trouble::clean_up(*day, folder.path()).await;
    }
    println!("\n{survived}/{} bad days lived through", days.len());
    if survived < days.len() {
        bail!("a bad day left its mark; repeat it with --only and --seed {}", options.seed);
    }
    Ok(())
}

async fn live_through(day: Day, options: &Options, folder: &Path) -> Result<()> {
    trouble::prepare(day, folder).await?;
    let data = folder.join("data");
    let product = Product {
        binary: options.binary.clone(),
        data,
        listen: free_address()?,
        core: None,
        options: vec![],
    };
    let meta = Meta::new(NUMBERS, product.listen, options.seed);
    let api = Api::new(product.listen, product.bootstrap().await?);
    let (address, graph) = meta.open_graph(0).await?;
    let mut server = product.start(address, None)?;
    server.ready().await?.context("the server ended by itself")?;
    product::connect(&api, &meta, &[Bot::Echo]).await?;

    meta.expect(trouble::calm);
    tokio::task::spawn_local(Rc::clone(&meta).deliver_statuses(5));
    let talk = Talk::start(Rc::clone(&meta), TALKERS);
    sleep(CALM).await;
    Trouble { day, meta: &meta, api: &api, folder, product: &product, graph, address }.happen().await?;
    meta.expect(trouble::calm);
    sleep(CALM).await;
    talk.stop();
    rest(&meta, &talk).await;
    if let Some(status) = server.child.try_wait()? {
        bail!("the server ended by itself ({status})");
    }
    let verdict = meta.ledger.borrow().verdict();
    print(day, &meta, &verdict);
    server.kill().await?;
    if verdict.holds() { Ok(()) } else { bail!("a law is broken") }
}

fn print(day: Day, meta: &Meta, verdict: &Verdict) {
    let ledger = meta.ledger.borrow();
    let held = verdict.laws.iter().filter(|law| law.breaches == 0).count();
    let answers: Vec<String> =
        ledger.answers().iter().map(|(status, count)| format!("{status}: {count}")).collect();
    let (messages, answered) = (ledger.taken_in(), ledger.taken());
    println!("{:<12} {messages:>8} {answered:>8}  {held}/5   {}", day.name(), answers.join(", "));
    for example in verdict.laws.iter().flat_map(|law| &law.examples) {
        println!("             {example}");
    }
}
