//! The template that goes out when a free-form message may not, with its values for a contact.

use chasqui_model::template::Given;

use crate::address::Address;

/// What may stand in its values, and what stands for it while it is not known to whom it goes.
const PLACES: [(&str, &str); 2] = [("{contact.name}", "Ana"), ("{contact.phone}", "4915123456789")];

/// The values for a contact. Who has no name is called by their number: Meta takes no empty values.
pub(crate) fn reopening(reopening: &Given, address: &Address) -> Given {
    let phone = address.phone.as_deref().unwrap_or("");
    let name =
        address.name.as_deref().filter(|name| !chasqui_model::template::is_blank(name)).unwrap_or(phone);
    with(reopening, |text| text.replace(PLACES[0].0, name).replace(PLACES[1].0, phone))
}

/// The values for nobody in particular: whether they fit the template can be judged when they are saved.
pub fn sample(reopening: &Given) -> Given {
    with(reopening, |text| {
        PLACES.iter().fold(text.to_owned(), |text, (place, sample)| text.replace(place, sample))
    })
}

/// A variable that is not known there, in any of the values.
pub fn unknown_variable(reopening: &Given) -> Option<String> {
    let mut found = None;
    with(reopening, |text| {
        let known = PLACES.iter().fold(text.to_owned(), |text, (place, _)| text.replace(place, ""));
        let is_name = |name: &str| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
        };
        for rest in known.split('{').skip(1) {
            if let Some((name, _)) = rest.split_once('}').filter(|(name, _)| is_name(name)) {
                found.get_or_insert_with(|| format!("{{{name}}}"));
            }
        }
        String::new()
    });
    found
}

fn with(given: &Given, mut text: impl FnMut(&str) -> String) -> Given {
    let mut filled = given.clone();
    filled.parameters = given.parameters.map(|value| text(value));
    if let Some(header) = &mut filled.header {
        header.value = text(&header.value);
        for part in [&mut header.filename, &mut header.name, &mut header.address].into_iter().flatten() {
            *part = text(part);
        }
    }
    for button in &mut filled.buttons {
        let parts =
            [&mut button.url_suffix, &mut button.copy_code, &mut button.payload, &mut button.flow_token];
        for part in parts.into_iter().flatten() {
            *part = text(part);
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn given(parameters: &serde_json::Value) -> Given {
        serde_json::from_value(json!({ "name": "t", "language": "en", "parameters": parameters,
            "header": { "value": "For {contact.name}" }, "buttons": [{ "index": 0, "url_suffix": "{contact.phone}" }] }))
        .unwrap()
    }

    #[test]
    fn places_are_filled_everywhere_and_nobody_is_nameless() {
        let mut address = Address {
            phone: Some("49151".into()),
            user_id: None,
            last_inbound_at: None,
            name: Some("Ana\nB".into()),
        };
        let filled = reopening(&given(&json!(["Hello {contact.name}"])), &address).unchecked().unwrap();
        let whole = serde_json::to_value(&filled).unwrap();
        assert_eq!(whole["body"], json!([{ "value": { "text": "Hello Ana B" } }]));
        assert_eq!(whole["header"], json!([{ "value": { "text": "For Ana B" } }]));
        assert_eq!(whole["buttons"], json!([{ "index": 0, "value": { "url_suffix": "49151" } }]));
        address.name = Some(" ".into());
        let filled = reopening(&given(&json!({ "who": "{contact.name}" })), &address).unchecked().unwrap();
        assert_eq!(
            serde_json::to_value(&filled.body).unwrap(),
            json!([{ "name": "who", "value": { "text": "49151" } }])
        );
    }

    #[test]
    fn other_variables_are_not_known() {
        assert_eq!(unknown_variable(&given(&json!(["{contact.name} {x y} {}"]))), None);
        let found = unknown_variable(&given(&json!(["{contact.name} {order.id}"])));
        assert_eq!(found.as_deref(), Some("{order.id}"));
    }
}
