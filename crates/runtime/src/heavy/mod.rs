//! Threads for work that may take long: turns that compute much, checking and importing bots, test chats, flow tests,
//! exports. They serve nobody else, and each account has its share of them, so whatever somebody makes large is slow for
//! that account alone (docs/decisions/0133).

mod queue;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use chasqui_model::Id;
use chasqui_model::account::Account;
use tokio::sync::oneshot;

use queue::{Queue, Work};

/// How long a piece of work may wait for a thread before it is refused. People who wait longer try again.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most pieces of work of one account that wait. With [`PATIENCE`] more would not come to their turn anyway.
const MAX_WAITING: usize = 32;
/// How much less the threads count for the system's scheduler than those that serve: about a tenth.
const NICENESS: i32 = 10;

/// The threads. They end when this is dropped and what is in hand is done.
#[derive(Debug)]
pub struct Heavy {
    queue: Arc<Queue>,
    patience: Duration,
}

/// Why heavy work brought nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRun {
    /// Too much of the account's work waits, or it waited too long. It was not begun: try again later.
    #[error("too much work of this account is waiting")]
    Busy,
    /// It panicked. The thread lives on.
    #[error("the work failed")]
    Failed,
}

impl Heavy {
    /// Starts the threads: two at least, so that one account never has all of them.
    pub fn start(threads: usize) -> std::io::Result<Self> {
        let threads = threads.max(2);
        let queue = Arc::new(Queue::new(threads - 1));
        let heavy = Self { queue, patience: PATIENCE };
        for _ in 0..threads {
            let queue = Arc::clone(&heavy.queue);
            std::thread::Builder::new().name("heavy".into()).spawn(move || work_off(&queue))?;
        }
        Ok(heavy)
    }

    /// As many threads as this machine has cores.
    pub fn for_this_machine() -> std::io::Result<Self> {
        Self::start(std::thread::available_parallelism().map_or(2, usize::from).min(16))
    }

    /// Most threads that one account has at a time.
    pub(crate) fn share(&self) -> usize {
        self.queue.share()
    }

    /// Runs work in the name of an account. Accounts take turns; the work of one account begins in order. When this is
    /// dropped before the work began, it never begins; after that it is finished for nobody.
    pub async fn run<T: Send + 'static>(
        &self,
        account: Id<Account>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NotRun> {
        if self.queue.waiting(account) >= MAX_WAITING {
            return Err(NotRun::Busy);
        }
        let (begun, begins) = oneshot::channel();
        let done = self.hand_in(account, Some(begun), work);
        match tokio::time::timeout(self.patience, begins).await {
            // An error means that it was done or failed already, or that the threads are gone.
            Ok(_) => done.await.map_err(|_| NotRun::Failed),
            Err(_) => Err(NotRun::Busy),
        }
    }

    /// As [`Heavy::run`], for work that whoever hands it in bounds and waits for however long it takes.
    pub(crate) async fn wait_for<T: Send + 'static>(
        &self,
        account: Id<Account>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NotRun> {
        self.hand_in(account, None, work).await.map_err(|_| NotRun::Failed)
    }

    fn hand_in<T: Send + 'static>(
        &self,
        account: Id<Account>,
        begun: Option<oneshot::Sender<()>>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> oneshot::Receiver<T> {
        let (sender, receiver) = oneshot::channel();
        let run: Work = Box::new(move || {
            let gave_up = begun.is_some_and(|begun| begun.send(()).is_err());
            if gave_up || sender.is_closed() {
                return;
            }
            // A fault in one piece of work must not take a thread from all. Its sender is dropped, which tells whoever
            // waits; nothing else is shared.
            if let Ok(result) = catch_unwind(AssertUnwindSafe(work)) {
                let _ = sender.send(result);
            }
        });
        self.queue.push(account, run);
        receiver
    }
}

impl Drop for Heavy {
    fn drop(&mut self) {
        self.queue.close();
    }
}

fn work_off(queue: &Queue) {
    // It only makes serving smoother: a system that refuses it shares the processor evenly.
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%error, "a thread for heavy work keeps its priority");
    }
    while let Some((account, work)) = queue.next() {
        work();
        queue.done(account);
    }
}

#[cfg(test)]
mod tests;
