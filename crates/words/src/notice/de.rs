//! In German.

use chasqui_model::account::Language;
use chasqui_model::notice::{Notice, TooOld, WorksAgain};
use chasqui_model::quota::Kind;
use chasqui_model::reason::{MetaSaid, Scope};

use super::{MIB, failed, is_bad};
use crate::day::day;
use crate::reason::de::ended;
use crate::{Say, meta};

const LANGUAGE: Language = Language::De;

#[expect(clippy::too_many_lines, reason = "one sentence an arm")]
pub(super) fn say(notice: &Notice) -> String {
    match notice {
        Notice::NumberCannotSend { why } | Notice::MessageNotSent { why } => why.say(LANGUAGE),
        Notice::NumberWorksAgain { by: WorksAgain::Sent } => "Die Nummer sendet wieder.".to_owned(),
        Notice::NumberWorksAgain { by: WorksAgain::Changed } => "Die Nummer kann wieder senden.".to_owned(),
        Notice::NumberWorksAgain { by: WorksAgain::TokenTaken } => {
            "Meta nimmt das Zugriffstoken wieder an. Was wartet, wird gesendet.".to_owned()
        }
        Notice::SendsDelayed { why } => {
            let why = why.say(LANGUAGE);
            format!("Eine Nachricht wartet seit mehr als fünf Minuten. Das Senden wird bis zu einen Tag lang wiederholt. \
             {why}")
        }
        Notice::TokenEndsSoon { on } => {
            let on = day(*on, LANGUAGE);
            format!(
                "Das Zugriffstoken endet am {on}. Erzeugen Sie bei Meta ein neues und tragen Sie es in der \
             Integration ein; bis dahin arbeitet das alte weiter."
            )
        }
        Notice::TokenEnded { on } => {
            let on = day(*on, LANGUAGE);
            format!("Das Zugriffstoken endete am {on}. Antworten warten, bis es ein neues gibt.")
        }
        Notice::TokenRevoked => chasqui_model::reason::Reason::TokenRevoked.say(LANGUAGE),
        Notice::TokenPermissionLost { scope: Scope::Messaging } => {
            let scope = Scope::Messaging.name();
            format!("Das Zugriffstoken hat die Berechtigung {scope} verloren: Nichts kann gesendet werden. Tragen Sie \
             ein neues ein.")
        }
        Notice::TokenPermissionLost { scope: Scope::Management } => {
            let scope = Scope::Management.name();
            format!(
                "Das Zugriffstoken hat die Berechtigung {scope} verloren: Vorlagen und Webhook können nicht \
             verwaltet werden. Tragen Sie ein neues ein."
            )
        }
        Notice::TokenPermissionBack { scope } => {
            format!("Das Zugriffstoken hat die Berechtigung {} wieder.", scope.name())
        }
        Notice::TokenRenewed => "Das Zugriffstoken wurde ersetzt.".to_owned(),
        Notice::VersionEndsSoon { version, on } => {
            let on = day(*on, LANGUAGE);
            format!("Meta beendet {version} der Graph API am {on}. Heben Sie die Version an: Das ist ein Klick.")
        }
        Notice::VersionEnded { version, answers_as, until } => {
            ended(version, answers_as, until.map(|at| day(at, LANGUAGE)))
        }
        Notice::VersionRaised => "Die Version der Graph API wurde geändert.".to_owned(),
        Notice::WebhookVerified => "Meta hat die Callback-URL mit dem richtigen Prüftoken geprüft.".to_owned(),
        Notice::VerifyTokenWrong { .. } => {
            "Jemand wollte die Callback-URL mit einem anderen Prüftoken prüfen als dem hier. Waren Sie es bei \
             Meta, vergleichen Sie beide: Jeder Buchstabe zählt."
                .to_owned()
        }
        Notice::WebhookElsewhere { url } if url.is_empty() => {
            "Meta stellt die Nachrichten dieser Nummer nirgendwohin mehr zu. Verbinden Sie den Webhook neu.".to_owned()
        }
        Notice::WebhookElsewhere { url } => {
            format!("Meta stellt die Nachrichten dieser Nummer an {url} zu und nicht mehr hierher. Verbinden Sie den \
             Webhook neu.")
        }
        Notice::WebhookBack => "Meta stellt die Nachrichten dieser Nummer wieder hierher zu.".to_owned(),
        Notice::WebhookRepaired => "Der Webhook wurde wieder verbunden.".to_owned(),
        Notice::FieldsRefused { fields } => format!(
            "Meta lehnte die Webhook-Felder {} ab. Alle anderen sind verbunden. Was sie melden würden, kommt \
             nicht an.",
            fields.join(", ")
        ),
        Notice::SignatureRefused => {
            "Zustellungen ohne oder mit falscher Signatur kommen an und werden abgewiesen. Kommen sie von Meta, \
             ist das App-Geheimnis hier nicht das der App: Tragen Sie es neu ein. Wenn nicht, schreibt jemand \
             anderes an die Callback-URL."
                .to_owned()
        }
        Notice::DeliveryUnreadable { cause } => {
            format!("Ein Teil einer Zustellung von Meta war nicht lesbar und wird aufbewahrt ({cause}).")
        }
        Notice::DeliveryTooOld { what: TooOld::Messages, count } => times(
            "Meta stellte Nachrichten zu, die älter als 8 Tage sind. Der Bot beantwortet sie nicht: Ob er das \
             schon getan hat, ist nicht mehr bekannt.",
            *count,
        ),
        Notice::DeliveryTooOld { what: TooOld::Preferences, count } => times(
            "Meta stellte Wünsche zu Werbung zu, die älter als 8 Tage sind. Sie ändern nichts: Ob sie das schon \
             getan haben, ist nicht mehr bekannt.",
            *count,
        ),
        Notice::MessageFailed { code } => match code.and_then(|code| meta::explain(code, LANGUAGE)) {
            Some(known) => format!("Eine Nachricht kam nicht an. {} {}", known.cause, known.cure),
            None => "Eine Nachricht kam nicht an, und Meta nannte keinen Grund, den wir kennen.".to_owned(),
        },
        Notice::MessageNotRun { cause } => format!("Eine Nachricht konnte nicht verarbeitet werden und wird aufbewahrt: {cause}."),
        Notice::OptedOut => chasqui_model::reason::Reason::OptedOut.say(LANGUAGE),
        Notice::HandedOff => "Ein Gespräch wartet auf einen Menschen. Öffnen und übernehmen Sie es.".to_owned(),
        Notice::FlowFailed { code, words } => failed(code, words, LANGUAGE),
        Notice::NodeFailed { bot, node, code, words } => {
            let words = failed(code, words, LANGUAGE);
            format!("Der Bot {bot} scheiterte am Baustein {node}. {words}")
        }
        Notice::MissedCall { count } => times(
            "Jemand rief diese Nummer an, und niemand nahm ab. Bots nehmen keine Anrufe an: Antworten Sie mit \
             einer Nachricht, oder schalten Sie Anrufe bei Meta aus.",
            *count,
        ),
        Notice::MetaError { meta, count } => times(&error(meta), *count),
        Notice::FieldIgnored { field, what, count } => times(&ignored(field, what), *count),
        Notice::NumberClaimed => chasqui_model::reason::Reason::Claimed.say(LANGUAGE),
        Notice::QuotaPassed { kind: Kind::Contacts, limit } => format!(
            "Dieses Konto hat mehr als {limit} Kontakte. Nachrichten werden weiter angenommen und beantwortet. \
             Löschen Sie alte Gespräche, oder fragen Sie, wer diesen Server betreibt."
        ),
        Notice::QuotaPassed { limit, .. } => format!(
            "Die Dateien, die Kontakte geschickt haben, belegen mehr als {} MiB. Nachrichten werden weiter \
             angenommen und beantwortet. Löschen Sie alte Gespräche, oder fragen Sie, wer diesen Server betreibt.",
            limit / MIB
        ),
        Notice::StoreStoodStill { seconds } => format!(
            "Die Datenbank dieser Installation antwortete {seconds} Sekunden lang nicht. Zustellungen aus dieser \
             Zeit wurden abgelehnt, und Meta sendet sie erneut."
        ),
        Notice::TemplateStatus { name, language, status, reason } => {
            let cure = if is_bad(notice) { " Ändern Sie sie bei Meta, oder wählen Sie eine andere." } else { "" };
            format!("Die Vorlage {name} ({language}) ist jetzt {status}.{}{cure}", why(reason.as_deref()))
        }
        Notice::TemplateQuality { name, language, quality } => {
            let cure = if is_bad(notice) { " Ändern Sie ihren Text, sonst pausiert Meta sie." } else { "" };
            format!("Die Vorlage {name} ({language}) hat jetzt die Qualität {quality}.{cure}")
        }
        Notice::TemplateCategory { name, language, category, later: true } => format!(
            "Meta sagt, dass die Vorlage {name} ({language}) bald zur Kategorie {category} gehört; damit ändert \
             sich ihr Preis."
        ),
        Notice::TemplateCategory { name, language, category, later: false } => format!(
            "Meta sagt, dass die Vorlage {name} ({language}) zur Kategorie {category} gehört; damit ändert sich \
             ihr Preis."
        ),
        Notice::TemplateChanged { name, language } => {
            format!("Die Vorlage {name} ({language}) wurde bei Meta geändert.")
        }
        Notice::NumberQuality { event, limit } => {
            let limit = limit.as_ref().map(|it| format!(" Ihre Sendegrenze ist {it}.")).unwrap_or_default();
            let cure = if is_bad(notice) {
                " Leute sperren oder melden sie: Senden Sie weniger, und nur was gewünscht ist."
            } else {
                ""
            };
            format!("Meta meldet {event} für diese Nummer.{limit}{cure}")
        }
        Notice::NumberName { decision, reason } => {
            format!("Metas Entscheidung über den Anzeigenamen der Nummer: {decision}.{}", why(reason.as_deref()))
        }
        Notice::NumberSecurity { event } => {
            format!("Meta meldet {event} für diese Nummer. Wenn das niemand aus Ihrem Team war, ändern Sie die PIN der \
             Nummer bei Meta.")
        }
        Notice::MessagingLimit { limit } => {
            format!("Das Unternehmen darf jetzt {limit} Gespräche am Tag beginnen.")
        }
        Notice::AccountUpdate { event, detail } => {
            let detail = detail.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
            let cure = if is_bad(notice) { " Sehen Sie auf der Seite des Kontos bei Meta nach." } else { "" };
            format!("Meta meldet {event}{detail} für das Geschäftskonto.{cure}")
        }
        Notice::AccountReview { decision } => {
            format!("Metas Entscheidung über das Geschäftskonto: {decision}.")
        }
        Notice::AccountAlert { description, .. } => format!("Meta sagt: {description}"),
        Notice::Words { text, .. } => text.clone(),
    }
}

fn why(reason: Option<&str>) -> String {
    reason.map(|it| format!(" Meta sagt: {it}.")).unwrap_or_default()
}

fn error(said: &MetaSaid) -> String {
    let begin = "Meta meldet einen Fehler, der zu keiner Nachricht gehört";
    let begin = match (&said.said, said.code) {
        (None, None) => format!("{begin}."),
        (None, Some(code)) => format!("{begin} (Fehler {code})."),
        (Some(what), None) => format!("{begin}: {what}."),
        (Some(what), Some(code)) => format!("{begin}: {what} (Fehler {code})."),
    };
    match said.code.and_then(|code| meta::explain(code, LANGUAGE)) {
        Some(known) => format!("{begin} {} {}", known.cause, known.cure),
        None => begin,
    }
}

fn ignored(field: &str, what: &str) -> String {
    match (field, what) {
        ("", _) => "Meta hat vieles andere gemeldet, das hier keine Wirkung hat.".to_owned(),
        (field, "") => {
            format!("Meta hat etwas im Webhook-Feld {field} gemeldet. Es hat hier keine Wirkung.")
        }
        (field, what) => {
            format!("Meta hat {what} im Webhook-Feld {field} gemeldet. Es hat hier keine Wirkung.")
        }
    }
}

fn times(words: &str, count: u32) -> String {
    if count > 1 { format!("{words} Es kam {count}-mal innerhalb von 24 Stunden.") } else { words.to_owned() }
}
