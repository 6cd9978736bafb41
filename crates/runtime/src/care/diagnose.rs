//! Every check of the troubleshooting section, one line each, with what to do.

use std::sync::Arc;
use std::time::Duration;

use chasqui_model::check::{Check, Cure, Finding, Outcome, State, Value};
use chasqui_model::integration::{GraphVersion, Integration, Recipients};
use chasqui_model::state::{CanSend, MessagingLimit, NumberStatus, Quality, TemplateStatus};
use chasqui_model::{Id, Timestamp};
use chasqui_store::Error;
use chasqui_whatsapp::client::CallError;
use chasqui_whatsapp::error::{MANAGEMENT, SENDING};
use chasqui_whatsapp::version::{self, Served};
use chasqui_whatsapp::webhook::MESSAGES;

use super::connect::missing;
use super::look::{Look, look};
use crate::call_refused::refusal;
use crate::registry::Number;
use crate::{Inner, template};

/// Deliveries are expected this often where something goes on at all.
const QUIET: Duration = Duration::from_hours(24);
/// A message that waits longer is not just being paced.
const OLD: Duration = Duration::from_mins(5);

/// What was found, without its check.
struct Said {
    outcome: Outcome,
    state: State,
    value: Option<Value>,
    cure: Option<Cure>,
}

fn good(value: impl Into<Option<Value>>) -> Said {
    Said { outcome: Outcome::Ok, state: State::Good, value: value.into(), cure: None }
}

fn bad(cure: Cure, value: impl Into<Option<Value>>) -> Said {
    Said { outcome: Outcome::Failed, state: State::Bad, value: value.into(), cure: Some(cure) }
}

fn soon(cure: Cure, value: impl Into<Option<Value>>) -> Said {
    Said { outcome: Outcome::Warning, state: State::Soon, value: value.into(), cure: Some(cure) }
}

fn not_known(value: impl Into<Option<Value>>) -> Said {
    Said { outcome: Outcome::Unknown, state: State::NotKnown, value: value.into(), cure: None }
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
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
pub(crate) async fn diagnose(rt: &Arc<Inner>, id: Id<Integration>) -> Result<Option<Vec<Finding>>, Error> {
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
        let Said { outcome, state, value, cure } = said;
        findings.push(Finding { check, outcome, state, value, cure });
    }
    findings.sort_by_key(|finding| finding.check);
    Ok(Some(findings))
}

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
    let version = served(it.credentials.version, now);
    let verified = match (it.webhook_verified_at, it.watch.wrong_verify_at) {
        (Some(_), Some(wrong)) => soon(Cure::ConnectWebhook, Value::Moment(wrong)),
        (Some(at), None) => good(Value::Day(at)),
        (None, wrong) => bad(Cure::ConnectWebhook, wrong.map(Value::Moment)),
    };
    let delivered = match it.last_delivery_at {
        Some(at) if now.since(at) <= QUIET => good(Value::Moment(at)),
        Some(at) => not_known(Value::Moment(at)),
        None => soon(Cure::ConnectWebhook, None),
    };
    let signatures = match known.forged {
        0 => good(None),
        count => bad(Cure::EnterCredentials, Value::Count(count.into())),
    };
    let template = match (&it.settings.template, &known.template) {
        (None, _) => not_known(None),
        (Some(it), Some(status)) if *status == TemplateStatus::Approved.as_str() => {
            good(text(it.name.clone()))
        }
        (Some(it), Some(status)) => bad(Cure::ChooseTemplate, text(format!("{}: {status}", it.name))),
        (Some(it), None) => bad(Cure::ChooseTemplate, text(it.name.clone())),
    };
    let mail = match (alerts.enabled, known.mail_server, &known.mail_error) {
        (false, _, _) => soon(Cure::SetAlerts, None),
        (true, false, _) => bad(Cure::SetAlerts, None),
        (true, true, Some(error)) => bad(Cure::SetAlerts, text(error.clone())),
        (true, true, None) => good(text(alerts.emails.join(", "))),
    };
    let recipients = match &it.settings.recipients {
        Recipients::Everyone => good(None),
        Recipients::Only { numbers } => not_known(Value::Count(numbers.len() as u64)),
    };
    let queue = match known.waiting_since {
        Some(_) if !it.sends() => bad(Cure::EnterToken, None),
        Some(since) if now.since(since) > OLD => {
            let minutes = now.since(since).as_secs() / 60;
            soon(if it.active { Cure::GoToMeta } else { Cure::Activate }, Value::Count(minutes))
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

fn served(version: GraphVersion, now: Timestamp) -> Said {
    match version::served(version, now) {
        Served::Yes => good(text(version.to_string())),
        Served::Until(end) if end > now => soon(Cure::RaiseVersion, Value::Ends(version.to_string(), end)),
        // It works on for now, as another version.
        Served::Until(_) => {
            Said { outcome: Outcome::Warning, ..bad(Cure::RaiseVersion, text(version.to_string())) }
        }
        Served::No => bad(Cure::RaiseVersion, text(version.to_string())),
    }
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
    let subscribed = match seen.is_subscribed(&it.credentials.app_id) {
        Some(true) => good(None),
        Some(false) => bad(Cure::ConnectWebhook, None),
        None => not_known(None),
    };
    let callback = match seen.callback() {
        Some(url) if url == ours || (!url.is_empty() && rt.is_ours(&url)) => good(text(url)),
        Some(url) if url.is_empty() => bad(Cure::ConnectWebhook, None),
        Some(url) => bad(Cure::ConnectWebhook, text(url)),
        None => not_known(None),
    };
    let mut found = of_token(it, seen, now);
    found.extend(of_number(seen));
    found.push((Check::CanSend, can_send(seen)));
    found.push((Check::AppSubscribed, subscribed));
    found.push((Check::MessagesField, fields(rt, it, seen)));
    found.push((Check::Callback, callback));
    found
}

/// What an error of Meta's says of something: nothing when nobody answered.
fn unless_unanswered(error: &CallError, cure: Cure) -> Said {
    let why = Value::Why(refusal(error));
    if error.is_transient() { not_known(why) } else { bad(cure, why) }
}

fn of_token(it: &Integration, seen: &Look, now: Timestamp) -> Vec<(Check, Said)> {
    let token = match &seen.token {
        Ok(token) => token,
        Err(error) => return vec![(Check::Credentials, unless_unanswered(error, Cure::EnterCredentials))],
    };
    if !token.is_valid {
        let why = token.error.as_ref().map(|(code, said)| text(format!("{said} ({code})")));
        return vec![(Check::Credentials, bad(Cure::EnterToken, why))];
    }
    if let Some(other) = token.app_id.as_ref().filter(|id| **id != it.credentials.app_id) {
        return vec![(Check::Credentials, bad(Cure::EnterToken, text(other.clone())))];
    }
    let has = |scope: &str| token.scopes.iter().any(|it| it == scope);
    let missing: Vec<_> = [SENDING, MANAGEMENT].into_iter().filter(|scope| !has(scope)).collect();
    let scopes = match missing.as_slice() {
        [] => good(None),
        [one] if *one == MANAGEMENT => soon(Cure::EnterToken, text(*one)),
        several => bad(Cure::EnterToken, text(several.join(", "))),
    };
    vec![
        (Check::Credentials, good(None)),
        (Check::TokenExpiry, expiry(token.expires_at, now)),
        (Check::Scopes, scopes),
    ]
}

fn of_number(seen: &Look) -> Vec<(Check, Said)> {
    let phone = match &seen.phone {
        Ok(phone) => phone,
        Err(error) => return vec![(Check::Number, unless_unanswered(error, Cure::EnterCredentials))],
    };
    let number = match &phone.status {
        None | Some(NumberStatus::Connected) => good(phone.display_phone_number.clone().map(Value::Text)),
        Some(status) => bad(Cure::GoToMeta, text(status.as_str())),
    };
    let quality = match phone.quality_rating {
        Some(Quality::Red) => bad(Cure::GoToMeta, None),
        Some(Quality::Yellow) => soon(Cure::GoToMeta, None),
        Some(Quality::Green) => good(None),
        None | Some(Quality::Unknown | Quality::Other(_)) => not_known(None),
    };
    let limit = match &phone.messaging_limit {
        None | Some(MessagingLimit::NotSet) => not_known(None),
        Some(limit @ MessagingLimit::Tier50) => soon(Cure::GoToMeta, text(limit.as_str())),
        Some(limit) => good(text(limit.as_str())),
    };
    vec![(Check::Number, number), (Check::Quality, quality), (Check::MessagingLimit, limit)]
}

fn can_send(seen: &Look) -> Said {
    let health = match &seen.health {
        Ok(health) => health,
        Err(error) => return not_known(Value::Why(refusal(error))),
    };
    let why = health.problems.first().map(|it| text(it.description.clone()));
    match health.can_send_message {
        CanSend::Available => good(None),
        CanSend::Limited => soon(Cure::GoToMeta, why),
        CanSend::Blocked | CanSend::Other(_) => bad(Cure::GoToMeta, why),
    }
}

/// What the app is subscribed to. Whose callback is somebody else's has the other fields elsewhere, on purpose.
fn fields(rt: &Inner, it: &Integration, seen: &Look) -> Said {
    let one = match seen.subscription() {
        Err(_) => return not_known(None),
        Ok(Some(one)) if one.active && one.fields.iter().any(|field| field == MESSAGES) => one,
        Ok(_) => return bad(Cure::ConnectWebhook, None),
    };
    let refused = &it.watch.refused_fields;
    let missing = missing(&one.fields, refused);
    if !missing.is_empty() && rt.is_ours(&one.callback_url) {
        return soon(Cure::ConnectWebhook, text(missing.join(", ")));
    }
    good(Some(refused.join(", ")).filter(|refused| !refused.is_empty()).map(Value::Text))
}

fn expiry(end: Option<Timestamp>, now: Timestamp) -> Said {
    match end {
        None => good(None),
        Some(end) if end <= now => bad(Cure::EnterToken, Value::Day(end)),
        Some(end) if end.since(now) <= Duration::from_hours(14 * 24) => {
            soon(Cure::EnterToken, Value::Day(end))
        }
        Some(end) => good(Value::Day(end)),
    }
}
