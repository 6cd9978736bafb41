//! `chasqui backup`: one consistent state of an installation into a file, while the server works.

use std::fs::File as DiskFile;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chasqui_model::Clock;
use chasqui_store::transfer::{self, About, Report};
use clap::Args;

use super::carry::Bar;
use crate::config::{File, KEY_FILE, MEDIA, Serve, ServeOptions};

#[derive(Args, Debug)]
pub(super) struct Options {
    /// The file to write, which must not be there yet; `-` is the standard output
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    at: Where,
    /// Leave out the files that contacts sent and bots send
    #[arg(long)]
    without_media: bool,
}

/// Which installation.
#[derive(Args, Debug)]
pub(super) struct Where {
    /// Folder of the installation [default: chasqui-data]
    #[arg(long, env = "CHASQUI_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// PostgreSQL instead of SQLite
    #[arg(long, env = "CHASQUI_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Use a PostgreSQL that may lose confirmed messages in a crash; for tests only
    #[arg(long, env = "CHASQUI_ALLOW_UNSAFE_DATABASE", num_args = 0..=1, default_missing_value = "true")]
    allow_unsafe_database: Option<bool>,
}

impl Where {
    pub(super) fn resolve(self, file: File) -> Result<Serve> {
        let Self { data_dir, database_url, allow_unsafe_database } = self;
        let options =
            ServeOptions { data_dir, database_url, allow_unsafe_database, ..ServeOptions::default() };
        options.resolve(file)
    }
}

pub(super) async fn run(options: Options, file: File) -> Result<()> {
    let serve = options.at.resolve(file)?;
    let media = (!options.without_media).then(|| serve.data_dir.join(MEDIA));
    let report = if options.file == Path::new("-") {
        if std::io::stdout().is_terminal() {
            bail!("a backup is nothing to look at: name a file, or lead the standard output into a program");
        }
        write(&serve, media.as_deref(), &mut std::io::stdout()).await?
    } else {
        into_file(&serve, media.as_deref(), &options.file).await?
    };
    let media = match &media {
        Some(_) => format!("{} files of media", report.files),
        None => "no media, as asked: copy the folder media/ yourself".to_owned(),
    };
    eprintln!(
        "written: {} rows of {} tables, {media}.\n\
         Secrets in it are sealed, and the key is NOT in it: keep {KEY_FILE} (or CHASQUI_MASTER_KEY) as well, in another\n\
         place. Customers' messages stand in it in clear: keep it as carefully as the server.",
        report.rows(),
        report.tables.len(),
    );
    Ok(())
}

/// Under another name until it is whole and on the disk.
async fn into_file(serve: &Serve, media: Option<&Path>, path: &Path) -> Result<Report> {
    if path.exists() {
        bail!("{} is there already: name a new file", path.display());
    }
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = PathBuf::from(unfinished);
    let mut options = DiskFile::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let cannot = || format!("cannot write {}", unfinished.display());
    let mut out = options.open(&unfinished).with_context(cannot)?;
    let written = write(serve, media, &mut out).await;
    let whole = written.and_then(|report| {
        out.sync_all().and_then(|()| std::fs::rename(&unfinished, path)).with_context(cannot)?;
        Ok(report)
    });
    if whole.is_err() {
        drop(std::fs::remove_file(&unfinished));
    }
    whole
}

async fn write(serve: &Serve, media: Option<&Path>, out: &mut (dyn Write + Send)) -> Result<Report> {
    let mut bar = Bar::new();
    let about =
        About { chasqui: env!("CARGO_PKG_VERSION").to_owned(), made_at: Clock::system().now().to_string() };
    let report = transfer::backup(&serve.store, media, out, about, &mut |it| bar.show(it)).await;
    bar.end();
    report.context("no backup was made")
}
