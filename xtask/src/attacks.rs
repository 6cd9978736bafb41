//! `cargo xtask attacks`: named attacks on the binary, over real sockets, with the simulator as Meta.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};

use crate::repository::Repository;
use crate::{cargo, process};

const PACKAGE: &str = "chasqui-server";
/// What cargo calls the program with the attacks. It is no test of `cargo test`.
const PROGRAM: &str = "attacks";
const PAGE: &str = "docs/operations/attacks.md";

/// All of them on the release build, or the quick ones on the development build; only those with a word in their name or
/// their class's.
pub fn run(repository: &Repository, options: &[String]) -> Result<ExitCode> {
    let is_short = options.iter().any(|option| option == "--short");
    if let Some(unknown) = options.iter().find(|option| option.starts_with('-') && *option != "--short") {
        bail!("there is no option {unknown}: cargo xtask attacks [--short] [filter]");
    }
    let mut command = program(repository)?.command();
    command.args(options);
    if !is_short {
        let mut build = cargo::command(repository, &["build", "--release", "-p", PACKAGE]);
        process::shown("cargo build --release -p chasqui-server", &mut build)?;
        command.arg("--release").arg(release_binary(repository));
    }
    process::shown("attacks", &mut command)?;
    Ok(ExitCode::SUCCESS)
}

/// The quick ones, for `cargo xtask test`.
pub fn short(repository: &Repository) -> Result<()> {
    run(repository, &["--short".to_owned()]).map(drop)
}

/// Writes the list of the attacks.
pub fn write_list(repository: &Repository) -> Result<()> {
    let wanted = list(repository)?;
    let path = repository.root.join(PAGE);
    let changed = fs::read_to_string(&path).ok().as_ref() != Some(&wanted);
    if changed {
        fs::write(&path, wanted).with_context(|| format!("cannot write {PAGE}"))?;
    }
    println!("▸ {PAGE} … {}", if changed { "written" } else { "up to date" });
    Ok(())
}

/// Fails when the list is not what the program says.
pub fn check_list(repository: &Repository) -> Result<()> {
    let found = fs::read_to_string(repository.root.join(PAGE)).unwrap_or_default();
    ensure!(found == list(repository)?, "{PAGE} is not as the attacks say it; run `cargo xtask docs`");
    Ok(())
}

fn list(repository: &Repository) -> Result<String> {
    process::captured("attacks --list", program(repository)?.command().arg("--list"))
}

fn release_binary(repository: &Repository) -> PathBuf {
    repository.target.join("release/chasqui")
}

/// Builds the program, with the server for development beside it.
fn program(repository: &Repository) -> Result<cargo::TestProgram> {
    let arguments =
        ["test", "--workspace", "--no-run", "--test", PROGRAM, "--message-format", "json-render-diagnostics"];
    let mut build: Command = cargo::command(repository, &arguments);
    let messages = process::captured("cargo test --test attacks --no-run", &mut build)?;
    let mut programs = cargo::programs_in(&messages, PACKAGE);
    programs.retain(|program| program.name == PROGRAM);
    programs.pop().with_context(|| format!("cargo names no program {PROGRAM} of {PACKAGE}"))
}
