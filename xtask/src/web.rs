//! The web UI: its packages, its build and its checks. All of it goes through the scripts in `web/package.json`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::repository::Repository;
use crate::stamp::{Inputs, Stamp};
use crate::steps::Missing;
use crate::{files, process};

/// The oldest Node that the build tools run on.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// What is below `web/` without being a source of the build.
const NOT_SOURCES: &[&str] = &["node_modules", "dist", "coverage", "schema.d.ts"];

/// What every other step here stands on: the npm packages and the types of the API.
pub fn prepare(repository: &Repository) -> Result<()> {
    install(repository)?;
    make_api_types(repository)
}

/// Builds the web UI and the phone page into `web/dist`, unless they are newer than their sources.
pub fn build(repository: &Repository) -> Result<()> {
    let sources = files::below(&repository.web(), NOT_SOURCES)?;
    let stamp = Stamp::new(&repository.scratch(), "web-build", &Inputs::default().files(&sources)?);
    if stamp.is_fresh(&pages(repository)) {
        process::nothing_to_do("npm run build (web)");
        return Ok(());
    }
    script(repository, "build")?;
    if let Some(page) = pages(repository).iter().find(|page| !page.exists()) {
        bail!("the web build made no {}", page.display());
    }
    stamp.record()
}

/// Prepares and builds: what everything that ends in a `chasqui` with a web UI starts with.
pub fn prepare_and_build(repository: &Repository) -> Result<()> {
    prepare(repository)?;
    build(repository)
}

/// Runs a script of `web/package.json`, quietly.
pub fn script(repository: &Repository, name: &str) -> Result<()> {
    process::quiet(&format!("npm run {name} (web)"), npm(repository).args(["run", name]))
}

/// `npm` in `web/`.
pub fn npm(repository: &Repository) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(repository.web()).env("npm_config_update_notifier", "false");
    command
}

/// Installs the npm packages, unless those of the lock file are there.
fn install(repository: &Repository) -> Result<()> {
    let label = "npm ci (web)";
    let node = node_version()?;
    let web = repository.web();
    let inputs =
        Inputs::default().fact(&node).files(&[web.join("package.json"), web.join("package-lock.json")])?;
    let stamp = Stamp::new(&repository.scratch(), "web-install", &inputs);
    if stamp.is_fresh(&[web.join("node_modules/.package-lock.json")]) {
        process::nothing_to_do(label);
        return Ok(());
    }
    process::quiet(label, npm(repository).args(["ci", "--no-audit", "--no-fund"]))?;
    stamp.record()
}

/// Writes the TypeScript types of the API from its description, unless they are newer or there is no description.
fn make_api_types(repository: &Repository) -> Result<()> {
    let description = repository.web().join("openapi.json");
    if !description.exists() {
        return Ok(());
    }
    let types = repository.web().join("src/api/schema.d.ts");
    let inputs = Inputs::default().files(&[description, repository.web().join("package-lock.json")])?;
    let stamp = Stamp::new(&repository.scratch(), "web-api-types", &inputs);
    if stamp.is_fresh(&[types]) {
        process::nothing_to_do("npm run api (web)");
        return Ok(());
    }
    script(repository, "api")?;
    stamp.record()
}

fn pages(repository: &Repository) -> Vec<PathBuf> {
    ["app", "phone"].iter().map(|page| repository.web().join("dist").join(page).join("index.html")).collect()
}

/// The version of Node, when it is one that can build the web UI.
fn node_version() -> Result<String> {
    let (major, minor) = OLDEST_NODE;
    let wanted = format!("the web UI needs Node {major}.{minor} or newer with npm (https://nodejs.org)");
    if !process::succeeds(Command::new("npm").arg("--version")) {
        return Err(Missing(format!("{wanted}; there is no npm here")).into());
    }
    let version = process::captured("node --version", Command::new("node").arg("--version"))?;
    let version = version.trim();
    if parse_version(version).is_none_or(|found| found < OLDEST_NODE) {
        return Err(Missing(format!("{wanted}; here it is {version}")).into());
    }
    Ok(version.to_owned())
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim_start_matches('v').split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_node_compare_as_numbers() {
        assert_eq!(parse_version("v20.19.2"), Some((20, 19)));
        assert!(parse_version("v20.9.0") < Some(OLDEST_NODE));
        assert!(parse_version("v22.0.0") > Some(OLDEST_NODE));
        assert_eq!(parse_version("nonsense"), None);
    }
}
