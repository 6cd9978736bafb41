//! What a bot is used by, and who still talks to which of its versions.

use axum::Json as Answer;
use axum::extract::State;
use chasqui_model::Id;
use chasqui_model::bot::Bot;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::BotId;
use super::bot::{AnswersOn, answers_on};
use crate::app::App;
use crate::http::auth::Viewer;
use crate::http::input::PathId;
use crate::http::problem::Problem;

/// What a bot is used by.
#[derive(Serialize, ToSchema)]
pub(crate) struct Usages {
    /// Where it answers.
    integrations: Vec<AnswersOn>,
    /// The bots that jump to it.
    bots: Vec<JumpsHere>,
}

/// A bot that jumps to another one.
#[derive(Serialize, ToSchema)]
pub(crate) struct JumpsHere {
    #[schema(value_type = String, example = "bot_0192")]
    id: Id<Bot>,
    name: String,
    #[serde(rename = "where")]
    place: Place,
    /// The jump nodes.
    nodes: Vec<String>,
}

/// Where a bot jumps to another one.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Place {
    Draft,
    Published,
    Both,
}

/// Open conversations by version.
#[derive(Serialize, ToSchema)]
pub(crate) struct Running {
    /// Versions without open conversations are left out.
    items: Vec<RunningVersion>,
}

/// The open conversations of a version.
#[derive(Serialize, ToSchema)]
pub(crate) struct RunningVersion {
    version: i64,
    conversations: i64,
}

/// Says what a bot is used by: integrations, and other bots that jump to it.
#[utoipa::path(get, path = "/bots/{id}/usages", tag = "bots", params(("id" = String, Path)), responses((status = 200, body = Usages)))]
pub(crate) async fn usages(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): BotId,
) -> Result<Answer<Usages>, Problem> {
    app.store.bot(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let integrations = answers_on(&app, &caller).await?.remove(&id).unwrap_or_default();
    let files = app.store.bot_files(caller.account).await?;
    let work =
        move || files.into_iter().filter_map(|file| jumps(file, id).transpose()).collect::<Result<_, _>>();
    let bots = tokio::task::spawn_blocking(work).await.map_err(|_| Problem::internal())?;
    let bots = bots.map_err(|error: serde_json::Error| unreadable(&error))?;
    Ok(Answer(Usages { integrations, bots }))
}

/// A kept bot file is no JSON. Whoever asks what uses something must not be told that nothing does.
pub(super) fn unreadable(error: &serde_json::Error) -> Problem {
    tracing::error!(%error, "a kept bot file cannot be read");
    Problem::internal()
}

fn jumps(file: chasqui_store::noun::bot::Files, to: Id<Bot>) -> Result<Option<JumpsHere>, serde_json::Error> {
    // Most files do not name the bot at all, and need not be read.
    let wanted = to.to_string();
    let named = |text: &str| if text.contains(&wanted) { jump_nodes(text, &wanted) } else { Ok(Vec::new()) };
    let draft = named(&file.draft)?;
    let published = file.published.as_deref().map(named).transpose()?.unwrap_or_default();
    let place = match (draft.is_empty(), published.is_empty()) {
        (true, true) => return Ok(None),
        (false, true) => Place::Draft,
        (true, false) => Place::Published,
        (false, false) => Place::Both,
    };
    let nodes = if draft.is_empty() { published } else { draft };
    Ok(Some(JumpsHere { id: file.bot, name: file.name, place, nodes }))
}

fn jump_nodes(text: &str, wanted: &str) -> Result<Vec<String>, serde_json::Error> {
    let value: Value = serde_json::from_str(text)?;
    let nodes = value["nodes"].as_array().into_iter().flatten();
    let leads = nodes.filter(|node| node["type"] == "jump" && node["bot"] == *wanted);
    Ok(leads.filter_map(|node| node["id"].as_str().map(str::to_owned)).collect())
}

/// Counts the open conversations of each version.
#[utoipa::path(get, path = "/bots/{id}/running", tag = "bots", params(("id" = String, Path)), responses((status = 200, body = Running)))]
pub(crate) async fn running(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): BotId,
) -> Result<Answer<Running>, Problem> {
    app.store.bot(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let rows = app.store.running_versions(caller.account, id).await?;
    let view = |(version, conversations)| RunningVersion { version, conversations };
    Ok(Answer(Running { items: rows.into_iter().map(view).collect() }))
}
