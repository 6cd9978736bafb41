//! A person with a phone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::seen::Seen;
use crate::control::Problem;
use crate::control::inbound::{self, InboundSpec, Options};
use crate::control::renumber::{self, Form, Renumber};
use crate::control::view;
use crate::deliver::status;
use crate::meta::Meta;
use crate::world::chat::{Direction, ItemStatus, Pair};

/// How often a chat is looked at while waiting.
const GLANCE: Duration = Duration::from_millis(3);

/// A contact of a business's number.
#[derive(Clone)]
pub struct Contact {
    meta: Arc<Meta>,
    pair: Pair,
    /// Messages that [`Contact::wait_for`] has handed out.
    taken: Arc<AtomicUsize>,
}

/// Not enough arrived in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimedOut {
    /// How many were awaited.
    pub awaited: usize,
    /// What arrived, in words.
    pub arrived: Vec<String>,
}

/// No message on the phone has this button or row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchButton {
    /// Its label.
    pub title: String,
    /// What the phone shows.
    pub shown: Vec<String>,
}

impl std::fmt::Display for TimedOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "waited for {} messages, got {:?}", self.awaited, self.arrived)
    }
}

impl std::error::Error for TimedOut {}

impl std::fmt::Display for NoSuchButton {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "nothing to tap called {:?} in {:?}", self.title, self.shown)
    }
}

impl std::error::Error for NoSuchButton {}

impl Contact {
    pub(super) fn new(meta: &Arc<Meta>, wa_id: &str, phone_number_id: &str) -> Self {
        let pair = (wa_id.into(), phone_number_id.into());
        Self { meta: Arc::clone(meta), pair, taken: Arc::new(AtomicUsize::new(0)) }
    }

    /// The contact's WhatsApp id, digits.
    pub fn wa_id(&self) -> &str {
        &self.pair.0
    }

    /// Types a text.
    pub fn says(&self, text: &str) -> Result<String, Problem> {
        self.sends(json!({"type": "text", "text": {"body": text}}))
    }

    /// Sends any message object, without `from`, `id` and `timestamp`. Its wamid.
    pub fn sends(&self, message: Value) -> Result<String, Problem> {
        self.sends_with(message, Options::default())
    }

    /// Sends it in an unusual way.
    pub fn sends_with(&self, message: Value, options: Options) -> Result<String, Problem> {
        let (from, phone_number_id) = (self.pair.0.to_string(), self.pair.1.to_string());
        let spec = InboundSpec { phone_number_id, from, name: None, message, options };
        inbound::send(&self.meta, spec).map(|wamid| wamid.to_string())
    }

    /// Taps a reply button, or a quick-reply button of a template, of the newest message that has it.
    pub fn taps(&self, title: &str) -> Result<String, NoSuchButton> {
        let seen = self.seen();
        let tap = seen.iter().rev().find_map(|message| {
            let button = message.button(title)?;
            Some((message.wamid.clone(), button))
        });
        let message = tap.map(|(wamid, button)| {
            let mut message = button;
            message["context"] = json!({ "id": wamid });
            message
        });
        self.act(title, &seen, message)
    }

    /// Picks a row of the newest list that has it.
    pub fn picks(&self, title: &str) -> Result<String, NoSuchButton> {
        let seen = self.seen();
        let message = seen.iter().rev().find_map(|message| {
            let mut pick = message.row(title)?;
            pick["context"] = json!({"id": message.wamid});
            Some(pick)
        });
        self.act(title, &seen, message)
    }

    fn act(&self, title: &str, seen: &[Seen], message: Option<Value>) -> Result<String, NoSuchButton> {
        let none = || NoSuchButton {
            title: title.to_owned(),
            shown: seen.iter().map(ToString::to_string).collect(),
        };
        message.and_then(|message| self.sends(message).ok()).ok_or_else(none)
    }

    /// Takes another number. The business is told in this form; the person who writes from it is handed out.
    pub fn changes_number(&self, wa_id: &str, form: Form) -> Result<Self, Problem> {
        let change =
            Renumber { wa_id: wa_id.to_owned(), form, phone_number_id: Some(self.pair.1.to_string()) };
        let (phone, _) = renumber::renumber(&self.meta, &self.pair.0, change)?;
        Ok(Self::new(&self.meta, &phone.wa_id, &self.pair.1))
    }

    /// Opens the chat: what was delivered becomes read.
    pub fn opens_chat(&self) {
        status::read(&self.meta, &self.pair);
    }

    /// Everything the business sent to this contact, oldest first.
    pub fn seen(&self) -> Vec<Seen> {
        self.meta.with(|world| {
            let chat = world.chats.get(&self.pair.0, &self.pair.1);
            let items = chat.into_iter().flat_map(|chat| &chat.items);
            items
                .filter(|item| item.direction == Direction::Out)
                .map(|item| Seen {
                    wamid: item.id.to_string(),
                    status: item.status,
                    reply_to: item.reply_to.clone(),
                    message: view::message(world, &self.pair.1, item),
                })
                .collect()
        })
    }

    /// The same in words: `What is your name?`, `Sure? [Yes] [No]`.
    pub fn transcript(&self) -> Vec<String> {
        self.seen().iter().map(ToString::to_string).collect()
    }

    /// Waits for the next `count` messages and hands them out; the next call waits for those after them.
    pub async fn wait_for(&self, count: usize, timeout: Duration) -> Result<Vec<Seen>, TimedOut> {
        let deadline = Instant::now() + timeout;
        loop {
            let before = self.taken.load(Ordering::SeqCst);
            let fresh: Vec<Seen> = self.seen().into_iter().skip(before).collect();
            if fresh.len() >= count {
                self.taken.fetch_add(count, Ordering::SeqCst);
                return Ok(fresh.into_iter().take(count).collect());
            }
            if Instant::now() >= deadline {
                let arrived = fresh.iter().map(ToString::to_string).collect();
                return Err(TimedOut { awaited: count, arrived });
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Waits for the next message.
    pub async fn next(&self, timeout: Duration) -> Result<Seen, TimedOut> {
        let mut one = self.wait_for(1, timeout).await?;
        one.pop().ok_or(TimedOut { awaited: 1, arrived: Vec::new() })
    }

    /// How far one of the contact's own messages has come.
    pub fn status_of(&self, wamid: &str) -> Option<ItemStatus> {
        self.meta.with(|world| world.chats.item(wamid).map(|item| item.status))
    }

    /// Waits until the business's server has answered all of the contact's messages with 200.
    pub async fn settles(&self, timeout: Duration) -> Result<(), TimedOut> {
        let deadline = Instant::now() + timeout;
        loop {
            let pending = self.meta.with(|world| {
                let chat = world.chats.get(&self.pair.0, &self.pair.1);
                let items = chat.into_iter().flat_map(|chat| &chat.items);
                let waiting = items
                    .filter(|item| item.direction == Direction::In && item.status == ItemStatus::Pending)
                    .count();
                // Reactions, edits and revocations are no items of their own.
                waiting.max(usize::from(world.queues.is_busy(&self.pair)))
            });
            if pending == 0 {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(TimedOut { awaited: pending, arrived: Vec::new() });
            }
            tokio::time::sleep(GLANCE).await;
        }
    }
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contact").field("number", &self.pair.1).finish_non_exhaustive()
    }
}
