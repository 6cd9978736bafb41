//! A contact's waiting work, in the order of its acceptance, and what is known of its conversation.

use std::collections::VecDeque;

use chasqui_model::integration::Integration;
use chasqui_model::{Id, Part};
use chasqui_store::inbox::Item;

use super::backlog::Amount;
use super::{Live, Task};

/// Pieces that are remembered as done: a look that began before may bring them once more.
const REMEMBERED: usize = 32;

/// A contact's waiting work.
pub(super) struct Mailbox {
    pub(super) part: Part,
    pub(super) integration: Id<Integration>,
    queue: VecDeque<Task>,
    /// The piece that is being worked on, or waits to be tried again.
    busy: Option<i64>,
    /// What was done last. No mark up to which all is done: numbers are drawn before their transactions commit, so older
    /// work may be seen for the first time after newer work is done.
    done: VecDeque<i64>,
    live: Option<Box<Live>>,
}

impl Mailbox {
    pub(super) fn new(part: Part, integration: Id<Integration>) -> Self {
        Self { part, integration, queue: VecDeque::new(), busy: None, done: VecDeque::new(), live: None }
    }

    /// Puts work in its place. `false`: it is here already, or was done lately. What was done long ago is taken; the store
    /// says then that it is gone.
    pub(super) fn put(&mut self, item: Item) -> bool {
        if self.done.contains(&item.seq) || self.busy == Some(item.seq) {
            return false;
        }
        self.insert(Task::new(item))
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

    /// Keeps what is known of the conversation for the next piece; how many bytes that takes.
    pub(super) fn keep(&mut self, live: Option<Box<Live>>) -> usize {
        self.live = live;
        self.held()
    }

    /// Bytes of the conversation that is kept.
    pub(super) fn held(&self) -> usize {
        self.live.as_ref().map_or(0, |live| live.bytes())
    }

    /// The latest work that was done: what is larger was needed later.
    pub(super) fn last(&self) -> i64 {
        self.done.back().copied().unwrap_or(i64::MIN)
    }

    /// Whether this piece was done lately.
    pub(super) fn has_done(&self, seq: i64) -> bool {
        self.done.contains(&seq)
    }

    /// Whether this is the piece that is being worked on.
    pub(super) fn is_at(&self, seq: i64) -> bool {
        self.busy == Some(seq)
    }

    /// The piece in hand is done.
    pub(super) fn finish(&mut self) {
        if self.done.len() == REMEMBERED {
            self.done.pop_front();
        }
        self.done.extend(self.busy.take());
    }

    /// The piece in hand is to be tried again, in its place; nothing begins before [`Mailbox::resume`].
    pub(super) fn put_back(&mut self, task: Task) {
        self.insert(task);
    }

    /// What was put back may begin. `false`: this is not what is waited for; the mailbox was made anew meanwhile.
    pub(super) fn resume(&mut self, seq: i64) -> bool {
        let is_it = self.busy == Some(seq) && self.queue.iter().any(|task| task.item.seq == seq);
        if is_it {
            self.busy = None;
        }
        is_it
    }

    pub(super) fn is_busy(&self) -> bool {
        self.busy.is_some()
    }

    /// Pieces that wait.
    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }

    /// Pieces that wait, and the bytes of what is written in them.
    pub(super) fn waiting(&self) -> Amount {
        let bytes = self.queue.iter().map(|task| task.item.payload.len()).sum();
        Amount { pieces: self.queue.len(), bytes }
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
    fn older_work_that_is_seen_after_newer_work_is_done_is_still_to_be_done() {
        let mut mailbox = Mailbox::new(item(0).part, item(0).integration);
        mailbox.put(item(12));
        mailbox.begin().unwrap();
        mailbox.finish();
        assert!(!mailbox.put(item(12)), "it is done");
        assert!(mailbox.put(item(10)), "its transaction was slower than the one of newer work");
        assert_eq!(mailbox.begin().unwrap().0.item.seq, 10);
    }

    #[test]
    fn only_so_much_is_remembered() {
        let mut mailbox = Mailbox::new(item(0).part, item(0).integration);
        for seq in 0..=32 {
            assert!(mailbox.put(item(seq)));
            mailbox.begin().unwrap();
            mailbox.finish();
        }
        assert!(mailbox.put(item(0)) && !mailbox.put(item(1)));
    }

    #[test]
    fn what_is_tried_again_lets_older_work_pass() {
        let mut mailbox = Mailbox::new(item(0).part, item(0).integration);
        mailbox.put(item(5));
        let (task, _) = mailbox.begin().unwrap();
        mailbox.put_back(task);
        mailbox.put(item(4));
        assert!(!mailbox.is_ready());
        assert!(!mailbox.resume(4), "that is not what waits");
        assert!(mailbox.resume(5));
        assert_eq!(mailbox.begin().unwrap().0.item.seq, 4);
        assert!(!mailbox.resume(5), "something else is in hand by now");
    }
}
