//! PostgreSQL's migrations: under an advisory lock, so that of several processes that start at once one runs them.

use tokio_postgres::Client;

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
];

/// Of this database; any number that nobody else uses.
const LOCK: i64 = 0x6368_6173_7175_6901;
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
    ALL.len()
}

/// How many a store has had, which must be all.
pub(super) async fn current(client: &impl tokio_postgres::GenericClient) -> Result<i64> {
    if client.query_one("SELECT to_regclass('migration') IS NULL", &[]).await?.get(0) {
        return Err(Error::Unavailable("this database holds no chasqui store".into()));
    }
    let rows = client.query("SELECT number, checksum FROM migration ORDER BY number", &[]).await?;
    let applied: Vec<_> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    complete(ALL, &applied)
}

async fn run_locked(client: &mut Client, now: i64) -> Result<()> {
    let there = client.query_one("SELECT to_regclass('migration') IS NOT NULL", &[]).await?.get(0);
    let applied = if there {
        let rows = client.query("SELECT number, checksum FROM migration ORDER BY number", &[]).await?;
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    } else {
        Vec::new()
    };
    let missing = plan(ALL, &applied).map_err(Error::Corrupt)?;
    for migration in &missing {
        let transaction = client.transaction().await?;
        transaction.batch_execute(TABLE).await?;
        transaction.batch_execute(migration.sql).await?;
        transaction
            .execute(
                "INSERT INTO migration (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
                &[&migration.number, &migration.name, &migration.checksum(), &now],
            )
            .await?;
        transaction.commit().await?;
    }
    if !missing.is_empty() {
        // Plans made without figures are plans for empty tables.
        client.batch_execute("ANALYZE").await?;
    }
    Ok(())
}
