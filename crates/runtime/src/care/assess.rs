//! How an integration fares, from everything that is known of it.

use std::time::Duration;

use chasqui_model::Timestamp;
use chasqui_model::integration::{Delivers, GraphVersion, Health, Integration, TokenKind};
use chasqui_whatsapp::version::{self, Served};

pub(super) const MESSAGING: &str = "whatsapp_business_messaging";
pub(super) const MANAGEMENT: &str = "whatsapp_business_management";
/// Of a token that Meta does not take although its time is not over.
pub(super) const REVOKED: &str = "Meta does not take the access token any more, although its time is not over: it was revoked. Enter a new one.";
/// A token that ends sooner wants to be replaced.
const SOON: Duration = Duration::from_hours(14 * 24);

/// How it fares, and why when it does not fare well. What Meta refuses while sending is not known here.
pub(crate) fn assess(it: &Integration, now: Timestamp) -> (Health, Option<String>) {
    let failing = |reason: String| (Health::Failing, Some(reason));
    let warning = |reason: String| (Health::Warning, Some(reason));
    if let Some(reason) = super::damage::reason(it) {
        return failing(reason.to_owned());
    }
    let (token, watch) = (&it.credentials.token, &it.watch);
    if let Some(end) = token.expires_at.filter(|end| *end <= now) {
        return failing(format!("The access token ended on {}. Enter a new one.", day(end)));
    }
    if watch.token_refused {
        return failing(REVOKED.to_owned());
    }
    if token.kind != TokenKind::Unknown && !token.scopes.iter().any(|scope| scope == MESSAGING) {
        return failing(format!(
            "The access token lacks the permission {MESSAGING}: nothing can be sent. Enter a new one."
        ));
    }
    if let Some(status) = watch.status.as_deref().filter(|status| matches!(*status, "BANNED" | "DELETED")) {
        return failing(format!(
            "Meta has taken the number out of service ({status}). See its page at Meta."
        ));
    }
    match watch.delivers() {
        Delivers::Nowhere => {
            return warning("Meta delivers this number's messages nowhere. Connect the webhook.".to_owned());
        }
        Delivers::Elsewhere(url) => {
            return warning(format!(
                "Meta delivers this number's messages elsewhere: {url}. Connect the webhook again."
            ));
        }
        // Of a number about which Meta was never asked, that is said instead.
        Delivers::Unknown if it.health != Health::Unchecked && !it.is_connected() => {
            return warning("The webhook is not connected: no message arrives. Connect it.".to_owned());
        }
        Delivers::Here | Delivers::Unknown => {}
    }
    if watch.subscribed == Some(false) && it.webhook_verified_at.is_some() {
        return warning(
            "The app is not subscribed to the business account. Connect the webhook again.".to_owned(),
        );
    }
    if let Some(end) = token.expires_at.filter(|end| end.since(now) <= SOON) {
        let reason = format!("The access token ends on {}. Enter a new one.", day(end));
        return warning(reason);
    }
    if token.kind == TokenKind::ShortLived {
        return warning("The access token ends within hours. Use a system user's token.".to_owned());
    }
    if token.kind != TokenKind::Unknown && !token.scopes.iter().any(|scope| scope == MANAGEMENT) {
        return warning(format!(
            "The access token lacks the permission {MANAGEMENT}: templates and the webhook cannot be looked after."
        ));
    }
    if let Served::Until(end) = version::served(it.credentials.version, now) {
        let version = it.credentials.version;
        return warning(if end > now {
            format!("Meta ends {version} on {}. Raise the version.", day(end))
        } else {
            ended(version, now)
        });
    }
    if version::served(it.credentials.version, now) == Served::No {
        return failing(format!(
            "Meta does not serve {} any more. Raise the version.",
            it.credentials.version
        ));
    }
    if it.phone.quality_rating.as_deref() == Some("RED") {
        return warning("The number's quality is low: people block or report it. Send less.".to_owned());
    }
    (if it.health == Health::Unchecked { Health::Unchecked } else { Health::Ok }, None)
}

/// What has ended works on for as long as the oldest version that Meta serves; with that one's end, things may break.
pub(super) fn ended(version: GraphVersion, now: Timestamp) -> String {
    let oldest = version::oldest_served(now);
    let (name, until) = (oldest.version, oldest.ends_at.map(day));
    match until {
        Some(until) => {
            format!("Meta has ended {version} and answers as {name}, until {until}. Raise the version.")
        }
        None => format!("Meta has ended {version} and answers as {name}. Raise the version."),
    }
}

/// A day, as people write it everywhere.
pub(super) fn day(at: Timestamp) -> String {
    at.to_string().split('T').next().unwrap_or_default().to_owned()
}
