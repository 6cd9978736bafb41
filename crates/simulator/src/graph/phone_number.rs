//! The node of a number.

use serde_json::{Map, Value, json};

use super::Call;
use super::account::SCOPE;
use super::error::Refusal;
use super::subscription;
use crate::world::business::{Businesses, Number};

/// The business account of a number that the caller may use.
pub(super) fn account_of(call: &Call, id: &str, scope: &str) -> Result<String, Refusal> {
    let caller = call.caller()?;
    let account =
        call.meta.with(|world| world.businesses.numbers.get(id).map(|number| number.account_id.clone()));
    let account = account.ok_or_else(|| Refusal::no_such_node(id))?;
    caller.on_account(&account, scope)?;
    Ok(account)
}

/// `GET /{number}`.
pub(super) fn get(call: &Call, id: &str) -> Result<Value, Refusal> {
    account_of(call, id, SCOPE)?;
    let all = call
        .meta
        .with(|world| world.businesses.numbers.get(id).map(|number| fields(&world.businesses, number)));
    let all = all.ok_or_else(|| Refusal::no_such_node(id))?;
    let Some(wanted) = call.params.text("fields") else {
        return Ok(all);
    };
    let can_send =
        call.meta.with(|world| world.businesses.numbers.get(id).map(|it| it.spec.can_send.clone()));
    let mut answer = Map::new();
    for field in wanted.split(',').map(str::trim) {
        if field == "health_status" {
            answer.insert(
                field.to_owned(),
                health(id, "PHONE_NUMBER", can_send.as_deref().unwrap_or("AVAILABLE"))["health_status"]
                    .clone(),
            );
        } else if let Some(value) = all.get(field) {
            answer.insert(field.to_owned(), value.clone());
        }
    }
    answer.insert("id".to_owned(), json!(id));
    Ok(Value::Object(answer))
}

/// All fields.
pub(super) fn fields(businesses: &Businesses, number: &Number) -> Value {
    let account = businesses.accounts.get(&number.account_id);
    let app = account.and_then(|account| businesses.apps.get(&account.app_id));
    let mut webhook = Map::new();
    let callbacks = [
        ("phone_number", number.callback.as_ref()),
        ("whatsapp_business_account", account.and_then(|account| account.callback.as_ref())),
        ("application", app.and_then(|app| app.callback.as_ref())),
    ];
    for (name, callback) in callbacks {
        if let Some(callback) = callback {
            webhook.insert(name.to_owned(), json!(callback.url));
        }
    }
    json!({
        "id": number.spec.id, "display_phone_number": number.spec.display_phone_number,
        "verified_name": number.spec.verified_name, "quality_rating": number.spec.quality_rating,
        "status": number.spec.status, "name_status": "APPROVED", "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API", "throughput": {"level": number.spec.throughput}, "account_mode": "LIVE",
        "webhook_configuration": webhook, "whatsapp_business_manager_messaging_limit": number.spec.messaging_limit,
        "is_official_business_account": false,
    })
}

/// Whether something may send, and what is in the way.
pub(super) fn health(id: &str, kind: &str, can_send: &str) -> Value {
    let mut entity = json!({"entity_type": kind, "id": id, "can_send_message": can_send});
    if can_send != "AVAILABLE" {
        entity["errors"] = json!([{"error_code": 141_006, "error_description": "There is an error with the payment method.",
            "possible_solution": "Add a payment method."}]);
    }
    json!({"health_status": {"can_send_message": can_send, "entities": [entity]}, "id": id})
}

/// `POST /{number}`: a callback for this number, or its PIN.
pub(super) async fn change(call: &Call, id: &str) -> Result<Value, Refusal> {
    account_of(call, id, SCOPE)?;
    if let Some(webhook) = call.params.get("webhook_configuration") {
        return subscription::of_number(call, id, webhook).await;
    }
    match call.params.text("pin") {
        Some(pin) if pin.len() == 6 && pin.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok(json!({"success": true}))
        }
        _ => Err(Refusal::parameter("The PIN has six digits")),
    }
}

/// `POST /{number}/register` and the like, which always succeed.
pub(super) fn administer(call: &Call, id: &str) -> Result<Value, Refusal> {
    account_of(call, id, SCOPE)?;
    Ok(json!({"success": true}))
}

/// `GET,POST /{number}/whatsapp_business_profile`.
pub(super) fn profile(call: &Call, id: &str) -> Result<Value, Refusal> {
    account_of(call, id, SCOPE)?;
    if call.method == axum::http::Method::POST {
        return Ok(json!({"success": true}));
    }
    let about = "Hey there! I am using WhatsApp.";
    Ok(json!({"data": [{"about": about, "vertical": "OTHER", "messaging_product": "whatsapp"}]}))
}
