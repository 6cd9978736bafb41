//! Saving an integration: the form read, Meta asked, the row written.

use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::integration::{Credentials, Damaged, Health, Integration, Phone, Settings, Watch};
use chasqui_model::quota::Kind;
use chasqui_model::secret::Secret;
use chasqui_model::{Id, Timestamp};
use chasqui_runtime::template;
use chasqui_store::Error;
use chasqui_store::noun::integration::{Change, Learned};
use chasqui_store::noun::managed_number::Managed;
use phonenumber::country;
use serde_json::json;

use super::check::{Checked, check};
use super::form::{Form, OpenConversations};
use super::{Saving, settings};
use crate::app::App;
use crate::http::api::{NAME, audited, name};
use crate::http::auth::Caller;
use crate::http::problem::{FieldError, Problem};
use crate::http::{speak, token};

const IN_USE: &str = "This number is connected already. A number has one active integration. Switch the other \
    one off first, or use another number.";

const NONE_FREE: &str = "No managed number is free. Ask the operator for one (POST /number_requests).";

/// Makes an integration out of a form.
pub(super) async fn create(
    app: &App,
    caller: &Caller,
    form: Form,
    ask: bool,
) -> Result<Integration, Problem> {
    let now = app.clock.now();
    let managed = form.managed.unwrap_or(false);
    let lent = if managed { lend(app, caller).await? } else { None };
    let (read, mut errors) = read(app, caller, form, lent.as_ref(), None).await?;
    if ask {
        // Numbers without a country code are of the number's own country, which Meta is about to say.
        errors.retain(|error| !settings::wants_country(error));
    }
    let (Read { bot: Some(bot), credentials: Some(credentials), name, active, settings }, true) =
        (read, errors.is_empty())
    else {
        return Err(Problem::fields(errors));
    };
    let mut made = Integration {
        id: app.clock.id(),
        account: caller.account,
        name,
        bot,
        active,
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
        watch: Watch::default(),
        proven_at: None,
        managed: None,
        damaged: Vec::new(),
    };
    learn(app, &mut made, ask, now).await?;
    let country = settings::country(&made);
    settings::check(&mut made.settings, country, &mut errors);
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    if lent.is_some() {
        // Meta answered to the operator.
        made.proven_at = Some(now);
    }
    let detail = json!({ "active": made.active, "bot": made.bot });
    let store = audited(app, caller, "integration.create", made.id, detail);
    let store = app.within(&store, made.account, &[Kind::Integrations]).await?;
    let told = app.runtime.claim_lost(&made);
    store.claim_integration(&made, &told).await.map_err(taken)?;
    if let Some(number) = lent {
        let given = app.store.assign_managed(number.id, caller.account, made.id, now).await;
        if let Err(error) = given {
            app.store.delete_integration(caller.account, made.id).await?;
            return Err(if matches!(error, Error::Stale) { none_free() } else { error.into() });
        }
    }
    switched_off(app, &made).await?;
    Ok(made)
}

/// What a form for a new integration says.
struct Read {
    name: Option<String>,
    bot: Option<Id<Bot>>,
    active: bool,
    credentials: Option<Credentials>,
    settings: Settings,
}

/// Reads a form for a new integration, and says what is wrong with it. `lent`: the number whose credentials it uses;
/// `country`: that of its number, where it is known.
async fn read(
    app: &App,
    caller: &Caller,
    form: Form,
    lent: Option<&Managed>,
    country: Option<country::Id>,
) -> Result<(Read, Vec<FieldError>), Problem> {
    let mut errors = Vec::new();
    if form.r#type.as_deref().is_some_and(|kind| kind != "whatsapp_business") {
        errors.push(FieldError::new("/type", "unknown", "The type is whatsapp_business."));
    }
    let settings = match settings::patched(&Settings::default(), form.settings.unwrap_or_default()) {
        Ok(settings) => {
            // Written the way numbers are compared only at the end: the country may come to be known.
            settings::check(&mut settings.clone(), country, &mut errors);
            settings
        }
        Err(refused) => {
            errors.extend(refused.into_errors());
            Settings::default()
        }
    };
    let name = read_name(form.name, &mut errors);
    let bot = read_bot(app, caller.account, form.bot_id.as_deref(), &mut errors).await?;
    let credentials = match lent {
        Some(number) => Some(number.credentials.clone()),
        None => form.credentials.unwrap_or_default().read(None, &app.clock, &mut errors),
    };
    Ok((Read { name, bot, active: form.active.unwrap_or(true), credentials, settings }, errors))
}

/// What making an integration out of a form would refuse, as far as that can be said without asking Meta. Nothing is made.
pub(super) async fn judge(
    app: &App,
    caller: &Caller,
    form: Form,
    country: Option<country::Id>,
) -> Result<Vec<FieldError>, Problem> {
    let managed = form.managed.unwrap_or(false);
    let lent = if managed { app.store.managed_for(caller.account).await? } else { None };
    let none_is_free = managed && lent.is_none();
    let (_, mut errors) = read(app, caller, form, lent.as_ref(), country).await?;
    if none_is_free {
        // What stands instead of credentials is missing, and not they.
        errors.retain(|error| !error.pointer.starts_with("/credentials"));
        errors.push(FieldError::new("/managed", "no_free_number", NONE_FREE));
    }
    Ok(errors)
}

/// A number of the operator that this account may have, with a verify token of its own.
async fn lend(app: &App, caller: &Caller) -> Result<Option<Managed>, Problem> {
    let mut number = app.store.managed_for(caller.account).await?.ok_or_else(none_free)?;
    number.credentials.verify_token = Secret::new(token::random());
    Ok(Some(number))
}

fn none_free() -> Problem {
    Problem::conflict("no_free_number", NONE_FREE)
}

/// What Meta says about credentials that nobody has saved, and what would not work well all the same.
pub(in crate::http) async fn learnt(
    app: &App,
    caller: &Caller,
    credentials: Credentials,
) -> Result<(Integration, Option<String>), Problem> {
    let now = app.clock.now();
    let nobody = Id::from_bytes([0; 16]);
    let mut it = Integration {
        id: app.clock.id(),
        account: caller.account,
        name: None,
        bot: nobody,
        active: false,
        active_since: now,
        health: Health::Unchecked,
        health_reason: None,
        credentials,
        settings: Settings::default(),
        phone: Phone::default(),
        // Where deliveries go is no matter of credentials.
        webhook_verified_at: Some(now),
        last_delivery_at: None,
        last_activity_at: None,
        created_at: now,
        updated_at: now,
        watch: Watch::default(),
        proven_at: None,
        managed: None,
        damaged: Vec::new(),
    };
    learn(app, &mut it, true, now).await?;
    let warning = it.health_reason.as_deref().map(speak::words);
    Ok((it, warning))
}

/// A template that is known has to be approved and to be given what it needs. What its header is, is written down with it.
async fn check_template(
    app: &App,
    it: &Integration,
    settings: &mut Settings,
    errors: &mut Vec<FieldError>,
) -> Result<(), Problem> {
    let Some(chosen) =
        settings.template.as_mut().filter(|chosen| it.settings.template.as_ref() != Some(chosen))
    else {
        return Ok(());
    };
    let sample = template::sample(chosen);
    let known = app.store.template(it.id, &chosen.name, &chosen.language).await?;
    let all = app.store.list_templates(it.account, it.id).await?;
    match known {
        None if all.is_empty() => {
            let unfit = template::unchecked(&sample).err().unwrap_or_default();
            errors.extend(unfit.into_iter().map(at_template));
        }
        None => {
            let message = "Meta has no template with this name in this language.";
            errors.push(FieldError::new("/settings/template/name", "unknown", message));
        }
        Some(known) if known.status != "APPROVED" => {
            let message = format!("This template cannot be sent: Meta says {}.", known.status);
            errors.push(FieldError::new("/settings/template/name", "not_approved", message));
        }
        Some(known) => {
            let unfit = template::fill(&known, &sample).err().unwrap_or_default();
            errors.extend(unfit.into_iter().map(at_template));
            if let (Some(header), Some(kind)) = (&mut chosen.header, template::form(&known).header.kind()) {
                header.kind = Some(kind);
            }
        }
    }
    Ok(())
}

fn at_template(unfit: template::Unfit) -> FieldError {
    FieldError::new(format!("/settings/template{}", unfit.pointer), unfit.code, unfit.message)
}

/// Changes an integration as a form says, and nothing that the form does not name.
pub(super) async fn change(
    app: &App,
    caller: &Caller,
    before: Integration,
    form: Form,
    saving: &Saving,
) -> Result<(), Problem> {
    let ask = saving.check.unwrap_or(true);
    let now = app.clock.now();
    let mut errors = Vec::new();
    let mut fields = Vec::new();
    let mut change = Change::default();
    if let Some(given) = form.name {
        fields.push("name");
        change.name = Some(read_name(Some(given), &mut errors));
    }
    if let Some(given) = form.settings {
        fields.push("settings");
        let mut settings = settings::patched(&before.settings, given)?;
        settings::check(&mut settings, settings::country(&before), &mut errors);
        check_template(app, &before, &mut settings, &mut errors).await?;
        change.settings = Some(settings);
    }
    if let Some(given) = form.bot_id {
        fields.push("bot_id");
        change.bot = read_bot(app, before.account, Some(&given), &mut errors).await?;
    }
    if let Some(active) = form.active.filter(|active| *active != before.active) {
        fields.push("active");
        change.active = Some(active);
    }
    if let Some(given) = form.credentials {
        if before.managed.is_some() {
            let detail = "The operator of this installation looks after this number's credentials.";
            return Err(Problem::conflict("managed", detail));
        }
        fields.push("credentials");
        change.credentials = given.read(Some(&before.credentials), &app.clock, &mut errors);
    }
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    if let Some(credentials) = change.credentials.take() {
        let mut after = Integration { credentials, ..before.clone() };
        after.damaged.retain(|it| *it == Damaged::Settings);
        learn(app, &mut after, ask, now).await?;
        let Integration { credentials, health, health_reason, phone, proven_at, .. } = after;
        change.credentials = Some(credentials);
        change.learned = Some(Learned { health, health_reason, phone, proven_at });
    } else if change.settings.is_some() && before.damaged.contains(&Damaged::Settings) {
        change.learned = Some(without_damage(app, &before));
    }
    change.told = Some(app.runtime.claim_lost(&before));
    let store = audited(app, caller, "integration.change", before.id, json!({ "fields": fields }));
    if !store.change_integration(before.account, before.id, &change, now).await.map_err(taken)? {
        return Err(Problem::not_found());
    }
    let number = change.credentials.as_ref().unwrap_or(&before.credentials).phone_number_id.clone();
    switched_off_of(app, &number, before.id).await?;
    if form.open_conversations == Some(OpenConversations::End)
        && change.bot.is_some_and(|bot| bot != before.bot)
    {
        app.runtime.end_conversations(before.account, before.id).await?;
    }
    Ok(())
}

/// How an integration fares whose settings are saved anew.
fn without_damage(app: &App, before: &Integration) -> Learned {
    let mut after = Integration { health: Health::Unchecked, ..before.clone() };
    after.damaged.retain(|it| *it != Damaged::Settings);
    let (health, health_reason) = app.runtime.assess(&after);
    Learned { health, health_reason, phone: after.phone, proven_at: before.proven_at }
}

/// Switches an integration on or off.
pub(super) async fn switch(
    app: &App,
    caller: &Caller,
    found: &Integration,
    active: bool,
) -> Result<(), Problem> {
    if active && app.store.published_version(found.bot).await?.is_none() {
        return Err(Problem::conflict("bot_not_published", "The bot is not published. Publish it first."));
    }
    let told = active.then(|| app.runtime.claim_lost(found));
    let change = Change { active: Some(active), told, ..Change::default() };
    let action = if active { "integration.activate" } else { "integration.deactivate" };
    let store = audited(app, caller, action, found.id, json!({}));
    match store.change_integration(found.account, found.id, &change, app.clock.now()).await {
        Ok(true) => switched_off(app, found).await,
        Ok(false) => Err(Problem::not_found()),
        Err(Error::Exists(_)) => Err(Problem::conflict("number_in_use", IN_USE)),
        Err(error) => Err(error.into()),
    }
}

/// Unproven claims to the number of an integration may have ended: they are read again, and run nothing more.
async fn switched_off(app: &App, it: &Integration) -> Result<(), Problem> {
    switched_off_of(app, &it.credentials.phone_number_id, it.id).await
}

async fn switched_off_of(app: &App, number: &str, but: Id<Integration>) -> Result<(), Problem> {
    for (account, id) in app.store.others_of_number(number, but).await? {
        app.runtime.reload_integration(account, id).await?;
    }
    Ok(())
}

/// Asks Meta, and takes over what it says; without asking nothing is known any more.
async fn learn(app: &App, it: &mut Integration, ask: bool, now: Timestamp) -> Result<(), Problem> {
    it.proven_at = None;
    if !ask {
        (it.health, it.health_reason) = (Health::Unchecked, None);
        return Ok(());
    }
    let Checked { credentials, phone } = check(&app.runtime, it.credentials.clone(), now).await?;
    it.proven_at = phone.is_some().then_some(now);
    (it.credentials, it.phone, it.health) = (credentials, phone.unwrap_or_default(), Health::Ok);
    // Meta has just taken it.
    it.watch.token_refused = false;
    (it.health, it.health_reason) = app.runtime.assess(it);
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
