//! Where time and new ids come from. The only file that reads the machine's clock or draws chance, so that tests
//! can turn both.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

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
    System,
    /// Offset in milliseconds from the machine's clock, or a stopped clock's reading.
    Stopped(Arc<AtomicI64>),
}

/// Keeps ids made in one millisecond in the order in which they were made.
#[derive(Debug)]
struct Order(std::sync::Mutex<ContextV7>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self { source: Source::System, order: Arc::new(Order(std::sync::Mutex::new(ContextV7::new()))) }
    }

    /// A clock that stands at `at` until [`Clock::advance`] moves it. All clones move together.
    pub fn stopped(at: Timestamp) -> Self {
        Self {
            source: Source::Stopped(Arc::new(AtomicI64::new(at.millis()))),
            order: Arc::new(Order(std::sync::Mutex::new(ContextV7::new()))),
        }
    }

    /// The time now.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> Timestamp {
        match &self.source {
            Source::System => {
                let since = std::time::SystemTime::now()
                    .duration_since(std::time::UNIX_EPOCH)
                    .unwrap_or(Duration::ZERO);
                Timestamp::EPOCH.after(since)
            }
            Source::Stopped(millis) => Timestamp::from_millis(millis.load(Ordering::SeqCst)),
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
        let millis = u64::try_from(self.now().millis()).unwrap_or(0);
        let nanos = u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000;
        let order = self.order.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Id::from_uuid(Uuid::new_v7(uuid::Timestamp::from_unix(&*order, millis / 1000, nanos)))
    }
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
    fn clones_of_a_stopped_clock_move_together() {
        let clock = Clock::stopped(Timestamp::EPOCH);
        let other = clock.clone();
        clock.advance(Duration::from_secs(3));
        assert_eq!(other.now(), Timestamp::from_seconds(3));
    }
}
