//! How a person lets us use Google in their name: OAuth 2 with authorisation code, state and PKCE
//! (<https://developers.google.com/identity/protocols/oauth2/web-server>).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chasqui_flow::{CallError, CallErrorKind};
use chasqui_model::account::{Account, User};
use chasqui_model::connection::{Connection, Settings};
use chasqui_model::secret::Secret;
use chasqui_model::{Id, Timestamp, clock};
use chasqui_store::noun::audit::Entry;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Places, TIMEOUT, encoded, service};
use crate::Inner;
use crate::effect::Http;
use crate::effect::http::{Ask, Caller, trouble};

/// What bots may do: the spreadsheets of the person, and in Drive only files that we put there.
const SCOPES: &str =
    "https://www.googleapis.com/auth/spreadsheets https://www.googleapis.com/auth/drive.file";
/// How long a person may take to agree.
const PATIENCE: Duration = Duration::from_mins(15);

/// An authorisation that a browser has gone to Google with.
#[derive(Serialize, Deserialize)]
struct Pending {
    state: String,
    verifier: String,
    /// Who began it: nobody else may end it.
    user: String,
    until: Timestamp,
}

/// Why nobody could agree.
#[derive(Debug)]
pub enum NotGranted {
    /// There is no such connection to Google, or no authorisation of this person under way.
    Unknown,
    /// Google, or the person, said no: in words.
    Refused(String),
    /// The store is away.
    Store(chasqui_store::Error),
}

/// Begins an authorisation: where the person's browser is to go. One that was under way is forgotten.
pub(crate) async fn begin(
    rt: &Inner,
    account: Id<Account>,
    user: Id<User>,
    id: Id<Connection>,
) -> Result<String, NotGranted> {
    let connection = rt.store.connection(account, id).await.map_err(NotGranted::Store)?;
    let connection = connection.ok_or(NotGranted::Unknown)?;
    let Settings::Google { client_id, .. } = &connection.settings else { return Err(NotGranted::Unknown) };
    let places = Places::of(&connection).map_err(|_| NotGranted::Unknown)?;
    let random = || URL_SAFE_NO_PAD.encode(clock::random_bytes::<32>());
    let (state, verifier) = (format!("{id}.{}", random()), random());
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    let until = rt.clock.now().after(PATIENCE);
    let pending = Pending { state: state.clone(), verifier, user: user.to_string(), until };
    let pending = serde_json::to_string(&pending)
        .map_err(|error| NotGranted::Store(chasqui_store::Error::Corrupt(error.to_string())))?;
    let sealed = Secret::new(pending);
    if !rt.store.begin_authorisation(account, id, &sealed).await.map_err(NotGranted::Store)? {
        return Err(NotGranted::Unknown);
    }
    let query = [
        ("client_id", client_id.as_str()),
        ("redirect_uri", &callback(rt)),
        ("response_type", "code"),
        ("scope", SCOPES),
        ("access_type", "offline"),
        // Google gives a refresh token only when it asks the person again.
        ("prompt", "consent"),
        ("state", &state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    Ok(format!("{}?{}", places.address("accounts.google.com", "/o/oauth2/v2/auth"), form(&query)))
}

/// What Google sent a person back with.
pub(crate) struct Returned<'a> {
    pub(crate) account: Id<Account>,
    pub(crate) user: Id<User>,
    pub(crate) state: &'a str,
    pub(crate) code: &'a str,
}

/// Ends an authorisation with the code that Google gave to the browser. Works once. `by`: what is written down with it.
pub(crate) async fn finish(
    rt: &Inner,
    Returned { account, user, state, code }: Returned<'_>,
    by: impl FnOnce(Id<Connection>) -> Entry + Send,
) -> Result<(), NotGranted> {
    let id = state.split('.').next().and_then(|id| id.parse().ok()).ok_or(NotGranted::Unknown)?;
    let pending = rt.store.take_authorisation(account, id).await.map_err(NotGranted::Store)?;
    let pending: Option<Pending> = pending.and_then(|it| serde_json::from_str(it.expose()).ok());
    let ours = |it: &Pending| it.state == state && it.user == user.to_string() && it.until > rt.clock.now();
    let pending = pending.filter(ours).ok_or(NotGranted::Unknown)?;
    let connection = rt.store.connection(account, id).await.map_err(NotGranted::Store)?;
    let connection = connection.ok_or(NotGranted::Unknown)?;
    let Settings::Google { client_id, .. } = &connection.settings else { return Err(NotGranted::Unknown) };
    let body = form(&[
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &callback(rt)),
        ("client_id", client_id),
        ("client_secret", connection.secret.expose()),
        ("code_verifier", &pending.verifier),
    ]);
    let caller = Caller { account, key: String::new() };
    let refused = |error: CallError| NotGranted::Refused(error.message);
    let places = Places::of(&connection).map_err(refused)?;
    let answer = token(&rt.http, &caller, &places, body).await.map_err(refused)?;
    let refresh = answer["refresh_token"].as_str();
    let refresh = refresh.ok_or_else(|| NotGranted::Refused("Google gave no refresh token".to_owned()))?;
    let now = rt.clock.now();
    let store = rt.store.audited(&by(id));
    if !store.grant(&connection, &Secret::new(refresh), now).await.map_err(NotGranted::Store)? {
        return Err(NotGranted::Unknown);
    }
    rt.google.forget(id);
    Ok(())
}

/// A fresh access token, and until when it works.
pub(super) async fn renew(
    rt: &Inner,
    caller: &Caller,
    connection: &Connection,
    places: &Places,
) -> Result<(Secret, Timestamp), CallError> {
    let again = "Google does not let us in: agree again under Settings, Connections";
    let Settings::Google { client_id, .. } = &connection.settings else {
        return Err(service::wrong_kind(connection, "Google account"));
    };
    let refresh = connection.refresh_token.as_ref();
    let refresh = refresh.ok_or_else(|| trouble(CallErrorKind::Rejected, again))?;
    let body = form(&[
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.expose()),
        ("client_id", client_id),
        ("client_secret", connection.secret.expose()),
    ]);
    let begun = rt.clock.now();
    let answer = match token(&rt.http, caller, places, body).await {
        Ok(answer) => answer,
        Err(error) if error.message.contains("invalid_grant") => {
            // Taken back by the person, or unused for half a year: it never works again.
            if let Err(error) = rt.store.set_refresh_token(connection.id, None, begun).await {
                tracing::warn!(connection = %connection.id, %error, "a dead token could not be taken away");
            }
            return Err(trouble(CallErrorKind::Rejected, again));
        }
        Err(error) => return Err(error),
    };
    let token = answer["access_token"].as_str().ok_or_else(|| service::odd("access_token"))?;
    let seconds = answer["expires_in"].as_u64().unwrap_or(300);
    Ok((Secret::new(token), begun.after(Duration::from_secs(seconds.min(86_400)))))
}

async fn token(http: &Http, caller: &Caller, places: &Places, body: String) -> Result<Value, CallError> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let ask = Ask {
        method: Method::POST,
        url: places.address("oauth2.googleapis.com", "/token"),
        headers,
        body: Some(body.into()),
        timeout: TIMEOUT,
        follow: false,
    };
    let answer = http.ask(caller.account, ask).await?;
    if answer.status == 400 && answer.body_text.contains("invalid_grant") {
        return Err(trouble(CallErrorKind::Rejected, "invalid_grant"));
    }
    service::read(&answer)
}

/// Where Google sends browsers back to. It must stand among the OAuth client's redirect addresses.
pub(crate) fn callback(rt: &Inner) -> String {
    format!("{}/api/v1/connections/google/callback", rt.config.public_url)
}

fn form(fields: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", encoded(value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}
