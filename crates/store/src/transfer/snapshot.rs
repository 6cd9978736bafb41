//! One consistent state of a store, read once from its beginning to its end.

use std::collections::BTreeSet;

use tokio::sync::mpsc;

use super::{Error, INTERRUPTED, Result, Table, Tally};
use crate::value::{Row, Value};
use crate::{Location, postgres, sqlite};

/// Most rows that travel together, and most bytes, roughly.
const ROWS: usize = 2_000;
const BYTES: usize = 2 << 20;
/// Batches that wait for whoever takes them.
const AHEAD: usize = 4;

/// A table as it was found.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) table: &'static Table,
    /// In the order of their names.
    pub(crate) columns: Vec<String>,
    pub(crate) rows: u64,
}

impl Listed {
    /// Where a column stands in a row.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|it| it == name)
    }
}

/// Rows of one table.
#[derive(Debug)]
pub(crate) struct Batch {
    /// Which of the snapshot's tables.
    pub(crate) table: usize,
    pub(crate) rows: Vec<Row>,
}

/// What is read. Whoever reads the database or the file does it beside, a little ahead.
pub(crate) struct Snapshot {
    pub(crate) engine: String,
    /// How many migrations it has had.
    pub(crate) schema: i64,
    /// Whether it is half a store: one that is being filled.
    pub(crate) partial: bool,
    pub(crate) tables: Vec<Listed>,
    pub(crate) batches: mpsc::Receiver<Result<Batch>>,
}

/// Where batches are put.
pub(crate) type Batches = mpsc::Sender<Result<Batch>>;

/// A way for batches that does not get far ahead.
pub(crate) fn batches() -> (Batches, mpsc::Receiver<Result<Batch>>) {
    mpsc::channel(AHEAD)
}

/// Collects rows until they are worth a batch.
#[derive(Default)]
pub(crate) struct Collector {
    rows: Vec<Row>,
    bytes: usize,
}

impl Collector {
    /// Answers a batch when it is full.
    pub(crate) fn add(&mut self, mut row: Row) -> Option<Vec<Row>> {
        for value in &mut row.0 {
            if let Value::Text(text) = value
                && text.contains('\0')
            {
                // PostgreSQL takes no such character; both engines are summed as if SQLite did not either.
                *text = text.replace('\0', "\u{fffd}");
            }
            self.bytes += match value {
                Value::Text(text) => text.len(),
                Value::Blob(bytes) => bytes.len(),
                Value::Null | Value::Int(_) => 8,
            };
        }
        self.rows.push(row);
        (self.rows.len() >= ROWS || self.bytes >= BYTES).then(|| self.take())
    }

    /// What has been collected.
    pub(crate) fn take(&mut self) -> Vec<Row> {
        self.bytes = 0;
        std::mem::take(&mut self.rows)
    }
}

impl Snapshot {
    pub(crate) async fn open(location: &Location) -> Result<Self> {
        match location {
            Location::Sqlite(path) => sqlite::transfer::snapshot(path).await,
            Location::Postgres { url, .. } => postgres::transfer::snapshot(url).await,
        }
    }

    /// As [`Snapshot::open`], of a store that is complete.
    pub(crate) async fn whole(location: &Location) -> Result<Self> {
        let snapshot = Self::open(location).await?;
        if snapshot.partial {
            return Err(Error::Refused(format!("the source cannot be read: {INTERRUPTED}")));
        }
        Ok(snapshot)
    }

    pub(crate) fn rows(&self) -> u64 {
        self.tables.iter().map(|it| it.rows).sum()
    }

    pub(crate) async fn next(&mut self) -> Result<Option<Batch>> {
        self.batches.recv().await.transpose()
    }

    /// Refuses when less or more was read than was counted: the reader must have died.
    pub(crate) fn complete(&self, tallies: &[Tally]) -> Result<()> {
        for (listed, tally) in self.tables.iter().zip(tallies) {
            if listed.rows != tally.rows {
                return Err(Error::Refused(format!(
                    "{} has {} rows, {} were read: run it again",
                    listed.table.name, listed.rows, tally.rows
                )));
            }
        }
        Ok(())
    }
}

/// Refuses a store that somebody works on. On SQLite nobody can begin to while the answer is kept.
pub(crate) async fn quiet(location: &Location) -> Result<Option<sqlite::Lock>> {
    match location {
        Location::Sqlite(path) => sqlite::transfer::lock(path).map(Some),
        Location::Postgres { url, .. } => postgres::transfer::quiet(url).await.map(|()| None),
    }
}

/// Columns in the order that both engines and the file agree on.
pub(crate) fn sorted(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut columns: Vec<String> = names.into_iter().collect();
    columns.sort_unstable();
    columns
}

/// `"a", "b"`.
pub(crate) fn quoted(columns: &[String]) -> String {
    columns.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ")
}

/// Refuses columns that are not the target's.
pub(crate) fn same_columns(listed: &Listed, here: &[String]) -> Result<()> {
    if listed.columns == here {
        return Ok(());
    }
    let (theirs, ours): (BTreeSet<_>, BTreeSet<_>) = (listed.columns.iter().collect(), here.iter().collect());
    let unlike: Vec<_> = theirs.symmetric_difference(&ours).collect();
    Err(Error::Refused(format!(
        "the table {} has other columns than this chasqui's ({unlike:?}): use the version that made it, and update \
         after that",
        listed.table.name
    )))
}
