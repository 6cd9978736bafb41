//! Text with reply buttons.

use std::collections::HashSet;

use chasqui_model::message::limit;
use chasqui_model::message::outbound::Buttons;
use serde::Serialize;

use super::limits::Limits;
use super::wire::{Interactive, WireHeader, Words, check_frame};
use super::{Unsendable, Uploaded};

pub(super) fn check(message: &Buttons, limits: &mut Limits) {
    check_frame(message.header.as_ref(), &message.body, message.footer.as_deref(), limits);
    limits.count("buttons", message.buttons.len(), limit::BUTTONS);
    let (mut ids, mut titles) = (HashSet::new(), HashSet::new());
    for (index, button) in message.buttons.iter().enumerate() {
        limits.id(&format!("buttons[{index}].id"), &button.id, limit::BUTTON_ID, &mut ids);
        let field = format!("buttons[{index}].title");
        limits.text(&*field, &button.title, limit::BUTTON_TITLE);
        limits.once(&field, &button.title, &mut titles);
    }
}

pub(super) fn wire<'a>(message: &'a Buttons, uploaded: &'a Uploaded) -> Result<impl Serialize, Unsendable> {
    #[derive(Serialize)]
    struct Action<'a> {
        buttons: Vec<Button<'a>>,
    }
    #[derive(Serialize)]
    #[serde(tag = "type", rename_all = "snake_case")]
    enum Button<'a> {
        Reply { reply: Reply<'a> },
    }
    #[derive(Serialize)]
    struct Reply<'a> {
        id: &'a str,
        title: &'a str,
    }
    let buttons = message.buttons.iter();
    Ok(Interactive {
        kind: "button",
        header: WireHeader::new(message.header.as_ref(), uploaded)?,
        body: Words { text: &message.body },
        footer: message.footer.as_deref().map(|text| Words { text }),
        action: Action {
            buttons: buttons
                .map(|button| Button::Reply { reply: Reply { id: &button.id, title: &button.title } })
                .collect(),
        },
    })
}
