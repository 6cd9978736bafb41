//! Access tokens: renewed well before their end where Meta allows it, announced in time where it does not.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::event::Event;
use chasqui_model::integration::{Integration, Token, TokenKind, Watch};
use chasqui_model::notice::Notice;
use chasqui_model::{Clock, Id, Timestamp};
use chasqui_store::Error;
use chasqui_whatsapp::version::{self, Served};

use super::assess::answers_as;
use crate::Inner;
use crate::notice;
use crate::registry::Number;

/// A long-lived token lives 60 days. Half of that is time enough to try, fail, and tell.
const RENEW_BEFORE: Duration = Duration::from_hours(30 * 24);
/// How often renewing is tried.
const TRY_EVERY: Duration = Duration::from_hours(24);
const DAY: Duration = Duration::from_hours(24);
/// Days before the end at which the owner is told.
const MARKS: [u8; 5] = [0, 1, 3, 7, 14];

/// Exchanges a token that will end for a fresh one. The old one works on, so that nothing stops meanwhile.
pub(super) async fn renew(rt: &Arc<Inner>, number: &Number, now: Timestamp) -> Result<(), Error> {
    let it = &number.integration;
    let token = &it.credentials.token;
    let ends = token.expires_at.filter(|end| *end > now && end.since(now) <= RENEW_BEFORE);
    let due = it.watch.token_tried_at.is_none_or(|at| now.since(at) >= TRY_EVERY);
    if ends.is_none() || !due || token.kind == TokenKind::ShortLived || it.managed.is_some() {
        return Ok(());
    }
    super::remember(rt, it.id, |_, watch| watch.token_tried_at = Some(now)).await?;
    let credentials = &it.credentials;
    let app = rt.graph.app(credentials.version, &credentials.app_id, &credentials.app_secret);
    let exchanged = match app {
        Ok(app) => rt.graph.exchange_token(&app, &credentials.access_token).await,
        Err(_) => return Ok(()),
    };
    match exchanged {
        Ok(fresh) => {
            let expires_at = fresh.expires_in.map(|seconds| now.after(Duration::from_secs(seconds)));
            // Meta may answer with the very same token.
            if expires_at.is_some_and(|end| Some(end) <= token.expires_at) {
                return rt.read_again(it.account, it.id).await;
            }
            let known = Token { expires_at, ..token.clone() };
            if rt.store.renew_token(it, &fresh.access_token, &known).await? {
                tracing::info!(integration = %it.id, "an access token was renewed");
                metrics::counter!("chasqui_tokens_renewed_total").increment(1);
            }
            rt.reload(it.account, it.id).await
        }
        Err(error) => {
            tracing::warn!(integration = %it.id, %error, "an access token could not be renewed");
            rt.read_again(it.account, it.id).await
        }
    }
}

/// Tells of a token's and of a version's end, each mark once.
pub(super) async fn announce(rt: &Arc<Inner>, id: Id<Integration>, now: Timestamp) -> Result<(), Error> {
    // Remembered before it is told: a crash in between costs one of four warnings, the other way round would repeat them.
    let told = super::remember(rt, id, |it, watch| {
        let mut events = Vec::new();
        events.extend(of_the_token(&rt.clock, it, watch, now));
        events.extend(of_the_version(&rt.clock, it, watch, now));
        events
    });
    let events = told.await?.unwrap_or_default();
    if events.is_empty() {
        return Ok(());
    }
    rt.store.add_events(&events).await?;
    if let Some(number) = rt.registry.get(id) {
        rt.tell_events(&number.integration);
    }
    Ok(())
}

fn of_the_token(clock: &Clock, it: &Integration, watch: &mut Watch, now: Timestamp) -> Option<Event> {
    let mark = it.credentials.token.expires_at.and_then(|end| mark(end, now));
    let news = mark.filter(|mark| watch.token_mark.is_none_or(|told| *mark < told));
    watch.token_mark = mark.map(|mark| watch.token_mark.map_or(mark, |told| told.min(mark)));
    let on = it.credentials.token.expires_at?;
    let notice = if news? == 0 { Notice::TokenEnded { on } } else { Notice::TokenEndsSoon { on } };
    Some(notice::event(clock, it, notice))
}

fn of_the_version(clock: &Clock, it: &Integration, watch: &mut Watch, now: Timestamp) -> Option<Event> {
    let version = it.credentials.version.to_string();
    let Served::Until(end) = version::served(it.credentials.version, now) else { return None };
    // Told once before its end, and once after it.
    let mark = if end > now { version.clone() } else { format!("{version}, ended") };
    if watch.version_announced.as_ref() == Some(&mark) {
        return None;
    }
    watch.version_announced = Some(mark);
    let notice = if end > now {
        Notice::VersionEndsSoon { version, on: end }
    } else {
        let (answers_as, until) = answers_as(now);
        Notice::VersionEnded { version, answers_as, until }
    };
    Some(notice::event(clock, it, notice))
}

/// The nearest mark that has been passed.
fn mark(end: Timestamp, now: Timestamp) -> Option<u8> {
    if end <= now {
        return Some(0);
    }
    let left = end.since(now);
    MARKS.into_iter().filter(|mark| *mark > 0).find(|mark| left <= DAY * u32::from(*mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mark_is_passed_once_on_the_way_to_the_end() {
        let end = Timestamp::from_seconds(100 * 86_400);
        let before = |days: f64| mark(end, end.before(DAY.mul_f64(days)));
        let marks = [15.0, 14.0, 8.0, 7.0, 3.5, 3.0, 1.5, 1.0, 0.5, 0.0].map(before);
        let expected =
            [None, Some(14), Some(14), Some(7), Some(7), Some(3), Some(3), Some(1), Some(1), Some(0)];
        assert_eq!(marks, expected);
    }
}
