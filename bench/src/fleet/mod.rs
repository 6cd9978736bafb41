//! The fleet run: several workers and web processes share a PostgreSQL, contacts write, Meta has a bad day, and processes,
//! ways and the database fail. Then everything is let come to rest, and the ledger judges.

mod link;
mod member;
mod report;
mod stage;
mod trouble;
mod witness;

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::sleep;

use crate::chaos::{Talk, forecast, rest, without_hanging};
use crate::cluster;
use crate::meta::{Meta, Weather};
use crate::page;
use crate::random::Random;

use report::{Account, Row};
use stage::Stage;
use trouble::{Plan, Trouble};

/// What to do.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The server, built with the feature `crash-points`
    #[arg(long)]
    binary: PathBuf,
    /// The folder of `initdb` and `pg_ctl`
    #[arg(long)]
    programs: PathBuf,
    /// The kill points, separated by commas
    #[arg(long, value_delimiter = ',')]
    points: Vec<String>,
    /// Only these troubles, separated by commas
    #[arg(long, value_delimiter = ',')]
    only: Vec<Trouble>,
    /// So many faults in each, instead of each one's own
    #[arg(long)]
    faults: Option<usize>,
    /// The same seed: the same contacts, the same shapes of deliveries, the same refusals
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Conversations at a time [default: 120]
    #[arg(long)]
    talkers: Option<usize>,
    /// One kill, one pause, one restart of the database, no call that hangs: about a minute with a development build
    #[arg(long)]
    short: bool,
    /// Keeps the logs of a fleet that did not live through it, and the rows of those whom it went wrong for
    #[arg(long)]
    keep: bool,
    /// Writes the table there, between two marks in the file
    #[arg(long)]
    page: Option<PathBuf>,
    /// The machine, the commit and the like: lines above the table
    #[arg(long)]
    about: Vec<String>,
}

const MARKS: page::Marks = page::Marks {
    start: "<!-- chaos: written by `cargo xtask chaos --store postgres` -->",
    end: "<!-- end of chaos -->",
};

/// How often somebody new writes to each number.
const NEWCOMER: Duration = Duration::from_secs(1);
const CALM: Duration = Duration::from_secs(2);
/// Longer than a lease: who fell silent by the last fault is heard again.
const AFTER: Duration = Duration::from_secs(9);

/// Runs, judges, prints. Fails when a trouble was not lived through.
pub async fn run(options: Options) -> Result<()> {
    cluster::check_programs(&options.programs)?;
    let troubles = match (options.only.as_slice(), options.short) {
        ([], true) => vec![Trouble::Short],
        ([], false) => trouble::ALL.to_vec(),
        (only, _) => only.to_vec(),
    };
    println!("{}", report::heading());
    let mut rows = Vec::new();
    for trouble in troubles {
        let row = live_through(trouble, &options).await;
        println!("{}", row.line());
        if let (Ok(account), false) = (&row.account, row.holds()) {
            println!("  {}", account.times());
        }
        for example in row.account.iter().flat_map(|account| &account.examples) {
            println!("  {example}");
        }
        rows.push(row);
    }
    if let Some(path) = &options.page {
        page::write(path, &MARKS, &options.about, &report::page(&rows, options.seed))?;
    }
    println!("\n{}", report::summary(&rows, options.seed));
    if rows.iter().any(|row| !row.holds()) {
        bail!("a trouble left its mark; repeat it with --only and --seed {}", options.seed);
    }
    Ok(())
}

async fn live_through(trouble: Trouble, options: &Options) -> Row {
    // The short form runs with a development build on a machine that does other things as well.
    let longest_silence = trouble.longest_silence().filter(|_| !options.short);
    let row = |account| Row { trouble, account, longest_silence };
    let mut stage = match Stage::set(&options.binary, &options.programs, options.seed, trouble).await {
        Ok(stage) => stage,
        Err(error) => return row(Err(format!("{error:#}"))),
    };
    let account = acts(trouble, &mut stage, options).await;
    let row = row(account.map_err(|error| format!("{error:#}")));
    if options.keep && !row.holds() {
        println!("  the logs are in {}", stage.keep().display());
    }
    row
}

/// Somebody new writes to each number once a second, whatever became of those before: whoever talks may have to wait
/// because it is in doubt whether the answer was sent, and a number is silent only when it does not answer the others.
fn newcomers(meta: &Rc<Meta>) -> Vec<JoinHandle<()>> {
    let arrive = |number: usize| {
        let meta = Rc::clone(meta);
        async move {
            loop {
                sleep(NEWCOMER).await;
                let parcel = meta.write(meta.add_contact(number), None);
                let meta = Rc::clone(&meta);
                if let Some(parcel) = parcel {
                    spawn_local(async move { meta.deliver(&parcel).await });
                }
            }
        }
    };
    (0..meta.numbers.len()).map(|number| spawn_local(arrive(number))).collect()
}

/// Before the trouble, the trouble, and after it.
async fn acts(trouble: Trouble, stage: &mut Stage, options: &Options) -> Result<Account> {
    let meta = Rc::clone(&stage.meta);
    meta.expect(if options.short { without_hanging } else { forecast });
    let statuses = spawn_local(Rc::clone(&meta).deliver_statuses(10));
    let talkers = options.talkers.unwrap_or(if options.short { 40 } else { 120 });
    let talk = Talk::start(Rc::clone(&meta), talkers, 0);
    let newcomers = newcomers(&meta);
    sleep(CALM).await;
    meta.silence.begin();
    let mut plan = Plan {
        faults: options.faults.unwrap_or(trouble.faults()),
        points: &options.points,
        random: Random::of(options.seed, &[trouble as u64, 13]),
    };
    let faults = trouble::happen(trouble, stage, &mut plan).await?;
    stage.pass(AFTER).await?;
    let (silences, fault_times) = (meta.silence.longest(), stage.fault_times.clone());
    talk.stop();
    newcomers.iter().for_each(JoinHandle::abort);
    meta.expect(|_| Weather::fine());
    rest(&meta, &talk, "all").await;
    stage.all_live()?;
    let verdict = meta.ledger.borrow().verdict();
    let marks: Vec<_> = verdict.laws.iter().flat_map(|law| law.marks.iter().copied()).collect();
    if options.keep && !marks.is_empty() {
        witness::write(&stage.cluster, &meta, &marks, &stage.file("witness.txt")).await?;
    }
    stage.end().await?;
    statuses.abort();
    let [answered, once, ordered, own, settled] = &verdict.laws;
    Ok(Account {
        messages: meta.ledger.borrow().taken_in(),
        faults,
        lost: answered.breaches,
        doubled: once.breaches + settled.breaches,
        disordered: ordered.breaches,
        strays: own.breaches,
        repeated: verdict.doubled_lawfully,
        silences,
        fault_times,
        refused: stage.refused.clone(),
        examples: verdict.laws.iter().flat_map(|law| law.examples.iter().take(3).cloned()).collect(),
    })
}
