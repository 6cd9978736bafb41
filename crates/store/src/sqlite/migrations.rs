//! SQLite's migrations.

use rusqlite::Connection;

use crate::migrate::{Migration, plan};
use crate::{Error, Result};

const ALL: &[Migration] =
    &[Migration { number: 1, name: "start", sql: include_str!("../../migrations/sqlite/0001_start.sql") }];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT";

/// Runs what is missing, each in a transaction of its own.
pub(super) fn run(connection: &mut Connection, now: i64) -> Result<()> {
    connection.execute_batch(TABLE)?;
    let applied = {
        let mut statement = connection.prepare("SELECT number, checksum FROM migration ORDER BY number")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<rusqlite::Result<Vec<(i64, String)>>>()?
    };
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
