//! The profile of a number, and what its chats begin with.

use serde_json::{Value, json};

use super::Call;
use super::account::SCOPE;
use super::error::Refusal;
use super::fields::Node;
use super::phone_number::account_of;

const PROFILE: Node = Node {
    name: "WhatsAppBusinessProfile",
    default: &["about", "address", "description", "email", "profile_picture_url", "websites", "vertical"],
    further: &["messaging_product"],
};
/// The longest value of each part.
const LENGTHS: [(&str, usize); 4] = [("about", 139), ("address", 256), ("description", 512), ("email", 128)];
const WEBSITES: usize = 2;
const WEBSITE: usize = 256;

/// `GET,POST /{number}/whatsapp_business_profile`.
pub(super) fn of_number(call: &Call, id: &str) -> Result<Value, Refusal> {
    account_of(call, id, SCOPE)?;
    match call.method.as_str() {
        "GET" => {
            let all = call.meta.with(|world| world.businesses.numbers.get(id).map(|it| it.profile.clone()));
            let all = Value::Object(all.unwrap_or_default());
            let mut profile = PROFILE.pick(&all, call.params.text("fields").as_deref())?;
            profile["messaging_product"] = json!("whatsapp");
            Ok(json!({"data": [profile]}))
        }
        "POST" => change(call, id),
        _ => Err(Refusal::no_such_node(id)),
    }
}

fn change(call: &Call, id: &str) -> Result<Value, Refusal> {
    let given = call.params.object();
    if given["messaging_product"] != "whatsapp" {
        return Err(Refusal::parameter("The parameter messaging_product is required."));
    }
    for (part, most) in LENGTHS {
        let length = given[part].as_str().map(|text| text.chars().count());
        if length.is_some_and(|length| length > most || (part == "about" && length == 0)) {
            return Err(Refusal::parameter(format!("Param {part} must be at most {most} characters long.")));
        }
    }
    let websites = given["websites"].as_array().map_or(&[][..], Vec::as_slice);
    let fits = |url: &Value| url.as_str().is_some_and(|url| (1..=WEBSITE).contains(&url.chars().count()));
    if websites.len() > WEBSITES || !websites.iter().all(fits) {
        return Err(Refusal::parameter("Param websites must be at most 2 addresses of 256 characters."));
    }
    call.meta.with(|world| {
        let Some(number) = world.businesses.numbers.get_mut(id) else { return };
        for part in PROFILE.default {
            if let Some(value) = given.get(*part) {
                number.profile.insert((*part).to_owned(), value.clone());
            }
        }
    });
    Ok(json!({"success": true}))
}

/// `POST /{number}/conversational_automation`: commands, and prompts to begin with.
pub(super) fn automation(call: &Call, id: &str) -> Result<Value, Refusal> {
    account_of(call, id, SCOPE)?;
    let given = call.params.object();
    let list = |key: &str| given[key].as_array().cloned().unwrap_or_default();
    let (commands, prompts) = (list("commands"), list("prompts"));
    let fits = |value: &Value, most: usize| {
        value.as_str().is_some_and(|text| (1..=most).contains(&text.chars().count()))
    };
    let proper =
        |command: &Value| fits(&command["command_name"], 32) && fits(&command["command_description"], 256);
    if commands.len() > 30 || !commands.iter().all(proper) {
        return Err(Refusal::parameter(
            "Param commands must be at most 30 names (32) with descriptions (256).",
        ));
    }
    if prompts.len() > 4 || !prompts.iter().all(|prompt| fits(prompt, 80)) {
        return Err(Refusal::parameter("Param prompts must be at most 4 texts of 80 characters."));
    }
    call.meta.with(|world| {
        if let Some(number) = world.businesses.numbers.get_mut(id) {
            number.automation = json!({"commands": commands, "prompts": prompts});
        }
    });
    Ok(json!({"success": true}))
}
