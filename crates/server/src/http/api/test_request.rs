//! Trying out an API request: what it would be with these variables, the same as a curl command, and what comes back.

use std::fmt::Write;

use axum::Json as Answer;
use axum::extract::State;
use chasqui_flow::component::Component;
use chasqui_flow::{
    CallError, ContactView, Context, Definition, HttpAnswer, HttpRequest, Outcome, Request, StandIn,
};
use chasqui_model::{Clock, Id};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::BotId;
use crate::app::App;
use crate::http::auth::Builder;
use crate::http::input::{Json, PathId};
use crate::http::problem::Problem;
use crate::office::Refused;
use crate::office::talk::fitting;

/// A request to try.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ToTry {
    /// An `api_request` node, as a bot file has it.
    #[schema(value_type = Object)]
    node: Map<String, Value>,
    /// The values of its variables.
    #[serde(default)]
    #[schema(value_type = Object)]
    variables: Map<String, Value>,
    /// Send it. Left out, it is only shown.
    #[serde(default)]
    send: bool,
}

/// A request as it would be sent, and what came of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Tried {
    method: String,
    url: String,
    /// Names and values.
    headers: Vec<[String; 2]>,
    body: Option<String>,
    /// What was odd, for example unknown variables.
    warnings: Vec<String>,
    /// The same as a command.
    curl: String,
    /// What came back; null when it was not sent or no answer came.
    answer: Option<TriedAnswer>,
    /// Why no answer came.
    error: Option<String>,
}

/// What came back.
#[derive(Serialize, ToSchema)]
pub(crate) struct TriedAnswer {
    status: u16,
    headers: Vec<[String; 2]>,
    text: String,
    /// How long it took, in milliseconds.
    ms: u64,
}

/// Shows an API request with these variables filled in, and sends it when asked to.
#[utoipa::path(post, path = "/bots/{id}/request", tag = "test mode", params(("id" = String, Path)), request_body = ToTry,
    responses((status = 200, body = Tried)))]
pub(crate) async fn try_out(
    State(app): State<App>,
    Builder(caller): Builder,
    PathId(id): BotId,
    Json(body): Json<ToTry>,
) -> Result<Answer<Tried>, Problem> {
    let bot = app.store.bot(caller.account, id).await?.ok_or_else(Problem::not_found)?;
    fitting(&body.variables)?;
    let (clock, node, variables) = (app.clock.clone(), body.node, body.variables);
    let filled = move || request(node, &variables, &clock, bot.name);
    let (request, warnings) = app.heavy(caller.account, filled).await??;
    let begun = app.clock.now();
    let outcome = if body.send {
        let key: Id<chasqui_model::bot::Bot> = app.clock.id();
        let call = Request::Http(request.clone());
        match app.runtime.try_call(caller.account, &key.uuid().to_string(), &call).await {
            Outcome::Http(answer) => Some(answer),
            other => other.error().cloned().map(Err),
        }
    } else {
        None
    };
    let ms = u64::try_from(app.clock.now().since(begun).as_millis()).unwrap_or(u64::MAX);
    Ok(Answer(view(request, warnings, outcome, ms)))
}

fn request(
    mut node: Map<String, Value>,
    variables: &Map<String, Value>,
    clock: &Clock,
    bot_name: String,
) -> Result<(HttpRequest, Vec<String>), Problem> {
    node.remove("ports");
    node.insert("id".to_owned(), Value::from("request"));
    let file = json!({ "format": 1, "name": "-", "start": "request", "nodes": [node] });
    let definition = Definition::from_value(file).map_err(Refused::UnreadableBot)?;
    let Some(Component::ApiRequest(component)) = definition.nodes.first().map(|node| &node.component) else {
        return Err(Problem::field("/node/type", "wrong_type", "Only an `api_request` can be tried out."));
    };
    let context = Context {
        now: clock.now(),
        time_zone: "UTC".to_owned(),
        contact: ContactView {
            name: Some("Ana".to_owned()),
            phone: Some("4915123456789".to_owned()),
            ..ContactView::default()
        },
        conversation: Id::from_bytes([1; 16]),
        integration_name: "Test".to_owned(),
        bot_name,
        window_open: true,
        stand_in: StandIn::Nothing,
    };
    component
        .preview(variables, &context)
        .map_err(|reason| Problem::field("/node", "invalid_request", reason))
}

fn view(
    request: HttpRequest,
    warnings: Vec<String>,
    outcome: Option<Result<HttpAnswer, CallError>>,
    ms: u64,
) -> Tried {
    let pairs =
        |headers: Vec<(String, String)>| headers.into_iter().map(|(name, value)| [name, value]).collect();
    let curl = curl(&request);
    let (answer, error) = match outcome {
        None => (None, None),
        Some(Err(error)) => (None, Some(error.message)),
        Some(Ok(it)) => (
            Some(TriedAnswer { status: it.status, headers: pairs(it.headers), text: it.body_text, ms }),
            None,
        ),
    };
    let HttpRequest { method, url, headers, body, timeout_ms: _ } = request;
    Tried { method, url, headers: pairs(headers), body, warnings, curl, answer, error }
}

/// The request as a command for a shell.
fn curl(request: &HttpRequest) -> String {
    let mut command = format!("curl -X {} {}", request.method, quoted(&request.url));
    for (name, value) in &request.headers {
        let _ = write!(command, " \\\n  -H {}", quoted(&format!("{name}: {value}")));
    }
    if let Some(body) = &request.body {
        let _ = write!(command, " \\\n  --data-raw {}", quoted(body));
    }
    command
}

/// A word that a shell takes as it is: nothing in it is read again.
fn quoted(text: &str) -> String {
    // No shell can be given a zero byte; nor can a service.
    let text = text.replace('\0', "");
    shlex::try_quote(&text).map(String::from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_takes_any_text_as_it_is() {
        let request = HttpRequest {
            method: "POST".to_owned(),
            url: "https://shop.test/a?b=$(c)".to_owned(),
            headers: vec![("X-Name".to_owned(), "O'Hara".to_owned())],
            body: Some("{\"a\": \"`b`\"}".to_owned()),
            timeout_ms: 1000,
        };
        let expected = "curl -X POST 'https://shop.test/a?b=$(c)' \\\n  -H \"X-Name: O'Hara\" \\\n  --data-raw '{\"a\": \"`b`\"}'";
        assert_eq!(curl(&request), expected);
    }
}
