//! What a process uses, as the kernel counts it.

use std::fs;
use std::ops::{AddAssign, Range};
use std::time::Duration;

use anyhow::{Context, Result};

/// Linux counts CPU time in hundredths of a second on every platform we build for.
const TICKS_PER_SECOND: u64 = 100;

/// What a process has used so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// CPU time, in user and kernel mode.
    pub cpu: Duration,
    /// Memory it holds now, in KiB.
    pub resident: u64,
    /// The most that it ever held, in KiB.
    pub peak: u64,
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.cpu += other.cpu;
        self.resident += other.resident;
        self.peak += other.peak;
    }
}

/// What a process has used.
pub fn usage(process: u32) -> Result<Usage> {
    of(&process.to_string())
}

/// What a process and its children have used. CPU time of children that have ended is in it; memory is the first one's, as
/// what PostgreSQL's processes hold is mostly shared.
pub fn usage_with_children(process: u32) -> Result<Usage> {
    let first = process.to_string();
    let mut whole = of(&first)?;
    whole.cpu += cpu(&first, 2..4)?;
    for thread in fs::read_dir(format!("/proc/{process}/task")).context("the process is gone")? {
        let children = fs::read_to_string(thread?.path().join("children")).unwrap_or_default();
        // A child may end meanwhile; then it is counted with its parent from the next time on.
        let used = children.split_whitespace().filter_map(|child| cpu(child, 0..2).ok());
        whole.cpu += used.sum::<Duration>();
    }
    Ok(whole)
}

/// CPU time of a process's threads, as the scheduler counts it. Threads that have ended are not in it.
pub fn cpu_of_threads(process: u32) -> Result<Duration> {
    let mut nanos = 0;
    for thread in fs::read_dir(format!("/proc/{process}/task")).context("the process is gone")? {
        // A thread may end while its neighbours are counted.
        let Ok(text) = fs::read_to_string(thread?.path().join("schedstat")) else { continue };
        nanos += text.split_whitespace().next().and_then(|text| text.parse().ok()).unwrap_or(0);
    }
    Ok(Duration::from_nanos(nanos))
}

/// What this process has used.
pub fn usage_of_self() -> Result<Usage> {
    of("self")
}

fn of(process: &str) -> Result<Usage> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).context("the process is gone")?;
    let line = |name: &str| -> u64 {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
    };
    Ok(Usage { cpu: cpu(process, 0..2)?, resident: line("VmRSS:"), peak: line("VmHWM:") })
}

/// CPU time of a process. `which`: of utime, stime, cutime and cstime, fields 14 to 17; the latter two are of children that
/// have ended.
fn cpu(process: &str, which: Range<usize>) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).context("the process is gone")?;
    // The program's name, in brackets, may hold anything.
    let (_, fields) = stat.rsplit_once(')').context("odd /proc/…/stat")?;
    let times = fields.split_whitespace().skip(11 + which.start).take(which.len());
    let ticks: u64 = times.filter_map(|field| field.parse::<u64>().ok()).sum();
    Ok(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_holds_memory() {
        let usage = usage_of_self().unwrap();
        assert!(cpu_of_threads(std::process::id()).unwrap() > Duration::ZERO);
        assert!(usage_with_children(std::process::id()).unwrap().cpu >= usage.cpu);
        assert!(usage.resident > 100 && usage.peak >= usage.resident, "{usage:?}");
    }
}
