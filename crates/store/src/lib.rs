//! Where everything is kept. Two ways in: the hot path in batches, written for each engine ([`inbox`], [`turn`],
//! [`outbox`]), and everything else through one façade over common SQL ([`noun`]). SQL does not leave this crate, and no
//! policy enters it.

#[macro_use]
mod sql;

mod asking;
mod audited;
#[doc(hidden)]
pub mod crash;
mod db;
pub mod engine;
mod error;
mod guarded;
pub mod inbox;
pub mod lease;
mod link;
mod migrate;
pub mod noun;
pub mod outbox;
mod people;
mod postgres;
pub mod pulse;
mod reseal;
mod share;
mod sqlite;
#[doc(hidden)]
pub mod testing;
pub mod transfer;
pub mod turn;
mod value;
mod vault;

use std::path::PathBuf;
use std::sync::Arc;

use chasqui_model::Clock;
use chasqui_model::secret::Secret;
use tokio::sync::mpsc;

pub use asking::on_behalf_of;
pub use error::{Error, Result};
pub use vault::Vault;

/// The hot path of an engine.
pub trait Hot: inbox::Inboxes + turn::Turns + outbox::Outbox + lease::Leases + engine::Engine {}
impl<T: inbox::Inboxes + turn::Turns + outbox::Outbox + lease::Leases + engine::Engine> Hot for T {}

/// What the store has to say: new work of this process, in the order of its acceptance and only after it is durable, and
/// what other processes tell.
pub type Feed = mpsc::UnboundedReceiver<Fed>;

/// A piece of the feed.
#[derive(Clone, Debug)]
pub enum Fed {
    /// Work that this process took in. The part may be another's.
    Item(inbox::Item),
    /// Another process tells something.
    News(lease::News),
}

/// Where a store is.
#[derive(Clone, Debug)]
pub enum Location {
    /// A file.
    Sqlite(PathBuf),
    /// A server.
    Postgres {
        /// `postgres://user:password@host:port/database`; several hosts are tried in turn.
        url: Secret,
        /// Whether a server may be used that forgets in a crash what it has confirmed. For tests only.
        allow_unsafe: bool,
    },
}

impl Location {
    /// Whether it is certain that there is no store yet.
    pub fn is_missing(&self) -> bool {
        match self {
            Self::Sqlite(path) => matches!(path.try_exists(), Ok(false)),
            Self::Postgres { .. } => false,
        }
    }
}

/// An open store. Clones share it.
#[derive(Clone)]
pub struct Store {
    db: Arc<dyn db::Db>,
    hot: Arc<dyn Hot>,
    vault: Vault,
}

impl Store {
    /// Opens a store, makes it when it is missing, and brings it up to date.
    pub async fn connect(location: &Location, vault: Vault, clock: &Clock) -> Result<(Self, Feed)> {
        match location {
            Location::Sqlite(path) => {
                let (engine, feed) = sqlite::Sqlite::open(path, clock).await?;
                let engine = Arc::new(engine);
                Ok((Self { db: engine.clone(), hot: engine, vault }, feed))
            }
            Location::Postgres { url, allow_unsafe } => {
                let (engine, feed) = postgres::Postgres::open(url, *allow_unsafe, clock).await?;
                let engine = Arc::new(engine);
                Ok((Self { db: engine.clone(), hot: engine, vault }, feed))
            }
        }
    }

    /// The same store, opened and sealed with other keys.
    #[must_use]
    pub fn with_vault(&self, vault: Vault) -> Self {
        Self { vault, ..self.clone() }
    }

    /// The hot path.
    pub fn hot(&self) -> &dyn Hot {
        self.hot.as_ref()
    }

    /// The same store, whose next change through the façade is written down with `entry`: in its transaction, and only
    /// when it changes something. One change an entry.
    pub fn audited(&self, entry: &noun::audit::Entry) -> Self {
        let audited = audited::Audited { db: Arc::clone(&self.db), entry: noun::audit::insert(entry) };
        Self { db: Arc::new(audited), hot: Arc::clone(&self.hot), vault: self.vault.clone() }
    }

    /// How every registered statement is run, by its name. Empty on engines whose plans depend on what is in the tables.
    /// For tests.
    pub async fn plans(&self) -> Result<Vec<(&'static str, Vec<String>)>> {
        let all = [noun::statements(), self.db.search().all().to_vec()].concat();
        self.db.plans(all).await
    }

    /// Prepares every registered statement on this engine. For tests.
    pub async fn check_statements(&self) -> Result<usize> {
        let all = [noun::statements(), reseal::ALL.to_vec(), self.db.hot_statements()].concat();
        let count = all.len();
        self.db.prepare_all(all).await?;
        Ok(count)
    }
}
