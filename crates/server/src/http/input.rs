//! Reading requests: paths, queries and bodies, with refusals that name what is wrong.

use axum::extract::{FromRequest, FromRequestParts, Query, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use chasqui_model::account::Account;
use chasqui_model::{Id, Named};
use serde::de::DeserializeOwned;

use super::auth::Caller;
use super::problem::Problem;
use crate::app::App;
use crate::office::misshapen;

/// The body as JSON of this shape. It has been received as a whole before.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned + Send + 'static> FromRequest<App> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(not_json());
        }
        let account = asking(&request);
        let body = body_of(request).await?;
        app.by_size(account, body.len(), move || read(&body)).await.map(Self)
    }
}

/// As [`Json`], but nothing at all is the usual value.
pub(crate) struct OptionalJson<T>(pub(crate) T);

impl<T: DeserializeOwned + Default + Send + 'static> FromRequest<App> for OptionalJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let account = asking(&request);
        let body = body_of(request).await?;
        if body.is_empty() || body.trim_ascii() == b"null" {
            return Ok(Self(T::default()));
        }
        app.by_size(account, body.len(), move || read(&body)).await.map(Self)
    }
}

/// The account in whose name a large body is read. All strangers share one.
fn asking(request: &Request) -> Id<Account> {
    request.extensions().get::<Caller>().map_or(Id::from_bytes([0; 16]), |caller| caller.account)
}

/// The body, which is here already, and no larger than [`super::body`] allows: axum's own limit is lower.
async fn body_of(request: Request) -> Result<bytes::Bytes, Problem> {
    let body = axum::body::to_bytes(request.into_body(), usize::MAX).await;
    body.map_err(|_| unreadable("the body is not complete"))
}

/// Whether the body is said to be JSON, and nothing else besides.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let mut all = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(kind), None) = (all.next(), all.next()) else { return false };
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let Some((main, sub)) = kind.split_once('/') else { return false };
    let sub = sub.to_ascii_lowercase();
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
    main.eq_ignore_ascii_case("application")
        && sub.chars().all(is_token)
        && (sub == "json" || sub.len() > "+json".len() && sub.ends_with("+json"))
}

/// What is said to a body that is something else.
pub(crate) fn not_json() -> Problem {
    let detail = "Send JSON, with the header `Content-Type: application/json`.";
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", detail)
}

/// Reads JSON: 400 when it is none, 422 with a pointer when it has another shape. A list is no shape of a body, though
/// serde would take one for a struct's members in their order.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    if body.trim_ascii_start().starts_with(b"[") {
        serde_json::from_slice::<serde::de::IgnoredAny>(body)
            .map_err(|error| unreadable(&error.to_string()))?;
        return Err(Problem::field("", "shape", "This has another shape: a list where an object is wanted."));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let inner = error.inner();
        if inner.is_data() { shape("", &error) } else { unreadable(&inner.to_string()) }
    })?;
    json.end().map_err(|error| unreadable(&error.to_string()))?;
    Ok(value)
}

/// A refusal for a value of another shape; `root` is the pointer to where it stands.
pub(crate) fn shape(root: &str, error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let (pointer, message) = misshapen(root, error);
    let message = format!("This has another shape: {message}.");
    Problem::field(pointer, "shape", message)
}

fn unreadable(reason: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "not_json", format!("This is not valid JSON: {reason}."))
}

/// The id in the path. Text that is no id of this noun is not found.
pub(crate) struct PathId<T>(pub(crate) Id<T>);

impl<S: Send + Sync, T: Named> FromRequestParts<S> for PathId<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = parameter(parts, state, "id").await.ok_or_else(Problem::not_found)?;
        text.parse().map(Self).map_err(|_| Problem::not_found())
    }
}

/// The number of a version in the path.
pub(crate) struct PathNumber(pub(crate) i64);

impl<S: Send + Sync> FromRequestParts<S> for PathNumber {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = parameter(parts, state, "n").await.ok_or_else(Problem::not_found)?;
        text.parse().map(Self).map_err(|_| Problem::not_found())
    }
}

async fn parameter<S: Send + Sync>(parts: &mut Parts, state: &S, name: &str) -> Option<String> {
    let parameters = RawPathParams::from_request_parts(parts, state).await.ok()?;
    parameters.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

/// A member that may be `null`: `None` when it is left out, `Some(None)` when it is `null`.
#[expect(clippy::option_option, reason = "left out and null are two things")]
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    <Option<T> as serde::Deserialize>::deserialize(deserializer).map(Some)
}

/// A whole number, also written as `7.0`: to JSON that is the same.
pub(crate) fn whole<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let number = <serde_json::Number as serde::Deserialize>::deserialize(deserializer)?;
    whole_of(&number).ok_or_else(|| serde::de::Error::custom(format!("`{number}` is no whole number")))
}

/// The same where it may be left out.
pub(crate) fn maybe_whole<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<i64>, D::Error> {
    let number = <Option<serde_json::Number> as serde::Deserialize>::deserialize(deserializer)?;
    let wrong = |number| serde::de::Error::custom(format!("`{number}` is no whole number"));
    number.map(|number| whole_of(&number).ok_or_else(|| wrong(number))).transpose()
}

fn whole_of(number: &serde_json::Number) -> Option<i64> {
    // Above this, a float is not exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let exact = |float: &f64| float.fract() == 0.0 && float.abs() <= EXACT;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and exact")]
    number.as_i64().or_else(|| number.as_f64().filter(exact).map(|float| float as i64))
}

/// The query.
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = Query::try_from_uri(&parts.uri).map_err(|error| {
            let detail = format!("The address has a parameter that cannot be read: {}.", error.body_text());
            Problem::new(StatusCode::BAD_REQUEST, "bad_query", detail)
        })?;
        Ok(Self(query.0))
    }
}
