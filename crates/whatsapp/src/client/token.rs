//! Tokens: exchanging a short-lived one, and asking what one may do.

use chasqui_model::Timestamp;
use chasqui_model::secret::Secret;

use super::call::CallError;
use super::{App, Client};

/// A token that Meta gave for another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchanged {
    /// The token.
    pub access_token: Secret,
    /// Seconds it lives. `None`: Meta does not say, as for tokens that never expire.
    pub expires_in: Option<u64>,
}

/// What Meta says about a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenInfo {
    /// Whether it works.
    pub is_valid: bool,
    /// Whose it is.
    pub app_id: Option<String>,
    /// `USER`, `SYSTEM_USER`, `PAGE`, `APP`.
    pub kind: Option<String>,
    /// `None`: never.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub issued_at: Option<Timestamp>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// The business accounts it may do that with, newest first; empty means all.
    pub business_accounts: Vec<String>,
    /// Why it does not work, with Meta's code.
    pub error: Option<(i64, String)>,
}

impl Client {
    /// Exchanges a token that still works for one that lives about 60 days.
    pub async fn exchange_token(&self, app: &App, token: &Secret) -> Result<Exchanged, CallError> {
        let query = [
            ("grant_type", "fb_exchange_token"),
            ("client_id", &*app.id),
            ("client_secret", app.secret.expose()),
            ("fb_exchange_token", token.expose()),
        ];
        let url = app.access.url(&["oauth", "access_token"], &query);
        self.get(&app.access, url).await?.take(|answer| {
            Some(Exchanged {
                access_token: Secret::new(answer.string("access_token")?),
                expires_in: answer.text("expires_in").and_then(|seconds| seconds.parse().ok()),
            })
        })
    }

    /// Asks what a token may do and how long it lives.
    pub async fn debug_token(&self, app: &App, token: &Secret) -> Result<TokenInfo, CallError> {
        let url = app.access.url(&["debug_token"], &[("input_token", token.expose())]);
        self.get(&app.access, url).await?.take(|answer| {
            let data = answer.object("data")?;
            let moment = |key| data.integer(key).filter(|seconds| *seconds > 0).map(Timestamp::from_seconds);
            let granted = data.value("granular_scopes").unwrap_or_default();
            let texts = |value: &serde_json::Value| -> Vec<String> {
                let texts = value.as_array().into_iter().flatten().filter_map(|text| text.as_str());
                texts.map(str::to_owned).collect()
            };
            let mut business_accounts = Vec::new();
            for target in
                granted.as_array().into_iter().flatten().flat_map(|grant| texts(&grant["target_ids"]))
            {
                if !business_accounts.contains(&target) {
                    business_accounts.push(target);
                }
            }
            Some(TokenInfo {
                is_valid: data.is("is_valid"),
                app_id: data.string("app_id"),
                kind: data.string("type"),
                expires_at: moment("expires_at"),
                issued_at: moment("issued_at"),
                scopes: texts(&data.value("scopes").unwrap_or_default()),
                business_accounts,
                error: data.object("error").and_then(|error| {
                    Some((error.integer("code")?, error.string("message").unwrap_or_default()))
                }),
            })
        })
    }
}
