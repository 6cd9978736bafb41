//! What happened: a log for people, and every message that arrived.

use std::collections::VecDeque;
use std::sync::Arc;

use chasqui_model::Timestamp;
use serde::Serialize;

/// What an item of the log is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A message was taken.
    Accepted,
    /// A call was refused.
    Refused,
    /// A message of a contact was delivered, or was not.
    Webhook,
    /// A status was delivered, or was not.
    Status,
    /// A fault struck.
    Fault,
    /// A file came or went.
    Media,
    /// A token was asked for.
    Token,
}

/// How good it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Good.
    Ok,
    /// Odd.
    Warn,
    /// Bad.
    Fail,
}

/// One thing that happened.
#[derive(Clone, Debug, Serialize)]
pub struct LogItem {
    /// Counts up.
    pub no: u64,
    /// When.
    pub at: Timestamp,
    /// What it is about.
    pub kind: Kind,
    /// How good it is.
    pub level: Level,
    /// In words.
    pub text: String,
    /// On which number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number_id: Option<String>,
    /// With whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wa_id: Option<String>,
    /// How long it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
}

#[derive(Debug)]
pub(crate) struct Log {
    items: VecDeque<LogItem>,
    made: u64,
    most: usize,
}

impl Log {
    pub(crate) fn new(most: usize) -> Self {
        Self { items: VecDeque::new(), made: 0, most }
    }

    pub(crate) fn push(&mut self, mut item: LogItem) -> &LogItem {
        self.made += 1;
        item.no = self.made;
        if self.items.len() >= self.most.max(1) {
            self.items.pop_front();
        }
        self.items.push_back(item);
        &self.items[self.items.len() - 1]
    }

    /// Newest first.
    pub(crate) fn newest(&self, limit: usize) -> Vec<LogItem> {
        self.items.iter().rev().take(limit).cloned().collect()
    }
}

/// A call of `POST /messages`, taken or refused.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) no: u64,
    pub(crate) at: Timestamp,
    pub(crate) phone_number_id: String,
    pub(crate) to: Option<String>,
    pub(crate) wamid: Option<Arc<str>>,
    pub(crate) status_code: u16,
    pub(crate) error_code: Option<i64>,
    pub(crate) request: Arc<str>,
}

#[derive(Debug)]
pub(crate) struct Received {
    calls: VecDeque<Call>,
    made: u64,
    most: usize,
}

impl Received {
    pub(crate) fn new(most: usize) -> Self {
        Self { calls: VecDeque::new(), made: 0, most }
    }

    pub(crate) fn push(&mut self, mut call: Call) {
        self.made += 1;
        call.no = self.made;
        if self.calls.len() >= self.most.max(1) {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }

    /// Those after a number, in order.
    pub(crate) fn after(&self, no: u64) -> impl Iterator<Item = &Call> {
        let first = self.calls.front().map_or(0, |call| call.no);
        let skip = usize::try_from((no + 1).saturating_sub(first)).unwrap_or(usize::MAX);
        self.calls.iter().skip(skip)
    }
}
