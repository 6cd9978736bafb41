//! Bots as files: taking one in, giving one out, copying one, and the starters that ship with the product.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chasqui_flow::Definition;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::BotId;
use super::bot::{BotView, NewBot, create};
use crate::app::App;
use crate::http::auth::{Builder, Viewer};
use crate::http::download;
use crate::http::input::{Asked, Json, OptionalJson, PathId};
use crate::http::problem::Problem;
use crate::office::{Refused, draft};
use crate::starters::{self, Starter};

/// A bot file as text.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Import {
    /// JSON when it begins with a brace, else YAML.
    text: String,
    /// What the bot is called; left out, as the file says.
    name: Option<String>,
}

/// What a copy is called.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct Named {
    /// Left out: as the original.
    name: Option<String>,
}

/// How a bot is given out.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Notation {
    /// `json` or `yaml`; left out, `json`.
    #[param(inline)]
    format: Option<Format>,
    /// A published version; left out, the draft.
    version: Option<i64>,
}

/// The notation of a bot file.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    #[default]
    Json,
    Yaml,
}

/// The starters that ship with the product.
#[derive(Serialize, ToSchema)]
pub(crate) struct Starters {
    items: Vec<StarterView>,
}

/// A complete bot to begin with.
#[derive(Serialize, ToSchema)]
pub(crate) struct StarterView {
    /// Which starter, with its language: `menu-en`.
    id: String,
    name: String,
    /// `en` or `de`.
    language: &'static str,
    /// What it does, in its language.
    about: &'static str,
    /// How many components it has.
    nodes: usize,
    /// How many flow tests it has.
    tests: usize,
}

/// Takes in a bot file, JSON or YAML, as a new bot. It may be unfinished.
#[utoipa::path(post, path = "/bots/import", tag = "bots", request_body = Import,
    responses((status = 201, body = BotView), (status = 422, description = "It cannot be read: `problems` says why")))]
pub(crate) async fn import(
    State(app): State<App>,
    builder: Builder,
    Json(body): Json<Import>,
) -> Result<(StatusCode, Answer<BotView>), Problem> {
    let read = move || Definition::parse(&body.text).map_err(Refused::UnreadableBot);
    let definition = app.heavy(builder.0.account, read).await??;
    make(app, builder, body.name, definition).await
}

async fn make(
    app: App,
    builder: Builder,
    name: Option<String>,
    definition: Definition,
) -> Result<(StatusCode, Answer<BotView>), Problem> {
    let plain = app.heavy(builder.0.account, move || definition.to_json()).await?;
    let Value::Object(definition) = plain else { return Err(Problem::internal()) };
    create(State(app), builder, Json(NewBot { name, definition: Some(definition) })).await
}

/// Makes another bot from a bot's draft.
#[utoipa::path(post, path = "/bots/{id}/copy", tag = "bots", params(("id" = String, Path)), request_body = Option<Named>,
    responses((status = 201, body = BotView)))]
pub(crate) async fn copy(
    State(app): State<App>,
    builder: Builder,
    PathId(id): BotId,
    OptionalJson(body): OptionalJson<Named>,
) -> Result<(StatusCode, Answer<BotView>), Problem> {
    let account = builder.0.account;
    let bot = app.store.bot(account, id).await?.ok_or_else(Problem::not_found)?;
    let mut definition = draft::stored(&app, account, id).await?;
    let name = body.name.unwrap_or(bot.name);
    definition.insert("name".to_owned(), name.clone().into());
    create(State(app), builder, Json(NewBot { name: Some(name), definition: Some(definition) })).await
}

/// The draft or a version as a file.
#[utoipa::path(get, path = "/bots/{id}/export", tag = "bots", params(("id" = String, Path), Notation),
    responses((status = 200, content((Object = "application/json"), (String = "application/yaml")))))]
pub(crate) async fn export(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): BotId,
    Asked(form): Asked<Notation>,
) -> Result<Response, Problem> {
    let bot = app.store.bot(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let text = match form.version {
        None => app.store.draft(caller.account, id).await?.map(|it| it.definition),
        Some(number) => app.store.version_of_bot(caller.account, id, number).await?.map(|it| it.definition),
    };
    let text = text.ok_or_else(Problem::not_found)?;
    let format = form.format.unwrap_or_default();
    let called = bot.name.clone();
    let (kind, ending, text) = app.heavy(caller.account, move || file(&text, called, format)).await??;
    let version = form.version.map(|number| format!("-v{number}")).unwrap_or_default();
    let name = format!("{}{version}.{ending}", words(&bot.name));
    Ok((download::named(kind, &name)?, text).into_response())
}

/// A kept bot file as it is given out: its type, its ending and its text.
fn file(kept: &str, name: String, format: Format) -> Result<(&'static str, &'static str, String), Problem> {
    let mut definition: Map<String, Value> = serde_json::from_str(kept).map_err(|_| Problem::internal())?;
    definition.insert("name".to_owned(), name.into());
    Ok(match format {
        Format::Json => {
            let text = serde_json::to_string_pretty(&definition).map_err(|_| Problem::internal())?;
            ("application/json", "json", text + "\n")
        }
        Format::Yaml => {
            let definition =
                Definition::from_value(Value::Object(definition)).map_err(Refused::UnreadableBot)?;
            ("application/yaml; charset=utf-8", "yaml", definition.to_yaml())
        }
    })
}

/// A bot's name as its file has it: its words in small letters.
fn words(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() { c } else { '-' };
    let text: String = name.chars().map(plain).collect::<String>().to_lowercase();
    let words: Vec<&str> = text.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "bot".to_owned() } else { words.join("-") }
}

/// Lists the starters that ship with the product.
#[utoipa::path(get, path = "/bots/starters", tag = "bots", responses((status = 200, body = Starters)))]
pub(crate) async fn list_starters(_viewer: Viewer) -> Answer<Starters> {
    let view = |starter: &Starter| {
        let definition = starter.definition(None);
        StarterView {
            id: starter.id.to_owned(),
            name: definition.name,
            language: starter.language,
            about: starter.about,
            nodes: definition.nodes.len(),
            tests: definition.tests.len(),
        }
    };
    Answer(Starters { items: starters::ALL.iter().map(view).collect() })
}

/// Makes a bot from a starter.
#[utoipa::path(post, path = "/bots/starters/{id}", tag = "bots", params(("id" = String, Path)), request_body = Option<Named>,
    responses((status = 201, body = BotView)))]
pub(crate) async fn from_starter(
    State(app): State<App>,
    builder: Builder,
    axum::extract::Path(id): axum::extract::Path<String>,
    OptionalJson(body): OptionalJson<Named>,
) -> Result<(StatusCode, Answer<BotView>), Problem> {
    let starter = starters::find(&id).ok_or_else(Problem::not_found)?;
    let definition = starter.definition(app.site.phone_url.as_deref());
    make(app, builder, body.name, definition).await
}
