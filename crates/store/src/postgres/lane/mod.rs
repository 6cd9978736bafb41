//! A lane writes: one connection, one transaction at a time. What queues up while a transaction is on its way to the disk
//! shares the next one. A part always takes the same lane, so transactions of one process never wait for each other's
//! rows, and what is done for a part is done in order.

mod arrivals;
mod beside;
mod conversations;
mod ends;
mod follow;
mod group;
mod job;
mod owned;
mod people;
mod sends;
mod transaction;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use chasqui_model::{Clock, Timestamp};
use tokio::sync::mpsc;

use super::address::Address;
use super::lease::Holding;
use super::partition;
use super::session::{Doubt, Session};
use crate::pulse::Pulse;
use crate::{Error, Fed, crash_point};
pub(super) use job::{Act, Answer, Job, Work};
use transaction::Failure;

/// How often statements are planned anew.
const PLAN_AGAIN: Duration = Duration::from_secs(5);
/// How often a group is run again that met another process's transaction.
const CLASHES: u32 = 20;
/// So many jobs in a group, and more are likely to come at once.
const BUSY: usize = 4;
/// How long they are waited for at most; less when a transaction takes little time.
const GATHER: Duration = Duration::from_millis(2);
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// The way to a lane. It works on until all ways to it are gone and everything is done.
#[derive(Clone)]
pub(super) struct Lane {
    jobs: mpsc::UnboundedSender<Job>,
}

/// Whom a lane tells what it did.
pub(super) struct Told {
    pub(super) feed: mpsc::UnboundedSender<Fed>,
    pub(super) holding: Holding,
    pub(super) pulse: Pulse,
}

impl Lane {
    /// Starts a lane on an open session.
    pub(super) fn start(session: Session, address: Address, clock: Clock, told: Told) -> Self {
        let Told { feed, holding, pulse } = told;
        let (jobs, queue) = mpsc::unbounded_channel();
        let (made, planned) = (partition::day(clock.now()), clock.steady());
        let runner = Runner {
            session: Some(session),
            address,
            clock,
            feed,
            holding,
            queue,
            pending: VecDeque::new(),
            last: Last::default(),
            made,
            planned,
            pulse,
            refused: None,
        };
        tokio::spawn(runner.run());
        Self { jobs }
    }

    /// Queues a job. When the lane is gone, its reply never comes.
    pub(super) fn submit(&self, job: Job) {
        let _ = self.jobs.send(job);
    }
}

/// The last group.
#[derive(Default)]
struct Last {
    jobs: usize,
    took: Duration,
}

struct Runner {
    /// `None` while the connection is being made again.
    session: Option<Session>,
    address: Address,
    clock: Clock,
    feed: mpsc::UnboundedSender<Fed>,
    holding: Holding,
    queue: mpsc::UnboundedReceiver<Job>,
    pending: VecDeque<Job>,
    last: Last,
    /// The day for which partitions were made last.
    made: i64,
    /// When statements were planned last, by the steady clock.
    planned: Timestamp,
    pulse: Pulse,
    /// Why the group at hand could not be written.
    refused: Option<String>,
}

impl Runner {
    async fn run(mut self) {
        loop {
            if self.pending.is_empty() {
                let Some(job) = self.queue.recv().await else { break };
                self.pending.push_back(job);
            }
            while let Ok(job) = self.queue.try_recv() {
                self.pending.push_back(job);
            }
            if self.last.jobs >= BUSY && self.pending.len() < self.last.jobs {
                // Those who were answered by the group before are about to ask again.
                tokio::time::sleep((self.last.took / 4).min(GATHER)).await;
                while let Ok(job) = self.queue.try_recv() {
                    self.pending.push_back(job);
                }
            }
            if self.session.is_none() && !self.reconnect().await {
                break;
            }
            self.make_partitions().await;
            self.plan_again().await;
            let jobs = group::next(&mut self.pending);
            let (count, began) = (jobs.len(), Instant::now());
            self.pulse.begin();
            self.work(jobs).await;
            match self.refused.take() {
                Some(reason) => self.pulse.failed(&reason),
                None => self.pulse.well(),
            }
            self.last = Last { jobs: count, took: began.elapsed() };
        }
    }

    /// Runs a group until each of its jobs has its answer.
    async fn work(&mut self, mut jobs: Vec<Job>) {
        let mut clashes = 0;
        while !jobs.is_empty() {
            let Some(session) = &self.session else {
                return self
                    .refuse(jobs, &Error::Unavailable("the connection to PostgreSQL was lost".into()));
            };
            match transaction::run(session, &self.holding, &jobs).await {
                Ok(done) => return self.finish(jobs, done),
                Err(Failure::Stale(stale)) => {
                    for (at, error) in stale.into_iter().rev() {
                        jobs.remove(at).answer(Err(error));
                    }
                }
                Err(Failure::Clash(_)) if clashes < CLASHES => {
                    clashes += 1;
                    tokio::time::sleep(Duration::from_millis(u64::from(clashes))).await;
                }
                Err(Failure::Clash(error)) => return self.refuse(jobs, &error),
                Err(Failure::InDoubt { doubt, done, error }) => {
                    tracing::error!(%error, "the connection to PostgreSQL was lost during a commit");
                    self.session = None;
                    if self.stands(doubt).await {
                        self.finish(jobs, done);
                    } else {
                        self.refuse(jobs, &error);
                    }
                    return;
                }
                Err(Failure::Lost(error)) => {
                    tracing::error!(%error, "the connection to PostgreSQL was lost");
                    self.session = None;
                    return self.refuse(jobs, &error);
                }
                Err(Failure::Refused(error)) => {
                    if jobs.len() == 1 {
                        return self.refuse(jobs, &error);
                    }
                    // One of them is at fault: alone, its failure is nobody else's.
                    let group = std::mem::take(&mut jobs);
                    for job in group {
                        Box::pin(self.work(vec![job])).await;
                    }
                }
            }
        }
    }

    fn refuse(&mut self, jobs: Vec<Job>, error: &Error) {
        if let Error::Unavailable(reason) = error {
            self.refused = Some(reason.clone());
        }
        refuse(jobs, error);
    }

    fn finish(&self, jobs: Vec<Job>, done: transaction::Done) {
        crash_point!("K02");
        // Other processes have been told of work for their parts.
        for item in done.items.into_iter().filter(|item| self.holding.holds(item.part)) {
            // Nobody listens while the process stops; the rows are still there at the next start.
            let _ = self.feed.send(Fed::Item(item));
        }
        for (job, answer) in jobs.into_iter().zip(done.answers) {
            job.answer(Ok(answer));
        }
    }

    /// Connects again, however long it takes. Jobs that come meanwhile are refused at once: Meta comes again, and the
    /// runtime tries again. `false` when nobody is left to work for.
    async fn reconnect(&mut self) -> bool {
        let mut pause = SHORTEST_PAUSE;
        loop {
            let error = {
                let opening = Session::open(&self.address, &self.clock);
                tokio::pin!(opening);
                loop {
                    tokio::select! {
                        opened = &mut opening => match opened {
                            Ok(session) => {
                                tracing::info!("connected to PostgreSQL again");
                                self.session = Some(session);
                                return true;
                            }
                            Err(error) => break error,
                        },
                        job = self.queue.recv() => match job {
                            Some(job) => job.answer(Err(away())),
                            None => return false,
                        },
                    }
                }
            };
            tracing::warn!(%error, "PostgreSQL is away");
            self.pulse.failed("PostgreSQL is away");
            refuse(self.pending.drain(..), &error);
            let over = tokio::time::sleep(pause);
            tokio::pin!(over);
            loop {
                tokio::select! {
                    () = &mut over => break,
                    job = self.queue.recv() => match job {
                        Some(job) => job.answer(Err(away())),
                        None => return false,
                    },
                }
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Whether a commit stands that was not answered. Asks for as long as it takes: whoever was told wrongly would do it
    /// twice, or take for done what is not. `false` as well when nobody is left to work for.
    async fn stands(&mut self, doubt: Doubt) -> bool {
        loop {
            if self.session.is_none() && !self.reconnect().await {
                return false;
            }
            let Some(session) = &self.session else { return false };
            match session.stands(doubt).await {
                Ok(stands) => {
                    tracing::info!(stands, "what became of a commit without an answer is known");
                    return stands;
                }
                Err(error) => {
                    tracing::warn!(%error, "what became of a commit without an answer is not known yet");
                    self.session = None;
                    tokio::time::sleep(SHORTEST_PAUSE).await;
                }
            }
        }
    }

    async fn plan_again(&mut self) {
        let now = self.clock.steady();
        if now.since(self.planned) >= PLAN_AGAIN
            && let Some(session) = &self.session
        {
            self.planned = now;
            // A connection that is lost is noticed by the next group.
            let _ = session.plan_again().await;
        }
    }

    async fn make_partitions(&mut self) {
        let now = self.clock.now();
        let today = partition::day(now);
        if today <= self.made {
            return;
        }
        self.made = today;
        let Some(session) = &self.session else { return };
        if let Err(error) = partition::ensure(&session.client, now).await {
            tracing::warn!(%error, "not all partitions of the coming days could be made; rows go into the last one");
        }
    }
}

fn away() -> Error {
    Error::Unavailable("PostgreSQL is away".into())
}

fn refuse(jobs: impl IntoIterator<Item = Job>, error: &Error) {
    for job in jobs {
        job.answer(Err(error.clone()));
    }
}
