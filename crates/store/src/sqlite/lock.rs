//! One process works on a database. Two locks say so: one on a file beside it, which is there before the database is, and
//! one on the database itself, which nobody takes away by deleting a file.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use crate::{Error, Result};

/// Tries, with a pause each: a store that was closed a moment ago finishes its last commit first.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(10);

/// Keeps every other process away while it lives.
///
/// It must outlive all connections: the system drops a process's locks on a file, SQLite's too, when any descriptor of that
/// file is closed.
#[derive(Debug)]
pub(crate) struct Lock {
    _name: File,
    database: Option<File>,
}

impl Lock {
    /// Takes the lock of a database that is there, or is about to be made.
    pub(super) fn take(path: &Path) -> Result<Self> {
        let name = path.with_extension("lock");
        let file = File::create(&name)
            .map_err(|error| Error::Unavailable(format!("cannot write {}: {error}", name.display())))?;
        hold(&file, path)?;
        let mut lock = Self { _name: file, database: None };
        if path.is_file() {
            lock.cover(path)?;
        }
        Ok(lock)
    }

    /// Covers the database as well, when it was made only now.
    pub(super) fn cover(&mut self, path: &Path) -> Result<()> {
        if self.database.is_none() {
            let file = File::open(path)
                .map_err(|error| Error::Unavailable(format!("cannot read {}: {error}", path.display())))?;
            hold(&file, path)?;
            self.database = Some(file);
        }
        Ok(())
    }
}

fn hold(file: &File, path: &Path) -> Result<()> {
    for _ in 0..TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) => {
                return Err(Error::Unavailable(format!("cannot lock {}: {error}", path.display())));
            }
        }
    }
    Err(Error::Unavailable(format!("{} is in use by another chasqui; stop that one first", path.display())))
}
