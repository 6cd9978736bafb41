//! Which parts are this process's to work on. Leases are renewed here and parts opened, handed over and forgotten; on a
//! store that has one process, everything is open from the start.
//!
//! What keeps messages from being lost or doubled is in the store: a turn counts only while its part is held, its
//! inbox rows are there and no older ones are. The times here only save work.

mod hold;
mod look;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chasqui_model::Part;
use chasqui_model::part::PARTS;
use chasqui_store::Error;
use chasqui_store::lease::{Beat, Roll};

use crate::{Inner, recover};
pub(crate) use hold::{Ownership, Taken};
use hold::{USABLE, lock, millis};

/// How often leases are renewed.
const RENEW: Duration = Duration::from_millis(500);
/// Longer than this the store may not take: then the next try begins.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long parts that are handed over may take to finish what is in hand. Nobody answers for them meanwhile, and a call
/// to Meta can take long: what comes of it is written down by who made it, and the next owner finds it there.
const HAND_OVER: Duration = Duration::from_secs(1);

/// What this process does for the store's parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Role {
    /// Everything.
    #[default]
    All,
    /// It takes webhooks and serves pages; others work.
    Web,
    /// It works.
    Worker,
}

impl Role {
    /// Whether it takes parts.
    pub fn works(self) -> bool {
        self != Self::Web
    }
}

/// Takes its share of the parts for the first time; everything, on a store of one process.
pub(crate) async fn begin(rt: &Arc<Inner>) -> Result<(), Error> {
    if !rt.store.hot().shared() {
        let all: Vec<Part> = (0..PARTS).filter_map(Part::from_number).collect();
        return open(rt, rt.ownership.take(&all, i64::MAX)).await;
    }
    turn(rt).await?;
    rt.spawn(run(Arc::clone(rt)));
    rt.spawn(look::run(Arc::clone(rt)));
    rt.spawn(tell_changes(Arc::clone(rt)));
    Ok(())
}

/// Tells other processes what their live pages want to know. Apart from the leases: whatever it waits for, those are
/// renewed.
async fn tell_changes(rt: Arc<Inner>) {
    loop {
        tokio::time::sleep(RENEW).await;
        let changes = rt.changes.for_others();
        if !changes.is_empty()
            && let Err(error) = rt.store.hot().tell(&changes).await
        {
            tracing::warn!(%error, "the live pages of other processes could not be told");
        }
    }
}

/// Gives everything up in good order. What is in hand has been finished before.
pub(crate) async fn leave(rt: &Inner) {
    if !rt.store.hot().shared() {
        return;
    }
    if let Err(error) = rt.store.hot().leave().await {
        tracing::warn!(%error, "the leases of this process could not be given up; they run out in a few seconds");
    }
}

/// From here on no part is taken.
pub(crate) fn stop_taking(rt: &Inner) {
    rt.ownership.leaving.store(true, Ordering::Relaxed);
}

async fn run(rt: Arc<Inner>) {
    loop {
        tokio::time::sleep(RENEW).await;
        match tokio::time::timeout(PATIENCE, turn(&rt)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                rt.ownership.note_away();
                tracing::warn!(%error, "the leases of this process could not be renewed");
            }
            // Slow is not away: others are answered, if late.
            Err(_) => tracing::warn!("the store takes too long to renew the leases of this process"),
        }
        let now = rt.ownership.elapsed();
        let over: Vec<Part> = lock(&rt.ownership.mine)
            .iter()
            .filter(|(_, it)| it.until <= now)
            .map(|(part, _)| *part)
            .collect();
        forget(&rt, &over, "their leases ran out");
    }
}

/// Renews, then takes or gives parts until everybody has a fair share.
async fn turn(rt: &Arc<Inner>) -> Result<(), Error> {
    let it = &rt.ownership;
    let works = it.role.works() && !it.leaving.load(Ordering::Relaxed);
    let before = it.elapsed();
    let Roll { held, workers } = rt.store.hot().renew(&beat(works)).await?;
    let until = before + millis(USABLE);
    it.note_renewal(before);
    let held_set: HashSet<Part> = held.iter().copied().collect();
    forget(rt, &it.renewed(&held_set, until), "their leases ran out for a moment");
    let lost: Vec<Part> = it.parts().into_iter().filter(|part| !held_set.contains(part)).collect();
    forget(rt, &lost, "another process has them");
    metrics::gauge!("chasqui_parts_held").set(f64::from(u32::try_from(held.len()).unwrap_or(u32::MAX)));
    metrics::gauge!("chasqui_workers").set(f64::from(u32::try_from(workers).unwrap_or(u32::MAX)));
    let mut fresh: Vec<Part> = {
        let mine = lock(&it.mine);
        held.iter().copied().filter(|part| !mine.contains_key(part)).collect()
    };
    if !works {
        return Ok(());
    }
    let fair = usize::from(PARTS).div_ceil(workers.max(1));
    if held.len() < fair && it.may_claim() {
        let claimed = rt.store.hot().claim(fair - held.len()).await?;
        fresh.extend(claimed);
    }
    if !fresh.is_empty() {
        let shared = Arc::clone(rt);
        let taken = it.take(&fresh, until);
        rt.spawn(async move {
            if let Err(error) = open(&shared, taken.clone()).await {
                tracing::error!(%error, "parts could not be taken up; they are tried again");
                let mut kept = Vec::new();
                shared.ownership.for_kept(&taken, |parts| kept = parts);
                forget(&shared, &kept, "they could not be read");
            }
        });
    } else if held.len() > fair && !it.giving.swap(true, Ordering::Relaxed) {
        hand_over(rt, held.into_iter().skip(fair).collect());
    }
    Ok(())
}

/// Takes parts up: their outbox first, so that no reply overtakes what is on its way, then their waiting work.
async fn open(rt: &Arc<Inner>, taken: Taken) -> Result<(), Error> {
    let parts: Vec<Part> = taken.iter().map(|(part, _)| *part).collect();
    rt.converse.gather(&parts).await;
    // What those turns queued to be sent is let go by before the outbox is read, not after.
    rt.deliver.catch_up(&parts).await;
    rt.ownership.begin(&taken);
    let waiting = recover::waiting(rt, &parts).await?;
    recover::resume(rt, &taken, waiting.len()).await?;
    // What was lost meanwhile is another's, or is being taken up anew.
    rt.ownership.for_kept(&taken, |parts| {
        let waiting = waiting.into_iter().filter(|item| parts.contains(&item.part)).collect();
        rt.converse.open(&parts, waiting);
    });
    rt.timers.look_again();
    Ok(())
}

/// Parts that are another's now, or may be.
fn forget(rt: &Inner, parts: &[Part], why: &str) {
    if parts.is_empty() {
        return;
    }
    tracing::warn!(parts = parts.len(), "parts are let go: {why}");
    metrics::counter!("chasqui_parts_lost_total").increment(parts.len() as u64);
    let mut mine = lock(&rt.ownership.mine);
    for part in parts {
        rt.ownership.set(*part, 0);
        mine.remove(part);
    }
    rt.converse.forget(parts);
    rt.deliver.forget(parts);
}

/// Lets others have parts: finishes what is in hand, then gives them up.
fn hand_over(rt: &Arc<Inner>, parts: Vec<Part>) {
    let rt_too = Arc::clone(rt);
    rt.spawn(async move {
        let rt = rt_too;
        let leaving = rt.ownership.begin_leaving(&parts);
        let finished = async {
            rt.converse.close(&parts).await;
            rt.deliver.close(&parts).await;
        };
        if tokio::time::timeout(HAND_OVER, finished).await.is_err() {
            tracing::warn!("parts were handed over with work in hand; the next owner takes it up");
        }
        release(&rt, &leaving).await;
        rt.ownership.giving.store(false, Ordering::Relaxed);
    });
}

/// Gives up the leases of parts that are being left.
async fn release(rt: &Inner, leaving: &Taken) {
    let left = rt.ownership.stop_leaving(leaving, |parts| {
        rt.converse.forget(parts);
        rt.deliver.forget(parts);
    });
    match rt.store.hot().release(&left).await {
        Ok(()) => tracing::info!(parts = left.len(), "parts were handed over"),
        Err(error) => {
            tracing::warn!(%error, "parts could not be given up; their leases run out in a few seconds");
        }
    }
    // Should the store not have done it, they are taken up anew.
    rt.ownership.left(leaving);
}

/// Lets others have everything, as soon as nothing new begins here. Calls to Meta that are under way go on: what comes of
/// them is written down all the same, and the next owners learn it from there.
pub(crate) async fn hand_over_all(rt: &Inner) {
    if !rt.store.hot().shared() {
        return;
    }
    let parts = rt.ownership.parts();
    let leaving = rt.ownership.begin_leaving(&parts);
    if let Err(error) = rt.store.hot().release(&parts).await {
        tracing::warn!(%error, "parts could not be given up; their leases run out in a few seconds");
    }
    rt.ownership.left(&leaving);
}

/// What this process says of itself.
pub(crate) fn beat(works: bool) -> Beat {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = host.trim();
    let host = if host.is_empty() { "unknown" } else { host };
    Beat {
        name: format!("{host}/{}", std::process::id()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        works,
    }
}
