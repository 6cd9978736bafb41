//! Who calls, and whether they may.

use axum::http::{HeaderMap, header};
use chasqui_model::secret::Secret;
use chasqui_whatsapp::signature;

use super::error::Refusal;
use super::params::Params;
use crate::meta::Meta;
use crate::world::business::Token;

/// Somebody with a token.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    /// A person's or a system user's token.
    User(Token),
    /// An app in its own name.
    App(String),
}

impl Caller {
    /// The app whose token it is.
    pub(crate) fn app_id(&self) -> &str {
        match self {
            Self::User(token) => &token.app_id,
            Self::App(id) => id,
        }
    }

    /// The token, when it may use this business account for this.
    pub(crate) fn on_account(&self, account_id: &str, scope: &str) -> Result<&Token, Refusal> {
        let Self::User(token) = self else {
            return Err(Refusal::code(104, "An app's own token cannot be used here"));
        };
        if token.account_id != account_id {
            let why = "The token may not use this WhatsApp Business Account";
            return Err(Refusal::code(200, why).subcode(1_349_174));
        }
        if !token.scopes.is_empty() && !token.scopes.iter().any(|granted| granted == scope) {
            return Err(Refusal::code(10, format!("The permission {scope} is not granted")));
        }
        Ok(token)
    }

    /// The app, when it calls in its own name.
    pub(crate) fn as_app(&self, app_id: &str) -> Result<(), Refusal> {
        match self {
            Self::App(id) if id == app_id => Ok(()),
            Self::App(_) => Err(Refusal::code(200, "The token belongs to another app")),
            Self::User(_) => Err(Refusal::code(104, "This call takes the app's own token")),
        }
    }
}

/// Who calls.
pub(crate) fn caller(meta: &Meta, headers: &HeaderMap, params: &Params) -> Result<Caller, Refusal> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer =
        bearer.and_then(|value| value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("OAuth ")));
    // A token among the parameters wins over the one in the header.
    let token = params.text("access_token").or_else(|| bearer.map(str::to_owned));
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return Err(Refusal::code(190, "An access token is required to request this resource."));
    };
    if let Some((app_id, secret)) = token.split_once('|') {
        let same = meta
            .with(|world| world.businesses.apps.get(app_id).is_some_and(|app| app.secret.expose() == secret));
        return if same {
            Ok(Caller::App(app_id.to_owned()))
        } else {
            Err(Refusal::code(190, "Invalid OAuth access token signature.").subcode(467))
        };
    }
    let found = meta.with(|world| {
        let known = world.businesses.tokens.get(&token)?;
        let app = world.businesses.apps.get(&known.app_id)?;
        Some((known.clone(), app.secret.clone(), app.require_proof))
    });
    let Some((known, secret, require_proof)) = found else {
        return Err(Refusal::code(190, "Invalid OAuth access token - Cannot parse access token").subcode(467));
    };
    if known.revoked {
        return Err(Refusal::code(0, "The user took the permission back"));
    }
    if known.expires_at.is_some_and(|end| meta.now() >= end) {
        return Err(Refusal::code(190, "Error validating access token: Session has expired").subcode(463));
    }
    prove(params, &secret, &Secret::new(token), require_proof)?;
    Ok(Caller::User(known))
}

fn prove(params: &Params, secret: &Secret, token: &Secret, required: bool) -> Result<(), Refusal> {
    let wrong = match params.text("appsecret_proof") {
        Some(proof) if proof == signature::appsecret_proof(secret, token) => return Ok(()),
        Some(_) => "Invalid appsecret_proof provided in the API argument",
        None if required => "API calls from the server require an appsecret_proof argument",
        None => return Ok(()),
    };
    Err(Refusal::parameter(wrong).method_exception())
}
