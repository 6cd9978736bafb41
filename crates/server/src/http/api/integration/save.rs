//! Saving an integration: the form read, Meta asked, the row written.

use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::integration::{Health, Integration, Phone, Settings};
use chasqui_model::{Id, Timestamp};
use chasqui_store::Error;

use super::check::{Checked, check};
use super::form::Form;
use super::settings;
use crate::app::App;
use crate::http::api::{NAME, name};
use crate::http::auth::Caller;
use crate::http::problem::{FieldError, Problem};

const IN_USE: &str = "This number is connected already. A number has one active integration.";

/// Makes an integration out of a form.
pub(super) async fn create(
    app: &App,
    caller: &Caller,
    form: Form,
    ask: bool,
) -> Result<Integration, Problem> {
    let now = app.clock.now();
    let mut errors = Vec::new();
    if form.r#type.as_deref().is_some_and(|kind| kind != "whatsapp_business") {
        errors.push(FieldError::new("/type", "unknown", "The type is whatsapp_business."));
    }
    let given = form.settings.unwrap_or_default();
    let mut settings = settings::patched(&Settings::default(), given)?;
    settings::check(&mut settings, &mut errors);
    let name = read_name(form.name, &mut errors);
    let bot = read_bot(app, caller.account, form.bot_id.as_deref(), &mut errors).await?;
    let credentials = form.credentials.unwrap_or_default().read(None, &app.clock, &mut errors);
    let (Some(bot), Some(credentials), true) = (bot, credentials, errors.is_empty()) else {
        return Err(Problem::fields(errors));
    };
    let mut made = Integration {
        id: app.clock.id(),
        account: caller.account,
        name,
        bot,
        active: form.active.unwrap_or(true),
        active_since: now,
        health: Health::Unchecked,
        health_reason: None,
        credentials,
        settings,
        phone: Phone::default(),
        webhook_verified_at: None,
        last_delivery_at: None,
        last_activity_at: None,
        created_at: now,
        updated_at: now,
    };
    if ask {
        learn(app, &mut made, now).await?;
    }
    app.store.insert_integration(&made).await.map_err(taken)?;
    Ok(made)
}

/// Changes an integration as a form says. Answers the names of what the form had, for the audit log.
pub(super) async fn change(
    app: &App,
    before: Integration,
    form: Form,
    ask: bool,
) -> Result<Vec<&'static str>, Problem> {
    let now = app.clock.now();
    let mut errors = Vec::new();
    let mut fields = Vec::new();
    let mut it = Integration { updated_at: now, ..before };
    if let Some(given) = form.name {
        fields.push("name");
        it.name = read_name(Some(given), &mut errors);
    }
    if let Some(given) = form.settings {
        fields.push("settings");
        it.settings = settings::patched(&it.settings, given)?;
        settings::check(&mut it.settings, &mut errors);
    }
    if let Some(given) = form.bot_id {
        fields.push("bot_id");
        it.bot = read_bot(app, it.account, Some(&given), &mut errors).await?.unwrap_or(it.bot);
    }
    if let Some(active) = form.active.filter(|active| *active != it.active) {
        fields.push("active");
        (it.active, it.active_since) = (active, now);
    }
    let new_credentials = form.credentials.is_some();
    if let Some(given) = form.credentials {
        fields.push("credentials");
        if let Some(read) = given.read(Some(&it.credentials), &app.clock, &mut errors) {
            it.credentials = read;
        }
    }
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    if new_credentials && ask {
        learn(app, &mut it, now).await?;
    } else if new_credentials {
        (it.health, it.health_reason) = (Health::Unchecked, None);
    }
    update(app, &it).await.map(|()| fields)
}

/// Switches an integration on or off.
pub(super) async fn switch(app: &App, found: Integration, active: bool) -> Result<(), Problem> {
    let now = app.clock.now();
    if active && app.store.published_version(found.bot).await?.is_none() {
        return Err(Problem::conflict("bot_not_published", "The bot is not published. Publish it first."));
    }
    let it = Integration { active, active_since: now, updated_at: now, ..found };
    match app.store.update_integration(&it).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Problem::not_found()),
        Err(Error::Exists(_)) => Err(Problem::conflict("number_in_use", IN_USE)),
        Err(error) => Err(error.into()),
    }
}

async fn update(app: &App, it: &Integration) -> Result<(), Problem> {
    if app.store.update_integration(it).await.map_err(taken)? { Ok(()) } else { Err(Problem::not_found()) }
}

/// Asks Meta, and takes over what it says.
async fn learn(app: &App, it: &mut Integration, now: Timestamp) -> Result<(), Problem> {
    let Checked { credentials, phone, health, reason } =
        check(&app.runtime, it.credentials.clone(), now).await?;
    it.credentials = credentials;
    it.phone = phone;
    it.health = health;
    it.health_reason = reason;
    Ok(())
}

fn read_name(given: Option<String>, errors: &mut Vec<FieldError>) -> Option<String> {
    let given = given.filter(|text| !text.trim().is_empty())?;
    let read = name(&given);
    if read.is_none() {
        errors.push(FieldError::new("/name", "length", NAME));
    }
    read
}

/// A published bot of the account.
async fn read_bot(
    app: &App,
    account: Id<Account>,
    given: Option<&str>,
    errors: &mut Vec<FieldError>,
) -> Result<Option<Id<Bot>>, Problem> {
    let mut wrong = |code, message: &str| {
        errors.push(FieldError::new("/bot_id", code, message));
        Ok(None)
    };
    let Some(text) = given.filter(|text| !text.is_empty()) else {
        return wrong("missing", "Choose the bot that answers.");
    };
    let bot = match text.parse() {
        Ok(id) => app.store.bot(account, id).await?,
        Err(_) => None,
    };
    match bot {
        None => wrong("unknown", "There is no such bot."),
        Some(bot) if bot.version.is_none() => {
            wrong("not_published", "This bot is not published. Publish it first.")
        }
        Some(bot) => Ok(Some(bot.id)),
    }
}

/// Names the field that a unique rule is about; never says whose the other one is.
fn taken(error: Error) -> Problem {
    match error {
        Error::Exists(rule) if rule.contains("phone_number_id") => {
            Problem::field("/credentials/phone_number_id", "in_use", IN_USE)
        }
        Error::Exists(rule) if rule.contains("verify_token") => {
            let message = "This verify token is already used by another integration. Generate a new one.";
            Problem::field("/credentials/verify_token", "in_use", message)
        }
        other => other.into(),
    }
}
