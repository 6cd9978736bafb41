//! Trying out custom code: what it does with these variables.

use axum::Json as Answer;
use axum::extract::State;
use chasqui_flow::{CodeAnswer, CodeRequest, Outcome, Request};
use chasqui_model::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

use super::BotId;
use crate::app::App;
use crate::http::auth::Builder;
use crate::http::input::{Json, PathId};
use crate::http::problem::Problem;
use crate::office::talk::fitting;

/// Largest code, in bytes, as in a bot file.
const MAX_CODE: usize = 64 * 1024;

/// Code to try.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CodeToTry {
    /// Python with a function `__custom_fn__(variables)`.
    code: String,
    /// The values of its variables.
    #[serde(default)]
    #[schema(value_type = Object)]
    variables: Map<String, Value>,
    /// What it takes for the time. Left out: now, in UTC.
    #[schema(value_type = Option<String>, format = DateTime)]
    now: Option<Timestamp>,
}

/// Whatever JSON can be.
fn any_json() -> Object {
    let all = [Type::Object, Type::Array, Type::String, Type::Number, Type::Boolean, Type::Null];
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter(all))
        .description(Some("What the function returned, and null when it failed"))
        .build()
}

/// What code did.
#[derive(Serialize, ToSchema)]
pub(crate) struct CodeTried {
    /// What the function returned: any JSON, and null when it failed.
    #[schema(schema_with = any_json)]
    result: Value,
    /// The variables that it made or changed.
    #[schema(value_type = Object)]
    changed: Map<String, Value>,
    /// The variables that it removed.
    removed: Vec<String>,
    /// What it printed.
    printed: String,
    /// Why it failed, with the line; null when it did not.
    error: Option<String>,
    /// How long it took, in milliseconds.
    ms: u64,
}

/// Runs custom code with these variables. Nothing is stored.
#[utoipa::path(post, path = "/bots/{id}/code", tag = "test mode", params(("id" = String, Path)), request_body = CodeToTry,
    responses((status = 200, body = CodeTried)))]
pub(crate) async fn try_code(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): BotId,
    Json(body): Json<CodeToTry>,
) -> Result<Answer<CodeTried>, Problem> {
    app.store.bot(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    if body.code.len() > MAX_CODE {
        return Err(Problem::field("/code", "too_long", "Code has at most 64 KiB."));
    }
    fitting(&body.variables)?;
    let begun = app.clock.now();
    let CodeToTry { code, variables, now } = body;
    let request =
        Request::Code(CodeRequest { code, variables, now: now.unwrap_or(begun), utc_offset_seconds: 0 });
    let key: Id<chasqui_model::bot::Bot> = app.clock.id();
    let outcome = app.runtime.try_call(caller.account, &key.uuid().to_string(), &request).await;
    let ms = u64::try_from(app.clock.now().since(begun).as_millis()).unwrap_or(u64::MAX);
    let error = outcome.error().map(|error| error.message.clone());
    let CodeAnswer { result, changed, removed, printed } = match outcome {
        Outcome::Code(Ok(answer)) => answer,
        _ => CodeAnswer::default(),
    };
    Ok(Answer(CodeTried { result, changed, removed, printed, error, ms }))
}
