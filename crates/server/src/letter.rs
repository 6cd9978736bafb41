//! Mails to people who are to come in. What they say stands in the crate `words`.

use chasqui_model::Clock;
use chasqui_model::account::{Language, User};
use chasqui_store::noun::invitation::Invitation;
use chasqui_store::noun::mail::Mail;
use chasqui_words::letter::{self, Letter};

/// Invites somebody.
pub(crate) fn invitation(
    clock: &Clock,
    it: &Invitation,
    host: &User,
    link: &str,
    language: Language,
) -> Mail {
    let letter = letter::invitation(&host.name, &it.account_name, it.role, link, language);
    mail(clock, "invitation", &it.email, letter, Some(it.account))
}

/// Lets somebody choose another password.
pub(crate) fn password_reset(clock: &Clock, user: &User, link: &str, language: Language) -> Mail {
    mail(clock, "password_reset", &user.email, letter::password_reset(&user.email, link, language), None)
}

fn mail(
    clock: &Clock,
    kind: &str,
    recipient: &str,
    (subject, text): Letter,
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
