//! Moves what the WAL has gathered into the database file, beside the writer: a checkpoint on the writing thread stalls
//! everybody who waits for a commit, for as long as it takes to copy thousands of pages.
//!
//! The bulk is copied by a thread of its own, which holds nobody up (`PASSIVE`). What was written meanwhile is little; the
//! writer copies that itself, so that at this moment all of the WAL is copied and it can begin again at its start.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};

use rusqlite::Connection;

use crate::Result;

/// Pages in the WAL from which on they are moved: 16 MiB.
const PAGES: u32 = 4000;

/// The way to the thread that copies.
pub(super) struct Checkpoints {
    /// Pages in the WAL after the last commit.
    pages: Arc<AtomicU32>,
    wake: SyncSender<()>,
    copied: Arc<AtomicBool>,
    under_way: bool,
}

impl Checkpoints {
    /// Starts the thread with a connection of its own. It ends when this is dropped.
    pub(super) fn start(writer: &mut Connection, connection: Connection) -> Result<Self> {
        let pages = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&pages);
        writer.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages| {
            counted.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))?;
        let copied = Arc::new(AtomicBool::new(false));
        let (wake, woken) = sync_channel(1);
        let done = Arc::clone(&copied);
        std::thread::Builder::new()
            .name("store-checkpoint".into())
            .spawn(move || {
                while woken.recv().is_ok() {
                    copy(&connection);
                    done.store(true, Ordering::Release);
                }
            })
            .map_err(|error| crate::Error::Unavailable(error.to_string()))?;
        Ok(Self { pages, wake, copied, under_way: false })
    }

    /// To be called by the writer between two transactions.
    pub(super) fn look(&mut self, writer: &Connection) {
        if self.copied.swap(false, Ordering::Acquire) {
            copy(writer);
            self.under_way = false;
        } else if !self.under_way && self.pages.load(Ordering::Relaxed) > PAGES {
            // An error means that the thread is gone; the WAL grows and nothing is lost.
            self.under_way = self.wake.try_send(()).is_ok();
        }
    }
}

/// Copies what can be copied without waiting for anybody.
fn copy(connection: &Connection) {
    let outcome = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    if let Err(error) = outcome {
        // The disk is full, mostly: the WAL keeps everything, and the next time may go well.
        tracing::warn!(%error, "the database's log could not be moved into its file");
    }
}
