//! Everything the simulator knows. Behind one lock that is never held across an await: each call takes microseconds.

pub(crate) mod block;
pub(crate) mod business;
pub(crate) mod chat;
pub(crate) mod fault;
pub(crate) mod log;
pub(crate) mod media;
pub(crate) mod phone;
pub(crate) mod price;
pub(crate) mod rate;
pub(crate) mod registration;
pub(crate) mod settings;
pub(crate) mod thread;
pub(crate) mod version;

use std::collections::HashMap;

use crate::deliver::queue::{Queues, Waiting};

/// How much is kept. The oldest goes first.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Received messages, and items of all chats together.
    pub messages: usize,
    /// Items of the log.
    pub log: usize,
    /// Bytes of all files together.
    pub media_bytes: usize,
    /// Contacts.
    pub phones: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { messages: 100_000, log: 10_000, media_bytes: 512 * 1024 * 1024, phones: 1_000_000 }
    }
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) businesses: business::Businesses,
    pub(crate) phones: phone::Phones,
    pub(crate) chats: chat::Chats,
    pub(crate) media: media::Library,
    pub(crate) faults: fault::Faults,
    pub(crate) settings: settings::Settings,
    pub(crate) rates: rate::Rates,
    pub(crate) prices: price::Prices,
    pub(crate) blocks: block::Blocks,
    pub(crate) log: log::Log,
    pub(crate) received: log::Received,
    /// The example shop.
    pub(crate) shop: crate::shop::Shop,
    /// Updates that wait for their batch to be sent.
    pub(crate) batches: HashMap<String, Vec<Waiting>>,
    /// Updates on their way, per contact and number.
    pub(crate) queues: Queues,
}

impl World {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            businesses: business::Businesses::default(),
            phones: phone::Phones::new(limits.phones),
            chats: chat::Chats::new(limits.messages),
            media: media::Library::new(limits.media_bytes),
            faults: fault::Faults::default(),
            settings: settings::Settings::default(),
            rates: rate::Rates::default(),
            prices: price::Prices::default(),
            blocks: block::Blocks::default(),
            log: log::Log::new(limits.log),
            received: log::Received::new(limits.messages),
            shop: crate::shop::Shop::default(),
            batches: HashMap::new(),
            queues: Queues::default(),
        }
    }

    /// Forgets everything but the businesses.
    pub(crate) fn reset(&mut self, limits: Limits) {
        let businesses = std::mem::take(&mut self.businesses);
        *self = Self { businesses, ..Self::new(limits) };
    }
}
