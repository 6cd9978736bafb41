//! The room for compiled flows, in bytes: in all, and of one account. Those that were not needed for longest go; what a turn
//! has in hand stays until the turn is over.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use chasqui_flow::{Flow, FlowKey};
use chasqui_model::Id;
use chasqui_model::account::Account;
use dashmap::DashMap;

use super::Compiled;

/// Most bytes of all flows, and of one account's.
pub(super) const IN_ALL: usize = 256 * 1024 * 1024;
pub(super) const EACH: usize = 64 * 1024 * 1024;
/// Bytes that a flow takes in memory for a byte of its bot file: measured 2 with long texts, 15 with short ones.
const FACTOR: usize = 15;

/// Compiled flows.
pub(super) struct Room {
    kept: DashMap<FlowKey, Kept>,
    /// What has gone and may still be in some turn's hands.
    gone: DashMap<FlowKey, Weak<Flow>>,
    /// How many were kept so far: the time by which it is judged what was not needed for longest.
    now: AtomicU64,
    taken: Mutex<Taken>,
    in_all: usize,
    each: usize,
}

struct Kept {
    compiled: Compiled,
    account: Id<Account>,
    bytes: usize,
    used: AtomicU64,
}

#[derive(Default)]
struct Taken {
    bytes: usize,
    accounts: HashMap<Id<Account>, usize>,
}

impl Room {
    pub(super) fn new(in_all: usize, each: usize) -> Self {
        let (kept, gone) = (DashMap::new(), DashMap::new());
        Self { kept, gone, now: AtomicU64::new(0), taken: Mutex::default(), in_all, each }
    }

    /// A flow that is kept, or still in some turn's hands.
    pub(super) fn flow(&self, key: &FlowKey) -> Option<Arc<Flow>> {
        match self.kept.get(key) {
            Some(kept) => Some(Arc::clone(&kept.compiled.flow)),
            None => self.gone.get(key)?.upgrade(),
        }
    }

    /// A flow that is kept; it is needed now.
    pub(super) fn find(&self, key: &FlowKey) -> Option<Compiled> {
        let kept = self.kept.get(key)?;
        kept.used.store(self.now.load(Ordering::Relaxed), Ordering::Relaxed);
        Some(kept.compiled.clone())
    }

    /// Keeps a flow whose bot file has this many bytes. Others make room, of the same account first.
    pub(super) fn keep(&self, key: FlowKey, account: Id<Account>, size: usize, compiled: Compiled) {
        let used = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        let bytes = size.saturating_mul(FACTOR);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = Kept { compiled, account, bytes, used: AtomicU64::new(used) };
        if let Some(before) = self.kept.insert(key, kept) {
            taken.give_back(&before);
        }
        self.gone.remove(&key);
        taken.take(account, bytes);
        while taken.accounts.get(&account).is_some_and(|own| *own > self.each) {
            if !self.drop_oldest(&mut taken, key, account) {
                break;
            }
        }
        while taken.bytes > self.in_all {
            let most = taken.accounts.iter().max_by_key(|(_, bytes)| **bytes).map(|(account, _)| *account);
            if !most.is_some_and(|account| self.drop_oldest(&mut taken, key, account)) {
                break;
            }
        }
        self.gone.retain(|_, flow| flow.strong_count() > 0);
    }

    /// Drops what an account did not need for longest, but not this one.
    fn drop_oldest(&self, taken: &mut Taken, but: FlowKey, account: Id<Account>) -> bool {
        let own = self.kept.iter().filter(|it| it.account == account && *it.key() != but);
        let oldest = own.min_by_key(|it| it.used.load(Ordering::Relaxed)).map(|it| *it.key());
        let Some(oldest) = oldest else { return false };
        // Found in one of the two at any time.
        if let Some(kept) = self.kept.get(&oldest) {
            self.gone.insert(oldest, Arc::downgrade(&kept.compiled.flow));
        }
        if let Some((_, kept)) = self.kept.remove(&oldest) {
            taken.give_back(&kept);
        }
        true
    }
}

impl Taken {
    fn take(&mut self, account: Id<Account>, bytes: usize) {
        self.bytes += bytes;
        *self.accounts.entry(account).or_default() += bytes;
    }

    fn give_back(&mut self, kept: &Kept) {
        self.bytes -= kept.bytes;
        if let Some(own) = self.accounts.get_mut(&kept.account) {
            *own -= kept.bytes;
            if *own == 0 {
                self.accounts.remove(&kept.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chasqui_flow::Definition;

    use super::*;

    const SIZE: usize = 100;

    fn compiled() -> Compiled {
        let file = r#"{"format": 1, "name": "A", "start": "a", "nodes": [{"id": "a", "type": "end"}]}"#;
        let flow = Flow::compile(Definition::parse(file).unwrap()).unwrap();
        Compiled { flow: Arc::new(flow), leads_to: Arc::from([]) }
    }

    fn key(bot: u8, version: i64) -> FlowKey {
        FlowKey { bot: Id::from_bytes([bot; 16]), version }
    }

    fn room(flows_in_all: usize, flows_each: usize) -> Room {
        Room::new(flows_in_all * SIZE * FACTOR, flows_each * SIZE * FACTOR)
    }

    #[test]
    fn an_account_has_its_room_and_what_was_not_needed_for_longest_goes() {
        let room = room(100, 3);
        let account = Id::from_bytes([1; 16]);
        for version in 1..=3 {
            room.keep(key(1, version), account, SIZE, compiled());
        }
        assert!(room.find(&key(1, 1)).is_some());
        room.keep(key(1, 4), account, SIZE, compiled());
        let left: Vec<_> = (1..=4).filter(|version| room.flow(&key(1, *version)).is_some()).collect();
        assert_eq!(left, [1, 3, 4]);
    }

    #[test]
    fn the_account_that_takes_most_makes_room_for_all() {
        let room = room(4, 3);
        let [greedy, other, late] = [1, 2, 3].map(|number| Id::from_bytes([number; 16]));
        room.keep(key(9, 1), other, SIZE, compiled());
        for version in 1..=3 {
            room.keep(key(1, version), greedy, SIZE, compiled());
        }
        room.keep(key(8, 1), late, SIZE, compiled());
        assert!(room.flow(&key(9, 1)).is_some() && room.flow(&key(8, 1)).is_some());
        assert!(room.flow(&key(1, 1)).is_none() && room.flow(&key(1, 3)).is_some());
        let taken = room.taken.lock().unwrap();
        assert_eq!(taken.bytes, 4 * SIZE * FACTOR);
        assert_eq!(taken.accounts.values().sum::<usize>(), taken.bytes);
    }

    #[test]
    fn what_a_turn_has_in_hand_is_found_until_the_turn_is_over() {
        let room = room(1, 1);
        let account = Id::from_bytes([1; 16]);
        room.keep(key(1, 1), account, SIZE, compiled());
        let in_hand = room.find(&key(1, 1)).unwrap();
        room.keep(key(1, 2), account, SIZE, compiled());
        assert!(room.find(&key(1, 1)).is_none(), "the next turn makes it ready again");
        assert!(room.flow(&key(1, 1)).is_some());
        drop(in_hand);
        assert!(room.flow(&key(1, 1)).is_none());
        room.keep(key(1, 3), account, SIZE, compiled());
        assert_eq!(room.gone.len(), 0);
    }

    #[test]
    fn one_that_is_larger_than_all_room_is_kept_alone() {
        let room = room(2, 1);
        let account = Id::from_bytes([1; 16]);
        room.keep(key(1, 1), account, SIZE, compiled());
        room.keep(key(1, 2), account, SIZE * 10, compiled());
        assert!(room.flow(&key(1, 1)).is_none() && room.flow(&key(1, 2)).is_some());
    }
}
