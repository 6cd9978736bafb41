//! What checks say, in the languages that the product speaks. A person reads these lines: what was found, then what to do.

use chasqui_model::account::Language;

use super::diagnose::{Check, Detail, Finding, Said};

/// A check's words: its name; what is said when it is good, bad, nearly good, not known; what to do.
struct Words {
    title: &'static str,
    good: &'static str,
    bad: &'static str,
    soon: &'static str,
    unknown: &'static str,
    cure: &'static str,
}

/// Puts a check's outcome into words. `%` in a sentence is the value; a sentence with one and without a value loses it.
pub(super) fn finding(check: Check, said: Said, language: Language) -> Finding {
    let words = match language {
        Language::En => english(check),
        Language::De => german(check),
    };
    let (sentence, value) = match said.detail {
        Detail::Good(value) => (words.good, value),
        Detail::Bad(value) => (words.bad, value),
        Detail::Soon(value) => (words.soon, value),
        Detail::NotKnown(value) => (words.unknown, value),
    };
    Finding {
        check,
        outcome: said.outcome,
        title: words.title.to_owned(),
        // A value may be what Meta's refusal means, in words.
        detail: fill(sentence, value.map(|value| crate::german::say(&value, language)).as_deref()),
        what_to_do: said.cure.map(|_| words.cure.to_owned()),
        cure: said.cure,
    }
}

/// A sentence is written `with value|without value` where it has two forms.
fn fill(sentence: &str, value: Option<&str>) -> String {
    let (with, without) = sentence.split_once('|').unwrap_or((sentence, sentence));
    match value.filter(|value| !value.is_empty()) {
        Some(value) => with.replace('%', value),
        None => without.replace('%', "").trim().to_owned(),
    }
}

#[rustfmt::skip]
fn english(check: Check) -> Words {
    let unknown = "Meta did not say. %|Meta did not say.";
    match check {
        Check::Active => Words { title: "Active", good: "The switch is on.", bad: "The switch is off: messages are counted and not answered.",
            soon: "", unknown, cure: "Switch the integration on." },
        Check::Bot => Words { title: "Bot", good: "A published bot is connected.", bad: "The connected bot is not published.",
            soon: "", unknown, cure: "Publish the bot, or choose another one." },
        Check::Credentials => Words { title: "Credentials", good: "Meta takes the app secret and the token.",
            bad: "Meta does not take them: %|Meta does not take them.", soon: "", unknown,
            cure: "Make a new access token at Meta and enter it; check app id and app secret too." },
        Check::TokenExpiry => Words { title: "Token's end", good: "The access token ends on %.|The access token never ends.", bad: "The access token ended on %.",
            soon: "The access token ends on %.", unknown, cure: "Enter a new token; a system user's never ends." },
        Check::Scopes => Words { title: "Permissions", good: "The token has the permissions it needs.", bad: "The token lacks: %.",
            soon: "The token lacks %: templates and the webhook cannot be looked after.", unknown,
            cure: "Make a new token with both WhatsApp permissions." },
        Check::Version => Words { title: "API version", good: "Meta serves %.", bad: "Meta does not serve % any more.",
            soon: "Meta ends this version soon: %.", unknown, cure: "Raise the version." },
        Check::Number => Words { title: "Number", good: "% is registered and connected.|The number is registered and connected.",
            bad: "The number is not connected: %|The number is not connected.", soon: "", unknown,
            cure: "Check the phone number id, and register the number at Meta." },
        Check::Quality => Words { title: "Quality", good: "The number's quality is high.", bad: "The number's quality is low.",
            soon: "The number's quality is medium.", unknown: "Meta has no rating yet.",
            cure: "People block or report the number: send less, and only what they asked for." },
        Check::MessagingLimit => Words { title: "Messaging limit", good: "The number may begin conversations: %.",
            bad: "", soon: "The number may begin only few conversations a day: %.", unknown: "Meta has set none yet.",
            cure: "Verify the business at Meta; the limit then grows with good quality." },
        Check::CanSend => Words { title: "Sending allowed", good: "Meta lets the number send.", bad: "Meta does not let the number send. %|Meta does not let the number send.",
            soon: "Meta limits what the number may send. %|Meta limits what the number may send.", unknown, cure: "See the number's page at Meta." },
        Check::AppSubscribed => Words { title: "App subscribed", good: "The app gets the business account's deliveries.",
            bad: "The app is not subscribed to the business account.", soon: "", unknown, cure: "Connect the webhook." },
        Check::MessagesField => Words { title: "Webhook fields", good: "The app is subscribed to messages. Meta refused the fields %.|The app is subscribed to messages and all other fields.",
            bad: "The app is not subscribed to the field messages.", soon: "The app is subscribed to messages, but not to %.", unknown, cure: "Connect the webhook." },
        Check::Callback => Words { title: "Callback URL", good: "Meta delivers here.", bad: "Meta delivers to %.|Meta delivers nowhere.",
            soon: "", unknown, cure: "Connect the webhook." },
        Check::Verified => Words { title: "Verification", good: "Meta's verification request was answered on %.",
            bad: "At %, verification was asked for with another verify token than the one here.|Meta's verification request has never come.",
            soon: "The webhook was verified before. At %, verification was asked for with another verify token.", unknown,
            cure: "Connect the webhook, or compare the verify token on both sides: every letter counts." },
        Check::LastDelivery => Words { title: "Deliveries", good: "The last one came at %.", bad: "",
            soon: "None has come yet.", unknown: "None in the last 24 hours; the last one came at %.", cure: "Write to the number from a phone. If nothing comes, connect the webhook." },
        Check::Signatures => Words { title: "Signatures", good: "No wrong signature in the last hour.",
            bad: "% deliveries with a wrong signature in the last hour were refused.", soon: "", unknown,
            cure: "Enter the app secret again; if it is right, somebody else writes to the callback URL." },
        Check::Template => Words { title: "Template", good: "% is approved.", bad: "% cannot be sent.", soon: "",
            unknown: "None is chosen: nothing can be sent to people who have not written for a day.", cure: "Choose an approved template." },
        Check::AlertMail => Words { title: "Alerts by e-mail", good: "They go to %.",
            bad: "They do not arrive: %|They cannot be sent: this server has no mail server.", soon: "Nobody gets any.", unknown,
            cure: "Enter an address that gets mail." },
        Check::Recipients => Words { title: "Who may write", good: "Everyone.", bad: "", soon: "",
            unknown: "Only % numbers are answered, all others are counted and ignored.", cure: "" },
        Check::Queue => Words { title: "Queue", good: "Nothing waits to be sent.", bad: "Replies are held because the number cannot send.",
            soon: "The oldest message has been waiting for % minutes.", unknown, cure: "Look at the failed checks above; the queue goes on by itself." },
    }
}

#[rustfmt::skip]
fn german(check: Check) -> Words {
    let unknown = "Meta hat nichts dazu gesagt. %|Meta hat nichts dazu gesagt.";
    match check {
        Check::Active => Words { title: "Aktiv", good: "Der Schalter ist an.", bad: "Der Schalter ist aus: Nachrichten werden gezählt und nicht beantwortet.",
            soon: "", unknown, cure: "Schalten Sie die Integration ein." },
        Check::Bot => Words { title: "Bot", good: "Ein veröffentlichter Bot ist verbunden.", bad: "Der verbundene Bot ist nicht veröffentlicht.",
            soon: "", unknown, cure: "Veröffentlichen Sie den Bot, oder wählen Sie einen anderen." },
        Check::Credentials => Words { title: "Zugangsdaten", good: "Meta nimmt App-Geheimnis und Token an.",
            bad: "Meta nimmt sie nicht an: %|Meta nimmt sie nicht an.", soon: "", unknown,
            cure: "Erzeugen Sie bei Meta ein neues Zugriffstoken und tragen Sie es ein; prüfen Sie auch App-ID und App-Geheimnis." },
        Check::TokenExpiry => Words { title: "Ende des Tokens", good: "Das Zugriffstoken endet am %.|Das Zugriffstoken endet nie.", bad: "Das Zugriffstoken endete am %.",
            soon: "Das Zugriffstoken endet am %.", unknown, cure: "Tragen Sie ein neues Token ein; das eines Systemnutzers endet nie." },
        Check::Scopes => Words { title: "Berechtigungen", good: "Das Token hat die nötigen Berechtigungen.", bad: "Dem Token fehlt: %.",
            soon: "Dem Token fehlt %: Vorlagen und Webhook können nicht betreut werden.", unknown,
            cure: "Erzeugen Sie ein neues Token mit beiden WhatsApp-Berechtigungen." },
        Check::Version => Words { title: "API-Version", good: "Meta bedient %.", bad: "Meta bedient % nicht mehr.",
            soon: "Meta beendet diese Version bald: %.", unknown, cure: "Heben Sie die Version an." },
        Check::Number => Words { title: "Nummer", good: "% ist registriert und verbunden.|Die Nummer ist registriert und verbunden.",
            bad: "Die Nummer ist nicht verbunden: %|Die Nummer ist nicht verbunden.", soon: "", unknown,
            cure: "Prüfen Sie die Telefonnummern-ID, und registrieren Sie die Nummer bei Meta." },
        Check::Quality => Words { title: "Qualität", good: "Die Qualität der Nummer ist hoch.", bad: "Die Qualität der Nummer ist niedrig.",
            soon: "Die Qualität der Nummer ist mittel.", unknown: "Meta hat noch keine Bewertung.",
            cure: "Leute sperren oder melden die Nummer: Senden Sie weniger, und nur was gewünscht ist." },
        Check::MessagingLimit => Words { title: "Sendegrenze", good: "Die Nummer darf Gespräche beginnen: %.",
            bad: "", soon: "Die Nummer darf nur wenige Gespräche am Tag beginnen: %.", unknown: "Meta hat noch keine gesetzt.",
            cure: "Verifizieren Sie das Unternehmen bei Meta; die Grenze wächst dann mit guter Qualität." },
        Check::CanSend => Words { title: "Senden erlaubt", good: "Meta lässt die Nummer senden.", bad: "Meta lässt die Nummer nicht senden. %|Meta lässt die Nummer nicht senden.",
            soon: "Meta begrenzt, was die Nummer senden darf. %|Meta begrenzt, was die Nummer senden darf.", unknown, cure: "Sehen Sie auf der Seite der Nummer bei Meta nach." },
        Check::AppSubscribed => Words { title: "App abonniert", good: "Die App bekommt die Zustellungen des Geschäftskontos.",
            bad: "Die App hat das Geschäftskonto nicht abonniert.", soon: "", unknown, cure: "Verbinden Sie den Webhook." },
        Check::MessagesField => Words { title: "Webhook-Felder", good: "Die App hat messages abonniert. Meta lehnte die Felder % ab.|Die App hat messages und alle anderen Felder abonniert.",
            bad: "Die App hat das Feld messages nicht abonniert.", soon: "Die App hat messages abonniert, aber % nicht.", unknown, cure: "Verbinden Sie den Webhook." },
        Check::Callback => Words { title: "Callback-URL", good: "Meta stellt hierher zu.", bad: "Meta stellt an % zu.|Meta stellt nirgendwohin zu.",
            soon: "", unknown, cure: "Verbinden Sie den Webhook." },
        Check::Verified => Words { title: "Prüfung", good: "Metas Prüfanfrage wurde am % beantwortet.",
            bad: "Um % kam eine Prüfanfrage mit einem anderen Prüftoken als dem hier.|Metas Prüfanfrage ist nie gekommen.",
            soon: "Der Webhook wurde früher geprüft. Um % kam eine Prüfanfrage mit einem anderen Prüftoken.", unknown,
            cure: "Verbinden Sie den Webhook, oder vergleichen Sie das Prüftoken auf beiden Seiten: Jeder Buchstabe zählt." },
        Check::LastDelivery => Words { title: "Zustellungen", good: "Die letzte kam um %.", bad: "",
            soon: "Noch keine ist gekommen.", unknown: "Keine in den letzten 24 Stunden; die letzte kam um %.", cure: "Schreiben Sie der Nummer von einem Telefon. Kommt nichts an, verbinden Sie den Webhook." },
        Check::Signatures => Words { title: "Signaturen", good: "Keine falsche Signatur in der letzten Stunde.",
            bad: "% Zustellungen mit falscher Signatur wurden in der letzten Stunde abgelehnt.", soon: "", unknown,
            cure: "Tragen Sie das App-Geheimnis neu ein; stimmt es, schreibt jemand anderes an die Callback-URL." },
        Check::Template => Words { title: "Vorlage", good: "% ist genehmigt.", bad: "% kann nicht gesendet werden.", soon: "",
            unknown: "Keine ist gewählt: Wer seit einem Tag nicht geschrieben hat, kann nichts bekommen.", cure: "Wählen Sie eine genehmigte Vorlage." },
        Check::AlertMail => Words { title: "Warnungen per E-Mail", good: "Sie gehen an %.",
            bad: "Sie kommen nicht an: %|Sie können nicht gesendet werden: Dieser Server hat keinen Mailserver.", soon: "Niemand bekommt welche.", unknown,
            cure: "Tragen Sie eine Adresse ein, die Post bekommt." },
        Check::Recipients => Words { title: "Wer schreiben darf", good: "Alle.", bad: "", soon: "",
            unknown: "Nur % Nummern bekommen Antwort, alle anderen werden gezählt und übergangen.", cure: "" },
        Check::Queue => Words { title: "Warteschlange", good: "Nichts wartet auf das Senden.", bad: "Antworten warten, weil die Nummer nicht senden kann.",
            soon: "Die älteste Nachricht wartet seit % Minuten.", unknown, cure: "Sehen Sie die fehlgeschlagenen Prüfungen an; die Warteschlange geht dann von selbst weiter." },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_has_a_form_without_its_value() {
        assert_eq!(fill("It ends on %.|It never ends.", Some("Monday")), "It ends on Monday.");
        assert_eq!(fill("It ends on %.|It never ends.", None), "It never ends.");
        assert_eq!(fill("All well.", Some("x")), "All well.");
    }
}
