//! Gemini's `generateContent` (<https://ai.google.dev/api/generate-content>).

use chasqui_flow::service::{ModelAnswer, ModelRequest, Speaks};
use chasqui_flow::{CallError, CallErrorKind};
use chasqui_model::secret::Secret;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::{Ask, base, count, joined, post, service, trouble};

const USUAL: &str = "https://generativelanguage.googleapis.com";

pub(super) fn ask(base_url: Option<&str>, secret: &Secret, request: &ModelRequest) -> Result<Ask, CallError> {
    let contents: Vec<Value> = request
        .messages
        .iter()
        .map(|said| {
            let role = match said.by {
                Speaks::User => "user",
                Speaks::Model => "model",
            };
            json!({ "role": role, "parts": [{ "text": said.text }] })
        })
        .collect();
    let mut body =
        json!({ "contents": contents, "generationConfig": { "maxOutputTokens": request.max_tokens } });
    if !request.system.is_empty() {
        body["systemInstruction"] = json!({ "parts": [{ "text": request.system }] });
    }
    if let Some(temperature) = request.temperature {
        body["generationConfig"]["temperature"] = temperature.into();
    }
    let model = request.model.strip_prefix("models/").unwrap_or(&request.model);
    let url = format!("{}/v1beta/models/{model}:generateContent", base(base_url, USUAL));
    post(url, "x-goog-api-key", secret.expose(), &body, request)
}

/// What tells whether a key is taken: where, and with which headers.
pub(in crate::effect) fn models(
    base_url: Option<&str>,
    secret: &Secret,
) -> Result<(String, HeaderMap), CallError> {
    let key = service::secret_header("x-goog-api-key", secret.expose())?;
    Ok((format!("{}/v1beta/models", base(base_url, USUAL)), service::json_headers([key])))
}

pub(super) fn read(answer: &Value) -> Result<ModelAnswer, CallError> {
    if let Some(reason) = answer.pointer("/promptFeedback/blockReason").and_then(Value::as_str) {
        return Err(trouble(CallErrorKind::Rejected, format!("the question was blocked ({reason})")));
    }
    let parts = answer.pointer("/candidates/0/content/parts").and_then(joined);
    Ok(ModelAnswer {
        text: parts.ok_or_else(|| service::odd("candidates"))?,
        input_tokens: count(answer, "/usageMetadata/promptTokenCount"),
        output_tokens: count(answer, "/usageMetadata/candidatesTokenCount")
            + count(answer, "/usageMetadata/thoughtsTokenCount"),
    })
}
