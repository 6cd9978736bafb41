//! PostgreSQL's migrations: under an advisory lock, so that of several processes that start at once one runs them.

use std::time::Duration;

use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error as PgError};

use super::error::is_clash;
use crate::migrate::{Migration, complete, plan};
use crate::{Error, Result};

const ALL: &[Migration] = &[
    Migration { number: 1, name: "start", sql: include_str!("../../migrations/postgres/0001_start.sql") },
    Migration { number: 2, name: "search", sql: include_str!("../../migrations/postgres/0002_search.sql") },
    Migration {
        number: 3,
        name: "connections",
        sql: include_str!("../../migrations/postgres/0003_connections.sql"),
    },
    Migration { number: 4, name: "lane", sql: include_str!("../../migrations/postgres/0004_lane.sql") },
    Migration {
        number: 5,
        name: "search_keys",
        sql: include_str!("../../migrations/postgres/0005_search_keys.sql"),
    },
    Migration {
        number: 6,
        name: "secret_saved",
        sql: include_str!("../../migrations/postgres/0006_secret_saved.sql"),
    },
    Migration { number: 7, name: "uploads", sql: include_str!("../../migrations/postgres/0007_uploads.sql") },
    Migration { number: 8, name: "time", sql: include_str!("../../migrations/postgres/0008_time.sql") },
    Migration { number: 9, name: "people", sql: include_str!("../../migrations/postgres/0009_people.sql") },
    Migration {
        number: 10,
        name: "promises",
        sql: include_str!("../../migrations/postgres/0010_promises.sql"),
    },
    Migration { number: 11, name: "quotas", sql: include_str!("../../migrations/postgres/0011_quotas.sql") },
    Migration { number: 12, name: "claims", sql: include_str!("../../migrations/postgres/0012_claims.sql") },
];

/// The migration that only a next version has.
#[cfg(feature = "crash-points")]
const NEXT: &str = include_str!("../../migrations/postgres/next.sql");

/// What this program knows.
fn known() -> Vec<Migration> {
    #[cfg(feature = "crash-points")]
    if crate::crash::is_next_version() {
        let last = ALL.last().map_or(0, |it| it.number);
        let next = Migration { number: 1 + last, name: "next", sql: NEXT };
        return ALL.iter().copied().chain([next]).collect();
    }
    ALL.to_vec()
}

/// Of this database; any number that nobody else uses.
const LOCK: i64 = 0x6368_6173_7175_6901;
/// How long a migration waits for a table, in milliseconds. Everybody who wants the table waits behind it, so it gives up
/// soon, also before PostgreSQL looks for deadlocks, and lets the others work for longer than it kept them.
const LOCKS: u32 = 300;
const PAUSE: Duration = Duration::from_millis(1200);
/// How often it is tried again when it met others.
const TRIES: u32 = 100;
/// Every transaction of a lane writes into this table before it touches another. So when the last of them is over nothing
/// that is hot holds any table, and the migration need not wait for one of them while others wait for what it has.
const GATE: &str = "LOCK TABLE lane IN ACCESS EXCLUSIVE MODE";
const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (
    number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";

/// Runs what is missing, each in a transaction of its own.
pub(super) async fn run(client: &mut Client, now: i64) -> Result<()> {
    client.execute("SELECT pg_advisory_lock($1)", &[&LOCK]).await?;
    let outcome = run_locked(client, now).await;
    // A connection that is gone has let go of it.
    let _ = client.execute("SELECT pg_advisory_unlock($1)", &[&LOCK]).await;
    outcome
}

/// How many there are.
pub(super) fn count() -> usize {
    known().len()
}

/// How many a store has had, which must be all.
pub(super) async fn current(client: &impl tokio_postgres::GenericClient) -> Result<i64> {
    if client.query_one("SELECT to_regclass('migration') IS NULL", &[]).await?.get(0) {
        return Err(Error::Unavailable("this database holds no chasqui store".into()));
    }
    let rows = client.query("SELECT number, checksum FROM migration ORDER BY number", &[]).await?;
    let applied: Vec<_> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    complete(&known(), &applied)
}

/// In a transaction of its own.
async fn apply(client: &mut Client, migration: &Migration, now: i64) -> Result<(), PgError> {
    let transaction = client.transaction().await?;
    transaction.batch_execute(&format!("SET LOCAL lock_timeout = {LOCKS}")).await?;
    if transaction.query_one("SELECT to_regclass('lane') IS NOT NULL", &[]).await?.get(0) {
        transaction.batch_execute(GATE).await?;
    }
    transaction.batch_execute(TABLE).await?;
    transaction.batch_execute(migration.sql).await?;
    transaction
        .execute(
            "INSERT INTO migration (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
            &[&migration.number, &migration.name, &migration.checksum(), &now],
        )
        .await?;
    transaction.commit().await
}

/// Whether a migration failed only because processes of the version before are at work: it wants whole tables, one after
/// the other, and they want rows of several.
fn met_others(error: &PgError) -> bool {
    is_clash(error) || error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE)
}

async fn run_locked(client: &mut Client, now: i64) -> Result<()> {
    let there = client.query_one("SELECT to_regclass('migration') IS NOT NULL", &[]).await?.get(0);
    let applied = if there {
        let rows = client.query("SELECT number, checksum FROM migration ORDER BY number", &[]).await?;
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    } else {
        Vec::new()
    };
    let missing = plan(&known(), &applied).map_err(Error::Corrupt)?;
    for migration in &missing {
        let mut tries = 0;
        while let Err(error) = apply(client, migration, now).await {
            if !met_others(&error) || tries == TRIES {
                return Err(error.into());
            }
            tries += 1;
            tracing::info!(name = migration.name, tries, "a migration waits for processes that are at work");
            tokio::time::sleep(PAUSE).await;
        }
    }
    if !missing.is_empty() {
        // Plans made without figures are plans for empty tables.
        if let Err(error) = client.batch_execute("ANALYZE").await {
            if !met_others(&error) {
                return Err(error.into());
            }
            // No reason not to start: PostgreSQL gathers them by itself, a little later.
            tracing::info!(%error, "figures for plans were not gathered, others are at work");
        }
    }
    Ok(())
}
