//! Who is told: the addresses that the integration names, else the people of the account who can do something about it.

use chasqui_model::account::Role;
use chasqui_model::integration::Integration;
use chasqui_store::Error;
use chasqui_store::noun::incident::Incident;

use super::NODE_FAILED;
use crate::Inner;

/// Most people of an account who are looked through.
const MOST: u32 = 200;

/// Who is told of an incident. Nobody, unless the integration's switch is on, or the author of the bot asked for it.
pub(super) async fn of_incident(
    rt: &Inner,
    it: &Integration,
    incident: &Incident,
) -> Result<Vec<String>, Error> {
    if incident.code == NODE_FAILED {
        return named_or(rt, it, Role::Admin).await;
    }
    let alerts = &it.settings.error_alerts;
    Ok(if alerts.enabled { alerts.emails.clone() } else { Vec::new() })
}

/// Who is told that a conversation waits: people who may take it over, unless addresses are named.
pub(super) async fn of_handoff(rt: &Inner, it: &Integration) -> Result<Vec<String>, Error> {
    named_or(rt, it, Role::Builder).await
}

/// The integration's addresses, else the people with at least this role. Nobody without a mail server: what is written now
/// must not go out on the day on which there is one.
async fn named_or(rt: &Inner, it: &Integration, least: Role) -> Result<Vec<String>, Error> {
    if rt.mailer.is_none() {
        return Ok(Vec::new());
    }
    let named = &it.settings.error_alerts.emails;
    if !named.is_empty() {
        return Ok(named.clone());
    }
    let people = rt.store.list_members(it.account, None, MOST).await?;
    Ok(people.into_iter().filter(|person| person.role >= least).map(|person| person.user.email).collect())
}
