//! `cargo xtask soak`: weeks of conversations in minutes against the release build; memory and disk must reach a plateau.
//! Writes `docs/operations/soak.md`.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::repository::Repository;
use crate::{bench, cargo, process};

const PAGE: &str = "docs/operations/soak.md";

/// 200,000 messages unless the options say otherwise. Only a full run is written down.
pub fn run(repository: &Repository, options: &[String]) -> Result<ExitCode> {
    let target = repository.target.join("chaos");
    let mut build = cargo::command(repository, &["build", "--release", "-p", "chasqui-server"]);
    // The build whose clock can be turned.
    build.args(["--features", "crash-points", "--target-dir"]).arg(&target);
    process::shown("cargo build --release -p chasqui-server --features crash-points", &mut build)?;
    let mut command = Command::new(bench::build(repository)?);
    command.arg("soak").arg("--binary").arg(target.join("release/chasqui"));
    if options.is_empty() {
        command.arg("--page").arg(repository.root.join(PAGE));
        for line in bench::about("cargo xtask soak") {
            command.arg("--about").arg(line);
        }
    }
    process::shown("soak", command.args(options))?;
    Ok(ExitCode::SUCCESS)
}
