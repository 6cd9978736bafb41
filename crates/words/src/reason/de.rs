//! In German.

use chasqui_model::account::Language;
use chasqui_model::integration::Damaged;
use chasqui_model::reason::{Reason, Scope};

use super::{Style, refused};
use crate::day::day;
use crate::template;

const STYLE: Style = Style {
    language: Language::De,
    to_send: "Zum Senden braucht es die Berechtigung",
    needs: "Dafür braucht es die Berechtigung",
    says: "Meta sagt:",
    error: "Fehler",
};
const HELD: &str = "Antworten warten, bis es ein neues gibt.";

#[expect(clippy::too_many_lines, reason = "one sentence an arm")]
pub(super) fn say(reason: &Reason) -> String {
    let on = |at: &_| day(*at, Language::De);
    match reason {
        Reason::Damaged { part } => damaged(*part).to_owned(),
        Reason::TokenEnded { on: at } => {
            format!("Das Zugriffstoken endete am {}. Tragen Sie ein neues ein.", on(at))
        }
        Reason::TokenEnds { on: at } => {
            format!("Das Zugriffstoken endet am {}. Tragen Sie ein neues ein.", on(at))
        }
        Reason::TokenRevoked => "Meta nimmt das Zugriffstoken nicht mehr an, obwohl seine Zeit nicht abgelaufen ist: Es \
                                 wurde widerrufen. Tragen Sie ein neues ein."
            .to_owned(),
        Reason::TokenShortLived => {
            "Das Zugriffstoken endet in wenigen Stunden. Nehmen Sie das eines Systemnutzers.".to_owned()
        }
        Reason::TokenLacks { scope: Scope::Messaging } => {
            let scope = Scope::Messaging.name();
            format!(
                "Dem Zugriffstoken fehlt die Berechtigung {scope}: Nichts kann gesendet werden. Tragen Sie ein neues ein."
            )
        }
        Reason::TokenLacks { scope: Scope::Management } => {
            let scope = Scope::Management.name();
            format!(
                "Dem Zugriffstoken fehlt die Berechtigung {scope}: Vorlagen und Webhook können nicht verwaltet werden."
            )
        }
        Reason::TokenRefused { meta } => refused(meta, &STYLE, "Meta weist das Zugriffstoken zurück.", HELD),
        Reason::NumberHeld { meta } => {
            refused(meta, &STYLE, "Meta lässt diese Nummer jetzt nichts senden.", "")
        }
        Reason::OutOfService { status } => format!(
            "Meta hat die Nummer außer Betrieb genommen ({status}). Sehen Sie auf ihrer Seite bei Meta nach."
        ),
        Reason::DeliversNowhere => {
            "Meta stellt die Nachrichten dieser Nummer nirgendwohin zu. Verbinden Sie den Webhook.".to_owned()
        }
        Reason::DeliversElsewhere { url } => format!(
            "Meta stellt die Nachrichten dieser Nummer woandershin zu: {url}. Verbinden Sie den Webhook neu."
        ),
        Reason::NotConnected => {
            "Der Webhook ist nicht verbunden: Keine Nachricht kommt an. Verbinden Sie ihn.".to_owned()
        }
        Reason::NotSubscribed => {
            "Die App hat das Geschäftskonto nicht abonniert. Verbinden Sie den Webhook neu.".to_owned()
        }
        Reason::VersionEnds { version, on: at } => {
            format!("Meta beendet {version} am {}. Heben Sie die Version an.", on(at))
        }
        Reason::VersionEnded { version, answers_as, until } => ended(version, answers_as, until.map(|at| on(&at))),
        Reason::VersionGone { version } => {
            format!("Meta bedient {version} nicht mehr. Heben Sie die Version an.")
        }
        Reason::LowQuality => {
            "Die Qualität der Nummer ist niedrig: Leute sperren oder melden sie. Senden Sie weniger.".to_owned()
        }
        Reason::MetaRefused { meta } => refused(meta, &STYLE, "Meta hat die Nachricht abgelehnt.", ""),
        Reason::NotDelivered { meta } => refused(meta, &STYLE, "Die Nachricht kam nicht an.", ""),
        Reason::NoAnswer => "Meta antwortet nicht.".to_owned(),
        Reason::CallRefused { meta } => refused(meta, &STYLE, "Meta hat es abgelehnt.", ""),
        Reason::Unreached => "Meta hat nicht geantwortet. Versuchen Sie es gleich noch einmal.".to_owned(),
        Reason::WindowClosed => "Das 24-Stunden-Fenster ist geschlossen: Der Kontakt hat seit einem Tag nicht geschrieben, \
                                 und nur Vorlagen dürfen gesendet werden. Wählen Sie in den Einstellungen der Integration \
                                 eine Vorlage, die dann gesendet wird."
            .to_owned(),
        Reason::GivenUp => {
            "Die Nachricht konnte 24 Stunden lang nicht gesendet werden und wurde aufgegeben.".to_owned()
        }
        Reason::OptedOut => "Diese Person will von dieser Nummer keine Werbung, und die Einstellungen der Integration \
                             sagen, dass das gilt."
            .to_owned(),
        Reason::Unreadable => "Die Nachricht ist in einer Form gespeichert, die nicht lesbar ist, und wurde deshalb nicht \
                               gesendet."
            .to_owned(),
        Reason::NoRecipient => {
            "Niemand ist da, an den sie gehen könnte: Weder eine Nummer noch eine Nutzer-ID ist bekannt.".to_owned()
        }
        Reason::NoFile => "Die Datei wurde nicht gefunden. Laden Sie sie neu hoch.".to_owned(),
        Reason::Deleted => "Die Integration wurde gelöscht.".to_owned(),
        Reason::TokenInvalid => "Das Zugriffstoken enthält Zeichen, die kein Token hat. Tragen Sie es neu ein.".to_owned(),
        Reason::StoreAway => "Die Datenbank hat nicht geantwortet. Versuchen Sie es gleich noch einmal.".to_owned(),
        Reason::Claimed => "Diese Integration wurde ausgeschaltet: Jemand hat ihre Nummer mit einem Zugriffstoken verbunden, \
             das Meta dafür annimmt. Die Zugangsdaten hier hat Meta für diese Nummer nie angenommen. Prüfen Sie \
             sie bei Meta, und schalten Sie sie dann wieder ein.".to_owned(),
        Reason::Template { name, wrong } => template::wrong(name, wrong, Language::De),
        Reason::TemplateNotApproved { name, status } => {
            format!("Die Vorlage {name} kann nicht gesendet werden: Meta sagt {status}.")
        }
        Reason::TemplateUnknown { name, language } => {
            format!("Bei Meta gibt es keine Vorlage {name} in der Sprache {language}. Wählen Sie eine genehmigte.")
        }
        Reason::Words { text } => text.clone(),
    }
}

pub(crate) fn ended(version: &str, answers_as: &str, until: Option<String>) -> String {
    match until {
        Some(until) => format!(
            "Meta hat {version} beendet und antwortet als {answers_as}, bis {until}. Heben Sie die Version an."
        ),
        None => {
            format!("Meta hat {version} beendet und antwortet als {answers_as}. Heben Sie die Version an.")
        }
    }
}

const fn damaged(part: Damaged) -> &'static str {
    match part {
        Damaged::AppSecret => {
            "Das App-Geheimnis ist in der Datenbank beschädigt und nicht lesbar. Tragen Sie es neu ein. Bis dahin werden \
             Zustellungen abgelehnt, und Meta sendet sie erneut."
        }
        Damaged::AccessToken => {
            "Das Zugriffstoken ist in der Datenbank beschädigt und nicht lesbar. Tragen Sie es neu ein. Bis dahin warten \
             Nachrichten."
        }
        Damaged::VerifyToken => {
            "Das Prüftoken ist in der Datenbank beschädigt und nicht lesbar. Tragen Sie es neu ein, hier und bei Meta."
        }
        Damaged::Version => {
            "Die Version der Graph API ist in der Datenbank beschädigt und nicht lesbar. Wählen Sie sie neu. Bis dahin warten \
             Nachrichten."
        }
        Damaged::Settings => {
            "Die Einstellungen sind in der Datenbank beschädigt und nicht lesbar. Prüfen Sie alle und speichern Sie. Bis dahin \
             werden Zustellungen abgelehnt, und Meta sendet sie erneut."
        }
    }
}
