//! Every check of the troubleshooting section, one line each, with what to do.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::account::Language;
use chasqui_model::integration::{Integration, Recipients};
use chasqui_model::{Id, Timestamp};
use chasqui_store::Error;
use chasqui_whatsapp::client::CallError;
use chasqui_whatsapp::version::{self, Served};

use super::assess::day;
use super::connect::{missing, words as refusal};
use super::look::{Look, look};
use super::words;
use crate::registry::Number;
use crate::{Inner, template};

/// Deliveries are expected this often where something goes on at all.
const QUIET: Duration = Duration::from_hours(24);
/// A message that waits longer is not just being paced.
const OLD: Duration = Duration::from_mins(5);

/// What is checked, in the order in which it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    /// The switch.
    Active,
    /// The bot is published and connected.
    Bot,
    /// Meta takes the credentials.
    Credentials,
    /// When the token ends.
    TokenExpiry,
    /// What the token may do.
    Scopes,
    /// The version of the Graph API.
    Version,
    /// The number is registered and connected.
    Number,
    /// Its quality.
    Quality,
    /// How many people it may write to first.
    MessagingLimit,
    /// Whether Meta lets it send.
    CanSend,
    /// The app is subscribed to the business account.
    AppSubscribed,
    /// To the field `messages`, and to the others.
    MessagesField,
    /// Meta delivers here.
    Callback,
    /// Meta's verification request came.
    Verified,
    /// Deliveries come.
    LastDelivery,
    /// Nobody forges deliveries, and the app secret is right.
    Signatures,
    /// The template can be sent.
    Template,
    /// Alerts reach somebody.
    AlertMail,
    /// Who may talk to the bot.
    Recipients,
    /// Nothing waits for long.
    Queue,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// All well.
    Ok,
    /// It does not apply, or Meta did not say.
    Unknown,
    /// Works, but something needs a look.
    Warning,
    /// This is why it does not work.
    Failed,
}

/// What would mend it, where one click or one field does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cure {
    /// Switch it on.
    Activate,
    /// Publish the bot, or choose another.
    ChooseBot,
    /// Enter a new token.
    EnterToken,
    /// Look at the credentials.
    EnterCredentials,
    /// Raise the version.
    RaiseVersion,
    /// Connect the webhook.
    ConnectWebhook,
    /// Choose another template.
    ChooseTemplate,
    /// Name somebody who gets alerts.
    SetAlerts,
    /// Look at Meta's own pages.
    GoToMeta,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which.
    pub check: Check,
    /// How it ended.
    pub outcome: Outcome,
    /// What it is called.
    pub title: String,
    /// What was found.
    pub detail: String,
    /// What to do; nothing when all is well.
    pub what_to_do: Option<String>,
    /// What would mend it.
    pub cure: Option<Cure>,
}

/// What a check says, before it is put into words.
pub(super) struct Said {
    pub(super) outcome: Outcome,
    pub(super) detail: Detail,
    pub(super) cure: Option<Cure>,
}

/// What was found, with the values in it.
#[derive(Clone, Debug)]
pub(super) enum Detail {
    /// As it should be; with Meta's own word where there is one.
    Good(Option<String>),
    /// Not so; with what is wrong.
    Bad(Option<String>),
    /// Nearly so; with what is wrong.
    Soon(Option<String>),
    /// Nobody knows.
    NotKnown(Option<String>),
}

fn good(what: impl Into<Option<String>>) -> Said {
    Said { outcome: Outcome::Ok, detail: Detail::Good(what.into()), cure: None }
}

fn bad(cure: Cure, what: impl Into<Option<String>>) -> Said {
    Said { outcome: Outcome::Failed, detail: Detail::Bad(what.into()), cure: Some(cure) }
}

fn soon(cure: Cure, what: impl Into<Option<String>>) -> Said {
    Said { outcome: Outcome::Warning, detail: Detail::Soon(what.into()), cure: Some(cure) }
}

fn not_known(what: impl Into<Option<String>>) -> Said {
    Said { outcome: Outcome::Unknown, detail: Detail::NotKnown(what.into()), cure: None }
}

/// What the store knows beside the integration.
struct Known {
    published: bool,
    waiting_since: Option<Timestamp>,
    /// The status of the chosen template, when Meta has it.
    template: Option<String>,
    mail_error: Option<String>,
    mail_server: bool,
    forged: u32,
}

/// Runs every check.
pub(crate) async fn diagnose(
    rt: &Arc<Inner>,
    id: Id<Integration>,
    language: Language,
) -> Result<Option<Vec<Finding>>, Error> {
    let Some(number) = rt.registry.get(id) else { return Ok(None) };
    let now = rt.clock.now();
    let seen = look(&rt.graph, &number.integration.credentials).await.ok();
    if let Some(seen) = &seen {
        super::watch::note(rt, &number.integration, seen, now).await?;
        super::recover::settle(rt, id, now).await?;
    }
    let number = rt.registry.get(id).unwrap_or(number);
    let known = known(rt, &number, now).await?;
    let it = &number.integration;
    let ours = rt.callback_url(id);
    let mut findings = Vec::new();
    for (check, said) in local(it, &known, now).into_iter().chain(at_meta(rt, it, seen.as_ref(), &ours, now))
    {
        findings.push(words::finding(check, said, language));
    }
    findings.sort_by_key(|finding| ORDER.iter().position(|check| *check == finding.check));
    Ok(Some(findings))
}

const ORDER: [Check; 20] = [
    Check::Active,
    Check::Bot,
    Check::Credentials,
    Check::TokenExpiry,
    Check::Scopes,
    Check::Version,
    Check::Number,
    Check::Quality,
    Check::MessagingLimit,
    Check::CanSend,
    Check::AppSubscribed,
    Check::MessagesField,
    Check::Callback,
    Check::Verified,
    Check::LastDelivery,
    Check::Signatures,
    Check::Template,
    Check::AlertMail,
    Check::Recipients,
    Check::Queue,
];

async fn known(rt: &Inner, number: &Number, now: Timestamp) -> Result<Known, Error> {
    let it = &number.integration;
    let template = match &it.settings.template {
        None => None,
        Some(wanted) => {
            let found = rt.store.template(it.id, &wanted.name, &wanted.language).await?;
            found.map(|it| template::standing(&it, wanted))
        }
    };
    let mut mail_error = None;
    for address in &it.settings.error_alerts.emails {
        let fate = rt.store.last_mail(it.account, address).await?;
        mail_error = mail_error.or(fate.and_then(|fate| fate.error));
    }
    let waiting_since = rt.store.oldest_waiting(it.id).await?;
    Ok(Known {
        published: rt.store.published_version(it.bot).await?.is_some(),
        waiting_since,
        template,
        mail_error,
        mail_server: rt.mailer.is_some(),
        forged: rt.forgeries.lately(it.id, now),
    })
}

/// What needs no question to Meta.
fn local(it: &Integration, known: &Known, now: Timestamp) -> Vec<(Check, Said)> {
    let alerts = &it.settings.error_alerts;
    let active = if it.active { good(None) } else { bad(Cure::Activate, None) };
    let bot = if known.published { good(None) } else { bad(Cure::ChooseBot, None) };
    let version = it.credentials.version;
    let version = match version::served(version, now) {
        Served::Yes => good(version.to_string()),
        Served::Until(end) if end > now => soon(Cure::RaiseVersion, format!("{version}, {}", day(end))),
        // It works on for now, as another version.
        Served::Until(_) => {
            Said { outcome: Outcome::Warning, ..bad(Cure::RaiseVersion, version.to_string()) }
        }
        Served::No => bad(Cure::RaiseVersion, version.to_string()),
    };
    let verified = match (it.webhook_verified_at, it.watch.wrong_verify_at) {
        (Some(_), Some(wrong)) => soon(Cure::ConnectWebhook, wrong.to_string()),
        (Some(at), None) => good(day(at)),
        (None, wrong) => bad(Cure::ConnectWebhook, wrong.map(|at| at.to_string())),
    };
    let delivered = match it.last_delivery_at {
        Some(at) if now.since(at) <= QUIET => good(at.to_string()),
        Some(at) => not_known(at.to_string()),
        None => soon(Cure::ConnectWebhook, None),
    };
    let signatures = match known.forged {
        0 => good(None),
        count => bad(Cure::EnterCredentials, count.to_string()),
    };
    let template = match (&it.settings.template, &known.template) {
        (None, _) => not_known(None),
        (Some(it), Some(status)) if status == "APPROVED" => good(it.name.clone()),
        (Some(it), Some(status)) => bad(Cure::ChooseTemplate, format!("{}: {status}", it.name)),
        (Some(it), None) => bad(Cure::ChooseTemplate, it.name.clone()),
    };
    let mail = match (alerts.enabled, known.mail_server, &known.mail_error) {
        (false, _, _) => soon(Cure::SetAlerts, None),
        (true, false, _) => bad(Cure::SetAlerts, None),
        (true, true, Some(error)) => bad(Cure::SetAlerts, error.clone()),
        (true, true, None) => good(alerts.emails.join(", ")),
    };
    let recipients = match &it.settings.recipients {
        Recipients::Everyone => good(None),
        Recipients::Only { numbers } => not_known(numbers.len().to_string()),
    };
    let queue = match known.waiting_since {
        Some(_) if !it.sends() => bad(Cure::EnterToken, None),
        Some(since) if now.since(since) > OLD => {
            let minutes = (now.since(since).as_secs() / 60).to_string();
            if it.active { soon(Cure::GoToMeta, minutes) } else { soon(Cure::Activate, minutes) }
        }
        _ => good(None),
    };
    vec![
        (Check::Active, active),
        (Check::Bot, bot),
        (Check::Version, version),
        (Check::Verified, verified),
        (Check::LastDelivery, delivered),
        (Check::Signatures, signatures),
        (Check::Template, template),
        (Check::AlertMail, mail),
        (Check::Recipients, recipients),
        (Check::Queue, queue),
    ]
}

/// What only Meta knows.
fn at_meta(
    rt: &Inner,
    it: &Integration,
    seen: Option<&Look>,
    ours: &str,
    now: Timestamp,
) -> Vec<(Check, Said)> {
    let Some(seen) = seen else {
        return vec![(Check::Credentials, bad(Cure::EnterCredentials, None))];
    };
    let unanswered = |error: &CallError| not_known(refusal(error));
    let mut found = Vec::new();
    let mut say = |check, said| found.push((check, said));
    match &seen.token {
        Ok(token) if !token.is_valid => {
            let why = token.error.as_ref().map(|(code, said)| format!("{said} (error {code})"));
            say(Check::Credentials, bad(Cure::EnterToken, why));
        }
        Ok(token) if token.app_id.as_ref().is_some_and(|id| *id != it.credentials.app_id) => {
            say(Check::Credentials, bad(Cure::EnterToken, token.app_id.clone()));
        }
        Ok(token) => {
            say(Check::Credentials, good(None));
            say(Check::TokenExpiry, expiry(token.expires_at, now));
            let has = |scope: &str| token.scopes.iter().any(|it| it == scope);
            let wanted = ["whatsapp_business_messaging", "whatsapp_business_management"];
            let missing: Vec<_> = wanted.into_iter().filter(|scope| !has(scope)).collect();
            let scopes = match missing.as_slice() {
                [] => good(None),
                [one] if *one == wanted[1] => soon(Cure::EnterToken, (*one).to_owned()),
                several => bad(Cure::EnterToken, several.join(", ")),
            };
            say(Check::Scopes, scopes);
        }
        Err(error) if error.is_transient() => say(Check::Credentials, unanswered(error)),
        Err(error) => say(Check::Credentials, bad(Cure::EnterCredentials, refusal(error))),
    }
    match &seen.phone {
        Ok(phone) => {
            let status = phone.status.clone();
            say(
                Check::Number,
                match status.as_deref() {
                    None | Some("CONNECTED") => good(phone.display_phone_number.clone()),
                    Some(_) => bad(Cure::GoToMeta, status),
                },
            );
            let quality = phone.quality_rating.clone();
            say(
                Check::Quality,
                match quality.as_deref() {
                    Some("RED") => bad(Cure::GoToMeta, quality),
                    Some("YELLOW") => soon(Cure::GoToMeta, quality),
                    Some("GREEN") => good(quality),
                    _ => not_known(quality),
                },
            );
            let limit = phone.messaging_limit.clone();
            say(
                Check::MessagingLimit,
                match limit.as_deref() {
                    None | Some("TIER_NOT_SET") => not_known(None),
                    Some("TIER_50") => soon(Cure::GoToMeta, limit),
                    Some(_) => good(limit),
                },
            );
        }
        Err(error) if error.is_transient() => say(Check::Number, unanswered(error)),
        Err(error) => say(Check::Number, bad(Cure::EnterCredentials, refusal(error))),
    }
    match &seen.health {
        Ok(health) => {
            let why = health.problems.first().map(|it| it.description.clone());
            say(
                Check::CanSend,
                match health.can_send_message.as_str() {
                    "AVAILABLE" => good(None),
                    "LIMITED" => soon(Cure::GoToMeta, why),
                    _ => bad(Cure::GoToMeta, why),
                },
            );
        }
        Err(error) => say(Check::CanSend, unanswered(error)),
    }
    match seen.is_subscribed(&it.credentials.app_id) {
        Some(true) => say(Check::AppSubscribed, good(None)),
        Some(false) => say(Check::AppSubscribed, bad(Cure::ConnectWebhook, None)),
        None => say(Check::AppSubscribed, not_known(None)),
    }
    say(Check::MessagesField, fields(rt, it, seen));
    match seen.callback() {
        Some(url) if url == ours || (!url.is_empty() && rt.is_ours(&url)) => say(Check::Callback, good(url)),
        Some(url) if url.is_empty() => say(Check::Callback, bad(Cure::ConnectWebhook, None)),
        Some(url) => say(Check::Callback, bad(Cure::ConnectWebhook, url)),
        None => say(Check::Callback, not_known(None)),
    }
    found
}

/// What the app is subscribed to. Whose callback is somebody else's has the other fields elsewhere, on purpose.
fn fields(rt: &Inner, it: &Integration, seen: &Look) -> Said {
    let one = match seen.subscription() {
        Err(_) => return not_known(None),
        Ok(Some(one)) if one.active && one.fields.iter().any(|field| field == "messages") => one,
        Ok(_) => return bad(Cure::ConnectWebhook, None),
    };
    let refused = &it.watch.refused_fields;
    let missing = missing(&one.fields, refused);
    if !missing.is_empty() && rt.is_ours(&one.callback_url) {
        return soon(Cure::ConnectWebhook, missing.join(", "));
    }
    good(Some(refused.join(", ")).filter(|refused| !refused.is_empty()))
}

fn expiry(end: Option<Timestamp>, now: Timestamp) -> Said {
    match end {
        None => good(None),
        Some(end) if end <= now => bad(Cure::EnterToken, day(end)),
        Some(end) if end.since(now) <= Duration::from_hours(14 * 24) => soon(Cure::EnterToken, day(end)),
        Some(end) => good(day(end)),
    }
}
