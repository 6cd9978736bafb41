//! What WhatsApp does not take is found before it is sent.

#![expect(clippy::unwrap_used, reason = "a test may fail")]
#![expect(clippy::needless_pass_by_value, reason = "`json!` makes values")]

use chasqui_model::message::{Outbound, limit};
use chasqui_whatsapp::message::{Problem, Recipient, Unsendable, Uploaded, check, to_wire};
use serde_json::{Value, json};

fn problems(content: Value) -> Vec<(String, Problem)> {
    let message: Outbound = serde_json::from_value(json!({ "content": content })).unwrap();
    let errors = check(&message).err().unwrap_or_default();
    errors.into_iter().map(|error| (error.field, error.problem)).collect()
}

fn long(length: usize) -> String {
    "é".repeat(length)
}

fn too_long(field: &str, limit: usize) -> Vec<(String, Problem)> {
    vec![(field.to_owned(), Problem::TooLong { length: limit + 1, limit })]
}

#[test]
fn text() {
    assert_eq!(problems(json!({"type": "text", "body": long(limit::TEXT)})), []);
    assert_eq!(
        problems(json!({"type": "text", "body": long(limit::TEXT + 1)})),
        too_long("body", limit::TEXT)
    );
    assert_eq!(problems(json!({"type": "text", "body": " "})), [("body".into(), Problem::Empty)]);
}

#[test]
fn files() {
    let image =
        |source: Value, caption: String| json!({"type": "image", "source": source, "caption": caption});
    assert_eq!(
        problems(image(json!({"meta": "1"}), long(limit::CAPTION + 1))),
        too_long("caption", limit::CAPTION)
    );
    assert_eq!(problems(image(json!({"meta": ""}), "x".into())), [("source".into(), Problem::Empty)]);
    assert_eq!(problems(image(json!({"link": "file:///etc/passwd"}), "x".into())).len(), 1);
    for kind in ["audio", "sticker"] {
        let content = json!({"type": kind, "source": {"meta": "1"}, "caption": "x"});
        assert_eq!(problems(content), [("caption".into(), Problem::NotAllowed)]);
    }
}

#[test]
fn buttons() {
    let message = |buttons: Value| json!({"type": "buttons", "body": "Choose", "buttons": buttons});
    let button = |id: &str, title: &str| json!({"id": id, "title": title});
    let three = json!([button("a", "A"), button("b", "B"), button("c", "C")]);
    assert_eq!(problems(message(three)), []);
    let four = json!([button("a", "A"), button("b", "B"), button("c", "C"), button("d", "D")]);
    assert_eq!(problems(message(four)), [("buttons".into(), Problem::TooMany { count: 4, limit: 3 })]);
    assert_eq!(problems(message(json!([]))), [("buttons".into(), Problem::Empty)]);
    assert_eq!(
        problems(message(json!([button("a", "A"), button("a", "A")]))),
        [("buttons[1].id".into(), Problem::Repeated), ("buttons[1].title".into(), Problem::Repeated)]
    );
    assert_eq!(
        problems(message(json!([button("a", &long(limit::BUTTON_TITLE + 1))]))),
        too_long("buttons[0].title", limit::BUTTON_TITLE)
    );
    assert_eq!(
        problems(message(json!([button(&long(limit::BUTTON_ID + 1), "A")]))),
        too_long("buttons[0].id", limit::BUTTON_ID)
    );
    assert_eq!(problems(message(json!([button(" a", "A")]))).len(), 1);
}

#[test]
fn the_frame_of_interactive_messages() {
    let message = |part: &str, length: usize| {
        let mut message = json!({"type": "buttons", "body": "x", "buttons": [{"id": "a", "title": "A"}]});
        message[part] = if part == "header" { json!({"text": long(length)}) } else { json!(long(length)) };
        message
    };
    for (part, limit) in
        [("body", limit::INTERACTIVE_BODY), ("footer", limit::FOOTER), ("header", limit::HEADER)]
    {
        assert_eq!(problems(message(part, limit)), []);
        assert_eq!(problems(message(part, limit + 1)), too_long(part, limit));
        assert_eq!(problems(message(part, 0)), [(part.to_owned(), Problem::Empty)]);
    }
}

#[test]
fn lists() {
    let message =
        |sections: Value| json!({"type": "list", "body": "x", "button": "Show", "sections": sections});
    let row = |id: usize| json!({"id": id.to_string(), "title": "T"});
    let rows = |count: usize| (0..count).map(row).collect::<Vec<_>>();
    assert_eq!(problems(message(json!([{"rows": rows(10)}]))), []);
    assert_eq!(
        problems(message(json!([{"rows": rows(11)}]))),
        [("rows".into(), Problem::TooMany { count: 11, limit: limit::LIST_ROWS })]
    );
    assert_eq!(
        problems(message(json!([{"rows": [row(1)]}, {"title": "Two", "rows": [row(2)]}]))),
        [("sections[0].title".into(), Problem::Empty)]
    );
    assert_eq!(
        problems(message(json!([{"title": "A", "rows": [row(1)]}, {"title": "B", "rows": [row(1)]}]))),
        [("sections[1].rows[0].id".into(), Problem::Repeated)]
    );
    let one = |row: Value| message(json!([{"rows": [row]}]));
    assert_eq!(
        problems(one(json!({"id": "1", "title": long(25)}))),
        too_long("sections[0].rows[0].title", limit::ROW_TITLE)
    );
    assert_eq!(
        problems(one(json!({"id": "1", "title": "x", "description": long(73)}))),
        too_long("sections[0].rows[0].description", limit::ROW_DESCRIPTION)
    );
    assert_eq!(
        problems(one(json!({"id": long(201), "title": "x"}))),
        too_long("sections[0].rows[0].id", limit::ROW_ID)
    );
    let mut button = message(json!([{"rows": [row(1)]}]));
    button["button"] = json!(long(21));
    assert_eq!(problems(button), too_long("button", limit::LIST_BUTTON));
    assert_eq!(problems(message(json!([]))).len(), 2);
    assert_eq!(
        problems(message(json!([{"title": long(25), "rows": [row(1)]}]))),
        too_long("sections[0].title", limit::SECTION_TITLE)
    );
}

#[test]
fn links_flows_places_cards_and_reactions() {
    let cta =
        |text: &str, url: &str| json!({"type": "cta_url", "body": "x", "display_text": text, "url": url});
    assert_eq!(problems(cta(&long(21), "https://a.b")), too_long("display_text", limit::URL_BUTTON));
    assert_eq!(problems(cta("Go", "javascript:alert(1)")).len(), 1);

    let flow = |cta: &str, data: Value| json!({"type": "flow", "body": "x", "flow_id": "1", "cta": cta, "token": "t", "screen": "S", "data": data});
    assert_eq!(problems(flow(&long(31), Value::Null)), too_long("cta", limit::FLOW_CTA));
    assert_eq!(problems(flow("Go", json!({}))).len(), 1);

    let place = |latitude: f64| json!({"type": "location", "latitude": latitude, "longitude": 0.0});
    assert_eq!(problems(place(90.0)), []);
    assert_eq!(problems(place(90.5)).len(), 1);

    assert_eq!(problems(json!({"type": "contacts", "contacts": []})).len(), 1);
    assert_eq!(problems(json!({"type": "contacts", "contacts": [{}]})).len(), 2);

    let reaction = |emoji: &str| json!({"type": "reaction", "message_id": "wamid.X", "emoji": emoji});
    for emoji in ["👍", "", "1️⃣", "👨‍👩‍👧‍👦", "🅰️"] {
        assert_eq!(problems(reaction(emoji)), [], "{emoji}");
    }
    assert_eq!(problems(reaction("ok")).len(), 1);
}

#[test]
fn templates() {
    let message = |name: &str, text: &str| json!({"type": "template", "name": name, "language": "en", "body": [{"value": {"text": text}}]});
    assert_eq!(problems(message("order_1", "Pablo")), []);
    assert_eq!(problems(message("Order", "Pablo")).len(), 1);
    for bad in ["", "a\nb", "a\tb", "a     b"] {
        assert_eq!(problems(message("order", bad)).len(), 1, "{bad:?}");
    }
    let button = |value: Value| json!({"type": "template", "name": "a", "language": "en", "buttons": [{"index": 0, "value": value}]});
    assert_eq!(
        problems(button(json!({"quick_reply": long(129)}))),
        too_long("buttons[0]", limit::QUICK_REPLY_PAYLOAD)
    );
    assert_eq!(problems(button(json!({"copy_code": long(21)}))), too_long("buttons[0]", 20));
}

#[test]
fn what_cannot_be_written_says_why() {
    let write = |content: Value, to: Option<&str>| {
        let message: Outbound = serde_json::from_value(json!({ "content": content })).unwrap();
        to_wire(&message, &Recipient { to, user_id: None }, "", &Uploaded::new())
    };
    let image = json!({"type": "image", "source": {"stored": "med_1"}});
    assert_eq!(write(image, Some("1")), Err(Unsendable::NotUploaded { media: "med_1".into() }));
    assert_eq!(write(json!({"type": "text", "body": "x"}), None), Err(Unsendable::NoRecipient));
}
