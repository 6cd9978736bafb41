//! How long numbers that are written to all the time do not answer.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

/// When each number answered last. Measured between answers, so it is right as long as somebody writes all the time.
#[derive(Debug)]
pub struct Silence {
    last: RefCell<Vec<Instant>>,
    longest: Cell<Duration>,
}

impl Silence {
    pub(super) fn new(numbers: usize) -> Self {
        Self { last: RefCell::new(vec![Instant::now(); numbers]), longest: Cell::default() }
    }

    /// What was before does not count.
    pub fn begin(&self) {
        self.last.borrow_mut().fill(Instant::now());
        self.longest.set(Duration::ZERO);
    }

    pub(super) fn broken(&self, number: usize) {
        let now = Instant::now();
        let before = std::mem::replace(&mut self.last.borrow_mut()[number], now);
        self.longest.set(self.longest.get().max(now - before));
    }

    /// The longest since the beginning, those that last among them.
    pub fn longest(&self) -> Duration {
        let lasting = self.last.borrow().iter().map(Instant::elapsed).max().unwrap_or_default();
        self.longest.get().max(lasting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_that_lasts_counts() {
        let silence = Silence::new(2);
        silence.begin();
        std::thread::sleep(Duration::from_millis(20));
        silence.broken(0);
        assert!(silence.longest() >= Duration::from_millis(20));
        silence.begin();
        assert!(silence.longest() < Duration::from_millis(20));
    }
}
