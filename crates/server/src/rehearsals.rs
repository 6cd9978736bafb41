//! The chats of the test mode that are under way, in memory: bounded, and forgotten when nobody goes on with them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use chasqui_flow::Rehearsal;
use chasqui_model::account::Account;
use chasqui_model::{Id, Named, Timestamp};
use tokio::sync::Mutex;

use crate::http::api::bot_library::Fetched;
use crate::http::api::test_session::Effects;

/// A chat that nobody goes on with is forgotten after this.
const IDLE: Duration = Duration::from_hours(2);
/// Most chats of one account; one more makes the oldest go.
const PER_ACCOUNT: usize = 20;
/// Most chats of all.
const MOST: usize = 2000;

/// A chat with a draft.
#[derive(Debug)]
pub(crate) enum TestSession {}

impl Named for TestSession {
    const PREFIX: &'static str = "tst";
}

/// What a chat needs to go on.
pub(crate) struct Held {
    pub(crate) account: Id<Account>,
    pub(crate) rehearsal: Rehearsal,
    /// The bots that the draft may lead to, as they were when the chat began.
    pub(crate) library: Fetched,
    pub(crate) effects: Effects,
}

struct Entry {
    account: Id<Account>,
    touched: Timestamp,
    held: Arc<Mutex<Held>>,
}

/// The chats that are under way.
#[derive(Default)]
pub(crate) struct Rehearsals(Lock<HashMap<Id<TestSession>, Entry>>);

impl Rehearsals {
    /// Keeps a new chat. The oldest one makes room when there are too many.
    pub(crate) fn keep(&self, id: Id<TestSession>, held: Held, now: Timestamp) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, entry| now.since(entry.touched) < IDLE);
        let account = held.account;
        let own = |entry: &Entry| entry.account == account;
        if entries.values().filter(|entry| own(entry)).count() >= PER_ACCOUNT {
            drop_oldest(&mut entries, own);
        }
        if entries.len() >= MOST {
            drop_oldest(&mut entries, |_| true);
        }
        entries.insert(id, Entry { account, touched: now, held: Arc::new(Mutex::new(held)) });
    }

    /// A chat that is still known.
    pub(crate) fn find(&self, id: Id<TestSession>, now: Timestamp) -> Option<Arc<Mutex<Held>>> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get_mut(&id).filter(|entry| now.since(entry.touched) < IDLE)?;
        entry.touched = now;
        Some(Arc::clone(&entry.held))
    }

    /// Forgets a chat.
    pub(crate) fn forget(&self, id: Id<TestSession>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}

fn drop_oldest(entries: &mut HashMap<Id<TestSession>, Entry>, of: impl Fn(&Entry) -> bool) {
    let oldest = entries.iter().filter(|(_, entry)| of(entry)).min_by_key(|(_, entry)| entry.touched);
    if let Some(id) = oldest.map(|(id, _)| *id) {
        entries.remove(&id);
    }
}
