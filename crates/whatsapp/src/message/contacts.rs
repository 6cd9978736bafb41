//! Contact cards, which go out as they are.

use serde_json::Value;

use super::limits::{Limits, Problem};

/// Most cards in one message.
const CARDS: usize = 257;

pub(super) fn check(cards: &[Value], limits: &mut Limits) {
    limits.count("contacts", cards.len(), CARDS);
    for (index, card) in cards.iter().enumerate() {
        let name = &card["name"];
        if name["formatted_name"].as_str().is_none_or(str::is_empty) {
            limits.add(format!("contacts[{index}].name.formatted_name"), Problem::Empty);
        }
        let parts = ["first_name", "last_name", "middle_name", "suffix", "prefix"];
        if !parts.iter().any(|part| name[part].as_str().is_some_and(|text| !text.is_empty())) {
            limits.add(format!("contacts[{index}].name.first_name"), Problem::Empty);
        }
        check_keys(&format!("contacts[{index}]"), card, limits);
    }
}

/// A key that WhatsApp does not know makes it refuse the whole message.
fn check_keys(place: &str, card: &Value, limits: &mut Limits) {
    for (key, part) in card.as_object().into_iter().flatten() {
        let known: &[&str] = match &**key {
            "name" => &["formatted_name", "first_name", "last_name", "middle_name", "suffix", "prefix"],
            "phones" => &["phone", "type", "wa_id"],
            "emails" => &["email", "type"],
            "urls" => &["url", "type"],
            "addresses" => &["street", "city", "state", "zip", "country", "country_code", "type"],
            "org" => &["company", "department", "title"],
            "birthday" => continue,
            _ => {
                limits.add(format!("{place}.{key}"), Problem::NotAllowed);
                continue;
            }
        };
        let one = std::slice::from_ref(part);
        for inner in part.as_array().map_or(one, Vec::as_slice).iter().filter_map(Value::as_object) {
            for other in inner.keys().filter(|inner| !known.contains(&inner.as_str())) {
                limits.add(format!("{place}.{key}.{other}"), Problem::NotAllowed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_that_whatsapp_does_not_know_are_refused() {
        let name = json!({"formatted_name": "Ana B", "first_name": "Ana"});
        let problems = |card: Value| {
            let mut limits = Limits::default();
            check(&[card], &mut limits);
            let errors = limits.finish().err().unwrap_or_default();
            errors.into_iter().map(|error| error.field).collect::<Vec<_>>()
        };
        assert!(problems(json!({"name": name, "phones": [{"phone": "1", "wa_id": "1"}]})).is_empty());
        assert_eq!(problems(json!({"name": name, "vcard": "BEGIN:VCARD"})), ["contacts[0].vcard"]);
        assert_eq!(problems(json!({"name": name, "phones": [{"fax": "1"}]})), ["contacts[0].phones.fax"]);
    }
}
