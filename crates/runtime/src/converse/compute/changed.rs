//! A message that its writer changed or deleted, in the transcript.

use chasqui_model::Timestamp;
use chasqui_model::message::{Author, Inbound};

use super::super::change::AGAIN;
use super::Draft;
use crate::work::Work;

impl Draft<'_> {
    /// Writes a change down where the message stands. With nowhere to write it, it waits.
    pub(super) fn change(&mut self, author: Author, inbound: &Inbound, at: Timestamp, tries: u32) {
        if let Some(mut former) = self.former.take() {
            let row = self.row(&mut former, author, inbound, at, None);
            self.turn.messages.push(row);
            let was = former.conversation.version;
            self.turn.ends = Some(self.write(former, Some(was)));
        } else if let Some(mut open) = self.open.take() {
            let row = self.row(&mut open, author, inbound, at, None);
            self.turn.messages.push(row);
            self.open = Some(open);
        } else if let Some(pause) = usize::try_from(tries).ok().and_then(|tries| AGAIN.get(tries)) {
            let person = author == Author::Person;
            let work = Work::Change { inbound: inbound.clone(), person, tries: tries + 1 };
            self.add_timer(self.now.after(*pause), &work);
        }
    }
}
