//! Databases for tests: each test has its own, on the server that `cargo xtask test` starts.

use std::sync::atomic::{AtomicU64, Ordering};

use chasqui_model::secret::Secret;

use crate::{Location, postgres};

/// The server for tests, as a URL of a person who may make databases. `cargo xtask test` sets it.
pub const SERVER: &str = "CHASQUI_TEST_POSTGRES_URL";

/// Which engine the product's own tests run on: `sqlite`, which it is without, or `postgres`.
pub const ENGINE: &str = "CHASQUI_TEST_ENGINE";

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
        drop(postgres::testing::run(&server, &format!("CREATE SCHEMA {name}")).await);
        Some(Self { server, name })
    }

    /// One when the product's tests run on PostgreSQL.
    ///
    /// # Panics
    /// When they are to and there is no server.
    pub async fn chosen() -> Option<Self> {
        if std::env::var(ENGINE).is_ok_and(|engine| engine == "postgres") {
            let made = Self::make().await;
            assert!(made.is_some(), "{ENGINE} is postgres and {SERVER} is not set");
            made
        } else {
            None
        }
    }

    /// Its URL.
    pub fn url(&self) -> Secret {
        let server = self.server.expose();
        let sign = if server.contains('?') { '&' } else { '?' };
        let name = &self.name;
        Secret::new(format!("{server}{sign}options=-c%20search_path%3D{name}&application_name={name}"))
    }

    /// Where a store in it is.
    pub fn location(&self) -> Location {
        Location::Postgres { url: self.url(), allow_unsafe: false }
    }

    /// The tables that are in it, by name.
    ///
    /// # Panics
    /// When they cannot be listed.
    pub async fn tables(&self) -> Vec<String> {
        self.list("SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
            .await
    }

    /// The first column, text, of what SQL answers.
    ///
    /// # Panics
    /// When it cannot be run.
    #[expect(clippy::expect_used, reason = "a test that cannot go on has failed")]
    pub async fn list(&self, sql: &str) -> Vec<String> {
        let held = self.run("").await;
        let rows = held.client.query(sql, &[]).await.expect("SQL of a test");
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Runs SQL in it, past the store. What it began (a transaction, a lock) ends when the answer is dropped.
    pub async fn run(&self, sql: &str) -> Held {
        Held { client: postgres::testing::run(&self.url(), sql).await }
    }
}

/// A connection that is kept open.
pub struct Held {
    client: tokio_postgres::Client,
}

impl Drop for Database {
    fn drop(&mut self) {
        // Whoever is in the middle of something may be waiting for this thread.
        let sql = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'; \
             DROP SCHEMA {name} CASCADE",
            name = self.name
        );
        let server = self.server.clone();
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| drop(runtime.block_on(postgres::testing::run(&server, &sql))))
        });
        let _ = dropped.join();
    }
}
