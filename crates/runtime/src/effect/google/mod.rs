//! Google's services in the name of a person who agreed: OAuth 2 with refresh tokens, Sheets and Drive over REST.

pub(crate) mod drive;
pub(crate) mod grant;
pub(crate) mod sheet;

use std::time::Duration;

use bytes::Bytes;
use chasqui_flow::{CallError, CallErrorKind, HttpAnswer};
use chasqui_model::connection::{Connection, Settings};
use chasqui_model::secret::Secret;
use chasqui_model::{Id, Timestamp};
use dashmap::DashMap;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::Value;

use super::http::{Ask, Caller, trouble};
use super::service;
use crate::Inner;

/// For one request of several that a call may need.
const TIMEOUT: Duration = Duration::from_secs(15);
/// For all of them together.
const LONGEST: Duration = Duration::from_mins(1);
/// A token is not used in its last minute.
const MARGIN: Duration = Duration::from_mins(1);

/// Access tokens in memory, until they end.
#[derive(Default)]
pub(crate) struct Tokens(DashMap<Id<Connection>, Token>);

struct Token {
    text: Secret,
    until: Timestamp,
    /// When the connection that it was asked for was changed last: another process may change it, and what was granted to
    /// its former self goes nowhere else.
    of: Timestamp,
}

impl Tokens {
    /// A connection was changed: what was granted to its former self is not used any more.
    pub(crate) fn forget(&self, id: Id<Connection>) {
        self.0.remove(&id);
    }
}

/// Where Google's services are.
struct Places {
    base: Option<String>,
}

impl Places {
    fn of(connection: &Connection) -> Result<Self, CallError> {
        match &connection.settings {
            Settings::Google { base_url, .. } => {
                Ok(Self { base: base_url.as_deref().map(|url| url.trim_end_matches('/').to_owned()) })
            }
            Settings::Openai { .. }
            | Settings::Gemini { .. }
            | Settings::Anthropic { .. }
            | Settings::Smtp { .. }
            | Settings::Postmark { .. } => Err(service::wrong_kind(connection, "Google account")),
        }
    }

    /// An address of a service: Google's own, or the same path below the connection's.
    fn address(&self, host: &str, path: &str) -> String {
        match &self.base {
            Some(base) => format!("{base}{path}"),
            None => format!("https://{host}{path}"),
        }
    }
}

/// A connection with a token that works.
struct Session<'a> {
    rt: &'a Inner,
    caller: &'a Caller,
    connection: Connection,
    places: Places,
}

impl<'a> Session<'a> {
    async fn open(rt: &'a Inner, caller: &'a Caller, name: &str) -> Result<Self, CallError> {
        let connection = service::connection(&rt.store, caller, name).await?;
        let places = Places::of(&connection)?;
        Ok(Self { rt, caller, connection, places })
    }

    /// Asks a service. A token that Google does not take any more is renewed once.
    async fn ask(&self, method: Method, url: &str, body: Option<(&str, Bytes)>) -> Result<Value, CallError> {
        let answer = self.try_once(&method, url, body.clone()).await?;
        if answer.status != 401 {
            return read(&answer);
        }
        self.rt.google.forget(self.connection.id);
        read(&self.try_once(&method, url, body).await?)
    }

    async fn try_once(
        &self,
        method: &Method,
        url: &str,
        body: Option<(&str, Bytes)>,
    ) -> Result<HttpAnswer, CallError> {
        let token = self.token().await?;
        let bearer = format!("Bearer {}", token.expose());
        let mut headers: HeaderMap =
            [service::secret_header("authorization", &bearer)?].into_iter().collect();
        if let Some((kind, _)) = &body
            && let Ok(kind) = HeaderValue::try_from(*kind)
        {
            headers.insert(CONTENT_TYPE, kind);
        }
        let body = body.map(|(_, body)| body);
        let ask = Ask {
            method: method.clone(),
            url: url.to_owned(),
            headers,
            body,
            timeout: TIMEOUT,
            follow: false,
        };
        self.rt.http.ask(self.caller.account, ask).await
    }

    async fn token(&self) -> Result<Secret, CallError> {
        let now = self.rt.clock.now();
        let of = self.connection.updated_at;
        if let Some(known) = self.rt.google.0.get(&self.connection.id)
            && known.until > now
            && known.of == of
        {
            return Ok(known.text.clone());
        }
        let (token, until) = grant::renew(self.rt, self.caller, &self.connection, &self.places).await?;
        let known = Token { text: token.clone(), until: until.before(MARGIN), of };
        self.rt.google.0.insert(self.connection.id, known);
        Ok(token)
    }
}

/// Whether Google still gives tokens for whoever agreed.
pub(super) async fn check(rt: &Inner, caller: &Caller, connection: &Connection) -> Result<(), CallError> {
    grant::renew(rt, caller, connection, &Places::of(connection)?).await.map(drop)
}

/// The JSON of an answer; an empty one is `null`.
fn read(answer: &HttpAnswer) -> Result<Value, CallError> {
    if (200..300).contains(&answer.status) && answer.body_text.trim().is_empty() {
        return Ok(Value::Null);
    }
    service::read(answer)
}

/// Everything that a call needs, in time.
async fn in_time<T>(
    timeout_ms: u64,
    work: impl Future<Output = Result<T, CallError>>,
) -> Result<T, CallError> {
    tokio::time::timeout(Duration::from_millis(timeout_ms).min(LONGEST), work)
        .await
        .unwrap_or_else(|_| Err(trouble(CallErrorKind::Timeout, "Google did not answer in time")))
}

/// A text in a path or query.
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string never fails.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
