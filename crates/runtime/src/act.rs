//! What people do in conversations: put into the mailbox with who does it, and answered when its turn is committed.

use std::time::Duration;

use chasqui_model::Part;
use chasqui_model::conversation::Conversation;
use chasqui_store::inbox::Deed;
use chasqui_store::noun::audit::Entry;
use chasqui_store::{Error, Store};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::change::{Change, ChangeKind};
use crate::work::Command;
use crate::{Inner, proactive};

/// How long whoever does something is kept waiting: much other work may stand before it, and it is done in any case.
const PATIENCE: Duration = Duration::from_secs(2);

/// Gives a command, and returns when its turn is committed, or after a while.
pub(crate) async fn act(rt: &Inner, it: &Conversation, command: Command, by: &Entry) -> Result<(), Error> {
    let entry = proactive::entry(rt, it, command);
    // Before it is there to be done: its news must not be missed.
    let news = rt.changes.subscribe();
    let part = entry.part;
    let seq = rt.store.hot().act(Deed::Entry(entry), by).await?;
    let done = async {
        if !rt.converse.done(part, it.contact, seq).await {
            elsewhere(&rt.store, it, (part, seq), news).await;
        }
    };
    // An error means that it takes longer.
    let _ = tokio::time::timeout(PATIENCE, done).await;
    Ok(())
}

/// Returns when another process has done a piece of work. It tells what changes there; whether this piece is done, its row
/// says.
async fn elsewhere(store: &Store, it: &Conversation, (part, seq): (Part, i64), mut news: Receiver<Change>) {
    let id = it.id.to_string();
    loop {
        let first = store.hot().waiting(&[part], seq - 1, 1).await;
        if !first.is_ok_and(|first| first.first().is_some_and(|item| item.seq == seq)) {
            return;
        }
        loop {
            match news.recv().await {
                Ok(change) if change.kind == ChangeKind::Conversation && change.id == id => break,
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => break,
                Err(RecvError::Closed) => return,
            }
        }
    }
}
