//! Whether the store answers, as its writer knows it: what it is at and since when, and what came of its last try. Whoever
//! would otherwise wait in silence looks here.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So long a commit may take before nobody waits for it any more. Above the 3 seconds for which SQLite waits for another
/// process, and such that a delivery is refused within 10 seconds.
pub const PATIENCE: Duration = Duration::from_secs(6);
/// For so long a commit that went well says that the next one will.
const FRESH: Duration = Duration::from_secs(4);

/// Why the store does not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A write has been under way for so long.
    Stalled(Duration),
    /// The last write failed.
    Failing(String),
    /// The files of the database are not where they were: what is written to them now, nobody finds again.
    Gone(String),
}

impl Trouble {
    /// Whether to wait for the store is in vain. After a failure the next write is the one that may go well.
    pub fn blocks(&self) -> bool {
        match self {
            Self::Stalled(_) | Self::Gone(_) => true,
            Self::Failing(_) => false,
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stalled(since) => {
                write!(f, "a write has not been answered for {} seconds", since.as_secs())
            }
            Self::Failing(reason) => write!(f, "the last write failed: {reason}"),
            Self::Gone(reason) => f.write_str(reason),
        }
    }
}

/// The state of one store. Clones share it. Costs a writer three atomic stores per commit.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    watch: Instant,
    /// When the write that is under way began, in milliseconds of `watch` from 1; 0: none is.
    began: AtomicU64,
    /// When a write last went well, likewise; 0: never.
    well: AtomicU64,
    /// Why the last write failed.
    failing: Mutex<Option<String>>,
    /// Why the files are not where they were.
    gone: Mutex<Option<Gone>>,
}

#[derive(Debug)]
struct Gone {
    reason: String,
    /// Something was written to them meanwhile, and nobody was told: only a start puts that right.
    for_good: bool,
}

impl Default for Pulse {
    fn default() -> Self {
        let (began, well) = (AtomicU64::new(0), AtomicU64::new(0));
        let (failing, gone) = (Mutex::new(None), Mutex::new(None));
        Self(Arc::new(Inner { watch: Instant::now(), began, well, failing, gone }))
    }
}

impl Pulse {
    /// What is wrong, if anything.
    pub fn trouble(&self) -> Option<Trouble> {
        if let Some(gone) = &*lock(&self.0.gone) {
            return Some(Trouble::Gone(gone.reason.clone()));
        }
        let since = self.since(&self.0.began).filter(|since| *since >= PATIENCE);
        if let Some(since) = since {
            return Some(Trouble::Stalled(since));
        }
        lock(&self.0.failing).clone().map(Trouble::Failing)
    }

    /// Whether to wait for the store is in vain.
    pub fn blocks(&self) -> bool {
        self.trouble().is_some_and(|trouble| trouble.blocks())
    }

    /// Whether a write went well a moment ago and none failed since.
    pub(crate) fn is_fresh(&self) -> bool {
        let fresh = self.since(&self.0.well).is_some_and(|since| since < FRESH);
        fresh && lock(&self.0.failing).is_none()
    }

    /// A write begins.
    pub(crate) fn begin(&self) {
        self.0.began.store(self.now(), Ordering::Relaxed);
    }

    /// It went well.
    pub(crate) fn well(&self) {
        let failed = self.0.well.load(Ordering::Relaxed) == 0;
        if failed {
            *lock(&self.0.failing) = None;
        }
        self.0.well.store(self.now(), Ordering::Relaxed);
        self.0.began.store(0, Ordering::Relaxed);
    }

    /// It failed, for a reason that is not its own.
    pub(crate) fn failed(&self, reason: &str) {
        *lock(&self.0.failing) = Some(reason.to_owned());
        self.0.well.store(0, Ordering::Relaxed);
        self.0.began.store(0, Ordering::Relaxed);
    }

    /// The files are not where they were.
    pub(crate) fn gone(&self) -> Option<String> {
        lock(&self.0.gone).as_ref().map(|gone| gone.reason.clone())
    }

    /// The files are not where they were, or are there again. Answers whether they count as gone from here on.
    pub(crate) fn set_gone(&self, reason: Option<String>) -> bool {
        let mut gone = lock(&self.0.gone);
        if !gone.as_ref().is_some_and(|gone| gone.for_good) {
            *gone = reason.map(|reason| Gone { reason, for_good: false });
        }
        gone.is_some()
    }

    /// The files were gone when something was written to them.
    pub(crate) fn lose(&self, reason: String) {
        *lock(&self.0.gone) = Some(Gone { reason, for_good: true });
    }

    fn now(&self) -> u64 {
        u64::try_from(self.0.watch.elapsed().as_millis()).unwrap_or(u64::MAX - 1) + 1
    }

    fn since(&self, mark: &AtomicU64) -> Option<Duration> {
        let mark = mark.load(Ordering::Relaxed);
        (mark > 0).then(|| Duration::from_millis(self.now().saturating_sub(mark)))
    }
}

fn lock<T>(it: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_over_with_the_next_write_that_goes_well() {
        let pulse = Pulse::default();
        assert!(pulse.trouble().is_none() && !pulse.is_fresh());
        pulse.begin();
        pulse.failed("disk full");
        assert_eq!(pulse.trouble(), Some(Trouble::Failing("disk full".into())));
        assert!(!pulse.blocks() && !pulse.is_fresh());
        pulse.begin();
        pulse.well();
        assert!(pulse.trouble().is_none() && pulse.is_fresh());
    }

    #[test]
    fn files_that_are_gone_block_until_they_are_back() {
        let pulse = Pulse::default();
        assert!(pulse.set_gone(Some("moved".into())));
        pulse.well();
        assert!(pulse.blocks());
        assert!(!pulse.set_gone(None));
        assert!(pulse.trouble().is_none());
        pulse.lose("moved".into());
        assert!(pulse.set_gone(None));
        assert_eq!(pulse.gone().as_deref(), Some("moved"));
    }
}
