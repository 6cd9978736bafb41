//! Named attacks on the real binary, over real sockets, with the simulator as Meta. `cargo xtask attacks` runs them; the
//! last line is `N held, M failed`.
#![expect(
    clippy::too_many_lines,
    clippy::format_collect,
    clippy::verbose_bit_mask,
    clippy::needless_pass_by_value,
    reason = "lists of cases, each a short function of its own"
)]

mod accounts;
mod bodies;
mod bots;
mod case;
mod code;
mod damaged;
mod files;
mod fuel;
mod ground;
mod guessing;
mod heads;
mod memory;
mod numbers;
mod page;
mod quotas;
mod reach;
mod repeats;
mod requests;
mod rights;
mod scripts;
mod secrets;
mod server;
#[path = "../it/service.rs"]
#[expect(
    clippy::unwrap_used,
    dead_code,
    reason = "in a test a surprise is a failure, and not all of it is used here"
)]
mod service;
mod signatures;
mod simulator;
mod sites;
mod slow;
mod standing;
mod wire;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use case::{Case, Class};
use ground::Ground;
use server::Binary;

/// Longest that one case may take.
const CASE: Duration = Duration::from_mins(3);
/// Fewer cases than this are a mistake of whoever changed the suite.
const LEAST: usize = 150;

fn classes() -> Vec<Class> {
    vec![
        scripts::class(),
        signatures::class(),
        bodies::class(),
        heads::class(),
        slow::class(),
        memory::class(),
        guessing::class(),
        accounts::class(),
        sites::class(),
        rights::class(),
        reach::class(),
        requests::class(),
        code::class(),
        fuel::class(),
        files::class(),
        words::class(),
        secrets::class(),
        repeats::class(),
        numbers::class(),
        quotas::class(),
        standing::class(),
        simulator::class(),
    ]
}

/// What was asked for on the command line.
struct Wanted {
    is_short: bool,
    lists: bool,
    binary: Binary,
    filter: Option<String>,
}

fn wanted() -> Result<Wanted> {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_chasqui"));
    let mut it =
        Wanted { is_short: false, lists: false, binary: Binary { program, is_release: false }, filter: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--short" => it.is_short = true,
            "--list" => it.lists = true,
            "--release" => match words.next() {
                Some(path) => it.binary = Binary { program: path.into(), is_release: true },
                None => bail!("--release takes the path of the binary"),
            },
            filter if !filter.starts_with('-') => it.filter = Some(filter.to_owned()),
            other => bail!("there is no option {other}: [--short] [--list] [--release BINARY] [FILTER]"),
        }
    }
    Ok(it)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool> {
    let wanted = wanted()?;
    let classes = classes();
    look_over(&classes)?;
    if wanted.lists {
        print!("{}", page::list(&classes));
        return Ok(true);
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    Ok(runtime.block_on(all(classes, &wanted)))
}

/// Names are told apart, and none was lost.
fn look_over(classes: &[Class]) -> Result<()> {
    let mut names: Vec<&str> = classes.iter().flat_map(|it| &it.cases).map(|it| it.name.as_str()).collect();
    names.sort_unstable();
    let twice = names.windows(2).find(|pair| pair[0] == pair[1]);
    ensure!(twice.is_none(), "two cases are called {twice:?}");
    ensure!(names.len() >= LEAST, "{} cases are fewer than {LEAST}", names.len());
    Ok(())
}

async fn all(classes: Vec<Class>, wanted: &Wanted) -> bool {
    let (mut held, mut failed) = (0, Vec::new());
    let began = Instant::now();
    println!("| class | case | held |\n| --- | --- | --- |");
    for class in classes {
        let fits = |case: &Case| {
            let named = wanted.filter.as_ref();
            named.is_none_or(|it| case.name.contains(it.as_str()) || class.name.contains(it.as_str()))
                && !(wanted.is_short && case.is_long)
        };
        let cases: Vec<&Case> = class.cases.iter().filter(|case| fits(case)).collect();
        if cases.is_empty() {
            continue;
        }
        let ground = Ground::open(&wanted.binary, &class.options).await.map(Arc::new);
        for case in cases {
            let began = Instant::now();
            let outcome = match &ground {
                Ok(ground) => judge(case, ground).await,
                Err(error) => Err(anyhow::anyhow!("no server: {error:#}")),
            };
            let took = began.elapsed().as_secs_f64();
            match outcome {
                Ok(()) => {
                    held += 1;
                    println!("| {} | {} | yes ({took:.1} s) |", class.name, case.name);
                }
                Err(error) => {
                    let why = format!("{error:#}").replace(['\n', '\r'], " ");
                    let why: String = why.chars().take(600).collect();
                    println!("| {} | {} | NO ({took:.1} s): {why} |", class.name, case.name);
                    failed.push(case.name.clone());
                }
            }
        }
    }
    println!("\nin {} s", began.elapsed().as_secs());
    if !failed.is_empty() {
        println!("failed: {}", failed.join(", "));
    }
    println!("{held} held, {} failed", failed.len());
    failed.is_empty()
}

/// Tries one, and looks whether the server is well afterwards.
async fn judge(case: &Case, ground: &Arc<Ground>) -> Result<()> {
    match tokio::time::timeout(CASE, (case.run)(Arc::clone(ground))).await {
        Ok(outcome) => outcome?,
        Err(_) => bail!("no end in {CASE:?}"),
    }
    ground.is_well().await
}
