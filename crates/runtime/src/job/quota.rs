//! Counts what grows with messages, says when an account has more of it than it may, and lets the oldest events go. Nothing
//! of a message is refused here. A repeat counts again.

use std::time::Duration;

use chasqui_model::account::Account;
use chasqui_model::event::Event;
use chasqui_model::notice::Notice;
use chasqui_model::quota::{Counted, Kind, Limits};
use chasqui_model::{Clock, Id};
use chasqui_store::noun::quota::OfAccount;
use chasqui_store::{Error, Store};

use crate::Inner;
use crate::change::ChangeKind;
use crate::notice;

/// Events that go in one transaction.
const AT_ONCE: u32 = 1000;
/// Lets others write between two of them.
const PAUSE: Duration = Duration::from_millis(20);
/// How often it is said again that there is too much.
const AGAIN: Duration = Duration::from_hours(24);

/// One round over all accounts.
pub(crate) async fn tick(rt: &Inner) {
    let accounts = match rt.store.quotas().await {
        Ok(accounts) => accounts,
        Err(error) => return tracing::warn!(%error, "what accounts keep could not be looked at"),
    };
    for of in accounts {
        if let Err(error) = look(rt, &of).await {
            tracing::warn!(account = %of.account, %error, "what an account keeps could not be counted");
        }
    }
}

async fn look(rt: &Inner, of: &OfAccount) -> Result<(), Error> {
    let limits = of.limits.over(&rt.config.quotas);
    let mut counted = rt.store.count(of.account, rt.clock.now()).await?;
    if counted.events > limits.of(Kind::Events) {
        counted.events -= roll_off(&rt.store, of.account, limits.of(Kind::Events)).await?;
    }
    if !rt.store.set_counted(of, &counted).await? {
        // Another process counted meanwhile, and says what there is to say.
        return Ok(());
    }
    let events: Vec<_> = [Kind::Contacts, Kind::ReceivedBytes]
        .into_iter()
        .filter(|kind| is_news(*kind, &limits, &of.counted, &counted))
        .map(|kind| event(&rt.clock, of.account, kind, limits.of(kind)))
        .collect();
    if !events.is_empty() {
        rt.store.add_events(&events).await?;
        rt.changes.tell(of.account, ChangeKind::Event, None, &"");
    }
    Ok(())
}

/// Lets the oldest events go until an account has no more than its limit. Answers how many went.
async fn roll_off(store: &Store, account: Id<Account>, limit: i64) -> Result<i64, Error> {
    let mut gone = 0;
    let Some(until) = store.events_over(account, limit).await? else { return Ok(gone) };
    loop {
        let count = store.drop_events(account, until, AT_ONCE).await?;
        gone += i64::try_from(count).unwrap_or_default();
        if count < AT_ONCE as usize {
            return Ok(gone);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Whether it is to be said that there is more than there may be: when it becomes so, and once a day while it is.
fn is_news(kind: Kind, limits: &Limits, before: &Counted, now: &Counted) -> bool {
    let over = |it: &Counted| it.of(kind).is_some_and(|used| used > limits.of(kind));
    let days = |it: &Counted| it.at.div_euclid(i64::try_from(AGAIN.as_millis()).unwrap_or(i64::MAX));
    over(now) && (!over(before) || days(before) != days(now))
}

fn event(clock: &Clock, account: Id<Account>, kind: Kind, limit: i64) -> Event {
    notice::of_account(clock, account, Notice::QuotaPassed { kind, limit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_much_is_said_at_once_and_then_daily() {
        let limits = Limits::parse("contacts=10").unwrap();
        let counted =
            |contacts, hours: i64| Counted { contacts, at: hours * 3_600_000, ..Counted::default() };
        let is_news = |before: &Counted, now: &Counted| is_news(Kind::Contacts, &limits, before, now);
        assert!(!is_news(&counted(0, 1), &counted(10, 2)));
        assert!(is_news(&counted(10, 1), &counted(11, 2)));
        assert!(!is_news(&counted(11, 2), &counted(12, 3)));
        assert!(is_news(&counted(11, 23), &counted(11, 24)));
    }
}
