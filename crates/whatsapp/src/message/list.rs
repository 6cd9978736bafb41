//! Text with a list behind a button.

use std::collections::HashSet;

use chasqui_model::message::limit;
use chasqui_model::message::outbound::{List, Row, Section};
use serde::Serialize;

use super::limits::{Limits, Problem};
use super::wire::{Interactive, WireHeader, Words, check_frame};

pub(super) fn check(message: &List, limits: &mut Limits) {
    check_frame(None, &message.body, message.footer.as_deref(), limits);
    limits.optional("header", message.header.as_deref(), limit::HEADER);
    limits.text("button", &message.button, limit::LIST_BUTTON);
    limits.count("sections", message.sections.len(), limit::LIST_SECTIONS);
    let rows = message.sections.iter().map(|section| section.rows.len()).sum();
    limits.count("rows", rows, limit::LIST_ROWS);

    let mut ids = HashSet::new();
    for (index, section) in message.sections.iter().enumerate() {
        let place = format!("sections[{index}]");
        match &section.title {
            None if message.sections.len() > 1 => limits.add(format!("{place}.title"), Problem::Empty),
            title => limits.optional(&format!("{place}.title"), title.as_deref(), limit::SECTION_TITLE),
        }
        if section.rows.is_empty() {
            limits.add(format!("{place}.rows"), Problem::Empty);
        }
        for (index, row) in section.rows.iter().enumerate() {
            check_row(&format!("{place}.rows[{index}]"), row, &mut ids, limits);
        }
    }
}

fn check_row<'a>(place: &str, row: &'a Row, ids: &mut HashSet<&'a str>, limits: &mut Limits) {
    limits.id(&format!("{place}.id"), &row.id, limit::ROW_ID, ids);
    limits.text(format!("{place}.title"), &row.title, limit::ROW_TITLE);
    limits.optional(&format!("{place}.description"), row.description.as_deref(), limit::ROW_DESCRIPTION);
}

pub(super) fn wire(message: &List) -> impl Serialize {
    #[derive(Serialize)]
    struct Action<'a> {
        button: &'a str,
        sections: &'a [Section],
    }
    // The model's sections and rows are spelled as on the wire; the fixture keeps it so.
    Interactive {
        kind: "list",
        header: message.header.as_deref().map(|text| WireHeader::Text { text }),
        body: Words { text: &message.body },
        footer: message.footer.as_deref().map(|text| Words { text }),
        action: Action { button: &message.button, sections: &message.sections },
    }
}
