//! A bot's draft: saving it under a revision, checking it, publishing it.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use chasqui_flow::Problem as Finding;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::BotId;
use crate::app::App;
use crate::http::auth::{Builder, Viewer};
use crate::http::input::{Json, OptionalJson, PathId, maybe_whole, whole};
use crate::http::problem::Problem;
use crate::office::draft;

/// A draft.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct DraftView {
    /// When saving: the revision it was made from.
    #[serde(deserialize_with = "whole")]
    revision: i64,
    /// The bot file. It may be unfinished.
    #[schema(value_type = Object)]
    definition: Map<String, Value>,
}

/// The revision after a save.
#[derive(Serialize, ToSchema)]
pub(crate) struct Saved {
    revision: i64,
}

/// What to check.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct ToCheck {
    /// A bot file; left out, the draft.
    #[schema(value_type = Option<Object>)]
    definition: Option<Map<String, Value>>,
}

/// What was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct Findings {
    problems: Vec<FindingView>,
}

/// One thing that is wrong with a bot.
#[derive(Serialize, ToSchema)]
pub(crate) struct FindingView {
    /// The node it is in; null when it concerns the whole bot.
    node: Option<String>,
    /// The port of the node.
    port: Option<String>,
    /// The field, as a path inside the node, or inside the file when there is no node.
    field: Option<String>,
    /// A stable name for the kind of problem.
    code: &'static str,
    /// What is wrong and what to do, in plain words.
    message: String,
    severity: FindingSeverity,
}

/// Whether it stops publishing: an `error` does.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FindingSeverity {
    Warning,
    Error,
}

impl From<Finding> for FindingView {
    fn from(it: Finding) -> Self {
        let severity = if it.is_error() { FindingSeverity::Error } else { FindingSeverity::Warning };
        Self { node: it.node, port: it.port, field: it.field, code: it.code, message: it.message, severity }
    }
}

/// What to publish.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct Publish {
    /// Refuse when the draft has another revision; left out, publish it as it stands.
    #[serde(default, deserialize_with = "maybe_whole")]
    revision: Option<i64>,
}

/// What was published.
#[derive(Serialize, ToSchema)]
pub(crate) struct Published {
    version: i64,
}

/// The draft.
#[utoipa::path(get, path = "/bots/{id}/draft", tag = "bots", params(("id" = String, Path)), responses((status = 200, body = DraftView)))]
pub(crate) async fn show(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): BotId,
) -> Result<Written, Problem> {
    let bot = app.store.bot(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let draft = app.store.draft(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let size = draft.definition.len();
    let write = move || {
        let mut definition = draft::parse(&draft)?;
        // The bot's name is changed without the draft.
        definition.insert("name".into(), bot.name.into());
        written(&DraftView { revision: draft.revision, definition })
    };
    app.by_size(caller.account, size, write).await
}

/// An answer that is written down already.
pub(super) type Written = ([(HeaderName, HeaderValue); 1], Vec<u8>);

/// Writes an answer where that does not hold up the requests.
pub(super) fn written<T: Serialize>(answer: &T) -> Result<Written, Problem> {
    serde_json::to_vec(answer).map(as_json).map_err(|_| Problem::internal())
}

/// JSON that was written elsewhere.
pub(super) fn as_json(text: Vec<u8>) -> Written {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text)
}

/// Saves the draft.
#[utoipa::path(put, path = "/bots/{id}/draft", tag = "bots", params(("id" = String, Path)), request_body = DraftView,
    responses((status = 200, body = Saved), (status = 409, description = "Saved by somebody else meanwhile: `revision` is the current one")))]
pub(crate) async fn save(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): BotId,
    Json(body): Json<DraftView>,
) -> Result<Answer<Saved>, Problem> {
    let DraftView { revision, definition } = body;
    let revision = draft::save(&app, caller.account, id, revision, definition).await?;
    Ok(Answer(Saved { revision }))
}

/// Checks the draft, or the bot file given.
#[utoipa::path(post, path = "/bots/{id}/validate", tag = "bots", params(("id" = String, Path)), request_body = Option<ToCheck>,
    responses((status = 200, body = Findings)))]
pub(crate) async fn check(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): BotId,
    OptionalJson(body): OptionalJson<ToCheck>,
) -> Result<Written, Problem> {
    app.store.bot(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let definition = draft::given_or_stored(&app, caller.account, id, body.definition).await?;
    let problems = draft::findings(&app, caller.account, id, definition).await?;
    let write =
        move || written(&Findings { problems: problems.into_iter().map(FindingView::from).collect() });
    app.heavy(caller.account, write).await?
}

/// Makes the draft the bot's next version. New conversations start on it at once.
#[utoipa::path(post, path = "/bots/{id}/publish", tag = "bots", params(("id" = String, Path)), request_body = Option<Publish>,
    responses((status = 200, body = Published), (status = 409, description = "The draft has another revision"),
        (status = 422, description = "It cannot run: `problems` says why. Or it wants its flow tests to pass, and `tests` says which do not")))]
pub(crate) async fn publish(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): BotId,
    OptionalJson(body): OptionalJson<Publish>,
) -> Result<Answer<Published>, Problem> {
    let version = draft::publish(&app, caller.actor(), id, body.revision).await?;
    Ok(Answer(Published { version }))
}
