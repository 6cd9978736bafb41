//! The one thread that writes. It takes what has queued up while the last commit was on its way to the disk and commits
//! it together: the busier it gets, the cheaper a write becomes.

use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::checkpoint::Checkpoints;
use crate::{Error, Result, crash_point};

/// Most jobs in one commit. Bounds how long the first one waits for the last one's statements.
const GROUP: usize = 160;

/// How long `BEGIN` waits for another process that holds the write lock.
pub(super) const BUSY: Duration = Duration::from_secs(5);

trait Job: Send {
    /// The work. May run twice: with others and, should the group fail, alone.
    fn work(&mut self, connection: &Connection) -> Result<()>;
    /// Called once, after the commit or with the reason why there was none.
    fn done(self: Box<Self>, outcome: Result<()>);
}

struct Task<T, W, A> {
    work: W,
    after: A,
    result: Option<T>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T, W, A> Job for Task<T, W, A>
where
    T: Send,
    W: FnMut(&Connection) -> Result<T> + Send,
    A: FnOnce(&mut T) + Send,
{
    fn work(&mut self, connection: &Connection) -> Result<()> {
        self.result = Some((self.work)(connection)?);
        Ok(())
    }

    fn done(self: Box<Self>, outcome: Result<()>) {
        let Self { after, result, reply, .. } = *self;
        let answer = match (outcome, result) {
            (Ok(()), Some(mut result)) => {
                after(&mut result);
                Ok(result)
            }
            (Err(error), _) => Err(error),
            (Ok(()), None) => Err(Error::Corrupt("a write was committed without having run".into())),
        };
        // Nobody waits any more: the write stands all the same.
        let _ = reply.send(answer);
    }
}

/// The way to the writing thread.
#[derive(Clone)]
pub(super) struct Writer {
    jobs: std::sync::mpsc::SyncSender<Box<dyn Job>>,
}

impl Writer {
    /// Starts the thread. It ends when the last `Writer` is dropped and all jobs are done.
    pub(super) fn start(
        connection: Connection,
        mut checkpoints: Checkpoints,
    ) -> std::io::Result<(Self, std::thread::JoinHandle<()>)> {
        let (jobs, queue) = std::sync::mpsc::sync_channel::<Box<dyn Job>>(65_536);
        let thread = std::thread::Builder::new().name("store-writer".into()).spawn(move || {
            let mut group: Vec<Box<dyn Job>> = Vec::with_capacity(GROUP);
            while let Ok(first) = queue.recv() {
                group.push(first);
                while group.len() < GROUP
                    && let Ok(next) = queue.try_recv()
                {
                    group.push(next);
                }
                commit_group(&connection, &mut group);
                checkpoints.look(&connection);
            }
        })?;
        Ok((Self { jobs }, thread))
    }

    /// Runs `work` in a transaction that other work may share. It answers after the commit is on the disk.
    pub(super) async fn run<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnMut(&Connection) -> Result<T> + Send + 'static,
    {
        self.run_then(work, |_| {}).await
    }

    /// As [`Writer::run`]; `after` runs on the writing thread, in the order of commits, before the answer.
    pub(super) async fn run_then<T, W, A>(&self, work: W, after: A) -> Result<T>
    where
        T: Send + 'static,
        W: FnMut(&Connection) -> Result<T> + Send + 'static,
        A: FnOnce(&mut T) + Send + 'static,
    {
        let answer = self.submit(work, after)?;
        answer.await.unwrap_or_else(|_| Err(Error::Unavailable("the writer has stopped".into())))
    }

    /// Queues `work` and answers where its outcome will be found.
    pub(super) fn submit<T, W, A>(&self, work: W, after: A) -> Result<oneshot::Receiver<Result<T>>>
    where
        T: Send + 'static,
        W: FnMut(&Connection) -> Result<T> + Send + 'static,
        A: FnOnce(&mut T) + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task = Box::new(Task { work, after, result: None, reply });
        match self.jobs.try_send(task) {
            Ok(()) => Ok(answer),
            Err(std::sync::mpsc::TrySendError::Full(_)) => {
                Err(Error::Unavailable("too many writes are waiting".into()))
            }
            Err(std::sync::mpsc::TrySendError::Disconnected(_)) => {
                Err(Error::Unavailable("the writer has stopped".into()))
            }
        }
    }
}

fn commit_group(connection: &Connection, group: &mut Vec<Box<dyn Job>>) {
    if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
        let reason = error.to_string();
        for job in group.drain(..) {
            job.done(Err(Error::Unavailable(reason.clone())));
        }
        return;
    }
    let outcome = group.iter_mut().try_for_each(|job| job.work(connection));
    crash_point!("K01");
    match outcome.and_then(|()| commit(connection)) {
        Ok(()) => {
            crash_point!("K02");
            for job in group.drain(..) {
                job.done(Ok(()));
            }
        }
        Err(_) if group.len() > 1 => {
            roll_back(connection);
            for mut job in group.drain(..) {
                let outcome = alone(connection, job.as_mut());
                job.done(outcome);
            }
        }
        Err(error) => {
            roll_back(connection);
            if let Some(job) = group.pop() {
                job.done(Err(error));
            }
        }
    }
}

/// One job in a transaction of its own, so that its failure is nobody else's.
fn alone(connection: &Connection, job: &mut dyn Job) -> Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let outcome = job.work(connection).and_then(|()| commit(connection));
    if outcome.is_err() {
        roll_back(connection);
    }
    outcome
}

fn commit(connection: &Connection) -> Result<()> {
    Ok(connection.execute_batch("COMMIT")?)
}

fn roll_back(connection: &Connection) {
    // SQLite may have rolled back by itself (disk full); there is nothing to undo then.
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        tracing::error!(%error, "a transaction could not be undone");
    }
}
