//! `cargo xtask demo`: builds for development, because that is several minutes quicker on a fresh clone than an
//! optimised build, and becomes `chasqui demo`.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::repository::Repository;
use crate::{cargo, web};

/// Returns only when something failed before the demo took over.
pub fn run(repository: &Repository, options: &[String]) -> Result<ExitCode> {
    web::prepare_and_build(repository)?;
    cargo::build_server(repository)?;
    let binary = repository.debug_binary();
    println!("▸ {}", ["chasqui demo", &options.join(" ")].join(" ").trim_end());
    // Replacing this process hands Ctrl-C and the exit status over as they are.
    let error = Command::new(&binary).arg("demo").args(options).exec();
    Err(error).with_context(|| format!("cannot start {}", binary.display()))
}
