//! `cargo xtask chaos`: the server, built so that it can be told where to die, is killed again and again under load; a
//! ledger outside judges what it did.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};

use crate::repository::Repository;
use crate::{bench, cargo, packages, postgres, process};

const POINTS: &str = "docs/operations/kill-points.md";

const CHAOS_PAGE: &str = "docs/operations/chaos.md";
const DAYS_PAGE: &str = "docs/operations/bad-days.md";
const FLEET_PAGE: &str = "docs/operations/chaos-postgres.md";

/// The long run: release build, at least 200 kills and 100,000 messages unless the options say otherwise. `days`
/// instead: one trouble after the other. `--store postgres`: several processes on a PostgreSQL. Only a full run is
/// written down.
pub fn run(repository: &Repository, options: &[String]) -> Result<ExitCode> {
    let is_days = options.first().is_some_and(|option| option == "days");
    let (is_fleet, options) = match options {
        [flag, store, rest @ ..] if flag == "--store" => match store.as_str() {
            "postgres" => (true, rest),
            "sqlite" => (false, rest),
            other => bail!("there is no store {other}: --store sqlite or --store postgres"),
        },
        options => (false, options),
    };
    if is_days {
        packages::for_bad_days()?;
    }
    if is_fleet {
        packages::for_postgres()?;
    }
    let target = repository.target.join("chaos");
    let mut build = cargo::command(repository, &["build", "--release", "-p", "chasqui-server"]);
    build.args(["--features", "crash-points", "--target-dir"]).arg(&target);
    process::shown("cargo build --release -p chasqui-server --features crash-points", &mut build)?;
    let bench = bench::build(repository)?;
    let binary = target.join("release/chasqui");
    match options {
        options if is_fleet => share(repository, bench, binary, &written(repository, FLEET_PAGE, options))?,
        [_, options @ ..] if is_days => {
            live_through(bench, binary, &written(repository, DAYS_PAGE, options))?;
        }
        options => torment(repository, bench, binary, &written(repository, CHAOS_PAGE, options))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The short run for `cargo xtask test`: each point once or twice, the bad days that pass quickly, and a few faults of a
/// fleet on PostgreSQL, with the development build.
pub fn short(repository: &Repository) -> Result<()> {
    packages::for_bad_days()?;
    packages::for_postgres()?;
    let binary = build_for_development(repository)?;
    let bench = repository.target.join("debug/chasqui-bench");
    interrupt(repository, &binary)?;
    let options = ["--short".to_owned()];
    torment(repository, bench.clone(), binary.clone(), &options)?;
    live_through(bench.clone(), binary.clone(), &options)?;
    share(repository, bench, binary, &options)
}

/// Without options a run is written into its page.
fn written(repository: &Repository, page: &str, options: &[String]) -> Vec<String> {
    if !options.is_empty() {
        return options.to_vec();
    }
    let command = match page {
        DAYS_PAGE => "cargo xtask chaos days",
        FLEET_PAGE => "cargo xtask chaos --store postgres",
        _ => "cargo xtask chaos",
    };
    let page = repository.root.join(page).display().to_string();
    let about = bench::about(command).into_iter().flat_map(|line| ["--about".to_owned(), line]);
    ["--page".to_owned(), page].into_iter().chain(about).collect()
}

/// Calls of every kind, each interrupted exactly at K11. Builds the usual `target/debug/chasqui` again.
fn interrupt(repository: &Repository, binary: &Path) -> Result<()> {
    let mut programs = cargo::test_programs(repository, "chasqui-server")?;
    programs.retain(|program| program.name == "it");
    ensure!(programs.len() == 1, "chasqui-server has no tests `it`");
    cargo::run_programs(&programs, ", killed at K11", |command| {
        command.arg("interrupted::").env("RUST_BACKTRACE", "0").env("CHASQUI_TEST_CRASH_BINARY", binary);
    })
}

/// A copy of the server with kill points. `target/debug/chasqui` has them too afterwards.
fn build_for_development(repository: &Repository) -> Result<PathBuf> {
    let packages = ["build", "-p", "chasqui-server", "-p", "chasqui-bench"];
    let mut build = cargo::command(repository, &packages);
    build.args(["--features", "chasqui-server/crash-points"]);
    process::shown("cargo build -p chasqui-server --features crash-points", &mut build)?;
    fs::create_dir_all(repository.scratch())?;
    let binary = repository.scratch().join("chasqui-with-crash-points");
    // A running copy cannot be written over, but its name can be given to another.
    let _ = fs::remove_file(&binary);
    fs::copy(repository.debug_binary(), &binary)
        .with_context(|| format!("cannot copy {}", repository.debug_binary().display()))?;
    Ok(binary)
}

fn torment(repository: &Repository, bench: PathBuf, binary: PathBuf, options: &[String]) -> Result<()> {
    let mut command = std::process::Command::new(bench);
    command.arg("chaos").arg("--binary").arg(binary).arg("--points").arg(points(repository)?.join(","));
    process::shown("chaos", command.args(options))
}

fn live_through(bench: PathBuf, binary: PathBuf, options: &[String]) -> Result<()> {
    let mut command = std::process::Command::new(bench);
    process::shown("bad days", command.arg("days").arg("--binary").arg(binary).args(options))
}

fn share(repository: &Repository, bench: PathBuf, binary: PathBuf, options: &[String]) -> Result<()> {
    let programs = postgres::programs().context("PostgreSQL 15 or newer is not there")?;
    let mut command = std::process::Command::new(bench);
    command.arg("fleet").arg("--binary").arg(binary).arg("--programs").arg(programs);
    command.arg("--points").arg(points(repository)?.join(","));
    process::shown("chaos on postgresql", command.args(options))
}

/// The kill points that messages pass, as their list names them. What only people do, a test of the server interrupts.
fn points(repository: &Repository) -> Result<Vec<String>> {
    let list = fs::read_to_string(repository.root.join(POINTS)).context(POINTS)?;
    let points = names(&list);
    ensure!(!points.is_empty(), "{POINTS} names no kill point");
    Ok(points)
}

fn names(list: &str) -> Vec<String> {
    list.lines()
        .filter_map(|line| line.strip_prefix("| K")?.split_once(' '))
        .filter(|(_, rest)| !rest.starts_with("| `server`"))
        .map(|(number, _)| format!("K{number}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_read_from_their_list() {
        assert_eq!(
            names("| point | where |\n| --- |\n| K01 | here |\n| K02 | there |\n| K03 | `server`, x |\n"),
            ["K01", "K02"]
        );
    }
}
