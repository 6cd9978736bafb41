//! A whole SQLite store, read or filled.

use std::path::Path;

use chasqui_model::Timestamp;
use rusqlite::{Connection, OpenFlags};

use super::generation::{self, Generation};
use super::lock::Lock;
use super::{facade, migrations, prepare_writer, writer};
use crate::transfer::snapshot::{Batches, Collector, batches, quoted, same_columns, sorted};
use crate::transfer::target::not_empty;
use crate::transfer::{Batch, Done, Error, INTERRUPTED, Listed, MARK, Result, Snapshot, TABLES, Tally};
use crate::value::Row;

/// What it is called in a backup.
pub(crate) const ENGINE: &str = "sqlite";

/// How many migrations a store of this program has had.
pub(crate) fn schema() -> i64 {
    i64::try_from(migrations::count()).unwrap_or(i64::MAX)
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Keeps every server away while the answer lives.
pub(crate) fn lock(path: &Path) -> Result<Lock> {
    there(path)?;
    Ok(Lock::take(path)?)
}

fn there(path: &Path) -> Result<()> {
    if path.is_file() {
        return Ok(());
    }
    Err(Error::Refused(format!("there is no store {}", path.display())))
}

/// Reads one state of a store. A server may work on it meanwhile: its log grows until this is done.
pub(crate) async fn snapshot(path: &Path) -> Result<Snapshot> {
    there(path)?;
    // Not read-only: after a crash the log must be taken up, and that is a write.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(writer::BUSY)?;
    connection
        .execute_batch("PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = FILE;")?;
    let (give, batches) = batches();
    let (listed, answer) = tokio::sync::oneshot::channel();
    let read = move || {
        let found = connection.execute_batch("BEGIN").map_err(Error::from).and_then(|()| list(&connection));
        let orders = found.as_ref().map(|found| statements(&found.2)).unwrap_or_default();
        let failed = found.is_err();
        if listed.send(found).is_err() || failed {
            return;
        }
        if let Err(error) = read_all(&connection, &orders, &give) {
            // Nobody waits any more: then nobody misses it.
            let _ = give.blocking_send(Err(error));
        }
    };
    std::thread::Builder::new()
        .name("store-transfer".into())
        .spawn(read)
        .map_err(|error| Error::File("cannot start a thread".into(), error))?;
    let (schema, partial, tables) =
        answer.await.map_err(|_| Error::Refused("the reader has stopped".into()))??;
    Ok(Snapshot { engine: ENGINE.into(), schema, partial, tables, batches })
}

fn list(connection: &Connection) -> Result<(i64, bool, Vec<Listed>)> {
    let schema = migrations::current(connection)?;
    let mut tables = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        let rows: i64 =
            connection
                .query_row(&format!("SELECT count(*) FROM \"{}\"", table.name), [], |row| row.get(0))?;
        tables.push(Listed {
            table,
            columns: columns(connection, table.name)?,
            rows: rows.try_into().unwrap_or(0),
        });
    }
    Ok((schema, marked(connection)?, tables))
}

fn columns(connection: &Connection, table: &str) -> Result<Vec<String>> {
    let statement = connection.prepare(&format!("SELECT * FROM \"{table}\""))?;
    Ok(sorted(statement.column_names().map(str::to_owned)))
}

fn statements(tables: &[Listed]) -> Vec<String> {
    let statement = |it: &Listed| {
        format!("SELECT {} FROM \"{}\" ORDER BY {}", quoted(&it.columns), it.table.name, it.table.sqlite)
    };
    tables.iter().map(statement).collect()
}

fn read_all(connection: &Connection, statements: &[String], give: &Batches) -> Result<()> {
    for (table, sql) in statements.iter().enumerate() {
        let mut statement = connection.prepare(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        let mut collector = Collector::default();
        loop {
            let row = rows.next()?.map(|row| facade::read(row, columns)).transpose()?;
            let last = row.is_none();
            let full = match row {
                Some(row) => collector.add(row),
                None => Some(collector.take()).filter(|rows| !rows.is_empty()),
            };
            if let Some(rows) = full
                && give.blocking_send(Ok(Batch { table, rows })).is_err()
            {
                return Ok(());
            }
            if last {
                break;
            }
        }
    }
    Ok(())
}

/// Whether this is half a store.
pub(super) fn marked(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    connection.query_row(sql, [MARK], |row| row.get::<_, i64>(0)).map(|count| count > 0)
}

/// A store that is being filled.
pub(crate) struct Filling {
    connection: Connection,
    _lock: Lock,
}

impl Filling {
    pub(crate) fn open(path: &Path, now: Timestamp) -> Result<(Self, Done)> {
        let mut lock = Lock::take(path)?;
        generation::check_log(path)?;
        let mut connection = Connection::open(path)?;
        prepare_writer(&connection)?;
        lock.cover(path)?;
        connection.execute_batch("PRAGMA wal_autocheckpoint = 4000")?;
        migrations::run(&mut connection, now.millis())?;
        if !marked(&connection)? {
            for table in TABLES {
                let sql = format!("SELECT EXISTS (SELECT 1 FROM \"{}\")", table.name);
                if connection.query_row(&sql, [], |row| row.get(0))? {
                    return Err(not_empty(&path.display().to_string(), table.name));
                }
            }
            connection.execute_batch(&format!(
                "CREATE TABLE {MARK} (name TEXT PRIMARY KEY, rows INTEGER NOT NULL, sum TEXT NOT NULL) STRICT"
            ))?;
        }
        // Whatever was here before: this is what is here from now on.
        Generation::of(path).start(&connection)?;
        let done = done(&connection)?;
        Ok((Self { connection, _lock: lock }, done))
    }

    pub(crate) fn fits(&self, listed: &Listed) -> Result<()> {
        same_columns(listed, &columns(&self.connection, listed.table.name)?)
    }

    pub(crate) fn insert(&mut self, listed: &Listed, rows: &[Row], tally: Tally) -> Result<()> {
        let transaction = self.connection.transaction()?;
        {
            let places = vec!["?"; listed.columns.len()].join(", ");
            let (table, columns) = (listed.table.name, quoted(&listed.columns));
            let mut insert = transaction
                .prepare_cached(&format!("INSERT INTO \"{table}\" ({columns}) VALUES ({places})"))?;
            for row in rows {
                insert.execute(rusqlite::params_from_iter(&row.0))?;
            }
            let count = i64::try_from(tally.rows).unwrap_or(i64::MAX);
            transaction.execute(
                &format!("INSERT OR REPLACE INTO {MARK} (name, rows, sum) VALUES (?1, ?2, ?3)"),
                (table, count, tally.sum()),
            )?;
        }
        Ok(transaction.commit()?)
    }

    pub(crate) fn finish(&mut self) -> Result<()> {
        Ok(self.connection.execute_batch(&format!("DROP TABLE {MARK}; PRAGMA wal_checkpoint(TRUNCATE)"))?)
    }
}

fn done(connection: &Connection) -> Result<Done> {
    let mut statement = connection.prepare(&format!("SELECT name, rows, sum FROM {MARK}"))?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?, row.get(2)?)))?;
    let rows = rows.collect::<rusqlite::Result<Vec<(String, i64, String)>>>()?;
    let known =
        |(name, rows, sum): (String, i64, String)| Some((name, Tally::known(rows.try_into().ok()?, &sum)?));
    rows.into_iter().map(|row| known(row).ok_or_else(|| Error::Refused(INTERRUPTED.into()))).collect()
}
