//! Who does the work of which part. A part's lease has one owner at a time and a number, its epoch, that grows with each
//! new owner: what a former owner still writes is refused in the transaction that would write it.
//!
//! One process on SQLite owns everything for good.

use std::time::Duration;

use async_trait::async_trait;
use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::integration::Integration;
use chasqui_model::{Id, Part, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Result;

/// How long a lease holds without being renewed.
pub const LEASE: Duration = Duration::from_secs(5);

/// What a process says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// The machine and the process, for people.
    pub name: String,
    /// The program's version.
    pub version: String,
    /// Whether it takes parts. A process that only serves HTTP does not, nor one that is about to stop.
    pub works: bool,
}

/// What a process is told when it renews its leases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roll {
    /// The parts that are its own for another [`LEASE`], counted from before the call.
    pub held: Vec<Part>,
    /// Processes that take parts, itself included when it does.
    pub workers: usize,
}

/// A process as operators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worker {
    /// Its id; a new one at each start.
    pub id: [u8; 16],
    /// The machine and the process.
    pub name: String,
    /// The program's version.
    pub version: String,
    /// Whether it takes parts.
    pub works: bool,
    /// When it started.
    pub started_at: Timestamp,
    /// When it was last heard of.
    pub seen_at: Timestamp,
    /// How many parts it has.
    pub parts: i64,
}

/// What one process tells the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// There is new work in these parts.
    Work(Vec<u16>),
    /// An integration was created, changed or deleted.
    Integration(Id<Account>, Id<Integration>),
    /// A bot was published, renamed or deleted.
    Bot(Id<Account>, Id<Bot>),
    /// Something for live pages, the runtime's.
    Change(String),
    /// Some news may have been missed: look at everything again. Never sent, only received.
    All,
}

/// The leases of an engine.
#[async_trait]
pub trait Leases: Send + Sync {
    /// Whether other processes may work on the same store. If not, everything is held from the start and for good.
    fn shared(&self) -> bool;

    /// Tells the others that this process lives, and renews its leases.
    async fn renew(&self, beat: &Beat) -> Result<Roll>;

    /// Takes up to `most` parts that nobody holds, each with its next epoch. Answers which.
    async fn claim(&self, most: usize) -> Result<Vec<Part>>;

    /// Gives parts up; anybody may claim them at once.
    async fn release(&self, parts: &[Part]) -> Result<()>;

    /// Gives everything up and is forgotten.
    async fn leave(&self) -> Result<()>;

    /// Every process that has been heard of lately.
    async fn workers(&self) -> Result<Vec<Worker>>;

    /// Tells the other processes. News are a help, never needed: who misses them finds out a little later.
    async fn tell(&self, news: &[News]) -> Result<()>;
}
