//! Statuses on their way: each at its time, then in any order and several in a body.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::Meta;
use super::webhook::StatusNote;
use crate::random::Random;

/// How often it looks what is due.
const ROUND: Duration = Duration::from_millis(10);

/// Statuses that wait for their time.
#[derive(Default)]
pub struct Courier {
    due: RefCell<BinaryHeap<Reverse<(Instant, u64)>>>,
    notes: RefCell<BTreeMap<u64, (usize, StatusNote)>>,
    posted: Cell<u64>,
    under_way: Cell<usize>,
}

impl Courier {
    pub(super) fn post(&self, after: Duration, number: usize, note: StatusNote) {
        let id = self.posted.get();
        self.posted.set(id + 1);
        self.due.borrow_mut().push(Reverse((Instant::now() + after, id)));
        self.notes.borrow_mut().insert(id, (number, note));
    }

    /// What is due, by number.
    fn take(&self) -> BTreeMap<usize, Vec<StatusNote>> {
        let now = Instant::now();
        let mut taken: BTreeMap<usize, Vec<StatusNote>> = BTreeMap::new();
        let mut due = self.due.borrow_mut();
        while let Some(Reverse((at, id))) = due.peek().copied()
            && at <= now
        {
            due.pop();
            if let Some((number, note)) = self.notes.borrow_mut().remove(&id) {
                taken.entry(number).or_default().push(note);
            }
        }
        taken
    }
}

impl Meta {
    /// Delivers statuses as they fall due, up to `together` in a body, until it is dropped.
    pub async fn deliver_statuses(self: Rc<Self>, together: usize) {
        let mut random = Random::of(self.seed, &[u64::MAX]);
        loop {
            sleep(ROUND).await;
            for (number, mut notes) in self.courier.take() {
                random.shuffle(&mut notes);
                while !notes.is_empty() {
                    let count = 1 + random.below(together.min(notes.len()));
                    let rest = notes.split_off(count);
                    let parcel = self.pack_statuses(number, std::mem::replace(&mut notes, rest));
                    let meta = Rc::clone(&self);
                    let under_way = &self.courier.under_way;
                    under_way.set(under_way.get() + 1);
                    tokio::task::spawn_local(async move {
                        meta.deliver(&parcel).await;
                        let under_way = &meta.courier.under_way;
                        under_way.set(under_way.get() - 1);
                    });
                }
            }
        }
    }

    /// Statuses that the server has not yet taken.
    pub fn open_statuses(&self) -> usize {
        self.courier.notes.borrow().len() + self.courier.under_way.get()
    }
}
