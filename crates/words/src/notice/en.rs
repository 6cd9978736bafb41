//! In English.

use chasqui_model::account::Language;
use chasqui_model::notice::{Notice, TooOld, WorksAgain};
use chasqui_model::quota::Kind;
use chasqui_model::reason::{MetaSaid, Scope};

use super::{MIB, is_bad};
use crate::day::day;
use crate::reason::en::ended;
use crate::{Say, meta};

const LANGUAGE: Language = Language::En;

#[expect(clippy::too_many_lines, reason = "one sentence an arm")]
pub(super) fn say(notice: &Notice) -> String {
    match notice {
        Notice::NumberCannotSend { why } | Notice::MessageNotSent { why } => why.say(LANGUAGE),
        Notice::NumberWorksAgain { by: WorksAgain::Sent } => "The number sends again.".to_owned(),
        Notice::NumberWorksAgain { by: WorksAgain::Changed } => "The number can send again.".to_owned(),
        Notice::NumberWorksAgain { by: WorksAgain::TokenTaken } => {
            "Meta accepts the access token again. Waiting messages are sent.".to_owned()
        }
        Notice::SendsDelayed { why } => {
            let why = why.say(LANGUAGE);
            format!("A message has been waiting for more than five minutes. Sending is retried for up to a day. {why}")
        }
        Notice::TokenEndsSoon { on } => {
            let on = day(*on, LANGUAGE);
            format!(
                "The access token ends on {on}. Make a new one at Meta and enter it in the integration; until then the old one \
                 keeps working."
            )
        }
        Notice::TokenEnded { on } => {
            let on = day(*on, LANGUAGE);
            format!("The access token ended on {on}. Replies are held until there is a new one.")
        }
        Notice::TokenRevoked => chasqui_model::reason::Reason::TokenRevoked.say(LANGUAGE),
        Notice::TokenPermissionLost { scope: Scope::Messaging } => {
            let scope = Scope::Messaging.name();
            format!("The access token lost the permission {scope}: nothing can be sent. Enter a new one.")
        }
        Notice::TokenPermissionLost { scope: Scope::Management } => {
            let scope = Scope::Management.name();
            format!(
                "The access token lost the permission {scope}: templates and the webhook cannot be managed. Enter a new one."
            )
        }
        Notice::TokenPermissionBack { scope } => {
            format!("The access token has the permission {} again.", scope.name())
        }
        Notice::TokenRenewed => "The access token was replaced.".to_owned(),
        Notice::VersionEndsSoon { version, on } => {
            let on = day(*on, LANGUAGE);
            format!("Meta ends {version} of the Graph API on {on}. Upgrade the version: it takes one click.")
        }
        Notice::VersionEnded { version, answers_as, until } => {
            ended(version, answers_as, until.map(|at| day(at, LANGUAGE)))
        }
        Notice::VersionRaised => "The version of the Graph API was changed.".to_owned(),
        Notice::WebhookVerified => "Meta verified the callback URL with the right verify token.".to_owned(),
        Notice::VerifyTokenWrong { .. } => {
            "Somebody asked to verify the callback URL with another verify token than the one here. If it was you at Meta, \
             compare both: every letter counts."
                .to_owned()
        }
        Notice::WebhookElsewhere { url } if url.is_empty() => {
            "Meta no longer delivers this number's messages here, or anywhere. Connect the webhook again.".to_owned()
        }
        Notice::WebhookElsewhere { url } => {
            format!("Meta delivers this number's messages to {url} and no longer here. Connect the webhook again.")
        }
        Notice::WebhookBack => "Meta delivers this number's messages here again.".to_owned(),
        Notice::WebhookRepaired => "The webhook was connected again.".to_owned(),
        Notice::FieldsRefused { fields } => format!(
            "Meta refused the webhook fields {}. All others are connected. News of the refused fields does not arrive.",
            fields.join(", ")
        ),
        Notice::SignatureRefused => {
            "Deliveries with a missing or wrong signature come in and are refused. If they are from Meta, the app secret here \
             is not the app's: enter it again. If not, somebody else is writing to the callback URL."
                .to_owned()
        }
        Notice::DeliveryUnreadable { cause } => {
            format!("A part of a delivery from Meta could not be read and is kept ({cause}).")
        }
        Notice::DeliveryTooOld { what: TooOld::Messages, count } => times(
            "Meta delivered messages that are older than 8 days. The bot does not answer them: it is no longer known whether \
             it has done so before.",
            *count,
        ),
        Notice::DeliveryTooOld { what: TooOld::Preferences, count } => times(
            "Meta delivered marketing preferences that are older than 8 days. They change nothing: it is no longer known \
             whether they did so before.",
            *count,
        ),
        Notice::MessageFailed { code } => match code.and_then(|code| meta::explain(code, LANGUAGE)) {
            Some(known) => format!("A message did not arrive. {} {}", known.cause, known.cure),
            None => "A message did not arrive, and Meta gave no reason we know.".to_owned(),
        },
        Notice::MessageNotRun { cause } => format!("A message could not be run and is kept: {cause}."),
        Notice::OptedOut => chasqui_model::reason::Reason::OptedOut.say(LANGUAGE),
        Notice::HandedOff => "A conversation waits for a person. Open it and take over.".to_owned(),
        Notice::FlowFailed { words, .. } => words.clone(),
        Notice::NodeFailed { bot, node, words, .. } => format!("The bot {bot} failed at the node {node}. {words}"),
        Notice::MissedCall { count } => times(
            "Somebody called this number and nobody answered. Bots take no calls: answer by message, or switch calling off at \
             Meta.",
            *count,
        ),
        Notice::MetaError { meta, count } => times(&error(meta), *count),
        Notice::FieldIgnored { field, what, count } => times(&ignored(field, what), *count),
        Notice::NumberClaimed => chasqui_model::reason::Reason::Claimed.say(LANGUAGE),
        Notice::QuotaPassed { kind: Kind::Contacts, limit } => format!(
            "This account has more than {limit} contacts. Messages are still accepted and answered. Erase old conversations, \
             or ask your operator."
        ),
        Notice::QuotaPassed { limit, .. } => format!(
            "The files that contacts sent take up more than {} MiB. Messages are still accepted and answered. Erase old \
             conversations, or ask your operator.",
            limit / MIB
        ),
        Notice::StoreStoodStill { seconds } => format!(
            "The database of this installation did not answer for {seconds} seconds. Deliveries of that time were refused, and \
             Meta sends them again."
        ),
        Notice::TemplateStatus { name, language, status, reason } => {
            let cure = if is_bad(notice) { " Change it at Meta, or choose another one." } else { "" };
            format!("The template {name} ({language}) is {status} now.{}{cure}", why(reason.as_deref()))
        }
        Notice::TemplateQuality { name, language, quality } => {
            let cure = if is_bad(notice) { " Change its text, or Meta will pause it." } else { "" };
            format!("The template {name} ({language}) has the quality {quality} now.{cure}")
        }
        Notice::TemplateCategory { name, language, category, later: true } => format!(
            "Meta says that the template {name} ({language}) will be in the category {category}; its price changes with it."
        ),
        Notice::TemplateCategory { name, language, category, later: false } => format!(
            "Meta says that the template {name} ({language}) is in the category {category}; its price changes with it."
        ),
        Notice::TemplateChanged { name, language } => {
            format!("The template {name} ({language}) was changed at Meta.")
        }
        Notice::NumberQuality { event, limit } => {
            let limit = limit.as_ref().map(|it| format!(" Its messaging limit is {it}.")).unwrap_or_default();
            let cure = if is_bad(notice) {
                " People block or report it: send less, and only what they asked for."
            } else {
                ""
            };
            format!("Meta reports {event} for this number.{limit}{cure}")
        }
        Notice::NumberName { decision, reason } => {
            format!("Meta's decision about the number's display name: {decision}.{}", why(reason.as_deref()))
        }
        Notice::NumberSecurity { event } => {
            format!("Meta reports {event} for this number. If nobody of your team did that, change the number's PIN at Meta.")
        }
        Notice::MessagingLimit { limit } => {
            format!("The business may start {limit} conversations per day now.")
        }
        Notice::AccountUpdate { event, detail } => {
            let detail = detail.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
            let cure = if is_bad(notice) { " See the account's page at Meta." } else { "" };
            format!("Meta reports {event}{detail} for the business account.{cure}")
        }
        Notice::AccountReview { decision } => {
            format!("Meta's decision about the business account: {decision}.")
        }
        Notice::AccountAlert { description, .. } => format!("Meta says: {description}"),
        Notice::Words { text, .. } => text.clone(),
    }
}

fn why(reason: Option<&str>) -> String {
    reason.map(|it| format!(" Meta says: {it}.")).unwrap_or_default()
}

fn error(said: &MetaSaid) -> String {
    let begin = "Meta reports an error that belongs to no message";
    let begin = match (&said.said, said.code) {
        (None, None) => format!("{begin}."),
        (None, Some(code)) => format!("{begin} (error {code})."),
        (Some(what), None) => format!("{begin}: {what}."),
        (Some(what), Some(code)) => format!("{begin}: {what} (error {code})."),
    };
    match said.code.and_then(|code| meta::explain(code, LANGUAGE)) {
        Some(known) => format!("{begin} {} {}", known.cause, known.cure),
        None => begin,
    }
}

fn ignored(field: &str, what: &str) -> String {
    match (field, what) {
        ("", _) => "Meta sent many other notifications that have no effect here.".to_owned(),
        (field, "") => {
            format!("Meta sent a notification in the webhook field {field}. It has no effect here.")
        }
        (field, what) => {
            format!("Meta sent {what} in the webhook field {field}. It has no effect here.")
        }
    }
}

fn times(words: &str, count: u32) -> String {
    if count > 1 { format!("{words} It came {count} times within 24 hours.") } else { words.to_owned() }
}
