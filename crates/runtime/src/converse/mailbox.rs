//! A contact's waiting work, in the order of its acceptance, and what is known of its conversation.

use std::collections::VecDeque;

use chasqui_model::integration::Integration;
use chasqui_model::{Id, Part};
use chasqui_store::inbox::Item;

use super::{Live, Task};

/// A contact's waiting work.
pub(super) struct Mailbox {
    pub(super) part: Part,
    pub(super) integration: Id<Integration>,
    queue: VecDeque<Task>,
    /// The piece that is being worked on, or waits to be tried again.
    busy: Option<i64>,
    /// Work up to this one is done.
    done: i64,
    pub(super) live: Option<Box<Live>>,
}

impl Mailbox {
    pub(super) fn new(part: Part, integration: Id<Integration>) -> Self {
        Self { part, integration, queue: VecDeque::new(), busy: None, done: i64::MIN, live: None }
    }

    /// Puts work in its place. `false`: it is here already, or done.
    pub(super) fn put(&mut self, item: Item) -> bool {
        if item.seq <= self.done || self.busy == Some(item.seq) {
            return false;
        }
        self.insert(Task { item, attempts: 0 })
    }

    fn insert(&mut self, task: Task) -> bool {
        // Nearly always behind all others.
        let place = self.queue.iter().rposition(|it| it.item.seq <= task.item.seq).map_or(0, |at| at + 1);
        if place > 0 && self.queue[place - 1].item.seq == task.item.seq {
            return false;
        }
        self.queue.insert(place, task);
        true
    }

    /// Takes the first piece to be worked on.
    pub(super) fn begin(&mut self) -> Option<(Task, Option<Box<Live>>)> {
        if self.busy.is_some() {
            return None;
        }
        let task = self.queue.pop_front()?;
        self.busy = Some(task.item.seq);
        Some((task, self.live.take()))
    }

    /// Whether this is the piece that is being worked on.
    pub(super) fn is_at(&self, seq: i64) -> bool {
        self.busy == Some(seq)
    }

    /// The piece in hand is done.
    pub(super) fn finish(&mut self) {
        self.done = self.done.max(self.busy.take().unwrap_or(i64::MIN));
    }

    /// The piece in hand is to be tried again, in its place; nothing begins before [`Mailbox::resume`].
    pub(super) fn put_back(&mut self, task: Task) {
        self.insert(task);
    }

    /// What was put back may begin.
    pub(super) fn resume(&mut self) {
        self.busy = None;
    }

    pub(super) fn is_busy(&self) -> bool {
        self.busy.is_some()
    }

    /// Pieces that wait.
    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether its first piece could begin.
    pub(super) fn is_ready(&self) -> bool {
        self.busy.is_none() && !self.queue.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use chasqui_model::Timestamp;

    use super::*;

    fn item(seq: i64) -> Item {
        Item {
            seq,
            part: Part::of(Id::from_bytes([1; 16])),
            integration: Id::from_bytes([1; 16]),
            contact: Id::from_bytes([2; 16]),
            kind: 1,
            payload: String::new(),
            at: Timestamp::EPOCH,
        }
    }

    #[test]
    fn work_that_is_found_late_takes_its_place_and_none_comes_twice() {
        let mut mailbox = Mailbox::new(item(0).part, item(0).integration);
        assert!(mailbox.put(item(3)) && mailbox.put(item(1)) && !mailbox.put(item(3)));
        let (task, _) = mailbox.begin().unwrap();
        assert_eq!(task.item.seq, 1);
        assert!(!mailbox.put(item(1)), "it is being worked on");
        assert!(mailbox.put(item(2)));
        assert!(mailbox.begin().is_none());
        mailbox.finish();
        assert!(!mailbox.put(item(1)), "it is done");
        assert_eq!(mailbox.begin().unwrap().0.item.seq, 2);
    }

    #[test]
    fn what_is_tried_again_lets_older_work_pass() {
        let mut mailbox = Mailbox::new(item(0).part, item(0).integration);
        mailbox.put(item(5));
        let (task, _) = mailbox.begin().unwrap();
        mailbox.put_back(task);
        mailbox.put(item(4));
        assert!(!mailbox.is_ready());
        mailbox.resume();
        assert_eq!(mailbox.begin().unwrap().0.item.seq, 4);
    }
}
