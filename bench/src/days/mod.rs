//! Bad days: one trouble at a time. The server must live through it, and afterwards every message must have its answer.

mod day;
mod report;
mod stage;
mod trouble;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::ledger::Verdict;
use crate::page;

use day::Day;
use report::{Account, Row};
use stage::{Stage, calm};

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
    /// Only the days that pass quickly, all at the same time but for those that measure times: less than two minutes
    #[arg(long)]
    short: bool,
    /// So many days at a time [default: 1, with --short all but those that measure times, which are alone]
    #[arg(long)]
    at_once: Option<usize>,
    /// Writes the tables there, between two marks in the file
    #[arg(long)]
    page: Option<PathBuf>,
    /// The machine, the commit and the like: lines above the tables
    #[arg(long)]
    about: Vec<String>,
}

const GROUPS: usize = 30;
const GROUPS_SHORT: usize = 4;
const MARKS: page::Marks =
    page::Marks { start: "<!-- days: written by `cargo xtask chaos days` -->", end: "<!-- end of days -->" };

/// Lives through each day, prints a table, fails when something was not as it must be.
pub async fn run(options: Options) -> Result<()> {
    let days = match (&options.only[..], options.short) {
        ([], true) => Day::short(),
        ([], false) => Day::value_variants().to_vec(),
        (only, _) => only.to_vec(),
    };
    let groups: Vec<&[Day]> = match options.at_once {
        Some(at_once) => days.chunks(at_once.max(1)).collect(),
        // A time taken beside ten other servers says nothing about this one.
        None if options.short => days.chunk_by(|one, next| !one.measures() && !next.measures()).collect(),
        None => days.chunks(1).collect(),
    };
    println!("{}", report::heading());
    let mut rows = Vec::new();
    for group in groups {
        let mut lives = JoinSet::new();
        for day in group {
            let (day, options) = (*day, options.clone());
            lives.spawn_local(async move { live_through(day, options).await });
        }
        while let Some(row) = lives.join_next().await {
            let row = row.context("a day ended in a panic")?;
            println!("{}", row.line());
            rows.push(row);
        }
    }
    rows.sort_by_key(|row| days.iter().position(|day| *day == row.day));
    if let Some(path) = &options.page {
        page::write(path, &MARKS, &options.about, &report::page(&rows))?;
    }
    let held = rows.iter().filter(|row| row.holds()).count();
    println!("\n{held}/{} bad days lived through", rows.len());
    if held < rows.len() {
        // Once more and last, so that whoever sees only the end of a long log reads what was not so.
        rows.iter().filter(|row| !row.holds()).for_each(|row| println!("{}", row.line()));
        bail!("a bad day left its mark; repeat it with --only and --seed {}", options.seed);
    }
    Ok(())
}

async fn live_through(day: Day, options: Options) -> Row {
    let prepare =
        async |folder: &std::path::Path, product: &mut _| trouble::prepare(day, folder, product).await;
    let mut stage = match Stage::set(day, options.binary, options.seed, options.short, prepare).await {
        Ok(stage) => stage,
        Err(error) => return Row { day, way: "", account: Err(format!("{error:#}")), claims: Vec::new() },
    };
    let account = acts(&mut stage).await.map_err(|error| format!("{error:#}"));
    // Whatever came before, the server must end before its disk is taken away.
    let _ = stage.server.kill().await;
    trouble::clean_up(day, stage.folder()).await;
    Row { day, way: stage.way, account, claims: stage.claims }
}

/// Before the trouble, the trouble, and after it.
async fn acts(stage: &mut Stage) -> Result<Account> {
    let calm_time = Duration::from_secs(if stage.short { 1 } else { 3 });
    stage.talk(if stage.short { GROUPS_SHORT } else { GROUPS });
    sleep(calm_time).await;
    trouble::happen(stage).await?;
    stage.meta.expect(calm);
    sleep(calm_time).await;
    let verdict = stage.end().await?;
    Ok(account(stage, &verdict))
}

fn account(stage: &Stage, verdict: &Verdict) -> Account {
    let ledger = stage.meta.ledger.borrow();
    let [answered, once, ordered, own, settled] = &verdict.laws;
    let answers = ledger.answers().iter().map(|(status, count)| match status {
        0 => format!("not at all: {count}"),
        status => format!("{status}: {count}"),
    });
    Account {
        messages: ledger.taken_in(),
        lost: answered.breaches,
        doubled: once.breaches + settled.breaches,
        disordered: ordered.breaches,
        strays: own.breaches,
        repeated: verdict.doubled_lawfully,
        answers: answers.collect::<Vec<_>>().join(", "),
        examples: verdict.laws.iter().flat_map(|law| law.examples.iter().take(3).cloned()).collect(),
    }
}
