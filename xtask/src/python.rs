//! Checks that are written in Python: each in a folder of its own in `xtask/`, with the versions that it needs in
//! `requirements.txt`, an environment of its own under `target/`, and `run.py`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::repository::Repository;
use crate::stamp::{Inputs, Stamp};
use crate::{packages, process};

/// Makes sure that a check can be started.
pub fn prepare(repository: &Repository, name: &str) -> Result<()> {
    packages::for_python()?;
    let requirements = repository.root.join("xtask").join(name).join("requirements.txt");
    let environment = environment(repository, name);
    let inputs = Inputs::default().files(std::slice::from_ref(&requirements))?;
    let stamp = Stamp::new(&repository.scratch(), name, &inputs);
    if stamp.is_fresh(&[environment.join("bin/python")]) {
        process::nothing_to_do(name);
        return Ok(());
    }
    process::quiet(
        "python3 -m venv",
        Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment),
    )?;
    let mut install = Command::new(environment.join("bin/python"));
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(requirements);
    process::quiet(&format!("pip install {name}"), &mut install)?;
    stamp.record()
}

/// The command that runs it.
pub fn script(repository: &Repository, name: &str) -> Command {
    let mut command = Command::new(environment(repository, name).join("bin/python"));
    command.arg(repository.root.join("xtask").join(name).join("run.py"));
    command
}

fn environment(repository: &Repository, name: &str) -> PathBuf {
    repository.scratch().join(format!("{name}-python"))
}
