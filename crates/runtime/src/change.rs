//! News for live pages: something about a thing changed, ask again.

use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::integration::Integration;
use tokio::sync::broadcast;

/// Something changed.
#[derive(Clone, Debug)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// An integration or its figures.
    Integration,
    /// A conversation, its messages or turns.
    Conversation,
    /// A bot.
    Bot,
    /// An event.
    Event,
}

/// Tells whoever listens. Nobody listening costs nothing.
#[derive(Clone, Debug)]
pub(crate) struct Changes(broadcast::Sender<Change>);

impl Changes {
    pub(crate) fn new() -> Self {
        Self(broadcast::channel(1024).0)
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.0.subscribe()
    }

    pub(crate) fn tell(
        &self,
        account: Id<Account>,
        kind: ChangeKind,
        integration: Option<Id<Integration>>,
        id: &dyn std::fmt::Display,
    ) {
        if self.0.receiver_count() > 0 {
            // An error means that the last listener has just gone.
            let _ = self.0.send(Change { account, kind, id: id.to_string(), integration });
        }
    }
}
