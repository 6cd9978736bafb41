//! The node of a number.

use serde_json::{Map, Value, json};

use super::Call;
use super::account::SCOPE;
use super::error::Refusal;
use super::fields::Node;
use super::{registration, subscription};
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

pub(super) const NODE: Node = Node {
    name: "WhatsAppBusinessPhoneNumber",
    default: &[
        "verified_name",
        "code_verification_status",
        "display_phone_number",
        "quality_rating",
        "platform_type",
        "throughput",
        "webhook_configuration",
    ],
    further: &[
        "account_mode",
        "certificate",
        "conversational_automation",
        "country_code",
        "country_dial_code",
        "eligibility_for_api_business_global_search",
        "health_status",
        "host_platform",
        "is_official_business_account",
        "is_on_biz_app",
        "is_pin_enabled",
        "is_preverified_number",
        "last_onboarded_time",
        "messaging_limit_tier",
        "name_status",
        "new_certificate",
        "new_display_name",
        "new_name_status",
        "official_business_account",
        "quality_score",
        "search_visibility",
        "status",
        "username",
        "whatsapp_business_manager_messaging_limit",
    ],
};

/// `GET /{number}`.
pub(super) fn get(call: &Call, id: &str) -> Result<Value, Refusal> {
    account_of(call, id, SCOPE)?;
    let all = call
        .meta
        .with(|world| world.businesses.numbers.get(id).map(|number| fields(&world.businesses, number)));
    let all = all.ok_or_else(|| Refusal::no_such_node(id))?;
    NODE.pick(&all, call.params.text("fields").as_deref())
}

/// Everything that a number tells of itself.
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
    let spec = &number.spec;
    let standing = &number.registration.spec;
    let status = if standing.registered { &*spec.status } else { "DISCONNECTED" };
    json!({
        "id": spec.id, "display_phone_number": spec.display_phone_number,
        "verified_name": spec.verified_name, "quality_rating": spec.quality_rating,
        "quality_score": {"score": spec.quality_rating}, "status": status,
        "name_status": if standing.name_approved { "APPROVED" } else { "DECLINED" },
        "code_verification_status": if standing.verified { "VERIFIED" } else { "NOT_VERIFIED" },
        "is_pin_enabled": standing.pin.is_some(), "is_on_biz_app": standing.on_biz_app,
        "platform_type": "CLOUD_API", "throughput": {"level": spec.throughput}, "account_mode": "LIVE",
        "webhook_configuration": webhook, "whatsapp_business_manager_messaging_limit": spec.messaging_limit,
        "messaging_limit_tier": spec.messaging_limit, "is_official_business_account": false,
        "official_business_account": {"oba_status": "NOT_STARTED"}, "search_visibility": "NON_VISIBLE",
        "conversational_automation": number.automation,
        "health_status": health(&spec.id, "PHONE_NUMBER", &spec.can_send),
    })
}

/// Whether something may send, and what is in the way.
pub(super) fn health(id: &str, kind: &str, can_send: &str) -> Value {
    let mut entity = json!({"entity_type": kind, "id": id, "can_send_message": can_send});
    if can_send != "AVAILABLE" {
        entity["errors"] = json!([{"error_code": 141_006, "error_description": "There is an error with the payment method.",
            "possible_solution": "Add a payment method."}]);
    }
    json!({"can_send_message": can_send, "entities": [entity]})
}

/// `POST /{number}`: a callback for this number, or its PIN.
pub(super) async fn change(call: &Call, id: &str) -> Result<Value, Refusal> {
    account_of(call, id, SCOPE)?;
    if let Some(webhook) = call.params.get("webhook_configuration") {
        return subscription::of_number(call, id, webhook).await;
    }
    registration::set_pin(call, id)
}

/// `POST /{number}/settings`.
pub(super) fn settings(call: &Call, id: &str) -> Result<Value, Refusal> {
    account_of(call, id, SCOPE)?;
    Ok(json!({"success": true}))
}
