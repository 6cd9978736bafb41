//! Connecting a webhook in Meta's strict order: the app, the business account, the number. Meta calls us while our call
//! is open; the handshake is answered by this very process.

use std::sync::Arc;

use chasqui_model::account::Language;
use chasqui_whatsapp::client::CallError;
use chasqui_whatsapp::error::{Class, MANAGEMENT};

use crate::Inner;
use crate::registry::Number;

/// What an app is subscribed to: messages, and everything about accounts, numbers and templates that only ever goes to
/// the app's own callback.
const FIELDS: &[&str] = &[
    "messages",
    "account_update",
    "account_alerts",
    "account_review_update",
    "business_capability_update",
    "message_template_components_update",
    "message_template_quality_update",
    "message_template_status_update",
    "messaging_handovers",
    "phone_number_name_update",
    "phone_number_quality_update",
    "security",
    "smb_message_echoes",
    "template_category_update",
    "user_preferences",
];

/// One of the three.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub kind: StepKind,
    /// What came of it.
    pub done: Done,
}

/// What is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// The app's own callback and its fields.
    App,
    /// The app's subscription to the business account.
    Account,
    /// The callback of this number.
    Number,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// Meta took it.
    Yes,
    /// It was so already.
    Already,
    /// The app delivers to somebody else's address, which was left alone: events about templates, quality and the
    /// account go there.
    LeftTo(String),
    /// Meta refused, in words.
    Refused(String),
}

/// Connects, step by step, until one is refused. `replace`: also takes the app's callback from somebody else.
pub(crate) async fn connect(rt: &Arc<Inner>, number: &Number, replace: bool) -> Vec<Step> {
    let mut steps = Vec::new();
    for kind in [StepKind::App, StepKind::Account, StepKind::Number] {
        let outcome = match kind {
            StepKind::App => app(rt, number, replace).await,
            StepKind::Account => account(rt, number).await,
            StepKind::Number => of_number(rt, number).await,
        };
        let done = outcome.unwrap_or_else(|error| Done::Refused(words(&error)));
        let over = matches!(done, Done::Refused(_));
        steps.push(Step { kind, done });
        if over {
            break;
        }
    }
    steps
}

async fn app(rt: &Inner, number: &Number, replace: bool) -> Result<Done, CallError> {
    let credentials = &number.integration.credentials;
    let app = rt.graph.app(credentials.version, &credentials.app_id, &credentials.app_secret);
    let app = app.map_err(|error| CallError::NoAnswer(error.to_string()))?;
    let all = rt.graph.subscriptions(&app).await?;
    let there =
        all.iter().find(|one| one.object == "whatsapp_business_account" && !one.callback_url.is_empty());
    let mut fields: Vec<&str> = FIELDS.to_vec();
    if let Some(there) = there {
        let ours = rt.is_ours(&there.callback_url);
        if !ours && !replace {
            return Ok(Done::LeftTo(there.callback_url.clone()));
        }
        if ours && there.active && FIELDS.iter().all(|field| there.fields.iter().any(|has| has == field)) {
            return Ok(Done::Already);
        }
        // What somebody subscribed to besides is not ours to end.
        fields.extend(there.fields.iter().map(String::as_str).filter(|field| !FIELDS.contains(field)));
    }
    let url = rt.callback_url(number.integration.id);
    rt.graph.subscribe(&app, &url, credentials.verify_token.expose(), &fields).await.map(|()| Done::Yes)
}

async fn account(rt: &Inner, number: &Number) -> Result<Done, CallError> {
    let Some(calls) = &number.calls else { return Err(CallError::NoAnswer("the token is not one".into())) };
    let apps = rt.graph.subscribed_apps(calls).await?;
    let app_id = &number.integration.credentials.app_id;
    if apps.iter().any(|app| app.id == *app_id && app.override_callback_uri.is_none()) {
        return Ok(Done::Already);
    }
    rt.graph.subscribe_app(calls).await.map(|()| Done::Yes)
}

async fn of_number(rt: &Inner, number: &Number) -> Result<Done, CallError> {
    let Some(calls) = &number.calls else { return Err(CallError::NoAnswer("the token is not one".into())) };
    let url = rt.callback_url(number.integration.id);
    let verify_token = number.integration.credentials.verify_token.expose();
    rt.graph.override_number(calls, &url, verify_token).await.map(|()| Done::Yes)
}

/// Takes a number's deliveries away from us, where Meta still listens to its token. The business account stays subscribed
/// while another number here needs that.
pub(crate) async fn disconnect(rt: &Inner, number: &Number) -> Result<(), CallError> {
    let Some(calls) = &number.calls else { return Ok(()) };
    let ours = rt.graph.phone_number(calls).await?.callback_url;
    if ours.is_some_and(|url| url == rt.callback_url(number.integration.id)) {
        rt.graph.override_number(calls, "", "").await?;
    }
    let credentials = &number.integration.credentials;
    let shared = rt.registry.all().iter().any(|other| {
        other.integration.id != number.integration.id
            && other.integration.credentials.business_account_id == credentials.business_account_id
            && other.integration.credentials.app_id == credentials.app_id
    });
    if shared { Ok(()) } else { rt.graph.unsubscribe_app(calls).await }
}

/// A refused call in plain words.
pub(crate) fn words(error: &CallError) -> String {
    let Some(graph) = error.graph() else {
        return "Meta did not answer. Try again in a moment.".to_owned();
    };
    let said = graph.said().unwrap_or("Meta refused it");
    let verdict = graph.verdict();
    match (verdict.code, graph.explanation(Language::En)) {
        (Some(code), Some(known)) if verdict.class == Class::Permission => {
            let needs = format!("This needs the permission {MANAGEMENT}.");
            format!("{} {} {needs} Meta says: {said} (error {code})", known.cause, known.cure)
        }
        (Some(code), Some(known)) => {
            format!("{} {} Meta says: {said} (error {code})", known.cause, known.cure)
        }
        (Some(code), None) => format!("{said} (error {code})"),
        (None, _) => said.to_owned(),
    }
}
