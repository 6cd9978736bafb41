//! What SQLite says of itself.

use async_trait::async_trait;
use chasqui_model::Timestamp;
use rusqlite::Connection;

use super::Sqlite;
use super::generation::Generation;
use crate::Result;
use crate::engine::{Description, Engine, Kind, Size};
use crate::noun::queue::Queue;
use crate::pulse::Pulse;

/// `PRAGMA synchronous` by its numbers.
const SYNCHRONOUS: [&str; 4] = ["off", "normal", "full", "extra"];

#[async_trait]
impl Engine for Sqlite {
    async fn describe(&self) -> Result<Description> {
        let clock = self.clock.clone();
        // Asked where it matters: each connection has a setting of its own, and this one writes.
        self.writer.run(move |connection| describe(connection, clock.now())).await
    }

    async fn outbox(&self) -> Result<Queue> {
        self.readers
            .run(|connection| {
                let sql = concat!("SELECT COUNT(*), MIN(at) FROM message WHERE status IN ", unsent!());
                let mut counted = connection.prepare_cached(sql)?;
                Ok(counted.query_row([], |row| {
                    let oldest = row.get::<_, Option<i64>>(1)?.map(Timestamp::from_millis);
                    Ok(Queue { waiting: row.get(0)?, oldest })
                })?)
            })
            .await
    }

    fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    async fn touch(&self) -> Result<()> {
        if self.pulse.is_fresh() {
            return Ok(());
        }
        self.writer.run(Generation::touch).await
    }

    async fn sizes(&self) -> Result<Vec<Size>> {
        self.readers.run(sizes).await
    }

    async fn close(&self) {
        self.writer.end().await;
    }
}

fn sizes(connection: &Connection) -> Result<Vec<Size>> {
    let sql = "SELECT name, sum(pgsize), sum(CASE pagetype WHEN 'leaf' THEN ncell ELSE 0 END) FROM dbstat \
        GROUP BY name ORDER BY 2 DESC";
    let mut statement = connection.prepare(sql)?;
    let size =
        |row: &rusqlite::Row<'_>| Ok(Size { name: row.get(0)?, bytes: row.get(1)?, rows: row.get(2)? });
    let mut sizes = statement.query_map([], size)?.collect::<rusqlite::Result<Vec<_>>>()?;
    let free = connection.query_row(
        "SELECT f.freelist_count * p.page_size FROM pragma_freelist_count f, pragma_page_size p",
        [],
        |row| row.get(0),
    )?;
    sizes.push(Size { name: "free pages".to_owned(), bytes: free, rows: 0 });
    Ok(sizes)
}

fn describe(connection: &Connection, now: Timestamp) -> Result<Description> {
    let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    let level: u16 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
    let synchronous = SYNCHRONOUS.get(usize::from(level)).copied().unwrap_or("unknown");
    Ok(Description {
        kind: Kind::Sqlite,
        version: rusqlite::version().to_owned(),
        settings: vec![("journal_mode", mode), ("synchronous", synchronous.to_owned())],
        durable: level >= 2,
        synchronous: false,
        now,
        standbys: Vec::new(),
    })
}
