//! Bots: making, renaming and deleting one.

use chasqui_model::Id;
use chasqui_model::bot::Bot;
use chasqui_model::quota::Kind;
use chasqui_store::Error;
use serde_json::{Value, json};

use super::draft::{self, File};
use super::{Actor, Desk, Fault, Refused, name};

/// Makes a bot: empty under a name, or from a bot file, whose name it has where no other is given.
pub(crate) async fn create(
    desk: &Desk,
    by: Actor,
    called: Option<String>,
    definition: Option<File>,
) -> Result<Bot, Refused> {
    let given = definition.as_ref().and_then(|definition| definition.get("name")).and_then(Value::as_str);
    let asked = called.as_deref().or(given).unwrap_or_default();
    let name = name(asked).ok_or_else(|| Refused::field("/name", Fault::Name))?;
    let definition = match definition {
        Some(definition) => desk.heavy(by.account, move || draft::text(&definition)).await??,
        None => json!({ "format": 1, "name": name, "start": "", "nodes": [] }).to_string(),
    };
    let now = desk.clock.now();
    let bot = Bot {
        id: desk.clock.id(),
        account: by.account,
        name,
        revision: 1,
        version: None,
        published_revision: None,
        created_at: now,
        updated_at: now,
        published_at: None,
    };
    let store = desk.audited(by, "bot.create", bot.id, json!({ "name": bot.name }));
    let store = desk.within(&store, bot.account, &[Kind::Bots, Kind::BotBytes]).await?;
    store.insert_bot(&bot, definition).await?;
    Ok(bot)
}

/// Renames a bot.
pub(crate) async fn rename(desk: &Desk, by: Actor, id: Id<Bot>, called: &str) -> Result<(), Refused> {
    let name = name(called).ok_or_else(|| Refused::field("/name", Fault::Name))?;
    let store = desk.audited(by, "bot.rename", id, json!({ "name": name }));
    if !store.rename_bot(by.account, id, name, desk.clock.now()).await? {
        return Err(Refused::NotFound);
    }
    desk.runtime.bot_published(by.account, id);
    Ok(())
}

/// Deletes a bot that answers nowhere, with its versions.
pub(crate) async fn delete(desk: &Desk, by: Actor, id: Id<Bot>) -> Result<(), Refused> {
    desk.store.bot(by.account, id).await?.ok_or(Refused::NotFound)?;
    let store = desk.audited(by, "bot.delete", id, json!({}));
    store.delete_bot(by.account, id).await.map_err(|error| match error {
        Error::Stale => Refused::BotInUse,
        other => other.into(),
    })
}
