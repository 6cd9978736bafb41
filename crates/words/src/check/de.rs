//! In German.

use chasqui_model::check::Check;
use chasqui_model::check::State::{self, Bad, Good, NotKnown, Soon};

pub(super) const fn title(check: Check) -> &'static str {
    match check {
        Check::Active => "Aktiv",
        Check::Bot => "Bot",
        Check::Credentials => "Zugangsdaten",
        Check::TokenExpiry => "Ende des Tokens",
        Check::Scopes => "Berechtigungen",
        Check::Version => "API-Version",
        Check::Number => "Nummer",
        Check::Quality => "Qualität",
        Check::MessagingLimit => "Sendegrenze",
        Check::CanSend => "Senden erlaubt",
        Check::AppSubscribed => "App abonniert",
        Check::MessagesField => "Webhook-Felder",
        Check::Callback => "Callback-URL",
        Check::Verified => "Prüfung",
        Check::LastDelivery => "Zustellungen",
        Check::Signatures => "Signaturen",
        Check::Template => "Vorlage",
        Check::AlertMail => "Warnungen per E-Mail",
        Check::Recipients => "Wer schreiben darf",
        Check::Queue => "Warteschlange",
    }
}

pub(super) const fn cure(check: Check) -> &'static str {
    match check {
        Check::Active => "Schalten Sie die Integration ein.",
        Check::Bot => "Veröffentlichen Sie den Bot, oder wählen Sie einen anderen.",
        Check::Credentials => {
            "Erzeugen Sie bei Meta ein neues Zugriffstoken und tragen Sie es ein; prüfen Sie auch App-ID und App-Geheimnis."
        }
        Check::TokenExpiry => "Tragen Sie ein neues Token ein; das eines Systemnutzers endet nie.",
        Check::Scopes => "Erzeugen Sie ein neues Token mit beiden WhatsApp-Berechtigungen.",
        Check::Version => "Heben Sie die Version an.",
        Check::Number => "Prüfen Sie die Telefonnummern-ID, und registrieren Sie die Nummer bei Meta.",
        Check::Quality => {
            "Leute sperren oder melden die Nummer: Senden Sie weniger, und nur was gewünscht ist."
        }
        Check::MessagingLimit => {
            "Verifizieren Sie das Unternehmen bei Meta; die Grenze wächst dann mit guter Qualität."
        }
        Check::CanSend => "Sehen Sie auf der Seite der Nummer bei Meta nach.",
        Check::AppSubscribed | Check::MessagesField | Check::Callback => "Verbinden Sie den Webhook.",
        Check::Verified => {
            "Verbinden Sie den Webhook, oder vergleichen Sie das Prüftoken auf beiden Seiten: Jeder Buchstabe zählt."
        }
        Check::LastDelivery => {
            "Schreiben Sie der Nummer von einem Telefon. Kommt nichts an, verbinden Sie den Webhook."
        }
        Check::Signatures => {
            "Tragen Sie das App-Geheimnis neu ein; stimmt es, schreibt jemand anderes an die Callback-URL."
        }
        Check::Template => "Wählen Sie eine genehmigte Vorlage.",
        Check::AlertMail => "Tragen Sie eine Adresse ein, die Post bekommt.",
        Check::Recipients => "",
        Check::Queue => {
            "Sehen Sie die fehlgeschlagenen Prüfungen an; die Warteschlange geht dann von selbst weiter."
        }
    }
}

#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "one sentence an arm")]
pub(super) fn found(check: Check, state: State, value: Option<&str>) -> String {
    match (check, state, value) {
        (Check::Active, Good, _) => "Der Schalter ist an.".to_owned(),
        (Check::Active, Bad, _) => "Der Schalter ist aus: Nachrichten werden gezählt und nicht beantwortet.".to_owned(),
        (Check::Bot, Good, _) => "Ein veröffentlichter Bot ist verbunden.".to_owned(),
        (Check::Bot, Bad, _) => "Der verbundene Bot ist nicht veröffentlicht.".to_owned(),
        (Check::Credentials, Good, _) => "Meta nimmt App-Geheimnis und Token an.".to_owned(),
        (Check::Credentials, Bad, Some(value)) => format!("Meta nimmt sie nicht an: {value}"),
        (Check::Credentials, Bad, None) => "Meta nimmt sie nicht an.".to_owned(),
        (Check::TokenExpiry, Good, Some(value)) => format!("Das Zugriffstoken endet am {value}."),
        (Check::TokenExpiry, Good, None) => "Das Zugriffstoken endet nie.".to_owned(),
        (Check::TokenExpiry, Bad, _) => format!("Das Zugriffstoken endete am {}.", value.unwrap_or_default()),
        (Check::TokenExpiry, Soon, _) => format!("Das Zugriffstoken endet am {}.", value.unwrap_or_default()),
        (Check::Scopes, Good, _) => "Das Token hat die nötigen Berechtigungen.".to_owned(),
        (Check::Scopes, Bad, _) => format!("Dem Token fehlt: {}.", value.unwrap_or_default()),
        (Check::Scopes, Soon, _) => format!("Dem Token fehlt {}: Vorlagen und Webhook können nicht verwaltet werden.", value.unwrap_or_default()),
        (Check::Version, Good, _) => format!("Meta bedient {}.", value.unwrap_or_default()),
        (Check::Version, Bad, _) => format!("Meta bedient {} nicht mehr.", value.unwrap_or_default()),
        (Check::Version, Soon, _) => format!("Meta beendet diese Version bald: {}.", value.unwrap_or_default()),
        (Check::Number, Good, Some(value)) => format!("{value} ist registriert und verbunden."),
        (Check::Number, Good, None) => "Die Nummer ist registriert und verbunden.".to_owned(),
        (Check::Number, Bad, Some(value)) => format!("Die Nummer ist nicht verbunden: {value}"),
        (Check::Number, Bad, None) => "Die Nummer ist nicht verbunden.".to_owned(),
        (Check::Quality, Good, _) => "Die Qualität der Nummer ist hoch.".to_owned(),
        (Check::Quality, Bad, _) => "Die Qualität der Nummer ist niedrig.".to_owned(),
        (Check::Quality, Soon, _) => "Die Qualität der Nummer ist mittel.".to_owned(),
        (Check::Quality, NotKnown, _) => "Meta hat noch keine Bewertung.".to_owned(),
        (Check::MessagingLimit, Good, _) => format!("Die Nummer darf Gespräche beginnen: {}.", value.unwrap_or_default()),
        (Check::MessagingLimit, Soon, _) => format!("Die Nummer darf nur wenige Gespräche am Tag beginnen: {}.", value.unwrap_or_default()),
        (Check::MessagingLimit, NotKnown, _) => "Meta hat noch keine gesetzt.".to_owned(),
        (Check::CanSend, Good, _) => "Meta lässt die Nummer senden.".to_owned(),
        (Check::CanSend, Bad, Some(value)) => format!("Meta lässt die Nummer nicht senden. {value}"),
        (Check::CanSend, Bad, None) => "Meta lässt die Nummer nicht senden.".to_owned(),
        (Check::CanSend, Soon, Some(value)) => format!("Meta begrenzt, was die Nummer senden darf. {value}"),
        (Check::CanSend, Soon, None) => "Meta begrenzt, was die Nummer senden darf.".to_owned(),
        (Check::AppSubscribed, Good, _) => "Die App bekommt die Zustellungen des Geschäftskontos.".to_owned(),
        (Check::AppSubscribed, Bad, _) => "Die App hat das Geschäftskonto nicht abonniert.".to_owned(),
        (Check::MessagesField, Good, Some(value)) => format!("Die App hat messages abonniert. Meta lehnte die Felder {value} ab."),
        (Check::MessagesField, Good, None) => "Die App hat messages und alle anderen Felder abonniert.".to_owned(),
        (Check::MessagesField, Bad, _) => "Die App hat das Feld messages nicht abonniert.".to_owned(),
        (Check::MessagesField, Soon, _) => format!("Die App hat messages abonniert, aber {} nicht.", value.unwrap_or_default()),
        (Check::Callback, Good, _) => "Meta stellt hierher zu.".to_owned(),
        (Check::Callback, Bad, Some(value)) => format!("Meta stellt an {value} zu."),
        (Check::Callback, Bad, None) => "Meta stellt nirgendwohin zu.".to_owned(),
        (Check::Verified, Good, _) => format!("Metas Prüfanfrage wurde am {} beantwortet.", value.unwrap_or_default()),
        (Check::Verified, Bad, Some(value)) => format!("Am {value} kam eine Prüfanfrage mit einem anderen Prüftoken als dem hier."),
        (Check::Verified, Bad, None) => "Metas Prüfanfrage ist nie gekommen.".to_owned(),
        (Check::Verified, Soon, _) => format!("Der Webhook wurde früher geprüft. Am {} kam eine Prüfanfrage mit einem anderen Prüftoken.", value.unwrap_or_default()),
        (Check::LastDelivery, Good, _) => format!("Die letzte kam am {}.", value.unwrap_or_default()),
        (Check::LastDelivery, Soon, _) => "Noch keine ist gekommen.".to_owned(),
        (Check::LastDelivery, NotKnown, _) => format!("Keine in den letzten 24 Stunden; die letzte kam am {}.", value.unwrap_or_default()),
        (Check::Signatures, Good, _) => "Keine falsche Signatur in der letzten Stunde.".to_owned(),
        (Check::Signatures, Bad, _) => format!("{} Zustellungen mit falscher Signatur wurden in der letzten Stunde abgelehnt.", value.unwrap_or_default()),
        (Check::Template, Good, _) => format!("{} ist genehmigt.", value.unwrap_or_default()),
        (Check::Template, Bad, _) => format!("{} kann nicht gesendet werden.", value.unwrap_or_default()),
        (Check::Template, NotKnown, _) => "Keine ist gewählt: Wer seit einem Tag nicht geschrieben hat, kann nichts bekommen.".to_owned(),
        (Check::AlertMail, Good, _) => format!("Sie gehen an {}.", value.unwrap_or_default()),
        (Check::AlertMail, Bad, Some(value)) => format!("Sie kommen nicht an: {value}"),
        (Check::AlertMail, Bad, None) => "Sie können nicht gesendet werden: Dieser Server hat keinen Mailserver.".to_owned(),
        (Check::AlertMail, Soon, _) => "Niemand bekommt welche.".to_owned(),
        (Check::Recipients, Good, _) => "Alle.".to_owned(),
        (Check::Recipients, NotKnown, _) => format!("Nur {} Nummern bekommen Antwort, alle anderen werden gezählt und übergangen.", value.unwrap_or_default()),
        (Check::Queue, Good, _) => "Nichts wartet auf das Senden.".to_owned(),
        (Check::Queue, Bad, _) => "Antworten warten, weil die Nummer nicht senden kann.".to_owned(),
        (Check::Queue, Soon, _) => format!("Die älteste Nachricht wartet seit {} Minuten.", value.unwrap_or_default()),
        (Check::Active | Check::Bot | Check::Credentials | Check::Number | Check::AppSubscribed | Check::Callback | Check::Signatures, Soon | NotKnown, Some(value))
        | (Check::TokenExpiry | Check::Scopes | Check::Version | Check::CanSend | Check::MessagesField | Check::Verified | Check::AlertMail | Check::Queue, NotKnown, Some(value))
        | (Check::MessagingLimit | Check::LastDelivery, Bad, Some(value))
        | (Check::Template, Soon, Some(value))
        | (Check::Recipients, Bad | Soon, Some(value)) => format!("Meta hat nichts dazu gesagt. {value}"),
        (Check::Active | Check::Bot | Check::Credentials | Check::Number | Check::AppSubscribed | Check::Callback | Check::Signatures, Soon | NotKnown, None)
        | (Check::TokenExpiry | Check::Scopes | Check::Version | Check::CanSend | Check::MessagesField | Check::Verified | Check::AlertMail | Check::Queue, NotKnown, None)
        | (Check::MessagingLimit | Check::LastDelivery, Bad, None)
        | (Check::Template, Soon, None)
        | (Check::Recipients, Bad | Soon, None) => "Meta hat nichts dazu gesagt.".to_owned(),
    }
}
