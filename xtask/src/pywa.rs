//! pywa, a library for bots that others wrote, against the simulator: what it sends is taken, and what the simulator
//! delivers is read by it.

use std::fs;

use anyhow::Result;

use crate::repository::Repository;
use crate::{process, python};

/// Its folder in `xtask/`.
const NAME: &str = "pywa";

/// Makes sure that pywa can be started.
pub fn prepare(repository: &Repository) -> Result<()> {
    python::prepare(repository, NAME)
}

/// Runs it against a simulator of its own. What both wrote goes to `target/xtask/pywa-run`.
pub fn test(repository: &Repository) -> Result<()> {
    let folder = repository.scratch().join("pywa-run");
    fs::create_dir_all(&folder)?;
    let mut command = python::script(repository, NAME);
    command.arg("--binary").arg(repository.debug_binary()).arg("--folder").arg(folder);
    process::shown("pywa (a library of others against the simulator)", &mut command)
}
