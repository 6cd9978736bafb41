//! Test mode: a chat with a draft. The engine is the one of production; the caller plays the contact and the time, and the
//! world where it is not to be real. A session lives in this process's memory: whoever holds one can begin it again and
//! repeat what was done, since the same actions always lead to the same place.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use chasqui_flow::definition::{Action, Test, TestContact};
use chasqui_flow::{Flow, Rehearsal, Request};
use chasqui_model::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;
use utoipa::ToSchema;

use super::BotId;
use super::bot_library::Fetched;
use super::draft::stored;
use super::flow_test::{readable, unreadable};
use super::integration::template::numbers_of;
use crate::app::App;
use crate::http::auth::{Builder, Caller, Viewer};
use crate::http::input::{Json, OptionalJson, PathId};
use crate::http::problem::Problem;
use crate::rehearsals::{Held, TestSession};

/// Most real calls that one action leads to.
const CALLS: usize = 20;
/// Most entries of a session's log.
const LONGEST: usize = 5000;

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

/// Which calls to the world are real, and which wait for an answer of the caller.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub(crate) struct Effects {
    /// For nodes that are not named: `canned` when left out.
    #[serde(default)]
    usual: Way,
    /// By node.
    #[serde(default)]
    #[schema(value_type = Object)]
    nodes: HashMap<String, Way>,
}

/// How a call is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    /// The caller answers in the place of the world.
    #[default]
    Canned,
    /// The world answers.
    Real,
}

impl Effects {
    fn way(&self, node: &str) -> Way {
        self.nodes.get(node).copied().unwrap_or(self.usual)
    }
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
    responses((status = 201, body = SessionView), (status = 422, description = "The bot file cannot be read, or has no start: `problems` says why")))]
pub(crate) async fn begin(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): BotId,
    OptionalJson(body): OptionalJson<TestSetup>,
) -> Result<(StatusCode, Answer<SessionView>), Problem> {
    let draft = stored(&app, caller.account, id).await?;
    let definition = readable(body.definition.unwrap_or(draft))?;
    let library = Fetched::of(&app, caller.account, &definition).await?;
    let mut setup =
        Test { contact: body.contact, now: body.now, variables: body.variables, ..Test::default() };
    setup.reopening =
        numbers_of(&app, caller.account, id).await?.iter().any(|it| it.settings.template.is_some());
    let start = body.start;
    let work = move || Flow::rehearse(definition, start.as_deref()).map_err(unreadable);
    let flow = tokio::task::spawn_blocking(work).await.map_err(|_| Problem::internal())??;
    let rehearsal = Rehearsal::new(&Arc::new(flow), &setup);
    let session: Id<TestSession> = app.clock.id();
    let answer = view(session, &rehearsal);
    let held = Held { account: caller.account, rehearsal, library, effects: body.effects };
    app.rehearsals.keep(session, held, app.clock.now());
    Ok((StatusCode::CREATED, Answer(answer)))
}

/// Where a chat stands.
#[utoipa::path(get, path = "/test_sessions/{id}", tag = "test mode", params(("id" = String, Path)),
    responses((status = 200, body = SessionView)))]
pub(crate) async fn show(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): PathId<TestSession>,
) -> Result<Answer<SessionView>, Problem> {
    let held = find(&app, &caller, id).await?;
    let held = held.lock().await;
    Ok(Answer(view(id, &held.rehearsal)))
}

/// Ends a chat.
#[utoipa::path(delete, path = "/test_sessions/{id}", tag = "test mode", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn drop_session(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<TestSession>,
) -> Result<StatusCode, Problem> {
    find(&app, &caller, id).await?;
    app.rehearsals.forget(id);
    Ok(StatusCode::NO_CONTENT)
}

/// Does one thing in a chat: a line of a flow test that does something (`{"contact": "hi"}`, `tap`, `pick`, `send`, `location`,
/// `advance`, `answer`, `hand_back`), or `{"call": "real"}`, which lets the waiting call be answered by the world.
#[utoipa::path(post, path = "/test_sessions/{id}/messages", tag = "test mode", params(("id" = String, Path)), request_body = Object,
    responses((status = 200, body = SessionView), (status = 409, description = "That cannot be done here")))]
pub(crate) async fn act(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<TestSession>,
    Json(body): Json<Value>,
) -> Result<Answer<SessionView>, Problem> {
    let held = find(&app, &caller, id).await?;
    let mut held = held.lock().await;
    let held = &mut *held;
    if held.rehearsal.log().len() >= LONGEST {
        let detail = "This chat has become very long. Begin another.";
        return Err(Problem::conflict("too_long", detail));
    }
    if body == json!({ "call": "real" }) {
        if held.rehearsal.request().is_none() {
            return Err(Problem::conflict("not_now", "The bot waits for no answer."));
        }
        call(&app, held).await;
    } else {
        let action: Action =
            serde_json::from_value(body).map_err(|error| Problem::field("", "shape", error.to_string()))?;
        held.rehearsal
            .act(&held.library, &action)
            .map_err(|reason| Problem::conflict("not_now", sentence(&reason)))?;
    }
    for _ in 0..CALLS {
        let real = held.rehearsal.request().is_some_and(|(node, _)| held.effects.way(node) == Way::Real);
        if !real {
            break;
        }
        call(&app, held).await;
    }
    Ok(Answer(view(id, &held.rehearsal)))
}

/// Lets the world answer the call that waits.
async fn call(app: &App, held: &mut Held) {
    let Some((_, request)) = held.rehearsal.request() else { return };
    let request: Request = request.clone();
    let key: Id<TestSession> = app.clock.id();
    let outcome = app.runtime.try_call(held.account, &key.uuid().to_string(), &request).await;
    held.rehearsal.answer(&held.library, outcome);
}

async fn find(app: &App, caller: &Caller, id: Id<TestSession>) -> Result<Arc<Mutex<Held>>, Problem> {
    let held = app.rehearsals.find(id, app.clock.now()).ok_or_else(Problem::not_found)?;
    if held.lock().await.account == caller.account { Ok(held) } else { Err(Problem::not_found()) }
}

fn sentence(reason: &str) -> String {
    let mut letters = reason.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let text: String = first.chain(letters).collect();
    if text.ends_with('.') { text } else { text + "." }
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
