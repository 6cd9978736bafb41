//! News for live pages: something about a thing changed, ask again.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::integration::Integration;
use chasqui_store::lease::News;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

/// Something changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Change {
    /// Whose.
    pub account: Id<Account>,
    /// What kind of thing.
    pub kind: ChangeKind,
    /// Which, as the API names it.
    pub id: String,
    /// On which number.
    pub integration: Option<Id<Integration>>,
}

/// Kinds of things that change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ChangeKind {
    /// An integration or its figures.
    Integration,
    /// A conversation, its messages or turns.
    Conversation,
    /// A bot.
    Bot,
    /// An event.
    Event,
    /// A conversation that waits for a person from now on.
    Handoff,
    /// Who may do what: open streams ask again whether they still may. No page is told.
    Access,
}

/// Changes kept for the other processes between two tellings. Pages that miss one see it at the next.
const KEPT: usize = 200;

/// Tells whoever listens. Nobody listening costs nothing.
#[derive(Clone, Debug)]
pub(crate) struct Changes {
    listeners: broadcast::Sender<Change>,
    /// For the other processes, should there be any.
    others: Option<Arc<Mutex<HashSet<Change>>>>,
}

impl Changes {
    /// `shared`: other processes work on the same store, and their pages want to know as well.
    pub(crate) fn new(shared: bool) -> Self {
        Self { listeners: broadcast::channel(1024).0, others: shared.then(Arc::default) }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.listeners.subscribe()
    }

    pub(crate) fn tell(
        &self,
        account: Id<Account>,
        kind: ChangeKind,
        integration: Option<Id<Integration>>,
        id: &dyn std::fmt::Display,
    ) {
        let heard = self.listeners.receiver_count() > 0;
        if !heard && self.others.is_none() {
            return;
        }
        let change = Change { account, kind, id: id.to_string(), integration };
        if let Some(others) = &self.others {
            let mut others = others.lock().unwrap_or_else(PoisonError::into_inner);
            // Who is out is out everywhere, however much else goes on.
            if others.len() < KEPT || kind == ChangeKind::Access {
                others.insert(change.clone());
            }
        }
        if heard {
            // An error means that the last listener has just gone.
            let _ = self.listeners.send(change);
        }
    }

    /// What changed here since the last time, for the other processes.
    pub(crate) fn for_others(&self) -> Vec<News> {
        let Some(others) = &self.others else { return Vec::new() };
        let changes = std::mem::take(&mut *others.lock().unwrap_or_else(PoisonError::into_inner));
        changes.iter().filter_map(|it| serde_json::to_string(it).ok()).map(News::Change).collect()
    }

    /// Something changed in another process.
    pub(crate) fn heard(&self, change: &str) {
        if let Ok(change) = serde_json::from_str(change) {
            let _ = self.listeners.send(change);
        }
    }
}
