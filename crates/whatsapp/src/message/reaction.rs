//! An emoji on an earlier message.

use serde::Serialize;

use super::limits::{Limits, Problem};

/// The longest emoji, a family with skin tones, has fewer scalar values than this.
const LONGEST: usize = 16;

pub(super) fn check(message_id: &str, emoji: &str, limits: &mut Limits) {
    if message_id.is_empty() {
        limits.add("message_id", Problem::Empty);
    }
    // An empty emoji takes the reaction back. Letters are no emoji; digits are part of keycaps.
    if emoji.chars().count() > LONGEST || emoji.chars().any(|c| c.is_ascii_alphabetic() || c.is_whitespace())
    {
        limits.add("emoji", Problem::Malformed("is not one emoji"));
    }
}

pub(super) fn wire<'a>(message_id: &'a str, emoji: &'a str) -> impl Serialize {
    #[derive(Serialize)]
    struct Reaction<'a> {
        message_id: &'a str,
        emoji: &'a str,
    }
    Reaction { message_id, emoji }
}
