//! Where time and new ids come from. The only file that reads the machine's clock or draws chance, so that tests
//! can turn both.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use uuid::{ContextV7, Uuid};

use crate::{Id, Timestamp};

/// The time now, and new ids.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
    order: Arc<Order>,
}

#[derive(Clone, Debug)]
enum Source {
    /// The machine's clock. With what it showed at the start, and a stopwatch started then.
    System { began: Timestamp, watch: Instant },
    /// The machine's clock, which has run so many times as fast since it showed `from`.
    Fast { from: Timestamp, speed: u32, began: Timestamp, watch: Instant },
    /// Offset in milliseconds from the machine's clock, or a stopped clock's reading.
    Stopped(Arc<AtomicI64>),
}

/// Keeps ids in the order in which they are made, also within a millisecond and when the machine's clock goes back.
#[derive(Debug)]
struct Order {
    context: std::sync::Mutex<ContextV7>,
    /// Milliseconds that ids made before have reached.
    reached: AtomicI64,
}

impl Order {
    fn new() -> Arc<Self> {
        Arc::new(Self { context: std::sync::Mutex::new(ContextV7::new()), reached: AtomicI64::new(0) })
    }
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        let began = wall();
        Self { source: Source::System { began, watch: Instant::now() }, order: Order::new() }
    }

    /// The machine's clock, so many times as fast from a time on, for tests that live through weeks. [`Clock::steady`] is
    /// as fast as ever: pauses and rates stay what they are.
    pub fn fast(from: Timestamp, speed: u32) -> Self {
        let source = Source::Fast { from, speed: speed.max(1), began: wall(), watch: Instant::now() };
        Self { source, order: Order::new() }
    }

    /// A clock that stands at `at` until [`Clock::advance`] moves it. All clones move together.
    pub fn stopped(at: Timestamp) -> Self {
        Self { source: Source::Stopped(Arc::new(AtomicI64::new(at.millis()))), order: Order::new() }
    }

    /// The time now. The machine's clock may be set, so it may go back and leap.
    pub fn now(&self) -> Timestamp {
        match &self.source {
            Source::System { .. } => wall(),
            Source::Fast { from, speed, .. } => from.after(wall().since(*from) * *speed),
            Source::Stopped(millis) => Timestamp::from_millis(millis.load(Ordering::SeqCst)),
        }
    }

    /// As [`Clock::now`] when the process began, and steady from there on, whatever the machine's clock is set to. For
    /// pauses and rates; to be compared with itself only and never stored.
    pub fn steady(&self) -> Timestamp {
        match &self.source {
            Source::System { began, watch } | Source::Fast { began, watch, .. } => {
                began.after(watch.elapsed())
            }
            Source::Stopped(_) => self.now(),
        }
    }

    /// How long to wait until so much time has passed. For jobs that come round again: with a fast clock they come sooner.
    pub fn wait(&self, time: Duration) -> Duration {
        match &self.source {
            Source::System { .. } | Source::Stopped(_) => time,
            Source::Fast { speed, .. } => time / *speed,
        }
    }

    /// Moves a stopped clock forward. A system clock cannot be moved: nothing happens.
    pub fn advance(&self, by: Duration) {
        if let Source::Stopped(millis) = &self.source {
            millis.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }

    /// Whether the clock only moves when told to.
    pub fn is_stopped(&self) -> bool {
        matches!(self.source, Source::Stopped(_))
    }

    /// A new id. Ids of one clock sort in the order in which they were made.
    pub fn id<T>(&self) -> Id<T> {
        let now = self.now().millis().max(self.order.reached.load(Ordering::Relaxed));
        let millis = u64::try_from(now).unwrap_or(0);
        let nanos = u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000;
        let context = self.order.context.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Id::from_uuid(Uuid::new_v7(uuid::Timestamp::from_unix(&*context, millis / 1000, nanos)))
    }

    /// Makes new ids sort behind `id`, should the machine's clock have gone back since it was made.
    pub fn follow<T>(&self, id: Id<T>) {
        let mut millis = [0; 8];
        millis[2..].copy_from_slice(&id.bytes()[..6]);
        self.order.reached.fetch_max(i64::from_be_bytes(millis).saturating_add(1), Ordering::Relaxed);
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn wall() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Timestamp::EPOCH.after(since)
}

/// Random bytes from the operating system, for tokens, nonces and keys.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    rand::random()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_millisecond_keep_their_order() {
        let clock = Clock::stopped(Timestamp::from_seconds(1_700_000_000));
        let ids: Vec<Id<()>> = (0..1000).map(|_| clock.id()).collect();
        assert!(ids.is_sorted());
    }

    #[test]
    fn ids_keep_their_order_over_a_restart_with_a_clock_that_went_back() {
        let before: Id<()> = Clock::stopped(Timestamp::from_seconds(1_700_000_000)).id();
        let clock = Clock::stopped(Timestamp::from_seconds(1_600_000_000));
        assert!(clock.id::<()>() < before);
        clock.follow(before);
        assert!(clock.id::<()>() > before);
    }

    #[test]
    fn clones_of_a_stopped_clock_move_together() {
        let clock = Clock::stopped(Timestamp::EPOCH);
        let other = clock.clone();
        clock.advance(Duration::from_secs(3));
        assert_eq!(other.now(), Timestamp::from_seconds(3));
    }

    #[test]
    fn a_fast_clock_gets_ahead_and_its_jobs_come_sooner() {
        let from = wall();
        let clock = Clock::fast(from, 86_400);
        std::thread::sleep(Duration::from_millis(20));
        assert!(clock.now().since(from) >= Duration::from_secs(20 * 86));
        assert_eq!(clock.wait(Duration::from_hours(24)), Duration::from_secs(1));
        assert!(clock.steady().since(from) < Duration::from_hours(1));
    }
}
