//! Chats: what a contact sees.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use chasqui_model::Timestamp;
use serde::Serialize;

use super::thread::Owner;

/// A contact and the number it writes to: `(wa_id, phone_number_id)`.
pub(crate) type Pair = (Arc<str>, Arc<str>);

/// Seen from the business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The contact wrote it.
    In,
    /// The business wrote it.
    Out,
}

/// How far an item has come. Only climbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatus {
    /// Not answered, not left.
    Pending,
    /// Left Meta.
    Sent,
    /// Answered with 200; or on the phone.
    Delivered,
    /// Read.
    Read,
    /// Given up.
    Failed,
}

#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) id: Arc<str>,
    pub(crate) direction: Direction,
    pub(crate) at: Timestamp,
    pub(crate) status: ItemStatus,
    pub(crate) reply_to: Option<String>,
    pub(crate) reaction: Option<String>,
    /// The contact changed what it says …
    pub(crate) edited: bool,
    /// … or took it back.
    pub(crate) revoked: bool,
    /// The message's JSON as it came.
    pub(crate) raw: Arc<str>,
    /// Comes back with statuses.
    pub(crate) callback: Option<Arc<str>>,
    /// It was addressed by user id.
    pub(crate) by_user_id: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Chat {
    pub(crate) items: VecDeque<Item>,
    pub(crate) last_inbound_at: Option<Timestamp>,
    /// Until when an answer to an ad's message makes everything free …
    pub(crate) ad_until: Option<Timestamp>,
    /// … and until when everything is.
    pub(crate) free_until: Option<Timestamp>,
    /// Who answers, where more than one may. Counts only while the person is not silent.
    pub(crate) owner: Option<Owner>,
    pub(crate) typing_until: Option<Timestamp>,
}

#[derive(Debug)]
pub(crate) struct Chats {
    by_pair: HashMap<Pair, Chat>,
    by_wamid: HashMap<Arc<str>, Pair>,
    /// Which chat the oldest item of all is in, the second oldest …
    oldest: VecDeque<Pair>,
    most: usize,
}

impl Chats {
    pub(crate) fn new(most: usize) -> Self {
        Self { by_pair: HashMap::new(), by_wamid: HashMap::new(), oldest: VecDeque::new(), most }
    }

    pub(crate) fn get(&self, wa_id: &str, phone_number_id: &str) -> Option<&Chat> {
        self.by_pair.get(&(Arc::from(wa_id), Arc::from(phone_number_id)))
    }

    /// The chat of a pair; empty when nothing was written.
    pub(crate) fn entry(&mut self, pair: &Pair) -> &mut Chat {
        self.by_pair.entry(pair.clone()).or_default()
    }

    pub(crate) fn push(&mut self, pair: &Pair, item: Item) {
        if self.oldest.len() >= self.most {
            self.drop_oldest();
        }
        self.by_wamid.insert(Arc::clone(&item.id), pair.clone());
        self.oldest.push_back(pair.clone());
        self.entry(pair).items.push_back(item);
    }

    fn drop_oldest(&mut self) {
        let Some(pair) = self.oldest.pop_front() else { return };
        if let Some(item) = self.by_pair.get_mut(&pair).and_then(|chat| chat.items.pop_front()) {
            self.by_wamid.remove(&item.id);
        }
    }

    /// Which chat a message is in.
    pub(crate) fn pair_of(&self, wamid: &str) -> Option<Pair> {
        self.by_wamid.get(wamid).cloned()
    }

    pub(crate) fn item_mut(&mut self, wamid: &str) -> Option<&mut Item> {
        let pair = self.by_wamid.get(wamid)?;
        // Nearly always one of the last.
        self.by_pair.get_mut(pair)?.items.iter_mut().rev().find(|item| &*item.id == wamid)
    }

    pub(crate) fn item(&self, wamid: &str) -> Option<&Item> {
        let pair = self.by_wamid.get(wamid)?;
        self.by_pair.get(pair)?.items.iter().rev().find(|item| &*item.id == wamid)
    }

    /// A contact's chats go with it to another number.
    pub(crate) fn renumber(&mut self, old: &str, new: &str) {
        let moved = |pair: &Pair| (&*pair.0 == old).then(|| (Arc::from(new), Arc::clone(&pair.1)));
        let pairs: Vec<(Pair, Pair)> =
            self.by_pair.keys().filter_map(|pair| Some((pair.clone(), moved(pair)?))).collect();
        for (before, after) in pairs {
            if let Some(chat) = self.by_pair.remove(&before) {
                self.by_pair.insert(after, chat);
            }
        }
        for pair in self.by_wamid.values_mut().chain(&mut self.oldest) {
            if let Some(after) = moved(pair) {
                *pair = after;
            }
        }
    }

    /// The numbers that a contact has a chat with.
    pub(crate) fn numbers_of(&self, wa_id: &str) -> Vec<Arc<str>> {
        let pairs = self.by_pair.keys().filter(|pair| &*pair.0 == wa_id);
        pairs.map(|pair| Arc::clone(&pair.1)).collect()
    }

    /// Moves an item up; never down.
    pub(crate) fn climb(&mut self, wamid: &str, status: ItemStatus) -> Option<Pair> {
        let item = self.item_mut(wamid)?;
        if item.status >= status {
            return None;
        }
        item.status = status;
        self.pair_of(wamid)
    }
}
