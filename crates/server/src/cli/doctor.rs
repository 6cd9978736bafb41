//! `chasqui doctor`: checks an installation. A server on SQLite is to be stopped, or its store
//! cannot be looked into.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Result, bail};
use chasqui_model::Clock;
use chasqui_runtime::code::{Codebox, Options};
use chasqui_store::Location;

use super::start;
use crate::config::{self, File, Serve, ServeOptions};

struct Report {
    failed: usize,
}

impl Report {
    fn line(&mut self, what: &str, outcome: Result<String>) -> Result<()> {
        match outcome {
            Ok(found) => super::print(&format!("ok    {what}: {found}")),
            Err(error) => {
                self.failed += 1;
                super::print(&format!("FAIL  {what}: {error:#}"))
            }
        }
    }
}

pub(super) async fn run(options: ServeOptions, file: File) -> Result<()> {
    let serve = options.resolve(file)?;
    let mut report = Report { failed: 0 };
    report.line("data directory", data_dir(&serve.data_dir))?;
    report.line("key file", key_file(&serve))?;
    report.line("store", store(&serve).await)?;
    report.line("public address", public_url(serve.public_url.as_deref()))?;
    report.line("Graph API", graph(&serve.graph_url).await)?;
    report.line("custom code", code(serve.code).await)?;
    if report.failed > 0 {
        bail!("{} of 6 checks failed", report.failed);
    }
    Ok(())
}

fn data_dir(path: &Path) -> Result<String> {
    if !path.is_dir() {
        bail!(
            "{} is not there: name it with --data-dir, or make it with `chasqui bootstrap`",
            path.display()
        );
    }
    // Tried, not asked: permissions are not the only reason why it may not work.
    tempfile::tempfile_in(path)?;
    Ok(format!("{} can be written", path.display()))
}

fn key_file(serve: &Serve) -> Result<String> {
    if serve.master_key.is_some() {
        return Ok("given by the operator".to_owned());
    }
    let path = serve.data_dir.join(config::KEY_FILE);
    let Ok(metadata) = std::fs::metadata(&path) else { bail!("{} is not there", path.display()) };
    if metadata.permissions().mode() & 0o077 != 0 {
        bail!("others can read {}: run `chmod 600` on it", path.display());
    }
    Ok(format!("{} can be read by its owner only", path.display()))
}

async fn store(serve: &Serve) -> Result<String> {
    if let Location::Sqlite(path) = &serve.store
        && !path.exists()
    {
        bail!("there is none in {}", serve.data_dir.display());
    }
    let vault = config::vault(&serve.data_dir, serve.master_key.as_ref())?;
    let (store, _feed) = start::open(&serve.store, vault, &Clock::system()).await?;
    // Opens every secret, so that a wrong key is noticed here.
    let numbers = store.all_integrations().await?;
    if !store.has_accounts().await? {
        bail!("there is no account yet: run `chasqui bootstrap`");
    }
    Ok(format!("readable, {} integrations, all secrets open", numbers.len()))
}

fn public_url(url: Option<&str>) -> Result<String> {
    match url {
        Some(url) if url.starts_with("https://") => Ok(url.to_owned()),
        Some(url) => bail!("{url} is not https; Meta delivers to https only"),
        None => bail!("none is set; Meta needs one: name it with --public-url https://…"),
    }
}

/// Starts a child and tells which walls stand around it.
async fn code(options: Options) -> Result<String> {
    let walls = Codebox::new(options).walls().await.map_err(anyhow::Error::msg)?;
    Ok(format!("runs behind {walls}"))
}

async fn graph(url: &str) -> Result<String> {
    let remote = super::remote::Remote::new(url, None)?;
    let status = remote.reach("/").await?;
    Ok(format!("{url} answers (HTTP {status})"))
}
