//! In English.

use chasqui_model::account::Language;
use chasqui_model::integration::Damaged;
use chasqui_model::reason::{Reason, Scope};

use super::{Style, refused};
use crate::day::day;
use crate::template;

const STYLE: Style = Style {
    language: Language::En,
    to_send: "Sending needs the permission",
    needs: "This needs the permission",
    says: "Meta says:",
    error: "error",
};
const HELD: &str = "Replies are held until there is a new one.";

#[expect(clippy::too_many_lines, reason = "one sentence an arm")]
pub(super) fn say(reason: &Reason) -> String {
    let on = |at: &_| day(*at, Language::En);
    match reason {
        Reason::Damaged { part } => damaged(*part).to_owned(),
        Reason::TokenEnded { on: at } => format!("The access token ended on {}. Enter a new one.", on(at)),
        Reason::TokenEnds { on: at } => format!("The access token ends on {}. Enter a new one.", on(at)),
        Reason::TokenRevoked => "Meta does not accept the access token any more, although it has not expired: it was \
                                 revoked. Enter a new one."
            .to_owned(),
        Reason::TokenShortLived => {
            "The access token ends within hours. Use a system user's token.".to_owned()
        }
        Reason::TokenLacks { scope: Scope::Messaging } => {
            let scope = Scope::Messaging.name();
            format!("The access token lacks the permission {scope}: nothing can be sent. Enter a new one.")
        }
        Reason::TokenLacks { scope: Scope::Management } => {
            let scope = Scope::Management.name();
            format!("The access token lacks the permission {scope}: templates and the webhook cannot be managed.")
        }
        Reason::TokenRefused { meta } => refused(meta, &STYLE, "Meta refuses the access token.", HELD),
        Reason::NumberHeld { meta } => refused(meta, &STYLE, "Meta lets this number send nothing now.", ""),
        Reason::OutOfService { status } => {
            format!("Meta has taken the number out of service ({status}). See its page at Meta.")
        }
        Reason::DeliversNowhere => {
            "Meta delivers this number's messages nowhere. Connect the webhook.".to_owned()
        }
        Reason::DeliversElsewhere { url } => {
            format!("Meta delivers this number's messages elsewhere: {url}. Connect the webhook again.")
        }
        Reason::NotConnected => {
            "The webhook is not connected: no message arrives. Connect it.".to_owned()
        }
        Reason::NotSubscribed => {
            "The app is not subscribed to the business account. Connect the webhook again.".to_owned()
        }
        Reason::VersionEnds { version, on: at } => {
            format!("Meta ends {version} on {}. Upgrade the version.", on(at))
        }
        Reason::VersionEnded { version, answers_as, until } => ended(version, answers_as, until.map(|at| on(&at))),
        Reason::VersionGone { version } => {
            format!("Meta does not serve {version} any more. Upgrade the version.")
        }
        Reason::LowQuality => {
            "The number's quality is low: people block or report it. Send less.".to_owned()
        }
        Reason::MetaRefused { meta } => refused(meta, &STYLE, "Meta refused the message.", ""),
        Reason::NotDelivered { meta } => refused(meta, &STYLE, "The message did not arrive.", ""),
        Reason::NoAnswer => "Meta does not answer.".to_owned(),
        Reason::CallRefused { meta } => refused(meta, &STYLE, "Meta refused it.", ""),
        Reason::Unreached => "Meta did not answer. Try again in a moment.".to_owned(),
        Reason::WindowClosed => {
            "The 24-hour window is closed: the contact has not written for a day, and only templates may be sent. Choose a \
             template in the integration's settings to be sent instead."
                .to_owned()
        }
        Reason::GivenUp => "The message could not be sent for 24 hours and was given up.".to_owned(),
        Reason::OptedOut => "This person wants no marketing from this number, and the integration's settings say to \
                             respect that."
            .to_owned(),
        Reason::Unreadable => {
            "The message is stored in a form that cannot be read, so it was not sent.".to_owned()
        }
        Reason::NoRecipient => "There is nobody to send it to: neither a number nor a user ID is known.".to_owned(),
        Reason::NoFile => "The file was not found. Upload it again.".to_owned(),
        Reason::Deleted => "The integration was deleted.".to_owned(),
        Reason::TokenInvalid => "The access token contains characters that no token has. Enter it again.".to_owned(),
        Reason::StoreAway => "The database did not answer. Try again in a moment.".to_owned(),
        Reason::Claimed => "This integration was switched off: somebody connected its number with an access token that Meta accepts for it. \
             Meta has never accepted the credentials here for this number. Check them with Meta, then switch it on again.".to_owned(),
        Reason::Template { name, wrong } => template::wrong(name, wrong, Language::En),
        Reason::TemplateNotApproved { name, status } => {
            format!("The template {name} cannot be sent: Meta says {status}.")
        }
        Reason::TemplateUnknown { name, language } => {
            format!("There is no template {name} in the language {language} at Meta. Choose an approved one.")
        }
        Reason::Words { text } => text.clone(),
    }
}

pub(crate) fn ended(version: &str, answers_as: &str, until: Option<String>) -> String {
    match until {
        Some(until) => {
            format!(
                "Meta has ended {version} and answers as {answers_as}, until {until}. Upgrade the version."
            )
        }
        None => format!("Meta has ended {version} and answers as {answers_as}. Upgrade the version."),
    }
}

const fn damaged(part: Damaged) -> &'static str {
    match part {
        Damaged::AppSecret => {
            "The app secret is damaged in the database and cannot be read. Enter it again. Until then deliveries are refused, \
             and Meta sends them again."
        }
        Damaged::AccessToken => {
            "The access token is damaged in the database and cannot be read. Enter it again. Until then messages wait."
        }
        Damaged::VerifyToken => {
            "The verify token is damaged in the database and cannot be read. Enter it again, here and at Meta."
        }
        Damaged::Version => {
            "The version of the Graph API is damaged in the database and cannot be read. Choose it again. Until then messages \
             wait."
        }
        Damaged::Settings => {
            "The settings are damaged in the database and cannot be read. Check all of them and save. Until then deliveries are \
             refused, and Meta sends them again."
        }
    }
}
