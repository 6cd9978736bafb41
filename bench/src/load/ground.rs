//! What the server stands on: SQLite, or a PostgreSQL that one or several processes share.

use std::path::Path;

use anyhow::Result;
use clap::ValueEnum;

use super::figure::{Figure, Target};
use super::meter::CPU;
use super::report::Measured;
use super::scenario::Scenario;
use crate::chaos::free_address;
use crate::cluster::{self, Cluster};

/// As no server in earnest has it. 32 bytes in Base64.
const MASTER_KEY: &str = "YmVuY2gtYmVuY2gtYmVuY2gtYmVuY2gtYmVuY2gtMDE=";

/// A store, and the processes on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Ground {
    /// SQLite, one process
    Sqlite,
    /// PostgreSQL, one process that does everything
    Postgres,
    /// PostgreSQL, a web process and a worker
    Worker,
    /// PostgreSQL, a web process and two workers
    Workers,
}

impl Ground {
    /// How it is called after a scenario.
    pub fn says(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " on PostgreSQL",
            Self::Worker => " on PostgreSQL, web and worker apart",
            Self::Workers => " on PostgreSQL, a web and two workers",
        }
    }

    /// The role of each process, the one that takes deliveries first.
    pub fn roles(self) -> &'static [&'static str] {
        match self {
            Self::Sqlite | Self::Postgres => &["all"],
            Self::Worker => &["web", "worker"],
            Self::Workers => &["web", "worker", "worker"],
        }
    }

    /// Its PostgreSQL, should it have one. It shares the core of the server: what it uses is the server's doing.
    pub async fn cluster(self, programs: Option<&Path>, core: usize) -> Result<Option<Cluster>> {
        let programs = match (self, programs) {
            (Self::Sqlite, _) => return Ok(None),
            (_, Some(programs)) => programs,
            (_, None) => anyhow::bail!("name the folder of PostgreSQL's programs with --programs"),
        };
        cluster::check_programs(programs)?;
        let ports = [free_address()?.port(), free_address()?.port()];
        Ok(Some(Cluster::make(programs, ports, Some(core)).await?))
    }
}

/// What processes are told that share a PostgreSQL.
pub fn environment(cluster: &Cluster) -> Vec<(String, String)> {
    let url = cluster::url(&[cluster.address()]);
    [("CHASQUI_DATABASE_URL", url.as_str()), ("CHASQUI_MASTER_KEY", MASTER_KEY)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// What a message costs with two workers, by what it costs with one: the same run of each.
pub fn second_worker(scenario: Scenario, grounds: &[Ground], runs: &[Vec<Vec<Figure>>]) -> Option<Measured> {
    let of = |wanted: Ground| runs.get(grounds.iter().position(|ground| *ground == wanted)?);
    let cost = |run: &[Figure]| run.iter().find(|figure| figure.name == CPU).map(|figure| figure.value);
    let mut ratios = Vec::new();
    for (one, two) in of(Ground::Worker)?.iter().zip(of(Ground::Workers)?) {
        let figure = Figure::new("CPU per message, two workers : one", cost(two)? / cost(one)?);
        ratios.push(vec![figure.against(Target::at_most(1.15, None))]);
    }
    let figures = Figure::median(&ratios);
    let scenario = scenario.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    let about = "What a second worker adds".to_owned();
    Some(Measured { scenario: scenario + ": a second worker", about, figures })
}
