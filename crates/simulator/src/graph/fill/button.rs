//! What buttons of a template are given.

use serde_json::Value;

use super::{Filling, PARAMETERS, index_of};
use crate::graph::error::Refusal;

/// The longest coupon code.
const COUPON: usize = 20;
const PASSWORD: usize = 15;
const URL: usize = 2000;

impl Filling<'_> {
    pub(super) fn buttons(&self, component: Option<&Value>) -> Result<(), Refusal> {
        let known = component.and_then(|component| component["buttons"].as_array());
        let known = known.map_or(&[][..], Vec::as_slice);
        let mut given = vec![false; known.len()];
        for part in self.parts("button") {
            let index = index_of(&part["index"])
                .ok_or_else(|| Refusal::missing("template: the index of a button"))?;
            let wrong =
                |why: &str| Refusal::code(PARAMETERS, format!("buttons: button at index {index} {why}"));
            let button = known.get(index).ok_or_else(|| wrong("is not in the template"))?;
            if std::mem::replace(&mut given[index], true) {
                return Err(wrong("is there twice"));
            }
            self.button(part, button).map_err(|why| match why {
                Wrong::Parameters(why) => wrong(why),
                Wrong::Refused(refusal) => refusal,
            })?;
        }
        let missing = known.iter().zip(given).position(|(button, given)| needs(button) && !given);
        match missing {
            Some(index) => {
                Err(Refusal::missing(&format!("template: the parameter of the button at index {index}")))
            }
            None => Ok(()),
        }
    }

    fn button(&self, part: &Value, button: &Value) -> Result<(), Wrong> {
        let kind = button["type"].as_str().unwrap_or_default().to_ascii_uppercase();
        let sub_type = part["sub_type"].as_str().unwrap_or_default().to_ascii_uppercase();
        // A button that hands over a login code is a link once it is read back.
        let expected = if kind == "OTP" { "URL" } else { &kind };
        if kind == "PHONE_NUMBER" || sub_type != expected {
            return Err(Wrong::Parameters("is of another type"));
        }
        let parameters = part["parameters"].as_array().map_or(&[][..], Vec::as_slice);
        let one = match parameters {
            [one] => one,
            [] if !needs(button) => return Ok(()),
            _ => return Err(Wrong::Parameters("takes one parameter")),
        };
        match &*kind {
            "QUICK_REPLY" => typed(one, "payload", "payload").map(drop),
            "URL" | "OTP" if !needs(button) => Err(Wrong::Parameters("takes no parameter")),
            "URL" | "OTP" => self.link(one, button),
            "COPY_CODE" => coupon(typed(one, "coupon_code", "coupon_code")?),
            "MPM" | "CATALOG" | "FLOW" | "SPM" if one["type"] != "action" || !one["action"].is_object() => {
                Err(Wrong::Parameters("takes an action"))
            }
            _ => Ok(()),
        }
    }

    /// The end of a link; of a login code's button, the code itself.
    fn link(&self, parameter: &Value, button: &Value) -> Result<(), Wrong> {
        let end = typed(parameter, "text", "text")?;
        if self.is_authentication {
            let body = self.parameters("body");
            if end.chars().count() > PASSWORD || body.first().is_some_and(|code| code["text"] != end) {
                return Err(Wrong::Parameters("takes the code of the body"));
            }
        }
        let url = button["url"].as_str().unwrap_or_default();
        if url.chars().count() + end.chars().count() > URL {
            return Err(Wrong::Parameters("makes a link that is too long"));
        }
        Ok(())
    }
}

enum Wrong {
    Parameters(&'static str),
    Refused(Refusal),
}

/// Whether a button must be given something.
fn needs(button: &Value) -> bool {
    match button["type"].as_str().unwrap_or_default().to_ascii_uppercase().as_str() {
        "URL" => button["url"].as_str().is_some_and(|url| url.contains("{{")),
        "COPY_CODE" | "OTP" | "MPM" => true,
        _ => false,
    }
}

fn typed<'a>(parameter: &'a Value, kind: &str, key: &str) -> Result<&'a str, Wrong> {
    if parameter["type"] != kind {
        return Err(Wrong::Parameters("has a parameter of another type"));
    }
    let text = parameter[key].as_str().filter(|text| !text.is_empty());
    text.ok_or_else(|| Wrong::Refused(Refusal::missing(&format!("template: the {key} of a button"))))
}

fn coupon(code: &str) -> Result<(), Wrong> {
    let length = code.chars().count();
    if length <= COUPON {
        return Ok(());
    }
    let why = format!("has {length} characters, {COUPON} are allowed");
    Err(Wrong::Refused(Refusal::invalid("template: the coupon_code", &why)))
}
