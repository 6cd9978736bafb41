//! The installation as a whole, for who looks after it: the engine, the processes that share it, and what waits. Looked
//! at when somebody asks; the figures for Prometheus are at most a few seconds old.

use std::time::{Duration, Instant};

use chasqui_model::Timestamp;
use chasqui_model::part::PARTS;
use chasqui_store::Error;
use chasqui_store::engine::Description;
use chasqui_store::lease::{LEASE, Worker};
use chasqui_store::noun::queue::{Queue, Queues};
use tokio::sync::Mutex;

use crate::app::App;

/// How old figures may be.
const FRESH: Duration = Duration::from_secs(5);
/// Whoever collects figures does not wait for a database that is gone.
const PATIENCE: Duration = Duration::from_secs(2);

/// The installation at one moment.
pub(crate) struct Fleet {
    pub(crate) engine: Description,
    /// Every process that was heard of lately, itself included.
    pub(crate) workers: Vec<Worker>,
    pub(crate) queues: Queues,
    /// By this process's clock, like the times of `queues`. Those of `workers` are by the engine's.
    pub(crate) at: Timestamp,
}

impl Fleet {
    /// Looks at everything.
    pub(crate) async fn look(app: &App) -> Result<Self, Error> {
        let at = app.clock.now();
        let hot = app.store.hot();
        let (engine, workers, queues) =
            tokio::try_join!(hot.describe(), hot.workers(), app.store.queues(at))?;
        let workers = if hot.shared() { workers } else { vec![alone(app)] };
        Ok(Self { engine, workers, queues, at })
    }

    /// Whether a process has been heard of within the time of a lease.
    pub(crate) fn lives(&self, worker: &Worker) -> bool {
        self.engine.now.since(worker.seen_at) < LEASE
    }

    /// Parts that somebody works on.
    pub(crate) fn held(&self) -> i64 {
        self.workers.iter().map(|it| it.parts).sum()
    }

    /// Parts that nobody works on.
    pub(crate) fn unowned(&self) -> i64 {
        i64::from(PARTS) - self.held()
    }
}

/// The one process of a store that has one.
fn alone(app: &App) -> Worker {
    let beat = app.runtime.beat();
    Worker {
        id: [0; 16],
        name: beat.name,
        version: beat.version,
        works: beat.works,
        started_at: app.started_at,
        seen_at: app.clock.now(),
        parts: i64::from(PARTS),
    }
}

/// What the figures were made from last.
#[derive(Default)]
pub(crate) struct Measured(Mutex<Last>);

#[derive(Default)]
struct Last {
    at: Option<Instant>,
    standbys: Vec<String>,
}

/// Brings the figures of the whole installation up to date.
pub(crate) async fn measure(app: &App) {
    let mut last = app.measured.0.lock().await;
    if last.at.is_some_and(|at| at.elapsed() < FRESH) {
        return;
    }
    let looked = tokio::time::timeout(PATIENCE, Fleet::look(app)).await;
    if let Ok(Ok(fleet)) = looked {
        metrics::gauge!("chasqui_store_up").set(1.0);
        tell(&fleet);
        let standbys = fleet.engine.standbys.into_iter().map(|it| it.name).collect();
        for gone in std::mem::replace(&mut last.standbys, standbys) {
            if !last.standbys.contains(&gone) {
                lag(&gone, f64::NAN, f64::NAN);
            }
        }
    } else {
        // Old figures would look like figures.
        metrics::gauge!("chasqui_store_up").set(0.0);
        for (name, _) in named(&Queues::default()) {
            metrics::gauge!("chasqui_queue_waiting", "queue" => name).set(f64::NAN);
            metrics::gauge!("chasqui_queue_oldest_seconds", "queue" => name).set(f64::NAN);
        }
        metrics::gauge!("chasqui_parts_unowned").set(f64::NAN);
    }
    last.at = Some(Instant::now());
}

/// The queues by their names.
pub(crate) fn named(it: &Queues) -> [(&'static str, Queue); 5] {
    [
        ("inbox", it.inbox),
        ("calls", it.calls),
        ("timers", it.timers),
        ("outbox", it.outbox),
        ("dead_letters", it.dead_letters),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "figures are rounded")]
fn tell(fleet: &Fleet) {
    let living: Vec<&Worker> = fleet.workers.iter().filter(|it| fleet.lives(it)).collect();
    let working = living.iter().filter(|it| it.works).count();
    metrics::gauge!("chasqui_processes", "works" => "yes").set(working as f64);
    metrics::gauge!("chasqui_processes", "works" => "no").set((living.len() - working) as f64);
    metrics::gauge!("chasqui_parts_unowned").set(fleet.unowned() as f64);
    for (name, queue) in named(&fleet.queues) {
        let age = queue.oldest.map_or(0.0, |oldest| fleet.at.since(oldest).as_secs_f64());
        metrics::gauge!("chasqui_queue_waiting", "queue" => name).set(queue.waiting as f64);
        metrics::gauge!("chasqui_queue_oldest_seconds", "queue" => name).set(age);
    }
    metrics::gauge!("chasqui_standbys").set(fleet.engine.standbys.len() as f64);
    for standby in &fleet.engine.standbys {
        let bytes = standby.lag_bytes.map_or(f64::NAN, |bytes| bytes as f64);
        lag(&standby.name, bytes, standby.lag.map_or(0.0, |lag| lag.as_secs_f64()));
    }
}

fn lag(standby: &str, bytes: f64, seconds: f64) {
    metrics::gauge!("chasqui_standby_lag_bytes", "standby" => standby.to_owned()).set(bytes);
    metrics::gauge!("chasqui_standby_lag_seconds", "standby" => standby.to_owned()).set(seconds);
}
