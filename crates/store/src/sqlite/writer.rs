//! The one thread that writes. It takes what has queued up while the last commit was on its way to the disk and commits
//! it together: the busier it gets, the cheaper a write becomes.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::checkpoint::Checkpoints;
use super::files::Files;
use super::lock::Lock;
use crate::pulse::Pulse;
use crate::{Error, Result, crash_point};

/// Most jobs in one commit. Bounds how long the first one waits for the last one's statements.
const GROUP: usize = 160;

/// How long `BEGIN` waits for another process that holds the write lock. Twice this, for a job that queues up behind one which
/// waits, is below the time in which a delivery is to be answered.
pub(super) const BUSY: Duration = Duration::from_secs(3);

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

/// What the thread is asked for.
enum Order {
    Work(Box<dyn Job>),
    /// Leave the file whole, and answer.
    End(oneshot::Sender<()>),
}

/// What the thread works with.
pub(super) struct Desk {
    pub(super) connection: Connection,
    pub(super) checkpoints: Checkpoints,
    pub(super) pulse: Pulse,
    pub(super) files: Files,
    /// Kept for as long as anything is written.
    pub(super) lock: Arc<Lock>,
}

/// The way to the writing thread.
#[derive(Clone)]
pub(super) struct Writer {
    orders: std::sync::mpsc::SyncSender<Order>,
}

impl Writer {
    /// Starts the thread. It ends when the last `Writer` is dropped and all jobs are done.
    pub(super) fn start(desk: Desk) -> std::io::Result<(Self, std::thread::JoinHandle<()>)> {
        let (orders, queue) = std::sync::mpsc::sync_channel::<Order>(65_536);
        let thread =
            std::thread::Builder::new().name("store-writer".into()).spawn(move || desk.work(&queue))?;
        Ok((Self { orders }, thread))
    }

    /// Waits until all that was asked for before is done, and the file holds everything.
    pub(super) async fn end(&self) {
        let (reply, done) = oneshot::channel();
        if self.orders.try_send(Order::End(reply)).is_ok() {
            // An error means that the thread is gone.
            let _ = done.await;
        }
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
        match self.orders.try_send(Order::Work(task)) {
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

impl Desk {
    fn work(mut self, queue: &std::sync::mpsc::Receiver<Order>) {
        let mut group: Vec<Box<dyn Job>> = Vec::with_capacity(GROUP);
        while let Ok(first) = queue.recv() {
            let mut next = Some(first);
            let mut ends = None;
            while let Some(order) = next {
                match order {
                    Order::Work(job) => group.push(job),
                    Order::End(reply) => ends = Some(reply),
                }
                next = (group.len() < GROUP && ends.is_none()).then(|| queue.try_recv().ok()).flatten();
            }
            if !group.is_empty() {
                self.commit(&mut group);
            }
            self.checkpoints.look(&self.connection);
            if let Some(reply) = ends {
                Checkpoints::end(&self.connection);
                let _ = reply.send(());
            }
        }
        drop(self.connection);
        // Only here: with it go SQLite's own locks.
        drop(self.lock);
    }

    fn commit(&self, group: &mut Vec<Box<dyn Job>>) {
        if let Some(reason) = self.pulse.gone() {
            return refuse(group, &reason);
        }
        self.pulse.begin();
        match commit_group(&self.connection, group, &self.files) {
            Outcome::Well => self.pulse.well(),
            Outcome::Failed(reason) => self.pulse.failed(&reason),
            Outcome::Lost(reason) => {
                tracing::error!(reason, "a commit went into a file that nobody finds");
                self.pulse.lose(reason);
            }
        }
    }
}

/// What became of a group, as far as it says something about the store.
enum Outcome {
    Well,
    /// It could not be written.
    Failed(String),
    /// It was written where nobody will find it. Nobody was told that it is durable.
    Lost(String),
}

fn refuse(group: &mut Vec<Box<dyn Job>>, reason: &str) {
    for job in group.drain(..) {
        job.done(Err(Error::Unavailable(reason.to_owned())));
    }
}

fn commit_group(connection: &Connection, group: &mut Vec<Box<dyn Job>>, files: &Files) -> Outcome {
    if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
        let reason = error.to_string();
        refuse(group, &reason);
        return Outcome::Failed(reason);
    }
    let outcome = group.iter_mut().try_for_each(|job| job.work(connection));
    crash_point!("K01");
    match outcome.and_then(|()| commit(connection)) {
        Ok(()) => {
            crash_point!("K02");
            if let Err(reason) = files.look() {
                refuse(group, &reason);
                return Outcome::Lost(reason);
            }
            for job in group.drain(..) {
                job.done(Ok(()));
            }
            Outcome::Well
        }
        Err(_) if group.len() > 1 => {
            roll_back(connection);
            each_alone(connection, group, files)
        }
        Err(error) => {
            roll_back(connection);
            let outcome = judged(&error);
            if let Some(job) = group.pop() {
                job.done(Err(error));
            }
            outcome
        }
    }
}

fn each_alone(connection: &Connection, group: &mut Vec<Box<dyn Job>>, files: &Files) -> Outcome {
    let mut last = Outcome::Well;
    for mut job in group.drain(..) {
        let mut outcome = alone(connection, job.as_mut());
        last = outcome.as_ref().err().map_or(Outcome::Well, judged);
        if outcome.is_ok()
            && let Err(reason) = files.look()
        {
            outcome = Err(Error::Unavailable(reason.clone()));
            last = Outcome::Lost(reason);
        }
        job.done(outcome);
    }
    last
}

/// A refusal is an answer; not to be able to write is none.
fn judged(error: &Error) -> Outcome {
    match error {
        Error::Unavailable(reason) => Outcome::Failed(reason.clone()),
        Error::Exists(_)
        | Error::Stale
        | Error::Gone
        | Error::Behind
        | Error::NotOwner
        | Error::Corrupt(_)
        | Error::Busy
        | Error::TooSlow
        | Error::Full(_)
        | Error::Secret(_) => Outcome::Well,
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
