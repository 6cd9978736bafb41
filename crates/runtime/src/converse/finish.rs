//! How a job comes back: done, to be tried again, or kept where people see it.

use std::time::Duration;

use chasqui_model::contact::Contact;
use chasqui_model::notice::Notice;
use chasqui_model::{Id, Part};
use chasqui_store::Store;
use chasqui_store::inbox::DeadLetter;

use super::{Finished, Job, Live, Task};
use crate::Inner;
use crate::change::ChangeKind;
use crate::notice;

/// Pauses while the store is away double up to this power of two, times 100 ms: 1.6 s. A database that was restarted is to
/// be noticed soon.
const LONGEST_PAUSE: u32 = 4;
/// Tries it again after a pause that grows; the store is away.
pub(super) fn again(contact: Id<Contact>, task: Task) -> Finished {
    let task = Task { attempts: task.attempts + 1, ..task };
    let pause = Duration::from_millis(100 << task.attempts.min(LONGEST_PAUSE));
    let done = (task.item.part, task.item.seq);
    finished_as(contact, done, None, Some((task, pause)))
}

/// Done, and nothing is known of the conversation.
pub(super) fn finished(job: &Job) -> Finished {
    finished_as(job.contact, (job.task.item.part, job.task.item.seq), None, None)
}

pub(super) fn finished_as(
    contact: Id<Contact>,
    (part, seq): (Part, i64),
    live: Option<Box<Live>>,
    again: Option<(Task, Duration)>,
) -> Finished {
    Finished { contact, part, seq, live, again }
}

/// Keeps what cannot be run where people see it, and goes on with the next.
pub(super) async fn bury(rt: &Inner, job: Job, cause: String) -> Finished {
    let item = &job.task.item;
    let Some(number) = rt.registry.get(item.integration) else {
        // The integration was deleted with its secrets; what still waited for it is done.
        return again_or_drop(&rt.store, job).await;
    };
    let integration = &number.integration;
    let event = notice::event(&rt.clock, integration, Notice::MessageNotRun { cause: cause.clone() });
    tracing::error!(integration = %integration.id, contact = %job.contact, event = %event.id, "{cause}");
    let letter = DeadLetter {
        part: item.part,
        id: event.id.bytes(),
        account: integration.account,
        integration: integration.id,
        contact: Some(job.contact),
        cause,
        raw: item.payload.clone().into_bytes(),
        at: rt.clock.now(),
        seq: Some(item.seq),
        event: Some(event),
    };
    rt.changes.tell(integration.account, ChangeKind::Event, Some(integration.id), &"");
    match rt.store.hot().bury(vec![letter]).await {
        Ok(()) => finished(&job),
        Err(error) => {
            tracing::error!(%error, "a dead letter could not be kept");
            again(job.contact, job.task)
        }
    }
}

async fn again_or_drop(store: &Store, job: Job) -> Finished {
    match store.hot().drop_items(vec![job.task.item.clone()]).await {
        Ok(()) => finished(&job),
        Err(_) => again(job.contact, job.task),
    }
}
