//! Making an integration: the form read, Meta asked, the row written.

use chasqui_model::Id;
use chasqui_model::bot::Bot;
use chasqui_model::integration::{Credentials, Integration, Settings};
use chasqui_model::quota::Kind;
use chasqui_model::secret::Secret;
use chasqui_store::Error;
use chasqui_store::noun::managed_number::Managed;
use phonenumber::country;
use serde_json::json;

use super::form::Form;
use super::learn::learn;
use super::{read_bot, read_name, read_others_again, settings, taken};
use crate::office::{Actor, Desk, Fault, Refused, Wrong};
use crate::token;

/// Makes an integration out of a form. With `ask`, Meta is asked about the credentials first, and a short-lived token is
/// exchanged for a long-lived one.
pub(crate) async fn create(
    desk: &Desk,
    by: Actor,
    form: Form,
    ask: bool,
) -> Result<Id<Integration>, Refused> {
    let now = desk.clock.now();
    let managed = form.managed.unwrap_or(false);
    let lent = if managed { Some(lend(desk, by).await?) } else { None };
    let (read, mut errors) = read(desk, by, form, lent.as_ref(), None).await?;
    if ask {
        // Numbers without a country code are of the number's own country, which Meta is about to say.
        errors.retain(|error| !settings::wants_country(error));
    }
    let (Read { bot: Some(bot), credentials: Some(credentials), name, active, settings }, true) =
        (read, errors.is_empty())
    else {
        return Err(Refused::Wrong(errors));
    };
    let fresh = Integration::fresh(desk.clock.id(), by.account, bot, (credentials, settings), now);
    let mut made = Integration { name, active, ..fresh };
    learn(desk, &mut made, ask, now).await?;
    let country = settings::country(&made);
    settings::check(&mut made.settings, country, &mut errors);
    if !errors.is_empty() {
        return Err(Refused::Wrong(errors));
    }
    if lent.is_some() {
        // Meta answered to the operator.
        made.proven_at = Some(now);
    }
    claim(desk, by, &made, lent.as_ref()).await?;
    read_others_again(desk, &made.credentials.phone_number_id, made.id).await?;
    desk.runtime.reload_integration(by.account, made.id).await?;
    Ok(made.id)
}

/// Writes it down, and that it was made; with the operator's number that is `lent` to it, should there be one.
async fn claim(desk: &Desk, by: Actor, made: &Integration, lent: Option<&Managed>) -> Result<(), Refused> {
    let detail = json!({ "active": made.active, "bot": made.bot });
    let store = desk.audited(by, "integration.create", made.id, detail);
    let store = desk.within(&store, made.account, &[Kind::Integrations]).await?;
    let told = desk.runtime.claim_lost(made);
    let lent = lent.map(|number| number.id);
    store.claim_integration(made, lent, &told).await.map_err(|error| match error {
        // Somebody was faster with the number.
        Error::Stale if lent.is_some() => Refused::NoFreeNumber,
        other => taken(other),
    })
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
    desk: &Desk,
    by: Actor,
    form: Form,
    lent: Option<&Managed>,
    country: Option<country::Id>,
) -> Result<(Read, Vec<Wrong>), Refused> {
    let mut errors = Vec::new();
    if form.r#type.as_deref().is_some_and(|kind| kind != "whatsapp_business") {
        errors.push(Wrong::new("/type", Fault::Type));
    }
    let settings = match settings::patched(&Settings::default(), form.settings.unwrap_or_default()) {
        Ok(settings) => {
            // Written the way numbers are compared only at the end: the country may come to be known.
            settings::check(&mut settings.clone(), country, &mut errors);
            settings
        }
        Err(Refused::Wrong(wrong)) => {
            errors.extend(wrong);
            Settings::default()
        }
        Err(other) => return Err(other),
    };
    let name = read_name(form.name, &mut errors);
    let bot = read_bot(desk, by.account, form.bot_id.as_deref(), &mut errors).await?;
    let credentials = match lent {
        Some(number) => Some(number.credentials.clone()),
        None => form.credentials.unwrap_or_default().read(None, &desk.clock, &mut errors),
    };
    Ok((Read { name, bot, active: form.active.unwrap_or(true), credentials, settings }, errors))
}

/// What making an integration out of a form would refuse, as far as that can be said without asking Meta. Nothing is made.
pub(crate) async fn judge(
    desk: &Desk,
    by: Actor,
    form: Form,
    country: Option<country::Id>,
) -> Result<Vec<Wrong>, Refused> {
    let managed = form.managed.unwrap_or(false);
    let lent = if managed { desk.store.managed_for(by.account).await? } else { None };
    let none_is_free = managed && lent.is_none();
    let (_, mut errors) = read(desk, by, form, lent.as_ref(), country).await?;
    if none_is_free {
        // What stands instead of credentials is missing, and not they.
        errors.retain(|error| !error.pointer.starts_with("/credentials"));
        errors.push(Wrong::new("/managed", Fault::NoFreeNumber));
    }
    Ok(errors)
}

/// A number of the operator that this account may have, with a verify token of its own.
async fn lend(desk: &Desk, by: Actor) -> Result<Managed, Refused> {
    let mut number = desk.store.managed_for(by.account).await?.ok_or(Refused::NoFreeNumber)?;
    number.credentials.verify_token = Secret::new(token::random());
    Ok(number)
}
