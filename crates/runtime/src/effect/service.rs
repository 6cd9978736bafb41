//! What the services that bots call have in common: which connection, and what an answer of theirs means.

use chasqui_flow::{CallError, CallErrorKind, HttpAnswer};
use chasqui_model::connection::Connection;
use chasqui_store::Store;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::http::{Caller, trouble};

/// Longest piece of a service's own words that goes into the trace.
const WORDS: usize = 300;

/// The connection that a bot names. The refusal says what to do.
pub(super) async fn connection(store: &Store, caller: &Caller, name: &str) -> Result<Connection, CallError> {
    match store.connection_named(caller.account, name).await {
        Ok(Some(connection)) if connection.secret.is_lost() => Err(lost(&connection)),
        Ok(Some(connection)) => Ok(connection),
        Ok(None) => Err(trouble(
            CallErrorKind::Invalid,
            format!("there is no connection “{name}” in this account: choose one in the bot, or make it"),
        )),
        Err(error) => Err(trouble(CallErrorKind::Refused, error.to_string())),
    }
}

/// Nobody is asked with what stands in for a secret.
pub(super) fn lost(connection: &Connection) -> CallError {
    let name = &connection.name;
    let message = format!(
        "the secret of the connection “{name}” is damaged in the database: enter it again under Connections"
    );
    trouble(CallErrorKind::Invalid, message)
}

/// The bot names a connection to something else.
pub(super) fn wrong_kind(connection: &Connection, wanted: &str) -> CallError {
    let message = format!("the connection “{}” leads to no {wanted}: choose another one", connection.name);
    trouble(CallErrorKind::Invalid, message)
}

/// A header whose value is a secret.
pub(super) fn secret_header(name: &'static str, value: &str) -> Result<(HeaderName, HeaderValue), CallError> {
    let wrong = |_| trouble(CallErrorKind::Invalid, "the connection's secret has characters that no key has");
    let mut value = HeaderValue::try_from(value).map_err(wrong)?;
    value.set_sensitive(true);
    Ok((HeaderName::from_static(name), value))
}

/// Headers of a request with JSON.
pub(super) fn json_headers(secrets: impl IntoIterator<Item = (HeaderName, HeaderValue)>) -> HeaderMap {
    let mut headers: HeaderMap = secrets.into_iter().collect();
    headers.insert(reqwest::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(reqwest::header::ACCEPT, HeaderValue::from_static("application/json"));
    headers
}

/// The JSON of an answer that did what was asked. Fails with the service's own words.
pub(super) fn read(answer: &HttpAnswer) -> Result<Value, CallError> {
    let body: Option<Value> = serde_json::from_str(&answer.body_text).ok();
    if (200..300).contains(&answer.status) {
        return body.ok_or_else(|| trouble(CallErrorKind::Invalid, "the answer is not JSON"));
    }
    let words = body.as_ref().and_then(words).unwrap_or_default();
    let words: String = words.chars().filter(|c| !c.is_control()).take(WORDS).collect();
    let colon = if words.is_empty() { "" } else { ": " };
    Err(trouble(CallErrorKind::Rejected, format!("status {}{colon}{words}", answer.status)))
}

/// Where services put what they say.
fn words(body: &Value) -> Option<String> {
    let places = ["/error/message", "/error_description", "/Message", "/message", "/error", "/detail"];
    // Gemini's OpenAI-compatible way wraps the error in a list.
    let body = body.get(0).unwrap_or(body);
    places.iter().find_map(|place| body.pointer(place)?.as_str().map(str::to_owned))
}

/// What is there when the answer is not what it should be.
pub(super) fn odd(what: &str) -> CallError {
    trouble(CallErrorKind::Invalid, format!("the answer has no {what}"))
}
