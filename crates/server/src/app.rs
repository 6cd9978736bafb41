//! What every handler has at hand.

use std::ops::Deref;
use std::sync::Arc;

use chasqui_model::integration::Integration;
use chasqui_model::quota;
use chasqui_model::{Clock, Id, Timestamp};
use chasqui_runtime::Runtime;
use chasqui_store::Store;
use tokio_util::sync::CancellationToken;

use crate::fleet::Measured;
use crate::http::Limits;
use crate::http::doors::Doors;
use crate::http::idempotency::Kept;
use crate::office::Desk;
use crate::setup_code::SetupCode;

/// The running server. Clones share it; each request takes one, so a clone is one count and no more.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What the running server is made of.
pub struct Parts {
    /// What every act has at hand.
    pub desk: Desk,
    /// What it says about itself.
    pub site: Site,
    /// Told when the server stops; what never ends by itself ends then.
    pub stop: CancellationToken,
    /// When it was put together.
    pub(crate) started_at: Timestamp,
    pub(crate) measured: Measured,
    pub(crate) doors: Doors,
    pub(crate) setup: SetupCode,
    pub(crate) kept: Kept,
}

/// What a server says about itself.
#[derive(Clone, Debug)]
pub struct Site {
    /// The address under which Meta and browsers reach it, without a slash at its end.
    pub public_url: String,
    /// The origin that files come from, without a slash at its end; `None`: they come from the pages' own.
    pub files_url: Option<String>,
    /// The simulator's phone, when one runs with the server.
    pub phone_url: Option<String>,
    /// Whether this is a demo.
    pub demo: bool,
    /// Whether it can send mail.
    pub mail: bool,
}

impl Site {
    /// Whether browsers reach it over TLS.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

impl Site {
    /// Where Meta is to deliver a number's messages to.
    pub(crate) fn callback_url(&self, id: Id<Integration>) -> String {
        format!("{}/webhooks/whatsapp/{id}", self.public_url)
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Deref for Parts {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

impl App {
    /// Puts a server together.
    pub(crate) fn new(
        store: Store,
        runtime: Runtime,
        clock: Clock,
        (site, quotas): (Site, quota::Limits),
        setup: SetupCode,
        limits: &Limits,
    ) -> Self {
        let stop = CancellationToken::new();
        Self(Arc::new(Parts {
            started_at: clock.now(),
            desk: Desk::new(store, runtime, clock, quotas),
            site,
            stop,
            measured: Measured::default(),
            doors: Doors::new(limits),
            setup,
            kept: Kept::default(),
        }))
    }
}
