//! `chasqui rotate-key`: a fresh key, every secret sealed with it, the old key forgotten. It may die on any line: until
//! everything is sealed anew both keys stand in the key file, a server starts with both, and the next run goes on.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chasqui_model::Clock;
use chasqui_store::lease::LEASE;
use chasqui_store::{Location, Store, Vault};

use super::start;
use crate::config::{self, File, Keys, Serve, ServeOptions};

/// Where the keys come from.
enum Source {
    /// A file of ours.
    Kept(PathBuf),
    /// The operator, who alone can change them.
    Given,
}

pub(super) async fn run(options: ServeOptions, file: File) -> Result<()> {
    let serve = options.resolve(file)?;
    let (source, keys) = keys(&serve)?;
    if let Location::Sqlite(path) = &serve.store
        && !start::was_there(path)
    {
        bail!("there is no store in {}: name its folder with --data-dir", serve.data_dir.display());
    }
    // Opened first: on SQLite this fails while a server works, before a key is made.
    let (store, _feed) = start::open(&serve.store, Vault::new(&keys), &Clock::system()).await?;
    nobody_works(&store).await?;
    let keys = match &source {
        Source::Kept(path) if keys.len() == 1 => {
            let keys = config::with_fresh(&keys)?;
            config::replace_keys(path, &keys)?;
            keys
        }
        Source::Given if keys.len() == 1 => bail!(
            "the key is given by CHASQUI_MASTER_KEY, and only you can change that: put a new one in front of it, as in\n  \
             CHASQUI_MASTER_KEY=\"{}:$(openssl rand -base64 32),{}:OLD\"\nand run this again",
            config::with_fresh(&keys)?[0].0,
            keys[0].0
        ),
        _ => {
            super::print("a change of the key that was interrupted goes on")?;
            keys
        }
    };
    let rows = reseal(&store.with_vault(Vault::new(&keys))).await?;
    // Who has started meanwhile may have sealed with what it found in its key file.
    nobody_works(&store).await?;
    start::close(&store).await;
    let newest = keys[0].0;
    match source {
        Source::Kept(path) => {
            config::replace_keys(&path, &vec![keys[0]])?;
            told(rows, newest, &path)
        }
        Source::Given => super::print(&format!(
            "sealed anew: {rows} rows, with key {newest}. Leave only the first key in CHASQUI_MASTER_KEY, everywhere, and\n\
             start the server. Backups made before need the old key."
        )),
    }
}

fn told(rows: usize, newest: u8, path: &Path) -> Result<()> {
    super::print(&format!(
        "sealed anew: {rows} rows, with key {newest}, which alone stands in {} now.\n\
         Keep a copy of that file in another place, and bring it to every machine of this installation before its server\n\
         starts. Backups made before need the old key: keep your copy of it for as long as you keep them.",
        path.display()
    ))
}

fn keys(serve: &Serve) -> Result<(Source, Keys)> {
    if let Some(given) = &serve.master_key {
        return Ok((Source::Given, config::given_keys(given)?));
    }
    let path = serve.data_dir.join(config::KEY_FILE);
    let keys = config::kept_keys(&path)?;
    let keys =
        keys.with_context(|| format!("{} is not there: name its folder with --data-dir", path.display()))?;
    Ok((Source::Kept(path), keys))
}

/// Refuses while a server works: it has the old key only, and could neither open what is sealed anew nor seal with it. On
/// SQLite nobody else can have the store open.
async fn nobody_works(store: &Store) -> Result<()> {
    let hot = store.hot();
    let (workers, now) = (hot.workers().await?, hot.describe().await?.now);
    let names: Vec<String> =
        workers.into_iter().filter(|it| now.since(it.seen_at) < LEASE).map(|it| it.name).collect();
    if names.is_empty() {
        return Ok(());
    }
    bail!(
        "servers work on this store: {}. Stop all of them first (one that was killed is forgotten after {} seconds). \
         Both keys stay until then",
        names.join(", "),
        LEASE.as_secs()
    )
}

async fn reseal(store: &Store) -> Result<usize> {
    let mut rows = 0;
    loop {
        let more = store.reseal().await.context(
            "not everything could be sealed anew, and both keys stay. Enter the secret named here again in the web UI, or \
             delete what it belongs to; then run this again",
        )?;
        if more == 0 {
            return Ok(rows);
        }
        rows += more;
    }
}
