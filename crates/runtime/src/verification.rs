//! Meta's verification of a callback URL and what follows from it: asked for with the right verify token, with another one,
//! or made needless by a delivery. Anybody can call the address, so what strangers can cause here is bounded: one small
//! write a minute and one event an hour for each integration that exists.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::integration::Integration;
use chasqui_model::notice::Notice;
use chasqui_model::{Id, Timestamp};
use chasqui_store::Error;
use chasqui_store::lease::News;
use dashmap::DashMap;

use crate::registry::Number;
use crate::remember::remember;
use crate::{Inner, care, notice};

/// A wrong token is written down this often at most.
const WRITTEN: Duration = Duration::from_mins(1);
/// And told this often at most.
const TOLD: Duration = Duration::from_hours(1);
/// Meta keeps the address once our answer is there; it is asked where it delivers to a little later.
const SETTLES: Duration = Duration::from_secs(3);

/// What is under way for which integration. Only integrations that exist are in here.
#[derive(Debug, Default)]
pub(crate) struct Verification {
    /// When a wrong token was last written down.
    wrong: DashMap<Id<Integration>, Timestamp>,
    /// Whose first delivery is being written down.
    heard: DashMap<Id<Integration>, ()>,
    /// About which Meta is asked in a moment.
    looking: DashMap<Id<Integration>, ()>,
}

/// Meta asked with the right token. What there was to say about a wrong one is over.
pub(crate) fn verified(rt: &Arc<Inner>, number: &Number) {
    let (id, account) = (number.integration.id, number.integration.account);
    rt.verification.wrong.remove(&id);
    let rt = Arc::clone(rt);
    rt.clone().spawn(async move {
        let outcome = async {
            rt.read_again(account, id).await?;
            over(&rt, id).await?;
            care::settle(&rt, id, rt.clock.now()).await?;
            rt.tell_others(News::Integration(account, id));
            // Connecting verifies several addresses one after the other.
            if rt.verification.looking.insert(id, ()).is_some() {
                return Ok(());
            }
            tokio::time::sleep(SETTLES).await;
            rt.verification.looking.remove(&id);
            care::look_at(&rt, id, rt.clock.now()).await?;
            rt.tell_others(News::Integration(account, id));
            Ok::<(), Error>(())
        };
        if let Err(error) = outcome.await {
            tracing::warn!(integration = %id, %error, "what follows from a verification could not be written down");
        }
    });
}

async fn over(rt: &Arc<Inner>, id: Id<Integration>) -> Result<(), Error> {
    let Some(number) = rt.registry.get(id).filter(|it| it.integration.watch.wrong_verify_at.is_some()) else {
        return Ok(());
    };
    let event = notice::event(&rt.clock, &number.integration, Notice::WebhookVerified);
    rt.store.add_events(&[event]).await?;
    remember(rt, id, |_, watch| (watch.wrong_verify_at, watch.wrong_verify_told_at) = (None, None)).await?;
    rt.tell_events(&number.integration);
    Ok(())
}

/// Somebody asked with another token. When is written down; what they sent is not.
pub(crate) fn wrong(rt: &Arc<Inner>, number: &Number) {
    metrics::counter!("chasqui_webhook_wrong_verify_token_total").increment(1);
    let (id, now) = (number.integration.id, rt.clock.now());
    let mut fresh = false;
    let mut last = rt.verification.wrong.entry(id).or_insert_with(|| {
        fresh = true;
        now
    });
    if !fresh && now.since(*last) < WRITTEN {
        return;
    }
    *last = now;
    drop(last);
    let (rt, account) = (Arc::clone(rt), number.integration.account);
    rt.clone().spawn(async move {
        match note_wrong(&rt, id, now).await {
            Ok(()) => rt.tell_others(News::Integration(account, id)),
            Err(error) => {
                tracing::error!(integration = %id, %error, "a wrong verify token could not be noted");
            }
        }
    });
}

/// Told before it is remembered that it was: a crash in between tells it once more.
async fn note_wrong(rt: &Arc<Inner>, id: Id<Integration>, now: Timestamp) -> Result<(), Error> {
    let Some(number) = rt.registry.get(id) else { return Ok(()) };
    // From the store: a verification that has just come may not be in memory yet.
    let Some(it) = rt.store.integration(number.integration.account, id).await? else { return Ok(()) };
    let it = &it;
    let due = it.watch.wrong_verify_told_at.is_none_or(|at| now.since(at) >= TOLD);
    if due {
        // Once a callback is verified, it is rather a stranger than its owner.
        let event = notice::event(&rt.clock, it, Notice::VerifyTokenWrong { receives: it.is_connected() });
        rt.store.add_events(&[event]).await?;
        rt.tell_events(it);
    }
    remember(rt, id, |_, watch| {
        watch.wrong_verify_at = Some(now);
        if due {
            watch.wrong_verify_told_at = Some(now);
        }
    })
    .await
    .map(|_| ())
}

/// A message came for a number of which nothing said so far that its deliveries come here: they do.
pub(crate) fn heard(rt: &Arc<Inner>, number: &Number) {
    let (id, account) = (number.integration.id, number.integration.account);
    if rt.verification.heard.insert(id, ()).is_some() {
        return;
    }
    let rt = Arc::clone(rt);
    rt.clone().spawn(async move {
        let now = rt.clock.now();
        let outcome = async {
            remember(&rt, id, |_, watch| {
                if watch.is_unheard() {
                    (watch.callback_at, watch.elsewhere, watch.told_elsewhere) = (Some(now), None, false);
                }
            })
            .await?;
            care::settle(&rt, id, now).await
        };
        match outcome.await {
            Ok(()) => rt.tell_others(News::Integration(account, id)),
            Err(error) => tracing::warn!(integration = %id, %error, "a first delivery could not be noted"),
        }
        rt.verification.heard.remove(&id);
    });
}
