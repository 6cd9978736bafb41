//! What every handler has at hand.

use std::sync::Arc;

use chasqui_model::Clock;
use chasqui_runtime::Runtime;
use chasqui_store::Store;
use tokio_util::sync::CancellationToken;

use crate::http::throttle::Throttle;
use crate::rehearsals::Rehearsals;

/// The running server. Clones share it.
#[derive(Clone)]
pub struct App {
    /// Where everything is kept.
    pub store: Store,
    /// Where bots run.
    pub runtime: Runtime,
    /// The time, and new ids.
    pub clock: Clock,
    /// What it says about itself.
    pub site: Arc<Site>,
    /// Told when the server stops; what never ends by itself ends then.
    pub stop: CancellationToken,
    pub(crate) throttle: Arc<Throttle>,
    pub(crate) rehearsals: Arc<Rehearsals>,
}

/// What a server says about itself.
#[derive(Clone, Debug)]
pub struct Site {
    /// The address under which Meta and browsers reach it, without a slash at its end.
    pub public_url: String,
    /// The simulator's phone, when one runs with the server.
    pub phone_url: Option<String>,
    /// Whether this is a demo.
    pub demo: bool,
}

impl Site {
    /// Whether browsers reach it over TLS.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

impl App {
    /// Puts a server together.
    pub fn new(store: Store, runtime: Runtime, clock: Clock, site: Site) -> Self {
        let stop = CancellationToken::new();
        let (throttle, rehearsals) = (Arc::default(), Arc::default());
        Self { store, runtime, clock, site: Arc::new(site), stop, throttle, rehearsals }
    }
}
