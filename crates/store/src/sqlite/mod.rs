//! The embedded engine: one file, one writing thread with group commit, reading threads beside it.

mod checkpoint;
mod engine;
mod facade;
mod files;
mod generation;
mod inbox;
mod lease;
mod lock;
mod migrations;
mod outbox;
mod people;
mod readers;
pub(crate) mod transfer;
mod turns;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chasqui_model::message::Message;
use chasqui_model::{Clock, Id};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use tokio::sync::mpsc;

use crate::pulse::Pulse;
use crate::share::Share;
use crate::transfer::INTERRUPTED;
use crate::{Error, Fed, Feed, Result};
use checkpoint::Checkpoints;
use files::{Files, Watch};
use generation::Generation;
pub(crate) use lock::Lock;
use readers::Readers;
use writer::{Desk, Writer};

/// Oldest SQLite that may be used: 3.51.3 mended a WAL fault that could lose a commit.
const OLDEST: i32 = 3_051_003;
/// Most changes that pages have on their way to the writer, so that a crowd of them never stands before messages.
const CHANGES: usize = 8;
/// Of these, one account has this many.
const CHANGES_EACH: usize = 2;

/// An open SQLite store.
pub struct Sqlite {
    writer: Writer,
    readers: Readers,
    /// Changes of pages on their way to the writer.
    changes: Arc<Share>,
    next_seq: Arc<AtomicI64>,
    feed: mpsc::UnboundedSender<Fed>,
    clock: Clock,
    pulse: Pulse,
    _watch: Watch,
    // Held while open, so that no second server works on the same file.
    _lock: Arc<Lock>,
}

impl Sqlite {
    /// Opens the file, makes it when it is missing, and brings it up to date.
    pub async fn open(path: &Path, clock: &Clock) -> Result<(Self, Feed)> {
        let path = path.to_owned();
        let clock = clock.clone();
        let opened = tokio::task::spawn_blocking(move || open_blocking(&path, &clock)).await;
        opened.map_err(|error| Error::Unavailable(error.to_string()))?
    }

    fn seq(counter: &AtomicI64) -> i64 {
        counter.fetch_add(1, Ordering::SeqCst)
    }
}

fn open_blocking(path: &Path, clock: &Clock) -> Result<(Sqlite, Feed)> {
    let now = clock.now().millis();
    if rusqlite::version_number() < OLDEST {
        return Err(Error::Corrupt(format!("SQLite {} is too old", rusqlite::version())));
    }
    let mut lock = Lock::take(path)?;
    let mut generation = Generation::of(path);
    generation.check_there(path)?;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(writer::BUSY)?;
    generation.check(&connection, path)?;
    prepare_writer(&connection)?;
    lock.cover(path)?;
    migrations::run(&mut connection, now)?;
    if transfer::marked(&connection)? {
        return Err(Error::Unavailable(INTERRUPTED.into()));
    }
    let highest: Option<i64> = connection.query_row("SELECT max(seq) FROM inbox", [], |row| row.get(0))?;
    // Above everything that was ever handed out, also when the inbox is empty: time moves faster than messages.
    let next_seq = highest.map_or(0, |seq| seq + 1).max(now.saturating_mul(1_000_000));
    let newest = connection
        .query_row("SELECT id FROM message ORDER BY rowid DESC LIMIT 1", [], |row| id::<Message>(row, 0))
        .optional()?;
    // Messages are sent in the order of their ids, whatever the machine's clock did while we were away.
    if let Some(newest) = newest {
        clock.follow(newest);
    }
    let unavailable = |error: std::io::Error| Error::Unavailable(error.to_string());
    generation.start(&connection)?;
    let (pulse, files, lock) = (Pulse::default(), Files::of(path)?, Arc::new(lock));
    let checkpoints = Checkpoints::start(&mut connection, open_copier(path)?, generation)?;
    let watch = Watch::start(files.clone(), pulse.clone()).map_err(unavailable)?;
    let desk = Desk { connection, checkpoints, files, pulse: pulse.clone(), lock: Arc::clone(&lock) };
    let (writer, _thread) = Writer::start(desk).map_err(unavailable)?;
    let readers = Readers::start(path)?;
    let (feed, items) = mpsc::unbounded_channel();
    let next_seq = Arc::new(AtomicI64::new(next_seq));
    let clock = clock.clone();
    let changes = Share::new(CHANGES, CHANGES_EACH);
    let store = Sqlite { writer, readers, changes, next_seq, feed, clock, pulse, _watch: watch, _lock: lock };
    Ok((store, items))
}

fn prepare_writer(connection: &Connection) -> Result<()> {
    connection.busy_timeout(writer::BUSY)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(Error::Unavailable(format!(
            "the file system does not allow WAL (journal mode is {mode})"
        )));
    }
    // FULL: every commit is on the disk before anything is acknowledged.
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -16384;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA wal_autocheckpoint = 0;",
    )?;
    prepare_statements(connection)
}

fn prepare_statements(connection: &Connection) -> Result<()> {
    // Plans do not depend on parameters here; without this, statements that a partial index might serve are planned anew
    // whenever a parameter changes (4 to 12 % of all time, measured).
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(())
}

/// The connection that moves the WAL into the file.
fn open_copier(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -64;",
    )?;
    Ok(connection)
}

/// A connection that reads and keeps at most this many kibibytes of pages.
fn open_reader(path: &Path, cache: u32) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(writer::BUSY)?;
    connection.execute_batch(&format!("PRAGMA query_only = ON; PRAGMA cache_size = -{cache};"))?;
    prepare_statements(&connection)?;
    Ok(connection)
}

/// An id column.
fn id<T>(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Id<T>> {
    row.get::<_, [u8; 16]>(column).map(Id::from_bytes)
}

/// A part column.
fn part(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<chasqui_model::Part> {
    let number: u16 = row.get(column)?;
    chasqui_model::Part::from_number(number)
        .ok_or(rusqlite::Error::IntegralValueOutOfRange(column, i64::from(number)))
}
