//! Databases for tests: each test has its own, on the server that `cargo xtask test` starts.

use std::sync::atomic::{AtomicU64, Ordering};

use chasqui_model::secret::Secret;

use crate::{Location, postgres};

/// The server for tests, as a URL of a person who may make databases. `cargo xtask test` sets it.
pub const SERVER: &str = "CHASQUI_TEST_POSTGRES_URL";

static MADE: AtomicU64 = AtomicU64::new(0);

/// A schema of its own, which is as good as a database and made in a tenth of the time. It goes when this does.
#[derive(Debug)]
pub struct Database {
    server: Secret,
    name: String,
}

impl Database {
    /// Makes one. `None`: there is no server for tests, and nobody insists on it.
    ///
    /// # Panics
    /// Without a server when `CI` is set: what runs there skips nothing.
    pub async fn make() -> Option<Self> {
        let Ok(server) = std::env::var(SERVER) else {
            assert!(
                std::env::var_os("CI").is_none(),
                "{SERVER} is not set: run the tests with `cargo xtask test`"
            );
            return None;
        };
        let server = Secret::new(server);
        let name = format!("test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        postgres::testing::run(&server, &format!("CREATE SCHEMA {name}")).await;
        Some(Self { server, name })
    }

    /// Its URL.
    pub fn url(&self) -> Secret {
        let server = self.server.expose();
        let sign = if server.contains('?') { '&' } else { '?' };
        Secret::new(format!("{server}{sign}options=-c%20search_path%3D{}", self.name))
    }

    /// Where a store in it is.
    pub fn location(&self) -> Location {
        Location::Postgres { url: self.url(), allow_unsafe: false }
    }

    /// Runs SQL in it, past the store.
    pub async fn run(&self, sql: &str) {
        postgres::testing::run(&self.url(), sql).await;
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, sql) = (self.server.clone(), format!("DROP SCHEMA {} CASCADE", self.name));
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(postgres::testing::run(&server, &sql)))
        });
        let _ = dropped.join();
    }
}
