//! Language models: one question, three ways to ask it. What a contact said is a value in JSON here and nothing else.

pub(super) mod anthropic;
pub(super) mod gemini;
pub(super) mod openai;

use std::time::Duration;

use chasqui_flow::service::{ModelAnswer, ModelRequest};
use chasqui_flow::{CallError, CallErrorKind};
use chasqui_model::connection::{Connection, Settings};
use chasqui_model::secret::Secret;
use serde_json::Value;

use super::http::{Ask, Caller, trouble};
use super::service;
use crate::Inner;

/// Longest that a model may think.
const LONGEST: Duration = Duration::from_mins(1);

/// Asks a model.
pub(super) async fn ask(
    rt: &Inner,
    caller: &Caller,
    request: &ModelRequest,
) -> Result<ModelAnswer, CallError> {
    let connection = service::connection(rt, caller, &request.connection).await?;
    let (ask, read) = prepare(&connection, request)?;
    let answer = service::read(&rt.http.ask(caller.account, ask).await?)?;
    let answer = read(&answer)?;
    if answer.text.trim().is_empty() {
        return Err(trouble(CallErrorKind::Invalid, "the model said nothing"));
    }
    Ok(answer)
}

/// How a provider's answer is read.
type Read = fn(&Value) -> Result<ModelAnswer, CallError>;

fn prepare(connection: &Connection, request: &ModelRequest) -> Result<(Ask, Read), CallError> {
    let secret = &connection.secret;
    match &connection.settings {
        Settings::Openai { base_url } => {
            Ok((openai::ask(base_url.as_deref(), secret, request)?, openai::read as Read))
        }
        Settings::Gemini { base_url } => {
            Ok((gemini::ask(base_url.as_deref(), secret, request)?, gemini::read))
        }
        Settings::Anthropic { base_url } => {
            Ok((anthropic::ask(base_url.as_deref(), secret, request)?, anthropic::read))
        }
        Settings::Smtp { .. } | Settings::Postmark { .. } | Settings::Google { .. } => {
            Err(service::wrong_kind(connection, "language model"))
        }
    }
}

/// A question as JSON, with a key that goes to this host only.
fn post(
    url: String,
    header: &'static str,
    key: &str,
    body: &Value,
    request: &ModelRequest,
) -> Result<Ask, CallError> {
    let key = service::secret_header(header, key)?;
    Ok(Ask {
        method: reqwest::Method::POST,
        url,
        headers: service::json_headers([key]),
        body: Some(body.to_string().into()),
        timeout: Duration::from_millis(request.timeout_ms).min(LONGEST),
        follow: false,
    })
}

fn base<'a>(base_url: Option<&'a str>, usual: &'a str) -> &'a str {
    base_url.unwrap_or(usual).trim_end_matches('/')
}

fn bearer(secret: &Secret) -> String {
    format!("Bearer {}", secret.expose())
}

fn count(answer: &Value, place: &str) -> u64 {
    answer.pointer(place).and_then(Value::as_u64).unwrap_or_default()
}
