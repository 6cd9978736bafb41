//! How cargo is called.

use std::env;
use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::repository::Repository;

/// `cargo <subcommand>` in the root of the clone.
pub fn command(repository: &Repository, subcommand: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&repository.root).args(subcommand);
    command
}

/// Compiles `chasqui` for development, and only what it needs.
pub fn build_server(repository: &Repository) -> Result<()> {
    let label = if repository.debug_binary().exists() {
        "cargo build -p chasqui-server"
    } else {
        "cargo build -p chasqui-server (the first time takes some minutes)"
    };
    process::shown(label, &mut command(repository, &["build", "-p", "chasqui-server"]))
}

/// Compiles everything that the tests run, `chasqui` included. Doing it in one go compiles each dependency once.
pub fn build_for_tests(repository: &Repository) -> Result<()> {
    let mut build = command(repository, &["build", "--workspace", "--all-targets"]);
    if repository.in_ci {
        build.arg("--locked");
    }
    process::shown("cargo build --workspace --all-targets", &mut build)
}
