//! What to do with a message that Meta refused, and what its number's owner is told. Judged from the whole error, the same
//! for a message and for a file that was to go with it.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::Timestamp;
use chasqui_model::event::Event;
use chasqui_model::integration::Integration;
use chasqui_model::notice::Notice;
use chasqui_model::reason::MetaSaid;
use chasqui_model::reason::Reason;
use chasqui_store::outbox::Outcome;
use chasqui_whatsapp::GraphError;
use chasqui_whatsapp::error::Action;
use chasqui_whatsapp::message::Uploaded;

use super::send::{self, again, finish, pause, put_off, refuse};
use super::window::{self, Allowed};
use super::{Attempt, Fact, NO_MARKETING, Next, NumberRefusal, Outgoing, upload};
use crate::registry::Number;
use crate::{Inner, notice};

/// A message that is tried for longer is worth a word to its owner.
const HEARD_AFTER: Duration = Duration::from_mins(5);
/// Tried less often, it waited for something else.
const TRIED: u32 = 3;

/// Judges a refusal. `files`: what Meta has of the message's files; `is_template`: a template stood in for it.
pub(super) async fn refused(
    rt: &Arc<Inner>,
    number: &Number,
    outgoing: &Outgoing,
    error: &GraphError,
    files: &Uploaded,
    is_template: bool,
) -> Attempt {
    let verdict = error.verdict();
    metrics::counter!("chasqui_sends_refused_total").increment(1);
    let it = &number.integration;
    let wait = error.wait.unwrap_or_default();
    let attempt = match verdict.action {
        Action::Retry { after } => {
            later(rt, it, outgoing, Some(error), pause(outgoing.attempts).max(after).max(wait))
        }
        Action::RetryOnce if !outgoing.once => once_more(rt, number, outgoing, files, wait).await,
        Action::SlowPair => {
            // Meta asks for 4ⁿ seconds.
            let pause = Duration::from_secs(4_u64.saturating_pow(outgoing.attempts.min(6)));
            later(rt, it, outgoing, Some(error), pause.max(wait))
        }
        Action::SlowNumber => pause_number(rt, it, outgoing, error, Duration::from_secs(1)),
        Action::SlowApp => pause_number(rt, it, outgoing, error, Duration::from_mins(1)),
        Action::Hold => {
            let why = Reason::NumberHeld { meta: error.told() };
            pause_number(rt, it, outgoing, error, Duration::from_mins(5)).with(Fact::NumberFailing {
                number: it.id,
                code: verdict.code,
                why,
            })
        }
        Action::ReplaceToken => dead_token(rt, number, outgoing, Some(error)),
        Action::WindowClosed if !is_template && !outgoing.message.content.is_template() => {
            match window::instead(outgoing, it) {
                Allowed::Instead(given) => Box::pin(send::go(rt, number, outgoing, Some(*given))).await,
                Allowed::AsIs | Allowed::Nothing => send::closed(rt, number, outgoing, verdict.code),
            }
        }
        Action::WindowClosed | Action::RetryOnce | Action::Fail => {
            refuse(rt, number, outgoing, verdict.code, &Reason::MetaRefused { meta: error.told() })
        }
    };
    if verdict.code == Some(NO_MARKETING) {
        return attempt.with(Fact::OptedOut { number: it.id, contact: outgoing.contact });
    }
    attempt
}

/// Meta did not answer, and the message was not sent.
pub(super) fn unanswered(rt: &Inner, it: &Integration, outgoing: &Outgoing) -> Attempt {
    later(rt, it, outgoing, None, pause(outgoing.attempts))
}

/// Tries it once more. Its files are given to Meta anew: what Meta has of them may be what it cannot take.
async fn once_more(
    rt: &Inner,
    number: &Number,
    outgoing: &Outgoing,
    files: &Uploaded,
    wait: Duration,
) -> Attempt {
    for media in files.keys() {
        if upload::forget(rt, number, media).await.is_err() {
            return again(rt, outgoing, pause(outgoing.attempts), true);
        }
    }
    put_off(rt, outgoing, pause(outgoing.attempts).max(wait), true, true, None)
}

/// Tries it later, and tells the owner when that goes on for long. `error`: `None`, Meta did not answer.
fn later(
    rt: &Inner,
    it: &Integration,
    outgoing: &Outgoing,
    error: Option<&GraphError>,
    pause: Duration,
) -> Attempt {
    put_off(rt, outgoing, pause, true, outgoing.once, heard(rt, it, outgoing, error))
}

fn pause_number(
    rt: &Inner,
    it: &Integration,
    outgoing: &Outgoing,
    error: &GraphError,
    usual: Duration,
) -> Attempt {
    if send::gives_up(outgoing, rt.clock.now()) {
        return send::give_up(rt, outgoing);
    }
    let event = heard(rt, it, outgoing, Some(error));
    let outcome = Outcome::Again { due_at: rt.clock.now(), counts: true };
    let refusal = NumberRefusal::Slow { usual, at_least: error.wait.unwrap_or_default() };
    finish(rt, outgoing, outcome, event, Next::PauseNumber(refusal))
}

/// The token is dead. `error`: what Meta said; there is nothing when the token cannot even be read.
pub(super) fn dead_token(
    rt: &Inner,
    number: &Number,
    outgoing: &Outgoing,
    error: Option<&GraphError>,
) -> Attempt {
    let id = number.integration.id;
    let code = error.and_then(|error| error.code).unwrap_or(190);
    let meta = error.map_or_else(MetaSaid::default, GraphError::told);
    let meta = MetaSaid { code: Some(code), said: None, needs: None, ..meta };
    let outcome = Outcome::Again { due_at: rt.clock.now(), counts: false };
    finish(rt, outgoing, outcome, None, Next::PauseNumber(NumberRefusal::Token))
        .with(Fact::TokenRefused { number: id })
        .with(Fact::NumberFailing { number: id, code: Some(code), why: Reason::TokenRefused { meta } })
}

/// What the owner is told of a message that is tried again and again; once an hour for all of a number's.
fn heard(rt: &Inner, it: &Integration, outgoing: &Outgoing, error: Option<&GraphError>) -> Option<Event> {
    let now: Timestamp = rt.clock.now();
    let long = outgoing.attempts >= TRIED && now.since(outgoing.queued_at) >= HEARD_AFTER;
    if !long || !rt.deliver.note_wait(it.id, rt.clock.steady()) {
        return None;
    }
    let why = error.map_or(Reason::NoAnswer, |error| Reason::MetaRefused { meta: error.told() });
    Some(Event {
        conversation: Some(outgoing.conversation),
        graph_code: error.and_then(|error| error.verdict().code),
        ..notice::event(&rt.clock, it, Notice::SendsDelayed { why })
    })
}
