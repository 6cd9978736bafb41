//! `cargo xtask check`: everything about a change that is not behaviour.

use std::process::ExitCode;

use anyhow::Result;

use crate::repository::Repository;
use crate::steps::{Missing, Steps};
use crate::{architecture, cargo, coverage, generated, kill_points, process, promises, unused, web};

/// Runs every check. Fails when one of them did.
pub fn run(repository: &Repository) -> ExitCode {
    let mut steps = Steps::new(repository.in_ci);
    steps.run("format", &[], || {
        process::quiet("cargo fmt --check", &mut cargo::command(repository, &["fmt", "--all", "--check"]))
    });
    steps.run("architecture", &[], || architecture::check(repository));
    steps.run("kill points", &[], || kill_points::check(repository));
    steps.run("reference coverage", &[], || coverage::check(repository));
    steps.run("promises", &[], || promises::check(repository));
    steps.run("unused dependencies", &[], || unused::check(repository));
    steps.run("web packages", &[], || web::prepare(repository));
    steps.run("web types", &["web packages"], || web::script(repository, "typecheck"));
    steps.run("web lints", &["web packages"], || web::script(repository, "lint"));
    steps.run("clippy", &[], || clippy(repository));
    steps.run("rustdoc", &[], || rustdoc(repository));
    steps.run("cargo-deny", &[], || install_deny(repository));
    steps.run("licences and bans", &["cargo-deny"], || deny(repository, &["bans", "licenses", "sources"]));
    steps.run("advisories", &["cargo-deny"], || advisories(repository));
    steps.run("generated files", &[], || generated::check(repository));
    steps.finish()
}

fn clippy(repository: &Repository) -> Result<()> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    process::shown("cargo clippy", &mut cargo::command(repository, &arguments))
}

fn rustdoc(repository: &Repository) -> Result<()> {
    let mut command = cargo::command(repository, &["doc", "--workspace", "--no-deps"]);
    process::quiet("cargo doc", command.env("RUSTDOCFLAGS", "-D warnings"))
}

fn install_deny(repository: &Repository) -> Result<()> {
    if process::succeeds(&mut cargo::command(repository, &["deny", "--version"])) {
        process::nothing_to_do("cargo-deny");
        return Ok(());
    }
    process::shown(
        "cargo install --locked cargo-deny (once; takes some minutes)",
        &mut cargo::command(repository, &["install", "--locked", "cargo-deny"]),
    )
}

fn deny(repository: &Repository, checks: &[&str]) -> Result<()> {
    let label = format!("cargo deny check {}", checks.join(" "));
    process::quiet(&label, cargo::command(repository, &["deny", "--workspace", "check"]).args(checks))
}

/// Known faults in what we depend on. The list of them lies on the network, which a person may be without.
fn advisories(repository: &Repository) -> Result<()> {
    let mut fetch = cargo::command(repository, &["deny", "fetch", "db"]);
    if process::quiet("cargo deny fetch db", &mut fetch).is_err() {
        return Err(Missing("the list of advisories cannot be fetched".into()).into());
    }
    deny(repository, &["advisories"])
}
