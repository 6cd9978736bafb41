//! Alerts: events become incidents, which count what repeats and end by themselves; people are told at once of the first,
//! in digests of what repeats, and of the end. Never with a secret or what somebody wrote.

mod letter;

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::account::AccountSettings;
use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::{Integration, QuietHours};
use chasqui_model::{Id, Timestamp};
use chasqui_store::Error;
use chasqui_store::noun::incident::{Incident, Noted};

pub use letter::title;

use crate::Inner;
use crate::change::ChangeKind;
use letter::News;

/// Looks for events this often.
const LOOK: Duration = Duration::from_secs(1);
const BATCH: u32 = 200;
/// Repeats are told at most this often.
const DIGEST: Duration = Duration::from_mins(15);
/// What has not happened for this long is over, unless something has to end it.
const OVER: Duration = Duration::from_hours(1);

/// Incidents that last until something ends them, and what does.
const ENDED_BY: &[(&str, &str)] = &[
    ("number_cannot_send", "number_works_again"),
    ("sends_delayed", "number_works_again"),
    ("token_ends_soon", "token_renewed"),
    ("token_ended", "token_renewed"),
    ("version_ends_soon", "version_raised"),
    ("webhook_elsewhere", "webhook_back"),
    ("webhook_elsewhere", "webhook_repaired"),
];

/// Waits and works, until it is aborted.
pub(crate) async fn run(rt: Arc<Inner>) {
    loop {
        tokio::time::sleep(LOOK).await;
        let now = rt.clock.now();
        match tick(&rt, now).await {
            // Another process was faster: what it counted is not fresh any more.
            Ok(()) | Err(Error::Stale) => {}
            Err(error) => tracing::warn!(%error, "incidents could not be brought up to date"),
        }
    }
}

/// Counts what is fresh, ends what is over, and tells people.
pub(crate) async fn tick(rt: &Arc<Inner>, now: Timestamp) -> Result<(), Error> {
    count(rt).await?;
    end(rt, now).await?;
    for incident in rt.store.incidents_to_mail(BATCH).await? {
        tell(rt, &incident, now).await?;
    }
    Ok(())
}

async fn count(rt: &Inner) -> Result<(), Error> {
    let fresh = rt.store.fresh_events(BATCH).await?;
    if fresh.is_empty() {
        return Ok(());
    }
    let ids: Vec<Id<Event>> = fresh.iter().map(|event| event.id).collect();
    let mut noted = Vec::new();
    for event in fresh {
        rt.changes.tell(event.account, ChangeKind::Event, event.integration, &event.id);
        if let Some(integration) = event.integration {
            let ends = ENDED_BY.iter().filter(|(_, by)| *by == event.code);
            noted.extend(ends.map(|(code, _)| {
                let (account, at) = (event.account, event.at);
                Noted::Ended { account, integration, code, at }
            }));
        }
        if event.severity >= Severity::Warning {
            noted.push(Noted::Happened { id: rt.clock.id(), event });
        }
    }
    rt.store.note_events(&ids, &noted).await
}

async fn end(rt: &Inner, now: Timestamp) -> Result<(), Error> {
    for it in rt.store.quiet_incidents(now.before(OVER), BATCH).await? {
        if ENDED_BY.iter().all(|(code, _)| *code != it.code) {
            rt.store.close_incident(it.account, it.id, now).await?;
            rt.changes.tell(it.account, ChangeKind::Event, it.integration, &it.id);
        }
    }
    Ok(())
}

async fn tell(rt: &Inner, it: &Incident, now: Timestamp) -> Result<(), Error> {
    let number = it.integration.and_then(|id| rt.registry.get(id));
    let whom = number.as_ref().map(|number| &number.integration).filter(|it| {
        let alerts = &it.settings.error_alerts;
        alerts.enabled && !alerts.emails.is_empty()
    });
    let Some(integration) = whom else {
        return if it.closed_at.is_some() {
            rt.store.mail_recovery(it, &[]).await
        } else {
            rt.store.mail_incident(it, &[], now).await
        };
    };
    let settings = rt.store.account_settings(it.account).await?;
    if is_quiet(integration.settings.error_alerts.quiet_hours, &settings, now) {
        return Ok(());
    }
    let news = match (it.closed_at, it.mailed_at) {
        // Nobody was told that it began.
        (Some(_), None) => return rt.store.mail_recovery(it, &[]).await,
        (Some(_), Some(_)) => News::Over,
        (None, None) => News::First,
        (None, Some(at)) if now.since(at) >= DIGEST => News::Again { more: it.count - it.mailed_count },
        (None, Some(_)) => return Ok(()),
    };
    let mails = letters(rt, integration, it, &settings, news);
    match news {
        News::Over => rt.store.mail_recovery(it, &mails).await,
        News::First | News::Again { .. } => rt.store.mail_incident(it, &mails, now).await,
    }
}

fn letters(
    rt: &Inner,
    integration: &Integration,
    it: &Incident,
    settings: &AccountSettings,
    news: News,
) -> Vec<chasqui_store::noun::mail::Mail> {
    let link = format!("{}/integrations/{}?tab=log", rt.config.public_url, integration.id);
    let emails = &integration.settings.error_alerts.emails;
    emails.iter().map(|to| letter::write(&rt.clock, integration, it, settings, news, &link, to)).collect()
}

/// Whether nobody wants mail at this time of day.
fn is_quiet(hours: Option<QuietHours>, settings: &AccountSettings, now: Timestamp) -> bool {
    let Some(QuietHours { from, to }) = hours else { return false };
    let zone = settings.time_zone.as_deref().and_then(|name| jiff::tz::TimeZone::get(name).ok());
    let zone = zone.unwrap_or(jiff::tz::TimeZone::UTC);
    let Ok(moment) = jiff::Timestamp::from_millisecond(now.millis()) else { return false };
    let local = moment.to_zoned(zone);
    let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
    if from <= to { (from..to).contains(&minute) } else { minute >= from || minute < to }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_go_over_midnight_and_follow_the_accounts_clock() {
        let night = Some(QuietHours { from: 22 * 60, to: 7 * 60 });
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let utc = AccountSettings::default();
        assert!(is_quiet(night, &utc, at("2026-11-24T23:00:00Z")));
        assert!(is_quiet(night, &utc, at("2026-11-24T06:59:00Z")));
        assert!(!is_quiet(night, &utc, at("2026-11-24T07:00:00Z")));
        let berlin =
            AccountSettings { time_zone: Some("Europe/Berlin".into()), ..AccountSettings::default() };
        assert!(is_quiet(night, &berlin, at("2026-11-24T21:30:00Z")));
        assert!(!is_quiet(None, &berlin, at("2026-11-24T23:00:00Z")));
    }
}
