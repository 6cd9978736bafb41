//! What came of attempts, and what never became one, as it is written down.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::message::Message;
use chasqui_model::{Id, Part};
use chasqui_store::outbox::{Outcome, Sent, Standing};
use tokio::sync::{mpsc, oneshot};

use super::{Attempt, Input, Next, Outgoing, Recorded, send};
use crate::Inner;
use crate::change::{ChangeKind, Changes};

/// Messages that could not be marked: they wait no more, or they are marked already, by a commit whose answer was lost.
/// What is marked may have been sent, for all that is known here.
pub(super) async fn sort_out(
    rt: &Inner,
    sender: &mpsc::UnboundedSender<Input>,
    attempts: &mpsc::UnboundedSender<Attempt>,
    messages: Vec<Outgoing>,
) {
    let ids: Vec<_> = messages.iter().map(|message| (message.part, message.id)).collect();
    let standings = rt.store.hot().standings(ids).await.unwrap_or_default();
    let mut gone = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        if standings.get(at) == Some(&Standing::Over) {
            gone.push(message.id);
        } else {
            let _ = attempts.send(send::settles(rt, message));
        }
    }
    let _ = sender.send(Input::Gone(gone));
}

/// What was marked and has not begun is put back, so that whoever goes on need not wait to hear of it.
pub(super) async fn unmark(rt: &Inner, messages: Vec<(Part, Id<Message>)>) {
    if messages.is_empty() {
        return;
    }
    let at = rt.clock.now();
    let results = messages.into_iter().map(|(part, id)| {
        let outcome = Outcome::Again { due_at: at, counts: false };
        Sent { part, id, outcome, at, event: None }
    });
    if let Err(error) = rt.store.hot().record_sends(results.collect()).await {
        tracing::warn!(%error, "messages stay marked as sending; the next owner settles them");
    }
}

pub(super) fn put_back(rt: &Inner, message: &Outgoing) -> Attempt {
    let now = rt.clock.now();
    let outcome = Outcome::Again { due_at: now, counts: true };
    let sent = Sent { part: message.part, id: message.id, outcome, at: now, event: None };
    Attempt {
        sent: Some(sent),
        recorded: Recorded {
            id: message.id,
            next: Next::Again { due_at: rt.clock.steady(), once: message.once },
        },
        facts: vec![],
    }
}

/// Writes outcomes down in batches, until there can be no more. What was sent must be known, so it tries until the store
/// takes it.
pub(super) async fn record(
    rt: Arc<Inner>,
    mut finished: mpsc::UnboundedReceiver<Attempt>,
    sender: mpsc::UnboundedSender<Input>,
    written: oneshot::Sender<()>,
) {
    let mut batch = Vec::new();
    while finished.recv_many(&mut batch, 256).await > 0 {
        let (sent, recorded): (Vec<_>, Vec<_>) =
            batch.drain(..).map(|attempt| (attempt.sent, attempt.recorded)).unzip();
        let sent: Vec<Sent> = sent.into_iter().flatten().collect();
        let has_events = sent.iter().any(|sent| sent.event.is_some());
        let mut pause = Duration::from_millis(50);
        while !sent.is_empty()
            && let Err(error) = rt.store.hot().record_sends(sent.clone()).await
        {
            tracing::error!(%error, "outcomes of sends could not be written down, trying again");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(1));
        }
        tell(&rt.changes, &sent, has_events);
        let _ = sender.send(Input::Recorded(recorded));
    }
    let _ = written.send(());
}

/// Live pages see ticks and failures.
fn tell(changes: &Changes, sent: &[Sent], has_events: bool) {
    for event in sent.iter().filter_map(|sent| sent.event.as_ref()) {
        if let Some(conversation) = event.conversation {
            changes.tell(event.account, ChangeKind::Conversation, event.integration, &conversation);
        }
        if has_events {
            changes.tell(event.account, ChangeKind::Event, event.integration, &event.id);
        }
    }
}
