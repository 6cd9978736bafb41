//! Messages that open a form.

use serde_json::{Map, Value};

use super::interactive::{ACTION, named};
use super::{Refusal, emoji, one_of, optional, required};

/// The only version of the message there is.
const VERSION: &str = "3";

pub(super) fn check(request: &Value) -> Result<(), Refusal> {
    named(request, "flow")?;
    let at = |key: &str| format!("{ACTION}/parameters/{key}");
    if required(request, &at("flow_message_version"), 8)? != VERSION {
        return Err(invalid("flow_message_version", "must be 3"));
    }
    let cta = required(request, &at("flow_cta"), 30)?;
    if emoji::is_in(cta) {
        return Err(invalid("flow_cta", "must not have emoji"));
    }
    let id = optional(request, &at("flow_id"), 64)?;
    match (id, optional(request, &at("flow_name"), 200)?) {
        (Some(_), None) | (None, Some(_)) => {}
        (Some(_), Some(_)) => return Err(invalid("flow_id", "cannot stand beside flow_name")),
        (None, None) => return Err(Refusal::missing("interactive.action.parameters.flow_id")),
    }
    one_of(request, &at("mode"), &["draft", "published"])?;
    optional(request, &at("flow_token"), 1024)?;
    let action = one_of(request, &at("flow_action"), &["navigate", "data_exchange"])?.unwrap_or("navigate");
    let payload = request.pointer(&at("flow_action_payload")).filter(|payload| !payload.is_null());
    let Some(payload) = payload else { return Ok(()) };
    if action == "data_exchange" {
        return Err(invalid("flow_action_payload", "cannot stand with data_exchange"));
    }
    required(request, &at("flow_action_payload/screen"), 256)?;
    match payload.get("data") {
        Some(data) if data.as_object().is_none_or(Map::is_empty) => {
            Err(invalid("flow_action_payload.data", "must be an object with something in it"))
        }
        _ => Ok(()),
    }
}

fn invalid(parameter: &str, why: &str) -> Refusal {
    Refusal::invalid(&format!("interactive.action.parameters.{parameter}"), why)
}
