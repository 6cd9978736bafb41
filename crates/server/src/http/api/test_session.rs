//! Test mode over HTTP: a chat with a draft.

use axum::extract::State;
use axum::http::StatusCode;
use chasqui_flow::definition::{Action, TestContact};
use chasqui_flow::{Rehearsal, Request};
use chasqui_model::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::BotId;
use super::draft::{Written, as_json};
use crate::app::App;
use crate::http::auth::{Builder, Viewer};
use crate::http::input::{Json, OptionalJson, PathId};
use crate::http::problem::Problem;
use crate::office::Refused;
use crate::office::rehearsal::{self, Deed, Effects, Setup, TestSession};

/// How a chat begins.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct TestSetup {
    /// A bot file; left out, the draft. It may be unfinished.
    #[schema(value_type = Option<Object>)]
    definition: Option<Map<String, Value>>,
    /// The node to begin at; left out, the bot's start.
    start: Option<String>,
    /// Variables that are there from the start.
    #[serde(default)]
    #[schema(value_type = Object)]
    variables: Map<String, Value>,
    /// Who the contact is: `name` and `phone`. Left out: Ana, 4915123456789.
    #[schema(value_type = Option<Object>)]
    contact: Option<TestContact>,
    /// When it begins. Left out: 1 January 2026, 09:00 UTC.
    #[schema(value_type = Option<String>, format = DateTime)]
    now: Option<Timestamp>,
    /// Which calls to the world are real.
    #[serde(default)]
    effects: Effects,
}

/// A chat with a draft.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionView {
    #[schema(value_type = String, example = "tst_0192")]
    id: Id<TestSession>,
    /// `waiting`, `calling`, `sleeping`, `handed_off` or `ended`.
    status: &'static str,
    end_reason: Option<&'static str>,
    /// The node it stands at; null before it begins, after it ended, and in another bot.
    node: Option<String>,
    /// The time in the chat.
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
    /// When the sleep in hand is over.
    #[schema(value_type = Option<String>, format = DateTime)]
    wakes_at: Option<Timestamp>,
    /// The call that waits for an answer.
    call: Option<TestCall>,
    #[schema(value_type = Object)]
    variables: Map<String, Value>,
    /// The system's variables, by their whole names.
    #[schema(value_type = Object)]
    system: Map<String, Value>,
    /// What happened, in order. `kind` is `heard`, `said`, `turn`, `called`, `answered`, `noticed`, `passed` or `handed_back`.
    #[schema(value_type = Vec<Object>)]
    log: Vec<Value>,
    /// The same as a flow test: `{"steps": […]}`, with `"reopening": true` when a number of the bot has a reopening template.
    #[schema(value_type = Object)]
    as_test: Value,
}

/// A call that waits for an answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct TestCall {
    node: String,
    /// What is asked, in words.
    summary: String,
    /// What is asked. `call` says of whom: `http`, `mail`, `model`, `sheet` or `upload`.
    #[schema(value_type = Object)]
    request: Value,
    /// What an answer could look like, as the `json` of an `answer`.
    #[schema(value_type = Object)]
    sample: Value,
}

/// Begins a chat with the draft, or with the bot file given. Nothing is said yet.
#[utoipa::path(post, path = "/bots/{id}/test_sessions", tag = "test mode", params(("id" = String, Path)), request_body = Option<TestSetup>,
    responses((status = 201, body = SessionView), (status = 422, description = "The bot file cannot be read, or has no start: `problems` says why"),
        (status = 429, description = "Too much of the account's work waits")))]
pub(crate) async fn begin(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): BotId,
    OptionalJson(body): OptionalJson<TestSetup>,
) -> Result<(StatusCode, Written), Problem> {
    let TestSetup { definition, start, variables, contact, now, effects } = body;
    let setup = Setup { definition, start, variables, contact, now, effects };
    let answer = rehearsal::begin(&app, caller.actor(), id, setup, shown).await?;
    Ok((StatusCode::CREATED, as_json(answer)))
}

/// Where a chat stands.
#[utoipa::path(get, path = "/test_sessions/{id}", tag = "test mode", params(("id" = String, Path)),
    responses((status = 200, body = SessionView)))]
pub(crate) async fn show(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): PathId<TestSession>,
) -> Result<Written, Problem> {
    Ok(as_json(rehearsal::show(&app, caller.account, id, shown).await?))
}

/// Ends a chat.
#[utoipa::path(delete, path = "/test_sessions/{id}", tag = "test mode", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn drop_session(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<TestSession>,
) -> Result<StatusCode, Problem> {
    rehearsal::end(&app, caller.account, id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Does one thing in a chat: a line of a flow test that does something (`{"contact": "hi"}`, `tap`, `pick`, `send`, `location`,
/// `advance`, `answer`, `hand_back`), or `{"call": "real"}`, which lets the waiting call be answered by the world.
#[utoipa::path(post, path = "/test_sessions/{id}/messages", tag = "test mode", params(("id" = String, Path)), request_body = Object,
    responses((status = 200, body = SessionView), (status = 409, description = "That cannot be done here, or the chat has become too large"),
        (status = 429, description = "Too much of the account's work waits")))]
pub(crate) async fn act(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<TestSession>,
    Json(body): Json<Value>,
) -> Result<Written, Problem> {
    // Whose chat it is comes before what is wrong with the body: a stranger learns nothing.
    rehearsal::exists(&app, caller.account, id)?;
    let deed = if body == json!({ "call": "real" }) { Deed::RealCall } else { Deed::Action(action(body)?) };
    Ok(as_json(rehearsal::act(&app, caller.account, id, deed, shown).await?))
}

fn action(body: Value) -> Result<Action, Problem> {
    serde_json::from_value(body).map_err(|error| Problem::field("", "shape", error.to_string()))
}

fn shown(id: Id<TestSession>, rehearsal: &Rehearsal) -> Result<Vec<u8>, Refused> {
    serde_json::to_vec(&view(id, rehearsal)).map_err(|_| Refused::Broken)
}

fn view(id: Id<TestSession>, rehearsal: &Rehearsal) -> SessionView {
    let call = rehearsal.request().map(|(node, request)| TestCall {
        node: node.to_owned(),
        summary: match request {
            Request::Http(request) => format!("{} {}", request.method, request.url),
            other => other.summary(),
        },
        request: serde_json::to_value(request).unwrap_or_default(),
        sample: rehearsal.sample().unwrap_or_default(),
    });
    SessionView {
        id,
        status: rehearsal.status().name(),
        end_reason: rehearsal.end_reason().map(chasqui_model::conversation::EndReason::name),
        node: rehearsal.node().map(str::to_owned),
        now: rehearsal.now(),
        wakes_at: rehearsal.wakes_at(),
        call,
        variables: chasqui_flow::plain_fields(rehearsal.variables()),
        system: rehearsal.system(),
        log: rehearsal.log().iter().map(|it| serde_json::to_value(it).unwrap_or_default()).collect(),
        as_test: if rehearsal.reopening() {
            json!({ "steps": rehearsal.as_test(), "reopening": true })
        } else {
            json!({ "steps": rehearsal.as_test() })
        },
    }
}
