//! Text, files, cards and reactions.

use super::Shape::{self, Flag, List, Object, Text};

pub(super) const TEXT: Shape = Object(&[("body", Text), ("preview_url", Flag)]);
pub(super) const CAPTIONED: Shape = Object(&[("id", Text), ("link", Text), ("caption", Text)]);
pub(super) const DOCUMENT: Shape =
    Object(&[("id", Text), ("link", Text), ("caption", Text), ("filename", Text)]);
pub(super) const AUDIO: Shape = Object(&[("id", Text), ("link", Text), ("voice", Flag)]);
pub(super) const REACTION: Shape = Object(&[("message_id", Text), ("emoji", Text)]);

pub(super) const CARDS: Shape = List(&Object(&[
    ("name", NAME),
    ("phones", List(&Object(&[("phone", Text), ("type", Text), ("wa_id", Text)]))),
    ("emails", List(&Object(&[("email", Text), ("type", Text)]))),
    ("urls", List(&Object(&[("url", Text), ("type", Text)]))),
    ("addresses", List(&ADDRESS)),
    ("org", Object(&[("company", Text), ("department", Text), ("title", Text)])),
    ("birthday", Text),
]));

const NAME: Shape = Object(&[
    ("formatted_name", Text),
    ("first_name", Text),
    ("last_name", Text),
    ("middle_name", Text),
    ("suffix", Text),
    ("prefix", Text),
]);

const ADDRESS: Shape = Object(&[
    ("street", Text),
    ("city", Text),
    ("state", Text),
    ("zip", Text),
    ("country", Text),
    ("country_code", Text),
    ("type", Text),
]);
