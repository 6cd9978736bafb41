//! What to do with a message that Meta refused, and what its number's owner is told. Judged from the whole error, the same
//! for a message and for a file that was to go with it.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::Timestamp;
use chasqui_model::account::Language;
use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::Integration;
use chasqui_store::outbox::Outcome;
use chasqui_whatsapp::GraphError;
use chasqui_whatsapp::error::{Action, Class, SENDING};
use chasqui_whatsapp::message::Uploaded;

use super::send::{self, again, finish, pause, put_off, refuse};
use super::window::{self, Allowed};
use super::{Attempt, Next, NumberRefusal, Outgoing};
use crate::registry::Number;
use crate::{Inner, care, effect, field, notice};

/// A message that is tried for longer is worth a word to its owner.
const HEARD_AFTER: Duration = Duration::from_mins(5);
/// Tried less often, it waited for something else.
const TRIED: u32 = 3;
/// Longest text of Meta's that is passed on.
const LONGEST_WORDS: usize = 300;

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
    if verdict.code == Some(field::NO_MARKETING)
        && let Err(error) = field::opt_out(rt, it.id, outgoing.contact).await
    {
        tracing::error!(integration = %it.id, %error, "a wish for no marketing could not be kept");
    }
    let wait = error.wait.unwrap_or_default();
    match verdict.action {
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
            rt.number_fails(number, verdict.code, &words(error, "Meta lets this number send nothing now"))
                .await;
            pause_number(rt, it, outgoing, error, Duration::from_mins(5))
        }
        Action::ReplaceToken => dead_token(rt, number, outgoing, Some(error)).await,
        Action::WindowClosed if !is_template && !outgoing.message.content.is_template() => {
            match window::instead(outgoing, it) {
                Allowed::Instead(given) => Box::pin(send::go(rt, number, outgoing, Some(*given))).await,
                Allowed::AsIs | Allowed::Nothing => send::closed(rt, number, outgoing, verdict.code),
            }
        }
        Action::WindowClosed | Action::RetryOnce | Action::Fail => {
            refuse(rt, number, outgoing, verdict.code, words(error, "Meta refused the message"))
        }
    }
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
        if effect::media::forget(rt, number, media).await.is_err() {
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
pub(super) async fn dead_token(
    rt: &Arc<Inner>,
    number: &Number,
    outgoing: &Outgoing,
    error: Option<&GraphError>,
) -> Attempt {
    let code = error.and_then(|error| error.code).unwrap_or(190);
    let held = "Replies are held until there is a new one.";
    let words = match error.and_then(|error| error.explanation(Language::En)) {
        Some(known) => format!("{} {} {held} (error {code})", known.cause, known.cure),
        None => format!("Meta refuses the access token (error {code}). {held}"),
    };
    care::send_refused(rt, number.integration.id).await;
    rt.number_fails(number, Some(code), &words).await;
    let outcome = Outcome::Again { due_at: rt.clock.now(), counts: false };
    finish(rt, outgoing, outcome, None, Next::PauseNumber(NumberRefusal::Token))
}

/// What the owner is told of a message that is tried again and again; once an hour for all of a number's.
fn heard(rt: &Inner, it: &Integration, outgoing: &Outgoing, error: Option<&GraphError>) -> Option<Event> {
    let now: Timestamp = rt.clock.now();
    let long = outgoing.attempts >= TRIED && now.since(outgoing.queued_at) >= HEARD_AFTER;
    if !long || !rt.deliver.note_wait(it.id, rt.clock.steady()) {
        return None;
    }
    let begin = "A message has been waiting for more than five minutes and is tried again, for up to a day.";
    let why = match error {
        Some(error) => words(error, "Meta does not take it"),
        None => "Meta does not answer.".to_owned(),
    };
    Some(Event {
        conversation: Some(outgoing.conversation),
        graph_code: error.and_then(|error| error.verdict().code),
        ..notice::event(&rt.clock, it, Severity::Warning, "sends_delayed", format!("{begin} {why}"))
    })
}

/// What an error means and what to do, in plain words, with what Meta says itself.
fn words(error: &GraphError, otherwise: &str) -> String {
    let verdict = error.verdict();
    let said = error.said().map(shortened);
    let Some(code) = verdict.code else { return format!("{otherwise}.") };
    let mut text = match error.explanation(Language::En) {
        Some(known) => format!("{} {}", known.cause, known.cure),
        None => format!("{otherwise}."),
    };
    if verdict.class == Class::Permission {
        text = format!("{text} Sending needs the permission {SENDING}.");
    }
    match said {
        Some(said) => format!("{text} Meta says: {said} (error {code})"),
        None => format!("{text} (error {code})"),
    }
}

/// Meta's words, on one line.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_WORDS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
