//! `api_request`: asks a service over HTTP, stores the answer, and goes on by its status.

use std::borrow::Cow;
use std::collections::HashSet;

use chasqui_model::filename;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Behaviour, Next, Port};
use crate::context::Context;
use crate::definition::{Node, is_shallow};
use crate::effect::{CallErrorKind, HttpAnswer, HttpRequest, Outcome, Request};
use crate::exact;
use crate::fuel::{BUDGET, Fuel, cost};
use crate::request::{Address, Body, is_header_name, is_header_value};
use crate::scope::Scope;
use crate::state::Progress;
use crate::step::{Failure, MAX_VARIABLES, Turn};
use crate::template::Template;
use crate::validate::Check;

/// The usual time that an answer may take, in seconds.
const USUAL_TIMEOUT: f64 = 10.0;
/// The longest.
const LONGEST_TIMEOUT: f64 = 30.0;
/// Largest body, in bytes.
const MAX_BODY: usize = 1024 * 1024;
/// Deepest nesting of an answer that is read as JSON.
const MAX_DEPTH: usize = 48;

/// Asks a service over HTTP.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ApiRequest {
    /// `GET` when left out.
    #[serde(skip_serializing_if = "Method::is_usual")]
    pub method: Method,
    /// The address.
    pub url: Address,
    /// Added to the address's query.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub params: IndexMap<String, Template>,
    /// Headers.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub headers: IndexMap<String, Template>,
    /// The body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// The statuses with a port of their own, `status:<code>`: `404`, or `4xx` for a class. An edge names one too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<String>,
    /// How long the answer may take: 10 when left out, at most 30.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<f64>,
    /// The variable that takes `{status_code, headers, text, json}`, and `filename` when the answer names a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_as: Option<String>,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    #[default]
    Get,
    /// Reads only whether it is there.
    Head,
    /// Creates or does.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    fn is_usual(&self) -> bool {
        *self == Self::Get
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl ApiRequest {
    /// The request with these variables, and what was odd about it; for trying it out. Fails with the reason.
    pub fn preview(
        &self,
        variables: &Map<String, Value>,
        context: &Context,
    ) -> Result<(HttpRequest, Vec<String>), String> {
        let mut warnings = Vec::new();
        let fuel = Fuel::new(BUDGET);
        let scope =
            Scope { variables, message: &Value::Null, context, time_zone: None, places: &[], fuel: &fuel };
        match self.request(&scope, &mut warnings) {
            Ok(request) => Ok((request, warnings)),
            Err(failure) => Err(failure.detail.unwrap_or(failure.message)),
        }
    }

    fn request(&self, scope: &Scope<'_>, warnings: &mut Vec<String>) -> Result<HttpRequest, Failure> {
        let params: Vec<(&str, String)> =
            self.params.iter().map(|(name, value)| (name.as_str(), value.fill(scope, warnings))).collect();
        let url = self.url.fill(scope, warnings, &params).map_err(|reason| {
            Failure::new("invalid_url", "The address of an API request is not valid.").with_detail(reason)
        })?;
        let mut headers = Vec::with_capacity(self.headers.len() + 1);
        for (name, value) in &self.headers {
            let value = value.fill(scope, warnings).trim().to_owned();
            if !is_header_value(&value) {
                let message = "A header of an API request has a line break or control character in it.";
                return Err(Failure::new("invalid_header", message).with_detail(name.clone()));
            }
            scope.fuel.burn_for(name.len(), cost::COPY);
            headers.push((name.clone(), value));
        }
        let body = match &self.body {
            None => None,
            Some(body) => {
                let (body, kind) = body.fill(scope, warnings).map_err(|reason| {
                    Failure::new("invalid_body", "The body of an API request is not valid.")
                        .with_detail(reason)
                })?;
                if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                    headers.push(("Content-Type".to_owned(), kind.to_owned()));
                }
                Some(body)
            }
        };
        if body.as_ref().is_some_and(|body| body.len() > MAX_BODY) {
            return Err(Failure::new("invalid_body", "The body of an API request is larger than 1 MiB."));
        }
        let seconds = self.timeout_seconds.unwrap_or(USUAL_TIMEOUT).clamp(0.1, LONGEST_TIMEOUT);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 100 and 30,000")]
        let timeout_ms = (seconds * 1000.0) as u64;
        Ok(HttpRequest { method: self.method.name().to_owned(), url, headers, body, timeout_ms })
    }

    fn store(&self, turn: &mut Turn<'_>, answer: HttpAnswer) -> Result<(), Failure> {
        let Some(name) = &self.save_as else { return Ok(()) };
        let mut headers = Map::new();
        for (name, value) in answer.headers {
            match headers.entry(name.to_ascii_lowercase()).or_insert(Value::Null) {
                Value::String(before) => {
                    before.push_str(", ");
                    before.push_str(&value);
                }
                fresh => *fresh = Value::String(value),
            }
        }
        // Such an answer cannot be stored, whatever it says.
        if answer.body_text.len() > MAX_VARIABLES {
            return Err(too_large());
        }
        if !turn.fuel.burn_for(answer.body_text.len(), cost::PARSE) {
            return Ok(());
        }
        let parsed = exact::parse(&answer.body_text).ok();
        let parsed = parsed.filter(|value| is_shallow(value, MAX_DEPTH)).unwrap_or_default();
        let filename = headers.get("content-disposition").and_then(Value::as_str);
        let filename = filename.and_then(|header| filename::from_disposition(header.as_bytes()));
        let mut value = json!({
            "status_code": answer.status, "headers": headers, "text": answer.body_text, "json": parsed
        });
        if let Some(filename) = filename {
            value["filename"] = filename.into();
        }
        if !turn.has_room_for(&value) {
            return Err(too_large());
        }
        turn.save(name, value);
        Ok(())
    }

    /// The port for a status: the exact one, its class, `default`, else `next`.
    fn port(turn: &Turn<'_>, status: u16) -> Cow<'static, str> {
        let exact = format!("status:{status}");
        let class = format!("status:{}xx", status / 100);
        let port = [exact, class].into_iter().find(|port| turn.is_connected(port));
        match port {
            Some(port) => Cow::Owned(port),
            None if turn.is_connected("default") => Cow::Borrowed("default"),
            None => Cow::Borrowed("next"),
        }
    }
}

impl Behaviour for ApiRequest {
    fn enter(&self, turn: &mut Turn<'_>) -> Next {
        match turn.with_scope(|scope, warnings| self.request(scope, warnings)) {
            Ok(request) => Next::Call(Request::Http(request), Progress::default()),
            Err(failure) => Next::Fail(failure),
        }
    }

    fn outcome(&self, turn: &mut Turn<'_>, outcome: Outcome, _: Progress) -> Next {
        let Outcome::Http(answer) = outcome else { return Next::Fail(Failure::wrong_answer()) };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                let (code, message) = match error.kind {
                    CallErrorKind::Timeout => ("api_timeout", "An API request got no answer in time."),
                    CallErrorKind::Refused => {
                        ("api_unreachable", "The host of an API request could not be reached.")
                    }
                    CallErrorKind::TooLarge => {
                        ("answer_too_large", "The answer to an API request is too large.")
                    }
                    CallErrorKind::Blocked => {
                        ("api_blocked", "The address of an API request may not be called.")
                    }
                    CallErrorKind::Invalid | CallErrorKind::Rejected => {
                        ("api_invalid", "An API request or its answer makes no sense.")
                    }
                };
                return Next::Fail(Failure::new(code, message).with_detail(error.message));
            }
        };
        let status = answer.status;
        turn.detail(format!("status {status}"));
        match self.store(turn, answer) {
            Ok(()) => Next::Port(Self::port(turn, status)),
            Err(failure) => Next::Fail(failure),
        }
    }

    fn ports(&self, node: &Node) -> Vec<Port> {
        let drawn: HashSet<&str> = self.statuses.iter().map(String::as_str).collect();
        let is_drawn = |port: &str| port.strip_prefix("status:").is_some_and(|it| drawn.contains(it));
        let wired = node.ports.keys().filter(|port| is_status_port(port) && !is_drawn(port));
        let mut ports: Vec<Port> =
            self.statuses.iter().map(|status| Port::required(format!("status:{status}"))).collect();
        ports.extend(wired.map(|port| Port::optional(port.clone())));
        // One of the two is needed; the one that the canvas shows is the one that is asked for.
        ports.extend(if ports.is_empty() {
            [Port::unless("default", "next"), Port::optional("default")]
        } else {
            [Port::optional("next"), Port::unless("next", "default")]
        });
        ports
    }

    fn check(&self, check: &mut Check<'_>) {
        if let Some(reason) = self.url.error() {
            check.error("invalid_url", "url", reason);
        }
        check.template("url", self.url.template());
        for (name, value) in &self.params {
            check.template(&format!("params.{name}"), value);
        }
        for (name, value) in &self.headers {
            let field = format!("headers.{name}");
            if !is_header_name(name) {
                check.error("invalid_header", &field, "not the name of a header that a bot may set");
            }
            if !is_header_value(value.source()) {
                check.error("invalid_header", &field, "a header has one line and no control characters");
            }
            check.template(&field, value);
        }
        if let Some(body) = &self.body {
            body.check(check);
            if matches!(self.method, Method::Get | Method::Head) {
                check.error("invalid_value", "body", "a GET or HEAD request has no body");
            }
        }
        let mut seen = HashSet::new();
        for (index, status) in self.statuses.iter().enumerate() {
            let field = format!("statuses[{index}]");
            if !is_status_port(&format!("status:{status}")) {
                check.error("invalid_status", &field, "a status such as `404`, or a class such as `4xx`");
            }
            if !seen.insert(status) {
                check.error("duplicate_case", &field, "this status is there twice");
            }
        }
        if self.timeout_seconds.is_some_and(|seconds| !(0.1..=LONGEST_TIMEOUT).contains(&seconds)) {
            check.error("invalid_value", "timeout_seconds", "an answer may take 0.1 to 30 seconds");
        }
        check.saves("save_as", self.save_as.as_deref());
    }

    fn rests(&self) -> bool {
        true
    }
}

fn too_large() -> Failure {
    let message = "The answer to an API request is too large to be stored with the conversation.";
    Failure::new("answer_too_large", message)
}

/// Whether a port is `status:404` or `status:4xx`.
fn is_status_port(port: &str) -> bool {
    let Some(status) = port.strip_prefix("status:") else { return false };
    let bytes = status.as_bytes();
    bytes.len() == 3
        && (b'1'..=b'5').contains(&bytes[0])
        && (bytes[1..].iter().all(u8::is_ascii_digit) || bytes[1..] == *b"xx")
}
