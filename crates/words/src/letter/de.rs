//! In German.

use chasqui_model::account::{Language, Role};

use super::{Alert, Handoff, Letter, News};
use crate::meta::Explanation;

pub(super) fn alert(it: &Alert<'_>, title: &str, known: Option<(i64, Explanation)>) -> Letter {
    let Alert { number, count, since, .. } = it;
    let (subject, opening) = match it.news {
        News::First => (format!("{number}: {title}"), format!("{title}, bei {number}, seit {since}.")),
        News::Again { more } => (
            format!("{number}: {title}, {more} weitere"),
            format!("{title}, bei {number}: {more} weitere Male, insgesamt {count} seit {since}."),
        ),
        News::Over => (
            format!("{number}: vorbei: {title}"),
            format!("Das ist vorbei, bei {number}: {title}. Es geschah {count} Mal seit {since}."),
        ),
    };
    let what = match known {
        Some((code, known)) => format!("{}\nWas zu tun ist: {}\n(Fehler {code})", known.cause, known.cure),
        None => it.said(Language::De),
    };
    let talk = it.conversation.map(|link| format!("Gespräch öffnen:\n{link}\n\n")).unwrap_or_default();
    let why = if it.asked_for {
        "Wer den Bot gebaut hat, möchte an diesem Baustein diese Mail. Sie geht an die Adressen unter Einstellungen, sonst an \
         die Verwalter des Kontos."
    } else {
        "Wer diese Mails bekommt, steht dort unter Einstellungen."
    };
    let ending = format!("{talk}Integration öffnen:\n{}\n\n{why}\n", it.log);
    (subject, it.text(&opening, &what, &ending))
}

pub(super) fn handoff(it: &Handoff<'_>) -> String {
    let Handoff { number, bot, at, link } = it;
    format!(
        "Der Bot {bot} hat um {at} ein Gespräch bei {number} an einen Menschen übergeben. Er schweigt, bis jemand antwortet oder \
         das Gespräch zurückgibt.\n\nGespräch öffnen:\n{link}\n\nDiese Mail geht an die Adressen in den Einstellungen der \
         Integration. Ohne solche geht sie an alle, die übernehmen dürfen.\n"
    )
}

pub(super) fn invitation(host: &str, account: &str, role: Role, link: &str) -> Letter {
    let role = match role {
        Role::Viewer => "Betrachter",
        Role::Builder => "Gestalter",
        Role::Admin => "Verwalter",
        Role::Owner => "Inhaber",
    };
    let text = format!(
        "{host} lädt Sie in das Konto {account} auf Chasqui ein, als {role}.\n\nÖffnen Sie diesen Link, um die Einladung \
         anzunehmen:\n{link}\n\nEr gilt einmal, 7 Tage lang. Wenn Sie das nicht erwartet haben, müssen Sie nichts tun.\n"
    );
    (format!("{host} lädt Sie zu {account} ein"), text)
}

pub(super) fn password_reset(email: &str, link: &str) -> Letter {
    let text = format!(
        "Jemand, hoffentlich Sie, möchte ein neues Passwort für {email} auf Chasqui.\n\nÖffnen Sie diesen Link, um eines zu \
         wählen:\n{link}\n\nEr gilt einmal, eine Stunde lang. Wenn Sie das nicht waren, müssen Sie nichts tun: Ihr Passwort \
         bleibt.\n"
    );
    ("Neues Passwort wählen".to_owned(), text)
}
