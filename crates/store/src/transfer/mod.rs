//! Whole stores on their way: from one engine to the other ([`migrate`]), into a file ([`backup`]) and out of one
//! ([`restore`]). All three read one snapshot, table by table in an order that stays, and all of them count and sum what
//! they carry. Sealed secrets travel sealed; the key never does.

mod archive;
mod media;
pub(crate) mod snapshot;
mod table;
mod tally;
pub(crate) mod target;

use std::io::{Read, Write};
use std::path::Path;

use chasqui_model::Timestamp;

use crate::Location;
pub(crate) use snapshot::{Batch, Listed, Snapshot};
#[doc(hidden)]
pub use table::known;
pub(crate) use table::{TABLES, Table};
pub use tally::Tally;
pub(crate) use target::{Done, INTERRUPTED, MARK, Target};

/// Why a store could not be carried over.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One of the two stores said no.
    #[error(transparent)]
    Store(#[from] crate::Error),
    /// What was asked for must not be done, or what was read cannot be right. The sentence says what to do.
    #[error("{0}")]
    Refused(String),
    /// A file.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
}

/// The answer of everything here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Rows are carried over.
    Copy,
    /// What arrived is read again and compared.
    Verify,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// The table at hand.
    pub table: &'static str,
    /// Rows of all tables that are done.
    pub done: u64,
    /// Rows of all tables.
    pub of: u64,
}

/// Hears how far it is.
pub type Listener<'a> = &'a mut (dyn FnMut(Progress) + Send);

/// One table that was carried over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// Its name.
    pub table: &'static str,
    /// How many rows, and their sum.
    pub tally: Tally,
}

/// What a backup or a restore did.
#[derive(Clone, Debug)]
pub struct Report {
    /// All tables.
    pub tables: Vec<Carried>,
    /// Files of media.
    pub files: u64,
}

impl Report {
    /// Rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|it| it.tally.rows).sum()
    }
}

/// Moves everything into an empty store, or goes on with a move that was interrupted. Nobody may work on either store
/// meanwhile. The old one stays as it is.
pub async fn migrate(
    from: &Location,
    to: &Location,
    now: Timestamp,
    tell: Listener<'_>,
) -> Result<Vec<Carried>> {
    let quiet = snapshot::quiet(from).await?;
    let snapshot = Snapshot::whole(from).await?;
    let mut target = Target::open(to, now).await?;
    let tables = fill(snapshot, &mut target, to, tell).await?;
    if quiet.is_none() {
        // Nothing kept a server away from it: what that took in meanwhile is not here.
        snapshot::quiet(from).await?;
    }
    target.finish().await?;
    Ok(tables)
}

/// Writes one consistent state of a store, and the files in `media`, into `out`. The server may go on working.
pub async fn backup(
    from: &Location,
    media: Option<&Path>,
    out: &mut (dyn Write + Send),
    head: archive::About,
    tell: Listener<'_>,
) -> Result<Report> {
    let mut snapshot = Snapshot::whole(from).await?;
    let mut writer = archive::Writer::begin(out, &head, &snapshot)?;
    let of = snapshot.rows();
    let mut tallies = vec![Tally::default(); snapshot.tables.len()];
    let mut done = 0;
    while let Some(batch) = snapshot.next().await? {
        let listed = &snapshot.tables[batch.table];
        tallies[batch.table].add_all(&batch.rows);
        writer.rows(listed.table.name, &batch.rows)?;
        done += batch.rows.len() as u64;
        tell(Progress { step: Step::Copy, table: listed.table.name, done, of });
    }
    snapshot.complete(&tallies)?;
    // After the tables: every file that a row names was there when the snapshot was taken, or has been erased since.
    let files = match media {
        Some(folder) => media::pack(folder, &mut writer)?,
        None => 0,
    };
    let tables = carried(&snapshot.tables, tallies);
    writer.end(&tables, files)?;
    Ok(Report { tables, files })
}

/// Reads a backup to its end without doing anything with it. An error says where it is damaged.
pub async fn check(from: Box<dyn Read + Send>) -> Result<()> {
    let (mut snapshot, _) = archive::open(from, None).await?;
    while snapshot.next().await?.is_some() {}
    Ok(())
}

/// Fills an empty store from a backup, or goes on with a restore that was interrupted. Files go into `media`.
pub async fn restore(
    from: Box<dyn Read + Send>,
    to: &Location,
    media: &Path,
    now: Timestamp,
    tell: Listener<'_>,
) -> Result<Report> {
    let (snapshot, files) = archive::open(from, Some(media.to_owned())).await?;
    let mut target = Target::open(to, now).await?;
    let tables = fill(snapshot, &mut target, to, tell).await?;
    target.finish().await?;
    Ok(Report { tables, files: files.load(std::sync::atomic::Ordering::SeqCst) })
}

pub use archive::About;

/// Copies and compares. It is a store when the target is finished after that.
async fn fill(
    mut snapshot: Snapshot,
    target: &mut Target,
    to: &Location,
    tell: Listener<'_>,
) -> Result<Vec<Carried>> {
    for listed in &snapshot.tables {
        target.fits(listed).await?;
    }
    let tallies = copy(&mut snapshot, target, tell).await?;
    snapshot.complete(&tallies)?;
    target.settle().await?;
    let tables = carried(&snapshot.tables, tallies);
    verify(to, &tables, tell).await?;
    Ok(tables)
}

async fn copy(snapshot: &mut Snapshot, target: &mut Target, tell: Listener<'_>) -> Result<Vec<Tally>> {
    let of = snapshot.rows();
    let mut tallies = vec![Tally::default(); snapshot.tables.len()];
    let mut done = 0;
    while let Some(Batch { table, mut rows }) = snapshot.next().await? {
        let listed = &snapshot.tables[table];
        let tally = &mut tallies[table];
        done += rows.len() as u64;
        let before = target.done(listed.table.name);
        // What an interrupted run has brought already is only summed, to see that it is still the same.
        let known = usize::try_from(before.rows.saturating_sub(tally.rows)).unwrap_or(usize::MAX);
        let fresh = rows.split_off(known.min(rows.len()));
        tally.add_all(&rows);
        if tally.rows == before.rows && *tally != before {
            return Err(changed(listed.table.name));
        }
        if !fresh.is_empty() {
            tally.add_all(&fresh);
            target.insert(listed, fresh, *tally).await?;
        }
        tell(Progress { step: Step::Copy, table: listed.table.name, done, of });
    }
    for (listed, tally) in snapshot.tables.iter().zip(&tallies) {
        if tally.rows < target.done(listed.table.name).rows {
            return Err(changed(listed.table.name));
        }
    }
    Ok(tallies)
}

fn changed(table: &str) -> Error {
    Error::Refused(format!(
        "the source is not what it was when this was interrupted: rows of {table} that were copied have changed. \
         Empty the target (drop its database, or delete its file) and begin again"
    ))
}

/// Reads everything that arrived and compares counts and sums.
async fn verify(to: &Location, wanted: &[Carried], tell: Listener<'_>) -> Result<()> {
    let mut arrived = Snapshot::open(to).await?;
    let of = arrived.rows();
    let mut tallies = vec![Tally::default(); arrived.tables.len()];
    let mut done = 0;
    while let Some(batch) = arrived.next().await? {
        tallies[batch.table].add_all(&batch.rows);
        done += batch.rows.len() as u64;
        tell(Progress { step: Step::Verify, table: arrived.tables[batch.table].table.name, done, of });
    }
    for (wanted, found) in wanted.iter().zip(carried(&arrived.tables, tallies)) {
        if *wanted != found {
            return Err(Error::Refused(format!(
                "{}: {} rows with the sum {} were sent, {} with {} arrived. Did somebody write into the target? \
                 Empty it and begin again",
                wanted.table,
                wanted.tally.rows,
                wanted.tally.sum(),
                found.tally.rows,
                found.tally.sum()
            )));
        }
    }
    Ok(())
}

fn carried(tables: &[Listed], tallies: Vec<Tally>) -> Vec<Carried> {
    tables.iter().zip(tallies).map(|(it, tally)| Carried { table: it.table.name, tally }).collect()
}
