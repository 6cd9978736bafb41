//! A delivery and its way to the server: sent again until it is answered 200, as Meta does.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::webhook::{self, StatusNote};
use super::{Message, Meta};
use crate::ledger::Told;
use crate::mark::Mark;
use crate::random::Random;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A signed delivery.
#[derive(Debug)]
pub struct Parcel {
    request: Vec<u8>,
    marks: Vec<Mark>,
    statuses: Vec<Told>,
}

impl Meta {
    /// A contact's next message, on its own.
    pub fn write(&self, contact: u32, tap: Option<&str>) -> Option<Parcel> {
        let mark = self.ledger.borrow_mut().write(contact, None)?;
        self.pack(&[(mark, tap)])
    }

    /// Messages in one body. All must be of contacts of the same number.
    pub fn pack(&self, marks: &[(Mark, Option<&str>)]) -> Option<Parcel> {
        let ledger = self.ledger.borrow();
        let (number, _) = ledger.contact(marks.first()?.0.contact)?;
        let messages: Vec<Message<'_>> = marks
            .iter()
            .filter_map(|(mark, tap)| {
                Some(Message { mark: *mark, phone: ledger.contact(mark.contact)?.1, tap: *tap })
            })
            .collect();
        let number = &self.numbers[number];
        let body = webhook::messages(number, &messages, self.clock.now().millis() / 1000);
        let marks = marks.iter().map(|(mark, _)| *mark).collect();
        Some(Parcel { request: number.request(&body), marks, statuses: Vec::new() })
    }

    pub(super) fn pack_statuses(&self, number: usize, notes: Vec<StatusNote>) -> Parcel {
        let number = &self.numbers[number];
        let body = webhook::statuses(number, &notes, self.clock.now().millis() / 1000);
        let statuses = notes.into_iter().map(|note| (note.callback, note.taking)).collect();
        Parcel { request: number.request(&body), marks: Vec::new(), statuses }
    }

    /// One attempt. The HTTP status, or `None` when there was no answer.
    pub async fn attempt(&self, parcel: &Parcel) -> Option<u16> {
        self.ledger.borrow_mut().tried(&parcel.marks);
        let response = timeout(PATIENCE, self.pool.exchange(&parcel.request)).await;
        let status = response.ok().and_then(Result::ok).map(|response| response.status);
        let mut ledger = self.ledger.borrow_mut();
        ledger.answered(status);
        if status == Some(200) {
            ledger.acknowledged(&parcel.marks, &parcel.statuses);
        }
        status
    }

    /// Attempts until there is a 200: at once, then at growing distances.
    pub async fn deliver(&self, parcel: &Parcel) {
        let first = parcel.marks.first().map_or(0, |mark| u64::from(mark.contact));
        let mut random = Random::of(self.seed, &[first, parcel.request.len() as u64]);
        let mut longest = 40;
        while self.attempt(parcel).await != Some(200) {
            sleep(random.millis(longest / 2, longest)).await;
            longest = (longest * 2).min(1000);
        }
    }
}
