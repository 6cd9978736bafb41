//! Chance that a seed repeats.

use std::time::Duration;

/// A stream of numbers that looks like chance (splitmix64).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The stream of a seed and of what it is for: the same arguments give the same numbers.
    pub fn of(seed: u64, purpose: &[u64]) -> Self {
        let mut random = Self(seed ^ 0x9e37_79b9_7f4a_7c15);
        for part in purpose {
            random.0 = random.next() ^ part.wrapping_mul(0xff51_afd7_ed55_8ccd);
        }
        random
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which must not be 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = limit as u64;
        usize::try_from(self.next() % limit).unwrap_or_default()
    }

    /// True in so many of a thousand cases.
    pub fn per_mille(&mut self, chance: usize) -> bool {
        self.below(1000) < chance
    }

    /// A time between two.
    pub fn millis(&mut self, from: usize, to: usize) -> Duration {
        Duration::from_millis((from + self.below(to - from + 1)) as u64)
    }

    /// Puts things into another order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_purposes_differ() {
        let draw = |seed, purpose: &[u64]| Random::of(seed, purpose).next();
        assert_eq!(draw(1, &[2, 3]), draw(1, &[2, 3]));
        assert_ne!(draw(1, &[2, 3]), draw(1, &[3, 2]));
        assert_ne!(draw(1, &[2, 3]), draw(2, &[2, 3]));
    }
}
