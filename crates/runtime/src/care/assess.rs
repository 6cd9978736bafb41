//! How an integration fares, from everything that is known of it.

use std::time::Duration;

use chasqui_model::Timestamp;
use chasqui_model::integration::{Delivers, Health, Integration, TokenKind};
use chasqui_model::reason::{Reason, Scope};
use chasqui_model::state::{NumberStatus, Quality};
use chasqui_whatsapp::version::{self, Served};

/// A token that ends sooner wants to be replaced.
const SOON: Duration = Duration::from_hours(14 * 24);

/// How it fares, and why when it does not fare well. What Meta refuses while sending is not known here.
pub(crate) fn assess(it: &Integration, now: Timestamp) -> (Health, Option<Reason>) {
    match failing(it, now) {
        Some(why) => (Health::Failing, Some(why)),
        None => match warning(it, now) {
            Some(why) => (Health::Warning, Some(why)),
            None if it.health == Health::Unchecked => (Health::Unchecked, None),
            None => (Health::Ok, None),
        },
    }
}

/// Why nothing can be sent or received.
fn failing(it: &Integration, now: Timestamp) -> Option<Reason> {
    if let Some(damaged) = crate::damage::reason(it) {
        return Some(damaged);
    }
    let (token, watch) = (&it.credentials.token, &it.watch);
    if let Some(on) = token.expires_at.filter(|end| *end <= now) {
        return Some(Reason::TokenEnded { on });
    }
    if watch.token_refused {
        return Some(Reason::TokenRevoked);
    }
    if lacks(it, Scope::Messaging) {
        return Some(Reason::TokenLacks { scope: Scope::Messaging });
    }
    let gone = |status: &&NumberStatus| matches!(status, NumberStatus::Banned | NumberStatus::Deleted);
    if let Some(status) = watch.status.as_ref().filter(gone) {
        return Some(Reason::OutOfService { status: status.to_string() });
    }
    let version = it.credentials.version;
    (version::served(version, now) == Served::No)
        .then(|| Reason::VersionGone { version: version.to_string() })
}

/// What needs a look although it works.
fn warning(it: &Integration, now: Timestamp) -> Option<Reason> {
    let (token, watch) = (&it.credentials.token, &it.watch);
    match watch.delivers() {
        Delivers::Nowhere => return Some(Reason::DeliversNowhere),
        Delivers::Elsewhere(url) => return Some(Reason::DeliversElsewhere { url: url.to_owned() }),
        // Of a number about which Meta was never asked, that is said instead.
        Delivers::Unknown if it.health != Health::Unchecked && !it.is_connected() => {
            return Some(Reason::NotConnected);
        }
        Delivers::Here | Delivers::Unknown => {}
    }
    if watch.subscribed == Some(false) && it.webhook_verified_at.is_some() {
        return Some(Reason::NotSubscribed);
    }
    if let Some(on) = token.expires_at.filter(|end| end.since(now) <= SOON) {
        return Some(Reason::TokenEnds { on });
    }
    if token.kind == TokenKind::ShortLived {
        return Some(Reason::TokenShortLived);
    }
    if lacks(it, Scope::Management) {
        return Some(Reason::TokenLacks { scope: Scope::Management });
    }
    if let Served::Until(on) = version::served(it.credentials.version, now) {
        let version = it.credentials.version;
        return Some(if on > now {
            Reason::VersionEnds { version: version.to_string(), on }
        } else {
            let (answers_as, until) = answers_as(now);
            Reason::VersionEnded { version: version.to_string(), answers_as, until }
        });
    }
    (it.phone.quality_rating == Some(Quality::Red)).then_some(Reason::LowQuality)
}

/// Whether Meta said that the token may not do this. Of one about which it said nothing, nothing is known.
fn lacks(it: &Integration, scope: Scope) -> bool {
    let token = &it.credentials.token;
    token.kind != TokenKind::Unknown && !token.scopes.iter().any(|it| it == scope.name())
}

/// What has ended works on for as long as the oldest version that Meta serves; with that one's end, things may break.
pub(super) fn answers_as(now: Timestamp) -> (String, Option<Timestamp>) {
    let oldest = version::oldest_served(now);
    (oldest.version.to_string(), oldest.ends_at)
}
