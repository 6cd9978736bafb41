//! Runs scenarios, several times each, and writes down what came out.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;

use super::figure::Figure;
use super::report::{self, Measured};
use super::rig::Rig;
use super::scenario::Scenario;

/// What to measure.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The server, built for release
    #[arg(long)]
    binary: PathBuf,
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
        let mut runs = Vec::new();
        for number in 1..=options.runs {
            let figures = once(*scenario, &options).await?;
            println!("{} {number}/{}: {}", name(*scenario), options.runs, report::line(&figures));
            runs.push(figures);
        }
        let about = scenario.to_possible_value().and_then(|value| value.get_help().map(ToString::to_string));
        let figures = Figure::median(&runs);
        measured.push(Measured { scenario: name(*scenario), about: about.unwrap_or_default(), figures });
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

async fn once(scenario: Scenario, options: &Options) -> Result<Vec<Figure>> {
    let mut rig = match scenario {
        Scenario::Limit => Rig::with_echo().await?,
        _ => Rig::with_server(&options.binary, options.folder.as_deref(), scenario.bot()).await?,
    };
    scenario.press(&mut rig, Duration::from_secs(options.seconds)).await
}

fn name(scenario: Scenario) -> String {
    scenario.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}
