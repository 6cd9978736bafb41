//! A contact's messages on one number: in order, one on its way.

use std::collections::VecDeque;

use chasqui_model::Timestamp;

use super::Outgoing;
use super::pace::Bucket;

/// Meta allows 45 messages at once to one person, borrowed from one every 6 seconds
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput>).
const PAIR_BURST: u32 = 45;
/// A thousand seconds' worth of one message every 6 seconds.
const PAIR_RATE: u32 = 167;

/// What a line does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    /// Its first message can go when the number lets it.
    Idle,
    /// Its first message is under way.
    Sending,
    /// Its first message waits for a time.
    Pausing { until: Timestamp },
    /// Nobody knows whether its first message was sent.
    Settling { until: Timestamp },
}

/// A contact's messages.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) queue: VecDeque<Outgoing>,
    pub(super) doing: Doing,
    pair: Option<Bucket>,
}

impl Line {
    pub(super) fn new(paced: bool, now: Timestamp) -> Self {
        let pair = paced.then(|| Bucket::new(PAIR_BURST, PAIR_RATE, now));
        Self { queue: VecDeque::new(), doing: Doing::Idle, pair }
    }

    /// Whether its first message may go to this person now, else when.
    pub(super) fn take_turn(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        if let Some(due) = self.queue.front().and_then(|message| message.due_at)
            && due > now
        {
            return Err(due);
        }
        self.pair.as_mut().map_or(Ok(()), |pair| pair.take(now))
    }

    /// The turn was not used.
    pub(super) fn put_back(&mut self) {
        if let Some(pair) = &mut self.pair {
            pair.put_back();
        }
    }

    /// Whether forgetting it loses nothing: no message, and its pacing would be as new.
    pub(super) fn is_done(&self, now: Timestamp) -> bool {
        self.queue.is_empty() && self.pair.is_none_or(|pair| pair.is_full(now))
    }
}
