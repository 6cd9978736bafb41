//! How fast a number may send, and how fast to one person.

use std::collections::HashMap;
use std::time::Duration;

use chasqui_model::Timestamp;

use super::chat::Pair;

/// One message to a person every six seconds …
const PAIR_PAUSE: Duration = Duration::from_secs(6);
/// … and this many at once, which are then waited off.
const PAIR_BURST: u32 = 45;
/// Pairs looked at before quiet ones are forgotten.
const PAIRS: usize = 100_000;

/// Buckets of numbers and pairs.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    numbers: HashMap<String, Bucket>,
    /// When the last message to a pair would have gone at the normal pace.
    pairs: HashMap<Pair, Timestamp>,
}

#[derive(Debug)]
struct Bucket {
    level: f64,
    at: Timestamp,
}

impl Rates {
    /// Takes one message of a number's second. Messages in and out count together; those in are never refused.
    pub(crate) fn number(&mut self, phone_number_id: &str, per_second: u32, now: Timestamp) -> bool {
        let most = f64::from(per_second);
        if !self.numbers.contains_key(phone_number_id) {
            self.numbers.insert(phone_number_id.to_owned(), Bucket { level: most, at: now });
        }
        let Some(bucket) = self.numbers.get_mut(phone_number_id) else { return true };
        bucket.level = (bucket.level + now.since(bucket.at).as_secs_f64() * most).min(most);
        bucket.at = now;
        if bucket.level < 1.0 {
            return false;
        }
        bucket.level -= 1.0;
        true
    }

    /// Takes one message of a pair.
    pub(crate) fn pair(&mut self, pair: &Pair, now: Timestamp) -> bool {
        if self.pairs.len() > PAIRS {
            self.pairs.retain(|_, quiet_at| *quiet_at > now);
        }
        let quiet_at = self.pairs.get(pair).copied().unwrap_or(now).max(now).after(PAIR_PAUSE);
        if quiet_at.since(now) > PAIR_PAUSE * PAIR_BURST {
            return false;
        }
        self.pairs.insert(pair.clone(), quiet_at);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_45_is_borrowed() {
        let mut rates = Rates::default();
        let pair: Pair = ("1".into(), "2".into());
        let now = Timestamp::from_seconds(1000);
        assert!((0..45).all(|_| rates.pair(&pair, now)));
        assert!(!rates.pair(&pair, now));
        assert!(!rates.pair(&pair, now.after(Duration::from_secs(5))));
        assert!(rates.pair(&pair, now.after(Duration::from_secs(6))));
        assert!(!rates.pair(&pair, now.after(Duration::from_secs(7))));
    }

    #[test]
    fn a_number_has_its_messages_a_second() {
        let mut rates = Rates::default();
        let now = Timestamp::from_seconds(1000);
        assert_eq!((0..100).filter(|_| rates.number("1", 80, now)).count(), 80);
        let later = now.after(Duration::from_millis(500));
        assert_eq!((0..100).filter(|_| rates.number("1", 80, later)).count(), 40);
    }
}
