//! Interactive messages. Which action goes with which type is looked at elsewhere.

use super::Shape::{self, Any, List, Number, Object, Text};
use super::{DOCUMENT, FILE};

pub(super) const SHAPE: Shape = Object(&[
    ("type", Text),
    ("header", HEADER),
    ("body", WORDS),
    ("footer", WORDS),
    (
        "action",
        Object(&[
            ("name", Text),
            ("button", Text),
            ("buttons", List(&BUTTON)),
            ("sections", List(&SECTION)),
            ("parameters", PARAMETERS),
            ("catalog_id", Text),
            ("product_retailer_id", Text),
            ("cards", List(&CARD)),
        ]),
    ),
]);

const WORDS: Shape = Object(&[("text", Text)]);

const HEADER: Shape =
    Object(&[("type", Text), ("text", Text), ("image", FILE), ("video", FILE), ("document", DOCUMENT)]);

const LABEL: Shape = Object(&[("id", Text), ("title", Text)]);

const BUTTON: Shape = Object(&[("type", Text), ("reply", LABEL), ("quick_reply", LABEL)]);

const SECTION: Shape = Object(&[
    ("title", Text),
    ("rows", List(&Object(&[("id", Text), ("title", Text), ("description", Text)]))),
    ("product_items", List(&Object(&[("product_retailer_id", Text)]))),
]);

/// Of links, forms, calls, catalogues and addresses. Values of a form and of an address are free.
const PARAMETERS: Shape = Object(&[
    ("display_text", Text),
    ("url", Text),
    ("flow_message_version", Text),
    ("flow_token", Text),
    ("flow_id", Text),
    ("flow_name", Text),
    ("flow_cta", Text),
    ("mode", Text),
    ("flow_action", Text),
    ("flow_action_payload", Object(&[("screen", Text), ("data", Any)])),
    ("thumbnail_product_retailer_id", Text),
    ("ttl_minutes", Number),
    ("payload", Text),
    ("country", Text),
    ("values", Any),
    ("saved_addresses", List(&Object(&[("id", Text), ("value", Any)]))),
    ("validation_errors", Any),
]);

const CARD: Shape = Object(&[
    ("card_index", Number),
    ("type", Text),
    ("header", HEADER),
    ("body", WORDS),
    (
        "action",
        Object(&[
            ("name", Text),
            ("buttons", List(&BUTTON)),
            ("parameters", Object(&[("display_text", Text), ("url", Text)])),
            ("product_retailer_id", Text),
            ("catalog_id", Text),
        ]),
    ),
]);
