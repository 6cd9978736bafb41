//! Asking Meta whether credentials work, and learning what they are good for.

use chasqui_model::Timestamp;
use chasqui_model::integration::{Credentials, Phone, Token, TokenKind};
use chasqui_runtime::graph_error::{MANAGEMENT, SENDING};
use chasqui_runtime::{Runtime, TokenInfo};

use crate::office::{Fault, Refused};

/// Of a parameter that does not fit: "The `App_id` in the `input_token` did not match the Viewing App".
const OTHER_APP: i64 = 100;

/// What Meta said about credentials that work.
pub(super) struct Checked {
    /// With the long-lived token in place of the one given.
    pub(super) credentials: Credentials,
    /// `None`: Meta takes the token, and says nothing of the number to it.
    pub(super) phone: Option<Phone>,
}

/// A refusal that names the field, or the news that Meta cannot be asked.
macro_rules! ask {
    ($call:expr, $refused:expr) => {
        match $call.await {
            Ok(answer) => answer,
            Err(error) if error.is_transient() => return Err(away()),
            Err(error) => return Err($refused(error.graph().and_then(|graph| graph.code))),
        }
    };
}

fn away() -> Refused {
    Refused::MetaAway
}

fn wrong(field: &str, fault: Fault) -> Refused {
    Refused::field(format!("/credentials/{field}"), fault)
}

/// Asks Meta about everything that credentials say.
pub(super) async fn check(runtime: &Runtime, given: Credentials, now: Timestamp) -> Result<Checked, Refused> {
    let credentials = exchange(runtime, given, now).await?;
    let phone = number(runtime, &credentials).await?;
    Ok(Checked { credentials, phone })
}

/// Looks into the token and exchanges it for a long-lived one where that is possible.
async fn exchange(runtime: &Runtime, given: Credentials, now: Timestamp) -> Result<Credentials, Refused> {
    let client = runtime.graph();
    let app = client.app(given.version, &given.app_id, &given.app_secret).map_err(|_| bad_app())?;
    // Meta shows an app its own tokens only.
    let refused = |code| if code == Some(OTHER_APP) { other_app() } else { bad_app() };
    let info = ask!(client.debug_token(&app, &given.access_token), refused);
    judge(&info, &given, now)?;
    let scopes = info.scopes;
    let keep = |kind| Token { kind, expires_at: info.expires_at, scopes: scopes.clone() };
    if info.kind.as_deref() == Some("SYSTEM_USER") || info.expires_at.is_none() {
        let kind = if info.expires_at.is_none() { TokenKind::SystemUser } else { TokenKind::LongLived };
        return Ok(Credentials { token: keep(kind), ..given });
    }
    match client.exchange_token(&app, &given.access_token).await {
        Ok(long) => {
            let expires_at =
                long.expires_in.map(|seconds| now.after(std::time::Duration::from_secs(seconds)));
            let token = Token { kind: TokenKind::LongLived, expires_at, scopes };
            Ok(Credentials { access_token: long.access_token, token, ..given })
        }
        Err(error) if error.is_transient() => Err(away()),
        // It cannot be exchanged and ends soon; the integration's health says so.
        Err(_) => Ok(Credentials { token: keep(TokenKind::ShortLived), ..given }),
    }
}

/// Whether a token is good enough, by what Meta says of it.
fn judge(info: &TokenInfo, given: &Credentials, now: Timestamp) -> Result<(), Refused> {
    if let Some(end) = info.expires_at.filter(|end| *end <= now) {
        let day = end.to_string().split('T').next().unwrap_or_default().to_owned();
        return Err(wrong("access_token", Fault::TokenEnded(day)));
    }
    if !info.is_valid {
        return Err(bad_token());
    }
    if info.app_id.as_ref().is_some_and(|id| *id != given.app_id) {
        return Err(other_app());
    }
    if !info.scopes.iter().any(|scope| scope == SENDING) {
        return Err(wrong("access_token", Fault::TokenLacks(SENDING)));
    }
    if !info.business_accounts.is_empty() && !info.business_accounts.contains(&given.business_account_id) {
        return Err(wrong("business_account_id", Fault::AccountNotAllowed));
    }
    Ok(())
}

fn bad_token() -> Refused {
    wrong("access_token", Fault::TokenRefused)
}

fn other_app() -> Refused {
    wrong("access_token", Fault::TokenOfOtherApp)
}

fn bad_app() -> Refused {
    wrong("app_secret", Fault::SecretRefused)
}

/// Asks for the number, and whether it belongs to the business account.
async fn number(runtime: &Runtime, credentials: &Credentials) -> Result<Option<Phone>, Refused> {
    let client = runtime.graph();
    let number = client.number(credentials).map_err(|_| bad_token())?;
    let bad_number = |code| match code {
        Some(190) => bad_token(),
        Some(code) if is_permission(code) => wrong("access_token", Fault::TokenNotAllowed),
        _ => wrong("phone_number_id", Fault::NumberUnknown),
    };
    let manages = credentials.token.scopes.iter().any(|scope| scope == MANAGEMENT);
    let phone = match client.phone_number(&number).await {
        Ok(phone) => phone,
        Err(error) if error.is_transient() => return Err(away()),
        // Without that permission Meta says nothing about numbers, and sending may work all the same.
        Err(error) if !manages && error.graph().and_then(|it| it.code).is_some_and(is_permission) => {
            return Ok(None);
        }
        Err(error) => return Err(bad_number(error.graph().and_then(|graph| graph.code))),
    };
    if manages {
        ask!(client.subscribed_apps(&number), |_| wrong("business_account_id", Fault::AccountUnknown));
    }
    Ok(Some(Phone {
        display_phone_number: phone.display_phone_number,
        verified_name: phone.verified_name,
        quality_rating: phone.quality_rating,
        throughput_level: phone.throughput_level,
    }))
}

fn is_permission(code: i64) -> bool {
    matches!(code, 3 | 10 | 200..=299)
}
