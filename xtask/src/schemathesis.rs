//! The API against its own description: a demo on a fresh data directory, asked thousands of times by schemathesis.

use std::fs;
use std::process::Command;

use anyhow::Result;

use crate::browser::Demo;
use crate::repository::Repository;
use crate::{process, python};

/// Its folder in `xtask/`.
const NAME: &str = "schemathesis";
/// Requests that are made up for each operation. More find more and take longer; this takes a minute or two.
const EXAMPLES: &str = "15";

/// Makes sure that schemathesis can be started: in an environment of its own, in the versions that are written down.
pub fn prepare(repository: &Repository) -> Result<()> {
    python::prepare(repository, NAME)
}

/// Asks, and judges the answers. Reports go to `target/xtask/schemathesis-report`.
pub fn test(repository: &Repository) -> Result<()> {
    let folder = repository.scratch().join("schemathesis-demo");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut demo = Demo::start(Command::new(repository.debug_binary()), &folder)?;
    let result = ask(repository, &demo).and_then(|()| demo.stop());
    if result.is_err() {
        println!("what the demo wrote:\n{}", demo.written());
    }
    result
}

fn ask(repository: &Repository, demo: &Demo) -> Result<()> {
    let mut command = python::script(repository, NAME);
    command.args(["--examples", EXAMPLES]);
    command.arg("--report-dir").arg(repository.scratch().join("schemathesis-report"));
    command.args(["--app-url", &demo.ready.app_url, "--phone-url", &demo.ready.phone_url]);
    command.args(["--email", &demo.ready.email, "--password", &demo.ready.password]);
    process::shown("schemathesis (the API against its description)", &mut command)
}
