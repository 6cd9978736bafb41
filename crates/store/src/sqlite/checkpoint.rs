//! Moves what the WAL has gathered into the database file, beside the writer: a checkpoint on the writing thread stalls
//! everybody who waits for a commit, for as long as it takes to copy thousands of pages.
//!
//! The bulk is copied by a thread of its own, which holds nobody up (`PASSIVE`). What was written meanwhile is little; the
//! writer copies that itself, so that at this moment all of the WAL is copied and it can begin again at its start.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use rusqlite::Connection;

use super::generation::Generation;
use crate::Result;

/// Pages in the WAL from which on they are moved: 16 MiB.
const PAGES: u32 = 4000;
/// How long the last checkpoint waits for somebody who reads, a backup say.
const LAST: Duration = Duration::from_secs(1);

/// What the thread is to do.
enum Errand {
    /// Move pages.
    Copy,
    /// Write down which generation is durable.
    Note(Generation),
}

/// The way to the thread that copies.
pub(super) struct Checkpoints {
    /// Pages in the WAL after the last commit.
    pages: Arc<AtomicU32>,
    errands: SyncSender<Errand>,
    copied: Arc<AtomicBool>,
    under_way: bool,
    generation: Generation,
}

impl Checkpoints {
    /// Starts the thread with a connection of its own. It ends when this is dropped.
    pub(super) fn start(
        writer: &mut Connection,
        connection: Connection,
        generation: Generation,
    ) -> Result<Self> {
        let pages = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&pages);
        writer.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages| {
            counted.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))?;
        let copied = Arc::new(AtomicBool::new(false));
        let (errands, received) = sync_channel(2);
        let done = Arc::clone(&copied);
        std::thread::Builder::new()
            .name("store-checkpoint".into())
            .spawn(move || {
                while let Ok(errand) = received.recv() {
                    match errand {
                        Errand::Copy => {
                            copy(&connection);
                            done.store(true, Ordering::Release);
                        }
                        Errand::Note(generation) => generation.note(),
                    }
                }
            })
            .map_err(|error| crate::Error::Unavailable(error.to_string()))?;
        Ok(Self { pages, errands, copied, under_way: false, generation })
    }

    /// To be called by the writer between two transactions.
    pub(super) fn look(&mut self, writer: &Connection) {
        if self.copied.swap(false, Ordering::Acquire) {
            if copy(writer) {
                self.begin_generation(writer);
            }
            self.under_way = false;
        } else if !self.under_way && self.pages.load(Ordering::Relaxed) > PAGES {
            // An error means that the thread is gone; the WAL grows and nothing is lost.
            self.under_way = self.errands.try_send(Errand::Copy).is_ok();
        }
    }

    /// What stands in the WAL from here on is not in the database: so must be what tells of it.
    fn begin_generation(&mut self, writer: &Connection) {
        match self.generation.advance(writer) {
            // Full or gone: the next one is written down.
            Ok(()) => drop(self.errands.try_send(Errand::Note(self.generation.clone()))),
            Err(error) => tracing::warn!(%error, "the next generation of the database could not begin"),
        }
    }

    /// Moves everything into the database and leaves an empty WAL: the writer's last deed.
    pub(super) fn end(writer: &Connection) {
        let moved = writer.busy_timeout(LAST).and_then(|()| {
            writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
        });
        match moved {
            Ok(0) => {}
            Ok(_) => tracing::warn!("somebody reads the database: its log stays beside it"),
            Err(error) => tracing::warn!(%error, "the database's log could not be moved into its file"),
        }
    }
}

/// Copies what can be copied without waiting for anybody. Answers whether that was all.
fn copy(connection: &Connection) -> bool {
    let counts = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
    match connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], counts) {
        Ok((written, moved)) => written == moved,
        Err(error) => {
            // The disk is full, mostly: the WAL keeps everything, and the next time may go well.
            tracing::warn!(%error, "the database's log could not be moved into its file");
            false
        }
    }
}
