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
    let connection = service::connection(&rt.store, caller, &request.connection).await?;
    let (ask, read) = prepare(&connection, request)?;
    let answer = service::read(&rt.http.ask(caller.account, ask).await?)?;
    let mut answer = read(&answer)?;
    // Here and not later: thoughts are neither journaled nor given back to the model.
    answer.text = chasqui_flow::spoken(&answer.text);
    if answer.text.is_empty() {
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

/// What is said in a content: a text, or the texts of its parts, one behind the other. Thoughts, calls and pictures are parts too
/// and are left out. `None` when it is no content.
fn joined(content: &Value) -> Option<String> {
    let said = |part: &Value| -> Option<String> {
        if let Some(text) = part.as_str() {
            return Some(text.to_owned());
        }
        let is_thought = part.get("thought").is_some_and(|it| *it != false && !it.is_null());
        let kind = part.get("type").and_then(Value::as_str).unwrap_or("text");
        let text = match kind {
            "text" | "output_text" if !is_thought => part.get("text")?,
            "refusal" => part.get("refusal")?,
            _ => return None,
        };
        // Some servers put a text into an object once more.
        text.as_str().or_else(|| text.get("value")?.as_str()).map(str::to_owned)
    };
    match content {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => Some(parts.iter().filter_map(said).collect()),
        Value::Object(_) => said(content),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn count(answer: &Value, place: &str) -> u64 {
    answer.pointer(place).and_then(Value::as_u64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_are_joined_and_thoughts_left_out() {
        let openai =
            |message: Value| openai::read(&json!({ "choices": [{ "message": message }] })).unwrap().text;
        let text = |text: &str| json!({ "type": "text", "text": text });
        assert_eq!(openai(json!({ "content": "a" })), "a");
        assert_eq!(openai(json!({ "content": [text("a "), text("b")], "reasoning_content": "x" })), "a b");
        assert_eq!(
            openai(json!({ "content": [{ "type": "thinking", "thinking": [text("x")] }, text("a")] })),
            "a"
        );
        assert_eq!(
            openai(
                json!({ "content": [{ "type": "reasoning", "text": "x" }, { "type": "output_text", "text": "a" }] })
            ),
            "a"
        );
        assert_eq!(openai(json!({ "content": ["a", "b"] })), "ab");
        assert_eq!(openai(json!({ "content": null, "reasoning": "x" })), "");
        assert_eq!(openai(json!({ "content": null, "refusal": "no" })), "no");
        let gemini = |parts: Value| {
            gemini::read(&json!({ "candidates": [{ "content": { "parts": parts } }] })).unwrap().text
        };
        assert_eq!(
            gemini(
                json!([{ "text": "x", "thought": true }, { "text": "a " }, { "text": "b", "thought": false }])
            ),
            "a b"
        );
        assert_eq!(gemini(json!([{ "text": "a" }, { "inlineData": {} }, { "functionCall": {} }])), "a");
        let anthropic = |content: Value| anthropic::read(&json!({ "content": content })).unwrap().text;
        let thinking = json!({ "type": "thinking", "thinking": "x", "signature": "s" });
        assert_eq!(
            anthropic(json!([thinking, { "type": "redacted_thinking", "data": "x" }, text("a"), text(" b")])),
            "a b"
        );
        assert_eq!(anthropic(json!([{ "type": "tool_use", "input": { "text": "x" } }, text("a")])), "a");
        assert!(openai::read(&json!({})).is_err() && anthropic::read(&json!({})).is_err());
    }
}
