//! Refusals: `application/problem+json`, always the same shape.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::speak;

/// What is said about an address that is none.
pub(crate) const EMAIL: &str = "This is not an e-mail address.";
/// What is said about a name that is none.
pub(crate) const NAME: &str = "A name has 1 to 80 characters.";
/// What is said about a phone number that is none.
pub(crate) const NUMBER: &str = "Write the number with its country code, such as +49 151 23456789.";

/// Why a request was refused. Boxed: most requests are not.
#[derive(Clone, Debug)]
pub struct Problem(Box<Refusal>);

#[derive(Clone, Debug)]
struct Refusal {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    more: Map<String, Value>,
    retry_after: Option<u64>,
}

/// What is wrong with one field of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Where, as a JSON pointer into the body.
    #[schema(example = "/credentials/app_secret")]
    pub pointer: String,
    /// A stable name for what is wrong.
    #[schema(example = "format")]
    pub code: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

impl FieldError {
    /// Something wrong with a field.
    pub fn new(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, message: message.into() }
    }

    /// The same in the language that the request asks for.
    pub fn spoken(self) -> Self {
        Self { message: speak::words(&self.message), ..self }
    }
}

/// The body of every refusal, in the language of `Accept-Language`.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A stable name for the kind of problem.
    #[schema(example = "urn:chasqui:problem:invalid")]
    r#type: String,
    /// The kind of problem in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What happened and what to do.
    detail: String,
    /// What is wrong with which field.
    errors: Vec<FieldError>,
}

impl Problem {
    /// A refusal with a stable name and words that say what to do.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let (errors, more, retry_after) = (Vec::new(), Map::new(), None);
        Self(Box::new(Refusal { status, code, detail, errors, more, retry_after }))
    }

    /// Not there, or not yours: nobody can tell which.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here under this id.")
    }

    /// Fields that are wrong.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => one.message.clone(),
            several => format!("{} fields need another look.", several.len()),
        };
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail);
        problem.0.errors = errors;
        problem
    }

    /// What is wrong with which field.
    pub fn into_errors(self) -> Vec<FieldError> {
        self.0.errors
    }

    /// One field that is wrong.
    pub fn field(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self::fields(vec![FieldError::new(pointer, code, message)])
    }

    /// It does not fit what is there.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// A fault of ours. What it was is in the log, not in the answer.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something broke on our side. The log says what.",
        )
    }

    /// Not now.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail).retry_after(1)
    }

    /// The account has so much under way that more would only wait.
    pub fn busy() -> Self {
        let detail = "This account already has very much under way. Try again in a moment.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "busy", detail).retry_after(1)
    }

    /// The same, with one more member.
    pub fn with(mut self, key: &str, value: impl Serialize) -> Self {
        self.0.more.insert(key.to_owned(), serde_json::to_value(value).unwrap_or_default());
        self
    }

    /// The same, and when to try again.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.detail)?;
        self.0.errors.iter().try_for_each(|error| write!(f, " {}: {}", error.pointer, error.message))
    }
}

impl From<chasqui_store::Error> for Problem {
    fn from(error: chasqui_store::Error) -> Self {
        use chasqui_store::Error;
        match error {
            Error::Stale => {
                Self::conflict("changed_meanwhile", "Somebody else changed this meanwhile. Load it again.")
            }
            Error::Full(room) => super::full::problem(room),
            Error::Exists(_) => Self::conflict("exists", "Something like this exists already."),
            Error::Unavailable(_) => {
                tracing::warn!(%error, "the store is not available");
                Self::unavailable("The database is not available. Try again in a moment.")
            }
            Error::Busy => Self::busy(),
            Error::TooSlow => {
                tracing::warn!("a page's reading took too long and was ended");
                let detail = "Reading this takes too long. Ask for less at once, or try again later.";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "too_slow", detail).retry_after(5)
            }
            Error::Gone | Error::Behind | Error::NotOwner | Error::Corrupt(_) | Error::Secret(_) => {
                tracing::error!(%error, "the store failed");
                Self::internal()
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let refusal = *self.0;
        let title = refusal.status.canonical_reason().unwrap_or("Refused");
        let errors: Vec<FieldError> = refusal.errors.into_iter().map(FieldError::spoken).collect();
        let mut body = json!({
            "type": format!("urn:chasqui:problem:{}", refusal.code),
            "title": title,
            "status": refusal.status.as_u16(),
            "detail": speak::words(&refusal.detail),
            "errors": errors,
        });
        if let Some(body) = body.as_object_mut() {
            body.extend(refusal.more);
        }
        let content_type = (header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        let mut response = (refusal.status, [content_type], body.to_string()).into_response();
        if let Some(seconds) = refusal.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
