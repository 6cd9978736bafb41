//! Notices that the store does not answer, says so at once in the log and in the figures, and tells the owners when it is
//! over: what came in meanwhile was refused, and Meta delivers it again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chasqui_model::event::Event;
use chasqui_model::notice::Notice;
use chasqui_store::Error;
use chasqui_store::pulse::Trouble;

use crate::Inner;
use crate::change::ChangeKind;
use crate::notice;

/// How often it is looked.
const LOOK: Duration = Duration::from_secs(1);
/// What is over sooner nobody needs to be told of.
const WORTH_TELLING: Duration = Duration::from_secs(3);

/// Waits and works, until it is aborted.
pub(crate) async fn run(rt: Arc<Inner>) {
    let mut since: Option<Instant> = None;
    loop {
        tokio::time::sleep(LOOK).await;
        let trouble = rt.store.hot().pulse().trouble();
        metrics::gauge!("chasqui_store_stands_still").set(if trouble.is_some() { 1.0 } else { 0.0 });
        match (trouble, since) {
            (Some(trouble), None) => since = Some(begun(&trouble)),
            (None, Some(begun)) => {
                over(&rt, begun.elapsed()).await;
                since = None;
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
}

/// Answers since when.
fn begun(trouble: &Trouble) -> Instant {
    tracing::error!(%trouble, "the store does not answer: deliveries are refused until it does, and Meta repeats them");
    metrics::counter!("chasqui_store_standstills_total").increment(1);
    let before = match trouble {
        Trouble::Stalled(since) => *since,
        Trouble::Failing(_) | Trouble::Gone(_) => Duration::ZERO,
    };
    Instant::now().checked_sub(before).unwrap_or_else(Instant::now)
}

async fn over(rt: &Arc<Inner>, lasted: Duration) {
    let seconds = lasted.as_secs();
    tracing::warn!(seconds, "the store answers again");
    if lasted < WORTH_TELLING {
        return;
    }
    if let Err(error) = tell(rt, seconds).await {
        tracing::warn!(%error, "that the store stood still could not be written down");
    }
}

/// One event for each account that has a number here.
async fn tell(rt: &Arc<Inner>, seconds: u64) -> Result<(), Error> {
    let numbers = rt.registry.all();
    let active = numbers.iter().filter(|it| it.integration.active && rt.ownership.owns(it.part));
    let accounts: BTreeSet<_> = active.map(|it| it.integration.account).collect();
    let event = |account| notice::of_account(&rt.clock, account, Notice::StoreStoodStill { seconds });
    let events: Vec<Event> = accounts.iter().copied().map(event).collect();
    for page in events.chunks(500) {
        rt.store.add_events(page).await?;
    }
    for event in &events {
        rt.changes.tell(event.account, ChangeKind::Event, None, &event.id);
    }
    Ok(())
}
