//! What Meta says about credentials.

use chasqui_model::integration::{Credentials, Health, Integration, Settings};
use chasqui_model::{Id, Timestamp};

use super::ask::{Checked, check as ask_meta};
use super::form::CredentialsForm;
use crate::office::{Actor, Desk, Refused};

/// Asks Meta about credentials that are typed and that nobody has saved. What is left out is as in those of `before`.
pub(crate) async fn check(
    desk: &Desk,
    by: Actor,
    typed: CredentialsForm,
    before: Option<&Credentials>,
) -> Result<Integration, Refused> {
    let mut errors = Vec::new();
    let read = typed.read(before, &desk.clock, &mut errors);
    match read.filter(|_| errors.is_empty()) {
        Some(credentials) => learnt(desk, by, credentials).await,
        None => Err(Refused::Wrong(errors)),
    }
}

/// What Meta says about credentials that nobody has saved: an integration that would use them. Its health says what would
/// not work well all the same.
async fn learnt(desk: &Desk, by: Actor, credentials: Credentials) -> Result<Integration, Refused> {
    let now = desk.clock.now();
    let nobody = Id::from_bytes([0; 16]);
    let given = (credentials, Settings::default());
    let fresh = Integration::fresh(desk.clock.id(), by.account, nobody, given, now);
    // Where deliveries go is no matter of credentials.
    let mut it = Integration { active: false, webhook_verified_at: Some(now), ..fresh };
    learn(desk, &mut it, true, now).await?;
    Ok(it)
}

/// Asks Meta, and takes over what it says; without asking nothing is known any more.
pub(super) async fn learn(
    desk: &Desk,
    it: &mut Integration,
    ask: bool,
    now: Timestamp,
) -> Result<(), Refused> {
    it.proven_at = None;
    if !ask {
        (it.health, it.health_reason) = (Health::Unchecked, None);
        return Ok(());
    }
    let Checked { credentials, phone } = ask_meta(&desk.runtime, it.credentials.clone(), now).await?;
    it.proven_at = phone.is_some().then_some(now);
    (it.credentials, it.phone, it.health) = (credentials, phone.unwrap_or_default(), Health::Ok);
    // Meta has just taken it.
    it.watch.token_refused = false;
    (it.health, it.health_reason) = desk.runtime.assess(it);
    Ok(())
}
