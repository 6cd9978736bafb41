//! `cargo xtask build`: the one file that people install.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::repository::Repository;
use crate::{cargo, process, web};

/// Builds the web UI, then the optimised binary with the UI inside.
pub fn build(repository: &Repository) -> Result<ExitCode> {
    web::prepare_and_build(repository)?;
    process::shown(
        "cargo build --release -p chasqui-server",
        &mut cargo::command(repository, &["build", "--release", "-p", "chasqui-server"]),
    )?;
    let binary = repository.release_binary();
    let size = fs::metadata(&binary).with_context(|| format!("no {}", binary.display()))?.len();
    println!("{} ({} MB)", binary.display(), size / 1_000_000);
    Ok(ExitCode::SUCCESS)
}
