//! SQLite's migrations.

use rusqlite::Connection;

use crate::migrate::{Migration, complete, plan};
use crate::{Error, Result};

const ALL: &[Migration] = &[
    Migration { number: 1, name: "start", sql: include_str!("../../migrations/sqlite/0001_start.sql") },
    Migration { number: 2, name: "search", sql: include_str!("../../migrations/sqlite/0002_search.sql") },
    Migration {
        number: 3,
        name: "connections",
        sql: include_str!("../../migrations/sqlite/0003_connections.sql"),
    },
    Migration {
        number: 4,
        name: "secret_saved",
        sql: include_str!("../../migrations/sqlite/0004_secret_saved.sql"),
    },
    Migration { number: 5, name: "uploads", sql: include_str!("../../migrations/sqlite/0005_uploads.sql") },
    Migration { number: 6, name: "time", sql: include_str!("../../migrations/sqlite/0006_time.sql") },
    Migration { number: 7, name: "people", sql: include_str!("../../migrations/sqlite/0007_people.sql") },
    Migration { number: 8, name: "promises", sql: include_str!("../../migrations/sqlite/0008_promises.sql") },
    Migration { number: 9, name: "quotas", sql: include_str!("../../migrations/sqlite/0009_quotas.sql") },
    Migration { number: 10, name: "claims", sql: include_str!("../../migrations/sqlite/0010_claims.sql") },
];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT";

/// How many there are.
pub(super) fn count() -> usize {
    ALL.len()
}

/// How many a store has had, which must be all.
pub(super) fn current(connection: &Connection) -> Result<i64> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'migration'";
    if connection.query_row(sql, [], |row| row.get::<_, i64>(0))? == 0 {
        return Err(Error::Unavailable("this file holds no chasqui store".into()));
    }
    complete(ALL, &applied(connection)?)
}

fn applied(connection: &Connection) -> Result<Vec<(i64, String)>> {
    let mut statement = connection.prepare("SELECT number, checksum FROM migration ORDER BY number")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
}

/// Runs what is missing, each in a transaction of its own.
pub(super) fn run(connection: &mut Connection, now: i64) -> Result<()> {
    connection.execute_batch(TABLE)?;
    let applied = applied(connection)?;
    for migration in plan(ALL, &applied).map_err(Error::Corrupt)? {
        let transaction = connection.transaction()?;
        transaction.execute_batch(migration.sql)?;
        transaction.execute(
            "INSERT INTO migration (number, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4)",
            (migration.number, migration.name, migration.checksum(), now),
        )?;
        transaction.commit()?;
    }
    Ok(())
}
