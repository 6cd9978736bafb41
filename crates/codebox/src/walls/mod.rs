//! The walls around a child. Each stands alone: what one lets through by mistake, another stops. They are raised by the
//! child itself, before it reads anything that an account wrote.
//!
//! * descriptors: all but the two pipes and the null device are closed;
//! * a user and a network namespace of its own, where the system lets it;
//! * Landlock without a single path or port, where the kernel has it;
//! * limits on memory, processor time, files, core dumps and processes;
//! * seccomp: a list of the few system calls that computing needs; all others fail with `EPERM`.

mod calls;
mod raw;

use std::fmt;

use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};

/// Processor time of a child in its whole life, in seconds. It is replaced long before.
const CPU_SECONDS: u64 = 600;
/// Address space beside what the child has at its start and what a run may take.
const ROOM: u64 = 256 * 1024 * 1024;

/// Which walls stand. Seccomp and the limits always do, or the child does not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walls {
    /// Landlock keeps it from all files, and on newer kernels from ports and from signalling others.
    pub landlock: bool,
    /// It has a network of its own, with nothing in it.
    pub own_network: bool,
}

impl fmt::Display for Walls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seccomp, limits")?;
        f.write_str(if self.landlock { ", Landlock" } else { ", no Landlock (the kernel has none)" })?;
        f.write_str(if self.own_network {
            ", a network of its own"
        } else {
            ", no network of its own (not allowed here)"
        })
    }
}

/// A wall that must stand could not be raised.
#[derive(Debug, thiserror::Error)]
pub enum Down {
    /// The limits.
    #[error("the limits could not be set: {0}")]
    Limits(#[from] rustix::io::Errno),
    /// Inherited descriptors.
    #[error("the inherited descriptors could not be closed: {0}")]
    Descriptors(std::io::Error),
    /// Landlock is there and refuses.
    #[error("landlock refused: {0}")]
    Landlock(#[from] landlock::RulesetError),
    /// Seccomp.
    #[error("the system calls could not be limited: {0}")]
    Seccomp(String),
}

/// Raises all walls but the last. The process must have one thread; others that it starts later stand behind them too.
///
/// `memory` is what a run may take, in bytes.
pub fn raise(memory: usize) -> Result<Walls, Down> {
    raw::close_inherited().map_err(Down::Descriptors)?;
    let own_network = raw::leave_network();
    rustix::thread::set_no_new_privs(true)?;
    let landlock = landlock()?;
    limits(memory)?;
    Ok(Walls { landlock, own_network })
}

/// Raises the last wall, for all threads. No thread can be started behind it.
pub fn close() -> Result<(), Down> {
    setrlimit(Resource::Nproc, both(0))?;
    calls::limit().map_err(Down::Seccomp)
}

/// No path, no port, no signal to others. `false`: the kernel cannot.
fn landlock() -> Result<bool, Down> {
    let abi = ABI::V6;
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?
        .create()?
        .restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}

fn limits(memory: usize) -> Result<(), Down> {
    let space = own_space().saturating_add(u64::try_from(memory).unwrap_or(u64::MAX)).saturating_add(ROOM);
    setrlimit(Resource::As, both(space))?;
    setrlimit(Resource::Cpu, both(CPU_SECONDS))?;
    setrlimit(Resource::Core, both(0))?;
    setrlimit(Resource::Fsize, both(0))?;
    setrlimit(Resource::Memlock, both(0))?;
    setrlimit(Resource::Nofile, both(0))?;
    Ok(())
}

fn both(limit: u64) -> Rlimit {
    Rlimit { current: Some(limit), maximum: Some(limit) }
}

/// The address space in use, in bytes: the program itself, above all.
fn own_space() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages: Option<u64> = pages.as_deref().and_then(|text| text.split(' ').next()?.parse().ok());
    // Without `/proc`, a guess that is too large: the counting allocator limits what code takes.
    pages.map_or(1 << 30, |pages| pages.saturating_mul(rustix::param::page_size() as u64))
}
