//! Reply buttons and lists.

use std::collections::HashSet;

use serde_json::Value;

use super::interactive::{ACTION, counted};
use super::{Refusal, name, optional, required};

/// Rows of all sections together.
const ROWS: usize = 10;

fn unique<'a>(seen: &mut HashSet<&'a str>, text: &'a str, pointer: &str) -> Result<(), Refusal> {
    if text.trim() != text {
        return Err(Refusal::invalid(&name(pointer), "starts or ends with a space"));
    }
    if seen.insert(text) {
        return Ok(());
    }
    Err(Refusal::invalid(&name(pointer), "is there twice"))
}

/// Buttons under a place: `reply` of a message, `quick_reply` of a card.
pub(super) fn buttons(request: &Value, place: &str, kind: &str, id_length: usize) -> Result<(), Refusal> {
    let (mut ids, mut titles) = (HashSet::new(), HashSet::new());
    for index in 0..counted(request, &format!("{place}/buttons"), 3)? {
        let button = format!("{place}/buttons/{index}");
        if required(request, &format!("{button}/type"), 16)? != kind {
            return Err(Refusal::invalid(&name(&format!("{button}/type")), &format!("must be {kind}")));
        }
        let id = format!("{button}/{kind}/id");
        unique(&mut ids, required(request, &id, id_length)?, &id)?;
        let title = format!("{button}/{kind}/title");
        unique(&mut titles, required(request, &title, 20)?, &title)?;
    }
    Ok(())
}

pub(super) fn list(request: &Value) -> Result<(), Refusal> {
    required(request, "/interactive/action/button", 20)?;
    let sections = sections(request, "product_items")?;
    let (mut ids, mut rows) = (HashSet::new(), 0);
    for index in 0..sections {
        let section = format!("{ACTION}/sections/{index}");
        let count = counted(request, &format!("{section}/rows"), ROWS)?;
        rows += count;
        for index in 0..count {
            let row = format!("{section}/rows/{index}");
            let id = format!("{row}/id");
            unique(&mut ids, required(request, &id, 200)?, &id)?;
            required(request, &format!("{row}/title"), 24)?;
            optional(request, &format!("{row}/description"), 72)?;
        }
    }
    if rows > ROWS {
        let why = format!("have {rows} rows, {ROWS} are allowed");
        return Err(Refusal::invalid("interactive.action.sections", &why));
    }
    Ok(())
}

/// One to ten sections, each with a title when there are several, and nothing in them that belongs elsewhere.
pub(super) fn sections(request: &Value, elsewhere: &str) -> Result<usize, Refusal> {
    let sections = counted(request, "/interactive/action/sections", 10)?;
    for index in 0..sections {
        let place = format!("{ACTION}/sections/{index}");
        let title = format!("{place}/title");
        if optional(request, &title, 24)?.is_none() && sections > 1 {
            return Err(Refusal::missing(&name(&title)));
        }
        if request.pointer(&format!("{place}/{elsewhere}")).is_some() {
            return Err(Refusal::invalid(&name(&format!("{place}/{elsewhere}")), "is not possible here"));
        }
    }
    Ok(sections)
}
