//! Tokens: exchanging and looking at them.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chasqui_model::clock::random_bytes;
use serde_json::{Value, json};

use super::Call;
use super::error::Refusal;
use crate::meta::Note;
use crate::world::business::Token;
use crate::world::log::{Kind, Level};

/// What Meta gives a long-lived token: about 60 days.
const LONG: u64 = 5_183_944;

/// `GET /oauth/access_token`.
pub(super) fn exchange(call: &Call) -> Result<Value, Refusal> {
    let text = |key| call.params.text(key).unwrap_or_default();
    let (app_id, secret) = (text("client_id"), text("client_secret"));
    let same = call
        .meta
        .with(|world| world.businesses.apps.get(&app_id).is_some_and(|app| app.secret.expose() == secret));
    if !same {
        return Err(Refusal::new(400, 1, "Error validating client secret."));
    }
    match &*text("grant_type") {
        "client_credentials" => {
            Ok(json!({"access_token": format!("{app_id}|{secret}"), "token_type": "bearer"}))
        }
        "fb_exchange_token" => {
            let limited = text("set_token_expires_in_60_days") == "true";
            lengthen(call, &app_id, &text("fb_exchange_token"), limited)
        }
        _ => Err(Refusal::parameter("This authorization code has expired")),
    }
}

fn lengthen(call: &Call, app_id: &str, old: &str, limited: bool) -> Result<Value, Refusal> {
    let now = call.meta.now();
    let known = call.meta.with(|world| world.businesses.tokens.get(old).cloned());
    let known = known.filter(|token| token.app_id == app_id && !token.revoked);
    let alive = known.filter(|token| token.expires_at.is_none_or(|end| now < end));
    let Some(token) = alive else {
        note(call, Level::Fail, "Token not exchanged");
        return Err(Refusal::code(190, "Error validating access token: Session has expired").subcode(463));
    };
    let forever = token.kind == "SYSTEM_USER" && token.expires_at.is_none() && !limited;
    let life = (!forever).then_some(LONG);
    let longer = format!("EAA{}", URL_SAFE_NO_PAD.encode(random_bytes::<48>()).replace(['-', '_'], "Z"));
    let expires_at = life.map(|seconds| now.after(Duration::from_secs(seconds)));
    call.meta.with(|world| {
        world.businesses.tokens.insert(longer.clone(), Token { issued_at: now, expires_at, ..token });
    });
    note(call, Level::Ok, "Token exchanged");
    let mut answer = json!({"access_token": longer, "token_type": "bearer"});
    if let Some(life) = life {
        answer["expires_in"] = json!(life);
    }
    Ok(answer)
}

/// `GET /debug_token`.
pub(super) fn debug(call: &Call) -> Result<Value, Refusal> {
    let caller = call.caller()?;
    let input =
        call.params.text("input_token").ok_or_else(|| Refusal::parameter("input_token is missing"))?;
    let now = call.meta.now();
    let known = call.meta.with(|world| world.businesses.tokens.get(&input).cloned());
    note(call, Level::Ok, "Token looked at");
    let Some(token) = known else {
        let error = json!({"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"});
        return Ok(json!({"data": {"error": error, "is_valid": false, "scopes": []}}));
    };
    if token.app_id != caller.app_id() {
        return Err(Refusal::parameter("The App_id in the input_token did not match the Viewing App"));
    }
    let expired = token.expires_at.is_some_and(|end| now >= end);
    let seconds = |at: Option<chasqui_model::Timestamp>| at.map_or(0, |at| at.millis() / 1000);
    let all = ["whatsapp_business_management", "whatsapp_business_messaging"].map(str::to_owned).to_vec();
    let scopes = if token.scopes.is_empty() { all } else { token.scopes };
    let granted: Vec<Value> =
        scopes.iter().map(|scope| json!({"scope": scope, "target_ids": [token.account_id]})).collect();
    let mut data = json!({
        "app_id": token.app_id, "type": token.kind, "application": "Simulated app", "data_access_expires_at": 0,
        "expires_at": seconds(token.expires_at), "is_valid": !expired && !token.revoked,
        "issued_at": seconds(Some(token.issued_at)), "scopes": scopes, "granular_scopes": granted,
        "user_id": "10222270944537964",
    });
    if expired {
        data["error"] = json!({"code": 190, "subcode": 463, "message": "Error validating access token: Session has expired"});
    } else if token.revoked {
        data["error"] =
            json!({"code": 190, "subcode": 458, "message": "The user has not authorized the application"});
    }
    Ok(json!({ "data": data }))
}

fn note(call: &Call, level: Level, text: &str) {
    let note = Note {
        kind: Kind::Token,
        level,
        text: text.to_owned(),
        phone_number_id: None,
        wa_id: None,
        ms: None,
    };
    call.meta.log(note);
}
