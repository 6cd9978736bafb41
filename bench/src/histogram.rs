//! Times, counted in buckets that are at most 3 % wide.

use std::time::Duration;

/// Buckets of each power of two.
const FINE: u64 = 32;

/// How often each time was measured.
#[derive(Clone, Debug)]
pub struct Histogram {
    buckets: Vec<u64>,
    count: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { buckets: vec![0; 40 * 32], count: 0 }
    }
}

impl Histogram {
    /// Counts a time.
    pub fn add(&mut self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let last = self.buckets.len() - 1;
        self.buckets[bucket(micros).min(last)] += 1;
        self.count += 1;
    }

    /// How many times were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The time in milliseconds that so many of a thousand stay below; 0 when nothing was measured.
    pub fn millis_at(&self, per_mille: u64) -> f64 {
        let wanted = (self.count * per_mille).div_ceil(1000).max(1);
        let mut seen = 0;
        for (index, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return whole(upper(index as u64)) / 1000.0;
            }
        }
        0.0
    }
}

/// A count for calculating with.
#[expect(clippy::cast_precision_loss, reason = "nothing here is counted beyond 2^52")]
pub fn whole(count: u64) -> f64 {
    count as f64
}

fn bucket(micros: u64) -> usize {
    let index = if micros < FINE {
        micros
    } else {
        let power = u64::from(micros.ilog2()) - 5;
        FINE + power * FINE + ((micros >> power) - FINE)
    };
    usize::try_from(index).unwrap_or(usize::MAX)
}

fn upper(bucket: u64) -> u64 {
    if bucket < FINE {
        return bucket;
    }
    let power = (bucket - FINE) / FINE;
    ((bucket - FINE) % FINE + FINE + 1) << power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_within_three_per_cent() {
        let mut histogram = Histogram::default();
        for micros in 1..=10_000 {
            histogram.add(Duration::from_micros(micros));
        }
        for (per_mille, millis) in [(500, 5.0), (990, 9.9), (1000, 10.0)] {
            let measured = histogram.millis_at(per_mille);
            assert!((measured - millis).abs() / millis < 0.04, "{per_mille}: {measured}");
        }
    }

    #[test]
    fn buckets_follow_each_other() {
        assert!((1..100_000).all(|micros| bucket(micros) - bucket(micros - 1) <= 1));
    }
}
