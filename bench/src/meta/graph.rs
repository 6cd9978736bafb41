//! The Graph API: takes messages, as the forecast has it.

use std::rc::Rc;
use std::time::Instant;

use super::webhook::StatusNote;
use super::{Meta, Number, Reply, Situation, Weather};
use crate::ledger::{Call, Fate};
use crate::mark::Mark;
use crate::random::Random;
use crate::wire::{self, Answer, Request};

/// Answers a call of one life of the server.
pub(super) fn answer(meta: &Rc<Meta>, life: u32, request: &Request<'_>) -> Answer {
    let (path, query) = request.path.split_once('?').unwrap_or((request.path, ""));
    let Some(number) = sender(meta, path) else { return unknown() };
    let Some(callback) = text(request.body, r#""biz_opaque_callback_data":""#) else {
        // Read receipts and typing dots.
        return Answer::Now(wire::answer(200, r#"{"success":true}"#));
    };
    let mark = Mark::find(request.body);
    let to = text(request.body, r#""to":""#).unwrap_or_default();
    let authorised = number.is_authorised(request.authorization, query);
    let call = Call { callback, mark, number: number.index, authorised, to, life };
    let attempt = meta.ledger.borrow().calls_for(callback);
    let weather = decide(meta, &call, attempt);
    let is_first = meta.ledger.borrow_mut().called(&call, weather.fate);
    if is_first {
        meta.silence.broken(number.index);
    }
    let wamid = meta.next_wamid();
    let taking = meta.ledger.borrow().takings(callback).saturating_sub(1);
    for (after, status) in weather.statuses {
        let to = to.trim_start_matches('+').to_owned();
        let note = StatusNote { wamid: wamid.clone(), status, to, callback: callback.into(), taking };
        meta.courier.post(after, number.index, note);
    }
    if let Some(mark) = mark.filter(|_| is_first || weather.fate == Fate::RefusedForGood) {
        let button = text(request.body, r#""reply":{"id":""#).map(str::to_owned);
        meta.tell(Reply { mark, button, at: Instant::now() });
    }
    weather.shape.answer(&wamid, to)
}

fn decide(meta: &Meta, call: &Call<'_>, attempt: u32) -> Weather {
    let Some(mark) = call.mark else { return Weather::fine() };
    let purpose = [u64::from(mark.contact), u64::from(mark.n), u64::from(attempt)];
    let random = Random::of(meta.seed, &purpose);
    let mut situation = Situation { number: call.number, attempt, random };
    meta.forecast.borrow()(&mut situation)
}

/// The number of `/v21.0/{id}/messages`.
fn sender<'m>(meta: &'m Meta, path: &str) -> Option<&'m Number> {
    let path = path.strip_suffix("/messages")?;
    let id = path.rsplit('/').next()?;
    meta.numbers.get(Number::index_of(id)?)
}

fn unknown() -> Answer {
    let body =
        r#"{"error":{"message":"(#100) Not known to the stand-in","type":"OAuthException","code":100}}"#;
    Answer::Now(wire::answer(400, body))
}

/// The text between `start` and the next quote. Our server's ids and marks have none inside.
fn text<'a>(body: &'a [u8], start: &str) -> Option<&'a str> {
    let body = std::str::from_utf8(body).ok()?;
    let (_, rest) = body.split_once(start)?;
    rest.split_once('"').map(|(text, _)| text)
}
