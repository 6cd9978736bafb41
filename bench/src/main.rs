//! Measures and torments the server from outside: a ledger that plays Meta and judges what it sees, a chaos run that
//! kills the server wherever it hurts, and load scenarios. It shares no code with what it judges.

mod chaos;
mod cluster;
mod days;
mod echo;
mod fleet;
mod histogram;
mod ledger;
mod load;
mod mark;
mod meta;
mod page;
mod product;
mod random;
mod soak;
mod wire;

use std::process::ExitCode;

use clap::Parser;
use tokio::task::LocalSet;

/// Measures and torments the server from outside
#[derive(Parser)]
enum Command {
    /// Kills the server again and again under load, and judges what it did
    Chaos(chaos::Options),
    /// Lives through one trouble after the other, and judges what the server did
    Days(days::Options),
    /// Lets several processes share a PostgreSQL and everything around them fail, and judges what they did
    Fleet(fleet::Options),
    /// Measures how fast it is
    Load(load::Options),
    /// Lives through weeks in minutes, and looks whether memory and disk reach a plateau
    Soak(soak::Options),
    /// Answers and repeats, in the server's place
    Echo(echo::Options),
}

fn main() -> ExitCode {
    let command = Command::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = runtime.map_err(Into::into).and_then(|runtime| {
        runtime.block_on(LocalSet::new().run_until(async {
            match command {
                Command::Chaos(options) => chaos::run(options).await,
                Command::Days(options) => days::run(options).await,
                Command::Fleet(options) => fleet::run(options).await,
                Command::Load(options) => load::run(options).await,
                Command::Soak(options) => soak::run(options).await,
                Command::Echo(options) => echo::run(options).await,
            }
        }))
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
