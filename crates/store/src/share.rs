//! Who may use a place next: a connection, a thread. Accounts take turns, none has all places, and none lets endlessly much
//! wait.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chasqui_model::Id;
use chasqui_model::account::Account;
use tokio::sync::oneshot;

use crate::{Error, Result};

/// Most that waits of one account. Whoever has more at once is told to come again.
const WAITING: usize = 128;

/// Hands out places.
#[derive(Debug)]
pub(crate) struct Share {
    /// Most places of one account.
    each: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    free: usize,
    accounts: HashMap<Id<Account>, Standing>,
    /// The accounts that wait, in the order in which they come to their turn.
    ring: VecDeque<Id<Account>>,
}

/// How an account stands. Kept while it has a place or waits for one.
#[derive(Debug, Default)]
struct Standing {
    busy: usize,
    waiting: VecDeque<oneshot::Sender<Place>>,
}

/// The right to use a place. It goes back when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    share: Arc<Share>,
    account: Id<Account>,
}

impl Share {
    pub(crate) fn new(places: usize, each: usize) -> Arc<Self> {
        let state = State { free: places, accounts: HashMap::new(), ring: VecDeque::new() };
        Arc::new(Self { each, state: Mutex::new(state) })
    }

    /// Waits for a place. Whoever gives up waiting takes nothing with them.
    pub(crate) async fn take(self: &Arc<Self>, account: Id<Account>) -> Result<Place> {
        loop {
            let receiver = {
                let mut state = self.state();
                let waiting = &mut state.accounts.entry(account).or_default().waiting;
                waiting.retain(|sender| !sender.is_closed());
                if waiting.len() >= WAITING {
                    return Err(Error::Busy);
                }
                let (sender, receiver) = oneshot::channel();
                waiting.push_back(sender);
                if waiting.len() == 1 && !state.ring.contains(&account) {
                    state.ring.push_back(account);
                }
                receiver
            };
            self.hand_out();
            // A sender lives until it has sent, as long as this is waited for; should it not, one asks again.
            if let Ok(place) = receiver.await {
                return Ok(place);
            }
        }
    }

    fn hand_out(self: &Arc<Self>) {
        loop {
            let Some((account, sender)) = self.state().next(self.each) else { return };
            // Should nobody wait any more, the place comes back and is handed to the next.
            drop(sender.send(Place { share: Arc::clone(self), account }));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The next that gets a place, counted as busy.
    fn next(&mut self, each: usize) -> Option<(Id<Account>, oneshot::Sender<Place>)> {
        if self.free == 0 {
            return None;
        }
        for _ in 0..self.ring.len() {
            let account = self.ring.pop_front()?;
            let Some(standing) = self.accounts.get_mut(&account) else { continue };
            standing.waiting.retain(|sender| !sender.is_closed());
            if standing.waiting.is_empty() {
                self.forget_idle(account);
                continue;
            }
            if standing.busy >= each {
                self.ring.push_back(account);
                continue;
            }
            let sender = standing.waiting.pop_front()?;
            standing.busy += 1;
            self.free -= 1;
            if !standing.waiting.is_empty() {
                self.ring.push_back(account);
            }
            return Some((account, sender));
        }
        None
    }

    fn give_back(&mut self, account: Id<Account>) {
        self.free += 1;
        if let Some(standing) = self.accounts.get_mut(&account) {
            standing.busy -= 1;
        }
        self.forget_idle(account);
    }

    fn forget_idle(&mut self, account: Id<Account>) {
        if self.accounts.get(&account).is_some_and(|it| it.busy == 0 && it.waiting.is_empty()) {
            self.accounts.remove(&account);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.share.state().give_back(self.account);
        self.share.hand_out();
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn account(number: u8) -> Id<Account> {
        Id::from_bytes([number; 16])
    }

    #[test]
    fn one_account_never_has_all_places() {
        let share = Share::new(2, 1);
        let first = share.take(account(1)).now_or_never().unwrap().unwrap();
        assert!(share.take(account(1)).now_or_never().is_none(), "one place is for the others");
        let other = share.take(account(2)).now_or_never().unwrap().unwrap();
        assert!(share.take(account(3)).now_or_never().is_none());
        drop(other);
        assert!(share.take(account(3)).now_or_never().is_some());
        drop(first);
        assert!(share.take(account(1)).now_or_never().is_some());
    }

    #[test]
    fn accounts_take_turns_however_much_one_lets_wait() {
        let share = Share::new(1, 1);
        let place = share.take(account(1)).now_or_never().unwrap().unwrap();
        let mut crowd: Vec<_> = (0..20).map(|_| Box::pin(share.take(account(1)))).collect();
        assert!(crowd.iter_mut().all(|it| it.as_mut().now_or_never().is_none()));
        let mut other = Box::pin(share.take(account(2)));
        assert!(other.as_mut().now_or_never().is_none());
        drop(place);
        let next = crowd[0].as_mut().now_or_never().unwrap().unwrap();
        drop(next);
        assert!(other.as_mut().now_or_never().is_some(), "after one of the crowd, not after twenty");
    }

    #[test]
    fn who_lets_too_much_wait_is_told_and_the_others_are_not() {
        let share = Share::new(1, 1);
        let _place = share.take(account(9)).now_or_never().unwrap().unwrap();
        let mut crowd: Vec<_> = (0..WAITING).map(|_| Box::pin(share.take(account(1)))).collect();
        assert!(crowd.iter_mut().all(|it| it.as_mut().now_or_never().is_none()));
        let refused = share.take(account(1)).now_or_never().unwrap();
        assert!(matches!(refused, Err(Error::Busy)), "{refused:?}");
        assert!(share.take(account(2)).now_or_never().is_none(), "another one may wait");
        drop(crowd);
        assert!(share.take(account(1)).now_or_never().is_none(), "who gave up waiting does not count");
    }

    #[test]
    fn nothing_is_remembered_of_those_that_have_gone() {
        let share = Share::new(1, 1);
        let place = share.take(account(1)).now_or_never().unwrap().unwrap();
        assert!(share.take(account(2)).now_or_never().is_none());
        drop(place);
        let place = share.take(account(3)).now_or_never().unwrap().unwrap();
        drop(place);
        let state = share.state();
        assert!(state.accounts.is_empty() && state.ring.is_empty() && state.free == 1);
    }
}
