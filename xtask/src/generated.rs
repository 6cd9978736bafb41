//! Files in the repository that the product itself writes: `cargo xtask docs` writes them, `check` compares them.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::repository::Repository;
use crate::{attacks, cargo, process};

/// Each file and the `chasqui` command that prints it.
const FILES: &[(&str, &[&str])] =
    &[("web/openapi.json", &["openapi"]), ("docs/api/bot.schema.json", &["bot", "schema"])];

/// Writes all of them.
pub fn write(repository: &Repository) -> Result<()> {
    cargo::build_server(repository)?;
    for (file, arguments) in FILES {
        let wanted = printed(repository, arguments)?;
        let path = repository.root.join(file);
        let changed = fs::read_to_string(&path).ok().as_ref() != Some(&wanted);
        if changed {
            fs::write(&path, wanted).with_context(|| format!("cannot write {file}"))?;
        }
        println!("▸ {file} … {}", if changed { "written" } else { "up to date" });
    }
    attacks::write_list(repository)?;
    guide(repository, true)
}

/// Parts of pages of the guide (`the_guide_…` in the engine's tests) that the engine writes, or compares.
fn guide(repository: &Repository, writes: bool) -> Result<()> {
    let mut tests =
        cargo::command(repository, &["test", "-q", "-p", "chasqui-flow", "--test", "it", "the_guide"]);
    if writes {
        tests.env("UPDATE_DOCS", "1");
    }
    process::quiet("docs/guide: functions and components", &mut tests)
}

/// Fails when one of them is not what the product prints.
pub fn check(repository: &Repository) -> Result<()> {
    cargo::build_server(repository)?;
    let mut stale = Vec::new();
    for (file, arguments) in FILES {
        let wanted = printed(repository, arguments)?;
        if fs::read_to_string(repository.root.join(file)).ok() != Some(wanted) {
            stale.push(*file);
        }
    }
    if !stale.is_empty() {
        bail!("not as the product prints it: {}; run `cargo xtask docs`", stale.join(", "));
    }
    attacks::check_list(repository)?;
    process::found_in_order("generated files", FILES.len() + 1, "files");
    guide(repository, false)
}

/// What the command prints, ending in exactly one line break.
fn printed(repository: &Repository, arguments: &[&str]) -> Result<String> {
    let label = format!("chasqui {}", arguments.join(" "));
    let text = process::captured(&label, Command::new(repository.debug_binary()).args(arguments))?;
    Ok(format!("{}\n", text.trim_end()))
}
