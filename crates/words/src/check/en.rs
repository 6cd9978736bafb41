//! In English.

use chasqui_model::check::Check;
use chasqui_model::check::State::{self, Bad, Good, NotKnown, Soon};

pub(super) const fn title(check: Check) -> &'static str {
    match check {
        Check::Active => "Active",
        Check::Bot => "Bot",
        Check::Credentials => "Credentials",
        Check::TokenExpiry => "Token expiry",
        Check::Scopes => "Permissions",
        Check::Version => "API version",
        Check::Number => "Number",
        Check::Quality => "Quality",
        Check::MessagingLimit => "Messaging limit",
        Check::CanSend => "Sending allowed",
        Check::AppSubscribed => "App subscribed",
        Check::MessagesField => "Webhook fields",
        Check::Callback => "Callback URL",
        Check::Verified => "Verification",
        Check::LastDelivery => "Deliveries",
        Check::Signatures => "Signatures",
        Check::Template => "Template",
        Check::AlertMail => "Alerts by e-mail",
        Check::Recipients => "Who may write",
        Check::Queue => "Queue",
    }
}

pub(super) const fn cure(check: Check) -> &'static str {
    match check {
        Check::Active => "Switch the integration on.",
        Check::Bot => "Publish the bot, or choose another one.",
        Check::Credentials => {
            "Make a new access token at Meta and enter it; check app ID and app secret too."
        }
        Check::TokenExpiry => "Enter a new token; a system user's never ends.",
        Check::Scopes => "Make a new token with both WhatsApp permissions.",
        Check::Version => "Upgrade the version.",
        Check::Number => "Check the phone number ID, and register the number at Meta.",
        Check::Quality => "People block or report the number: send less, and only what they asked for.",
        Check::MessagingLimit => "Verify the business at Meta; the limit then grows with good quality.",
        Check::CanSend => "See the number's page at Meta.",
        Check::AppSubscribed | Check::MessagesField | Check::Callback => "Connect the webhook.",
        Check::Verified => {
            "Connect the webhook, or compare the verify token on both sides: every letter counts."
        }
        Check::LastDelivery => "Write to the number from a phone. If nothing comes, connect the webhook.",
        Check::Signatures => {
            "Enter the app secret again; if it is right, somebody else writes to the callback URL."
        }
        Check::Template => "Choose an approved template.",
        Check::AlertMail => "Enter an address that receives mail.",
        Check::Recipients => "",
        Check::Queue => "Look at the failed checks above; the queue then continues by itself.",
    }
}

#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "one sentence an arm")]
pub(super) fn found(check: Check, state: State, value: Option<&str>) -> String {
    match (check, state, value) {
        (Check::Active, Good, _) => "The switch is on.".to_owned(),
        (Check::Active, Bad, _) => "The switch is off: messages are counted and not answered.".to_owned(),
        (Check::Bot, Good, _) => "A published bot is connected.".to_owned(),
        (Check::Bot, Bad, _) => "The connected bot is not published.".to_owned(),
        (Check::Credentials, Good, _) => "Meta accepts the app secret and the token.".to_owned(),
        (Check::Credentials, Bad, Some(value)) => format!("Meta does not accept them: {value}"),
        (Check::Credentials, Bad, None) => "Meta does not accept them.".to_owned(),
        (Check::TokenExpiry, Good, Some(value)) => format!("The access token ends on {value}."),
        (Check::TokenExpiry, Good, None) => "The access token never ends.".to_owned(),
        (Check::TokenExpiry, Bad, _) => format!("The access token ended on {}.", value.unwrap_or_default()),
        (Check::TokenExpiry, Soon, _) => format!("The access token ends on {}.", value.unwrap_or_default()),
        (Check::Scopes, Good, _) => "The token has the permissions it needs.".to_owned(),
        (Check::Scopes, Bad, _) => format!("The token lacks: {}.", value.unwrap_or_default()),
        (Check::Scopes, Soon, _) => format!("The token lacks {}: templates and the webhook cannot be managed.", value.unwrap_or_default()),
        (Check::Version, Good, _) => format!("Meta serves {}.", value.unwrap_or_default()),
        (Check::Version, Bad, _) => format!("Meta does not serve {} any more.", value.unwrap_or_default()),
        (Check::Version, Soon, _) => format!("Meta ends this version soon: {}.", value.unwrap_or_default()),
        (Check::Number, Good, Some(value)) => format!("{value} is registered and connected."),
        (Check::Number, Good, None) => "The number is registered and connected.".to_owned(),
        (Check::Number, Bad, Some(value)) => format!("The number is not connected: {value}"),
        (Check::Number, Bad, None) => "The number is not connected.".to_owned(),
        (Check::Quality, Good, _) => "The number's quality is high.".to_owned(),
        (Check::Quality, Bad, _) => "The number's quality is low.".to_owned(),
        (Check::Quality, Soon, _) => "The number's quality is medium.".to_owned(),
        (Check::Quality, NotKnown, _) => "Meta has no rating yet.".to_owned(),
        (Check::MessagingLimit, Good, _) => format!("The number may start conversations: {}.", value.unwrap_or_default()),
        (Check::MessagingLimit, Soon, _) => format!("The number may start only a few conversations per day: {}.", value.unwrap_or_default()),
        (Check::MessagingLimit, NotKnown, _) => "Meta has set none yet.".to_owned(),
        (Check::CanSend, Good, _) => "Meta lets the number send.".to_owned(),
        (Check::CanSend, Bad, Some(value)) => format!("Meta does not let the number send. {value}"),
        (Check::CanSend, Bad, None) => "Meta does not let the number send.".to_owned(),
        (Check::CanSend, Soon, Some(value)) => format!("Meta limits what the number may send. {value}"),
        (Check::CanSend, Soon, None) => "Meta limits what the number may send.".to_owned(),
        (Check::AppSubscribed, Good, _) => "The app receives the business account's deliveries.".to_owned(),
        (Check::AppSubscribed, Bad, _) => "The app is not subscribed to the business account.".to_owned(),
        (Check::MessagesField, Good, Some(value)) => format!("The app is subscribed to messages. Meta refused the fields {value}."),
        (Check::MessagesField, Good, None) => "The app is subscribed to messages and all other fields.".to_owned(),
        (Check::MessagesField, Bad, _) => "The app is not subscribed to the field messages.".to_owned(),
        (Check::MessagesField, Soon, _) => format!("The app is subscribed to messages, but not to {}.", value.unwrap_or_default()),
        (Check::Callback, Good, _) => "Meta delivers here.".to_owned(),
        (Check::Callback, Bad, Some(value)) => format!("Meta delivers to {value}."),
        (Check::Callback, Bad, None) => "Meta delivers nowhere.".to_owned(),
        (Check::Verified, Good, _) => format!("Meta's verification request was answered on {}.", value.unwrap_or_default()),
        (Check::Verified, Bad, Some(value)) => format!("On {value}, verification was asked for with another verify token than the one here."),
        (Check::Verified, Bad, None) => "Meta's verification request has never come.".to_owned(),
        (Check::Verified, Soon, _) => format!("The webhook was verified before. On {}, verification was asked for with another verify token.", value.unwrap_or_default()),
        (Check::LastDelivery, Good, _) => format!("The last one came on {}.", value.unwrap_or_default()),
        (Check::LastDelivery, Soon, _) => "None has come yet.".to_owned(),
        (Check::LastDelivery, NotKnown, _) => format!("None in the last 24 hours; the last one came on {}.", value.unwrap_or_default()),
        (Check::Signatures, Good, _) => "No wrong signature in the last hour.".to_owned(),
        (Check::Signatures, Bad, _) => format!("{} deliveries with a wrong signature in the last hour were refused.", value.unwrap_or_default()),
        (Check::Template, Good, _) => format!("{} is approved.", value.unwrap_or_default()),
        (Check::Template, Bad, _) => format!("{} cannot be sent.", value.unwrap_or_default()),
        (Check::Template, NotKnown, _) => "None is chosen: nothing can be sent to people who have not written for a day.".to_owned(),
        (Check::AlertMail, Good, _) => format!("They go to {}.", value.unwrap_or_default()),
        (Check::AlertMail, Bad, Some(value)) => format!("They do not arrive: {value}"),
        (Check::AlertMail, Bad, None) => "They cannot be sent: this server has no mail server.".to_owned(),
        (Check::AlertMail, Soon, _) => "Nobody gets any.".to_owned(),
        (Check::Recipients, Good, _) => "Everyone.".to_owned(),
        (Check::Recipients, NotKnown, _) => format!("Only {} numbers are answered; all others are counted and ignored.", value.unwrap_or_default()),
        (Check::Queue, Good, _) => "Nothing waits to be sent.".to_owned(),
        (Check::Queue, Bad, _) => "Replies are held because the number cannot send.".to_owned(),
        (Check::Queue, Soon, _) => format!("The oldest message has been waiting for {} minutes.", value.unwrap_or_default()),
        (Check::Active | Check::Bot | Check::Credentials | Check::Number | Check::AppSubscribed | Check::Callback | Check::Signatures, Soon | NotKnown, Some(value))
        | (Check::TokenExpiry | Check::Scopes | Check::Version | Check::CanSend | Check::MessagesField | Check::Verified | Check::AlertMail | Check::Queue, NotKnown, Some(value))
        | (Check::MessagingLimit | Check::LastDelivery, Bad, Some(value))
        | (Check::Template, Soon, Some(value))
        | (Check::Recipients, Bad | Soon, Some(value)) => format!("Meta did not say. {value}"),
        (Check::Active | Check::Bot | Check::Credentials | Check::Number | Check::AppSubscribed | Check::Callback | Check::Signatures, Soon | NotKnown, None)
        | (Check::TokenExpiry | Check::Scopes | Check::Version | Check::CanSend | Check::MessagesField | Check::Verified | Check::AlertMail | Check::Queue, NotKnown, None)
        | (Check::MessagingLimit | Check::LastDelivery, Bad, None)
        | (Check::Template, Soon, None)
        | (Check::Recipients, Bad | Soon, None) => "Meta did not say.".to_owned(),
    }
}
