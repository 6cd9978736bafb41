//! Plain text.

use chasqui_model::message::limit;
use serde::Serialize;

use super::limits::Limits;

pub(super) fn check(body: &str, limits: &mut Limits) {
    limits.text("body", body, limit::TEXT);
}

pub(super) fn wire(body: &str, preview_url: bool) -> impl Serialize {
    #[derive(Serialize)]
    struct Text<'a> {
        preview_url: bool,
        body: &'a str,
    }
    Text { preview_url, body }
}
