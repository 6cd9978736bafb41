//! Contact cards: as Meta describes them, and what stands only in their vCard.

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

/// A card. What it lacks of name and phone numbers is taken from its vCard. `None` when it is no object.
pub(super) fn read(raw: &RawValue) -> Option<Value> {
    let Value::Object(mut card) = serde_json::from_str(raw.get()).ok()? else { return None };
    if let Some(vcard) = card.get("vcard").and_then(Value::as_str).map(str::to_owned) {
        complete(&mut card, &vcard);
    }
    Some(Value::Object(card))
}

fn complete(card: &mut Map<String, Value>, vcard: &str) {
    let lines = unfolded(vcard);
    let lines: Vec<_> = lines.iter().filter_map(|line| Line::parse(line)).collect();
    let filled = |list: Option<&Value>| list.and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    if !filled(card.get("phones")) {
        let phones: Vec<Value> = lines.iter().filter(|line| line.is("TEL")).map(Line::phone).collect();
        if !phones.is_empty() {
            card.insert("phones".to_owned(), Value::from(phones));
        }
    }
    let named = card.get("name").and_then(|name| name["formatted_name"].as_str());
    let name = lines.iter().find(|line| line.is("FN")).or_else(|| lines.iter().find(|line| line.is("ORG")));
    if named.is_none_or(str::is_empty)
        && let Some(name) = name.map(Line::text).filter(|name| !name.is_empty())
    {
        let names = card.entry("name").or_insert_with(|| json!({}));
        if !names.is_object() {
            *names = json!({});
        }
        names["formatted_name"] = Value::from(name);
    }
}

/// A vCard's lines. One that begins with a blank goes on with the line before it (RFC 6350, 3.2).
fn unfolded(vcard: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in vcard.lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            (Some(_), None) | (None, _) => lines.push(line.to_owned()),
        }
    }
    lines
}

/// `item1.TEL;type=CELL;waid=16505551234:+1 650-555-1234`
struct Line<'a> {
    name: &'a str,
    parameters: Vec<(&'a str, &'a str)>,
    value: &'a str,
}

impl<'a> Line<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (head, value) = line.split_once(':')?;
        let mut head = head.split(';');
        let name = head.next()?;
        let name = name.rsplit_once('.').map_or(name, |(_, name)| name);
        let parameters = head.map(|it| it.split_once('=').unwrap_or(("type", it))).collect();
        Some(Self { name, parameters, value: value.trim() })
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name) && !self.value.is_empty()
    }

    fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    fn phone(&self) -> Value {
        let number = self.value.strip_prefix("tel:").unwrap_or(self.value);
        let mut phone = json!({ "phone": number });
        for (key, name) in [("wa_id", "waid"), ("type", "type")] {
            if let Some(value) = self.parameter(name) {
                phone[key] = Value::from(value);
            }
        }
        phone
    }

    /// The value without the marks that vCards put before commas, semicolons and line ends.
    fn text(&self) -> String {
        let mut text = String::with_capacity(self.value.len());
        let mut rest = self.value.chars();
        while let Some(next) = rest.next() {
            match next {
                '\\' => text.extend(rest.next().map(|it| if matches!(it, 'n' | 'N') { '\n' } else { it })),
                other => text.push(other),
            }
        }
        text.trim_matches([';', ' ']).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(json: &Value) -> Value {
        let text = json.to_string();
        read(serde_json::from_str(&text).unwrap()).unwrap()
    }

    #[test]
    fn a_card_is_completed_from_its_vcard() {
        let vcard = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Berg;Jo;;;\r\nFN:Jo\\, of the\r\n  Berg\r\n\
            item1.TEL;waid=4917600000002:+49 176 00000002\r\nTEL;HOME:tel:+4930123\r\nEND:VCARD";
        let read = card(&json!({ "vcard": vcard }));
        assert_eq!(read["name"]["formatted_name"], "Jo, of the Berg");
        assert_eq!(read["phones"][0], json!({"phone": "+49 176 00000002", "wa_id": "4917600000002"}));
        assert_eq!(read["phones"][1], json!({"phone": "+4930123", "type": "HOME"}));
    }

    #[test]
    fn what_the_card_says_itself_stays() {
        let vcard = "BEGIN:VCARD\nFN:Another\nTEL:+1\nEND:VCARD";
        let own = json!({"vcard": vcard, "name": {"formatted_name": "Ana"}, "phones": [{"phone": "+2"}]});
        assert_eq!(card(&own), own);
        for bare in [
            json!({}),
            json!({"phones": []}),
            json!({"vcard": "BEGIN:VCARD\nEND:VCARD"}),
            json!({"vcard": 7}),
        ] {
            assert_eq!(card(&bare), bare);
        }
        assert_eq!(card(&json!({"name": 3, "vcard": "FN:Bo"}))["name"]["formatted_name"], "Bo");
    }
}
