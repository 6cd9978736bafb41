//! The third act of a turn: commits it, and sets going what it asked for.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::conversation::Status;
use chasqui_store::{Error, crash_point};

use super::compute::{Computed, Follows};
use super::finish::{again, bury, finished, finished_as};
use super::{Finished, Job, Live, Task};
use crate::change::ChangeKind;
use crate::{Inner, effect, recover};

/// A turn that is stale this often is not unlucky but wrong.
const STALE_LIMIT: u32 = 10;
/// How long older work is looked for before newer work is tried again.
const LOOK_FIRST: Duration = Duration::from_millis(20);

/// Commits turns, and sets going what they asked for. Every job comes back.
pub(super) async fn commit(rt: &Arc<Inner>, computed: Vec<(Job, Computed)>) -> Vec<Finished> {
    let mut finished = Vec::with_capacity(computed.len());
    let (turns, jobs): (Vec<_>, Vec<_>) =
        computed.into_iter().map(|(job, Computed { turn, follows })| (turn, (job, follows))).unzip();
    crash_point!("K08");
    let outcomes = rt.store.hot().commit_turns(turns).await;
    crash_point!("K09");
    for ((mut job, mut follows), outcome) in jobs.into_iter().zip(outcomes) {
        finished.push(match outcome {
            Ok(()) => {
                let done = (job.task.item.part, job.task.item.seq);
                let again = follows.rest.take().map(|rest| {
                    (job.task.item.kind, job.task.item.payload) = (rest.kind, rest.payload);
                    (Task::new(job.task.item), Duration::ZERO)
                });
                finished_as(job.contact, done, Some(Box::new(follows.go(rt))), again)
            }
            Err(error) => refused(rt, job, error).await,
        });
    }
    finished
}

async fn refused(rt: &Inner, job: Job, error: Error) -> Finished {
    match error {
        Error::Stale if job.task.stale < STALE_LIMIT => {
            let done = (job.task.item.part, job.task.item.seq);
            let task = Task { stale: job.task.stale + 1, ..job.task };
            finished_as(job.contact, done, None, Some((task, Duration::ZERO)))
        }
        // Done before: whoever found it had read it before that.
        Error::Gone => {
            metrics::counter!("chasqui_turns_refused_total", "why" => refusal(&error)).increment(1);
            finished(&job)
        }
        // Another's to do. Should the part be ours again by now, the row still waits; should it not, nothing is read.
        Error::NotOwner => {
            rt.ownership.read_again(job.task.item.part);
            metrics::counter!("chasqui_turns_refused_total", "why" => refusal(&error)).increment(1);
            finished(&job)
        }
        Error::Behind => {
            // Older work of this contact is in the store and has not been seen here.
            metrics::counter!("chasqui_turns_refused_total", "why" => refusal(&error)).increment(1);
            rt.ownership.look_at_all_of(job.task.item.part);
            let done = (job.task.item.part, job.task.item.seq);
            finished_as(job.contact, done, None, Some((job.task, LOOK_FIRST)))
        }
        Error::Unavailable(_) | Error::Busy | Error::TooSlow => {
            tracing::error!(%error, "turns could not be committed");
            again(job.contact, job.task)
        }
        Error::Stale | Error::Full(_) | Error::Exists(_) | Error::Corrupt(_) | Error::Secret(_) => {
            bury(rt, job, format!("it could not be committed: {error}")).await
        }
    }
}

fn refusal(error: &Error) -> &'static str {
    match error {
        Error::Gone => "done",
        Error::Behind => "older_first",
        _ => "not_owner",
    }
}

impl Follows {
    /// Sets going what the committed turn asked for; answers how the conversation stands.
    pub(super) fn go(self, rt: &Arc<Inner>) -> Live {
        let integration = &self.number.integration;
        if self.received && rt.store.hot().shared() {
            self.number.count_received(1);
        }
        if self.renamed {
            rt.faces.forget(self.live.contact.id);
            rt.deliver.readdress(&self.live.contact);
        }
        if let Some(wamid) = self.read {
            rt.mark_read(&self.number, wamid);
        }
        if !self.sends.is_empty() {
            rt.activity.messages(integration, i64::try_from(self.sends.len()).unwrap_or(0), self.now);
            rt.deliver.queue(self.sends);
        }
        if let Some(message) = self.again {
            recover::take_up(rt, integration.id, message);
        }
        for call in self.calls {
            effect::start(rt, call);
        }
        effect::media::fetch_all(rt, self.media);
        if self.wakes {
            rt.timers.look_again();
        }
        if let Some(open) = self.live.open.as_ref().filter(|_| self.handed_off) {
            let (account, id) = (integration.account, open.conversation.id);
            rt.changes.tell(account, ChangeKind::Handoff, Some(integration.id), &id);
        }
        if let Some(open) = &self.live.open {
            rt.changes.tell(
                integration.account,
                ChangeKind::Conversation,
                Some(integration.id),
                &open.conversation.id,
            );
        }
        let mut live = self.live;
        live.open = live.open.filter(|open| open.conversation.status != Status::Ended);
        live
    }
}
