//! Locks by key: what is done under one key is done one at a time, and keys that nobody holds take no memory.

use std::hash::Hash;
use std::sync::Arc;

use dashmap::DashMap;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Locks by key.
pub(crate) struct KeyedLock<K: Eq + Hash + Clone>(DashMap<K, Arc<Mutex<()>>>);

/// A key that is held. Let go when it is dropped.
pub(crate) struct Held<'a, K: Eq + Hash + Clone> {
    locks: &'a KeyedLock<K>,
    key: K,
    /// Its own share of the lock.
    guard: Option<OwnedMutexGuard<()>>,
}

impl<K: Eq + Hash + Clone> Default for KeyedLock<K> {
    fn default() -> Self {
        Self(DashMap::new())
    }
}

impl<K: Eq + Hash + Clone> KeyedLock<K> {
    /// Waits until nobody else holds the key, and holds it.
    pub(crate) async fn hold(&self, key: K) -> Held<'_, K> {
        let gate = Arc::clone(&self.0.entry(key.clone()).or_default());
        // Before the waiting: who gives up waiting lets go as well.
        let mut held = Held { locks: self, key, guard: None };
        held.guard = Some(gate.lock_owned().await);
        held
    }
}

impl<K: Eq + Hash + Clone> Drop for Held<'_, K> {
    fn drop(&mut self) {
        self.guard = None;
        // Whoever waits has a share in it.
        self.locks.0.remove_if(&self.key, |_, gate| Arc::strong_count(gate) == 1);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_key_has_one_holder_and_is_forgotten_after_the_last() {
        let locks = KeyedLock::default();
        let first = locks.hold("a").await;
        let other = locks.hold("b").await;
        let second = tokio::time::timeout(Duration::from_millis(10), locks.hold("a")).await;
        assert!(second.is_err(), "it is held");
        assert_eq!(locks.0.len(), 2);
        drop(other);
        let waits = locks.hold("a");
        tokio::pin!(waits);
        assert!(futures::poll!(&mut waits).is_pending());
        drop(first);
        let second = waits.await;
        assert_eq!(locks.0.len(), 1);
        drop(second);
        assert!(locks.0.is_empty());
    }
}
