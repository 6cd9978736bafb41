//! Limits: what the product would not send, Meta would refuse.

use serde_json::{Value, json};

use crate::rig::Rig;

fn long(length: usize) -> String {
    "é".repeat(length)
}

fn interactive(kind: &str, action: Value) -> Value {
    json!({"type": "interactive", "interactive": {"type": kind, "body": {"text": "x"}, "action": action}})
}

fn buttons(titles: &[&str]) -> Value {
    let buttons: Vec<Value> = titles
        .iter()
        .enumerate()
        .map(|(id, title)| json!({"type": "reply", "reply": {"id": id.to_string(), "title": title}}))
        .collect();
    interactive("button", json!({ "buttons": buttons }))
}

fn list(rows: usize, title: &str) -> Value {
    let rows: Vec<Value> = (0..rows).map(|id| json!({"id": id.to_string(), "title": title})).collect();
    interactive("list", json!({"button": "Show", "sections": [{"rows": rows}]}))
}

fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[key] = value;
    body
}

/// Sends each body and looks at the code it is refused with.
async fn refused(cases: Vec<(Value, Option<i64>)>) {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    rig.meta.set(|settings| settings.enforce_rates = false);
    for (body, code) in cases {
        assert_eq!(rig.raw(ana.wa_id(), body.clone()).await, code, "{body}");
    }
}

#[tokio::test]
async fn interactive_messages_have_their_limits() {
    let one = || buttons(&["A"]);
    let cta = |label: &str, url: &str| {
        interactive("cta_url", json!({"name": "cta_url", "parameters": {"display_text": label, "url": url}}))
    };
    let header = |header: Value| with(one(), "/interactive/header", header);
    let cases = vec![
        (one(), None),
        (buttons(&["A", "B", "C", "D"]), Some(131_009)),
        (buttons(&[]), Some(131_009)),
        (buttons(&["A", "A"]), Some(131_009)),
        (buttons(&[&long(20)]), None),
        (buttons(&[&long(21)]), Some(131_009)),
        (buttons(&[""]), Some(131_009)),
        (with(one(), "/interactive/body/text", json!(long(1025))), Some(131_009)),
        (with(one(), "/interactive/body", json!({})), Some(131_008)),
        (with(one(), "/interactive/footer", json!({"text": long(61)})), Some(131_009)),
        (header(json!({"type": "text", "text": long(61)})), Some(131_009)),
        (header(json!({"type": "text", "text": "Hi"})), None),
        (header(json!({"type": "image", "image": {}})), Some(131_008)),
        (
            with(list(1, "T"), "/interactive/header", json!({"type": "image", "image": {"id": "1"}})),
            Some(131_009),
        ),
        (list(10, "T"), None),
        (list(11, "T"), Some(131_009)),
        (list(1, &long(25)), Some(131_009)),
        (with(list(1, "T"), "/interactive/action/button", json!(long(21))), Some(131_009)),
        (
            with(list(1, "T"), "/interactive/action/sections/0/rows/0/description", json!(long(73))),
            Some(131_009),
        ),
        (with(list(2, "T"), "/interactive/action/sections/0/rows/0/id", json!("1")), Some(131_009)),
        (cta("Go", "https://ex.am"), None),
        (cta(&long(21), "https://ex.am"), Some(131_009)),
        (cta("Go", "ex.am"), Some(131_009)),
        (interactive("location_request_message", json!({"name": "send_location"})), None),
        (interactive("location_request_message", json!({})), Some(131_008)),
    ];
    refused(cases).await;
}

#[tokio::test]
async fn other_messages_have_their_limits() {
    let text = |body: String| json!({"type": "text", "text": {"body": body}});
    let cases = vec![
        (text(long(4096)), None),
        (text(long(4097)), Some(100)),
        (text(String::new()), Some(100)),
        (json!({"type": "hologram"}), Some(131_051)),
        (json!({"text": {"body": "x"}}), Some(100)),
        (json!({"type": "location", "location": {"latitude": "91", "longitude": 0}}), Some(131_009)),
        (json!({"type": "contacts", "contacts": []}), Some(131_008)),
        (json!({"type": "image", "image": {"id": "1"}}), Some(100)),
        (json!({"type": "image", "image": {"id": "1", "link": "https://ex.am"}}), Some(131_009)),
        (
            json!({"type": "image", "image": {"link": "https://ex.am/1.png", "caption": long(1025)}}),
            Some(131_009),
        ),
        (json!({"type": "audio", "audio": {"link": "https://ex.am/1.ogg", "caption": "x"}}), Some(100)),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.X"}}), Some(131_008)),
        (with(text("x".into()), "/biz_opaque_callback_data", json!(long(513))), Some(131_009)),
    ];
    refused(cases).await;
}

#[tokio::test]
async fn what_the_product_writes_is_taken() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    rig.meta.set(|settings| settings.enforce_rates = false);
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../whatsapp/fixtures/outbound");
    let mut taken = 0;
    for entry in std::fs::read_dir(fixtures).unwrap() {
        let cases: Vec<Value> =
            serde_json::from_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
        for case in cases {
            let mut wire = case["wire"].clone();
            wire.as_object_mut().unwrap().remove("recipient");
            // Templates and files of the fixtures are not in the simulator: their codes say that the shape was right.
            let code = rig.raw(ana.wa_id(), wire).await;
            assert!(matches!(code, None | Some(100 | 132_001)), "{code:?}: {}", case["shows"]);
            taken += usize::from(code.is_none());
        }
    }
    assert!(taken >= 14, "{taken}");
}
