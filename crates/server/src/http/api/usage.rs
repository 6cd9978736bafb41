//! What a bot is used by, and who still talks to which of its versions.

use axum::Json as Answer;
use axum::extract::State;
use chasqui_model::Id;
use chasqui_model::bot::Bot;
use serde::Serialize;
use utoipa::ToSchema;

use super::BotId;
use super::bot::{AnswersOn, answers_on};
use crate::app::App;
use crate::http::auth::Viewer;
use crate::http::input::PathId;
use crate::http::problem::Problem;
use crate::office::mentions::{self, Naming};

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
    let namings = mentions::of_account(&app, caller.account).await?;
    let bots = namings.into_iter().filter_map(|naming| jumps(naming, id)).collect();
    Ok(Answer(Usages { integrations, bots }))
}

fn jumps(naming: Naming, to: Id<Bot>) -> Option<JumpsHere> {
    let wanted = to.to_string();
    let draft = naming.draft.bots.get(&wanted);
    let published = naming.published.as_ref().and_then(|named| named.bots.get(&wanted));
    let (place, nodes) = match (draft, published) {
        (None, None) => return None,
        (Some(nodes), None) => (Place::Draft, nodes),
        (None, Some(nodes)) => (Place::Published, nodes),
        (Some(nodes), Some(_)) => (Place::Both, nodes),
    };
    Some(JumpsHere { id: naming.bot, nodes: nodes.clone(), place, name: naming.name })
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
