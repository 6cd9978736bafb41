//! The chat completions of `OpenAI`, which every self-hosted server speaks too
//! (<https://platform.openai.com/docs/api-reference/chat/create>).

use chasqui_flow::CallError;
use chasqui_flow::service::{ModelAnswer, ModelRequest, Speaks};
use chasqui_model::secret::Secret;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::{Ask, base, bearer, count, joined, post, service};

const USUAL: &str = "https://api.openai.com/v1";

pub(super) fn ask(base_url: Option<&str>, secret: &Secret, request: &ModelRequest) -> Result<Ask, CallError> {
    let mut messages = Vec::with_capacity(request.messages.len() + 1);
    if !request.system.is_empty() {
        messages.push(json!({ "role": "system", "content": request.system }));
    }
    messages.extend(request.messages.iter().map(|said| {
        let role = match said.by {
            Speaks::User => "user",
            Speaks::Model => "assistant",
        };
        json!({ "role": role, "content": said.text })
    }));
    let mut body = json!({ "model": request.model, "messages": messages });
    // The newest models refuse the older name, and servers of others know only that one.
    let most = if base_url.is_none() { "max_completion_tokens" } else { "max_tokens" };
    body[most] = request.max_tokens.into();
    if let Some(temperature) = request.temperature {
        body["temperature"] = temperature.into();
    }
    let url = format!("{}/chat/completions", base(base_url, USUAL));
    post(url, "authorization", &bearer(secret), &body, request)
}

/// What tells whether a key is taken: where, and with which headers.
pub(in crate::effect) fn models(
    base_url: Option<&str>,
    secret: &Secret,
) -> Result<(String, HeaderMap), CallError> {
    let key = service::secret_header("authorization", &bearer(secret))?;
    Ok((format!("{}/models", base(base_url, USUAL)), service::json_headers([key])))
}

pub(super) fn read(answer: &Value) -> Result<ModelAnswer, CallError> {
    let message = answer.pointer("/choices/0/message").ok_or_else(|| service::odd("choices"))?;
    // A model that will not answer says so beside the content. What it thinks (`reasoning_content`) is not what it says.
    let said = ["content", "refusal"].iter().filter_map(|field| message.get(*field).and_then(joined));
    Ok(ModelAnswer {
        text: said.collect(),
        input_tokens: count(answer, "/usage/prompt_tokens"),
        output_tokens: count(answer, "/usage/completion_tokens"),
    })
}
