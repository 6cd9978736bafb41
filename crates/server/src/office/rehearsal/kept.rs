//! The chats of the test mode that are under way, in memory: bounded in number and in bytes, for a person, an account and in
//! all, and forgotten when nobody goes on with them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as Lock, MutexGuard, PoisonError};
use std::time::Duration;

use chasqui_flow::Rehearsal;
use chasqui_model::account::{Account, User};
use chasqui_model::{Id, Named, Timestamp};
use tokio::sync::Mutex;

use super::Effects;
use crate::office::library::Fetched;

/// A chat that nobody goes on with is forgotten after this.
const IDLE: Duration = Duration::from_hours(2);
/// Most chats, and most bytes that they take.
const PER_PERSON: Most = Most { chats: 10, bytes: 32 * 1024 * 1024 };
const PER_ACCOUNT: Most = Most { chats: 20, bytes: 64 * 1024 * 1024 };
const IN_ALL: Most = Most { chats: 2000, bytes: 192 * 1024 * 1024 };
/// Bytes that a flow takes in memory for a byte of its bot file: measured 2 with long texts, 15 with short ones.
const FLOW: usize = 15;
/// Bytes that a chat takes in memory for a byte that is shown of it.
const SHOWN: usize = 3;

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
    /// Bytes of the bot files that it runs.
    pub(crate) flows: usize,
    /// Bytes of what was last shown of it.
    pub(crate) shown: usize,
}

impl Held {
    /// About how many bytes of memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.flows * FLOW + self.shown * SHOWN
    }
}

#[derive(Clone, Copy)]
struct Most {
    chats: usize,
    bytes: usize,
}

struct Entry {
    account: Id<Account>,
    person: Id<User>,
    touched: Timestamp,
    bytes: usize,
    held: Arc<Mutex<Held>>,
}

type Entries = HashMap<Id<TestSession>, Entry>;

/// The chats that are under way.
#[derive(Default)]
pub(crate) struct Rehearsals(Lock<Entries>);

impl Rehearsals {
    /// Keeps a new chat. The oldest ones make room when there are too many or too large ones.
    pub(crate) fn keep(&self, id: Id<TestSession>, person: Id<User>, held: Held, now: Timestamp) {
        let mut entries = self.entries();
        entries.retain(|_, entry| now.since(entry.touched) < IDLE);
        let (account, bytes) = (held.account, held.bytes());
        let held = Arc::new(Mutex::new(held));
        entries.insert(id, Entry { account, person, touched: now, bytes, held });
        make_room(&mut entries, id);
    }

    /// A chat of an account that is still known.
    pub(crate) fn find(
        &self,
        id: Id<TestSession>,
        account: Id<Account>,
        now: Timestamp,
    ) -> Option<Arc<Mutex<Held>>> {
        let mut entries = self.entries();
        let known = |entry: &&mut Entry| entry.account == account && now.since(entry.touched) < IDLE;
        let entry = entries.get_mut(&id).filter(known)?;
        entry.touched = now;
        Some(Arc::clone(&entry.held))
    }

    /// Says how many bytes a chat takes by now.
    pub(crate) fn weigh(&self, id: Id<TestSession>, bytes: usize) {
        let mut entries = self.entries();
        if let Some(entry) = entries.get_mut(&id) {
            entry.bytes = bytes;
            make_room(&mut entries, id);
        }
    }

    /// Forgets a chat.
    pub(crate) fn forget(&self, id: Id<TestSession>) {
        self.entries().remove(&id);
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets the oldest chats until what is left is within all bounds. The one in hand stays: it is bounded by itself. When all
/// together are too many, those of the account that takes the most go first.
fn make_room(entries: &mut Entries, in_hand: Id<TestSession>) {
    let Some((account, person)) = entries.get(&in_hand).map(|it| (it.account, it.person)) else { return };
    drop_oldest(entries, in_hand, PER_PERSON, |it| it.account == account && it.person == person);
    drop_oldest(entries, in_hand, PER_ACCOUNT, |it| it.account == account);
    while is_over(entries.values(), IN_ALL) {
        let mut taken: HashMap<Id<Account>, usize> = HashMap::new();
        for (_, entry) in entries.iter().filter(|(id, _)| **id != in_hand) {
            *taken.entry(entry.account).or_default() += entry.bytes.max(1);
        }
        let Some(most) = taken.into_iter().max_by_key(|(_, bytes)| *bytes).map(|(it, _)| it) else { return };
        remove_oldest(entries, in_hand, |it| it.account == most);
    }
}

fn drop_oldest(entries: &mut Entries, in_hand: Id<TestSession>, most: Most, of: impl Fn(&Entry) -> bool) {
    while is_over(entries.values().filter(|it| of(it)), most) {
        if !remove_oldest(entries, in_hand, &of) {
            return;
        }
    }
}

fn is_over<'a>(entries: impl Iterator<Item = &'a Entry>, most: Most) -> bool {
    let (chats, bytes) = entries.fold((0, 0), |(chats, bytes), it| (chats + 1, bytes + it.bytes));
    chats > most.chats || bytes > most.bytes
}

fn remove_oldest(entries: &mut Entries, in_hand: Id<TestSession>, of: impl Fn(&Entry) -> bool) -> bool {
    let others = entries.iter().filter(|(id, entry)| **id != in_hand && of(entry));
    let oldest = others.min_by_key(|(_, entry)| entry.touched).map(|(id, _)| *id);
    oldest.is_some_and(|id| entries.remove(&id).is_some())
}

#[cfg(test)]
mod tests {
    use chasqui_flow::definition::Test;
    use chasqui_flow::{Definition, Flow};

    use super::*;

    fn id<T>(number: u8) -> Id<T> {
        Id::from_bytes([number; 16])
    }

    fn held(account: u8, flows: usize) -> Held {
        let file = r#"{"format": 1, "name": "A", "start": "a", "nodes": [{"id": "a", "type": "end"}]}"#;
        let flow = Flow::rehearse(Definition::parse(file).unwrap(), None).unwrap();
        let rehearsal = Rehearsal::new(&Arc::new(flow), &Test::default());
        let (library, effects) = (Fetched::default(), Effects::default());
        Held { account: id(account), rehearsal, library, effects, flows, shown: 0 }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(second)
    }

    #[test]
    fn a_person_has_so_many_chats_and_the_oldest_makes_room() {
        let chats = Rehearsals::default();
        for number in 0..=10 {
            chats.keep(id(number), id(1), held(1, 1), at(number.into()));
        }
        assert!(chats.find(id(0), id(1), at(11)).is_none());
        assert!(chats.find(id(1), id(1), at(11)).is_some() && chats.find(id(1), id(2), at(11)).is_none());
    }

    #[test]
    fn chats_are_bounded_in_bytes_and_the_one_in_hand_stays() {
        let chats = Rehearsals::default();
        let part = PER_ACCOUNT.bytes / 4;
        for number in 0..8 {
            chats.keep(id(number), id(number), held(1, part / FLOW), at(number.into()));
        }
        let left = || (0..8).filter(|it| chats.find(id(*it), id(1), at(9)).is_some()).collect::<Vec<_>>();
        assert_eq!(left(), [4, 5, 6, 7]);
        chats.weigh(id(5), PER_ACCOUNT.bytes * 2);
        assert_eq!(left(), [5], "the one in hand may be too large by itself");
        chats.weigh(id(5), 1);
        chats.keep(id(6), id(6), held(1, 1), at(10));
        assert_eq!(left(), [5, 6]);
    }

    #[test]
    fn a_greedy_accounts_chats_go_before_the_others() {
        let chats = Rehearsals::default();
        chats.keep(id(200), id(200), held(200, 10), at(0));
        for account in 0..10 {
            chats.keep(id(account), id(account), held(account, PER_PERSON.bytes / FLOW), at(1));
        }
        assert!(chats.find(id(200), id(200), at(2)).is_some(), "the oldest, and the smallest");
        let bytes: usize = chats.entries().values().map(|it| it.bytes).sum();
        assert!(bytes <= IN_ALL.bytes, "{bytes}");
    }
}
