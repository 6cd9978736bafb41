//! Test mode: a chat with a draft. The engine is the one of production; the caller plays the contact and the time, and the
//! world where it is not to be real. A session lives in this process's memory: whoever holds one can begin it again and
//! repeat what was done, since the same actions always lead to the same place.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use chasqui_flow::definition::{Action, Test, TestContact};
use chasqui_flow::{Flow, Rehearsal, Request};
use chasqui_model::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::sync::{Mutex, OwnedMutexGuard};
use utoipa::ToSchema;

use super::BotId;
use super::bot_library::Fetched;
use super::draft::{Written, stored, written};
use super::flow_test::{readable, unreadable};
use super::integration::template::numbers_of;
use super::talk::fitting;
use crate::app::App;
use crate::http::auth::{Builder, Caller, Viewer};
use crate::http::input::{Json, OptionalJson, PathId};
use crate::http::problem::Problem;
use crate::rehearsals::{Held, TestSession};

/// Most real calls that one action leads to.
const CALLS: usize = 20;
/// Most entries of a session's log.
const LONGEST: usize = 5000;
/// Most bytes of a session as it is shown. What one action adds may go beyond it; then there is no further one.
const LARGEST: usize = 4 * 1024 * 1024;

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
    responses((status = 201, body = SessionView), (status = 422, description = "The bot file cannot be read, or has no start: `problems` says why"),
        (status = 429, description = "Too much of the account's work waits")))]
pub(crate) async fn begin(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): BotId,
    OptionalJson(body): OptionalJson<TestSetup>,
) -> Result<(StatusCode, Written), Problem> {
    fitting(&body.variables)?;
    app.store.bot(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    let definition = match body.definition {
        Some(given) => given,
        None => stored(&app, caller.account, id).await?,
    };
    let read = move || {
        let size = serde_json::to_string(&definition).map_or(0, |text| text.len());
        Ok::<_, Problem>((readable(definition)?, size))
    };
    let (definition, size) = app.heavy(caller.account, read).await??;
    let library = Fetched::of(&app, caller.account, &definition).await?;
    let mut setup =
        Test { contact: body.contact, now: body.now, variables: body.variables, ..Test::default() };
    setup.reopening =
        numbers_of(&app, caller.account, id).await?.iter().any(|it| it.settings.template.is_some());
    let start = body.start;
    let session: Id<TestSession> = app.clock.id();
    let work = move || {
        let flow = Flow::rehearse(definition, start.as_deref()).map_err(unreadable)?;
        let rehearsal = Rehearsal::new(&Arc::new(flow), &setup);
        Ok::<_, Problem>((written(&view(session, &rehearsal))?, rehearsal))
    };
    let (answer, rehearsal) = app.heavy(caller.account, work).await??;
    let flows = size + library.bytes();
    let held = Held {
        account: caller.account,
        rehearsal,
        library,
        effects: body.effects,
        flows,
        shown: answer.1.len(),
    };
    app.rehearsals.keep(session, caller.user, held, app.clock.now());
    Ok((StatusCode::CREATED, answer))
}

/// Where a chat stands.
#[utoipa::path(get, path = "/test_sessions/{id}", tag = "test mode", params(("id" = String, Path)),
    responses((status = 200, body = SessionView)))]
pub(crate) async fn show(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): PathId<TestSession>,
) -> Result<Written, Problem> {
    let held = find(&app, &caller, id)?.lock_owned().await;
    app.heavy(caller.account, move || written(&view(id, &held.rehearsal))).await?
}

/// Ends a chat.
#[utoipa::path(delete, path = "/test_sessions/{id}", tag = "test mode", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn drop_session(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): PathId<TestSession>,
) -> Result<StatusCode, Problem> {
    find(&app, &caller, id)?;
    app.rehearsals.forget(id);
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
    let mut held = find(&app, &caller, id)?.lock_owned().await;
    if held.rehearsal.log().len() >= LONGEST || held.shown >= LARGEST {
        let detail = "This chat has become very long. Begin another.";
        return Err(Problem::conflict("too_long", detail));
    }
    if body == json!({ "call": "real" }) {
        if held.rehearsal.request().is_none() {
            return Err(Problem::conflict("not_now", "The bot waits for no answer."));
        }
        held = call(&app, held).await?;
    } else {
        let action: Action =
            serde_json::from_value(body).map_err(|error| Problem::field("", "shape", error.to_string()))?;
        held = perform(&app, held, action).await?;
    }
    for _ in 0..CALLS {
        let real = held.rehearsal.request().is_some_and(|(node, _)| held.effects.way(node) == Way::Real);
        if !real {
            break;
        }
        held = call(&app, held).await?;
    }
    let write = move || {
        let answer = written(&view(id, &held.rehearsal))?;
        held.shown = answer.1.len();
        Ok::<_, Problem>((answer, held.bytes()))
    };
    let (answer, bytes) = app.heavy(caller.account, write).await??;
    app.rehearsals.weigh(id, bytes);
    Ok(answer)
}

/// A chat that one request has in hand.
type InHand = OwnedMutexGuard<Held>;

/// Does what the contact or the time does.
async fn perform(app: &App, mut held: InHand, action: Action) -> Result<InHand, Problem> {
    let account = held.account;
    let act = move || {
        let it = &mut *held;
        let done = it.rehearsal.act(&it.library, &action);
        done.map(|()| held).map_err(|reason| Problem::conflict("not_now", sentence(&reason)))
    };
    app.heavy(account, act).await?
}

/// Lets the world answer the call that waits.
async fn call(app: &App, mut held: InHand) -> Result<InHand, Problem> {
    let Some((_, request)) = held.rehearsal.request() else { return Ok(held) };
    let request: Request = request.clone();
    let key: Id<TestSession> = app.clock.id();
    let account = held.account;
    let outcome = app.runtime.try_call(account, &key.uuid().to_string(), &request).await;
    let answer = move || {
        let it = &mut *held;
        it.rehearsal.answer(&it.library, outcome);
        held
    };
    app.heavy(account, answer).await
}

fn find(app: &App, caller: &Caller, id: Id<TestSession>) -> Result<Arc<Mutex<Held>>, Problem> {
    app.rehearsals.find(id, caller.account, app.clock.now()).ok_or_else(Problem::not_found)
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
