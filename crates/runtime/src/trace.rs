//! What Meta tells and nothing here acts on: somebody is to know that it came, and not a hundred times. One event a day for
//! each kind, which says how often.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::Clock;
use chasqui_model::integration::{Integration, Traced};
use chasqui_model::notice::{Notice, TooOld};
use chasqui_model::reason::MetaSaid;
use chasqui_store::{Error, Store};
use chasqui_whatsapp::webhook::{Trace, TraceKind};

use crate::remember::remember;
use crate::{Inner, notice};

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
    let counted = remember(rt, it.id, |_, watch| {
        watch.traces.retain(|_, traced| now.since(traced.since) < TOGETHER);
        let mut trace = trace;
        let mut kind = name(&trace);
        if watch.traces.len() >= MOST && !watch.traces.contains_key(&kind) {
            trace = Trace { kind: TraceKind::Other, field: String::new(), what: String::new(), code: None };
            kind = name(&trace);
        }
        let start = || Traced { event: fresh, since: now, count: 0 };
        let traced = watch.traces.entry(kind).or_insert_with(start);
        traced.count = traced.count.saturating_add(1);
        (trace, traced.clone())
    });
    let Some((trace, traced)) = counted.await? else { return Ok(()) };
    write(&rt.store, &rt.clock, it, &trace, traced).await?;
    rt.tell_events(it);
    Ok(())
}

/// Writes the event down with its count. Somebody else may have counted on meanwhile, and be overtaken here: whoever finds a
/// larger count after writing writes that one, so that the largest stands in the end.
async fn write(
    store: &Store,
    clock: &Clock,
    it: &Integration,
    trace: &Trace,
    mut traced: Traced,
) -> Result<(), Error> {
    loop {
        let mut event = notice::event(clock, it, told(trace, traced.count));
        (event.id, event.at, event.graph_code) = (traced.event, traced.since, trace.code);
        store.put_event(&event).await?;
        let kept = store.integration(it.account, it.id).await?;
        let kept = kept.and_then(|it| it.watch.traces.get(&name(trace)).cloned());
        match kept.filter(|kept| kept.event == traced.event && kept.count > traced.count) {
            Some(more) => traced = more,
            None => return Ok(()),
        }
    }
}

/// What tells kinds apart.
fn name(trace: &Trace) -> String {
    let code = trace.code.map(|code| code.to_string()).unwrap_or_default();
    format!("{}/{}/{code}", trace.field, trace.what)
}

fn told(trace: &Trace, count: u32) -> Notice {
    let Trace { kind, field, what, code } = trace;
    let said = Some(what.clone()).filter(|what| !what.is_empty());
    match (kind, field.as_str(), what.as_str()) {
        (TraceKind::MissedCall, _, _) => Notice::MissedCall { count },
        (TraceKind::Other, TOO_OLD, "messages") => Notice::DeliveryTooOld { what: TooOld::Messages, count },
        (TraceKind::Other, TOO_OLD, _) => Notice::DeliveryTooOld { what: TooOld::Preferences, count },
        (TraceKind::Failure, _, _) => {
            let meta = MetaSaid { code: *code, said, ..MetaSaid::default() };
            Notice::MetaError { meta, count }
        }
        (TraceKind::Other, _, _) => Notice::FieldIgnored { field: field.clone(), what: what.clone(), count },
    }
}
