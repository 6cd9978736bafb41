//! The drift watch: once a day Meta is asked where it delivers a number's messages to, and how the number is.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::event::Event;
use chasqui_model::integration::{Integration, Phone, Watch};
use chasqui_model::notice::Notice;
use chasqui_model::{Id, Timestamp};
use chasqui_store::Error;

use super::connect::{self, Done};
use super::look::{Look, look};
use crate::Inner;
use crate::notice;

/// How often Meta is asked.
const EVERY: Duration = Duration::from_hours(24);

/// Asks when it is time.
pub(super) async fn daily(rt: &Arc<Inner>, id: Id<Integration>, now: Timestamp) -> Result<(), Error> {
    let Some(number) = rt.registry.get(id) else { return Ok(()) };
    let due = number.integration.watch.looked_at.is_none_or(|at| now.since(at) >= EVERY);
    if number.integration.active && due { look_at(rt, id, now).await } else { Ok(()) }
}

/// Asks, writes down what was learnt and how the number fares by it, and tells when deliveries go elsewhere; brings them
/// back when that is wanted.
pub(crate) async fn look_at(rt: &Arc<Inner>, id: Id<Integration>, now: Timestamp) -> Result<(), Error> {
    ask(rt, id, now).await?;
    super::recover::settle(rt, id, now).await
}

async fn ask(rt: &Arc<Inner>, id: Id<Integration>, now: Timestamp) -> Result<(), Error> {
    let Some(number) = rt.registry.get(id) else { return Ok(()) };
    let Ok(seen) = look(&rt.graph, &number.integration.credentials).await else { return Ok(()) };
    let drifted = note(rt, &number.integration, &seen, now).await?;
    if !drifted || !number.integration.settings.repair_webhook {
        return Ok(());
    }
    let steps = connect::connect(rt, &number, false).await;
    if steps.len() < 3 || steps.iter().any(|step| matches!(step.done, Done::Refused(_))) {
        return Ok(());
    }
    let event = notice::event(&rt.clock, &number.integration, Notice::WebhookRepaired);
    rt.store.add_events(&[event]).await?;
    let Ok(seen) = look(&rt.graph, &number.integration.credentials).await else { return Ok(()) };
    note(rt, &number.integration, &seen, now).await.map(|_| ())
}

/// Writes down what Meta said. Answers whether deliveries go elsewhere than here.
pub(super) async fn note(
    rt: &Arc<Inner>,
    it: &Integration,
    seen: &Look,
    now: Timestamp,
) -> Result<bool, Error> {
    super::inspect::token(rt, it, seen, now).await?;
    if let (Ok(phone), Some(number)) = (&seen.phone, rt.registry.get(it.id)) {
        let known = Phone {
            display_phone_number: phone.display_phone_number.clone(),
            verified_name: phone.verified_name.clone(),
            quality_rating: phone.quality_rating.clone(),
            throughput_level: phone.throughput_level.clone(),
        };
        let is_asked_about = number.integration.updated_at == it.updated_at;
        if number.integration.proven_at.is_none() && is_asked_about && rt.store.prove(it, now).await? {
            rt.read_again(it.account, it.id).await?;
        }
        if known != number.integration.phone {
            rt.store.set_phone(it.id, &known).await?;
            rt.read_again(it.account, it.id).await?;
        }
    }
    let remembered = super::remember(rt, it.id, |it, watch| {
        remember_look(rt, it, watch, seen, now);
        drift(rt, it, watch, seen, now)
    });
    let Some((event, drifted)) = remembered.await? else { return Ok(false) };
    if let Some(event) = event {
        rt.store.add_events(&[event]).await?;
        rt.tell_events(it);
    }
    Ok(drifted)
}

/// Where deliveries go, by what Meta said: what to tell of it, and whether they have gone elsewhere.
fn drift(
    rt: &Inner,
    it: &Integration,
    watch: &mut Watch,
    seen: &Look,
    now: Timestamp,
) -> (Option<Event>, bool) {
    // What was remembered before it was written down when Meta said so was told.
    watch.told_elsewhere |= watch.callback_at.is_none() && watch.elsewhere.is_some();
    let told = watch.told_elsewhere;
    let Some(url) = seen.callback() else { return (None, told) };
    let elsewhere = Some(url).filter(|url| !rt.is_ours(url) && *url != rt.callback_url(it.id));
    let is_other = elsewhere != watch.elsewhere;
    watch.callback_at = Some(now);
    watch.elsewhere = elsewhere;
    // Before the first connection there is nothing to drift from.
    watch.told_elsewhere = watch.elsewhere.is_some() && it.webhook_verified_at.is_some();
    let event = match &watch.elsewhere {
        Some(url) if watch.told_elsewhere && (is_other || !told) => {
            Some(notice::event(&rt.clock, it, Notice::WebhookElsewhere { url: url.clone() }))
        }
        None if told => Some(notice::event(&rt.clock, it, Notice::WebhookBack)),
        Some(_) | None => None,
    };
    (event, watch.told_elsewhere)
}

fn remember_look(rt: &Inner, it: &Integration, watch: &mut Watch, seen: &Look, now: Timestamp) {
    watch.looked_at = Some(now);
    if let Ok(phone) = &seen.phone {
        watch.status.clone_from(&phone.status);
        watch.messaging_limit.clone_from(&phone.messaging_limit);
    }
    watch.subscribed = seen.is_subscribed(&it.credentials.app_id).or(watch.subscribed);
    if let Ok(subscription) = seen.subscription() {
        let ours = subscription.filter(|one| rt.is_ours(&one.callback_url));
        watch.fields = ours.map(|one| one.fields.clone());
    }
}
