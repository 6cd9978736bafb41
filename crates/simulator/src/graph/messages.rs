//! `POST /{number}/messages`: the call, what was set to be answered, and what is kept of it.

use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::error::{Refusal, broken, json_response, page};
use super::phone_number::account_of;
use super::take::{self, Accepted, Send};
use super::{Call, garbage, read};
use crate::deliver::status;
use crate::meta::Note;
use crate::world::log::{self, Kind, Level};
use crate::world::settings::Answer;

const SCOPE: &str = "whatsapp_business_messaging";
const HANGING: Duration = Duration::from_mins(10);

/// `late`: a code with which the message fails after it was taken.
pub(super) async fn post(
    call: &Call,
    number: &str,
    is_marketing: bool,
    late: Option<i64>,
) -> Result<Response, Refusal> {
    let request = call.object()?;
    if request.get("status").is_some() {
        account_of(call, number, SCOPE)?;
        return read::mark(&call.meta, number, &request).map(|answer| json_response(200, &answer));
    }
    let (answer, latency) = call.meta.with(|world| (world.settings.answer, world.settings.latency_ms));
    if latency > 0 {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    if let Some(instead) = instead(answer).await {
        record(call, number, &request, &Err(refusal_of(answer)));
        return Ok(instead);
    }
    let send = Send { number, is_marketing, request: &request, late };
    let outcome = account_of(call, number, SCOPE).and_then(|account| take::take(call, &account, &send));
    record(call, number, &request, &outcome);
    let accepted = outcome?;
    if call.meta.with(|world| world.settings.statuses.before_answer) {
        status::travel(Arc::clone(&call.meta), accepted.journey).await;
    } else {
        tokio::spawn(status::travel(Arc::clone(&call.meta), accepted.journey));
    }
    Ok(match answer {
        Answer::Garbage => garbage(),
        Answer::DropAfterAccept => broken(),
        _ => json_response(200, &accepted.answer),
    })
}

/// The answer that the settings put in place of a send.
async fn instead(answer: Answer) -> Option<Response> {
    match answer {
        Answer::Success | Answer::Garbage | Answer::DropAfterAccept => None,
        Answer::SomethingWrong | Answer::RateNumber | Answer::RatePair | Answer::Token => {
            Some(refusal_of(answer).into_response())
        }
        Answer::Http500 => Some(page(500)),
        Answer::Http429 => Some(page(429)),
        Answer::Timeout => {
            tokio::time::sleep(HANGING).await;
            Some(broken())
        }
    }
}

fn refusal_of(answer: Answer) -> Refusal {
    let why = "set at the simulator";
    match answer {
        Answer::RateNumber => Refusal::code(130_429, why),
        Answer::RatePair => Refusal::code(131_056, why),
        Answer::Token => Refusal::code(190, why),
        Answer::Http429 => Refusal::new(429, 0, why),
        Answer::Http500 | Answer::Timeout => Refusal::new(500, 0, why),
        Answer::SomethingWrong | Answer::Success | Answer::Garbage | Answer::DropAfterAccept => {
            Refusal::code(131_000, why)
        }
    }
}

/// Keeps the call for `GET /_sim/messages`, tells the chat and the log.
fn record(call: &Call, number: &str, request: &Value, outcome: &Result<Accepted, Refusal>) {
    let meta = &call.meta;
    let accepted = outcome.as_ref().ok();
    let refused = outcome.as_ref().err();
    let to = request["to"].as_str().or(request["recipient"].as_str());
    let received = log::Call {
        no: 0,
        at: meta.now(),
        phone_number_id: number.to_owned(),
        to: to.map(str::to_owned),
        wamid: accepted.map(|accepted| Arc::clone(&accepted.wamid)),
        status_code: refused.map_or(200, |refused| refused.http),
        error_code: refused.map(|refused| refused.code),
        request: String::from_utf8_lossy(&call.body).into(),
    };
    meta.with(|world| world.received.push(received));
    let pair = accepted.map(|accepted| &accepted.journey.pair);
    let (kind, level, text) = match outcome {
        Ok(accepted) => (Kind::Accepted, Level::Ok, format!("{} accepted", accepted.words)),
        Err(refused) => {
            let why = refused.details.clone().unwrap_or_default();
            (Kind::Refused, Level::Fail, format!("Refused with {}: {why}", refused.code))
        }
    };
    if let Some(pair) = pair {
        meta.tell_chat(pair);
    }
    let wa_id = pair.map(|pair| &*pair.0);
    meta.log(Note { kind, level, text, phone_number_id: Some(number), wa_id, ms: None });
}
