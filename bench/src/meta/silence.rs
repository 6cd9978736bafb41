//! How long numbers that are written to all the time do not answer.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

/// When each number answered last. Measured between answers, so it is right as long as somebody writes all the time.
#[derive(Debug)]
pub struct Silence {
    began: Cell<Instant>,
    last: RefCell<Vec<Instant>>,
    longest: RefCell<Vec<Quiet>>,
}

/// A time in which a number did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quiet {
    /// For how long.
    pub lasted: Duration,
    /// Until when, after the beginning.
    pub until: Duration,
    /// Which number.
    pub number: usize,
}

/// So many are kept, to look for what they have in common.
const KEPT: usize = 5;

impl Silence {
    pub(super) fn new(numbers: usize) -> Self {
        let now = Instant::now();
        Self { began: Cell::new(now), last: RefCell::new(vec![now; numbers]), longest: RefCell::default() }
    }

    /// What was before does not count.
    pub fn begin(&self) {
        self.began.set(Instant::now());
        self.last.borrow_mut().fill(Instant::now());
        self.longest.borrow_mut().clear();
    }

    pub(super) fn broken(&self, number: usize) {
        let now = Instant::now();
        let before = std::mem::replace(&mut self.last.borrow_mut()[number], now);
        let mut longest = self.longest.borrow_mut();
        keep(&mut longest, Quiet { lasted: now - before, until: now - self.began.get(), number });
    }

    /// How long ago the beginning was.
    pub fn elapsed(&self) -> Duration {
        self.began.get().elapsed()
    }

    /// The longest since the beginning, those that last among them; the longest of all first.
    pub fn longest(&self) -> Vec<Quiet> {
        let mut longest = self.longest.borrow().clone();
        let until = self.elapsed();
        for (number, last) in self.last.borrow().iter().enumerate() {
            keep(&mut longest, Quiet { lasted: last.elapsed(), until, number });
        }
        longest
    }
}

fn keep(longest: &mut Vec<Quiet>, quiet: Quiet) {
    if longest.len() < KEPT || longest.last().is_some_and(|least| *least < quiet) {
        longest.push(quiet);
        longest.sort_unstable_by(|a, b| b.cmp(a));
        longest.truncate(KEPT);
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
        let long = silence.longest().into_iter().filter(|it| it.lasted >= Duration::from_millis(20));
        let numbers: Vec<usize> = long.map(|it| it.number).collect();
        assert_eq!(numbers, [1, 0], "one that lasts and one that is over");
        silence.begin();
        assert!(silence.longest()[0].lasted < Duration::from_millis(20));
    }
}
