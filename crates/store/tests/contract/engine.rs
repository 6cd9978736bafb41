//! The engines that must keep the contract. A new one is a variant, a line in `ENGINES` and an arm in `Place::of`.

use chasqui_model::part::PARTS;
use chasqui_model::{Clock, Part, Timestamp};
use chasqui_store::inbox::Item;
use chasqui_store::lease::Beat;
use chasqui_store::testing::Database;
use chasqui_store::{Fed, Feed, Location, Store, Vault};

/// An engine.
#[derive(Clone, Copy, Debug)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// All of them.
pub const ENGINES: &[Engine] = &[Engine::Sqlite, Engine::Postgres];

/// Where a store of an engine lies; it goes with this.
pub enum Place {
    Folder(tempfile::TempDir),
    Database(Database),
}

impl Place {
    /// `None`: this engine is not on this machine, and nobody insists on it.
    pub async fn of(engine: Engine) -> Option<Self> {
        match engine {
            Engine::Sqlite => Some(Self::Folder(tempfile::tempdir().unwrap())),
            Engine::Postgres => Database::make().await.map(Self::Database),
        }
    }

    pub fn location(&self) -> Location {
        match self {
            Self::Folder(folder) => Location::Sqlite(folder.path().join("chasqui.db")),
            Self::Database(database) => database.location(),
        }
    }
}

/// A store of one engine, empty at first, that can be closed and opened again.
pub struct Bench {
    pub clock: Clock,
    pub store: Store,
    pub feed: Feed,
    pub place: Place,
}

impl Bench {
    pub async fn open(engine: Engine) -> Option<Self> {
        Some(Self::at(Place::of(engine).await?).await)
    }

    /// A store that may be there already.
    pub async fn at(place: Place) -> Self {
        let clock = Clock::stopped(Timestamp::from_seconds(1_795_000_000));
        let (store, feed) = connect(&place, &clock).await;
        Self { clock, store, feed, place }
    }

    /// The next piece of work of the feed.
    pub async fn item(&mut self) -> Item {
        match self.feed.recv().await {
            Some(Fed::Item(item)) => item,
            other => panic!("no work but {other:?}"),
        }
    }

    /// Waiting work of all parts.
    pub async fn waiting(&self, after: i64, limit: u32) -> Vec<Item> {
        self.store.hot().waiting(&all_parts(), after, limit).await.unwrap()
    }

    /// Closes the store and opens it again, as a restart does.
    pub async fn reopen(self) -> Self {
        let Self { clock, store, feed, place } = self;
        store.hot().leave().await.unwrap();
        drop((store, feed));
        let (store, feed) = connect(&place, &clock).await;
        Self { clock, store, feed, place }
    }
}

/// A process that works.
pub fn beat() -> Beat {
    Beat { name: "test".into(), version: "1".into(), works: true }
}

/// Every part.
pub fn all_parts() -> Vec<Part> {
    (0..PARTS).filter_map(Part::from_number).collect()
}

async fn connect(place: &Place, clock: &Clock) -> (Store, Feed) {
    let (store, feed) = Store::connect(&place.location(), Vault::new(&[(1, [7; 32])]), clock).await.unwrap();
    store.hot().renew(&beat()).await.unwrap();
    store.hot().claim(usize::from(PARTS)).await.unwrap();
    (store, feed)
}

/// Makes a test of each function `async fn(Bench)`, run on every engine.
macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        mod on_every_engine {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                for engine in $crate::engine::ENGINES {
                    if let Some(bench) = $crate::engine::Bench::open(*engine).await {
                        super::$name(bench).await;
                    }
                }
            })*
        }
    };
}
pub(crate) use contract;
