//! How much work waits, and whose deliveries are better kept at Meta for a while: everybody's when all of it is too much, and
//! an account's alone when that one has its share waiting.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chasqui_model::Id;
use chasqui_model::account::Account;

/// Above this much waiting work Meta is asked to come again later.
const MOST: Amount = Amount { pieces: 250_000, bytes: 256 * 1024 * 1024 };
/// Above this much, an account's deliveries are.
const EACH: Amount = Amount { pieces: 62_500, bytes: 64 * 1024 * 1024 };
/// How often it is looked at whose all of it is, while it is enough for anybody's share.
pub(super) const LOOK: Duration = Duration::from_secs(1);

/// Pieces of work, and the bytes of what is written in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) pieces: usize,
    pub(super) bytes: usize,
}

impl Amount {
    fn is_over(self, most: Self) -> bool {
        self.pieces > most.pieces || self.bytes > most.bytes
    }
}

/// Work that waits or is under way.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    pieces: AtomicUsize,
    /// Of what waits in mailboxes.
    bytes: AtomicUsize,
    /// Accounts that have their share waiting.
    full: Mutex<HashSet<Id<Account>>>,
    any_full: AtomicBool,
}

impl Backlog {
    /// Pieces that wait or are under way.
    pub(super) fn pieces(&self) -> usize {
        self.pieces.load(Ordering::Relaxed)
    }

    pub(super) fn came(&self) {
        self.pieces.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn done(&self, pieces: usize) {
        self.pieces.fetch_sub(pieces, Ordering::Relaxed);
    }

    pub(super) fn waits(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn left(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    fn amount(&self) -> Amount {
        Amount { pieces: self.pieces(), bytes: self.bytes.load(Ordering::Relaxed) }
    }

    /// Whether more of this account is better kept at Meta.
    pub(super) fn refuses(&self, account: Id<Account>) -> bool {
        self.amount().is_over(MOST)
            || self.refuses_any()
                && self.full.lock().unwrap_or_else(PoisonError::into_inner).contains(&account)
    }

    /// Whether somebody's deliveries are refused, until it is looked again.
    pub(super) fn refuses_any(&self) -> bool {
        self.any_full.load(Ordering::Relaxed)
    }

    /// Whether it is time to look whose it is.
    pub(super) fn is_to_be_judged(&self, last: Option<Instant>) -> bool {
        let matters = self.refuses_any() || self.amount().is_over(EACH);
        matters && last.is_none_or(|last| last.elapsed() >= LOOK)
    }

    /// Looks whose it is.
    pub(super) fn judge(&self, waiting: impl Iterator<Item = (Option<Id<Account>>, Amount)>) {
        let mut accounts: HashMap<Id<Account>, Amount> = HashMap::new();
        for (account, amount) in waiting {
            let Some(account) = account else { continue };
            let all = accounts.entry(account).or_default();
            all.pieces += amount.pieces;
            all.bytes += amount.bytes;
        }
        let full: HashSet<_> =
            accounts.into_iter().filter(|(_, it)| it.is_over(EACH)).map(|(it, _)| it).collect();
        self.any_full.store(!full.is_empty(), Ordering::Relaxed);
        let before = std::mem::replace(&mut *self.full.lock().unwrap_or_else(PoisonError::into_inner), full);
        let now = self.full.lock().unwrap_or_else(PoisonError::into_inner);
        for account in now.difference(&before) {
            tracing::warn!(%account, "this account has its share of waiting work; Meta is asked to come again later");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(number: u8) -> Id<Account> {
        Id::from_bytes([number; 16])
    }

    #[test]
    fn an_account_with_its_share_waiting_is_refused_alone() {
        let backlog = Backlog::default();
        assert!(!backlog.is_to_be_judged(None), "little waits");
        (0..=EACH.pieces).for_each(|_| backlog.came());
        assert!(backlog.is_to_be_judged(None));
        let one = |number: u8, pieces| (Some(account(number)), Amount { pieces, bytes: 1 });
        backlog.judge([one(1, EACH.pieces), one(1, 1), one(2, 10), (None, EACH)].into_iter());
        assert!(backlog.refuses(account(1)) && !backlog.refuses(account(2)));
        backlog.done(EACH.pieces);
        assert!(backlog.is_to_be_judged(None), "until nobody is refused any more");
        backlog.judge([one(1, 1)].into_iter());
        assert!(!backlog.refuses(account(1)) && !backlog.is_to_be_judged(None));
    }

    #[test]
    fn large_work_counts_by_its_bytes() {
        let backlog = Backlog::default();
        backlog.came();
        backlog.waits(EACH.bytes + 1);
        assert!(backlog.is_to_be_judged(None));
        backlog.judge([(Some(account(1)), Amount { pieces: 1, bytes: EACH.bytes + 1 })].into_iter());
        assert!(backlog.refuses(account(1)) && !backlog.refuses(account(2)));
        backlog.waits(MOST.bytes);
        assert!(backlog.refuses(account(2)), "all together are too much");
        backlog.left(MOST.bytes);
        assert!(!backlog.refuses(account(2)));
    }
}
