//! What an engine says of itself to whoever looks after the installation: which it is, whether what it confirms is
//! durable, who follows it, and what waits in its outbox.

use std::time::Duration;

use async_trait::async_trait;
use chasqui_model::Timestamp;

use crate::Result;
use crate::noun::queue::Queue;
use crate::pulse::Pulse;

/// Which engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file, with one process.
    Sqlite,
    /// A server, with as many as are needed.
    Postgres,
}

/// An engine, described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Which engine.
    pub kind: Kind,
    /// Its version.
    pub version: String,
    /// What keeps a confirmed message from being lost, by the engine's own names.
    pub settings: Vec<(&'static str, String)>,
    /// Whether what was confirmed is still there after a crash of this machine.
    pub durable: bool,
    /// Whether a confirmation waits for a standby too, so that the loss of a machine loses nothing.
    pub synchronous: bool,
    /// The time as the engine has it.
    pub now: Timestamp,
    /// Servers that follow this one; none of an engine that has no such thing.
    pub standbys: Vec<Standby>,
}

/// A server that follows the primary. What its user may not see is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standby {
    /// As it calls itself.
    pub name: String,
    /// What it does: `streaming` when all is well.
    pub state: Option<String>,
    /// `sync` or `quorum`: confirmations wait for it. `potential`: it takes the place of one that is lost. `async`: not.
    pub sync: Option<String>,
    /// How many bytes of the log it has not replayed.
    pub lag_bytes: Option<i64>,
    /// How long the latest changes took to be seen there. `None` also when nothing has changed lately.
    pub lag: Option<Duration>,
}

/// What one table or index takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    /// Its name.
    pub name: String,
    /// On the disk.
    pub bytes: i64,
    /// Rows, or entries of an index; some engines only estimate them.
    pub rows: i64,
}

/// An engine, as operators see it.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Looks at it as it is now.
    async fn describe(&self) -> Result<Description>;

    /// Messages that wait to be sent, are held back or are on their way.
    async fn outbox(&self) -> Result<Queue>;

    /// Whether it answers, as far as is known without asking.
    fn pulse(&self) -> &Pulse;

    /// Asks: goes all the way to the disk, or to the server, when nobody else did a moment ago. To be given up when it takes
    /// long.
    async fn touch(&self) -> Result<()>;

    /// What tables and indexes take on the disk, largest first, with what is free to be used again as `free pages`. Looks at
    /// every page on some engines, so it takes as long as to read all of it.
    async fn sizes(&self) -> Result<Vec<Size>>;

    /// The last thing that is asked of it: leaves what it holds whole in its place.
    async fn close(&self);
}
