//! Pacing by the clock that tests can turn: a bucket that fills evenly and is emptied by messages.

use chasqui_model::Timestamp;

/// A token bucket. Its own few lines, because it must follow our clock and say when to come again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    /// Tokens in thousandths, may be below zero after a charge.
    level: i64,
    capacity: i64,
    /// Thousandths a second.
    rate: i64,
    filled_at: Timestamp,
}

const TOKEN: i64 = 1000;

impl Bucket {
    /// A full bucket: `burst` at once, then `per_thousand_seconds / 1000` a second.
    pub(super) fn new(burst: u32, per_thousand_seconds: u32, now: Timestamp) -> Self {
        let capacity = i64::from(burst) * TOKEN;
        Self { level: capacity, capacity, rate: i64::from(per_thousand_seconds), filled_at: now }
    }

    /// As [`Bucket::new`], but empty at `since`.
    pub(super) fn empty(burst: u32, per_thousand_seconds: u32, since: Timestamp) -> Self {
        Self { level: 0, ..Self::new(burst, per_thousand_seconds, since) }
    }

    fn fill(&mut self, now: Timestamp) {
        let elapsed = now.millis().saturating_sub(self.filled_at.millis());
        if elapsed < 0 {
            // The clock went back: count from here.
            self.filled_at = now;
            return;
        }
        let added = elapsed.saturating_mul(self.rate) / 1000;
        if added > 0 {
            self.level = self.capacity.min(self.level.saturating_add(added));
            // What a slow rate has not yet made a thousandth of is kept for the next time.
            self.filled_at = Timestamp::from_millis(self.filled_at.millis() + added * 1000 / self.rate);
            if self.level == self.capacity {
                self.filled_at = now;
            }
        }
    }

    /// Takes one token, or says when there will be one.
    pub(super) fn take(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        self.fill(now);
        if self.level >= TOKEN {
            self.level -= TOKEN;
            return Ok(());
        }
        let wait = (TOKEN - self.level).saturating_mul(1000) / self.rate.max(1) + 1;
        Err(Timestamp::from_millis(now.millis().saturating_add(wait)))
    }

    /// Whether it is as full as a new one.
    pub(super) fn is_full(mut self, now: Timestamp) -> bool {
        self.fill(now);
        self.level >= self.capacity
    }

    /// Puts one token back: it was not used.
    pub(super) fn put_back(&mut self) {
        self.level = self.capacity.min(self.level + TOKEN);
    }

    /// Takes tokens that were used elsewhere by now; never below one burst of debt. The time before counts first: after a
    /// quiet while it would else make up for what has only just been used.
    pub(super) fn charge(&mut self, tokens: u32, now: Timestamp) {
        if tokens == 0 {
            return;
        }
        self.fill(now);
        self.level = (self.level - i64::from(tokens) * TOKEN).max(-self.capacity);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_then_evenly() {
        let start = Timestamp::from_seconds(1000);
        let mut bucket = Bucket::new(45, 167, start);
        for _ in 0..45 {
            assert_eq!(bucket.take(start), Ok(()));
        }
        let next = bucket.take(start).unwrap_err();
        let wait = next.since(start);
        assert!(wait > Duration::from_millis(5900) && wait < Duration::from_millis(6100), "{wait:?}");
        assert_eq!(bucket.take(next), Ok(()));
        assert!(bucket.take(next).is_err());
    }

    #[test]
    fn what_was_used_after_a_quiet_while_is_charged_all_the_same() {
        let start = Timestamp::from_seconds(1000);
        let mut bucket = Bucket::new(80, 80_000, start);
        let later = start.after(Duration::from_mins(5));
        bucket.charge(79, later);
        assert_eq!(bucket.take(later), Ok(()));
        assert!(bucket.take(later).is_err());
        bucket.charge(1000, later);
        let soon = later.after(Duration::from_millis(990));
        assert!(bucket.take(soon).is_err(), "a burst of debt");
        assert_eq!(bucket.take(later.after(Duration::from_millis(1020))), Ok(()));
    }

    #[test]
    fn slow_rates_lose_nothing_to_rounding() {
        let start = Timestamp::from_seconds(1000);
        let mut bucket = Bucket::new(1, 167, start);
        assert_eq!(bucket.take(start), Ok(()));
        let mut taken = 0;
        for millis in 1..=60_000 {
            taken += i32::from(bucket.take(Timestamp::from_millis(start.millis() + millis)).is_ok());
        }
        assert!((9..=11).contains(&taken), "{taken}");
    }

    #[test]
    fn a_clock_that_goes_back_does_not_stop_it() {
        let start = Timestamp::from_seconds(1000);
        let mut bucket = Bucket::new(1, 1000, start);
        assert_eq!(bucket.take(start), Ok(()));
        let earlier = Timestamp::from_seconds(500);
        let next = bucket.take(earlier).unwrap_err();
        assert_eq!(bucket.take(next), Ok(()));
    }
}
