//! An empty store that is being filled. It says so in a table of its own, so that an interrupted run can be gone on with
//! and no server starts on half a store.

use std::collections::HashMap;

use chasqui_model::Timestamp;

use super::snapshot::Listed;
use super::{Result, Tally};
use crate::value::Row;
use crate::{Location, postgres, sqlite};

/// What has arrived so far, by table.
pub(crate) type Done = HashMap<String, Tally>;

/// The table that a store has while it is being filled.
pub(crate) const MARK: &str = "transfer";

/// Why a server does not start on it.
pub(crate) const INTERRUPTED: &str = "it holds only a part: a `chasqui migrate-store` or `chasqui restore` into it was \
    interrupted. Run the same command again, it goes on where it was; or empty the store";

/// A store that is being filled, and what has arrived.
pub(crate) struct Target {
    place: Place,
    done: Done,
}

enum Place {
    Sqlite(sqlite::transfer::Filling),
    Postgres(Box<postgres::transfer::Filling>),
}

impl Target {
    /// Takes an empty store, or one that was being filled. Refuses any other.
    pub(crate) async fn open(location: &Location, now: Timestamp) -> Result<Self> {
        let (place, done) = match location {
            Location::Sqlite(path) => {
                let (filling, done) = sqlite::transfer::Filling::open(path, now)?;
                (Place::Sqlite(filling), done)
            }
            Location::Postgres { url, allow_unsafe } => {
                let (filling, done) = postgres::transfer::Filling::open(url, *allow_unsafe, now).await?;
                (Place::Postgres(Box::new(filling)), done)
            }
        };
        Ok(Self { place, done })
    }

    /// What had arrived of a table when this began.
    pub(crate) fn done(&self, table: &str) -> Tally {
        self.done.get(table).copied().unwrap_or_default()
    }

    /// Refuses a table that is not like the one here.
    pub(crate) async fn fits(&mut self, listed: &Listed) -> Result<()> {
        match &mut self.place {
            Place::Sqlite(filling) => filling.fits(listed),
            Place::Postgres(filling) => filling.fits(listed).await,
        }
    }

    /// Adds rows and writes down that they are there, both or neither.
    pub(crate) async fn insert(&mut self, listed: &Listed, rows: Vec<Row>, tally: Tally) -> Result<()> {
        match &mut self.place {
            Place::Sqlite(filling) => filling.insert(listed, &rows, tally),
            Place::Postgres(filling) => filling.insert(listed, &rows, tally).await,
        }
    }

    /// Makes what follows from what has arrived.
    pub(crate) async fn settle(&mut self) -> Result<()> {
        match &mut self.place {
            // The outbox is an index there, and numbers of the inbox follow the clock.
            Place::Sqlite(_) => Ok(()),
            Place::Postgres(filling) => filling.settle().await,
        }
    }

    /// Makes a store of it that servers start on.
    pub(crate) async fn finish(&mut self) -> Result<()> {
        match &mut self.place {
            Place::Sqlite(filling) => filling.finish(),
            Place::Postgres(filling) => filling.finish().await,
        }
    }
}

/// Why a store that holds something is refused.
pub(crate) fn not_empty(place: &str, table: &str) -> super::Error {
    super::Error::Refused(format!(
        "{place} is not empty: there are rows in {table}. Nothing was changed. Name a database that holds nothing, or \
         empty this one yourself"
    ))
}
