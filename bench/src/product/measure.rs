//! What a process uses, as the kernel counts it.

use std::fs;
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

/// What a process has used.
pub fn usage(process: u32) -> Result<Usage> {
    of(&process.to_string())
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
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).context("the process is gone")?;
    let status = fs::read_to_string(format!("/proc/{process}/status")).context("the process is gone")?;
    // The program's name, in brackets, may hold anything; utime and stime are fields 14 and 15.
    let (_, fields) = stat.rsplit_once(')').context("odd /proc/…/stat")?;
    let ticks: u64 =
        fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    let line = |name: &str| -> u64 {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
    };
    Ok(Usage {
        cpu: Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND),
        resident: line("VmRSS:"),
        peak: line("VmHWM:"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_holds_memory() {
        let usage = usage_of_self().unwrap();
        assert!(cpu_of_threads(std::process::id()).unwrap() > Duration::ZERO);
        assert!(usage.resident > 100 && usage.peak >= usage.resident, "{usage:?}");
    }
}
