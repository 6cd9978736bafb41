//! A WhatsApp Business Account.

use serde_json::{Value, json};

use super::error::Refusal;
use super::{Call, phone_number};

pub(super) const SCOPE: &str = "whatsapp_business_management";

/// `GET /{account}`.
pub(super) fn get(call: &Call, id: &str) -> Result<Value, Refusal> {
    call.caller()?.on_account(id, SCOPE)?;
    let name = call.meta.with(|world| {
        let numbers = world.businesses.numbers.values();
        let mut names =
            numbers.filter(|number| number.account_id == id).map(|number| &number.spec.verified_name);
        names.next().cloned().unwrap_or_default()
    });
    if call.params.text("fields").is_some_and(|fields| fields.contains("health_status")) {
        return Ok(phone_number::health(id, "WABA", "AVAILABLE"));
    }
    Ok(
        json!({"id": id, "name": name, "account_review_status": "APPROVED", "timezone_id": "1", "currency": "EUR",
        "message_template_namespace": "a0b1c2d3"}),
    )
}

/// `GET /{account}/phone_numbers`.
pub(super) fn numbers(call: &Call, id: &str) -> Result<Value, Refusal> {
    if !call.meta.with(|world| world.businesses.accounts.contains_key(id)) {
        return Err(Refusal::no_such_node(id));
    }
    call.caller()?.on_account(id, SCOPE)?;
    let numbers = call.meta.with(|world| {
        let numbers = world.businesses.numbers.values().filter(|number| number.account_id == id);
        numbers.map(|number| phone_number::fields(&world.businesses, number)).collect::<Vec<_>>()
    });
    Ok(json!({"data": numbers, "paging": {"cursors": {"before": "QVFI", "after": "QVFJ"}}}))
}
