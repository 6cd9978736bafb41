//! Notices that a part of the database is missing. The latest commits stand in the log (`-wal`) until they are moved into
//! the database: without that file SQLite opens an older database, or an empty one, and says nothing.
//!
//! The database carries a number, its generation (SQLite's `user_version`). It grows at each start and whenever the log was
//! moved into the database, so the newest generation always stands in the log. A file beside the database knows the
//! highest one. That file is written only when the commit is on the disk, so it is never ahead by itself, whatever is
//! killed or loses power; a database that is behind it has lost something.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::{Error, Result};

const PRAGMA: &str = "user_version";

/// The file beside a database that knows its generation.
#[derive(Clone, Debug)]
pub(super) struct Generation {
    file: PathBuf,
    /// The one that the database has.
    current: i64,
}

impl Generation {
    pub(super) fn of(database: &Path) -> Self {
        Self { file: database.with_extension("generation"), current: 0 }
    }

    /// Refuses a database that is not there although there was one. To be called before anything makes it.
    pub(super) fn check_there(&self, database: &Path) -> Result<()> {
        check_log(database)?;
        if self.known().is_none() || !is_empty(database) {
            return Ok(());
        }
        Err(Error::Unavailable(format!(
            "{name} is missing or empty, and {file} says that there was a database. Put {name} and {log} back, or empty the \
             folder and run `chasqui restore`. To begin with an empty installation, delete {file}",
            name = name(database),
            log = name(&log_of(database)),
            file = self.file.display(),
        )))
    }

    /// Refuses a database that is older than the last one here. To be called before anything is written to it.
    pub(super) fn check(&self, connection: &Connection, database: &Path) -> Result<()> {
        let (known, found) = (self.known().unwrap_or(0), read(connection)?);
        if found >= known {
            return Ok(());
        }
        Err(Error::Unavailable(format!(
            "a part of the database is missing: {name} is of generation {found}, and {file} knows generation {known}. \
             Most likely {log} was deleted or not copied along. Put {name} and {log} back as they were together, or restore \
             a backup. Did you put an older copy here on purpose, delete {file} and start again: what came in since that \
             copy is lost",
            name = name(database),
            log = name(&log_of(database)),
            file = self.file.display(),
        )))
    }

    /// The first generation of this process begins, above all that were.
    pub(super) fn start(&mut self, connection: &Connection) -> Result<()> {
        self.current = read(connection)?.max(self.known().unwrap_or(0));
        self.advance(connection)?;
        self.note();
        Ok(())
    }

    /// The next one begins: durable in the database when this returns, and to be noted then.
    pub(super) fn advance(&mut self, connection: &Connection) -> Result<()> {
        connection.pragma_update(None, PRAGMA, self.current + 1)?;
        self.current += 1;
        Ok(())
    }

    /// Writes the one that the database has anew: a write that changes nothing, and goes all the way to the disk.
    pub(super) fn touch(connection: &Connection) -> Result<()> {
        Ok(connection.pragma_update(None, PRAGMA, read(connection)?)?)
    }

    /// Remembers outside of the database what is durable in it. A failure is no harm: what is not known is not missed.
    pub(super) fn note(&self) {
        if let Err(error) = self.write(self.current) {
            let file = self.file.display();
            tracing::warn!(%file, %error, "the generation of the database could not be written down");
        }
    }

    fn write(&self, generation: i64) -> std::io::Result<()> {
        let unfinished = self.file.with_extension("generation.new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&unfinished)?;
        file.write_all(format!("{generation}\n").as_bytes())?;
        file.sync_all()?;
        fs::rename(&unfinished, &self.file)?;
        let folder = self.file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }

    /// The highest generation that was durable here. What cannot be read is not known.
    fn known(&self) -> Option<i64> {
        fs::read_to_string(&self.file).ok()?.trim().parse().ok()
    }
}

/// Refuses a log without its database: SQLite would delete it.
pub(super) fn check_log(database: &Path) -> Result<()> {
    let log = log_of(database);
    if !is_empty(database) || is_empty(&log) {
        return Ok(());
    }
    Err(Error::Unavailable(format!(
        "{} is missing or empty, and its log {} is there: put the database back beside it, or move the log away",
        name(database),
        log.display(),
    )))
}

/// Missing, or without a byte.
fn is_empty(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |it| it.len() == 0)
}

fn read(connection: &Connection) -> Result<i64> {
    Ok(connection.pragma_query_value(None, PRAGMA, |row| row.get(0))?)
}

fn log_of(database: &Path) -> PathBuf {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    PathBuf::from(log)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
