//! Answers that a test gives in the place of the world, and the world's answers as a test would give them.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::code::CodeAnswer;
use crate::definition::Canned;
use crate::effect::{CallError, CallErrorKind, HttpAnswer, Outcome, Request};
use crate::exact;
use crate::service::{MailAnswer, ModelAnswer, SheetAnswer, UploadAnswer};

/// What the caller gets for a canned answer.
pub(super) fn outcome(request: &Request, canned: &Canned) -> Result<Outcome, String> {
    if let Some(kind) = &canned.error {
        let kind: CallErrorKind = serde_json::from_value(Value::from(kind.clone())).map_err(|_| {
            format!(
                "`{kind}` is no error of a request; there are timeout, refused, too_large, blocked, invalid, rejected"
            )
        })?;
        return Ok(request.failed(CallError { kind, message: "from the test".to_owned() }));
    }
    let status = canned.status.unwrap_or(200);
    if let Request::Http(_) = request {
        return Ok(Outcome::Http(Ok(http(canned, status))));
    }
    if let Request::Sheet(_) = request
        && status == 404
    {
        return Ok(Outcome::Sheet(Ok(SheetAnswer { row: None })));
    }
    if status >= 400 {
        let message = format!("status {status}, from the test");
        return Ok(request.failed(CallError { kind: CallErrorKind::Rejected, message }));
    }
    Ok(service(request, canned))
}

/// The answer of a service that did what was asked.
fn service(request: &Request, canned: &Canned) -> Outcome {
    let field = |name: &str| canned.json.as_ref().and_then(|json| json.get(name));
    let text =
        |name: &str| field(name).and_then(Value::as_str).or(canned.text.as_deref()).unwrap_or_default();
    let count = |name: &str| field(name).and_then(Value::as_u64).unwrap_or_default();
    match request {
        Request::Http(_) => Outcome::Http(Ok(http(canned, 200))),
        Request::Media(_) => request.failed(CallError {
            kind: CallErrorKind::Invalid,
            message: "files of contacts are always there".to_owned(),
        }),
        Request::Mail(_) => Outcome::Mail(Ok(MailAnswer { id: text("id").to_owned() })),
        Request::Model(_) => Outcome::Model(Ok(ModelAnswer {
            text: text("text").to_owned(),
            input_tokens: count("input_tokens"),
            output_tokens: count("output_tokens"),
        })),
        Request::Sheet(request) => {
            let row = field("row").and_then(Value::as_object).cloned();
            Outcome::Sheet(Ok(SheetAnswer { row: Some(row.unwrap_or_else(|| request.values.clone())) }))
        }
        Request::Upload(_) => Outcome::Upload(Ok(UploadAnswer { link: text("link").to_owned() })),
        Request::Code(_) => {
            let answer = canned.json.as_ref().and_then(|json| CodeAnswer::deserialize(json).ok());
            let spoken = || CodeAnswer { result: canned.text.clone().into(), ..CodeAnswer::default() };
            Outcome::Code(Ok(answer.unwrap_or_else(spoken)))
        }
    }
}

fn http(canned: &Canned, status: u16) -> HttpAnswer {
    let (body_text, headers) = match (&canned.json, &canned.text) {
        (Some(json), _) => {
            (json.to_string(), vec![("content-type".to_owned(), "application/json".to_owned())])
        }
        (None, text) => (text.clone().unwrap_or_default(), Vec::new()),
    };
    HttpAnswer { status, headers, body_text }
}

/// An outcome as a test would give it, and in words.
pub(super) fn canned(node: String, outcome: &Outcome) -> (Canned, String) {
    let mut canned = Canned { node: Some(node), ..Canned::default() };
    if let Some(error) = outcome.error() {
        let kind = serde_json::to_value(error.kind).unwrap_or_default();
        canned.error = kind.as_str().map(str::to_owned);
        return (canned, error.message.clone());
    }
    let result = match outcome {
        Outcome::Http(Ok(answer)) => {
            canned.status = Some(answer.status);
            // A file's JSON would not keep every digit; a text does.
            let parsed = exact::parse(&answer.body_text).ok();
            canned.json = parsed.filter(|json| matches!(exact::plain(json), Cow::Borrowed(_)));
            if canned.json.is_none() && !answer.body_text.is_empty() {
                canned.text = Some(answer.body_text.clone());
            }
            answer.status.to_string()
        }
        Outcome::Sheet(Ok(answer)) => {
            match &answer.row {
                Some(row) => canned.json = Some(json!({ "row": row })),
                None => canned.status = Some(404),
            }
            if answer.row.is_some() { "ok" } else { "no such row" }.to_owned()
        }
        Outcome::Model(Ok(answer)) => {
            canned.json = serde_json::to_value(answer).ok();
            format!("{} + {} tokens", answer.input_tokens, answer.output_tokens)
        }
        Outcome::Code(Ok(answer)) => {
            canned.json = serde_json::to_value(answer).ok();
            "ok".to_owned()
        }
        Outcome::Upload(Ok(answer)) => {
            canned.json = serde_json::to_value(answer).ok();
            "ok".to_owned()
        }
        _ => "ok".to_owned(),
    };
    (canned, result)
}

/// What an answer could look like, to begin with.
pub(super) fn sample(request: &Request) -> Value {
    match request {
        Request::Http(_) | Request::Media(_) | Request::Mail(_) => json!({}),
        Request::Model(_) => json!({ "text": "" }),
        Request::Sheet(request) => {
            let mut row: Map<String, Value> = request.values.clone();
            if let Some(wanted) = &request.wanted {
                row.entry(wanted.column.clone()).or_insert(Value::from(wanted.value.clone()));
            }
            json!({ "row": row })
        }
        Request::Code(_) => json!({ "result": "" }),
        Request::Upload(_) => json!({ "link": "https://drive.google.com/file/d/1/view" }),
    }
}
