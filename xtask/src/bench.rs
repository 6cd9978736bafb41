//! `cargo xtask bench`: measures the release build and writes the figures into `docs/benchmarks.md`.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};

use crate::repository::Repository;
use crate::steps::Missing;
use crate::{cargo, packages, postgres, process, release};

const PAGE: &str = "docs/benchmarks.md";
/// The same figures for programs.
const FIGURES: &str = "docs/benchmarks.json";
const STORES_PAGE: &str = "docs/benchmarks-stores.md";
const STORES_FIGURES: &str = "docs/benchmarks-stores.json";
/// What is measured of both engines, side by side.
const STORES: [&str; 4] =
    ["--store", "sqlite,postgres,worker,workers", "--only", "conversation,open300,flood"];

/// Measures everything, or what the options say; only a full run is written down. `micro` instead: the parts that compute,
/// one by one. `stores` instead: SQLite and PostgreSQL in turn.
pub fn run(repository: &Repository, options: &[String]) -> Result<ExitCode> {
    if let [micro, filter @ ..] = options
        && micro == "micro"
    {
        let mut bench = cargo::command(
            repository,
            &["bench", "-p", "chasqui-whatsapp", "-p", "chasqui-flow", "-p", "chasqui-codebox"],
        );
        process::shown("cargo bench", bench.args(["--bench", "micro", "--"]).args(filter))?;
        return Ok(ExitCode::SUCCESS);
    }
    let has_taskset = process::succeeds(Command::new("taskset").arg("--version"));
    ensure!(has_taskset, Missing("`taskset` (package util-linux) pins the two sides to a core each".into()));
    release::build(repository)?;
    let bench = build(repository)?;
    let mut command = Command::new("taskset");
    command.args(["-c", "1"]).arg(bench).arg("load").arg("--binary").arg(repository.release_binary());
    let (of_stores, options) = match options {
        [stores, options @ ..] if stores == "stores" => (true, options),
        options => (false, options),
    };
    if of_stores || options.iter().any(|option| option.starts_with("--store")) {
        packages::for_postgres()?;
        command.arg("--programs").arg(postgres::programs().context("PostgreSQL 15 or newer is not there")?);
    }
    if of_stores {
        command.args(STORES);
    }
    if options.is_empty() {
        let (page, figures, name) = if of_stores {
            (STORES_PAGE, STORES_FIGURES, "cargo xtask bench stores")
        } else {
            (PAGE, FIGURES, "cargo xtask bench")
        };
        command.arg("--table").arg(repository.root.join(page));
        command.arg("--json").arg(repository.root.join(figures));
        for line in about(name) {
            command.arg("--about").arg(line);
        }
    }
    process::shown("measuring", command.args(options))?;
    Ok(ExitCode::SUCCESS)
}

/// Compiles the load generator.
pub fn build(repository: &Repository) -> Result<PathBuf> {
    let mut build = cargo::command(repository, &["build", "--release", "-p", "chasqui-bench"]);
    process::shown("cargo build --release -p chasqui-bench", &mut build)?;
    Ok(repository.target.join("release/chasqui-bench"))
}

/// What a reader needs to measure it again.
pub fn about(command: &str) -> Vec<String> {
    let ask = |program: &str, arguments: &[&str]| {
        let answer = process::captured(program, Command::new(program).args(arguments));
        answer.map_or_else(|_| "unknown".to_owned(), |text| text.trim().to_owned())
    };
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = processor.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let changed = if ask("git", &["status", "--porcelain"]).is_empty() { "" } else { ", with changes" };
    vec![
        format!("Date: {}", ask("date", &["+%Y-%m-%d"])),
        format!("Commit: {}{changed}", ask("git", &["rev-parse", "--short", "HEAD"])),
        format!(
            "Machine: {} cores, {}, Linux {}",
            ask("nproc", &["--all"]),
            processor.map_or("unknown processor", |(_, name)| name),
            ask("uname", &["-r"])
        ),
        format!("Command: `{command}`"),
    ]
}
