//! What Meta tells and nothing here acts on: somebody is to know that it came, and not a hundred times. One event a day for
//! each kind, which says how often.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::{Integration, Traced};
use chasqui_store::Error;
use chasqui_whatsapp::error::explain;
use chasqui_whatsapp::webhook::Trace;

use crate::{Inner, care, notice};

/// How long equal ones are counted in one event.
const TOGETHER: Duration = Duration::from_hours(24);
/// Most kinds that are told apart in that time; what else comes is counted as one.
const MOST: usize = 40;

/// The field of what is older than the memory of what came.
pub(crate) const TOO_OLD: &str = "too old";

/// Tells of it, or counts it. A delivery that Meta repeats is counted again: the figure is for people.
pub(crate) async fn leave(rt: &Arc<Inner>, it: &Integration, trace: Trace) -> Result<(), Error> {
    metrics::counter!("chasqui_updates_ignored_total", "kind" => "field").increment(1);
    let (now, fresh) = (rt.clock.now(), rt.clock.id());
    let counted = care::remember(rt, it.id, |_, watch| {
        watch.traces.retain(|_, traced| now.since(traced.since) < TOGETHER);
        let mut trace = trace;
        let mut kind = name(&trace);
        if watch.traces.len() >= MOST && !watch.traces.contains_key(&kind) {
            trace = Trace { field: String::new(), what: String::new(), code: None };
            kind = name(&trace);
        }
        let start = || Traced { event: fresh, since: now, count: 0 };
        let traced = watch.traces.entry(kind).or_insert_with(start);
        traced.count = traced.count.saturating_add(1);
        (trace, traced.clone())
    });
    let Some((trace, traced)) = counted.await? else { return Ok(()) };
    let (code, words) = words(&trace, traced.count);
    let mut event: Event = notice::event(&rt.clock, it, Severity::Notice, code, words);
    (event.id, event.at, event.graph_code) = (traced.event, traced.since, trace.code);
    rt.store.put_event(&event).await?;
    rt.tell_events(it);
    Ok(())
}

/// What tells kinds apart.
fn name(trace: &Trace) -> String {
    let code = trace.code.map(|code| code.to_string()).unwrap_or_default();
    format!("{}/{}/{code}", trace.field, trace.what)
}

fn words(trace: &Trace, count: u32) -> (&'static str, String) {
    let Trace { field, what, code } = trace;
    let (kind, mut words) = match (field.as_str(), what.as_str()) {
        ("calls", "missed call") => (
            "missed_call",
            "Somebody rang this number and nobody answered. Bots take no calls: answer by message, or switch \
             calling off at Meta."
                .to_owned(),
        ),
        (TOO_OLD, what) => ("delivery_too_old", too_old(what).to_owned()),
        ("errors", what) => ("meta_error", error(what, *code)),
        ("", _) => ("field_ignored", "Meta told many other things that nothing here acts on.".to_owned()),
        (field, "") => (
            "field_ignored",
            format!("Meta told something in the webhook field {field}. Nothing here acts on it."),
        ),
        (field, what) => (
            "field_ignored",
            format!("Meta told of {what} in the webhook field {field}. Nothing here acts on it."),
        ),
    };
    if count > 1 {
        // Writing into a text cannot fail.
        let _ = write!(words, " It came {count} times within 24 hours.");
    }
    (kind, words)
}

fn too_old(what: &str) -> &'static str {
    match what {
        "messages" => {
            "Meta delivered messages that are older than 8 days. The bot does not answer them: whether it has done so \
             before is not known any more."
        }
        _ => {
            "Meta delivered wishes about marketing that are older than 8 days. They change nothing: whether they did so \
             before is not known any more."
        }
    }
}

fn error(what: &str, code: Option<i64>) -> String {
    let said = match (what, code) {
        ("", None) => "Meta reports an error that belongs to no message.".to_owned(),
        ("", Some(code)) => format!("Meta reports an error that belongs to no message (error {code})."),
        (what, None) => format!("Meta reports an error that belongs to no message: {what}."),
        (what, Some(code)) => {
            format!("Meta reports an error that belongs to no message: {what} (error {code}).")
        }
    };
    match code.and_then(explain) {
        Some(known) => format!("{said} {} {}", known.cause, known.cure),
        None => said,
    }
}
