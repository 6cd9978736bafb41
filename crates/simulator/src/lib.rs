//! The stand-in for Meta: the Graph API that a business calls, signed webhooks to its callback, phones for its contacts,
//! and everything that goes wrong in real life, on demand. Real HTTP in both directions. [`harness`] drives it in tests.
//! Never part of production.

mod accept;
mod clock;
mod control;
mod deliver;
mod graph;
pub mod harness;
mod host;
mod meta;
mod page;
mod shop;
mod surrogate;
mod world;

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use chasqui_model::Clock;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use control::Problem;
pub use control::inbound::{InboundSpec, Options as InboundOptions};
pub use control::renumber::Form as NumberChange;
pub use world::Limits;
pub use world::business::{BusinessSpec, NumberSpec, TemplateSpec, TokenSpec};
pub use world::chat::{Direction, ItemStatus};
pub use world::fault::{FaultKind, FaultSpec, Moment};
pub use world::log::{Kind as LogKind, Level as LogLevel, LogItem};
pub use world::phone::{Phone, PhoneSpec};
pub use world::registration::RegistrationSpec;
pub use world::settings::{Answer, Settings, Statuses};
pub use world::thread::{Role, RoutingSpec};

use host::Names;
use meta::Meta;

/// How a simulator is started.
#[derive(Debug)]
pub struct Config {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Its clock. Time that is skipped comes on top.
    pub clock: Clock,
    /// How much it keeps.
    pub limits: Limits,
    /// How others reach it, when not at the address it listens on. Addresses of files start with it.
    pub public_url: Option<String>,
    /// Further names that it answers to.
    pub hosts: Vec<String>,
    /// A directory with another phone page.
    pub assets: Option<PathBuf>,
}

impl Default for Config {
    /// A free port of this machine, and its clock.
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            clock: Clock::system(),
            limits: Limits::default(),
            public_url: None,
            hosts: Vec::new(),
            assets: None,
        }
    }
}

/// A running simulator. Dropped, it stops.
pub struct Simulator {
    meta: Arc<Meta>,
    addr: SocketAddr,
    assets: Option<PathBuf>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Simulator {
    /// Listens and serves.
    pub async fn start(config: Config) -> io::Result<Self> {
        let listener = TcpListener::bind(config.listen).await?;
        let addr = listener.local_addr()?;
        let base = config.public_url.unwrap_or_else(|| format!("http://{}", reachable(addr)));
        let base = base.trim_end_matches('/').to_owned();
        let meta = Meta::new(config.clock, config.limits, base.clone()).map_err(io::Error::other)?;
        let meta = Arc::new(meta);
        let (stop, stopped) = watch::channel(false);
        let names = Arc::new(Names::new(addr, &base, &config.hosts));
        let router = routes(&meta, config.assets.clone()).layer(from_fn_with_state(names, host::check));
        let serving = tokio::spawn(accept::serve(listener, router, stopped));
        Ok(Self { meta, addr, assets: config.assets, stop, serving })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The base URL: give it to [`chasqui_whatsapp::Client::new`].
    pub fn url(&self) -> &str {
        &self.meta.base
    }

    /// All its routes, to be served elsewhere too, under whatever name. Faults that break connections then answer 200 with nothing.
    pub fn router(&self) -> Router {
        routes(&self.meta, self.assets.clone())
    }

    /// Stops serving and delivering.
    pub async fn stop(mut self) {
        self.end();
        drop((&mut self.serving).await);
    }

    fn end(&self) {
        self.meta.reset(true);
        self.stop.send_replace(true);
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.end();
    }
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulator").field("addr", &self.addr).finish_non_exhaustive()
    }
}

fn routes(meta: &Arc<Meta>, assets: Option<PathBuf>) -> Router {
    control::router().merge(page::router(assets)).merge(graph::router()).with_state(Arc::clone(meta))
}

/// An address that listens everywhere is reached on this machine.
fn reachable(addr: SocketAddr) -> SocketAddr {
    if addr.ip().is_unspecified() {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), addr.port())
    } else {
        addr
    }
}
