//! The simulator's clock: the given one, plus what was skipped. Windows, tokens, links and retries go by it, so that a
//! week passes when somebody says so.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chasqui_model::{Clock, Timestamp};
use tokio::sync::Notify;

/// How often a stopped clock is looked at: nobody tells when it was moved.
const GLANCE: Duration = Duration::from_millis(5);

#[derive(Debug)]
pub(crate) struct VirtualClock {
    clock: Clock,
    skipped: AtomicI64,
    moved: Notify,
}

impl VirtualClock {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, skipped: AtomicI64::new(0), moved: Notify::new() }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.now().millis() + self.skipped.load(Ordering::SeqCst))
    }

    /// Skips time and wakes whoever waits for it.
    pub(crate) fn advance(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.skipped.fetch_add(millis, Ordering::SeqCst);
        self.moved.notify_waiters();
    }

    /// Wakes all who wait, so that they look again whether they still should.
    pub(crate) fn wake(&self) {
        self.moved.notify_waiters();
    }

    /// Waits for a moment; ends early when somebody calls [`VirtualClock::wake`].
    pub(crate) async fn sleep_until(&self, due: Timestamp) {
        loop {
            let moved = self.moved.notified();
            let left = due.since(self.now());
            if left.is_zero() {
                return;
            }
            if self.clock.is_stopped() {
                tokio::select! {
                    () = tokio::time::sleep(GLANCE) => continue,
                    () = moved => {}
                }
            } else {
                tokio::select! {
                    () = tokio::time::sleep(left) => {}
                    () = moved => {}
                }
            }
            return;
        }
    }

    /// Waits for a time to pass, to the end.
    pub(crate) async fn sleep(&self, time: Duration) {
        let due = self.now().after(time);
        while self.now() < due {
            self.sleep_until(due).await;
        }
    }
}
