//! Puts a server together, and takes it apart again without losing anything.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use chasqui_model::Clock;
use chasqui_model::secret::Secret;
use chasqui_runtime::{Config, Role, Runtime};
use chasqui_store::{Feed, Location, Store, Vault};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::app::{App, Site};
use crate::http::{self, Limits};
use crate::measure;
use crate::setup_code::SetupCode;

/// How long the runtime may take to finish the turns in hand. With the requests' time it stays below 10 seconds.
const FINISH: Duration = Duration::from_secs(4);
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
    /// Limits of the accept loop.
    pub limits: Limits,
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
            public_url: options.site.public_url.clone(),
            media_dir: options.data_dir.join(crate::config::MEDIA),
            allow_private_networks: options.allow_private_networks,
            role: options.role,
            code: options.code,
            mail: options.mail,
            media_url: options.media_url,
            ..Config::default()
        };
        measure::tidy();
        let runtime = Runtime::start(store.clone(), feed, options.clock.clone(), config).await?;
        let setup = SetupCode::offer(&store, &options.data_dir).await?;
        let app = App::new(store, runtime, options.clock, options.site, setup);
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

/// Makes a data directory that only its owner can read.
pub fn make_data_dir(data_dir: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data_dir).with_context(|| format!("cannot make the data directory {}", data_dir.display()))
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
