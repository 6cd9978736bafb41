//! Subcodes: what they add to a code. Meta calls them outdated and sends them all the same.

use chasqui_model::account::Language;

use super::Explanation;

/// Codes that Meta's management endpoints put under another one, mostly 100: they say more than it does.
const OWN_MEANING: i64 = 1_000_000;

/// The code of the table that a pair stands for, when that is another one than the code itself.
pub(super) fn stands_for(code: i64, subcode: Option<i64>) -> Option<i64> {
    match (code, subcode?) {
        // An id that does not exist or may not be seen comes as a bad parameter.
        (100, 33) => Some(33),
        (_, subcode) if subcode > OWN_MEANING => super::table::row(subcode).map(|_| subcode),
        _ => None,
    }
}

/// What a pair means in a language, where it means more than its code.
pub(super) fn explain(code: i64, subcode: i64, language: Language) -> Option<Explanation> {
    let row = ROWS.iter().find(|row| (row.code, row.subcode) == (code, subcode))?;
    Some(row.words(language))
}

/// All pairs with what they mean.
pub fn all(language: Language) -> impl Iterator<Item = (i64, i64, Explanation)> {
    ROWS.iter().map(move |row| (row.code, row.subcode, row.words(language)))
}

struct Row {
    code: i64,
    subcode: i64,
    english: (&'static str, &'static str),
    german: (&'static str, &'static str),
}

impl Row {
    fn words(&self, language: Language) -> Explanation {
        let (cause, cure) = match language {
            Language::En => self.english,
            Language::De => self.german,
        };
        Explanation { cause, cure }
    }
}

/// Why a token does not work
/// (<https://developers.facebook.com/docs/facebook-login/guides/access-tokens/debugging-and-error-handling>).
#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row { code: 190, subcode: 458,
        english: ("The app is no longer installed for the token's user.",
            "Add the app to the business again, then make a new access token and enter it in the integration."),
        german: ("Die App ist für den Nutzer des Tokens nicht mehr installiert.",
            "Fügen Sie die App dem Unternehmen wieder hinzu, erzeugen Sie dann ein neues Zugriffstoken und tragen Sie es in der Integration ein.") },
    Row { code: 190, subcode: 459,
        english: ("Meta wants the token's user to sign in and confirm something first.",
            "Sign in at facebook.com as this user and follow Meta's steps; then make a new access token."),
        german: ("Meta will, dass sich der Nutzer des Tokens zuerst anmeldet und etwas bestätigt.",
            "Melden Sie sich bei facebook.com als dieser Nutzer an und folgen Sie Metas Schritten; erzeugen Sie dann ein neues Zugriffstoken.") },
    Row { code: 190, subcode: 460,
        english: ("The password of the token's user was changed.",
            "Make a new access token and enter it in the integration; a system user's does not depend on a password."),
        german: ("Das Passwort des Nutzers, dem das Token gehört, wurde geändert.",
            "Erzeugen Sie ein neues Zugriffstoken und tragen Sie es in der Integration ein; das eines Systemnutzers hängt an keinem Passwort.") },
    Row { code: 190, subcode: 463,
        english: ("The access token has ended: its time is over.",
            "Make a new access token and enter it in the integration; a system user's never ends."),
        german: ("Das Zugriffstoken ist abgelaufen: Seine Zeit ist um.",
            "Erzeugen Sie ein neues Zugriffstoken und tragen Sie es in der Integration ein; das eines Systemnutzers endet nie.") },
    Row { code: 190, subcode: 464,
        english: ("The token's user has not confirmed their account at Meta.",
            "Confirm the account, then make a new access token."),
        german: ("Der Nutzer des Tokens hat sein Konto bei Meta nicht bestätigt.",
            "Bestätigen Sie das Konto, und erzeugen Sie dann ein neues Zugriffstoken.") },
    Row { code: 190, subcode: 467,
        english: ("The access token was revoked, or is none of Meta's.",
            "Make a new access token and enter it in the integration; check that it was copied whole."),
        german: ("Das Zugriffstoken wurde widerrufen oder ist keines von Meta.",
            "Erzeugen Sie ein neues Zugriffstoken und tragen Sie es in der Integration ein; achten Sie darauf, dass es ganz kopiert ist.") },
    Row { code: 190, subcode: 492,
        english: ("The session behind the token is not valid: its user has lost their role in the business or the app.",
            "Give the user their role again, or use a system user's token."),
        german: ("Die Sitzung hinter dem Token ist ungültig: Sein Nutzer hat im Unternehmen oder in der App keine Rolle mehr.",
            "Geben Sie dem Nutzer seine Rolle zurück, oder verwenden Sie das Token eines Systemnutzers.") },
    Row { code: 200, subcode: 1_349_174,
        english: ("The token's user has no access to this WhatsApp business account.",
            "Assign the business account to the system user, then make a new token."),
        german: ("Der Nutzer des Tokens hat keinen Zugriff auf dieses WhatsApp-Geschäftskonto.",
            "Weisen Sie dem Systemnutzer das Geschäftskonto zu, und erzeugen Sie dann ein neues Token.") },
];
