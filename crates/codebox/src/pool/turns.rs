//! Who may use a child next. Accounts take turns, and one account has all children but one at most: its slow code does not
//! hold up the others.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chasqui_model::Id;
use chasqui_model::account::Account;
use tokio::sync::oneshot;

/// Hands out turns.
#[derive(Debug)]
pub(super) struct Turns {
    /// Most turns of one account at a time.
    share: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    free: usize,
    busy: HashMap<Id<Account>, usize>,
    waiting: HashMap<Id<Account>, VecDeque<oneshot::Sender<Turn>>>,
    /// The accounts that wait, in the order in which they come to their turn.
    ring: VecDeque<Id<Account>>,
}

/// The right to use a child. It goes back when this is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    turns: Arc<Turns>,
    account: Id<Account>,
}

impl Turns {
    pub fn new(children: usize) -> Self {
        let free = children.max(1);
        let state = State { free, busy: HashMap::new(), waiting: HashMap::new(), ring: VecDeque::new() };
        Self { share: (free - 1).max(1), state: Mutex::new(state) }
    }

    /// Waits for a turn. Whoever gives up waiting takes nothing with them.
    pub async fn take(self: &Arc<Self>, account: Id<Account>) -> Turn {
        loop {
            let (sender, receiver) = oneshot::channel();
            {
                let mut state = self.state();
                let queue = state.waiting.entry(account).or_default();
                queue.push_back(sender);
                if queue.len() == 1 {
                    state.ring.push_back(account);
                }
            }
            self.hand_out();
            // A sender lives until it has sent, as long as this is waited for; should it not, one asks again.
            if let Ok(turn) = receiver.await {
                return turn;
            }
        }
    }

    fn hand_out(self: &Arc<Self>) {
        loop {
            let Some((account, sender)) = self.state().next(self.share) else { return };
            // Should nobody wait any more, the turn comes back and is handed to the next.
            drop(sender.send(Turn { turns: Arc::clone(self), account }));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The next that gets a turn, counted as busy.
    fn next(&mut self, share: usize) -> Option<(Id<Account>, oneshot::Sender<Turn>)> {
        if self.free == 0 {
            return None;
        }
        for _ in 0..self.ring.len() {
            let account = self.ring.pop_front()?;
            let Some(queue) = self.waiting.get_mut(&account) else { continue };
            queue.retain(|sender| !sender.is_closed());
            if queue.is_empty() {
                self.waiting.remove(&account);
                continue;
            }
            let busy = self.busy.entry(account).or_default();
            if *busy >= share {
                self.ring.push_back(account);
                continue;
            }
            let sender = queue.pop_front()?;
            *busy += 1;
            self.free -= 1;
            if queue.is_empty() {
                self.waiting.remove(&account);
            } else {
                self.ring.push_back(account);
            }
            return Some((account, sender));
        }
        None
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        {
            let mut state = self.turns.state();
            state.free += 1;
            if let Some(busy) = state.busy.get_mut(&self.account) {
                *busy -= 1;
                if *busy == 0 {
                    state.busy.remove(&self.account);
                }
            }
        }
        self.turns.hand_out();
    }
}
