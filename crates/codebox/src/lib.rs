//! Custom code of accounts: Python, run by an interpreter in child processes behind walls. The server starts itself again
//! as its child, asks over a pipe and kills what takes too long.
//!
//! A child reaches no file, no network, no environment and no other process. What crosses is JSON.

mod child;
mod frame;
mod memory;
mod pool;
pub mod walls;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use child::{NAME, run as run_child};
pub use memory::Counting;
pub use pool::{Codebox, Options};

/// Code to run, with all it may know.
#[derive(Clone, Debug)]
pub struct Run {
    /// Python with a function `__custom_fn__(variables)`.
    pub code: String,
    /// What the function is given.
    pub variables: Map<String, Value>,
    /// What the code takes for the time.
    pub now: chasqui_model::Timestamp,
    /// How far its clock is east of UTC.
    pub utc_offset_seconds: i32,
}

/// What a run brought.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What the function returned.
    pub result: Value,
    /// The variables that it made or changed.
    #[serde(default)]
    pub changed: Map<String, Value>,
    /// The variables that it removed.
    #[serde(default)]
    pub removed: Vec<String>,
    /// What it printed: the beginning, should it be much.
    #[serde(default)]
    pub printed: String,
}

/// A run that brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Trouble {
    /// What kind of trouble.
    pub kind: TroubleKind,
    /// For the person who wrote the code. May hold values.
    pub message: String,
}

/// Why a run brought nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TroubleKind {
    /// It is not Python as it is understood here.
    Code,
    /// It raised an error.
    Raised,
    /// It wanted something that it may not have: a file, the environment.
    Forbidden,
    /// It took too long.
    Time,
    /// It took too much memory.
    Memory,
    /// What it returned or left in the variables cannot be stored.
    Result,
    /// It brought the interpreter down.
    Crash,
    /// It could not be run at all: no child, or none free in time.
    Unavailable,
}

/// What is wrong with code that never ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flaw {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
}

impl Trouble {
    pub(crate) fn new(kind: TroubleKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}
