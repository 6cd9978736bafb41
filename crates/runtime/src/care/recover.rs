//! What gets better: a number that sends again, a token that was replaced. Tells so, which ends the incidents about it.

use std::sync::Arc;

use chasqui_model::integration::{Health, Integration, Watch};
use chasqui_model::notice::{Notice, WorksAgain};
use chasqui_model::{Id, Timestamp};
use chasqui_store::Error;

use super::assess;
use crate::Inner;
use crate::notice;

/// A send went through on a number that was failing, or whose owner was told that messages wait.
pub(crate) async fn works(rt: &Arc<Inner>, id: Id<Integration>) -> Result<(), Error> {
    let Some(number) = rt.registry.get(id) else { return Ok(()) };
    let mut it = number.integration.clone();
    let event = notice::event(&rt.clock, &it, Notice::NumberWorksAgain { by: WorksAgain::Sent });
    if it.health != Health::Failing {
        rt.store.add_events(&[event]).await?;
        rt.tell_events(&it);
        return Ok(());
    }
    super::remember(rt, id, |_, watch| (watch.token_refused, watch.send_refused) = (false, false)).await?;
    (it.health, it.watch.token_refused) = (Health::Ok, false);
    let (health, reason) = assess(&it, rt.clock.now());
    rt.store.set_health(id, health, reason.as_ref(), Some(&event)).await?;
    rt.read_again(it.account, id).await
}

/// Meta refused a message because of the token. Written down, so that Meta's good word about the token ends it, as a message
/// that goes through does. A crash before it is: the next message is refused too.
pub(crate) async fn send_refused(rt: &Arc<Inner>, id: Id<Integration>) {
    if rt.registry.get(id).is_none_or(|number| number.integration.watch.send_refused) {
        return;
    }
    if let Err(error) = super::remember(rt, id, |_, watch| watch.send_refused = true).await {
        tracing::error!(integration = %id, %error, "a refused token could not be written down");
    }
}

/// Writes down how a number fares, when that has changed. What Meta refuses while sending stays until something is sent,
/// or somebody saves.
pub(crate) async fn settle(rt: &Arc<Inner>, id: Id<Integration>, now: Timestamp) -> Result<(), Error> {
    let Some(number) = rt.registry.get(id) else { return Ok(()) };
    // From the store: deliveries and what other processes learnt are written down there only.
    let Some(it) = rt.store.integration(number.integration.account, id).await? else { return Ok(()) };
    let (health, reason) = assess(&it, now);
    let refused = it.health == Health::Failing && health != Health::Failing;
    if refused || (it.health == health && it.health_reason == reason) {
        return Ok(());
    }
    // A message that was refused meanwhile knows better.
    rt.store.settle_health(id, it.health, health, reason.as_ref()).await?;
    rt.read_again(it.account, id).await
}

/// What a saved change brought to an end: told, and forgotten by the jobs.
pub(crate) async fn changed(rt: &Inner, before: &Integration, after: &Integration) -> Result<(), Error> {
    let mut events = Vec::new();
    let mut better = |notice| events.push(notice::event(&rt.clock, after, notice));
    let healed = before.health == Health::Failing && after.health != Health::Failing;
    if healed {
        better(Notice::NumberWorksAgain { by: WorksAgain::Changed });
    }
    let token = before.credentials.access_token != after.credentials.access_token;
    if token {
        better(Notice::TokenRenewed);
    }
    let version = before.credentials.version != after.credentials.version;
    if version {
        better(Notice::VersionRaised);
    }
    let number = before.credentials.phone_number_id != after.credentials.phone_number_id;
    if token || version || number || healed {
        super::remember(rt, after.id, |_, watch| {
            if token {
                watch.token_mark = None;
                watch.token_tried_at = None;
            }
            watch.token_refused &= !(token || healed);
            watch.send_refused &= !(token || healed);
            if version {
                watch.version_announced = None;
            }
            if number {
                // What is known is about another number.
                *watch = Watch::default();
            }
        })
        .await?;
    }
    if events.is_empty() { Ok(()) } else { rt.store.add_events(&events).await }
}
