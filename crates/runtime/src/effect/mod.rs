//! Calls to the world. A call was written down before it is made and its answer is written down before the next node
//! runs, so that a crash in between repeats a call and never skips one.

pub(crate) mod guard;
mod http;
pub(crate) mod media;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chasqui_flow::{Outcome, Request};
use chasqui_store::crash_point;
use chasqui_store::inbox::{Closes, Journal};
use chasqui_store::turn::PendingCall;

use crate::Inner;
use crate::work::Work;

pub(crate) use http::Http;

/// What a call is, for the trace. No values: only the method, the host and the path's shape, or the kind of file.
pub(crate) fn summary(request: &Request) -> String {
    match request {
        Request::Http(request) => {
            let rest = request.url.split_once("://").map_or(request.url.as_str(), |(_, rest)| rest);
            let place = rest.split(['?', '#']).next().unwrap_or_default();
            format!("{} {place}", request.method)
        }
        Request::Media(request) => format!("file of type {}", request.mime_type),
    }
}

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
    match serde_json::from_str(&call.request) {
        Ok(Request::Http(request)) => Outcome::Http(rt.http.call(rt, call, &request).await),
        Ok(Request::Media(request)) => Outcome::Media(media::keep(rt, call, &request).await),
        Err(error) => Outcome::Http(Err(chasqui_flow::CallError {
            kind: chasqui_flow::CallErrorKind::Invalid,
            message: format!("the stored request cannot be read: {error}"),
        })),
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
    match outcome {
        Outcome::Http(Ok(answer)) => {
            (true, format!("{}, {}", answer.status, size(answer.body_text.len() as u64)))
        }
        Outcome::Media(Ok(file)) => (true, format!("{}, {}", file.mime_type, size(file.size))),
        Outcome::Http(Err(error)) | Outcome::Media(Err(error)) => (false, error.message.clone()),
    }
}

fn size(bytes: u64) -> String {
    if bytes < 1000 { format!("{bytes} B") } else { format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100) }
}
