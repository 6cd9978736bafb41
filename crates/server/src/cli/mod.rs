//! The commands. Exit status: 0 done, 1 failed with a message that says what to do, 2 wrong usage.

mod backup;
pub(crate) mod bootstrap;
mod bot;
mod carry;
mod demo;
mod doctor;
mod junit;
mod migrate_store;
mod remote;
mod restore;
mod rotate_key;
mod serve;
mod simulator;
pub mod start;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use crate::config::File;

/// Open, self-hosted WhatsApp bots.
#[derive(Debug, Parser)]
#[command(name = "chasqui", version, about, max_term_width = 100)]
struct Cli {
    /// A file with options; flags and `CHASQUI_*` variables come before it
    #[arg(long, env = "CHASQUI_CONFIG", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try it: a server with a bot, a simulated WhatsApp and a phone in the browser
    Demo(demo::Options),
    /// Run the server
    Serve(Box<crate::config::ServeOptions>),
    /// Run the stand-in for Meta on its own
    Simulator(simulator::Options),
    /// Make the first account and its owner on an empty installation
    Bootstrap(bootstrap::Options),
    /// Bots as files
    #[command(subcommand)]
    Bot(bot::Command),
    /// Check an installation
    Doctor(Box<doctor::Options>),
    /// Write everything into a file, while the server works; the key file is not in it
    Backup(backup::Options),
    /// Fill an empty installation from a backup
    Restore(restore::Options),
    /// Move everything from one store into another, such as from SQLite to PostgreSQL
    MigrateStore(migrate_store::Options),
    /// Change the key that secrets are sealed with, while no server works
    RotateKey(Box<crate::config::ServeOptions>),
    /// Print the description of the HTTP API
    Openapi,
}

impl Command {
    /// Whether it writes files that hold what people said, or secrets.
    const fn keeps_secrets(&self) -> bool {
        match self {
            Self::Demo(_)
            | Self::Serve(_)
            | Self::Bootstrap(_)
            | Self::Doctor(_)
            | Self::Backup(_)
            | Self::Restore(_)
            | Self::MigrateStore(_)
            | Self::RotateKey(_) => true,
            Self::Simulator(_) | Self::Bot(_) | Self::Openapi => false,
        }
    }
}

/// Runs the command line.
pub fn main() -> ExitCode {
    // Usage errors end here, with status 2.
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chasqui: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    let file = File::read(cli.config.as_deref())?;
    if cli.command.keeps_secrets() {
        // Databases, their logs, media, backups: whatever is made from here on is readable by its owner only.
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start threads")?;
    let outcome = runtime.block_on(async {
        match cli.command {
            Command::Demo(options) => demo::run(options, file).await,
            Command::Serve(options) => serve::run(*options, file).await,
            Command::Simulator(options) => simulator::run(options, &file).await,
            Command::Bootstrap(options) => bootstrap::run(options, file).await,
            Command::Bot(command) => bot::run(command, file).await,
            Command::Doctor(options) => doctor::run(*options, file).await,
            Command::Backup(options) => backup::run(options, file).await,
            Command::Restore(options) => restore::run(options, file).await,
            Command::MigrateStore(options) => migrate_store::run(options, file).await,
            Command::RotateKey(options) => rotate_key::run(*options, file).await,
            Command::Openapi => print(&serde_json::to_string_pretty(&crate::http::description())?),
        }
    });
    // What hangs now would only delay the end.
    runtime.shutdown_timeout(std::time::Duration::from_millis(500));
    crate::log::finish(std::time::Duration::from_secs(1));
    outcome
}

/// Prints a line. A reader that went away (`| head`) is no failure.
fn print(text: &str) -> Result<()> {
    use std::io::{ErrorKind, Write};
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot print"),
        _ => Ok(()),
    }
}
