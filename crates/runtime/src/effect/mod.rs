//! Calls to the world. A call was written down before it is made and its answer is written down before the next node
//! runs, so that a crash in between repeats a call and never skips one.

mod check;
mod code;
mod email;
mod file;
pub(crate) mod google;
pub(crate) mod guard;
mod http;
pub(crate) mod media;
mod model;
mod service;
mod text;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chasqui_flow::{CallError, CallErrorKind, Outcome, Request};
use chasqui_store::crash_point;
use chasqui_store::inbox::{Closes, Journal};
use chasqui_store::turn::PendingCall;

use crate::Inner;
use crate::work::Work;

pub(crate) use code::run as run_code;
pub(crate) use http::{Caller, Http};

/// Makes a call in the background.
pub(crate) fn start(rt: &Arc<Inner>, call: PendingCall) {
    let shared = Arc::clone(rt);
    rt.spawn(async move {
        let begun = Instant::now();
        let outcome = run(&shared, &call).await;
        crash_point!("K11");
        answer(&shared, &call, outcome, begun.elapsed()).await;
    });
}

async fn run(rt: &Arc<Inner>, call: &PendingCall) -> Outcome {
    let request: Request = match serde_json::from_str(&call.request) {
        Ok(request) => request,
        Err(error) => {
            let message = format!("the stored request cannot be read: {error}");
            return Outcome::Http(Err(CallError { kind: CallErrorKind::Invalid, message }));
        }
    };
    let Some(number) = rt.registry.get(call.integration) else {
        let message = "its integration was deleted".to_owned();
        return request.failed(CallError { kind: CallErrorKind::Invalid, message });
    };
    let account = number.integration.account;
    if let Request::Media(request) = &request {
        return Outcome::Media(media::keep(rt, account, request).await);
    }
    let key = format!("{}-{}", call.conversation, call.no);
    ask(rt, &Caller { account, key }, &request).await
}

/// Asks the world in the name of an account.
pub(crate) async fn ask(rt: &Inner, caller: &Caller, request: &Request) -> Outcome {
    match request {
        Request::Http(request) => Outcome::Http(rt.http.send(caller, request).await),
        Request::Media(_) => request.failed(CallError {
            kind: CallErrorKind::Invalid,
            message: "only a conversation has files to fetch".to_owned(),
        }),
        Request::Mail(request) => Outcome::Mail(email::send(rt, caller, request).await),
        Request::Model(request) => Outcome::Model(model::ask(rt, caller, request).await),
        Request::Sheet(request) => Outcome::Sheet(google::sheet::work(rt, caller, request).await),
        Request::Upload(request) => Outcome::Upload(google::drive::upload(rt, caller, request).await),
        Request::Code(request) => Outcome::Code(code::run(&rt.codebox, caller.account, request).await),
    }
}

/// Writes the answer down; it comes back as the conversation's next work. Tries until the store takes it.
async fn answer(rt: &Inner, call: &PendingCall, outcome: Outcome, took: Duration) {
    let (ok, result) = describe(&outcome);
    let number = u64::try_from(call.no).unwrap_or_default();
    let work = Work::Answer { conversation: call.conversation, call: number, outcome };
    let entry = Journal {
        part: call.part,
        integration: call.integration,
        contact: call.contact,
        kind: work.kind(),
        payload: work.payload(),
        at: rt.clock.now(),
        closes: Closes::Call {
            conversation: call.conversation,
            no: call.no,
            result,
            ok,
            duration_ms: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
        },
    };
    rt.journal(vec![entry]).await;
}

/// What came of it, for the trace: without content.
fn describe(outcome: &Outcome) -> (bool, String) {
    if let Some(error) = outcome.error() {
        return (false, error.message.clone());
    }
    let words = match outcome {
        Outcome::Http(Ok(answer)) => format!("{}, {}", answer.status, size(answer.body_text.len() as u64)),
        Outcome::Media(Ok(file)) => format!("{}, {}", file.mime_type, size(file.size)),
        Outcome::Mail(Ok(_)) => "taken".to_owned(),
        Outcome::Model(Ok(answer)) => {
            format!("{} tokens in, {} out", answer.input_tokens, answer.output_tokens)
        }
        Outcome::Sheet(Ok(answer)) => if answer.row.is_some() { "done" } else { "no such row" }.to_owned(),
        Outcome::Upload(Ok(_)) => "kept".to_owned(),
        Outcome::Code(Ok(answer)) => code::describe(answer),
        Outcome::Http(Err(_))
        | Outcome::Media(Err(_))
        | Outcome::Mail(Err(_))
        | Outcome::Model(Err(_))
        | Outcome::Sheet(Err(_))
        | Outcome::Upload(Err(_))
        | Outcome::Code(Err(_)) => String::new(),
    };
    (true, words)
}

fn size(bytes: u64) -> String {
    if bytes < 1000 { format!("{bytes} B") } else { format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100) }
}
