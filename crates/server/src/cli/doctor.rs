//! `chasqui doctor`: checks an installation. A server on SQLite is to be stopped, or its store
//! cannot be looked into.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use chasqui_model::part::PARTS;
use chasqui_model::{Clock, Timestamp};
use chasqui_runtime::code::Codebox;
use chasqui_store::engine::{Description, Kind, Standby};
use chasqui_store::lease::LEASE;
use chasqui_store::{Location, Store};
use serde_json::json;

use super::start;
use crate::config::{self, File, Serve, ServeOptions};

/// How far the clocks of two machines may be apart.
const APART: Duration = Duration::from_secs(2);

/// Every page of a larger database is not read for a look at its sizes.
const LARGEST: u64 = 8 << 30;
/// How long a write may take. A server gives up sooner.
const SLOWEST: Duration = Duration::from_secs(10);

/// How many tables and indexes are named.
const NAMED: usize = 5;

/// What is checked.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    serve: ServeOptions,
    /// Print the size of every table and index as JSON, and check nothing
    #[arg(long)]
    sizes: bool,
}

struct Report {
    checks: usize,
    failed: usize,
}

impl Report {
    fn line(&mut self, what: &str, outcome: Result<String>) -> Result<()> {
        self.checks += 1;
        match outcome {
            Ok(found) => super::print(&format!("ok    {what}: {found}")),
            Err(error) => {
                self.failed += 1;
                super::print(&format!("FAIL  {what}: {error:#}"))
            }
        }
    }
}

pub(super) async fn run(options: Options, file: File) -> Result<()> {
    let serve = options.serve.resolve(file)?;
    if options.sizes {
        return all_sizes(&serve).await;
    }
    let mut report = Report { checks: 0, failed: 0 };
    report.line("data directory", data_dir(&serve.data_dir))?;
    report.line("key file", key_file(&serve))?;
    match store(&serve).await {
        Ok(opened) => {
            report.line("store", secrets(&opened).await)?;
            report.line("writes", writes(&opened).await)?;
            let engine = opened.hot().describe().await?;
            report.line("durability", durability(&engine))?;
            if engine.kind == Kind::Postgres {
                report.line("standbys", standbys(&engine))?;
                report.line("workers", workers(&opened, engine.now).await)?;
                report.line("clock", clock(engine.now, Clock::system().now()))?;
            }
            report.line("sizes", sizes(&serve, &opened).await)?;
            start::close(&opened).await;
        }
        Err(error) => report.line("store", Err(error))?,
    }
    report.line("public address", public_url(serve.public_url.as_deref()))?;
    report.line("Graph API", graph(&serve.graph_url).await)?;
    report.line("custom code", code(serve.code).await)?;
    if report.failed > 0 {
        bail!("{} of {} checks failed", report.failed, report.checks);
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
    if let [first, rest @ ..] = &*start::open_to_others(path)? {
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        bail!("others can read {}{more}: run `chmod -R go= {}`", first.display(), path.display());
    }
    Ok(format!("{} can be written, by its owner only", path.display()))
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

async fn store(serve: &Serve) -> Result<Store> {
    if let Location::Sqlite(path) = &serve.store
        && !start::was_there(path)
    {
        bail!("there is none in {}", serve.data_dir.display());
    }
    let vault = config::vault(&serve.data_dir, serve.master_key.as_ref(), serve.store.is_missing())?;
    Ok(start::open(&serve.store, vault, &Clock::system()).await?.0)
}

async fn secrets(store: &Store) -> Result<String> {
    // Opens every secret, so that a wrong key is noticed here.
    let numbers = store.all_integrations().await?;
    for it in &numbers {
        if !it.damaged.is_empty() {
            let fields: Vec<_> = it.damaged.iter().map(|damaged| damaged.pointer()).collect();
            bail!(
                "of the integration {} cannot be read: {}. When all integrations are like this, the key is the wrong one. \
                 Otherwise start the server and enter it again",
                it.id,
                fields.join(", ")
            );
        }
    }
    if !store.has_accounts().await? {
        bail!("there is no account yet: run `chasqui bootstrap`");
    }
    Ok(format!("readable, {} integrations, all secrets open", numbers.len()))
}

/// Where the bytes are: the largest tables and indexes.
async fn sizes(serve: &Serve, store: &Store) -> Result<String> {
    if let Location::Sqlite(path) = &serve.store
        && std::fs::metadata(path)?.len() > LARGEST
    {
        return Ok("not looked at, because the database is larger than 8 GiB".to_owned());
    }
    let sizes = store.hot().sizes().await?;
    let all = sizes.iter().map(|it| it.bytes).sum();
    let largest: Vec<_> =
        sizes.iter().take(NAMED).map(|it| format!("{} {}", it.name, in_units(it.bytes))).collect();
    Ok(format!("{} in all; largest: {}", in_units(all), largest.join(", ")))
}

fn in_units(bytes: i64) -> String {
    const KIB: i64 = 1024;
    const MIB: i64 = 1024 * KIB;
    if bytes < 10 * MIB { format!("{} KiB", bytes / KIB) } else { format!("{} MiB", bytes / MIB) }
}

async fn all_sizes(serve: &Serve) -> Result<()> {
    let opened = store(serve).await?;
    let sizes = opened.hot().sizes().await?;
    start::close(&opened).await;
    let rows: Vec<_> =
        sizes.iter().map(|it| json!({ "name": it.name, "bytes": it.bytes, "rows": it.rows })).collect();
    super::print(&serde_json::to_string(&rows)?)
}

/// Goes all the way to the disk, or to the server.
async fn writes(store: &Store) -> Result<String> {
    let begun = Instant::now();
    match tokio::time::timeout(SLOWEST, store.hot().touch()).await {
        Ok(written) => written?,
        Err(_) => bail!(
            "the database has not answered for {} s: look at its disk. While a server runs, it answers deliveries with 503 \
             and /readyz is red",
            SLOWEST.as_secs()
        ),
    }
    Ok(format!("answered after {} ms", begun.elapsed().as_millis()))
}

fn durability(engine: &Description) -> Result<String> {
    let settings: Vec<String> = engine
        .settings
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    let name = match engine.kind {
        Kind::Sqlite => "SQLite",
        Kind::Postgres => "PostgreSQL",
    };
    let found = format!("{name} {}, {}", engine.version, settings.join(", "));
    if !engine.durable {
        bail!("{found}: a crash can lose messages that were confirmed to Meta");
    }
    Ok(found)
}

fn standbys(engine: &Description) -> Result<String> {
    let waited = |it: &&Standby| matches!(it.sync.as_deref(), Some("sync" | "quorum"));
    let all = &engine.standbys;
    let names: Vec<&str> = all.iter().map(|it| it.name.as_str()).collect();
    let hidden = all.iter().any(|it| it.sync.is_none());
    if engine.synchronous && !hidden && !all.iter().any(|it| waited(&it)) {
        bail!(
            "confirmations wait for a standby and none is there: nothing is taken until one is back, or \
             synchronous_standby_names is emptied"
        );
    }
    if all.is_empty() {
        return Ok("none follows: what the database's machine holds is lost with it".to_owned());
    }
    let names = names.join(", ");
    if hidden {
        return Ok(format!("{names} follow; more can be seen after GRANT pg_monitor TO this user"));
    }
    let waited: Vec<&str> = all.iter().filter(waited).map(|it| it.name.as_str()).collect();
    if waited.is_empty() {
        return Ok(format!(
            "{names} follow, and no confirmation waits for them: the latest messages are lost with the primary"
        ));
    }
    Ok(format!("{names} follow, confirmations wait for {}", waited.join(", ")))
}

async fn workers(store: &Store, now: Timestamp) -> Result<String> {
    let all = store.hot().workers().await?;
    let alive: Vec<_> = all.iter().filter(|it| now.since(it.seen_at) < LEASE).collect();
    if alive.is_empty() {
        return Ok("no server works on this store".to_owned());
    }
    let (held, of) = (alive.iter().map(|it| it.parts).sum::<i64>(), i64::from(PARTS));
    let names: Vec<String> = alive.iter().map(|it| format!("{} ({})", it.name, it.parts)).collect();
    let names = names.join(", ");
    if !alive.iter().any(|it| it.works) {
        bail!(
            "{names} serve webhooks, and nobody runs the bots: start a process with --role worker or --role all"
        );
    }
    if held < of {
        bail!(
            "{held} of {of} parts have a worker: {names}. Should this be so in ten seconds too, look at their logs"
        );
    }
    Ok(format!("{held} of {of} parts have a worker: {names}"))
}

/// Timers are set by our clock and seen by other processes.
fn clock(theirs: Timestamp, ours: Timestamp) -> Result<String> {
    let apart = theirs.since(ours).max(ours.since(theirs));
    if apart > APART {
        bail!("this machine's and the database's are {} s apart: let both follow NTP", apart.as_secs());
    }
    Ok(format!("{} ms from the database's", apart.as_millis()))
}

fn public_url(url: Option<&str>) -> Result<String> {
    match url {
        Some(url) if url.starts_with("https://") => Ok(url.to_owned()),
        Some(url) => bail!("{url} is not https; Meta delivers to https only"),
        None => bail!("none is set; Meta needs one: name it with --public-url https://…"),
    }
}

/// Starts a child and tells which walls stand around it.
async fn code(options: chasqui_runtime::code::Options) -> Result<String> {
    let walls = Codebox::new(options).walls().await.map_err(anyhow::Error::msg)?;
    Ok(format!("runs behind {walls}"))
}

async fn graph(url: &str) -> Result<String> {
    let remote = super::remote::Remote::new(url, None)?;
    let status = remote.reach("/").await?;
    Ok(format!("{url} answers (HTTP {status})"))
}
