//! Cards side by side: pictures with a link or with buttons, or products.

use serde_json::Value;

use super::interactive::{ACTION, counted, link, media_header, named_at};
use super::{Refusal, choice, name, optional, required};

pub(super) fn check(request: &Value) -> Result<(), Refusal> {
    if !request["interactive"]["footer"].is_null() {
        return Err(Refusal::invalid("interactive.footer", "is not possible here"));
    }
    let cards = counted(request, "/interactive/action/cards", 10)?;
    if cards < 2 {
        return Err(Refusal::invalid("interactive.action.cards", "are 1, 2 to 10 are allowed"));
    }
    let mut first = None;
    for index in 0..cards {
        let place = format!("{ACTION}/cards/{index}");
        if request.pointer(&format!("{place}/card_index")) != Some(&Value::from(index)) {
            return Err(Refusal::invalid(&name(&format!("{place}/card_index")), "is not in order"));
        }
        let kind = card(request, &place)?;
        if *first.get_or_insert(kind) != kind {
            return Err(Refusal::invalid(&name(&place), "is of another kind than the cards before it"));
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Link,
    Buttons,
    Product,
}

fn card(request: &Value, place: &str) -> Result<Kind, Refusal> {
    let kind = required(request, &format!("{place}/type"), 32)?;
    if kind == "product" {
        required(request, &format!("{place}/action/product_retailer_id"), 256)?;
        required(request, &format!("{place}/action/catalog_id"), 64)?;
        return Ok(Kind::Product);
    }
    if !matches!(kind, "cta_url" | "quick_reply") {
        return Err(Refusal::invalid(&name(&format!("{place}/type")), &format!("{kind} is not supported")));
    }
    media_header(request, place)?;
    let body = optional(request, &format!("{place}/body/text"), 160)?;
    if body.is_some_and(|body| body.matches('\n').count() > 2) {
        return Err(Refusal::invalid(&name(&format!("{place}/body/text")), "has more than two line breaks"));
    }
    if request.pointer(&format!("{place}/action/buttons")).is_some() {
        choice::buttons(request, &format!("{place}/action"), "quick_reply", 20)?;
        return Ok(Kind::Buttons);
    }
    named_at(request, &format!("{place}/action"), "cta_url")?;
    link(request, &format!("{place}/action/parameters"))?;
    Ok(Kind::Link)
}
