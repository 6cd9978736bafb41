//! Anthropic's messages (<https://docs.anthropic.com/en/api/messages>).

use chasqui_flow::CallError;
use chasqui_flow::service::{ModelAnswer, ModelRequest, Speaks};
use chasqui_model::secret::Secret;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::{Ask, base, count, joined, post, service};

const USUAL: &str = "https://api.anthropic.com";
const VERSION: &str = "2023-06-01";

pub(super) fn ask(base_url: Option<&str>, secret: &Secret, request: &ModelRequest) -> Result<Ask, CallError> {
    let messages: Vec<Value> = request
        .messages
        .iter()
        .map(|said| {
            let role = match said.by {
                Speaks::User => "user",
                Speaks::Model => "assistant",
            };
            json!({ "role": role, "content": said.text })
        })
        .collect();
    let mut body = json!({ "model": request.model, "max_tokens": request.max_tokens, "messages": messages });
    if !request.system.is_empty() {
        body["system"] = request.system.clone().into();
    }
    if let Some(temperature) = request.temperature {
        // Others go up to 2; here 1 is the most.
        body["temperature"] = temperature.min(1.0).into();
    }
    let url = format!("{}/v1/messages", base(base_url, USUAL));
    let mut ask = post(url, "x-api-key", secret.expose(), &body, request)?;
    ask.headers.insert("anthropic-version", HeaderValue::from_static(VERSION));
    Ok(ask)
}

/// What tells whether a key is taken: where, and with which headers.
pub(in crate::effect) fn models(
    base_url: Option<&str>,
    secret: &Secret,
) -> Result<(String, HeaderMap), CallError> {
    let key = service::secret_header("x-api-key", secret.expose())?;
    let mut headers = service::json_headers([key]);
    headers.insert("anthropic-version", HeaderValue::from_static(VERSION));
    Ok((format!("{}/v1/models", base(base_url, USUAL)), headers))
}

pub(super) fn read(answer: &Value) -> Result<ModelAnswer, CallError> {
    Ok(ModelAnswer {
        text: answer.get("content").and_then(joined).ok_or_else(|| service::odd("content"))?,
        input_tokens: count(answer, "/usage/input_tokens"),
        output_tokens: count(answer, "/usage/output_tokens"),
    })
}
