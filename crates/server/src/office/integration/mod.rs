//! Integrations: making one, changing it, switching it on and off, deleting it. Meta is asked about what it has to take.

mod ask;
mod change;
mod create;
mod form;
mod learn;
mod settings;

use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::integration::Integration;
use chasqui_store::Error;
use serde_json::json;

use super::{Actor, Desk, Fault, Refused, Wrong, name};

pub(crate) use change::{change, switch};
pub(crate) use create::{create, judge};
pub(crate) use form::{CredentialsForm, Form, is_served};
pub(crate) use learn::check;
pub(crate) use settings::{SettingsShape, country};

/// An integration of the account.
pub(crate) async fn of(
    desk: &Desk,
    account: Id<Account>,
    id: Id<Integration>,
) -> Result<Integration, Refused> {
    desk.store.integration(account, id).await?.ok_or(Refused::NotFound)
}

/// Deletes an integration and its secrets, and takes its webhook away at Meta where that still can be done. Transcripts
/// stay readable unless they are to be erased.
pub(crate) async fn delete(desk: &Desk, by: Actor, id: Id<Integration>, erase: bool) -> Result<(), Refused> {
    of(desk, by.account, id).await?;
    desk.runtime.disconnect_webhook(id).await;
    let store = desk.audited(by, "integration.delete", id, json!({ "erase": erase }));
    if !store.delete_integration(by.account, id).await? {
        return Err(Refused::NotFound);
    }
    desk.runtime.reload_integration(by.account, id).await?;
    if erase {
        desk.runtime.erase_number(by.account, id, by.user);
    }
    Ok(())
}

/// Unproven claims to a number may have ended: they are read again, and run nothing more.
async fn read_others_again(desk: &Desk, number: &str, but: Id<Integration>) -> Result<(), Refused> {
    for (account, id) in desk.store.others_of_number(number, but).await? {
        desk.runtime.reload_integration(account, id).await?;
    }
    Ok(())
}

fn read_name(given: Option<String>, errors: &mut Vec<Wrong>) -> Option<String> {
    let given = given.filter(|text| !text.trim().is_empty())?;
    let read = name(&given);
    if read.is_none() {
        errors.push(Wrong::new("/name", Fault::Name));
    }
    read
}

/// A published bot of the account.
async fn read_bot(
    desk: &Desk,
    account: Id<Account>,
    given: Option<&str>,
    errors: &mut Vec<Wrong>,
) -> Result<Option<Id<Bot>>, Refused> {
    let mut wrong = |fault| {
        errors.push(Wrong::new("/bot_id", fault));
        Ok(None)
    };
    let Some(text) = given.filter(|text| !text.is_empty()) else { return wrong(Fault::BotMissing) };
    let bot = match text.parse() {
        Ok(id) => desk.store.bot(account, id).await?,
        Err(_) => None,
    };
    match bot {
        None => wrong(Fault::BotUnknown),
        Some(bot) if bot.version.is_none() => wrong(Fault::BotNotPublished),
        Some(bot) => Ok(Some(bot.id)),
    }
}

/// Names the field that a unique rule is about; never says whose the other one is.
fn taken(error: Error) -> Refused {
    match error {
        Error::Exists(rule) if rule.contains("phone_number_id") => {
            Refused::field("/credentials/phone_number_id", Fault::NumberInUse)
        }
        Error::Exists(rule) if rule.contains("verify_token") => {
            Refused::field("/credentials/verify_token", Fault::VerifyTokenInUse)
        }
        other => other.into(),
    }
}
