//! Businesses, with their numbers, tokens and templates.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde_json::{Value, json};

use super::{Problem, read};
use crate::meta::Meta;
use crate::world::World;
use crate::world::business::BusinessSpec;

/// Puts a business in.
pub(crate) fn create(meta: &Meta, spec: BusinessSpec) {
    let now = meta.now();
    meta.with(|world| world.businesses.put(spec, now, || meta.id()));
    meta.tell(&json!({"kind": "businesses"}));
}

pub(super) async fn put(State(meta): State<Arc<Meta>>, body: Bytes) -> Result<Json<Value>, Problem> {
    create(&meta, read(&body)?);
    Ok(Json(meta.with(|world| listed(world))))
}

pub(super) async fn list(State(meta): State<Arc<Meta>>) -> Json<Value> {
    Json(meta.with(|world| listed(world)))
}

/// Everything but secrets and tokens.
fn listed(world: &World) -> Value {
    let businesses = &world.businesses;
    let one = |(id, account): (&String, &crate::world::business::Account)| {
        let mut numbers: Vec<_> =
            businesses.numbers.values().filter(|number| number.account_id == *id).collect();
        numbers.sort_by(|one, other| one.spec.id.cmp(&other.spec.id));
        let numbers: Vec<Value> = numbers
            .into_iter()
            .map(|number| {
                let callback = businesses.callback(&number.spec.id, "messages");
                json!({
                    "id": number.spec.id, "display_phone_number": number.spec.display_phone_number,
                    "verified_name": number.spec.verified_name, "quality_rating": number.spec.quality_rating,
                    "throughput": number.spec.throughput, "callback_url": callback.map(|callback| &callback.url),
                })
            })
            .collect();
        json!({
            "app_id": account.app_id, "business_account_id": id,
            "require_appsecret_proof": businesses.apps.get(&account.app_id).is_some_and(|app| app.require_proof),
            "numbers": numbers, "templates": account.templates,
        })
    };
    json!({"businesses": businesses.accounts.iter().map(one).collect::<Vec<_>>()})
}
