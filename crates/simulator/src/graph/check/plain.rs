//! Text, files, places, cards and reactions.

use serde_json::Value;

use super::{Refusal, emoji, one_of, optional, required, source};

const TEXT: usize = 4096;
const CAPTION: usize = 1024;
const CARDS: usize = 257;
const FILENAME: usize = 240;

pub(super) fn text(request: &Value) -> Result<(), Refusal> {
    let body = request.pointer("/text/body").and_then(Value::as_str);
    match body.map(|body| body.chars().count()) {
        None | Some(0) => Err(Refusal::parameter("The parameter text['body'] is required.")),
        Some(length) if length > TEXT => {
            Err(Refusal::parameter("Param text['body'] must be at most 4096 characters long."))
        }
        Some(_) => Ok(()),
    }
}

pub(super) fn media(request: &Value, kind: &str) -> Result<(), Refusal> {
    let file = &request[kind];
    if !file.is_object() {
        return Err(Refusal::parameter(format!("The parameter {kind} is required.")));
    }
    source(file, kind)?;
    optional(request, &format!("/{kind}/caption"), CAPTION)?;
    optional(request, &format!("/{kind}/filename"), FILENAME).map(drop)
}

/// What needs no template to be looked at.
pub(super) fn template(request: &Value) -> Result<(), Refusal> {
    if !request["template"].is_object() {
        return Err(Refusal::parameter("The parameter template is required."));
    }
    required(request, "/template/name", 512)?;
    required(request, "/template/language/code", 16)?;
    one_of(request, "/template/language/policy", &["deterministic"]).map(drop)
}

pub(super) fn location(request: &Value) -> Result<(), Refusal> {
    for (key, most) in [("latitude", 90.0), ("longitude", 180.0)] {
        let value = &request["location"][key];
        let degrees = value.as_f64().or_else(|| value.as_str()?.parse().ok());
        match degrees {
            None => return Err(Refusal::missing(&format!("location.{key}"))),
            Some(degrees) if !(-most..=most).contains(&degrees) => {
                return Err(Refusal::invalid(&format!("location.{key}"), "is out of range"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

pub(super) fn contacts(request: &Value) -> Result<(), Refusal> {
    let cards = request["contacts"].as_array().map_or(0, Vec::len);
    if cards == 0 {
        return Err(Refusal::missing("contacts"));
    }
    if cards > CARDS {
        return Err(Refusal::invalid("contacts", "are too many"));
    }
    for index in 0..cards {
        required(request, &format!("/contacts/{index}/name/formatted_name"), TEXT)?;
        birthday(request, index)?;
        let name = &request["contacts"][index]["name"];
        let parts = ["first_name", "last_name", "middle_name", "suffix", "prefix"];
        if !parts.iter().any(|part| name[part].is_string()) {
            return Err(Refusal::missing(&format!("contacts.{index}.name.first_name")));
        }
    }
    Ok(())
}

fn birthday(request: &Value, index: usize) -> Result<(), Refusal> {
    let Some(day) = optional(request, &format!("/contacts/{index}/birthday"), 10)? else { return Ok(()) };
    let parts: Vec<&str> = day.split('-').collect();
    let digits = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2) => Ok(()),
        _ => Err(Refusal::invalid(&format!("contacts.{index}.birthday"), "is no YYYY-MM-DD")),
    }
}

pub(super) fn reaction(request: &Value) -> Result<(), Refusal> {
    required(request, "/reaction/message_id", TEXT)?;
    match request.pointer("/reaction/emoji") {
        // Nothing takes the reaction back.
        Some(Value::String(given)) if given.is_empty() || emoji::is_one(given) => Ok(()),
        Some(_) => Err(Refusal::invalid("reaction.emoji", "is not one emoji")),
        None => Err(Refusal::missing("reaction.emoji")),
    }
}
