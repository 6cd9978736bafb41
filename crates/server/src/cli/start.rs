//! Puts a server together, and takes it apart again without losing anything.

use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use chasqui_model::Clock;
use chasqui_model::quota::Limits;
use chasqui_model::secret::Secret;
use chasqui_runtime::{Config, Role, Runtime};
use chasqui_store::{Feed, Location, Store, Vault};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::app::{App, Site};
use crate::http;
use crate::measure;
use crate::setup_code::SetupCode;

/// How long the runtime may take to finish the turns in hand. With the requests' time it stays below 10 seconds.
const FINISH: Duration = Duration::from_secs(4);
/// How long the database may take to put its log in order at the end.
const CLOSE: Duration = Duration::from_secs(1);
const TIDY_EVERY: Duration = Duration::from_secs(5);
const FORGET_EVERY: u32 = 720;

/// What a server needs.
#[derive(Debug)]
pub struct Options {
    /// Where it listens already.
    pub listener: TcpListener,
    /// Folder with the media.
    pub data_dir: PathBuf,
    /// Where the store is.
    pub store: Location,
    /// Opens secrets.
    pub vault: Vault,
    /// The time, and new ids.
    pub clock: Clock,
    /// What the server says about itself.
    pub site: Site,
    /// The Graph API.
    pub graph_url: String,
    /// What this process does on a store that others work on as well.
    pub role: Role,
    /// Whether bots may call private addresses.
    pub allow_private_networks: bool,
    /// How custom code is run.
    pub code: chasqui_runtime::code::Options,
    /// Who sends mail; `None`: nobody.
    pub mail: Option<chasqui_runtime::mail::Server>,
    /// The bucket that keeps files; `None`: the folder does.
    pub media_url: Option<Secret>,
    /// The limits of accounts for which the operator set no others.
    pub quotas: Limits,
    /// Limits of the accept loop.
    pub limits: http::Limits,
}

/// A running server.
pub struct Server {
    /// What its handlers have at hand.
    pub app: App,
    /// Where it listens.
    pub address: SocketAddr,
    serving: JoinHandle<()>,
    tidying: JoinHandle<()>,
}

impl Server {
    /// Starts a server: it answers when this returns.
    pub async fn start(options: Options) -> Result<Self> {
        let address = options.listener.local_addr().context("cannot listen")?;
        let (store, feed) = open(&options.store, options.vault, &options.clock).await?;
        let config = Config {
            graph_url: options.graph_url,
            files_url: options.site.files_url.clone().unwrap_or(options.site.public_url.clone()),
            public_url: options.site.public_url.clone(),
            media_dir: options.data_dir.join(crate::config::MEDIA),
            allow_private_networks: options.allow_private_networks,
            role: options.role,
            code: options.code,
            mail: options.mail,
            media_url: options.media_url,
            quotas: options.quotas.clone(),
            ..Config::default()
        };
        measure::tidy();
        let runtime = Runtime::start(store.clone(), feed, options.clock.clone(), config).await?;
        let setup = SetupCode::offer(&store, &options.data_dir).await?;
        let said = (options.site, options.quotas);
        let app = App::new(store, runtime, options.clock, said, setup, &options.limits);
        let router = match options.role {
            Role::All | Role::Web => http::router(app.clone()),
            Role::Worker => http::for_operators(app.clone()),
        };
        let serving = tokio::spawn(http::serve(options.listener, router, app.stop.clone(), options.limits));
        let tidying = tokio::spawn(tidy(app.clone()));
        Ok(Self { app, address, serving, tidying })
    }

    /// Finishes the requests and turns in hand, then ends.
    pub async fn stop(self) {
        self.app.stop.cancel();
        let _ = self.serving.await;
        self.app.runtime.shutdown(FINISH).await;
        self.tidying.abort();
        close(&self.app.store).await;
    }
}

/// Listens, or says what to do.
pub async fn listen(address: SocketAddr) -> Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.with_context(|| format!("cannot listen on {address}: choose another address with --listen"))
}

/// Opens a store, and makes it when it is missing.
pub async fn open(location: &Location, vault: Vault, clock: &Clock) -> Result<(Store, Feed)> {
    let opened = Store::connect(location, vault, clock).await;
    opened.with_context(|| match location {
        Location::Sqlite(path) => format!("cannot open the store {}", path.display()),
        Location::Postgres { .. } => "cannot open the store".to_owned(),
    })
}

/// Whether there is a database, or was one: then opening says what is missing, and makes none.
pub(super) fn was_there(database: &Path) -> bool {
    database.exists() || database.with_extension("generation").exists()
}

/// Leaves a store whole. One that does not answer is left as it is: the next start takes it up.
pub async fn close(store: &Store) {
    if tokio::time::timeout(CLOSE, store.hot().close()).await.is_err() {
        tracing::warn!("the database did not answer at the end; its log stays beside it");
    }
}

/// Makes a data directory that only its owner can read, and takes others' rights to one that is there already.
pub fn make_data_dir(data_dir: &Path) -> Result<()> {
    let failed = || format!("cannot make the data directory {}", data_dir.display());
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data_dir).with_context(failed)?;
    for path in open_to_others(data_dir).with_context(failed)? {
        let mode = if path.is_dir() { 0o700 } else { 0o600 };
        if let Err(error) = std::fs::set_permissions(&path, Permissions::from_mode(mode)) {
            // It belongs to somebody else: `doctor` tells, and the server goes on.
            tracing::warn!(path = %path.display(), %error, "others can read this, and it cannot be changed");
        }
    }
    Ok(())
}

/// The data directory and what stands in it, where others than its owner have rights to it. What lies deeper is shut by the
/// folder above.
pub(super) fn open_to_others(data_dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut all = vec![data_dir.to_owned()];
    for entry in std::fs::read_dir(data_dir)? {
        let entry = entry?;
        if !entry.file_type()?.is_symlink() {
            all.push(entry.path());
        }
    }
    let open = |path: &PathBuf| {
        let found = std::fs::symlink_metadata(path);
        found.is_ok_and(|it| it.permissions().mode() & 0o077 != 0)
    };
    all.retain(open);
    Ok(all)
}

/// Forgets what has had its time.
async fn tidy(app: App) {
    let mut every = tokio::time::interval(TIDY_EVERY);
    let mut round = 0;
    loop {
        every.tick().await;
        measure::tidy();
        if round % FORGET_EVERY == 0
            && let Err(error) = http::forget(&app).await
        {
            tracing::warn!(%error, "old sessions could not be forgotten");
        }
        round += 1;
    }
}
