//! One attempt: put the message on the wire, and judge what came back.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::event::Event;
use chasqui_model::integration::Health;
use chasqui_model::message::{Outbound, Sender};
use chasqui_model::notice::Notice;
use chasqui_model::reason::Reason;
use chasqui_model::template::Given;
use chasqui_model::{Timestamp, clock};
use chasqui_store::crash_point;
use chasqui_store::outbox::{Outcome, Sent, Standing};
use chasqui_whatsapp::GraphError;
use chasqui_whatsapp::client::SendError;
use chasqui_whatsapp::message::{self, Recipient, Unsendable, Uploaded};

use super::exact::{self, Exact};
use super::upload::{self, AtMeta, UploadError};
use super::window::{self, Allowed};
use super::{Attempt, Fact, Next, Outgoing, PATIENCE, Recorded, refusal};
use crate::registry::{self, Number};
use crate::work::Work;
use crate::{Inner, notice, people};

/// First pause after a failure that passes; doubles each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Longest pause between attempts.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_mins(15);

/// Tries to send a message that is marked as sending.
pub(super) async fn attempt(rt: &Arc<Inner>, outgoing: &Outgoing) -> Attempt {
    if !rt.ownership.owns(outgoing.part) {
        // Another process may be sending it by now. Nothing is written down: it goes on from what it finds. Should the
        // part be ours again already, the message was found there as well, and must not be taken for dealt with.
        rt.deliver.note_unsent(outgoing.id, rt.clock.steady());
        return settles(rt, outgoing);
    }
    let readdressed = rt.deliver.readdressed(outgoing);
    let outgoing = readdressed.as_ref().unwrap_or(outgoing);
    let number = match number_of(rt, outgoing).await {
        Ok(Some(number)) => number,
        Ok(None) => return failed(rt, outgoing, None, &Reason::Deleted, None),
        Err(_) => return again(rt, outgoing, FIRST_PAUSE, false),
    };
    let Ok(allowed) = window::decide(&rt.store, &rt.clock, outgoing, &number.integration).await else {
        return again(rt, outgoing, FIRST_PAUSE, false);
    };
    let instead = match allowed {
        Allowed::AsIs => None,
        Allowed::Instead(given) => Some(*given),
        Allowed::Nothing => return closed(rt, &number, outgoing, None),
    };
    go(rt, &number, outgoing, instead).await
}

/// Sends the message, or the reopening template in its place.
pub(super) async fn go(
    rt: &Arc<Inner>,
    number: &Number,
    outgoing: &Outgoing,
    instead: Option<Given>,
) -> Attempt {
    match exact::exact(rt, &number.integration, outgoing, instead).await {
        Ok(Exact::AsIs) => transmit(rt, number, outgoing, None).await,
        Ok(Exact::This(message)) => transmit(rt, number, outgoing, Some(*message)).await,
        Ok(Exact::Unwanted) => unwanted(rt, number, outgoing),
        Ok(Exact::Unfit(reason)) => refuse(rt, number, outgoing, None, &reason),
        Err(_) => again(rt, outgoing, FIRST_PAUSE, false),
    }
}

/// Marketing for somebody who wants none: not sent, and nobody's fault.
fn unwanted(rt: &Inner, number: &Number, outgoing: &Outgoing) -> Attempt {
    let event = Event {
        conversation: Some(outgoing.conversation),
        node: outgoing.node.clone(),
        ..notice::event(&rt.clock, &number.integration, Notice::OptedOut)
    };
    failed(rt, outgoing, None, &Reason::OptedOut, Some(event))
}

/// The number that a message leaves through. `None`: it was deleted.
async fn number_of(rt: &Inner, outgoing: &Outgoing) -> Result<Option<Arc<Number>>, chasqui_store::Error> {
    let known = rt.registry.get(outgoing.integration);
    if known.is_some() || !rt.store.hot().shared() {
        return Ok(known);
    }
    let loaded = rt.store.hot().load(vec![(outgoing.part, outgoing.contact)]).await?.pop().flatten();
    let Some(loaded) = loaded else { return Ok(None) };
    registry::find(rt, loaded.contact.account, outgoing.integration).await
}

/// Nothing is known of a message that is marked: a status webhook tells, or it is sent again.
pub(super) fn settles(rt: &Inner, outgoing: &Outgoing) -> Attempt {
    let next = Next::Settle { until: rt.clock.steady().after(rt.config.settle_after) };
    Attempt { sent: None, recorded: Recorded { id: outgoing.id, next }, facts: vec![] }
}

async fn transmit(
    rt: &Arc<Inner>,
    number: &Number,
    outgoing: &Outgoing,
    instead: Option<Outbound>,
) -> Attempt {
    let Some(calls) = &number.calls else { return refusal::dead_token(rt, number, outgoing, None) };
    let (body, files) = match on_the_wire(rt, number, outgoing, instead.as_ref()).await {
        Ok(made) => made,
        Err(attempt) => return attempt,
    };
    metrics::counter!("chasqui_sends_total").increment(1);
    let answer = rt.graph.send_message(calls, body).await;
    crash_point!("K10");
    match answer {
        Ok(sent) => {
            let id = number.integration.id;
            let is_news = number.integration.health == Health::Failing || rt.deliver.waited(id);
            told_of(rt, outgoing, sent.recipient()).await;
            let attempt = accepted(rt, outgoing, sent.wamid, instead);
            if is_news { attempt.with(Fact::Works { number: id }) } else { attempt }
        }
        Err(SendError::NotSent(_)) => refusal::unanswered(rt, &number.integration, outgoing),
        Err(SendError::Unknown(_)) => unknown(rt, outgoing).await,
        Err(SendError::Refused(error)) if files.has_old && blames_a_file(&error) => {
            // Meta may have dropped what was uploaded earlier: once more with the files themselves.
            for media in files.uploaded.keys() {
                if upload::forget(rt, number, media).await.is_err() {
                    return again(rt, outgoing, FIRST_PAUSE, true);
                }
            }
            Box::pin(transmit(rt, number, outgoing, instead)).await
        }
        Err(SendError::Refused(error)) => {
            refusal::refused(rt, number, outgoing, &error, &files.uploaded, instead.is_some()).await
        }
    }
}

/// The message as it goes to Meta, its files given to Meta first. Fails with what comes of the attempt when it cannot go.
async fn on_the_wire(
    rt: &Arc<Inner>,
    number: &Number,
    outgoing: &Outgoing,
    instead: Option<&Outbound>,
) -> Result<(Vec<u8>, Files), Attempt> {
    let message = instead.unwrap_or(&outgoing.message);
    let Some(calls) = &number.calls else {
        return Err(refusal::dead_token(rt, number, outgoing, None));
    };
    let recipient =
        Recipient { to: outgoing.address.phone.as_deref(), user_id: outgoing.address.user_id.as_deref() };
    let callback = outgoing.id.to_string();
    let mut files = Files { uploaded: Uploaded::new(), has_old: false };
    loop {
        match message::to_wire(message, &recipient, &callback, &files.uploaded) {
            Ok(body) => return Ok((body, files)),
            Err(Unsendable::NotUploaded { media }) if !files.uploaded.contains_key(&media) => {
                match upload::upload(rt, number, calls, &media).await {
                    Ok(file) => files.add(media, file),
                    Err(UploadError::Later) => {
                        return Err(refusal::unanswered(rt, &number.integration, outgoing));
                    }
                    Err(UploadError::Refused(error)) => {
                        let files = &files.uploaded;
                        let stands_in = instead.is_some();
                        return Err(refusal::refused(rt, number, outgoing, &error, files, stands_in).await);
                    }
                    Err(UploadError::Never) => {
                        return Err(refuse(rt, number, outgoing, None, &Reason::NoFile));
                    }
                }
            }
            Err(Unsendable::NoRecipient) => {
                return Err(refuse(rt, number, outgoing, None, &Reason::NoRecipient));
            }
            Err(Unsendable::NotUploaded { .. }) => {
                return Err(refuse(rt, number, outgoing, None, &Reason::NoFile));
            }
        }
    }
}

/// The files of a message, as Meta calls them.
struct Files {
    uploaded: Uploaded,
    /// One of them was uploaded for an earlier message.
    has_old: bool,
}

impl Files {
    fn add(&mut self, media: String, file: AtMeta) {
        self.has_old |= file.is_old;
        self.uploaded.insert(media, file.id);
    }
}

/// Whether it may be because of a file that Meta does not have any more. Its pages name 131053, 100 and 131009 for it.
fn blames_a_file(error: &GraphError) -> bool {
    matches!(error.code, Some(131_053 | 131_009 | 100))
}

/// What the answer says of whoever it was sent to. Should it be lost here, the message's status says it again.
async fn told_of(rt: &Inner, outgoing: &Outgoing, told: Sender) {
    let (wa_id, user_id) = (outgoing.address.phone.clone(), outgoing.address.user_id.clone());
    rt.faces.note(outgoing.contact, &Sender { wa_id, user_id, ..Sender::default() });
    if told.aliases().next().is_none() {
        return;
    }
    let now = rt.clock.now();
    let to = outgoing.address.phone.as_deref();
    if let Err(error) = people::learn(rt, outgoing.integration, outgoing.contact, &told, to, now).await {
        tracing::warn!(contact = %outgoing.contact, %error, "what Meta told of a contact could not be kept");
    }
}

fn accepted(rt: &Inner, outgoing: &Outgoing, wamid: String, instead: Option<Outbound>) -> Attempt {
    // What cannot be written leaves what was queued in its place.
    let instead = instead.and_then(|message| {
        let content = serde_json::to_string(&message.content);
        let content = content.inspect_err(|error| {
            tracing::error!(message = %outgoing.id, %error, "what was sent instead cannot be written down");
        });
        Some((message.content.kind(), content.ok()?))
    });
    finish(rt, outgoing, Outcome::Accepted { wamid, instead }, None, Next::Done)
}

/// The answer is lost. A status webhook tells whether it was sent; only when none comes it is sent again.
async fn unknown(rt: &Inner, outgoing: &Outgoing) -> Attempt {
    metrics::counter!("chasqui_sends_unknown_total").increment(1);
    let heard = rt.store.hot().standings(vec![(outgoing.part, outgoing.id)]).await;
    let next = match heard.as_deref() {
        Ok([Standing::Over]) => Next::Done,
        _ => Next::Settle { until: rt.clock.steady().after(rt.config.settle_after) },
    };
    Attempt { sent: None, recorded: Recorded { id: outgoing.id, next }, facts: vec![] }
}

pub(super) fn closed(rt: &Inner, number: &Number, outgoing: &Outgoing, code: Option<i64>) -> Attempt {
    refuse(rt, number, outgoing, code, &Reason::WindowClosed)
}

pub(super) fn gives_up(outgoing: &Outgoing, now: Timestamp) -> bool {
    outgoing.queued_at.after(PATIENCE) <= now
}

pub(super) fn give_up(rt: &Inner, outgoing: &Outgoing) -> Attempt {
    match rt.registry.get(outgoing.integration) {
        Some(number) => refuse(rt, &number, outgoing, None, &Reason::GivenUp),
        None => failed(rt, outgoing, None, &Reason::GivenUp, None),
    }
}

/// Tries again later, for up to a day.
pub(super) fn again(rt: &Inner, outgoing: &Outgoing, pause: Duration, counts: bool) -> Attempt {
    put_off(rt, outgoing, pause, counts, outgoing.once, None)
}

/// As [`again`]. `once`: it was refused in a way that is tried once more. `event`: what the owner is told.
pub(super) fn put_off(
    rt: &Inner,
    outgoing: &Outgoing,
    pause: Duration,
    counts: bool,
    once: bool,
    event: Option<Event>,
) -> Attempt {
    let now = rt.clock.now();
    if gives_up(outgoing, now) {
        return give_up(rt, outgoing);
    }
    let due_at = now.after(pause);
    let next = Next::Again { due_at: rt.clock.steady().after(pause), once };
    finish(rt, outgoing, Outcome::Again { due_at, counts }, event, next)
}

/// 1 s, 2 s, 4 s … 15 minutes, each spread by half so that messages that failed together do not come back together.
pub(super) fn pause(attempts: u32) -> Duration {
    spread(FIRST_PAUSE.saturating_mul(1 << attempts.min(16)).min(LONGEST_PAUSE))
}

/// A pause that is up to a quarter shorter or longer, by chance.
pub(super) fn spread(pause: Duration) -> Duration {
    let [chance] = clock::random_bytes::<1>();
    pause.mul_f64(0.75 + f64::from(chance) / 512.0)
}

/// It will not be sent; its owner is told.
pub(super) fn refuse(
    rt: &Inner,
    number: &Number,
    outgoing: &Outgoing,
    code: Option<i64>,
    why: &Reason,
) -> Attempt {
    let integration = &number.integration;
    let event = Event {
        conversation: Some(outgoing.conversation),
        node: outgoing.node.clone(),
        graph_code: code,
        ..notice::event(&rt.clock, integration, Notice::MessageNotSent { why: why.clone() })
    };
    failed(rt, outgoing, code, why, Some(event))
}

fn failed(rt: &Inner, outgoing: &Outgoing, code: Option<i64>, why: &Reason, event: Option<Event>) -> Attempt {
    metrics::counter!("chasqui_sends_failed_total").increment(1);
    let reason = why.written();
    finish(rt, outgoing, Outcome::Failed { code, reason, then: Work::undelivered }, event, Next::Done)
}

pub(super) fn finish(
    rt: &Inner,
    outgoing: &Outgoing,
    outcome: Outcome,
    event: Option<Event>,
    next: Next,
) -> Attempt {
    let sent = Sent { part: outgoing.part, id: outgoing.id, outcome, at: rt.clock.now(), event };
    Attempt { sent: Some(sent), recorded: Recorded { id: outgoing.id, next }, facts: vec![] }
}
