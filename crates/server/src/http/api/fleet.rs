//! Workers and queues, for who looks after the installation.

use axum::Json as Answer;
use axum::extract::State;
use chasqui_model::Timestamp;
use chasqui_model::part::PARTS;
use chasqui_store::engine::{Description, Kind, Standby};
use chasqui_store::lease::Worker;
use chasqui_store::noun::queue::Queue;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::fleet::Fleet;
use crate::http::auth::Operator;
use crate::http::problem::Problem;

/// The installation at one moment.
#[derive(Serialize, ToSchema)]
pub(crate) struct FleetView {
    database: DatabaseView,
    parts: PartsView,
    /// Every process that was heard of in the last 24 hours, the oldest first.
    workers: Vec<WorkerView>,
    queues: QueuesView,
    /// When this was so.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// Where everything is kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct DatabaseView {
    engine: EngineName,
    #[schema(example = "15.9")]
    version: String,
    /// Whether a message that was confirmed to Meta is still there after a crash.
    durable: bool,
    /// Whether a confirmation waits for a standby, so that the loss of the machine loses nothing.
    synchronous: bool,
    /// What this rests on.
    settings: Vec<SettingView>,
    /// Servers that follow this one; `null` where there is none.
    standbys: Option<Vec<StandbyView>>,
}

/// Which engine.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EngineName {
    /// A file, with one process.
    Sqlite,
    /// A server, with as many as are needed.
    Postgresql,
}

/// A setting of the database.
#[derive(Serialize, ToSchema)]
pub(crate) struct SettingView {
    #[schema(example = "fsync")]
    name: &'static str,
    #[schema(example = "on")]
    value: String,
}

/// A server that follows the primary. What the database does not let its user see is `null`.
#[derive(Serialize, ToSchema)]
pub(crate) struct StandbyView {
    name: String,
    #[schema(example = "streaming")]
    state: Option<String>,
    /// `sync` and `quorum`: confirmations wait for it.
    #[schema(example = "sync")]
    sync: Option<String>,
    lag_bytes: Option<i64>,
    /// `null` also when nothing has changed lately.
    lag_ms: Option<u64>,
}

/// The slices in which work is owned.
#[derive(Serialize, ToSchema)]
pub(crate) struct PartsView {
    total: i64,
    /// Somebody works on them.
    held: i64,
    /// Nobody does: messages of their numbers wait.
    unowned: i64,
}

/// A process.
#[derive(Serialize, ToSchema)]
pub(crate) struct WorkerView {
    /// Its machine and its number there.
    #[schema(example = "bots-1/4711")]
    name: String,
    version: String,
    /// Whether it runs bots. One that only serves webhooks and pages does not, nor one that is about to stop.
    works: bool,
    /// How many parts it has.
    parts: i64,
    /// Whether it was heard of within the time of a lease.
    alive: bool,
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    seen_at: Timestamp,
}

/// What waits.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueuesView {
    /// What contacts wrote and no bot has dealt with.
    inbox: QueueView,
    /// Calls to the world that bots wait for.
    calls: QueueView,
    /// Timers whose time has come.
    timers: QueueView,
    /// Messages that wait to be sent, are held back or are on their way.
    outbox: QueueView,
    /// What could not be read or run.
    dead_letters: QueueView,
}

/// A queue.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueueView {
    waiting: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    oldest_at: Option<Timestamp>,
}

impl From<Queue> for QueueView {
    fn from(it: Queue) -> Self {
        Self { waiting: it.waiting, oldest_at: it.oldest }
    }
}

impl From<Description> for DatabaseView {
    fn from(it: Description) -> Self {
        let standbys: Vec<_> = it.standbys.into_iter().map(StandbyView::from).collect();
        Self {
            engine: match it.kind {
                Kind::Sqlite => EngineName::Sqlite,
                Kind::Postgres => EngineName::Postgresql,
            },
            version: it.version,
            durable: it.durable,
            synchronous: it.synchronous,
            settings: it.settings.into_iter().map(|(name, value)| SettingView { name, value }).collect(),
            standbys: (!standbys.is_empty()).then_some(standbys),
        }
    }
}

impl From<Standby> for StandbyView {
    fn from(it: Standby) -> Self {
        let lag_ms = it.lag.map(|lag| u64::try_from(lag.as_millis()).unwrap_or(u64::MAX));
        Self { name: it.name, state: it.state, sync: it.sync, lag_bytes: it.lag_bytes, lag_ms }
    }
}

impl WorkerView {
    fn of(it: &Worker, alive: bool) -> Self {
        Self {
            name: it.name.clone(),
            version: it.version.clone(),
            works: it.works,
            parts: it.parts,
            alive,
            started_at: it.started_at,
            seen_at: it.seen_at,
        }
    }
}

/// Shows the database, the processes that share it, and what waits.
#[utoipa::path(get, path = "/installation/fleet", tag = "installation", responses((status = 200, body = FleetView)))]
pub(crate) async fn show(State(app): State<App>, _: Operator) -> Result<Answer<FleetView>, Problem> {
    let fleet = Fleet::look(&app).await?;
    let queues = fleet.queues;
    Ok(Answer(FleetView {
        parts: PartsView { total: i64::from(PARTS), held: fleet.held(), unowned: fleet.unowned() },
        workers: fleet.workers.iter().map(|it| WorkerView::of(it, fleet.lives(it))).collect(),
        queues: QueuesView {
            inbox: queues.inbox.into(),
            calls: queues.calls.into(),
            timers: queues.timers.into(),
            outbox: queues.outbox.into(),
            dead_letters: queues.dead_letters.into(),
        },
        at: fleet.at,
        database: fleet.engine.into(),
    }))
}
