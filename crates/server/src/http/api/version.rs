//! A bot's published versions.

use axum::Json as Answer;
use axum::extract::State;
use chasqui_model::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::BotId;
use super::draft::{Written, written};
use crate::app::App;
use crate::http::auth::{Builder, Viewer};
use crate::http::input::{Asked, PathId, PathNumber};
use crate::http::page::{List, Page};
use crate::http::problem::Problem;
use crate::office::draft;

/// A published version.
#[derive(Serialize, ToSchema)]
pub(crate) struct VersionView {
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    published_at: Timestamp,
}

/// A published version with its bot file.
#[derive(Serialize, ToSchema)]
pub(crate) struct FullVersion {
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    published_at: Timestamp,
    #[schema(value_type = Object)]
    definition: Map<String, Value>,
}

/// The draft after a version was restored into it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Restored {
    revision: i64,
}

/// Lists a bot's versions, newest first.
#[utoipa::path(get, path = "/bots/{id}/versions", tag = "bots", params(("id" = String, Path), Page),
    responses((status = 200, body = List<VersionView>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): BotId,
    Asked(page): Asked<Page>,
) -> Result<Answer<List<VersionView>>, Problem> {
    app.store.bot(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let rows = app.store.list_bot_versions(caller.account, id, page.after()?, page.fetch()?).await?;
    let view =
        |it: chasqui_store::noun::bot::Published| VersionView { version: it.number, published_at: it.at };
    List::new(&page, rows, |it| it.number.to_string(), view).map(Answer)
}

/// One version.
#[utoipa::path(get, path = "/bots/{id}/versions/{n}", tag = "bots", params(("id" = String, Path), ("n" = i64, Path)),
    responses((status = 200, body = FullVersion)))]
pub(crate) async fn one(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): BotId,
    PathNumber(number): PathNumber,
) -> Result<Written, Problem> {
    let found = app.store.version_of_bot(caller.account, id, number).await?.ok_or_else(Problem::not_found)?;
    let size = found.definition.len();
    let write = move || {
        let definition = serde_json::from_str(&found.definition).map_err(|_| Problem::internal())?;
        written(&FullVersion { version: found.number, published_at: found.created_at, definition })
    };
    app.by_size(caller.account, size, write).await
}

/// Makes a version the draft again. What is published stays until the draft is published.
#[utoipa::path(post, path = "/bots/{id}/versions/{n}/restore", tag = "bots", params(("id" = String, Path), ("n" = i64, Path)),
    responses((status = 200, body = Restored)))]
pub(crate) async fn restore(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): BotId,
    PathNumber(number): PathNumber,
) -> Result<Answer<Restored>, Problem> {
    let revision = draft::restore(&app, caller.actor(), id, number).await?;
    Ok(Answer(Restored { revision }))
}
