//! One batch: load what is not in memory, compute every turn, commit all, then set going what the turns asked for.

use chasqui_model::notice::Notice;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chasqui_flow::State;
use chasqui_model::account::Account;
use chasqui_model::contact::Contact;
use chasqui_model::{Id, Part};
use chasqui_store::inbox::DeadLetter;
use chasqui_store::turn::Loaded;
use chasqui_store::{Error, crash_point};

use super::draft;
use super::turn::{self, Computed, Unrunnable};
use super::{Finished, Job, Live, Open, Task};
use crate::Inner;
use crate::change::ChangeKind;
use crate::heavy::Heavy;
use crate::notice;

/// A turn that is stale this often is not unlucky but wrong.
const STALE_LIMIT: u32 = 10;
/// Pauses while the store is away double up to this power of two, times 100 ms: 1.6 s. A database that was restarted is to
/// be noticed soon.
const LONGEST_PAUSE: u32 = 4;
/// Most work of a turn that is computed beside others, in units of the engine's budget: below half a millisecond. Usual turns
/// are a tenth of that. What is more is begun anew on the threads for heavy work (docs/decisions/0132).
const INLINE: u64 = chasqui_flow::BUDGET / 200;
/// How long older work is looked for before newer work is tried again.
const LOOK_FIRST: Duration = Duration::from_millis(20);

/// Runs a batch. Every job comes back.
pub(super) async fn run(rt: &Arc<Inner>, mut jobs: Vec<Job>) -> Vec<Finished> {
    if let Err(error) = load_missing(rt, &mut jobs).await {
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
    let loaded = load_missing(rt, &mut jobs).await;
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

/// Commits turns, and sets going what they asked for. Every job comes back.
async fn commit(rt: &Arc<Inner>, mut computed: Vec<(Job, Computed)>) -> Vec<Finished> {
    let mut finished = Vec::with_capacity(computed.len());
    let turns = computed.iter_mut().map(|(_, result)| result.take_turn()).collect();
    crash_point!("K08");
    let outcomes = rt.store.hot().commit_turns(turns).await;
    crash_point!("K09");
    for ((mut job, mut result), outcome) in computed.into_iter().zip(outcomes) {
        finished.push(match outcome {
            Ok(()) => {
                let done = (job.task.item.part, job.task.item.seq);
                let again = result.take_rest().map(|rest| {
                    (job.task.item.kind, job.task.item.payload) = (rest.kind, rest.payload);
                    (Task::new(job.task.item), Duration::ZERO)
                });
                finished_as(job.contact, done, Some(Box::new(result.go(rt))), again)
            }
            Err(error) => refused(rt, job, error).await,
        });
    }
    finished
}

async fn load_missing(rt: &Inner, jobs: &mut [Job]) -> Result<(), Error> {
    let wanted: Vec<_> =
        jobs.iter().filter(|job| job.live.is_none()).map(|job| (job.task.item.part, job.contact)).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let mut loaded = load(rt, wanted).await?.into_iter();
    for job in jobs.iter_mut().filter(|job| job.live.is_none()) {
        job.live = loaded.next().flatten().and_then(read).map(Box::new);
    }
    Ok(())
}

/// What turns start from. A row that cannot be read is `None` and does not hold up the others.
async fn load(rt: &Inner, wanted: Vec<(Part, Id<Contact>)>) -> Result<Vec<Option<Loaded>>, Error> {
    match rt.store.hot().load(wanted.clone()).await {
        Err(Error::Corrupt(_)) => {}
        other => return other,
    }
    let mut found = Vec::with_capacity(wanted.len());
    for (part, contact) in wanted {
        found.push(match rt.store.hot().load(vec![(part, contact)]).await {
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
    let result = std::panic::catch_unwind(AssertUnwindSafe(|| draft::compute(rt, ready, Some(INLINE))));
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
    match rt.heavy.wait_for(account, move || draft::compute(&inner, ready, None)).await {
        Ok(Ok(Some(result))) => Ok((job, result)),
        Ok(Err(error)) => Err(unwritable(rt, job, &error).await),
        Ok(Ok(None)) | Err(_) => Err(failed(rt, job).await),
    }
}

/// Without threads for heavy work, what takes long to make ready is [`Unrunnable::Heavy`].
async fn prepare(rt: &Inner, job: &mut Job, heavy: Option<&Heavy>) -> Result<turn::Ready, Unrunnable> {
    let Some(live) = job.live.take() else {
        let cause = "the contact is gone or the conversation's state cannot be read".to_owned();
        return Err(Unrunnable::Never(cause));
    };
    turn::prepare(rt, &job.task.item, *live, heavy).await
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

/// Tries it again after a pause that grows; the store is away.
fn again(contact: Id<Contact>, task: Task) -> Finished {
    let task = Task { attempts: task.attempts + 1, ..task };
    let pause = Duration::from_millis(100 << task.attempts.min(LONGEST_PAUSE));
    let done = (task.item.part, task.item.seq);
    finished_as(contact, done, None, Some((task, pause)))
}

/// Done, and nothing is known of the conversation.
fn finished(job: &Job) -> Finished {
    finished_as(job.contact, (job.task.item.part, job.task.item.seq), None, None)
}

fn finished_as(
    contact: Id<Contact>,
    (part, seq): (Part, i64),
    live: Option<Box<Live>>,
    again: Option<(Task, Duration)>,
) -> Finished {
    Finished { contact, part, seq, live, again }
}

fn refusal(error: &Error) -> &'static str {
    match error {
        Error::Gone => "done",
        Error::Behind => "older_first",
        _ => "not_owner",
    }
}

/// Keeps what cannot be run where people see it, and goes on with the next.
async fn bury(rt: &Inner, job: Job, cause: String) -> Finished {
    let item = &job.task.item;
    let Some(number) = rt.registry.get(item.integration) else {
        // The integration was deleted with its secrets; what still waited for it is done.
        return again_or_drop(rt, job).await;
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

async fn again_or_drop(rt: &Inner, job: Job) -> Finished {
    match rt.store.hot().drop_items(vec![job.task.item.clone()]).await {
        Ok(()) => finished(&job),
        Err(_) => again(job.contact, job.task),
    }
}
