//! `cargo xtask chaos`: the server, built so that it can be told where to die, is killed again and again under load; a
//! ledger outside judges what it did.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};

use crate::repository::Repository;
use crate::{cargo, process};

const POINTS: &str = "docs/operations/kill-points.md";

/// The long run: release build, at least 200 kills and 100,000 messages unless the options say otherwise. `days`
/// instead: one trouble after the other, without a kill.
pub fn run(repository: &Repository, options: &[String]) -> Result<ExitCode> {
    let target = repository.target.join("chaos");
    let mut build = cargo::command(repository, &["build", "--release", "-p", "chasqui-server"]);
    build.args(["--features", "crash-points", "--target-dir"]).arg(&target);
    process::shown("cargo build --release -p chasqui-server --features crash-points", &mut build)?;
    let bench = crate::bench::build(repository)?;
    let binary = target.join("release/chasqui");
    match options {
        [days, options @ ..] if days == "days" => live_through(bench, binary, options)?,
        options => torment(repository, bench, binary, options)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The short run for `cargo xtask test`: each point once or twice, with the development build.
pub fn short(repository: &Repository) -> Result<()> {
    let binary = build_for_development(repository)?;
    let options = ["--short".to_owned()];
    torment(repository, repository.target.join("debug/chasqui-bench"), binary, &options)
}

/// Both builds share what they depend on. `target/debug/chasqui` is the usual one again afterwards.
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
    cargo::build_server(repository)?;
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

/// The kill points, as their list names them.
fn points(repository: &Repository) -> Result<Vec<String>> {
    let list = fs::read_to_string(repository.root.join(POINTS)).context(POINTS)?;
    let points = names(&list);
    ensure!(!points.is_empty(), "{POINTS} names no kill point");
    Ok(points)
}

fn names(list: &str) -> Vec<String> {
    list.lines()
        .filter_map(|line| line.strip_prefix("| K")?.split_once(' '))
        .map(|(number, _)| format!("K{number}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_read_from_their_list() {
        assert_eq!(names("| point | where |\n| --- |\n| K01 | here |\n| K02 | there |\n"), ["K01", "K02"]);
    }
}
