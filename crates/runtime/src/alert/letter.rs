//! What alerts say, in the account's language: what happened, what to do, how often; never what somebody wrote.

use chasqui_model::Clock;
use chasqui_model::account::{AccountSettings, Language};
use chasqui_model::integration::Integration;
use chasqui_store::noun::incident::Incident;
use chasqui_store::noun::mail::Mail;
use chasqui_whatsapp::error::explain_in;

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
        "token_renewed" => ("The access token was replaced", "Das Zugriffstoken wurde ersetzt"),
        "version_ends_soon" => ("The API version ends soon", "Die API-Version endet bald"),
        "version_raised" => ("The API version was changed", "Die API-Version wurde geändert"),
        "webhook_elsewhere" => ("Meta delivers elsewhere", "Meta stellt woandershin zu"),
        "webhook_back" => ("Meta delivers here again", "Meta stellt wieder hierher zu"),
        "webhook_repaired" => ("The webhook was connected again", "Der Webhook wurde wieder verbunden"),
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
        "field_ignored" => ("News from Meta", "Nachrichten von Meta"),
        "number_security" => ("The number's PIN", "Die PIN der Nummer"),
        "messaging_limit" => ("The messaging limit changed", "Die Sendegrenze hat sich geändert"),
        "account_update" => ("Meta changed the business account", "Meta hat das Geschäftskonto geändert"),
        "account_review" => ("Meta decided about the business account", "Meta hat über das Geschäftskonto entschieden"),
        "account_alert" => ("Meta alerts", "Meta warnt"),
        "handed_off" => ("A conversation waits for a person", "Ein Gespräch wartet auf einen Menschen"),
        "opted_out" => ("A person wants no marketing", "Eine Person will keine Werbung"),
        _ => ("Something needs a look", "Etwas braucht einen Blick"),
    };
    match language {
        Language::En => en,
        Language::De => de,
    }
}

/// One mail to one address.
pub(super) fn write(
    clock: &Clock,
    integration: &Integration,
    it: &Incident,
    settings: &AccountSettings,
    news: News,
    link: &str,
    to: &str,
) -> Mail {
    let language = settings.language;
    let phone = integration.phone.display_phone_number.as_deref();
    let name = integration.name.as_deref().or(phone).unwrap_or("WhatsApp");
    let title = title(&it.code, language);
    let (subject, opening) = opening(language, name, title, it, news);
    let explained = it.graph_code.and_then(|code| Some((code, explain_in(code, language)?)));
    let what = match explained {
        Some((code, explained)) => match language {
            Language::En => format!("{}\nWhat to do: {}\n(error {code})", explained.cause, explained.cure),
            Language::De => {
                format!("{}\nWas zu tun ist: {}\n(Fehler {code})", explained.cause, explained.cure)
            }
        },
        None => crate::german::say(&it.message, language),
    };
    let ending = match language {
        Language::En => {
            format!("Open the integration:\n{link}\n\nWho gets these mails is set there, under Settings.\n")
        }
        Language::De => format!(
            "Integration öffnen:\n{link}\n\nWer diese Mails bekommt, steht dort unter Einstellungen.\n"
        ),
    };
    let text = if news == News::Over {
        format!("{opening}\n\n{ending}")
    } else {
        format!("{opening}\n\n{what}\n\n{ending}")
    };
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

fn opening(language: Language, name: &str, title: &str, it: &Incident, news: News) -> (String, String) {
    let since = it.opened_at.to_string();
    match (language, news) {
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
