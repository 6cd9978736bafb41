//! Alerts: events become incidents, which count what repeats and end by themselves; people are told at once of the first,
//! in digests of what repeats, and of the end; of a conversation that waits for a person at once. Never with a secret or what
//! somebody wrote.

mod handoff;
mod letter;
mod whom;

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::Timestamp;
use chasqui_model::account::AccountSettings;
use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::QuietHours;
use chasqui_model::notice;
use chasqui_store::Error;
use chasqui_store::noun::incident::{Incident, Noted};
use letter::News;

use crate::Inner;
use crate::change::ChangeKind;

/// Looks for events this often.
const LOOK: Duration = Duration::from_secs(1);
const BATCH: u32 = 200;
/// Most batches of one look.
const ROUNDS: usize = 10;
/// Repeats are told at most this often.
const DIGEST: Duration = Duration::from_mins(15);
/// What has not happened for this long is over, unless something has to end it.
const OVER: Duration = Duration::from_hours(1);

/// A bot handed a conversation to people.
pub(crate) const HANDED_OFF: &str = "handed_off";
/// A bot failed at a node whose author wants a mail about that.
pub(crate) const NODE_FAILED: &str = "node_failed";

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
    for _ in 0..ROUNDS {
        if count(rt, now).await? < BATCH as usize {
            break;
        }
    }
    end(rt, now).await?;
    for incident in rt.store.incidents_to_mail(BATCH).await? {
        tell(rt, &incident, now).await?;
    }
    Ok(())
}

/// Counts what is fresh, once whatever happens in between: with the mark on each event that it is counted. Answers how many
/// there were.
async fn count(rt: &Inner, now: Timestamp) -> Result<usize, Error> {
    let fresh = rt.store.fresh_events(BATCH).await?;
    if fresh.is_empty() {
        return Ok(0);
    }
    let (mut noted, mut mails) = (Vec::new(), Vec::new());
    for event in &fresh {
        if event.code == HANDED_OFF {
            mails.extend(handoff::letters(rt, event, now).await?);
        }
        if let Some(integration) = event.integration {
            noted.extend(notice::ends(&event.code).map(|code| {
                let (account, at) = (event.account, event.at);
                Noted::Ended { account, integration, code, at }
            }));
        }
        if event.severity >= Severity::Warning {
            noted.push(Noted::Happened {
                id: rt.clock.id(),
                kind: kind(event),
                event: Box::new(event.clone()),
            });
        }
    }
    rt.store.note_events(&fresh, &noted, &mails).await?;
    for event in &fresh {
        rt.changes.tell(event.account, ChangeKind::Event, event.integration, &event.id);
        if let Some(id) = event.integration.filter(|_| event.severity == Severity::Error) {
            rt.changes.tell(event.account, ChangeKind::Integration, Some(id), &id);
        }
    }
    Ok(fresh.len())
}

/// Events with the same are one incident. Of a node that asks for mail each is one of its own.
fn kind(event: &Event) -> String {
    let number = event.integration.map(|id| id.to_string()).unwrap_or_default();
    let graph_code = event.graph_code.unwrap_or_default();
    match event.node.as_deref().filter(|_| event.code == NODE_FAILED) {
        Some(node) => format!("{number}/{}/{graph_code}/{node}", event.code),
        None => format!("{number}/{}/{graph_code}", event.code),
    }
}

async fn end(rt: &Inner, now: Timestamp) -> Result<(), Error> {
    for it in rt.store.quiet_incidents(now.before(OVER), BATCH).await? {
        if !notice::lasts(&it.code) {
            rt.store.close_incident(it.account, it.id, now).await?;
            rt.changes.tell(it.account, ChangeKind::Event, it.integration, &it.id);
        }
    }
    Ok(())
}

async fn tell(rt: &Inner, it: &Incident, now: Timestamp) -> Result<(), Error> {
    let number = it.integration.and_then(|id| rt.registry.get(id));
    let to = match &number {
        Some(number) => whom::of_incident(rt, &number.integration, it).await?,
        None => Vec::new(),
    };
    let Some(integration) = number.as_ref().map(|number| &number.integration).filter(|_| !to.is_empty())
    else {
        return if it.closed_at.is_some() {
            rt.store.mail_recovery(it, &[]).await
        } else {
            rt.store.mail_incident(it, &[], now).await
        };
    };
    let settings = rt.store.account_settings(it.account).await?;
    if quiet_until(integration.settings.error_alerts.quiet_hours, &settings, now).is_some() {
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
    let letter = letter::Alert { integration, it, settings: &settings, news, site: &rt.config.public_url };
    let mails: Vec<_> = to.iter().map(|to| letter.write(&rt.clock, to)).collect();
    match news {
        News::Over => rt.store.mail_recovery(it, &mails).await,
        News::First | News::Again { .. } => rt.store.mail_incident(it, &mails, now).await,
    }
}

/// Until when nobody wants mail, when that is so at this time of day.
fn quiet_until(hours: Option<QuietHours>, settings: &AccountSettings, now: Timestamp) -> Option<Timestamp> {
    let QuietHours { from, to } = hours?;
    let local = now.to_jiff().to_zoned(letter::zone(settings));
    let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
    let quiet = if from <= to { (from..to).contains(&minute) } else { minute >= from || minute < to };
    let left = (1440 + u64::from(to) - u64::from(minute)) % 1440;
    quiet.then(|| now.after(Duration::from_mins(left)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_go_over_midnight_and_follow_the_accounts_clock() {
        let night = Some(QuietHours { from: 22 * 60, to: 7 * 60 });
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let utc = AccountSettings::default();
        let ends = Some(at("2026-11-25T07:00:00Z"));
        assert_eq!(quiet_until(night, &utc, at("2026-11-24T23:00:00Z")), ends);
        assert_eq!(quiet_until(night, &utc, at("2026-11-25T06:59:00Z")), ends);
        assert_eq!(quiet_until(night, &utc, at("2026-11-24T07:00:00Z")), None);
        let berlin =
            AccountSettings { time_zone: Some("Europe/Berlin".into()), ..AccountSettings::default() };
        assert_eq!(quiet_until(night, &berlin, at("2026-11-24T21:30:00Z")), Some(at("2026-11-25T06:00:00Z")));
        assert_eq!(quiet_until(None, &berlin, at("2026-11-24T23:00:00Z")), None);
    }
}
