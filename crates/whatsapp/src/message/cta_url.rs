//! Text with one button that opens a web page.

use chasqui_model::message::limit;
use chasqui_model::message::outbound::Header;
use serde::Serialize;

use super::limits::Limits;
use super::wire::{Interactive, WireHeader, Words, check_frame};
use super::{Unsendable, Uploaded};

/// The content's fields.
pub(super) struct CtaUrl<'a> {
    pub(super) header: Option<&'a Header>,
    pub(super) body: &'a str,
    pub(super) footer: Option<&'a str>,
    pub(super) display_text: &'a str,
    pub(super) url: &'a str,
}

pub(super) fn check(message: &CtaUrl<'_>, limits: &mut Limits) {
    check_frame(message.header, message.body, message.footer, limits);
    limits.text("display_text", message.display_text, limit::URL_BUTTON);
    limits.web_address("url", message.url);
}

pub(super) fn wire<'a>(message: &CtaUrl<'a>, uploaded: &'a Uploaded) -> Result<impl Serialize, Unsendable> {
    #[derive(Serialize)]
    struct Action<'a> {
        name: &'static str,
        parameters: Parameters<'a>,
    }
    #[derive(Serialize)]
    struct Parameters<'a> {
        display_text: &'a str,
        url: &'a str,
    }
    Ok(Interactive {
        kind: "cta_url",
        header: WireHeader::new(message.header, uploaded)?,
        body: Words { text: message.body },
        footer: message.footer.map(|text| Words { text }),
        action: Action {
            name: "cta_url",
            parameters: Parameters { display_text: message.display_text, url: message.url },
        },
    })
}
