//! Mails about incidents and hand-offs, for one address each. What they say stands in the crate `words`.

use chasqui_model::account::AccountSettings;
use chasqui_model::integration::Integration;
use chasqui_model::{Clock, Timestamp};
use chasqui_store::noun::incident::Incident;
use chasqui_store::noun::mail::Mail;
use chasqui_words::letter;
pub(super) use chasqui_words::letter::News;

use super::NODE_FAILED;

/// A mail about an incident.
pub(super) struct Alert<'a> {
    pub(super) integration: &'a Integration,
    pub(super) it: &'a Incident,
    pub(super) settings: &'a AccountSettings,
    pub(super) news: News,
    /// Where the pages are.
    pub(super) site: &'a str,
}

impl Alert<'_> {
    /// To one address.
    pub(super) fn write(&self, clock: &Clock, to: &str) -> Mail {
        let Self { it, site, .. } = self;
        let conversation = it.conversation.map(|id| format!("{site}/conversations/{id}"));
        let alert = letter::Alert {
            number: name(self.integration),
            notice: &it.notice,
            code: &it.code,
            graph_code: it.graph_code,
            news: self.news,
            count: it.count,
            since: &when(it.opened_at, self.settings),
            conversation: conversation.as_deref(),
            log: &format!("{site}/integrations/{}?tab=log", self.integration.id),
            asked_for: it.code == NODE_FAILED,
        };
        let (subject, text) = alert.write(self.settings.language);
        Mail {
            id: clock.id(),
            account: Some(it.account),
            kind: "alert".to_owned(),
            recipient: to.to_owned(),
            subject,
            text,
            attempts: 0,
            created_at: clock.now(),
        }
    }
}

/// A mail about a conversation that waits for a person.
pub(super) struct Handoff<'a> {
    pub(super) integration: &'a Integration,
    pub(super) bot: &'a str,
    pub(super) at: Timestamp,
    /// Where the conversation is.
    pub(super) link: &'a str,
    pub(super) settings: &'a AccountSettings,
}

impl Handoff<'_> {
    /// Subject and text.
    pub(super) fn write(&self) -> letter::Letter {
        let (number, at) = (name(self.integration), when(self.at, self.settings));
        let handoff = letter::Handoff { number, bot: self.bot, at: &at, link: self.link };
        handoff.write(self.settings.language)
    }
}

fn name(integration: &Integration) -> &str {
    let phone = integration.phone.display_phone_number.as_deref();
    integration.name.as_deref().or(phone).unwrap_or("WhatsApp")
}

/// The account's time zone.
pub(super) fn zone(settings: &AccountSettings) -> jiff::tz::TimeZone {
    let zone = settings.time_zone.as_deref().and_then(|name| jiff::tz::TimeZone::get(name).ok());
    zone.unwrap_or(jiff::tz::TimeZone::UTC)
}

/// A moment by the account's clock.
fn when(at: Timestamp, settings: &AccountSettings) -> String {
    at.to_jiff().to_zoned(zone(settings)).strftime("%Y-%m-%d %H:%M %Z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_mails_are_by_the_accounts_clock() {
        let at = Timestamp::parse("2026-11-30T16:05:00Z").unwrap();
        assert_eq!(when(at, &AccountSettings::default()), "2026-11-30 16:05 UTC");
        let berlin =
            AccountSettings { time_zone: Some("Europe/Berlin".into()), ..AccountSettings::default() };
        assert_eq!(when(at, &berlin), "2026-11-30 17:05 CET");
    }
}
