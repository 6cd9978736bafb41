//! Delivers anything, signed.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Problem, read};
use crate::deliver::escape;
use crate::deliver::post::{self, Parcel, Signature, Target};
use crate::meta::Meta;
use crate::world::log::Kind;

/// What `POST /_sim/webhook` takes.
#[derive(Deserialize)]
struct Spec {
    /// To this number's callback …
    #[serde(default)]
    phone_number_id: Option<String>,
    /// … or to this app's.
    #[serde(default)]
    app_id: Option<String>,
    /// A value, which is put into an envelope …
    #[serde(default)]
    value: Option<Value>,
    /// … of this field.
    #[serde(default)]
    field: Option<String>,
    /// Or a whole body: an object in Meta's spelling, or text as it is.
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    wrong_signature: bool,
    #[serde(default)]
    no_signature: bool,
}

pub(super) async fn post(
    State(meta): State<Arc<Meta>>,
    given: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let spec: Spec = read(&given)?;
    let field = spec.field.unwrap_or_else(|| "messages".to_owned());
    let (target, account) = target(&meta, spec.phone_number_id, spec.app_id)?;
    let body = match (spec.body, spec.value) {
        (Some(Value::String(text)), _) => text.into_bytes(),
        (Some(body), _) => escape::to_vec(&body),
        (None, Some(value)) => {
            let changes = json!([{"value": value, "field": field}]);
            escape::to_vec(
                &json!({"object": "whatsapp_business_account", "entry": [{"id": account, "changes": changes}]}),
            )
        }
        (None, None) => return Err(Problem::bad("neither value nor body")),
    };
    let signature = match (spec.no_signature, spec.wrong_signature) {
        (true, _) => Signature::Missing,
        (false, true) => Signature::Wrong,
        (false, false) => Signature::Right,
    };
    let kind = Kind::Webhook;
    let parcel = Parcel { target, field, body: body.into(), signature, wamids: Vec::new(), pair: None, kind };
    tokio::spawn(post::deliver(meta, parcel, None));
    Ok((StatusCode::ACCEPTED, Json(json!({}))))
}

fn target(meta: &Meta, number: Option<String>, app: Option<String>) -> Result<(Target, String), Problem> {
    meta.with(|world| match (number, app) {
        (Some(id), _) => {
            let number = world.businesses.numbers.get(&id);
            let account = number.ok_or_else(|| Problem::missing("no such number"))?.account_id.clone();
            Ok((Target::Number(id), account))
        }
        (None, Some(id)) => {
            let account = world.businesses.accounts.iter().find(|(_, account)| account.app_id == id);
            let account = account.ok_or_else(|| Problem::missing("no such app"))?.0.clone();
            Ok((Target::App(id), account))
        }
        (None, None) => Err(Problem::bad("neither phone_number_id nor app_id")),
    })
}
