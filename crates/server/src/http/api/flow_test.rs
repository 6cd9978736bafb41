//! Flow tests: conversations that must go as written.

use std::sync::Arc;

use axum::extract::State;
use chasqui_flow::{Definition, Flow, Request, TestResult, run_test_in};
use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_runtime::code;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::BotId;
use super::bot_library::Fetched;
use super::draft::{Finding, FindingView, Written, stored, written};
use crate::app::App;
use crate::http::auth::Viewer;
use crate::http::input::{OptionalJson, PathId};
use crate::http::problem::Problem;

/// What to run.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct ToRun {
    /// A bot file; left out, the draft.
    #[schema(value_type = Option<Object>)]
    definition: Option<Map<String, Value>>,
    /// The names of the tests to run; left out, all.
    names: Option<Vec<String>>,
}

/// What came of the tests.
#[derive(Serialize, ToSchema)]
pub(crate) struct Report {
    passed: usize,
    failed: usize,
    /// In the order of the bot file.
    tests: Vec<Outcome>,
}

/// What came of one test.
#[derive(Serialize, ToSchema)]
pub(crate) struct Outcome {
    name: String,
    pub(super) passed: bool,
    /// Where it went otherwise; null when it passed.
    failure: Option<OutcomeFailure>,
    /// What was said, in order.
    transcript: Vec<OutcomeLine>,
}

/// Where a conversation did not go as written.
#[derive(Serialize, ToSchema)]
pub(crate) struct OutcomeFailure {
    /// Which step, from 1.
    step: usize,
    /// What was expected and what came.
    message: String,
}

/// One line of a transcript.
#[derive(Serialize, ToSchema)]
pub(crate) struct OutcomeLine {
    /// `contact` or `bot`.
    from: &'static str,
    text: String,
}

impl From<TestResult> for Outcome {
    fn from(it: TestResult) -> Self {
        let line = |line: chasqui_flow::Line| OutcomeLine {
            from: match line.from {
                chasqui_flow::Speaker::Contact => "contact",
                chasqui_flow::Speaker::Bot => "bot",
            },
            text: line.text,
        };
        Self {
            name: it.name,
            passed: it.passed,
            failure: it.failure.map(|it| OutcomeFailure { step: it.step, message: it.message }),
            transcript: it.transcript.into_iter().map(line).collect(),
        }
    }
}

/// Runs flow tests: those of the draft, or of the bot file given. The bot may be unfinished.
#[utoipa::path(post, path = "/bots/{id}/tests/run", tag = "bots", params(("id" = String, Path)), request_body = Option<ToRun>,
    responses((status = 200, body = Report), (status = 422, description = "The bot file cannot be read: `problems` says why")))]
pub(crate) async fn run(
    State(app): State<App>,
    Viewer(caller): Viewer,
    PathId(id): BotId,
    OptionalJson(body): OptionalJson<ToRun>,
) -> Result<Written, Problem> {
    let draft = stored(&app, caller.account, id).await?;
    let given = body.definition;
    let read = move || readable(given.unwrap_or(draft));
    let definition = app.heavy(caller.account, read).await??;
    let tests = outcomes(&app, caller.account, definition, body.names).await?;
    let passed = tests.iter().filter(|test| test.passed).count();
    let write = move || written(&Report { passed, failed: tests.len() - passed, tests });
    app.heavy(caller.account, write).await?
}

/// A bot file that can be read, finished or not.
pub(super) fn readable(definition: Map<String, Value>) -> Result<Definition, Problem> {
    Definition::from_value(Value::Object(definition)).map_err(unreadable)
}

pub(super) fn unreadable(problems: Vec<Finding>) -> Problem {
    let detail =
        problems.first().map_or_else(|| "The bot file cannot be read.".to_owned(), ToString::to_string);
    let problems: Vec<FindingView> = problems.into_iter().map(FindingView::from).collect();
    Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "unreadable_bot", detail)
        .with("problems", problems)
}

/// Runs tests beside the requests: there may be many.
pub(super) async fn outcomes(
    app: &App,
    account: Id<Account>,
    definition: Definition,
    names: Option<Vec<String>>,
) -> Result<Vec<Outcome>, Problem> {
    let library = Fetched::of(app, account, &definition).await?;
    let (runtime, threads) = (app.runtime.clone(), tokio::runtime::Handle::current());
    let work = move || -> Result<Vec<Outcome>, Problem> {
        let flow = Arc::new(Flow::rehearse(definition, None).map_err(unreadable)?);
        let wanted = |name: &String| names.as_ref().is_none_or(|names| names.contains(name));
        let tests = flow.definition().tests.iter().filter(|test| wanted(&test.name));
        let world =
            |request: &Request| threads.block_on(code::run_for_test(runtime.codebox(), account, request));
        Ok(tests.map(|test| run_test_in(&world, &library, &flow, test).into()).collect())
    };
    app.heavy(account, work).await?
}
