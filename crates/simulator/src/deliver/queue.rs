//! The updates of one contact go one after the other: the next one waits until the one before was answered with 200.
//! Whatever comes after wakes a retry, so that a person who writes again does not wait for it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::sync::Notify;

use super::body::{self, Split};
use super::post::{self, Parcel, Signature, Target};
use crate::meta::Meta;
use crate::world::chat::Pair;
use crate::world::log::Kind;

/// An update that waits to be delivered.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) account_id: String,
    pub(crate) phone_number_id: String,
    /// The number's digits.
    pub(crate) display: String,
    pub(crate) field: String,
    pub(crate) part: Part,
    /// Its elements of `contacts`.
    pub(crate) contacts: Vec<Value>,
    /// What else stands in the change's value.
    pub(crate) further: Map<String, Value>,
    /// The contact's message, which is marked when it was delivered.
    pub(crate) wamid: Option<Arc<str>>,
    pub(crate) pair: Pair,
    pub(crate) delay: Duration,
    /// How many more times it is delivered.
    pub(crate) duplicate: u32,
    pub(crate) signature: Signature,
}

/// What an update is.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// An element of `messages`.
    Message(Value),
    /// An element of `statuses`.
    Status(Value),
}

/// The contacts with updates on their way.
#[derive(Debug, Default)]
pub(crate) struct Queues {
    running: HashMap<Pair, Queue>,
    /// Updates that let the next one go first.
    held: HashMap<Pair, Waiting>,
}

#[derive(Debug)]
struct Queue {
    waiting: VecDeque<Waiting>,
    poke: Arc<Notify>,
}

impl Queues {
    /// Whether something of this contact is on its way.
    pub(crate) fn is_busy(&self, pair: &Pair) -> bool {
        self.running.contains_key(pair)
    }
}

/// Puts an update at the end of its contact's queue.
pub(crate) fn enqueue(meta: &Arc<Meta>, update: Waiting) {
    let pair = update.pair.clone();
    let poke = meta.with(|world| {
        let queues = &mut world.queues;
        let held = queues.held.remove(&pair);
        if let Some(queue) = queues.running.get_mut(&pair) {
            queue.waiting.push_back(update);
            queue.waiting.extend(held);
            queue.poke.notify_waiters();
            return None;
        }
        let poke = Arc::new(Notify::new());
        let waiting = [update].into_iter().chain(held).collect();
        queues.running.insert(pair.clone(), Queue { waiting, poke: Arc::clone(&poke) });
        Some(poke)
    });
    if let Some(poke) = poke {
        tokio::spawn(run(Arc::clone(meta), pair, poke));
    }
}

/// Lets the next update go first. When none comes within the time, it goes on its own.
pub(crate) fn hold(meta: &Arc<Meta>, update: Waiting, at_most: Duration) {
    let pair = update.pair.clone();
    let before = meta.with(|world| world.queues.held.insert(pair.clone(), update));
    if let Some(before) = before {
        enqueue(meta, before);
    }
    let meta = Arc::clone(meta);
    tokio::spawn(async move {
        meta.clock.sleep(at_most).await;
        if let Some(update) = meta.with(|world| world.queues.held.remove(&pair)) {
            enqueue(&meta, update);
        }
    });
}

async fn run(meta: Arc<Meta>, pair: Pair, poke: Arc<Notify>) {
    let generation = meta.generation();
    loop {
        let next = meta.with(|world| {
            if meta.generation() != generation {
                return None;
            }
            let queue = world.queues.running.get_mut(&pair)?;
            let next = queue.waiting.pop_front();
            if next.is_none() {
                world.queues.running.remove(&pair);
            }
            next
        });
        let Some(update) = next else { return };
        if !update.delay.is_zero() {
            meta.clock.sleep(update.delay).await;
            if meta.generation() != generation {
                return;
            }
        }
        let copies = update.duplicate + u32::from(meta.with(|world| world.settings.deliver_twice));
        let parcel = parcel(&[&update], Split::Messages);
        for _ in 0..copies {
            tokio::spawn(post::deliver(Arc::clone(&meta), parcel.clone(), None));
        }
        post::deliver(Arc::clone(&meta), parcel, Some(Arc::clone(&poke))).await;
    }
}

/// The POST that carries updates.
pub(crate) fn parcel(updates: &[&Waiting], split: Split) -> Parcel {
    let first = updates[0];
    Parcel {
        target: Target::Number(first.phone_number_id.clone()),
        field: first.field.clone(),
        body: body::body(updates, split).into(),
        signature: first.signature,
        wamids: updates.iter().filter_map(|update| update.wamid.clone()).collect(),
        pair: Some(first.pair.clone()),
        kind: if matches!(first.part, Part::Status(_)) { Kind::Status } else { Kind::Webhook },
    }
}
