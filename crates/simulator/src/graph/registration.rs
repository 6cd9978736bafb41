//! Registering a number: the code that proves it, the PIN that locks it.

use serde_json::{Value, json};

use super::Call;
use super::account::SCOPE;
use super::error::Refusal;
use super::phone_number::account_of;
use crate::meta::Note;
use crate::world::business::Number;
use crate::world::log::{Kind, Level};

/// Where data at rest may be kept.
const REGIONS: [&str; 14] =
    ["AE", "AU", "BH", "BR", "CA", "CH", "DE", "GB", "ID", "IN", "JP", "KR", "SG", "ZA"];

/// `POST /{number}/register`.
pub(super) fn register(call: &Call, id: &str) -> Result<Value, Refusal> {
    account_of(call, id, SCOPE)?;
    if call.params.text("messaging_product").as_deref() != Some("whatsapp") {
        return Err(Refusal::parameter("The parameter messaging_product is required."));
    }
    let pin = pin(call)?;
    if let Some(region) = call.params.text("data_localization_region")
        && !REGIONS.contains(&&*region)
    {
        let all = REGIONS.join(", ");
        return Err(Refusal::parameter(format!(
            "Param data_localization_region must be one of {{{all}}} - got \"{region}\"."
        )));
    }
    let now = call.meta.now();
    of(call, id, |number| {
        if number.registration.spec.on_biz_app {
            return Err(Refusal::parameter("The number stays in the WhatsApp Business app."));
        }
        number.registration.register(&pin, now).map_err(refused)
    })
}

/// `POST /{number}/deregister`.
pub(super) fn deregister(call: &Call, id: &str) -> Result<Value, Refusal> {
    account_of(call, id, SCOPE)?;
    let now = call.meta.now();
    of(call, id, |number| {
        if number.registration.spec.on_biz_app {
            return Err(Refusal::parameter("The number stays in the WhatsApp Business app."));
        }
        number.registration.deregister(now).map_err(refused)
    })
}

/// `POST /{number}/request_code`. The code stands in the log.
pub(super) fn request_code(call: &Call, id: &str) -> Result<Value, Refusal> {
    account_of(call, id, SCOPE)?;
    let method = call.params.text("code_method").unwrap_or_default();
    if !matches!(&*method, "SMS" | "VOICE") {
        return Err(Refusal::parameter(format!(
            "Param code_method must be one of {{SMS, VOICE}} - got \"{method}\"."
        )));
    }
    if call.params.text("language").is_none_or(|language| language.is_empty()) {
        return Err(Refusal::parameter("The parameter language is required."));
    }
    let code = format!("{:06}", u32::from_le_bytes(chasqui_model::clock::random_bytes()) % 1_000_000);
    let now = call.meta.now();
    let answer = of(call, id, |number| number.registration.request_code(code.clone(), now).map_err(refused))?;
    call.meta.log(Note {
        kind: Kind::Token,
        level: Level::Ok,
        text: format!("Code {code} sent by {method}"),
        phone_number_id: Some(id),
        wa_id: None,
        ms: None,
    });
    Ok(answer)
}

/// `POST /{number}/verify_code`.
pub(super) fn verify_code(call: &Call, id: &str) -> Result<Value, Refusal> {
    account_of(call, id, SCOPE)?;
    let code =
        call.params.text("code").ok_or_else(|| Refusal::parameter("The parameter code is required."))?;
    let now = call.meta.now();
    of(call, id, |number| {
        let right = number.registration.verify(&code, now);
        right.then_some(()).ok_or_else(|| Refusal::parameter("The code is wrong, used or too old."))
    })
}

/// `POST /{number}` with a PIN.
pub(super) fn set_pin(call: &Call, id: &str) -> Result<Value, Refusal> {
    let pin = pin(call)?;
    of(call, id, |number| {
        number.registration.set_pin(&pin);
        Ok(())
    })
}

fn pin(call: &Call) -> Result<String, Refusal> {
    let pin = call.params.text("pin").ok_or_else(|| Refusal::parameter("The parameter pin is required."))?;
    if pin.len() == 6 && pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(pin);
    }
    Err(Refusal::parameter("Param pin must be six digits."))
}

fn refused(code: i64) -> Refusal {
    let why = match code {
        133_000 => "An earlier deregistration is not finished: deregister again",
        133_005 => "The PIN is wrong",
        133_006 => "The number has to be verified first",
        133_008 => "Too many wrong PINs: try again in an hour",
        133_009 => "The PIN was entered too quickly",
        133_010 => "The number is not registered",
        133_015 => "The number was deleted a moment ago: try again in five minutes",
        133_016 => "More than 10 attempts within 72 hours",
        136_024 => "The number is verified already",
        _ => "The number cannot be registered",
    };
    Refusal::code(code, why)
}

fn of(call: &Call, id: &str, act: impl FnOnce(&mut Number) -> Result<(), Refusal>) -> Result<Value, Refusal> {
    call.meta.with(|world| {
        let number = world.businesses.numbers.get_mut(id).ok_or_else(|| Refusal::no_such_node(id))?;
        act(number).map(|()| json!({"success": true}))
    })
}
