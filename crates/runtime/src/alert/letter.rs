//! What alerts say, in the account's language: what happened, what to do, how often; never what somebody wrote.

use chasqui_model::account::{AccountSettings, Language};
use chasqui_model::integration::Integration;
use chasqui_model::{Clock, Timestamp};
use chasqui_store::noun::incident::Incident;
use chasqui_store::noun::mail::Mail;
use chasqui_whatsapp::error::explain_in;

use super::{HANDED_OFF, NODE_FAILED};

/// What there is to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// It began.
    First,
    /// It goes on.
    Again {
        /// So many more since the last mail.
        more: i64,
    },
    /// It is over.
    Over,
}

/// What a kind of event is called.
#[rustfmt::skip]
pub fn title(code: &str, language: Language) -> &'static str {
    let (en, de) = match code {
        "number_cannot_send" => ("The number cannot send", "Die Nummer kann nicht senden"),
        "number_works_again" => ("The number sends again", "Die Nummer sendet wieder"),
        "sends_delayed" => ("Messages wait to be sent", "Nachrichten warten auf das Senden"),
        "token_ends_soon" => ("The access token ends soon", "Das Zugriffstoken endet bald"),
        "token_ended" => ("The access token has ended", "Das Zugriffstoken ist abgelaufen"),
        "token_revoked" => ("The access token was revoked", "Das Zugriffstoken wurde widerrufen"),
        "token_permission_lost" => ("The access token may do less", "Das Zugriffstoken darf weniger"),
        "token_permission_back" => ("The access token may do as much as before", "Das Zugriffstoken darf so viel wie zuvor"),
        "node_failed" => ("A bot failed at a node", "Ein Bot scheiterte an einem Baustein"),
        "message_not_run" => ("A message could not be run", "Eine Nachricht konnte nicht verarbeitet werden"),
        "token_renewed" => ("The access token was replaced", "Das Zugriffstoken wurde ersetzt"),
        "version_ends_soon" => ("The API version ends soon", "Die API-Version endet bald"),
        "version_raised" => ("The API version was changed", "Die API-Version wurde geändert"),
        "webhook_elsewhere" => ("Meta delivers elsewhere", "Meta stellt woandershin zu"),
        "webhook_back" => ("Meta delivers here again", "Meta stellt wieder hierher zu"),
        "webhook_repaired" => ("The webhook was connected again", "Der Webhook wurde wieder verbunden"),
        "verify_token_wrong" => ("Verification with another verify token", "Prüfanfrage mit einem anderen Prüftoken"),
        "webhook_verified" => ("The webhook was verified", "Der Webhook wurde geprüft"),
        "signature_refused" => ("Deliveries with a wrong signature", "Zustellungen mit falscher Signatur"),
        "message_not_sent" => ("A message was not sent", "Eine Nachricht wurde nicht gesendet"),
        "message_failed" => ("A message did not arrive", "Eine Nachricht kam nicht an"),
        "delivery_unreadable" => ("A delivery could not be read", "Eine Zustellung war nicht lesbar"),
        "template_unusable" => ("A template cannot be sent any more", "Eine Vorlage kann nicht mehr gesendet werden"),
        "template_quality" => ("A template's quality changed", "Die Qualität einer Vorlage hat sich geändert"),
        "template_approved" => ("A template was approved", "Eine Vorlage wurde genehmigt"),
        "template_status" => ("A template's status changed", "Der Status einer Vorlage hat sich geändert"),
        "template_category" => ("A template's category changed", "Die Kategorie einer Vorlage hat sich geändert"),
        "template_changed" => ("A template was changed at Meta", "Eine Vorlage wurde bei Meta geändert"),
        "number_quality" => ("The number's quality or limit changed", "Qualität oder Grenze der Nummer hat sich geändert"),
        "number_name" => ("Meta decided about the display name", "Meta hat über den Anzeigenamen entschieden"),
        "fields_refused" => ("Refused webhook fields", "Abgelehnte Webhook-Felder"),
        "missed_call" => ("A missed call", "Ein verpasster Anruf"),
        "meta_error" => ("An error at Meta", "Ein Fehler bei Meta"),
        "delivery_too_old" => ("Deliveries that are too old", "Zu alte Zustellungen"),
        "number_claimed" => ("The number was connected elsewhere", "Die Nummer wurde anderswo verbunden"),
        "field_ignored" => ("News from Meta", "Nachrichten von Meta"),
        "number_security" => ("The number's PIN", "Die PIN der Nummer"),
        "messaging_limit" => ("The messaging limit changed", "Die Sendegrenze hat sich geändert"),
        "account_update" => ("Meta changed the business account", "Meta hat das Geschäftskonto geändert"),
        "account_review" => ("Meta decided about the business account", "Meta hat über das Geschäftskonto entschieden"),
        "account_alert" => ("Meta alerts", "Meta warnt"),
        "quota_passed" => ("The account keeps more than it may", "Das Konto bewahrt mehr auf, als es darf"),
        "handed_off" => ("A conversation waits for a person", "Ein Gespräch wartet auf einen Menschen"),
        "store_stood_still" => ("The database did not answer", "Die Datenbank antwortete nicht"),
        "opted_out" => ("A person wants no marketing", "Eine Person will keine Werbung"),
        _ => ("Something needs a look", "Etwas braucht einen Blick"),
    };
    match language {
        Language::En => en,
        Language::De => de,
    }
}

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
        let (subject, opening) = self.opening();
        let ending = self.ending();
        let text = if self.news == News::Over {
            format!("{opening}\n\n{ending}")
        } else {
            format!("{opening}\n\n{}\n\n{ending}", self.what())
        };
        Mail {
            id: clock.id(),
            account: Some(self.it.account),
            kind: "alert".to_owned(),
            recipient: to.to_owned(),
            subject,
            text,
            attempts: 0,
            created_at: clock.now(),
        }
    }

    /// What happened, and what to do.
    fn what(&self) -> String {
        let language = self.settings.language;
        let explained = self.it.graph_code.and_then(|code| Some((code, explain_in(code, language)?)));
        match (explained, language) {
            (Some((code, explained)), Language::En) => {
                format!("{}\nWhat to do: {}\n(error {code})", explained.cause, explained.cure)
            }
            (Some((code, explained)), Language::De) => {
                format!("{}\nWas zu tun ist: {}\n(Fehler {code})", explained.cause, explained.cure)
            }
            (None, language) => crate::german::say(&self.it.message, language),
        }
    }

    /// Where to look, and why this mail came.
    fn ending(&self) -> String {
        let (site, id) = (self.site, self.integration.id);
        let talk = self.it.conversation.map(|id| format!("{site}/conversations/{id}"));
        let link = format!("{site}/integrations/{id}?tab=log");
        match self.settings.language {
            Language::En => {
                let talk = talk.map(|link| format!("Open the conversation:\n{link}\n\n")).unwrap_or_default();
                let why = if self.it.code == NODE_FAILED {
                    "The bot's author asks for this mail at that node. It goes to the addresses under Settings, else to \
                     the account's admins."
                } else {
                    "Who gets these mails is set there, under Settings."
                };
                format!("{talk}Open the integration:\n{link}\n\n{why}\n")
            }
            Language::De => {
                let talk = talk.map(|link| format!("Gespräch öffnen:\n{link}\n\n")).unwrap_or_default();
                let why = if self.it.code == NODE_FAILED {
                    "Wer den Bot gebaut hat, möchte an diesem Baustein diese Mail. Sie geht an die Adressen unter \
                     Einstellungen, sonst an die Verwalter des Kontos."
                } else {
                    "Wer diese Mails bekommt, steht dort unter Einstellungen."
                };
                format!("{talk}Integration öffnen:\n{link}\n\n{why}\n")
            }
        }
    }

    fn opening(&self) -> (String, String) {
        let (it, name) = (self.it, name(self.integration));
        let title = title(&it.code, self.settings.language);
        let since = when(it.opened_at, self.settings);
        match (self.settings.language, self.news) {
            (Language::En, News::First) => {
                (format!("{name}: {title}"), format!("{title}, on {name}, since {since}."))
            }
            (Language::En, News::Again { more }) => (
                format!("{name}: {title}, {more} more"),
                format!("{title}, on {name}: {more} more times, {} in all since {since}.", it.count),
            ),
            (Language::En, News::Over) => (
                format!("{name}: over: {title}"),
                format!("This is over, on {name}: {title}. It happened {} times since {since}.", it.count),
            ),
            (Language::De, News::First) => {
                (format!("{name}: {title}"), format!("{title}, bei {name}, seit {since}."))
            }
            (Language::De, News::Again { more }) => (
                format!("{name}: {title}, {more} weitere"),
                format!("{title}, bei {name}: {more} weitere Male, insgesamt {} seit {since}.", it.count),
            ),
            (Language::De, News::Over) => (
                format!("{name}: vorbei: {title}"),
                format!("Das ist vorbei, bei {name}: {title}. Es geschah {} Mal seit {since}.", it.count),
            ),
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
    pub(super) fn write(&self) -> (String, String) {
        let Self { bot, link, .. } = self;
        let (name, at) = (name(self.integration), when(self.at, self.settings));
        let subject = format!("{name}: {}", title(HANDED_OFF, self.settings.language));
        let text = match self.settings.language {
            Language::En => format!(
                "The bot {bot} handed a conversation on {name} to a person at {at}. It says nothing more until somebody \
                 answers or hands the conversation back.\n\nOpen the conversation:\n{link}\n\nThis mail goes to the \
                 addresses in the integration's settings. Without any it goes to everybody who may take over.\n"
            ),
            Language::De => format!(
                "Der Bot {bot} hat um {at} ein Gespräch bei {name} an einen Menschen übergeben. Er schweigt, bis jemand \
                 antwortet oder das Gespräch zurückgibt.\n\nGespräch öffnen:\n{link}\n\nDiese Mail geht an die Adressen \
                 in den Einstellungen der Integration. Ohne solche geht sie an alle, die übernehmen dürfen.\n"
            ),
        };
        (subject, text)
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
