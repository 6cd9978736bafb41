//! Threads that read, each with its own connection. WAL lets them read while the writer writes.
//!
//! There are three kinds. `path` is for what runs bots, and nothing else ever runs there for long. `pages` is for the
//! accounts' people and programs, who take turns; what takes longer than a moment is cut off there and begun again on
//! `slow`, where only slow things wait for each other (docs/decisions/0135).

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use chasqui_model::Id;
use chasqui_model::account::Account;
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::share::{Place, Share};
use crate::{Error, Result, asking};

/// Threads of each kind.
const THREADS: usize = 2;
/// Of the threads for pages, and of those for slow things, one account has this many.
const EACH: usize = 1;
/// What takes longer is slow.
const QUICK: Duration = Duration::from_millis(100);
/// What takes longer is not worth waiting for: whoever asked has gone by then.
const LONGEST: Duration = Duration::from_secs(15);
/// Instructions of SQLite's machine between two looks at the time: some 10 µs.
const LOOK_EVERY: i32 = 1_000;
/// What the threads for slow things leave to everybody else while the machine is busy: two thirds.
const NICE: i32 = 5;
/// Kibibytes of pages that a connection keeps.
const CACHE_OF_PATH: u32 = 8_192;
const CACHE_OF_PAGES: u32 = 4_096;
const CACHE_OF_SLOW: u32 = 2_048;

type Job = Box<dyn FnOnce(&Reader) + Send>;

/// The ways to the reading threads.
pub(super) struct Readers {
    path: Threads,
    pages: Threads,
    slow: Threads,
    page_places: Arc<Share>,
    slow_places: Arc<Share>,
}

impl Readers {
    /// Starts what runs bots needs; the rest starts when it is first asked for something.
    pub(super) fn start(path: &Path) -> Result<Self> {
        let threads = |name, cache, nice| Threads::new(path, name, cache, nice);
        let it = Self {
            path: threads("store-reader", CACHE_OF_PATH, None),
            pages: threads("store-pages", CACHE_OF_PAGES, None),
            slow: threads("store-slow", CACHE_OF_SLOW, Some(NICE)),
            page_places: Share::new(THREADS, EACH),
            slow_places: Share::new(THREADS, EACH),
        };
        it.path.jobs()?;
        Ok(it)
    }

    /// Reads for what runs bots.
    pub(super) async fn run<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.path.run(None, None, work).await
    }

    /// Reads for whoever asks: with a share for each account when pages do, and out of the way of what runs bots when it
    /// takes long. `work` may begin twice.
    pub(super) async fn run_for_asker<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: Fn(&Connection) -> Result<T> + Clone + Send + 'static,
    {
        let (quick, account, longest) = match asking::account() {
            None => (self.path.run(Some(QUICK), None, work.clone()).await, background(), None),
            Some(account) => {
                let place = self.page_places.take(account).await?;
                (self.pages.run(Some(QUICK), Some(place), work.clone()).await, account, Some(LONGEST))
            }
        };
        match quick {
            Err(Error::TooSlow) => {
                let place = self.slow_places.take(account).await?;
                self.slow.run(longest, Some(place), work).await
            }
            other => other,
        }
    }
}

/// What jobs read for nobody takes turns with the accounts.
fn background() -> Id<Account> {
    Id::from_bytes([0xff; 16])
}

/// Threads of a kind.
struct Threads {
    path: PathBuf,
    name: &'static str,
    cache: u32,
    nice: Option<i32>,
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
}

impl Threads {
    fn new(path: &Path, name: &'static str, cache: u32, nice: Option<i32>) -> Self {
        Self { path: path.to_owned(), name, cache, nice, jobs: Mutex::new(None) }
    }

    /// The way to the threads, which start with the first one who asks. They end when this is dropped.
    fn jobs(&self) -> Result<mpsc::Sender<Job>> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(jobs) = &*jobs {
            return Ok(jobs.clone());
        }
        let (sender, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..THREADS {
            let reader = Reader::new(super::open_reader(&self.path, self.cache)?)?;
            let (queue, nice) = (Arc::clone(&queue), self.nice);
            let read = move || {
                // A thread's own niceness is Linux's; where it cannot be had, the thread reads all the same.
                let _ = nice.map(|nice| rustix::process::setpriority_process(None, nice));
                loop {
                    let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    match job {
                        Ok(job) => job(&reader),
                        Err(mpsc::RecvError) => break,
                    }
                }
            };
            let started = std::thread::Builder::new().name(self.name.into()).spawn(read);
            started.map_err(|error| Error::Unavailable(error.to_string()))?;
        }
        Ok(jobs.insert(sender).clone())
    }

    /// Runs `work` on one of the connections; with a time, it is [`Error::TooSlow`] when that is over. The place is kept
    /// until it is done, also when nobody waits for it any more.
    async fn run<T, W>(&self, within: Option<Duration>, place: Option<Place>, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |reader| {
            if !reply.is_closed() {
                let _ = reply.send(reader.run(within, work));
            }
            drop(place);
        });
        self.jobs()?.send(job).map_err(|_| stopped())?;
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }
}

fn stopped() -> Error {
    Error::Unavailable("the readers have stopped".into())
}

/// A connection, and when what runs on it is to end.
struct Reader {
    connection: Connection,
    opened: Instant,
    /// In microseconds since it was opened.
    end: Arc<AtomicU64>,
}

impl Reader {
    fn new(mut connection: Connection) -> Result<Self> {
        let opened = Instant::now();
        let end = Arc::new(AtomicU64::new(u64::MAX));
        let until = Arc::clone(&end);
        connection
            .progress_handler(LOOK_EVERY, Some(move || micros(opened) > until.load(Ordering::Relaxed)))?;
        Ok(Self { connection, opened, end })
    }

    fn run<T>(&self, within: Option<Duration>, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let end = within.map(|time| micros(self.opened).saturating_add(in_micros(time)));
        self.end.store(end.unwrap_or(u64::MAX), Ordering::Relaxed);
        let outcome = work(&self.connection);
        self.end.store(u64::MAX, Ordering::Relaxed);
        outcome
    }
}

fn micros(since: Instant) -> u64 {
    in_micros(since.elapsed())
}

fn in_micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDLESS: &str =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    fn readers() -> (tempfile::TempDir, Readers) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE a (b)").unwrap();
        let readers = Readers::start(&path).unwrap();
        (folder, readers)
    }

    fn count(connection: &Connection, sql: &str) -> Result<i64> {
        Ok(connection.query_row(sql, [], |row| row.get(0))?)
    }

    #[tokio::test]
    async fn what_takes_too_long_is_cut_off_and_the_connection_goes_on() {
        let (_folder, readers) = readers();
        let within = Some(Duration::from_millis(20));
        let cut = readers.pages.run(within, None, |it| count(it, ENDLESS)).await;
        assert!(matches!(cut, Err(Error::TooSlow)), "{cut:?}");
        for _ in 0..4 {
            assert_eq!(readers.pages.run(within, None, |it| count(it, "SELECT 7")).await.unwrap(), 7);
        }
    }

    #[tokio::test]
    async fn slow_reads_of_one_account_leave_pages_and_the_message_path_alone() {
        let (_folder, readers) = readers();
        let readers = Arc::new(readers);
        let greedy = Id::from_bytes([1; 16]);
        let slow: Vec<_> = (0..20)
            .map(|_| {
                let readers = Arc::clone(&readers);
                let reading = async move { readers.run_for_asker(|it| count(it, ENDLESS)).await };
                tokio::spawn(asking::on_behalf_of(Some(greedy), reading))
            })
            .collect();
        tokio::task::yield_now().await;
        let other = Some(Id::from_bytes([2; 16]));
        for _ in 0..20 {
            let began = Instant::now();
            let page = readers.run_for_asker(|it| count(it, "SELECT 7"));
            assert_eq!(asking::on_behalf_of(other, page).await.unwrap(), 7);
            assert_eq!(readers.run(|it| count(it, "SELECT 8")).await.unwrap(), 8);
            // The greedy one's waits for its next turn, not for twenty times 100 ms.
            assert!(began.elapsed() < QUICK, "{:?}", began.elapsed());
        }
        for it in slow {
            it.abort();
        }
        // What runs for nobody any more is cut off with its time at the latest; the threads end with this process.
    }

    #[tokio::test]
    async fn threads_that_nobody_needs_are_not_there() {
        let (_folder, readers) = readers();
        readers.run_for_asker(|it| count(it, "SELECT 7")).await.unwrap();
        assert!(readers.pages.jobs.lock().unwrap().is_none() && readers.slow.jobs.lock().unwrap().is_none());
    }
}
