//! Text with a button that sends the contact's place.

use serde::Serialize;

use super::limits::Limits;
use super::wire::{Interactive, Words, check_frame};

pub(super) fn check(body: &str, limits: &mut Limits) {
    check_frame(None, body, None, limits);
}

pub(super) fn wire(body: &str) -> impl Serialize {
    #[derive(Serialize)]
    struct Action {
        name: &'static str,
    }
    Interactive {
        kind: "location_request_message",
        header: None,
        body: Words { text: body },
        footer: None,
        action: Action { name: "send_location" },
    }
}
