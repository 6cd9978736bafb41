//! Puts the account, the bot and the number in, through the same handlers as a person would, and connects the webhook with
//! Meta's real handshake. Repeatable: what is there stays.

use anyhow::{Context, Result, anyhow};
use axum::Json as Answer;
use axum::extract::State;
use chasqui_model::Id;
use chasqui_model::account::{Account, Role};
use chasqui_model::bot::Bot;
use chasqui_model::integration::Integration;
use chasqui_model::secret::Secret;
use serde_json::json;

use super::kept::{EMAIL, Kept};
use crate::app::App;
use crate::cli::bootstrap;
use crate::http::api::{bot, draft, integration};
use crate::http::auth::{Admin, Builder, By, Caller};
use crate::http::input::{Asked, Json, OptionalJson, PathId};
use crate::http::problem::Problem;
use crate::starters::{self, Starter};

/// The starter of a demo that asks for none.
const USUAL: &str = "menu-en";

/// Makes what is missing, and connects the number to this very server. `wanted`: the starter that answers; left out, the bot
/// that is there, else the usual one.
pub(super) async fn furnish(app: &App, kept: &Kept, wanted: Option<&'static Starter>) -> Result<()> {
    let caller = owner(app, kept).await?;
    let bot = answering(app, &caller, wanted).await?;
    let number = connected(app, &caller, kept, bot).await?;
    if wanted.is_some() {
        change_bot(app, &caller, number, bot).await?;
    }
    connect(app, caller.account, number).await.context("the simulator does not take the webhook")
}

async fn owner(app: &App, kept: &Kept) -> Result<Caller> {
    if !app.store.has_accounts().await? {
        let password = Secret::new(kept.password());
        let owner = bootstrap::Owner { email: EMAIL.to_owned(), name: None, password };
        let made = bootstrap::first(&app.store, &app.clock, owner, "Demo").await?;
        // Nobody is told its text.
        app.store.delete_api_token(made.account, made.token_id).await?;
    }
    let missing = || anyhow!("the data directory belongs to something else than a demo: choose another one");
    let user = app.store.user_by_email(EMAIL).await?.ok_or_else(missing)?;
    let membership = app.store.memberships(user.id).await?.into_iter().next().ok_or_else(missing)?;
    Ok(Caller {
        user: user.id,
        account: membership.account.id,
        role: Role::Owner,
        by: By::Process,
        scopes: vec![],
        operator: true,
    })
}

/// The bot that is to answer, published.
async fn answering(app: &App, caller: &Caller, wanted: Option<&'static Starter>) -> Result<Id<Bot>> {
    let usual = || starters::find(USUAL).context("the usual starter is gone");
    let definition = |starter: &Starter| starter.definition(app.site.phone_url.as_deref());
    let bots = app.store.list_bots(caller.account, None, 200).await?;
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
            let body = serde_json::from_value(json!({ "definition": definition(starter).to_json() }))?;
            let made = bot::create(State(app.clone()), Builder(caller.clone()), Json(body)).await;
            let (_, Answer(made)) = made.map_err(refused)?;
            made.id
        }
    };
    let nothing = OptionalJson(draft::Publish::default());
    let published = draft::publish(State(app.clone()), Builder(caller.clone()), PathId(id), nothing).await;
    published.map_err(refused).map(|_| id)
}

/// Lets another bot answer on a number that is there already.
async fn change_bot(app: &App, caller: &Caller, number: Id<Integration>, bot: Id<Bot>) -> Result<()> {
    let is_there = app.store.integration(caller.account, number).await?.is_some_and(|it| it.bot == bot);
    if is_there {
        return Ok(());
    }
    let form = serde_json::from_value(json!({ "bot_id": bot.to_string() }))?;
    let saving = Asked(integration::Saving::default());
    let changed =
        integration::change(State(app.clone()), Admin(caller.clone()), PathId(number), saving, Json(form))
            .await;
    changed.map_err(refused).map(|_| ())
}

async fn connected(app: &App, caller: &Caller, kept: &Kept, bot: Id<Bot>) -> Result<Id<Integration>> {
    if let Some(number) = app.store.list_integrations(caller.account, None, 1).await?.first() {
        return Ok(number.id);
    }
    let form = serde_json::from_value(kept.form(&bot.to_string()))?;
    let saving = Asked(integration::Saving::default());
    let made = integration::create(State(app.clone()), Admin(caller.clone()), saving, Json(form)).await;
    let (_, Answer(made)) = made.map_err(refused)?;
    Ok(made.id)
}

/// In the order that Meta wants. Each call waits for our answer to its handshake.
async fn connect(app: &App, account: Id<Account>, id: Id<Integration>) -> Result<()> {
    let found = app.store.integration(account, id).await?.context("the number is gone")?;
    let credentials = &found.credentials;
    let url = integration::callback_url(&app.site, id);
    let verify_token = credentials.verify_token.expose();
    let graph = app.runtime.graph();
    let meta_app = graph.app(credentials.version, &credentials.app_id, &credentials.app_secret)?;
    let number = graph.number(credentials)?;
    graph.subscribe(&meta_app, &url, verify_token, &["messages"]).await?;
    graph.subscribe_app(&number).await?;
    Ok(graph.override_number(&number, &url, verify_token).await?)
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn refused(problem: Problem) -> anyhow::Error {
    anyhow!("the demo cannot be set up: {problem}")
}
