//! What the product writes to people who are to come in, in their language. No other mail is written here.

use chasqui_model::Clock;
use chasqui_model::account::{Language, Role, User};
use chasqui_store::noun::invitation::Invitation;
use chasqui_store::noun::mail::Mail;

/// Invites somebody.
pub(crate) fn invitation(
    clock: &Clock,
    it: &Invitation,
    host: &User,
    link: &str,
    language: Language,
) -> Mail {
    let (host, account) = (host.name.as_str(), it.account_name.as_str());
    let role = role(it.role, language);
    let (subject, text) = match language {
        Language::En => (
            format!("{host} invites you to {account}"),
            format!(
                "{host} invites you to the account {account} on Chasqui, as {role}.\n\nOpen this link to take the \
                 invitation up:\n{link}\n\nIt works once, for 7 days. If you did not expect this, do nothing.\n"
            ),
        ),
        Language::De => (
            format!("{host} lädt Sie zu {account} ein"),
            format!(
                "{host} lädt Sie in das Konto {account} auf Chasqui ein, als {role}.\n\nÖffnen Sie diesen Link, um die \
                 Einladung anzunehmen:\n{link}\n\nEr gilt einmal, 7 Tage lang. Wenn Sie das nicht erwartet haben, \
                 müssen Sie nichts tun.\n"
            ),
        ),
    };
    mail(clock, "invitation", &it.email, subject, text, Some(it.account))
}

/// Lets somebody choose another password.
pub(crate) fn password_reset(clock: &Clock, user: &User, link: &str, language: Language) -> Mail {
    let (subject, text) = match language {
        Language::En => (
            "Choose another password".to_owned(),
            format!(
                "Somebody, hopefully you, wants another password for {} on Chasqui.\n\nOpen this link to choose \
                 one:\n{link}\n\nIt works once, for an hour. If it was not you, do nothing: your password stays.\n",
                user.email
            ),
        ),
        Language::De => (
            "Neues Passwort wählen".to_owned(),
            format!(
                "Jemand, hoffentlich Sie, möchte ein neues Passwort für {} auf Chasqui.\n\nÖffnen Sie diesen Link, um \
                 eines zu wählen:\n{link}\n\nEr gilt einmal, eine Stunde lang. Wenn Sie das nicht waren, müssen Sie \
                 nichts tun: Ihr Passwort bleibt.\n",
                user.email
            ),
        ),
    };
    mail(clock, "password_reset", &user.email, subject, text, None)
}

fn role(role: Role, language: Language) -> &'static str {
    match (role, language) {
        (Role::Viewer, Language::En) => "viewer",
        (Role::Builder, Language::En) => "builder",
        (Role::Admin, Language::En) => "admin",
        (Role::Owner, Language::En) => "owner",
        (Role::Viewer, Language::De) => "Betrachter",
        (Role::Builder, Language::De) => "Gestalter",
        (Role::Admin, Language::De) => "Verwalter",
        (Role::Owner, Language::De) => "Inhaber",
    }
}

fn mail(
    clock: &Clock,
    kind: &str,
    recipient: &str,
    subject: String,
    text: String,
    account: Option<chasqui_model::Id<chasqui_model::account::Account>>,
) -> Mail {
    Mail {
        id: clock.id(),
        account,
        kind: kind.to_owned(),
        recipient: recipient.to_owned(),
        subject,
        text,
        attempts: 0,
        created_at: clock.now(),
    }
}
