//! Templates: their components, parameters and cards.

use super::Shape::{self, Any, List, Number, Object, Text};
use super::{DOCUMENT, FILE, PLACE};

pub(super) const SHAPE: Shape = Object(&[
    ("name", Text),
    ("language", Object(&[("code", Text), ("policy", Text)])),
    ("components", List(&COMPONENT)),
    // Of the on-premises past; still taken.
    ("namespace", Text),
]);

const COMPONENT: Shape = Object(&[
    ("type", Text),
    ("sub_type", Text),
    ("index", Number),
    ("parameters", List(&PARAMETER)),
    ("cards", List(&Object(&[("card_index", Number), ("components", List(&OF_CARD))]))),
]);

const OF_CARD: Shape =
    Object(&[("type", Text), ("sub_type", Text), ("index", Number), ("parameters", List(&PARAMETER))]);

const PARAMETER: Shape = Object(&[
    ("type", Text),
    ("parameter_name", Text),
    ("text", Text),
    ("payload", Text),
    ("coupon_code", Text),
    ("currency", Object(&[("fallback_value", Text), ("code", Text), ("amount_1000", Number)])),
    ("date_time", Any),
    ("image", FILE),
    ("video", FILE),
    ("document", DOCUMENT),
    ("location", PLACE),
    ("product", PRODUCT),
    ("action", ACTION),
    ("limited_time_offer", Object(&[("expiration_time_ms", Number)])),
    ("ttl_minutes", Number),
    ("group_id", Text),
]);

const PRODUCT: Shape = Object(&[("product_retailer_id", Text), ("catalog_id", Text)]);

const ACTION: Shape = Object(&[
    ("thumbnail_product_retailer_id", Text),
    (
        "sections",
        List(&Object(&[("title", Text), ("product_items", List(&Object(&[("product_retailer_id", Text)])))])),
    ),
    ("flow_token", Text),
    ("flow_action_data", Any),
]);
