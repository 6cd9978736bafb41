//! `cargo xtask …`: everything a person or a CI job does with this repository, as plain commands that install what is
//! missing and say what they do. It knows how to call cargo, npm and apt-get, and nothing about bots.

use std::env;
use std::process::ExitCode;

use anyhow::Result;

use crate::repository::Repository;

mod architecture;
mod attacks;
mod bench;
mod browser;
mod cargo;
mod chaos;
mod check;
mod coverage;
mod demo;
mod files;
mod generated;
mod inside;
mod kill_points;
mod metadata;
mod modules;
mod packages;
mod postgres;
mod process;
mod promises;
mod python;
mod pywa;
mod release;
mod repository;
mod schemathesis;
mod soak;
mod stamp;
mod steps;
mod test;
mod unused;
mod web;

const HELP: &str = "\
usage: cargo xtask <command>

  demo [options]  build, then start the server, the simulator and a bot to chat with;
                  the options go to `chasqui demo` (--listen, --data-dir)
  test [filter]   every test: web, Rust, architecture, browser, the API against its description
                  (schemathesis), the simulator against a library of others (pywa), a short run of attacks,
                  a short chaos run. A filter is web, rust, architecture, browser, schemathesis, pywa,
                  attacks, chaos, or part of the name of a Rust test
  build           the release binary with the web UI inside: target/release/chasqui
  check           format, lints, docs, licences, dependencies, generated files
  docs            write the generated files
  chaos [options] kill the server wherever it hurts, under load, and judge what it did
                  (--kills, --messages, --seed); `chaos days`: bad days instead of kills (--only);
                  `chaos --store postgres`: workers and webs that share a PostgreSQL (--only, --faults)
  attacks [options]
                  named attacks on the release build, over real sockets; the last line is
                  `N held, M failed` (--short: the quick ones on the development build; a word:
                  those with it in their name or class)
  postgres <program …>
                  run a program beside a fresh PostgreSQL; CHASQUI_TEST_POSTGRES_URL says where it is
  bench [options] measure the release build; without options the figures are written into
                  docs/benchmarks.md and .json (--only SCENARIO,…, --runs, --seconds);
                  `bench micro [filter]`: signature, parse, step and template one by one
  soak [options]  weeks of conversations in minutes; memory and disk must reach a plateau. Without options
                  the figures are written into docs/operations/soak.md (--messages, --rate, --days)

What is missing (Debian packages, npm packages) is installed on the way.
";

/// The command line was not understood.
const WRONG_USAGE: u8 = 2;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("", &[][..]),
    };
    match run(command, rest) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, rest: &[String]) -> Result<ExitCode> {
    let repository = Repository::open()?;
    match (command, rest) {
        ("demo", options) => demo::run(&repository, options),
        ("test", []) => Ok(test::run(&repository, &test::Selection::All)),
        ("test", [filter]) => Ok(test::run(&repository, &test::Selection::parse(filter))),
        ("build", []) => release::build(&repository),
        ("check", []) => Ok(check::run(&repository)),
        ("docs", []) => generated::write(&repository).map(|()| ExitCode::SUCCESS),
        ("postgres", [program, arguments @ ..]) => postgres::with(&repository, program, arguments),
        ("help" | "--help" | "-h", _) => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        ("chaos", options) => chaos::run(&repository, options),
        ("attacks", options) => attacks::run(&repository, options),
        ("bench", options) => bench::run(&repository, options),
        ("soak", options) => soak::run(&repository, options),
        _ => {
            eprint!("{HELP}");
            Ok(ExitCode::from(WRONG_USAGE))
        }
    }
}
