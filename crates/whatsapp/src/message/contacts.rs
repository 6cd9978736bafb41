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
    }
}
