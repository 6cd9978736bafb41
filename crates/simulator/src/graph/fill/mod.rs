//! Whether a message fills in a template: every variable once, in the template's own format, and nothing that the
//! template does not have.

mod button;
mod text;

use serde_json::Value;

use super::check::{one_of_words, source};
use super::error::Refusal;
use crate::world::business::TemplateSpec;

/// Number of parameters.
const COUNT: i64 = 132_000;
/// Kind or name of a parameter.
const FORMAT: i64 = 132_012;
/// Anything else about parameters.
const PARAMETERS: i64 = 132_018;

const PARTS: [&str; 5] = ["header", "body", "button", "carousel", "limited_time_offer"];

/// Checks a message against the template that it names.
pub(super) fn check(template: &TemplateSpec, message: &Value) -> Result<(), Refusal> {
    let given: Vec<&Value> = message["components"].as_array().into_iter().flatten().collect();
    for (index, part) in given.iter().enumerate() {
        let place = format!("template['components'][{index}]['type']");
        one_of_words(&part["type"], &place, &PARTS)?;
    }
    let filling = Filling {
        named: template.parameter_format.eq_ignore_ascii_case("NAMED"),
        is_authentication: template.category.eq_ignore_ascii_case("AUTHENTICATION"),
        given,
    };
    filling.check(&template.components)
}

/// What a message gives for a template, or for one card of it.
struct Filling<'a> {
    named: bool,
    is_authentication: bool,
    given: Vec<&'a Value>,
}

fn is_kind(part: &Value, kind: &str) -> bool {
    part["type"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(kind))
}

/// The component of a kind that the template has.
fn component<'a>(components: &'a [Value], kind: &str) -> Option<&'a Value> {
    components.iter().find(|component| is_kind(component, kind))
}

impl<'a> Filling<'a> {
    fn check(&self, components: &[Value]) -> Result<(), Refusal> {
        self.header(component(components, "HEADER"))?;
        match component(components, "BODY") {
            Some(body) => self.text(body, "body")?,
            None => self.none_of("body", COUNT)?,
        }
        self.buttons(component(components, "BUTTONS"))?;
        match component(components, "CAROUSEL") {
            Some(carousel) => self.cards(carousel)?,
            None => self.none_of("carousel", FORMAT)?,
        }
        self.offer(component(components, "LIMITED_TIME_OFFER"))
    }

    fn parts(&self, kind: &str) -> impl Iterator<Item = &'a Value> {
        self.given.iter().copied().filter(move |part| is_kind(part, kind))
    }

    fn parameters(&self, kind: &str) -> Vec<&'a Value> {
        self.parts(kind).flat_map(|part| part["parameters"].as_array().into_iter().flatten()).collect()
    }

    /// The template has no such part, so the message must not give anything for it.
    fn none_of(&self, kind: &str, code: i64) -> Result<(), Refusal> {
        let something = |part: &Value| {
            let filled = |key: &str| part[key].as_array().is_some_and(|list| !list.is_empty());
            filled("parameters") || filled("cards")
        };
        if self.parts(kind).any(something) {
            return Err(Refusal::code(code, format!("{kind}: the template has no parameters there")));
        }
        Ok(())
    }

    fn header(&self, header: Option<&Value>) -> Result<(), Refusal> {
        let Some(header) = header else { return self.none_of("header", FORMAT) };
        let format = header["format"].as_str().unwrap_or("TEXT").to_ascii_lowercase();
        match &*format {
            "text" => self.text(header, "header"),
            // Moving pictures are sent as what they are.
            "gif" => self.media("video"),
            "image" | "video" | "document" | "location" | "product" => self.media(&format),
            _ => Ok(()),
        }
    }

    /// The one file, place or product of a header.
    fn media(&self, format: &str) -> Result<(), Refusal> {
        let given = self.parameters("header");
        let [one] = given.as_slice() else {
            return Err(Refusal::code(FORMAT, format!("header: the format needs one {format}")));
        };
        let kind = one["type"].as_str().unwrap_or_default();
        if !kind.eq_ignore_ascii_case(format) {
            return Err(Refusal::code(FORMAT, format!("header: expected {format}, received {kind}")));
        }
        let needed: &[&str] = match format {
            "location" => &["latitude", "longitude", "name", "address"],
            "product" => &["product_retailer_id", "catalog_id"],
            _ => return source(&one[format], &format!("header.{format}")),
        };
        match needed.iter().find(|key| is_empty(&one[format][**key])) {
            Some(key) => Err(Refusal::missing(&format!("header.{format}.{key}"))),
            None => Ok(()),
        }
    }

    fn cards(&self, carousel: &Value) -> Result<(), Refusal> {
        let cards: Vec<&Value> =
            self.parts("carousel").flat_map(|part| part["cards"].as_array().into_iter().flatten()).collect();
        let known = carousel["cards"].as_array().map_or(&[][..], Vec::as_slice);
        if cards.len() != known.len() {
            let why = format!("carousel: the template has {} cards, received {}", known.len(), cards.len());
            return Err(Refusal::code(FORMAT, why));
        }
        let mut seen = vec![false; known.len()];
        for card in cards {
            let index = index_of(&card["card_index"]).filter(|index| *index < known.len());
            let index = index.filter(|index| !std::mem::replace(&mut seen[*index], true));
            let wrong =
                || Refusal::code(PARAMETERS, "carousel: a card_index is missing, wrong or there twice");
            let index = index.ok_or_else(wrong)?;
            let given = card["components"].as_array().into_iter().flatten().collect();
            let filling = Filling { given, ..*self };
            filling.check(known[index]["components"].as_array().map_or(&[][..], Vec::as_slice))?;
        }
        Ok(())
    }

    fn offer(&self, offer: Option<&Value>) -> Result<(), Refusal> {
        let expires = offer.is_some_and(|offer| offer["limited_time_offer"]["has_expiration"] != false);
        if !expires {
            return self.none_of("limited_time_offer", FORMAT);
        }
        let given = self.parameters("limited_time_offer");
        match given.as_slice() {
            [one] if one["limited_time_offer"]["expiration_time_ms"].is_number() => Ok(()),
            _ => Err(Refusal::missing("limited_time_offer: expiration_time_ms")),
        }
    }
}

/// A place in a list: a number, or one in quotes.
fn index_of(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => usize::try_from(other.as_u64()?).ok(),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        other => other.is_null(),
    }
}
