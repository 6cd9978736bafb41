//! The drift watch: once a day Meta is asked where it delivers a number's messages to, and how the number is.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::event::Severity;
use chasqui_model::integration::{Integration, Phone};
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

/// Asks, writes down what was learnt, and tells when deliveries go elsewhere; brings them back when that is wanted.
pub(crate) async fn look_at(rt: &Arc<Inner>, id: Id<Integration>, now: Timestamp) -> Result<(), Error> {
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
    let words = "The webhook was connected again.";
    let event = notice::event(&rt.clock, &number.integration, Severity::Notice, "webhook_repaired", words);
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
    let Some(current) = rt.registry.get(it.id) else { return Ok(false) };
    let it = &current.integration;
    let mut watch = it.watch.clone();
    watch.looked_at = Some(now);
    if let Ok(phone) = &seen.phone {
        watch.status.clone_from(&phone.status);
        watch.messaging_limit.clone_from(&phone.messaging_limit);
        let known = Phone {
            display_phone_number: phone.display_phone_number.clone(),
            verified_name: phone.verified_name.clone(),
            quality_rating: phone.quality_rating.clone(),
            throughput_level: phone.throughput_level.clone(),
        };
        if known != it.phone {
            rt.store.set_phone(it.id, &known).await?;
        }
    }
    watch.subscribed = seen.is_subscribed(&it.credentials.app_id).or(watch.subscribed);
    if let Ok(subscription) = seen.subscription() {
        let ours = subscription.filter(|one| rt.is_ours(&one.callback_url));
        watch.fields = ours.map(|one| one.fields.clone());
    }
    let ours = rt.callback_url(it.id);
    // Before the first connection there is nothing to drift from.
    let connected = it.webhook_verified_at.is_some();
    let elsewhere = seen.callback().filter(|url| connected && !rt.is_ours(url) && *url != ours);
    let drifted = elsewhere.is_some();
    if let Some(url) = elsewhere.as_ref().filter(|_| it.watch.elsewhere != elsewhere) {
        let place = if url.is_empty() { "nowhere".to_owned() } else { format!("to {url}") };
        let words = format!(
            "Meta delivers this number's messages {place} and not here any more. Connect the webhook again."
        );
        let event = notice::event(&rt.clock, it, Severity::Warning, "webhook_elsewhere", words);
        rt.store.add_events(&[event]).await?;
        rt.tell_events(it);
    } else if it.watch.elsewhere.is_some() && seen.callback().is_some() && !drifted {
        let words = "Meta delivers this number's messages here again.";
        let event = notice::event(&rt.clock, it, Severity::Notice, "webhook_back", words);
        rt.store.add_events(&[event]).await?;
        rt.tell_events(it);
    }
    if seen.callback().is_some() {
        watch.elsewhere = elsewhere;
    }
    rt.store.set_watch(it.id, &watch).await?;
    rt.read_again(it.account, it.id).await?;
    Ok(drifted)
}
