//! `cargo xtask test`: all tests in the order in which they are cheapest to fail.

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::postgres::Cluster;
use crate::repository::Repository;
use crate::steps::Steps;
use crate::{
    architecture, attacks, browser, cargo, chaos, packages, postgres, process, pywa, schemathesis, web,
};

/// Which tests to run.
#[derive(Debug, PartialEq)]
pub enum Selection {
    /// Every one.
    All,
    /// Those of one part.
    Only(Part),
    /// Rust tests with this in their name.
    Matching(String),
}

/// A part of the tests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Part {
    /// Types, lints and unit tests of the web UI.
    Web,
    /// `cargo test`.
    Rust,
    /// Which crate depends on what.
    Architecture,
    /// The product in a browser.
    Browser,
    /// The API against its description.
    Schemathesis,
    /// The simulator, used by a library of others.
    Pywa,
    /// Named attacks on the binary.
    Attacks,
    /// The product, killed wherever it hurts.
    Chaos,
}

impl Selection {
    /// A part's name selects the part, anything else selects Rust tests by name.
    pub fn parse(filter: &str) -> Self {
        match filter {
            "web" => Self::Only(Part::Web),
            "rust" => Self::Only(Part::Rust),
            "architecture" => Self::Only(Part::Architecture),
            "browser" => Self::Only(Part::Browser),
            "schemathesis" => Self::Only(Part::Schemathesis),
            "pywa" => Self::Only(Part::Pywa),
            "attacks" => Self::Only(Part::Attacks),
            "chaos" => Self::Only(Part::Chaos),
            name => Self::Matching(name.to_owned()),
        }
    }

    fn has(&self, part: Part) -> bool {
        match self {
            Self::All => true,
            Self::Only(only) => *only == part,
            Self::Matching(_) => part == Part::Rust,
        }
    }

    fn filter(&self) -> Option<&str> {
        match self {
            Self::All | Self::Only(_) => None,
            Self::Matching(name) => Some(name),
        }
    }
}

/// Runs the selected tests. Fails when one of them did.
pub fn run(repository: &Repository, selection: &Selection) -> ExitCode {
    let mut steps = Steps::new(repository.in_ci);
    if selection.has(Part::Browser) {
        steps.run("browser packages", &[], packages::for_the_browser);
    }
    if selection.has(Part::Web) || selection.has(Part::Browser) {
        steps.run("web packages", &[], || web::prepare(repository));
        steps.run("web build", &["web packages"], || web::build(repository));
    }
    if selection.has(Part::Web) {
        let script = |name| move || web::script(repository, name);
        steps.run("web types", &["web packages"], script("typecheck"));
        steps.run("web lints", &["web packages"], script("lint"));
        steps.run("web unit tests", &["web packages"], script("test"));
        steps.run("first load under 250 kB", &["web build"], script("sizes"));
    }
    if matches!(selection, Selection::Only(Part::Schemathesis | Part::Pywa)) {
        steps.run("compile", &[], || cargo::build_server(repository));
    } else if selection.has(Part::Rust) || selection.has(Part::Browser) {
        steps.run("compile", &[], || cargo::build_for_tests(repository));
    }
    if selection.has(Part::Rust) {
        steps.run("python", &[], packages::for_code);
        let mut cluster = None;
        steps.run("postgresql", &[], || Cluster::start(repository).map(|it| cluster = Some(it)));
        // Without a server the tests of SQLite still run; what is missing is said by the step above.
        let url = cluster.as_ref().map(Cluster::url);
        steps.run("rust tests", &["compile"], || rust_tests(repository, selection.filter(), url.as_deref()));
        let filter = selection.filter();
        steps.run("rust tests on postgresql", &["compile", "postgresql"], || {
            product_on_postgres(repository, filter, url.as_deref())
        });
    }
    if selection.has(Part::Architecture) {
        steps.run("architecture", &[], || architecture::check(repository));
    }
    if selection.has(Part::Browser) {
        let needs = ["browser packages", "web build", "compile"];
        steps.run("browser", &needs, || browser::test(repository));
    }
    if selection.has(Part::Schemathesis) {
        steps.run("schemathesis packages", &[], || schemathesis::prepare(repository));
        let needs = ["schemathesis packages", "compile"];
        steps.run("schemathesis", &needs, || schemathesis::test(repository));
    }
    if selection.has(Part::Pywa) {
        steps.run("pywa packages", &[], || pywa::prepare(repository));
        steps.run("pywa", &["pywa packages", "compile"], || pywa::test(repository));
    }
    if selection.has(Part::Attacks) {
        steps.run("attacks, short", &[], || attacks::short(repository));
    }
    if selection.has(Part::Chaos) {
        steps.run("chaos, short", &[], || chaos::short(repository));
    }
    steps.finish()
}

/// Everything. The store's tests run on each engine that is there, the product's own on SQLite.
fn rust_tests(repository: &Repository, filter: Option<&str>, postgres: Option<&str>) -> Result<()> {
    let mut command = cargo::command(repository, &["test", "--workspace", "--no-fail-fast"]);
    command.args(filter).env("RUST_BACKTRACE", "0");
    if let Some(url) = postgres {
        command.env(postgres::URL, url);
    }
    process::shown("cargo test --workspace", &mut command)
}

/// The product's own tests once more: conversations and the API.
fn product_on_postgres(repository: &Repository, filter: Option<&str>, url: Option<&str>) -> Result<()> {
    let url = url.context("there is no server")?;
    let programs = cargo::test_programs(repository, "chasqui-server")?;
    cargo::run_programs(&programs, " of chasqui-server, on PostgreSQL", |command| {
        command.args(filter).env("RUST_BACKTRACE", "0");
        command.env(postgres::URL, url).env(postgres::ENGINE, "postgres");
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_selected_by_its_name_and_rust_tests_by_theirs() {
        assert_eq!(Selection::parse("browser"), Selection::Only(Part::Browser));
        let selection = Selection::parse("a_leased_job");
        assert!(selection.has(Part::Rust) && !selection.has(Part::Web));
        assert_eq!(selection.filter(), Some("a_leased_job"));
    }
}
