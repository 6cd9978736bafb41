//! One batch: loads what is not in memory, then the three acts of every turn: [`super::prepare`], [`super::compute`],
//! [`super::commit`].

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chasqui_flow::State;
use chasqui_model::account::Account;
use chasqui_model::contact::Contact;
use chasqui_model::{Id, Part};
use chasqui_store::turn::Loaded;
use chasqui_store::{Error, Store};

use super::commit::commit;
use super::compute::{self, Computed, Sight};
use super::finish::{again, bury, finished_as};
use super::prepare::{self, Ready, Unrunnable};
use super::{Finished, Job, Live, Open, Task};
use crate::Inner;
use crate::heavy::Heavy;

/// Most work of a turn that is computed beside others, in units of the engine's budget: below half a millisecond. Usual turns
/// are a tenth of that. What is more is begun anew on the threads for heavy work (docs/decisions/0132).
const INLINE: u64 = chasqui_flow::BUDGET / 200;

/// Runs a batch. Every job comes back.
pub(super) async fn run(rt: &Arc<Inner>, mut jobs: Vec<Job>) -> Vec<Finished> {
    if let Err(error) = load_missing(&rt.store, &mut jobs).await {
        tracing::error!(%error, "conversations could not be read");
        return jobs.into_iter().map(|job| again(job.contact, job.task)).collect();
    }
    let mut finished = Vec::with_capacity(jobs.len());
    let mut computed = Vec::with_capacity(jobs.len());
    for job in jobs {
        match compute(rt, job).await {
            Ok((job, result)) => computed.push((job, result)),
            Err(done) => finished.push(done),
        }
    }
    finished.extend(commit(rt, computed).await);
    finished
}

/// Runs a job that is, or may be, more work than turns may do beside each other: on threads that serve nobody.
pub(super) async fn run_heavy(rt: &Arc<Inner>, account: Id<Account>, job: Job) -> Finished {
    metrics::counter!("chasqui_heavy_turns_total").increment(1);
    let mut jobs = [job];
    let loaded = load_missing(&rt.store, &mut jobs).await;
    let [job] = jobs;
    if let Err(error) = loaded {
        tracing::error!(%error, "a conversation could not be read");
        return again(job.contact, job.task);
    }
    let computed = match compute_heavy(rt, account, job).await {
        Ok(computed) => computed,
        Err(done) => return done,
    };
    commit(rt, vec![computed]).await.pop().unwrap_or_else(|| unreachable!("every job comes back"))
}

async fn load_missing(store: &Store, jobs: &mut [Job]) -> Result<(), Error> {
    let wanted: Vec<_> =
        jobs.iter().filter(|job| job.live.is_none()).map(|job| (job.task.item.part, job.contact)).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let mut loaded = load(store, wanted).await?.into_iter();
    for job in jobs.iter_mut().filter(|job| job.live.is_none()) {
        job.live = loaded.next().flatten().and_then(read).map(Box::new);
    }
    Ok(())
}

/// What turns start from. A row that cannot be read is `None` and does not hold up the others.
async fn load(store: &Store, wanted: Vec<(Part, Id<Contact>)>) -> Result<Vec<Option<Loaded>>, Error> {
    match store.hot().load(wanted.clone()).await {
        Err(Error::Corrupt(_)) => {}
        other => return other,
    }
    let mut found = Vec::with_capacity(wanted.len());
    for (part, contact) in wanted {
        found.push(match store.hot().load(vec![(part, contact)]).await {
            Err(Error::Corrupt(cause)) => {
                tracing::error!(%contact, cause, "a contact's conversation cannot be read");
                None
            }
            other => other?.pop().flatten(),
        });
    }
    Ok(found)
}

/// `None` when the state cannot be read; the turn then says so.
fn read(loaded: Loaded) -> Option<Live> {
    let Loaded { contact, conversation } = loaded;
    let open = match conversation {
        None => None,
        Some(mut conversation) => {
            let text = std::mem::take(&mut conversation.state);
            Some(Open { conversation, state: State::from_json(&text).ok()?, size: text.len() })
        }
    };
    Some(Live { contact, open })
}

async fn compute(rt: &Inner, mut job: Job) -> Result<(Job, Computed), Finished> {
    let is_large = |live: &Live| live.open.as_ref().is_some_and(|open| open.state.work() > INLINE);
    if job.live.as_deref().is_some_and(is_large) {
        return Err(as_heavy(job));
    }
    let ready = match prepare(rt, &mut job, None).await {
        Ok(ready) => ready,
        Err(Unrunnable::Heavy) => return Err(as_heavy(job)),
        Err(why) => return Err(unrunnable(rt, job, why).await),
    };
    // A fault of ours must cost one message, not the process.
    let result = std::panic::catch_unwind(AssertUnwindSafe(|| {
        compute::compute(sight(rt, &ready), ready, Some(INLINE))
    }));
    match result {
        Ok(Ok(Some(result))) => Ok((job, result)),
        Ok(Ok(None)) => Err(as_heavy(job)),
        Ok(Err(error)) => Err(unwritable(rt, job, &error).await),
        Err(_) => Err(failed(rt, job).await),
    }
}

async fn compute_heavy(
    rt: &Arc<Inner>,
    account: Id<Account>,
    mut job: Job,
) -> Result<(Job, Computed), Finished> {
    let ready = match prepare(rt, &mut job, Some(&rt.heavy)).await {
        Ok(ready) => ready,
        Err(why) => return Err(unrunnable(rt, job, why).await),
    };
    let inner = Arc::clone(rt);
    match rt.heavy.wait_for(account, move || compute::compute(sight(&inner, &ready), ready, None)).await {
        Ok(Ok(Some(result))) => Ok((job, result)),
        Ok(Err(error)) => Err(unwritable(rt, job, &error).await),
        Ok(Ok(None)) | Err(_) => Err(failed(rt, job).await),
    }
}

/// Without threads for heavy work, what takes long to make ready is [`Unrunnable::Heavy`].
async fn prepare(rt: &Inner, job: &mut Job, heavy: Option<&Heavy>) -> Result<Ready, Unrunnable> {
    let Some(live) = job.live.take() else {
        let cause = "the contact is gone or the conversation's state cannot be read".to_owned();
        return Err(Unrunnable::Never(cause));
    };
    prepare::prepare(rt, &job.task.item, *live, heavy).await
}

/// What computing a turn may see.
fn sight<'a>(rt: &'a Inner, ready: &Ready) -> Sight<'a> {
    let (number, contact) = (&ready.number, ready.live.contact.id);
    // Where the part is to be read again, older messages may be in the outbox that nobody here has in hand.
    let at_once = rt.ownership.owns(number.part) && rt.deliver.goes_at_once(&number.integration, contact);
    Sight { clock: &rt.clock, library: rt.flows.of(number.integration.account), at_once }
}

/// Begins it anew, where work may take long.
fn as_heavy(job: Job) -> Finished {
    let done = (job.task.item.part, job.task.item.seq);
    let task = Task { is_heavy: true, ..job.task };
    finished_as(job.contact, done, job.live, Some((task, Duration::ZERO)))
}

async fn unrunnable(rt: &Inner, job: Job, why: Unrunnable) -> Finished {
    match why {
        Unrunnable::Later(error) => {
            tracing::error!(%error, "a turn could not be prepared");
            again(job.contact, job.task)
        }
        Unrunnable::Never(cause) => bury(rt, job, cause).await,
        // Where it is done there are threads for it.
        Unrunnable::Heavy => again(job.contact, job.task),
    }
}

async fn unwritable(rt: &Inner, job: Job, error: &serde_json::Error) -> Finished {
    bury(rt, job, format!("what follows from it cannot be written: {error}")).await
}

async fn failed(rt: &Inner, job: Job) -> Finished {
    bury(rt, job, "the engine failed on it".to_owned()).await
}
