//! Runs scenarios, several times each, and writes down what came out.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::ValueEnum;
use tokio::time::sleep;

use super::figure::Figure;
use super::ground::{self, Ground};
use super::report::{self, Measured};
use super::rig::Rig;
use super::scenario::Scenario;
use crate::meta::Meta;

const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

/// What to measure.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The server, built for release
    #[arg(long)]
    binary: PathBuf,
    /// What the server stands on; several are measured in turn
    #[arg(long, value_enum, value_delimiter = ',', default_value = "sqlite")]
    store: Vec<Ground>,
    /// The folder of PostgreSQL's `initdb` and `pg_ctl`
    #[arg(long)]
    programs: Option<PathBuf>,
    /// Only these scenarios
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Scenario>,
    /// Runs of each; the median counts
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Seconds of each run, where the scenario does not say
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Where the data folders are made
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Writes the figures there as JSON
    #[arg(long)]
    json: Option<PathBuf>,
    /// Writes the tables there, between two marks in the file
    #[arg(long)]
    table: Option<PathBuf>,
    /// The machine, the commit and the like: lines above the tables
    #[arg(long)]
    about: Vec<String>,
}

/// Measures, prints, writes.
pub async fn run(options: Options) -> Result<()> {
    let scenarios: &[Scenario] =
        if options.only.is_empty() { Scenario::value_variants() } else { &options.only };
    let mut measured = Vec::new();
    for scenario in scenarios {
        // In turn: what the machine does besides meets all of them.
        let mut runs = vec![Vec::new(); options.store.len()];
        for number in 1..=options.runs {
            for (ground, runs) in options.store.iter().zip(&mut runs) {
                let run = format!("{}{} {number}/{}", name(*scenario), ground.says(), options.runs);
                println!("{run} …");
                let figures = once(*scenario, *ground, &run, &options).await?;
                println!("{run}: {}", report::line(&figures));
                runs.push(figures);
            }
        }
        let about = scenario.to_possible_value().and_then(|value| value.get_help().map(ToString::to_string));
        for (ground, runs) in options.store.iter().zip(&runs) {
            let (scenario, about) = (name(*scenario) + ground.says(), about.clone().unwrap_or_default());
            measured.push(Measured { scenario, about, figures: Figure::median(runs) });
        }
        measured.extend(ground::second_worker(*scenario, &options.store, &runs));
    }
    println!("\n{}", report::tables(&measured));
    if let Some(path) = &options.json {
        report::write_json(path, &options.about, &measured)?;
    }
    if let Some(path) = &options.table {
        report::write_tables(path, &options.about, &measured)?;
    }
    report::judge(&measured)
}

async fn once(scenario: Scenario, ground: Ground, run: &str, options: &Options) -> Result<Vec<Figure>> {
    let mut rig = if scenario == Scenario::Limit {
        Rig::with_echo().await?
    } else {
        let ground = (ground, options.programs.as_deref());
        Rig::with_server(&options.binary, options.folder.as_deref(), scenario.bot(), ground).await?
    };
    let progress = tokio::task::spawn_local(progress(Rc::clone(&rig.meta), run.to_owned()));
    let figures = scenario.press(&mut rig, ground, Duration::from_secs(options.seconds)).await;
    progress.abort();
    figures
}

/// A sign of life for whoever waits.
async fn progress(meta: Rc<Meta>, run: String) {
    let start = Instant::now();
    loop {
        sleep(SIGN_OF_LIFE).await;
        let ledger = meta.ledger.borrow();
        let (taken_in, answered) = (ledger.taken_in(), ledger.taken());
        println!(
            "  {run}, {} s: {taken_in} messages taken in, {answered} answered",
            start.elapsed().as_secs()
        );
    }
}

fn name(scenario: Scenario) -> String {
    scenario.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}
