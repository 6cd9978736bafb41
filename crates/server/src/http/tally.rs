//! How many of something each caller has at once, and no more than allowed. Who has none is not remembered, so the table is
//! never larger than what is going on.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts, a caller.
#[derive(Debug)]
pub(crate) struct Tally<K> {
    most: usize,
    counts: Mutex<HashMap<K, usize>>,
}

/// One that is counted, until it is dropped.
#[derive(Debug)]
pub(crate) struct Counted<K: Eq + Hash> {
    tally: Arc<Tally<K>>,
    key: K,
}

impl<K: Eq + Hash + Copy> Tally<K> {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, counts: Mutex::default() })
    }

    /// Counts one more; `None` when the caller has as many as allowed.
    pub(crate) fn enter(self: &Arc<Self>, key: K) -> Option<Counted<K>> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(key).or_default();
        if *count >= self.most {
            // `most` may be nothing at all.
            if *count == 0 {
                counts.remove(&key);
            }
            return None;
        }
        *count += 1;
        Some(Counted { tally: Arc::clone(self), key })
    }
}

impl<K: Eq + Hash> Drop for Counted<K> {
    fn drop(&mut self) {
        let mut counts = self.tally.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_as_many_as_allowed_and_who_has_none_is_not_remembered() {
        let tally = Tally::new(2);
        let first = tally.enter("ana").unwrap();
        let second = tally.enter("ana").unwrap();
        assert!(tally.enter("ana").is_none());
        assert!(tally.enter("ben").is_some());
        drop(first);
        let third = tally.enter("ana").unwrap();
        drop((second, third));
        assert!(tally.counts.lock().unwrap().is_empty());
        assert!(Tally::new(0).enter("ana").is_none());
    }
}
