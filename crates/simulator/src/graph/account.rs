//! A WhatsApp Business Account.

use serde_json::{Value, json};

use super::error::Refusal;
use super::fields::Node;
use super::{Call, page_of, phone_number};
use crate::world::business::NumberSpec;

pub(super) const SCOPE: &str = "whatsapp_business_management";

const NODE: Node = Node {
    name: "WhatsAppBusinessAccount",
    default: &["name", "timezone_id", "message_template_namespace", "currency"],
    further: &[
        "account_review_status",
        "analytics",
        "auth_international_rate_eligibility",
        "business_verification_status",
        "call_analytics",
        "conversation_analytics",
        "country",
        "disable_marketing_messages_on_cloud_api",
        "group_analytics",
        "health_status",
        "is_enabled_for_insights",
        "marketing_messages_lite_api_status",
        "marketing_messages_onboarding_status",
        "on_behalf_of_business_info",
        "owner_business_info",
        "ownership_type",
        "pricing_analytics",
        "primary_business_location",
        "primary_funding_id",
        "purchase_order_number",
        "status",
        "subscribed_apps",
        "template_analytics",
        "whatsapp_business_manager_messaging_limit",
    ],
};

/// `GET /{account}`.
pub(super) fn get(call: &Call, id: &str) -> Result<Value, Refusal> {
    call.caller()?.on_account(id, SCOPE)?;
    let (name, limit) = call.meta.with(|world| {
        let mut numbers = world.businesses.numbers.values().filter(|number| number.account_id == id);
        let first = numbers.next().map(|number| &number.spec);
        let of = |part: fn(&NumberSpec) -> &String| first.map(part).cloned().unwrap_or_default();
        (of(|spec| &spec.verified_name), of(|spec| &spec.messaging_limit))
    });
    let all = json!({
        "id": id, "name": name, "account_review_status": "APPROVED", "timezone_id": "1", "currency": "EUR",
        "message_template_namespace": "a0b1c2d3", "country": "DE", "status": "ACTIVE",
        "business_verification_status": "verified", "ownership_type": "CLIENT_OWNED",
        "is_enabled_for_insights": false, "marketing_messages_onboarding_status": "ELIGIBLE",
        "disable_marketing_messages_on_cloud_api": false, "whatsapp_business_manager_messaging_limit": limit,
        "health_status": phone_number::health(id, "WABA", "AVAILABLE"),
    });
    NODE.pick(&all, call.params.text("fields").as_deref())
}

/// `GET /{account}/phone_numbers`.
pub(super) fn numbers(call: &Call, id: &str) -> Result<Value, Refusal> {
    if !call.meta.with(|world| world.businesses.accounts.contains_key(id)) {
        return Err(Refusal::no_such_node(id));
    }
    call.caller()?.on_account(id, SCOPE)?;
    let mut numbers = call.meta.with(|world| {
        let numbers = world.businesses.numbers.values().filter(|number| number.account_id == id);
        numbers.map(|number| phone_number::fields(&world.businesses, number)).collect::<Vec<_>>()
    });
    numbers.sort_by_key(|number| number["id"].as_str().unwrap_or_default().to_owned());
    let wanted = call.params.text("fields");
    let picked = numbers.iter().map(|number| phone_number::NODE.pick(number, wanted.as_deref()));
    page_of(call, &picked.collect::<Result<Vec<_>, _>>()?)
}
