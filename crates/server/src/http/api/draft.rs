//! A bot's draft: saving it under a revision, checking it, publishing it.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
pub(super) use chasqui_flow::Problem as Finding;
use chasqui_flow::{Definition, validate};
use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::quota::Kind;
use chasqui_runtime::code;
use chasqui_store::Store;
use chasqui_store::noun::bot::Draft;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::{BotId, audit};
use crate::app::App;
use crate::http::auth::{Builder, Viewer};
use crate::http::input::{Json, OptionalJson, PathId, maybe_whole, whole};
use crate::http::problem::Problem;

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

/// The text that is kept of a bot file.
pub(super) fn text(definition: &Map<String, Value>) -> Result<String, Problem> {
    let text = serde_json::to_string(definition).map_err(|_| Problem::internal())?;
    if text.len() > chasqui_flow::definition::MAX_BYTES {
        return Err(Problem::field("/definition", "too_large", "A bot file has at most 4 MiB."));
    }
    Ok(text)
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
        let mut definition = parse(&draft)?;
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
    let text = serde_json::to_vec(answer).map_err(|_| Problem::internal())?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text))
}

/// The draft's bot file.
pub(super) async fn stored(
    app: &App,
    account: Id<Account>,
    id: Id<Bot>,
) -> Result<Map<String, Value>, Problem> {
    let draft = app.store.draft(account, id).await?.ok_or_else(Problem::not_found)?;
    app.by_size(account, draft.definition.len(), move || parse(&draft)).await
}

fn parse(draft: &Draft) -> Result<Map<String, Value>, Problem> {
    serde_json::from_str(&draft.definition).map_err(|_| Problem::internal())
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
    let definition = app.heavy(caller.account, move || text(&definition)).await??;
    let now = app.clock.now();
    let store = roomy(&app, caller.account, id, &definition).await?;
    match store.save_draft(caller.account, id, revision, definition, now).await {
        Ok(revision) => {
            app.runtime.draft_saved(caller.account, id);
            Ok(Answer(Saved { revision }))
        }
        Err(chasqui_store::Error::Stale) => Err(stale(&app, caller.account, id).await?),
        Err(error) => Err(error.into()),
    }
}

/// The store for a draft to be saved in. What makes a bot smaller is never refused.
pub(super) async fn roomy(
    app: &App,
    account: Id<Account>,
    id: Id<Bot>,
    definition: &str,
) -> Result<Store, Problem> {
    let before = app.store.draft_bytes(account, id).await?;
    if i64::try_from(definition.len()).is_ok_and(|bytes| bytes <= before) {
        return Ok(app.store.clone());
    }
    Ok(app.within(&app.store, account, &[Kind::BotBytes]).await?)
}

/// The refusal that says which revision is the current one.
async fn stale(app: &App, account: Id<Account>, id: Id<Bot>) -> Result<Problem, Problem> {
    let bot = app.store.bot(account, id).await?.ok_or_else(Problem::not_found)?;
    let detail = "The draft was saved by somebody else meanwhile. Load it again; your changes are not saved.";
    Ok(Problem::conflict("changed_meanwhile", detail).with("revision", bot.revision))
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
    let definition = match body.definition {
        Some(given) => given,
        None => stored(&app, caller.account, id).await?,
    };
    let problems = find(&app, caller.account, id, definition).await?;
    let write =
        move || written(&Findings { problems: problems.into_iter().map(FindingView::from).collect() });
    app.heavy(caller.account, write).await?
}

/// Everything that is wrong with a bot file in this account. It may be large, so it is looked at beside the requests.
async fn find(
    app: &App,
    account: Id<Account>,
    bot: Id<Bot>,
    definition: Map<String, Value>,
) -> Result<Vec<Finding>, Problem> {
    let work = move || match Definition::from_value(Value::Object(definition)) {
        Ok(definition) => (validate(&definition), Some(definition)),
        Err(problems) => (problems, None),
    };
    let (mut problems, definition) = app.heavy(account, work).await?;
    if let Some(definition) = definition {
        problems.extend(super::connection::problems(app, account, &definition).await?);
        super::integration::template::judge(app, account, bot, &definition, &mut problems).await?;
        problems.extend(code::check(app.runtime.codebox(), account, &definition).await);
    }
    Ok(problems)
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
    let bot = app.store.bot(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let draft = app.store.draft(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    if draft.revision != bot.revision || body.revision.is_some_and(|revision| revision != bot.revision) {
        return Err(stale(&app, caller.account, id).await?);
    }
    let size = draft.definition.len();
    let parsed = move || parse(&draft).map(|definition| (definition.clone(), definition));
    let (definition, checked) = app.by_size(caller.account, size, parsed).await?;
    let problems = find(&app, caller.account, id, checked).await?;
    if problems.iter().any(Finding::is_error) {
        return Err(unfinished(problems));
    }
    pass_tests(&app, caller.account, definition).await?;
    let limits = app.limits(caller.account).await?;
    let store = app.within(&app.store, caller.account, &[Kind::BotBytes]).await?;
    let version = store.publish_bot(&bot, limits.of(Kind::Versions), app.clock.now()).await?;
    app.runtime.bot_published(caller.account, id);
    audit(&app, &caller, "bot.publish", id, json!({ "version": version })).await?;
    Ok(Answer(Published { version }))
}

/// Refuses a bot that wants its flow tests to pass, while one does not.
async fn pass_tests(app: &App, account: Id<Account>, definition: Map<String, Value>) -> Result<(), Problem> {
    let read = move || super::flow_test::readable(definition);
    let definition = app.heavy(account, read).await??;
    if !definition.settings.tests_must_pass {
        return Ok(());
    }
    let tests = super::flow_test::outcomes(app, account, definition, None).await?;
    let failed = tests.iter().filter(|test| !test.passed).count();
    if failed == 0 {
        return Ok(());
    }
    let detail = match failed {
        1 => "A flow test failed, and this bot wants all to pass.".to_owned(),
        _ => format!("{failed} flow tests failed, and this bot wants all to pass."),
    };
    let status = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    Err(Problem::new(status, "failed_tests", detail).with("tests", tests))
}

fn unfinished(problems: Vec<Finding>) -> Problem {
    let count = problems.iter().filter(|problem| problem.is_error()).count();
    let detail = if count == 1 {
        "One problem is in the way of publishing.".to_owned()
    } else {
        format!("{count} problems are in the way of publishing.")
    };
    let problems: Vec<FindingView> = problems.into_iter().map(FindingView::from).collect();
    Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "unfinished_bot", detail)
        .with("problems", problems)
}
