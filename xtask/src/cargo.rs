//! How cargo is called.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail, ensure};
use serde_json::Value;

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

/// A program with tests of one package.
#[derive(Debug, PartialEq)]
pub struct TestProgram {
    /// What cargo calls it: the package's name for its unit tests, else the name of the file or folder in `tests`.
    pub name: String,
    /// The package's folder, where its tests run.
    pub folder: PathBuf,
    /// The program.
    pub path: PathBuf,
}

impl TestProgram {
    /// The program as cargo would start it.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder);
        command
    }
}

/// The test programs of a package as the build of the whole workspace left them. `cargo test -p` would choose the features
/// of that package alone, and compile everything that has others a second time.
pub fn test_programs(repository: &Repository, package: &str) -> Result<Vec<TestProgram>> {
    let mut build = command(
        repository,
        &["test", "--workspace", "--no-run", "--message-format", "json-render-diagnostics"],
    );
    let messages = process::captured("cargo test --workspace --no-run", &mut build)?;
    let programs = programs_in(&messages, package);
    ensure!(!programs.is_empty(), "cargo names no test program of {package}");
    Ok(programs)
}

/// The test programs of a package that cargo named while it built.
pub fn programs_in(messages: &str, package: &str) -> Vec<TestProgram> {
    let program = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        let folder = Path::new(message["manifest_path"].as_str()?).parent()?.to_owned();
        // `path+file:///…/crates/server#chasqui-server@0.1.0`
        let id = message["package_id"].as_str()?.rsplit('#').next()?;
        let is_wanted = id.split('@').next() == Some(package) && message["profile"]["test"] == true;
        let name = message["target"]["name"].as_str()?.to_owned();
        is_wanted.then_some(TestProgram { name, folder, path: message["executable"].as_str()?.into() })
    };
    messages.lines().filter_map(program).collect()
}

/// Runs test programs one after the other, all of them even when one fails.
pub fn run_programs(programs: &[TestProgram], about: &str, change: impl Fn(&mut Command)) -> Result<()> {
    let mut failed = Vec::new();
    for program in programs {
        let mut command = program.command();
        change(&mut command);
        if let Err(error) = process::shown(&format!("tests `{}`{about}", program.name), &mut command) {
            failed.push(format!("{error:#}"));
        }
    }
    if !failed.is_empty() {
        bail!("{}", failed.join("; "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_programs_are_found_among_what_cargo_says() {
        let line = |package: &str, name: &str, test: bool, program: Value| {
            let id = format!("path+file:///x/crates/{name}#{package}@0.1.0");
            serde_json::json!({ "reason": "compiler-artifact", "package_id": id, "profile": { "test": test },
                "manifest_path": "/x/crates/server/Cargo.toml", "target": { "name": name }, "executable": program })
            .to_string()
        };
        let messages = [
            line("chasqui-server", "it", true, "/x/target/it-1".into()),
            line("chasqui-server", "chasqui", false, "/x/target/chasqui".into()),
            line("chasqui-flow", "it", true, "/x/target/it-2".into()),
            line("chasqui-server", "chasqui_server", false, Value::Null),
            "not JSON".to_owned(),
        ];
        let it = TestProgram {
            name: "it".to_owned(),
            folder: "/x/crates/server".into(),
            path: "/x/target/it-1".into(),
        };
        assert_eq!(programs_in(&messages.join("\n"), "chasqui-server"), [it]);
    }

    #[test]
    fn every_program_runs_and_one_that_fails_is_told() {
        let folder = std::env::temp_dir();
        let program =
            |path: &str| TestProgram { name: path.to_owned(), folder: folder.clone(), path: path.into() };
        run_programs(&[program("true"), program("true")], "", |_| {}).unwrap();
        let error =
            run_programs(&[program("false"), program("true"), program("false")], "", |_| {}).unwrap_err();
        assert_eq!(error.to_string().matches("failed").count(), 2, "{error}");
    }
}
