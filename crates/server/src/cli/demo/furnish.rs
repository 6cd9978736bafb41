//! Puts the account, the bot and the number in, as a person would, and connects the webhook with Meta's real handshake.
//! Repeatable: what is there stays.

use anyhow::{Context, Result, anyhow};
use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::integration::Integration;
use chasqui_model::secret::Secret;
use serde_json::{Value, json};

use super::kept::{EMAIL, Kept};
use crate::app::App;
use crate::http::problem::Problem;
use crate::office::first::{self, Owner};
use crate::office::{Actor, Refused, bot, draft, integration};
use crate::starters::{self, Starter};

/// The starter of a demo that asks for none.
const USUAL: &str = "menu-en";

/// Makes what is missing, and connects the number to this very server. `wanted`: the starter that answers; left out, the bot
/// that is there, else the usual one.
pub(super) async fn furnish(app: &App, kept: &Kept, wanted: Option<&'static Starter>) -> Result<()> {
    let by = owner(app, kept).await?;
    let bot = answering(app, by, wanted).await?;
    let number = connected(app, by, kept, bot).await?;
    if wanted.is_some() {
        change_bot(app, by, number, bot).await?;
    }
    connect(app, by.account, number).await.context("the simulator does not take the webhook")
}

async fn owner(app: &App, kept: &Kept) -> Result<Actor> {
    if !app.store.has_accounts().await? {
        let (email, password) = (EMAIL.to_owned(), Secret::new(kept.password()));
        let owner = Owner { email, name: None, password, account: "Demo".to_owned() };
        // Nobody is told the text of its token.
        first::account_without_token(&app.store, &app.clock, owner).await.map_err(refused)?;
    }
    let missing = || anyhow!("the data directory belongs to something else than a demo: choose another one");
    let user = app.store.user_by_email(EMAIL).await?.ok_or_else(missing)?;
    let membership = app.store.memberships(user.id).await?.into_iter().next().ok_or_else(missing)?;
    Ok(Actor { user: user.id, account: membership.account.id })
}

/// The bot that is to answer, published.
async fn answering(app: &App, by: Actor, wanted: Option<&'static Starter>) -> Result<Id<Bot>> {
    let usual = || starters::find(USUAL).context("the usual starter is gone");
    let definition = |starter: &Starter| starter.definition(app.site.phone_url.as_deref());
    let bots = app.store.list_bots(by.account, None, 200).await?;
    let found = match wanted {
        None => bots.first(),
        Some(starter) => {
            let name = definition(starter).name;
            bots.iter().find(|bot| bot.name == name)
        }
    };
    let id = match found {
        Some(bot) if bot.version.is_some() => return Ok(bot.id),
        Some(bot) => bot.id,
        None => {
            let starter = wanted.map_or_else(usual, Ok)?;
            let Value::Object(file) = definition(starter).to_json() else {
                return Err(anyhow!("a starter is a bot file"));
            };
            bot::create(app, by, None, Some(file)).await.map_err(refused)?.id
        }
    };
    draft::publish(app, by, id, None).await.map_err(refused)?;
    Ok(id)
}

/// Lets another bot answer on a number that is there already.
async fn change_bot(app: &App, by: Actor, number: Id<Integration>, bot: Id<Bot>) -> Result<()> {
    let is_there = app.store.integration(by.account, number).await?.is_some_and(|it| it.bot == bot);
    if is_there {
        return Ok(());
    }
    let form = serde_json::from_value(json!({ "bot_id": bot.to_string() }))?;
    integration::change(app, by, number, form, true).await.map_err(refused)
}

async fn connected(app: &App, by: Actor, kept: &Kept, bot: Id<Bot>) -> Result<Id<Integration>> {
    if let Some(number) = app.store.list_integrations(by.account, None, 1).await?.first() {
        return Ok(number.id);
    }
    let form = serde_json::from_value(kept.form(&bot.to_string()))?;
    integration::create(app, by, form, true).await.map_err(refused)
}

/// In the order that Meta wants. Each call waits for our answer to its handshake.
async fn connect(app: &App, account: Id<Account>, id: Id<Integration>) -> Result<()> {
    let found = app.store.integration(account, id).await?.context("the number is gone")?;
    let credentials = &found.credentials;
    let url = app.site.callback_url(id);
    let verify_token = credentials.verify_token.expose();
    let graph = app.runtime.graph();
    let meta_app = graph.app(credentials.version, &credentials.app_id, &credentials.app_secret)?;
    let number = graph.number(credentials)?;
    graph.subscribe(&meta_app, &url, verify_token, &["messages"]).await?;
    graph.subscribe_app(&number).await?;
    Ok(graph.override_number(&number, &url, verify_token).await?)
}

/// In the words of the API: whoever looks at the demo knows them from its pages.
fn refused(why: Refused) -> anyhow::Error {
    anyhow!("the demo cannot be set up: {}", Problem::from(why))
}
