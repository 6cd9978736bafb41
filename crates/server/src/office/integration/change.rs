//! Changing an integration, and switching it on and off.

use chasqui_model::Id;
use chasqui_model::integration::{Credentials, Damaged, Health, Integration, Settings};
use chasqui_model::state::TemplateStatus;
use chasqui_runtime::template;
use chasqui_store::Error;
use chasqui_store::noun::integration::{Change, Learned};
use serde_json::{Map, Value, json};

use super::form::{CredentialsForm, Form, OpenConversations};
use super::learn::learn;
use super::{of, read_bot, read_name, read_others_again, settings, taken};
use crate::office::{Actor, Desk, Fault, Refused, Wrong};

/// Changes an integration as a form says, and nothing that the form does not name. With `ask`, Meta is asked when
/// credentials change.
pub(crate) async fn change(
    desk: &Desk,
    by: Actor,
    id: Id<Integration>,
    form: Form,
    ask: bool,
) -> Result<(), Refused> {
    let before = of(desk, by.account, id).await?;
    let ends_all = form.open_conversations == Some(OpenConversations::End);
    let (mut change, fields) = read(desk, &before, form).await?;
    change.learned = learned(desk, &before, &mut change, ask).await?;
    change.told = Some(desk.runtime.claim_lost(&before));
    let store = desk.audited(by, "integration.change", id, json!({ "fields": fields }));
    if !store.change_integration(by.account, id, &change, desk.clock.now()).await.map_err(taken)? {
        return Err(Refused::NotFound);
    }
    let credentials = change.credentials.as_ref().unwrap_or(&before.credentials);
    read_others_again(desk, &credentials.phone_number_id, id).await?;
    if ends_all && change.bot.is_some_and(|bot| bot != before.bot) {
        desk.runtime.end_conversations(by.account, id).await?;
    }
    desk.runtime.reload_integration(by.account, id).await?;
    Ok(())
}

/// What a form changes, and the fields that it names.
async fn read(desk: &Desk, before: &Integration, form: Form) -> Result<(Change, Vec<&'static str>), Refused> {
    let (mut change, mut fields, mut errors) = (Change::default(), Vec::new(), Vec::new());
    if let Some(given) = form.name {
        fields.push("name");
        change.name = Some(read_name(Some(given), &mut errors));
    }
    if let Some(given) = form.settings {
        fields.push("settings");
        change.settings = Some(read_settings(desk, before, given, &mut errors).await?);
    }
    if let Some(given) = form.bot_id {
        fields.push("bot_id");
        change.bot = read_bot(desk, before.account, Some(&given), &mut errors).await?;
    }
    if let Some(active) = form.active.filter(|active| *active != before.active) {
        fields.push("active");
        change.active = Some(active);
    }
    if let Some(given) = form.credentials {
        fields.push("credentials");
        change.credentials = read_credentials(desk, before, given, &mut errors)?;
    }
    if errors.is_empty() { Ok((change, fields)) } else { Err(Refused::Wrong(errors)) }
}

async fn read_settings(
    desk: &Desk,
    before: &Integration,
    given: Map<String, Value>,
    errors: &mut Vec<Wrong>,
) -> Result<Settings, Refused> {
    let mut settings = settings::patched(&before.settings, given)?;
    settings::check(&mut settings, settings::country(before), errors);
    check_template(desk, before, &mut settings, errors).await?;
    Ok(settings)
}

fn read_credentials(
    desk: &Desk,
    before: &Integration,
    given: CredentialsForm,
    errors: &mut Vec<Wrong>,
) -> Result<Option<Credentials>, Refused> {
    if before.managed.is_some() {
        return Err(Refused::ManagedCredentials);
    }
    Ok(given.read(Some(&before.credentials), &desk.clock, errors))
}

/// What is known of the integration after a change: what Meta says to new credentials, which may get another token by it, or
/// that nothing is damaged any more.
async fn learned(
    desk: &Desk,
    before: &Integration,
    change: &mut Change,
    ask: bool,
) -> Result<Option<Learned>, Refused> {
    if let Some(credentials) = change.credentials.take() {
        let mut after = Integration { credentials, ..before.clone() };
        after.damaged.retain(|it| *it == Damaged::Settings);
        learn(desk, &mut after, ask, desk.clock.now()).await?;
        let Integration { credentials, health, health_reason, phone, proven_at, .. } = after;
        change.credentials = Some(credentials);
        return Ok(Some(Learned { health, health_reason, phone, proven_at }));
    }
    let mended = change.settings.is_some() && before.damaged.contains(&Damaged::Settings);
    Ok(mended.then(|| without_damage(desk, before)))
}

/// How an integration fares whose settings are saved anew.
fn without_damage(desk: &Desk, before: &Integration) -> Learned {
    let mut after = Integration { health: Health::Unchecked, ..before.clone() };
    after.damaged.retain(|it| *it != Damaged::Settings);
    let (health, health_reason) = desk.runtime.assess(&after);
    Learned { health, health_reason, phone: after.phone, proven_at: before.proven_at }
}

/// A template that is known has to be approved and to be given what it needs. What its header is, is written down with it.
async fn check_template(
    desk: &Desk,
    it: &Integration,
    settings: &mut Settings,
    errors: &mut Vec<Wrong>,
) -> Result<(), Refused> {
    let Some(chosen) =
        settings.template.as_mut().filter(|chosen| it.settings.template.as_ref() != Some(chosen))
    else {
        return Ok(());
    };
    let sample = template::sample(chosen);
    let known = desk.store.template(it.id, &chosen.name, &chosen.language).await?;
    let all = desk.store.list_templates(it.account, it.id).await?;
    let below = |unfit| Wrong::template("/settings/template", unfit);
    match known {
        None if all.is_empty() => {
            let unfit = template::unchecked(&sample).err().unwrap_or_default();
            errors.extend(unfit.into_iter().map(below));
        }
        None => errors.push(Wrong::new("/settings/template/name", Fault::TemplateUnknown)),
        Some(known) if known.status != TemplateStatus::Approved => {
            errors
                .push(Wrong::new("/settings/template/name", Fault::TemplateNotApproved(known.status.into())));
        }
        Some(known) => {
            let unfit = template::fill(&known, &sample).err().unwrap_or_default();
            errors.extend(unfit.into_iter().map(below));
            if let (Some(header), Some(kind)) = (&mut chosen.header, template::form(&known).header.kind()) {
                header.kind = Some(kind);
            }
        }
    }
    Ok(())
}

/// Switches an integration on or off. Repeatable.
pub(crate) async fn switch(desk: &Desk, by: Actor, id: Id<Integration>, active: bool) -> Result<(), Refused> {
    let found = of(desk, by.account, id).await?;
    if found.active == active {
        return Ok(());
    }
    if active && desk.store.published_version(found.bot).await?.is_none() {
        return Err(Refused::BotNotPublished);
    }
    let told = active.then(|| desk.runtime.claim_lost(&found));
    let change = Change { active: Some(active), told, ..Change::default() };
    let action = if active { "integration.activate" } else { "integration.deactivate" };
    let store = desk.audited(by, action, id, json!({}));
    let changed = store.change_integration(by.account, id, &change, desk.clock.now()).await;
    let changed = changed.map_err(|error| match error {
        Error::Exists(_) => Refused::NumberInUse,
        other => other.into(),
    })?;
    if !changed {
        return Err(Refused::NotFound);
    }
    read_others_again(desk, &found.credentials.phone_number_id, id).await?;
    desk.runtime.reload_integration(by.account, id).await?;
    Ok(())
}
