//! Work that comes round again: figures once a second, tidying once an hour. Each is safe to run twice.

pub(crate) mod erase;
pub(crate) mod expire;
pub(crate) mod orphan;
pub(crate) mod quota;
pub(crate) mod retain;

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::Clock;
use chasqui_model::message::REMEMBERED;
use chasqui_store::Store;

use crate::Inner;

/// How long it is remembered what came: an hour longer than anything that comes has an effect, for clocks that differ.
const KEYS_KEPT: Duration = REMEMBERED.saturating_add(Duration::from_hours(1));
/// Keys forgotten in one go, so that the writer is never held for long.
const KEYS_AT_ONCE: u32 = 2000;
/// Figures are written once a second; keys are looked at once an hour.
const SECOND: Duration = Duration::from_secs(1);
const SECONDS_A_MINUTE: u64 = 60;
const HOUR: Duration = Duration::from_hours(1);
/// The first time a minute after the start.
const QUOTAS_EVERY: u64 = 600;
const HOURS_A_DAY: u64 = 24;
/// How long it is remembered how many people a bot has mailed.
const COUNTS_KEPT: Duration = Duration::from_hours(7 * 24);

/// Waits and works, until it is aborted.
pub(crate) async fn run(rt: Arc<Inner>) {
    let mut seconds: u64 = 0;
    let an_hour = rt.clock.wait(HOUR).as_secs().max(1);
    loop {
        tokio::time::sleep(SECOND).await;
        flush_activity(&rt).await;
        if seconds % QUOTAS_EVERY == SECONDS_A_MINUTE {
            quota::tick(&rt).await;
        }
        if seconds % (HOURS_A_DAY * an_hour) == SECONDS_A_MINUTE {
            orphan::tick(&rt, orphan::OLD).await;
        }
        if seconds.is_multiple_of(SECONDS_A_MINUTE) {
            expire::tick(&rt).await;
        }
        if seconds.is_multiple_of(an_hour) {
            forget_keys(&rt.store, &rt.clock).await;
            forget_recipients(&rt.store, &rt.clock).await;
            forget_uploads(&rt.store, &rt.clock).await;
            crate::mail::forget(&rt).await;
        }
        seconds += 1;
    }
}

/// Adds the figures of the last second to the store and tells live pages.
pub(crate) async fn flush_activity(rt: &Inner) {
    let counts = rt.activity.take();
    if counts.is_empty() {
        return;
    }
    let accounts: Vec<_> = counts.iter().map(|(id, (account, _))| (*id, *account)).collect();
    let activity = counts.into_iter().map(|(id, (_, activity))| (id, activity)).collect();
    if let Err(error) = rt.store.add_activity(&activity, rt.clock.now()).await {
        tracing::warn!(%error, "figures of the last second could not be written down");
    }
    for (id, account) in accounts {
        rt.changes.tell(account, crate::ChangeKind::Integration, Some(id), &id);
    }
    let (work, sends) = (rt.converse.waiting(), rt.deliver.waiting());
    metrics::gauge!("chasqui_inbox_waiting").set(f64::from(u32::try_from(work).unwrap_or(u32::MAX)));
    metrics::gauge!("chasqui_outbox_waiting").set(f64::from(u32::try_from(sends).unwrap_or(u32::MAX)));
}

async fn forget_recipients(store: &Store, clock: &Clock) {
    if let Err(error) = store.forget_recipients(clock.now().before(COUNTS_KEPT)).await {
        tracing::warn!(%error, "old counts of recipients could not be forgotten");
    }
}

async fn forget_uploads(store: &Store, clock: &Clock) {
    if let Err(error) = store.forget_uploads(clock.now()).await {
        tracing::warn!(%error, "files that Meta has dropped could not be forgotten");
    }
}

/// Each hour a share of the keys, by their first byte, so that all are looked at once a day and the writer is never held for
/// long. Those that begin with the second of their message, as versions before kept them, lie together: they are looked at
/// each hour, as far as they are old.
async fn forget_keys(store: &Store, clock: &Clock) {
    let before = clock.now().before(KEYS_KEPT);
    let hour = before.millis() / 3_600_000;
    let by_time = u32::try_from(before.millis() / 1000).unwrap_or(0).to_be_bytes()[0];
    let in_turn = |slice: &u8| i64::from(*slice) % 24 == hour.rem_euclid(24) || *slice == by_time;
    for slice in (0..=u8::MAX).filter(in_turn) {
        loop {
            match store.hot().forget_keys(before, slice, KEYS_AT_ONCE).await {
                Ok(count) if count == KEYS_AT_ONCE as usize => tokio::task::yield_now().await,
                Ok(_) => break,
                Err(error) => {
                    tracing::warn!(%error, "old keys could not be forgotten");
                    return;
                }
            }
        }
    }
}
