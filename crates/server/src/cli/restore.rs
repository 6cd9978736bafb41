//! `chasqui restore`: a backup into an empty installation, on either engine.

use std::fs::File as DiskFile;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chasqui_model::Clock;
use chasqui_store::transfer;
use clap::Args;

use super::backup::Where;
use super::{carry, start};
use crate::config::{File, KEY_FILE, MEDIA};

#[derive(Args, Debug)]
pub(super) struct Options {
    /// The file that `chasqui backup` wrote; `-` is the standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    at: Where,
}

pub(super) async fn run(options: Options, file: File) -> Result<()> {
    let serve = options.at.resolve(file)?;
    let from: Box<dyn Read + Send> = if options.file == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        // Read to its end before anything is touched. What comes through a pipe is judged when it has come.
        let regular = std::fs::metadata(&options.file).is_ok_and(|it| it.is_file());
        if regular {
            transfer::check(open(&options.file)?).await.context("nothing was restored")?;
        }
        open(&options.file)?
    };
    start::make_data_dir(&serve.data_dir)?;
    let media = serve.data_dir.join(MEDIA);
    let mut bar = carry::Bar::new();
    let now = Clock::system().now();
    let restored = transfer::restore(from, &serve.store, &media, now, &mut |it| bar.show(it)).await;
    bar.end();
    let report = restored.context("the backup was not restored")?;
    super::print(&carry::table(&report.tables))?;
    super::print(&format!(
        "restored: counts and checksums of all tables are those of the backup; {} files of media.",
        report.files
    ))?;
    let key = serve.data_dir.join(KEY_FILE);
    if key.exists() || serve.master_key.is_some() {
        return super::print(
            "Check with `chasqui doctor` that the key opens the secrets, and start the server.",
        );
    }
    super::print(&format!(
        "The key is not in a backup. Before you start the server, put the old installation's {KEY_FILE} to {}, or set\n\
         CHASQUI_MASTER_KEY: without it a new key is made that opens none of the secrets.",
        key.display()
    ))
}

fn open(path: &Path) -> Result<Box<dyn Read + Send>> {
    match DiskFile::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => bail!("cannot read {}: {error}", path.display()),
    }
}
