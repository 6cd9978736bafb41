//! Bots.

use std::collections::HashMap;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use chasqui_model::bot::Bot;
use chasqui_model::integration::Integration;
use chasqui_model::{Id, Timestamp};
use chasqui_store::noun::bot::User;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{BotId, cursor};
use crate::app::App;
use crate::http::auth::{Builder, Caller, Viewer};
use crate::http::input::{Asked, Json, PathId};
use crate::http::page::{List, Page};
use crate::http::problem::Problem;
use crate::office::bot;

/// A bot.
#[derive(Serialize, ToSchema)]
pub(crate) struct BotView {
    #[schema(value_type = String, example = "bot_0192")]
    pub(crate) id: Id<Bot>,
    name: String,
    /// Of the draft.
    revision: i64,
    /// The newest published version; null while there is none.
    version: Option<i64>,
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Whether the draft is another one than what was published.
    changed_since_publish: bool,
    /// Where it answers.
    integrations: Vec<AnswersOn>,
}

/// An integration that a bot answers on.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct AnswersOn {
    #[schema(value_type = String, example = "int_0192")]
    id: Id<Integration>,
    /// Its name, else its number.
    name: String,
    active: bool,
}

impl BotView {
    fn new(bot: Bot, integrations: Vec<AnswersOn>) -> Self {
        Self {
            id: bot.id,
            name: bot.name,
            revision: bot.revision,
            version: bot.version,
            published_at: bot.published_at,
            created_at: bot.created_at,
            updated_at: bot.updated_at,
            changed_since_publish: bot.published_revision != Some(bot.revision),
            integrations,
        }
    }
}

/// A bot to make: empty under a name, or from a bot file.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewBot {
    /// What it is called; left out, as the bot file says.
    pub(super) name: Option<String>,
    /// A bot file; left out, the bot is empty.
    #[schema(value_type = Option<Object>)]
    pub(super) definition: Option<Map<String, Value>>,
}

/// What to change.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Rename {
    name: String,
}

/// Lists the account's bots, oldest first.
#[utoipa::path(get, path = "/bots", tag = "bots", params(Page), responses((status = 200, body = List<BotView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Viewer(caller): Viewer,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<BotView>>, Problem> {
    let rows = app.store.list_bots(caller.account, page.after()?, page.fetch()?).await?;
    let users = answers_on(&app, &caller).await?;
    let view = |bot: Bot| {
        let integrations = users.get(&bot.id).cloned().unwrap_or_default();
        BotView::new(bot, integrations)
    };
    List::new(&page, rows, |it| cursor(it.id), view).map(Answer)
}

/// Where each of the account's bots answers.
pub(super) async fn answers_on(
    app: &App,
    caller: &Caller,
) -> Result<HashMap<Id<Bot>, Vec<AnswersOn>>, Problem> {
    let mut all: HashMap<Id<Bot>, Vec<AnswersOn>> = HashMap::new();
    for User { bot, integration, name, active } in app.store.bot_users(caller.account).await? {
        all.entry(bot).or_default().push(AnswersOn { id: integration, name, active });
    }
    Ok(all)
}

/// Makes a bot.
#[utoipa::path(post, path = "/bots", tag = "bots", request_body = NewBot, responses((status = 201, body = BotView)))]
pub(crate) async fn create(
    State(app): State<App>,
    Builder(caller): Builder,
    Json(body): Json<NewBot>,
) -> Result<(StatusCode, Answer<BotView>), Problem> {
    let bot = bot::create(&app, caller.actor(), body.name, body.definition).await?;
    Ok((StatusCode::CREATED, Answer(BotView::new(bot, Vec::new()))))
}

/// One bot.
#[utoipa::path(get, path = "/bots/{id}", tag = "bots", params(("id" = String, Path)), responses((status = 200, body = BotView)))]
pub(crate) async fn one(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): BotId,
) -> Result<Answer<BotView>, Problem> {
    let bot = app.store.bot(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let users = app.store.users_of_bot(caller.account, id).await?;
    let view = |it: User| AnswersOn { id: it.integration, name: it.name, active: it.active };
    Ok(Answer(BotView::new(bot, users.into_iter().map(view).collect())))
}

/// Renames a bot.
#[utoipa::path(patch, path = "/bots/{id}", tag = "bots", params(("id" = String, Path)), request_body = Rename,
    responses((status = 200, body = BotView)))]
pub(crate) async fn rename(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): BotId,
    Json(body): Json<Rename>,
) -> Result<Answer<BotView>, Problem> {
    bot::rename(&app, caller.actor(), id, &body.name).await?;
    one(State(app), Viewer(caller), PathId(id)).await
}

/// Deletes a bot that answers nowhere, with its versions.
#[utoipa::path(delete, path = "/bots/{id}", tag = "bots", params(("id" = String, Path)),
    responses((status = 204), (status = 409, description = "An integration or an open conversation uses it")))]
pub(crate) async fn delete(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): BotId,
) -> Result<StatusCode, Problem> {
    bot::delete(&app, caller.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
