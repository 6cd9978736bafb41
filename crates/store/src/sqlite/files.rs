//! Whether the files of the database are still the ones that were opened. A process goes on writing to a file that was
//! moved, replaced or deleted, and after its end nobody finds what it wrote.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use crate::Result;
use crate::error::Error;
use crate::pulse::Pulse;

/// How often it is looked, besides at each commit.
const EVERY: Duration = Duration::from_secs(2);

/// The files, as they were opened.
#[derive(Clone, Debug)]
pub(super) struct Files {
    all: Vec<(PathBuf, (u64, u64))>,
}

impl Files {
    /// Remembers the files of a database that has a log already.
    pub(super) fn of(database: &Path) -> Result<Self> {
        // SQLite puts the others beside the file itself, wherever a link to it stands.
        let real = fs::canonicalize(database).map_err(|error| cannot(database, &error))?;
        let beside = |ending: &str| {
            let mut path = real.as_os_str().to_owned();
            path.push(ending);
            PathBuf::from(path)
        };
        let paths = [database.to_owned(), beside("-wal"), beside("-shm")];
        let all = paths.into_iter().map(|path| match which(&path) {
            Ok(which) => Ok((path, which)),
            Err(error) => Err(cannot(&path, &error)),
        });
        Ok(Self { all: all.collect::<Result<_>>()? })
    }

    /// Whether all of them are where they were; if not, why not. A few microseconds.
    pub(super) fn look(&self) -> Result<(), String> {
        for (path, opened) in &self.all {
            let what = match which(path) {
                Ok(found) if found == *opened => continue,
                Ok(_) => "is another file now",
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => "is not there any more",
                // It cannot be told: whoever writes will see.
                Err(_) => continue,
            };
            return Err(format!(
                "{} {what}: the database was moved, replaced or deleted while the server works. Put it back, or restart the \
                 server",
                path.display()
            ));
        }
        Ok(())
    }
}

fn which(path: &Path) -> std::io::Result<(u64, u64)> {
    let found = fs::metadata(path)?;
    Ok((found.dev(), found.ino()))
}

fn cannot(path: &Path, error: &std::io::Error) -> Error {
    Error::Unavailable(format!("cannot read {}: {error}", path.display()))
}

/// Looks at the files now and then, until it is dropped.
#[derive(Debug)]
pub(super) struct Watch {
    _end: SyncSender<()>,
}

impl Watch {
    pub(super) fn start(files: Files, pulse: Pulse) -> std::io::Result<Self> {
        let (end, ended) = sync_channel(0);
        std::thread::Builder::new().name("store-files".into()).spawn(move || run(&files, &pulse, &ended))?;
        Ok(Self { _end: end })
    }
}

fn run(files: &Files, pulse: &Pulse, ended: &Receiver<()>) {
    let mut was_gone = false;
    while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
        let reason = files.look().err();
        let is_gone = pulse.set_gone(reason.clone());
        match (was_gone, is_gone) {
            (false, true) => {
                let reason = reason.unwrap_or_else(|| "they were gone for a moment".to_owned());
                tracing::error!(reason, "nothing is written or confirmed any more");
            }
            (true, false) => tracing::warn!("the files of the database are back, and it is written to again"),
            (true, true) | (false, false) => {}
        }
        was_gone = is_gone;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_moved_or_replaced_is_noticed_and_one_that_is_back_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["a.db", "a.db-wal", "a.db-shm"] {
            fs::write(path(name), "x").unwrap();
        }
        let files = Files::of(&path("a.db")).unwrap();
        for name in ["a.db", "a.db-wal", "a.db-shm"] {
            files.look().unwrap();
            fs::rename(path(name), path("away")).unwrap();
            assert!(files.look().unwrap_err().contains(&format!("{name} is not there any more")));
            fs::write(path(name), "x").unwrap();
            assert!(files.look().unwrap_err().contains(&format!("{name} is another file now")));
            fs::rename(path("away"), path(name)).unwrap();
        }
        files.look().unwrap();
    }
}
