//! Flow tests: conversations that must go as written.

use axum::extract::State;
use chasqui_flow::TestResult;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::BotId;
use super::draft::{Written, written};
use crate::app::App;
use crate::http::auth::Viewer;
use crate::http::input::{OptionalJson, PathId};
use crate::http::problem::Problem;
use crate::office::{draft, flow_test};

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
    pub(crate) passed: bool,
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
    let draft = draft::stored(&app, caller.account, id).await?;
    let given = body.definition;
    let read = move || flow_test::readable(given.unwrap_or(draft));
    let definition = app.heavy(caller.account, read).await??;
    let tests = flow_test::run(&app, caller.account, definition, body.names).await?;
    let tests: Vec<Outcome> = tests.into_iter().map(Outcome::from).collect();
    let passed = tests.iter().filter(|test| test.passed).count();
    let write = move || written(&Report { passed, failed: tests.len() - passed, tests });
    app.heavy(caller.account, write).await?
}
