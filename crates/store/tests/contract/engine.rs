//! The engines that must keep the contract. A new one is a variant, a line in `ENGINES` and an arm in `location`.

use std::path::PathBuf;

use chasqui_model::{Clock, Timestamp};
use chasqui_store::{Feed, Location, Store, Vault};

/// An engine.
#[derive(Clone, Copy, Debug)]
pub enum Engine {
    Sqlite,
}

/// All of them.
pub const ENGINES: &[Engine] = &[Engine::Sqlite];

/// A store of one engine, empty at first, that can be closed and opened again.
pub struct Bench {
    engine: Engine,
    directory: tempfile::TempDir,
    pub clock: Clock,
    pub store: Store,
    pub feed: Feed,
}

impl Bench {
    pub async fn open(engine: Engine) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Clock::stopped(Timestamp::from_seconds(1_795_000_000));
        let (store, feed) = connect(engine, directory.path().into(), &clock).await;
        Self { engine, directory, clock, store, feed }
    }

    /// Closes the store and opens it again, as a restart does.
    pub async fn reopen(self) -> Self {
        let Self { engine, directory, clock, store, feed } = self;
        drop((store, feed));
        let (store, feed) = connect(engine, directory.path().into(), &clock).await;
        Self { engine, directory, clock, store, feed }
    }
}

async fn connect(engine: Engine, directory: PathBuf, clock: &Clock) -> (Store, Feed) {
    let location = match engine {
        Engine::Sqlite => Location::Sqlite(directory.join("chasqui.db")),
    };
    Store::connect(&location, Vault::new(&[(1, [7; 32])]), clock).await.unwrap()
}

/// Makes a test of each function `async fn(Bench)`, run on every engine.
macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        mod on_every_engine {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                for engine in $crate::engine::ENGINES {
                    super::$name($crate::engine::Bench::open(*engine).await).await;
                }
            })*
        }
    };
}
pub(crate) use contract;
