//! The server's side: a few children, shared fairly between accounts. A child that died or was killed is replaced; the next
//! run does not notice.

mod turns;
mod worker;

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chasqui_model::Id;
use chasqui_model::account::Account;

use crate::frame::{Ask, Reply};
use crate::walls::Walls;
use crate::{Answer, Flaw, Run, Trouble, TroubleKind, memory};

use turns::Turns;
use worker::{Lost, Worker};

/// What the interpreter gets to stop by itself, before the child is killed.
const GRACE: Duration = Duration::from_millis(150);

/// How code is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The program that is started as a child, with [`crate::NAME`] as its argument.
    pub program: PathBuf,
    /// Most children at a time. One account never has all of them, unless there is only one.
    pub children: usize,
    /// How long a run may take.
    pub time: Duration,
    /// How much memory a run may take, in bytes.
    pub memory: usize,
    /// How long a run may wait for a free child.
    pub patience: Duration,
}

impl Default for Options {
    /// This very program, and a child for each core: two at least, so that slow code of one account does not hold up others.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            program: PathBuf::from("/proc/self/exe"),
            children: cores.clamp(2, 16),
            time: Duration::from_millis(750),
            memory: 64 * 1024 * 1024,
            patience: Duration::from_secs(30),
        }
    }
}

/// Runs code. Children are started when they are needed.
#[derive(Debug)]
pub struct Codebox {
    options: Options,
    turns: Arc<Turns>,
    /// The one used last is the last, so that those that are not needed rest.
    idle: Mutex<Vec<Worker>>,
}

impl Codebox {
    /// Starts nothing yet.
    pub fn new(options: Options) -> Self {
        let turns = Arc::new(Turns::new(options.children));
        Self { options, turns, idle: Mutex::default() }
    }

    /// Runs code in the name of an account.
    pub async fn run(&self, account: Id<Account>, run: Run) -> Result<Answer, Trouble> {
        let Run { code, variables, now, utc_offset_seconds } = run;
        match self.ask(account, &Ask::Run { code, variables, now, utc_offset_seconds }).await? {
            Reply::Done(answer) => Ok(answer),
            Reply::Failed(trouble) => Err(trouble),
            Reply::Checked { .. } => {
                Err(Trouble::new(TroubleKind::Crash, "the child replied to something else"))
            }
        }
    }

    /// Says what is wrong with code, without running it. `None`: nothing.
    pub async fn check(&self, account: Id<Account>, code: String) -> Result<Option<Flaw>, Trouble> {
        match self.ask(account, &Ask::Check { code }).await? {
            Reply::Checked { flaw } => Ok(flaw),
            Reply::Failed(trouble) => Err(trouble),
            Reply::Done(_) => Err(Trouble::new(TroubleKind::Crash, "the child replied to something else")),
        }
    }

    /// Which walls stand around a child here. Fails with the reason when none can be started.
    pub async fn walls(&self) -> Result<Walls, String> {
        let worker = Worker::start(&self.options).await?;
        let walls = worker.walls();
        worker.end().await;
        Ok(walls)
    }

    /// Ends the children that had nothing to do since this was called last.
    pub fn rest(&self) {
        self.idle().retain_mut(Worker::was_used);
    }

    /// How many children wait for work.
    pub fn resting(&self) -> usize {
        self.idle().len()
    }

    async fn ask(&self, account: Id<Account>, ask: &Ask) -> Result<Reply, Trouble> {
        let turn = tokio::time::timeout(self.options.patience, self.turns.take(account)).await;
        let _turn = turn.map_err(|_| {
            Trouble::new(
                TroubleKind::Unavailable,
                "too much other code was running; it could not be run in time",
            )
        })?;
        let resting = self.idle().pop();
        if let Some(worker) = resting {
            match self.ask_worker(worker, account, ask).await {
                // It had died while nobody looked, and has not read a thing.
                Err(Lost::Unasked) => {}
                Err(Lost::Trouble(trouble)) => return Err(trouble),
                Ok(reply) => return Ok(reply),
            }
        }
        let worker = Worker::start(&self.options).await.map_err(|reason| {
            tracing::error!(%reason, "custom code cannot be run: no child could be started");
            Trouble::new(
                TroubleKind::Unavailable,
                "custom code cannot be run on this server; its log says why",
            )
        })?;
        self.ask_worker(worker, account, ask).await.map_err(|lost| match lost {
            Lost::Trouble(trouble) => trouble,
            Lost::Unasked => Trouble::new(TroubleKind::Unavailable, "the child that runs code ended at once"),
        })
    }

    async fn ask_worker(&self, mut worker: Worker, account: Id<Account>, ask: &Ask) -> Result<Reply, Lost> {
        let limit = self.options.time + GRACE;
        let too_long = || Trouble::new(TroubleKind::Time, "the code took too long and was stopped");
        let trouble = match tokio::time::timeout(limit, worker.ask(ask)).await {
            Ok(Ok(reply)) => {
                if worker.is_spent() || matches!(&reply, Reply::Failed(it) if it.kind == TroubleKind::Crash) {
                    worker.end().await;
                } else {
                    self.idle().push(worker);
                }
                return Ok(reply);
            }
            Ok(Err(Lost::Unasked)) => {
                worker.end().await;
                return Err(Lost::Unasked);
            }
            Ok(Err(Lost::Trouble(trouble))) => {
                let status = worker.end().await;
                status.map_or(trouble, judge)
            }
            Err(_) => {
                worker.kill().await;
                too_long()
            }
        };
        tracing::info!(%account, kind = ?trouble.kind, "a child that ran custom code was lost and is replaced");
        Err(Lost::Trouble(trouble))
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a child ended in the middle of a run.
fn judge(status: ExitStatus) -> Trouble {
    if status.code() == Some(memory::OUT_OF_MEMORY) {
        return Trouble::new(TroubleKind::Memory, "the code took too much memory");
    }
    match status.signal() {
        Some(libc::SIGXCPU) => Trouble::new(TroubleKind::Time, "the code took too long and was stopped"),
        _ => Trouble::new(TroubleKind::Crash, "the code brought the interpreter down"),
    }
}
