//! What waits for a thread, and whose turn it is.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use chasqui_model::Id;
use chasqui_model::account::Account;

/// A piece of work.
pub(super) type Work = Box<dyn FnOnce() + Send>;

/// Hands out work: accounts in turn, each with a share of the threads at most.
pub(super) struct Queue {
    /// Most pieces of one account at a time.
    share: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: HashMap<Id<Account>, VecDeque<Work>>,
    busy: HashMap<Id<Account>, usize>,
    /// The accounts that wait, in the order in which they come to their turn.
    ring: VecDeque<Id<Account>>,
    closed: bool,
}

impl Queue {
    pub fn new(share: usize) -> Self {
        Self { share, state: Mutex::default(), changed: Condvar::new() }
    }

    pub fn share(&self) -> usize {
        self.share
    }

    /// How much of an account's work waits.
    pub fn waiting(&self, account: Id<Account>) -> usize {
        self.state().waiting.get(&account).map_or(0, VecDeque::len)
    }

    pub fn push(&self, account: Id<Account>, work: Work) {
        {
            let mut state = self.state();
            let queue = state.waiting.entry(account).or_default();
            queue.push_back(work);
            if queue.len() == 1 {
                state.ring.push_back(account);
            }
        }
        self.changed.notify_one();
    }

    /// Waits for the next piece of work. `None`: there will be none any more.
    pub fn next(&self) -> Option<(Id<Account>, Work)> {
        let mut state = self.state();
        loop {
            if state.closed {
                return None;
            }
            if let Some(next) = state.next(self.share) {
                return Some(next);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A piece of this account's work is done.
    pub fn done(&self, account: Id<Account>) {
        {
            let mut state = self.state();
            if let Some(busy) = state.busy.get_mut(&account) {
                *busy -= 1;
                if *busy == 0 {
                    state.busy.remove(&account);
                }
            }
        }
        // Work of this account may have waited for its share only.
        self.changed.notify_one();
    }

    /// Begins nothing more; what waits is dropped.
    pub fn close(&self) {
        let dropped = {
            let mut state = self.state();
            state.closed = true;
            state.ring.clear();
            std::mem::take(&mut state.waiting)
        };
        drop(dropped);
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The next piece of work, counted as busy.
    fn next(&mut self, share: usize) -> Option<(Id<Account>, Work)> {
        for _ in 0..self.ring.len() {
            let account = self.ring.pop_front()?;
            let busy = self.busy.entry(account).or_default();
            if *busy >= share {
                self.ring.push_back(account);
                continue;
            }
            let Some(queue) = self.waiting.get_mut(&account) else { continue };
            let Some(work) = queue.pop_front() else { continue };
            *busy += 1;
            if queue.is_empty() {
                self.waiting.remove(&account);
            } else {
                self.ring.push_back(account);
            }
            return Some((account, work));
        }
        None
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("share", &self.share).finish_non_exhaustive()
    }
}
