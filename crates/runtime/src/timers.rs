//! Things to come: delays that end, conversations that expire. A due timer becomes work in the transaction that deletes
//! it, so that it fires once.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::Timestamp;
use chasqui_store::inbox::{Closes, Journal};
use chasqui_store::turn::DueTimer;
use tokio::sync::Notify;

use crate::Inner;
use crate::work::Work;

/// Looks at the clock at least this often: a test clock moves without a sound.
const LOOK: Duration = Duration::from_millis(250);
const TEST_LOOK: Duration = Duration::from_millis(20);
const BATCH: u32 = 256;

/// Wakes the loop when there may be something sooner.
#[derive(Debug, Default)]
pub(crate) struct Timers(Notify);

impl Timers {
    /// Timers were added.
    pub(crate) fn look_again(&self) {
        self.0.notify_one();
    }
}

/// Waits and fires, until it is aborted.
pub(crate) async fn run(rt: Arc<Inner>) {
    let look = if rt.clock.is_stopped() { TEST_LOOK } else { LOOK };
    loop {
        match tick(&rt, rt.clock.now()).await {
            Ok(0) => {
                let next = rt.store.hot().next_due().await.ok().flatten();
                wait(&rt, next, look).await;
            }
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "timers could not be read");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn wait(rt: &Inner, next: Option<Timestamp>, look: Duration) {
    // Never for long without a look: the machine's clock may be set meanwhile.
    let most = Duration::from_secs(10);
    let until = next.map_or(most, |due| due.since(rt.clock.now()).min(most));
    let limit = if rt.clock.is_stopped() { look } else { until.max(Duration::from_millis(1)) };
    tokio::select! {
        () = rt.timers.0.notified() => {}
        () = tokio::time::sleep(limit) => {}
    }
}

/// Fires what is due. Answers how many.
pub(crate) async fn tick(rt: &Inner, now: Timestamp) -> Result<usize, chasqui_store::Error> {
    let due = rt.store.hot().due_timers(now, BATCH).await?;
    let count = due.len();
    if count > 0 {
        rt.store.hot().journal(due.into_iter().map(|timer| entry(timer, now)).collect()).await?;
    }
    Ok(count)
}

fn entry(it: DueTimer, now: Timestamp) -> Journal {
    let kind = serde_json::from_str::<Work>(&it.timer.payload).map_or(0, |work| work.kind());
    Journal {
        part: it.part,
        integration: it.integration,
        contact: it.contact,
        kind,
        payload: it.timer.payload,
        at: now,
        closes: Closes::Timer { due: it.timer.due, id: it.timer.id },
    }
}
