//! Templates: whether a message fills in the one that it names.

use chasqui_simulator::harness::{self, NUMBER};
use chasqui_simulator::{PhoneSpec, TemplateSpec};
use serde_json::{Value, json};

use crate::rig::{Hook, Rig, WAIT};

fn spec(name: &str, category: &str, format: &str, components: Value) -> TemplateSpec {
    serde_json::from_value(
        json!({"name": name, "language": "en", "category": category, "parameter_format": format,
        "components": components}),
    )
    .unwrap()
}

fn templates() -> Vec<TemplateSpec> {
    let body = |text: &str| json!({"type": "BODY", "text": text});
    let header = |format: &str| json!({"type": "HEADER", "format": format});
    let buttons = |buttons: Value| json!({"type": "BUTTONS", "buttons": buttons});
    let many = buttons(json!([
        {"type": "QUICK_REPLY", "text": "Yes"},
        {"type": "URL", "text": "Track", "url": "https://ex.am/{{1}}"},
        {"type": "COPY_CODE", "text": "Copy"},
        {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+1"},
        {"type": "URL", "text": "Home", "url": "https://ex.am/"},
        {"type": "FLOW", "text": "Open", "flow_id": "1"},
        {"type": "CATALOG", "text": "See"}
    ]));
    let card = json!({"components": [header("IMAGE"), body("Card {{1}}"), buttons(json!([{"type": "QUICK_REPLY", "text": "Yes"}]))]});
    vec![
        spec("plain", "UTILITY", "POSITIONAL", json!([body("Hello")])),
        spec("two", "UTILITY", "POSITIONAL", json!([body("Hi {{1}}, {{2}}")])),
        spec("named", "UTILITY", "NAMED", json!([body("Hi {{first}}, {{last}}")])),
        spec(
            "titled",
            "UTILITY",
            "POSITIONAL",
            json!([{"type": "HEADER", "format": "TEXT", "text": "For {{1}}"}, body("x")]),
        ),
        spec("place", "UTILITY", "POSITIONAL", json!([header("LOCATION"), body("x")])),
        spec("file", "UTILITY", "POSITIONAL", json!([header("DOCUMENT"), body("x")])),
        spec("many", "UTILITY", "POSITIONAL", json!([body("x"), many])),
        spec(
            "code",
            "AUTHENTICATION",
            "POSITIONAL",
            json!([{"type": "BODY", "add_security_recommendation": true},
            buttons(json!([{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy"}]))]),
        ),
        spec(
            "cards",
            "MARKETING",
            "POSITIONAL",
            json!([body("x"), {"type": "CAROUSEL", "cards": [card, card]}]),
        ),
        spec(
            "offer",
            "MARKETING",
            "POSITIONAL",
            json!([body("x"),
            {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Hurry", "has_expiration": true}}]),
        ),
    ]
}

fn body(parameters: Value) -> Value {
    json!({"type": "body", "parameters": parameters})
}

fn words(all: &[&str]) -> Value {
    all.iter().map(|text| json!({"type": "text", "text": text})).collect()
}

fn header(parameter: Value) -> Value {
    json!({"type": "header", "parameters": [parameter]})
}

fn button(sub_type: &str, index: Value, parameter: Value) -> Value {
    json!({"type": "button", "sub_type": sub_type, "index": index, "parameters": [parameter]})
}

fn named(name: &str) -> Value {
    json!({"type": "text", "parameter_name": name, "text": "x"})
}

async fn started() -> (Rig, chasqui_simulator::harness::Contact) {
    let hook = Hook::start().await;
    let mut business = harness::business();
    business.templates.extend(templates());
    let business = business.with_callback(&hook.url);
    let rig = Rig::with(hook, business).await;
    rig.meta.set(|settings| settings.enforce_rates = false);
    let ana = rig.meta.phone(PhoneSpec::default(), NUMBER).unwrap();
    ana.says("hi").unwrap();
    ana.settles(WAIT).await.unwrap();
    (rig, ana)
}

async fn judged(cases: Vec<(&str, Vec<Value>, Option<i64>)>) {
    let (rig, ana) = started().await;
    for (name, components, code) in cases {
        let template = json!({"name": name, "language": {"code": "en"}, "components": components});
        let body = json!({"type": "template", "template": template});
        assert_eq!(rig.raw(ana.wa_id(), body.clone()).await, code, "{body}");
    }
}

#[tokio::test]
async fn variables_are_filled_in_all_and_only_once() {
    judged(vec![
        ("plain", vec![], None),
        ("plain", vec![body(json!([]))], None),
        ("plain", vec![body(words(&["x"]))], Some(132_000)),
        ("plain", vec![header(json!({"type": "text", "text": "x"}))], Some(132_012)),
        ("plain", vec![json!({"type": "footer"})], Some(100)),
        ("two", vec![body(words(&["a", "b"]))], None),
        ("two", vec![body(words(&["a"]))], Some(132_000)),
        ("two", vec![body(words(&["a", "b", "c"]))], Some(132_000)),
        ("two", vec![body(json!([named("first"), named("last")]))], Some(132_012)),
        ("two", vec![body(words(&["a", ""]))], Some(132_018)),
        ("two", vec![body(words(&["a", "b\tc"]))], Some(132_018)),
        ("two", vec![body(words(&["a", "b     c"]))], Some(132_018)),
        ("two", vec![body(words(&["a", "b    c"]))], None),
        ("two", vec![body(words(&["a", &"b".repeat(1100)]))], Some(132_005)),
        ("two", vec![body(json!([{"type": "text"}, {"type": "text", "text": "b"}]))], Some(131_008)),
        ("two", vec![body(json!([{"type": "payload", "payload": "a"}, {"type": "text", "text": "b"}]))], Some(132_012)),
        ("two", vec![body(json!([{"type": "currency", "currency": {"fallback_value": "$1", "code": "USD", "amount_1000": 1000}},
            {"type": "date_time", "date_time": {"fallback_value": "May"}}]))], None),
        ("two", vec![body(json!([{"type": "currency", "currency": {"fallback_value": "$1"}}, {"type": "text", "text": "b"}]))], Some(131_008)),
        ("named", vec![body(json!([named("last"), named("first")]))], None),
        ("named", vec![body(json!([named("first"), named("first")]))], Some(132_000)),
        ("named", vec![body(json!([named("first"), named("middle")]))], Some(132_012)),
        ("named", vec![body(words(&["a", "b"]))], Some(132_012)),
        ("titled", vec![header(json!({"type": "text", "text": "Ana"}))], None),
        ("titled", vec![header(json!({"type": "text", "text": "a".repeat(60)}))], Some(132_005)),
        ("titled", vec![], Some(132_000)),
    ])
    .await;
}

#[tokio::test]
async fn headers_have_the_templates_format() {
    let place = |place: Value| header(json!({"type": "location", "location": place}));
    let whole = json!({"latitude": "1", "longitude": 2, "name": "n", "address": "a"});
    judged(vec![
        ("place", vec![place(whole)], None),
        ("place", vec![place(json!({"latitude": "1", "longitude": 2}))], Some(131_008)),
        ("place", vec![], Some(132_012)),
        (
            "file",
            vec![header(
                json!({"type": "document", "document": {"link": "https://ex.am/a.pdf", "filename": "a.pdf"}}),
            )],
            None,
        ),
        (
            "file",
            vec![header(json!({"type": "image", "image": {"link": "https://ex.am/a.png"}}))],
            Some(132_012),
        ),
        ("file", vec![header(json!({"type": "document", "document": {}}))], Some(131_008)),
        ("file", vec![header(json!({"type": "document", "document": {"id": "1"}}))], Some(100)),
    ])
    .await;
}

#[tokio::test]
async fn buttons_are_given_what_they_take() {
    let link = || button("url", json!("1"), json!({"type": "text", "text": "end"}));
    let coupon =
        |code: &str| button("COPY_CODE", json!(2), json!({"type": "coupon_code", "coupon_code": code}));
    let payload = |index: Value| button("quick_reply", index, json!({"type": "payload", "payload": "p"}));
    let with = |further: Value| vec![link(), coupon("25OFF"), further];
    judged(vec![
        ("many", vec![link(), coupon("25OFF")], None),
        ("many", with(payload(json!("0"))), None),
        (
            "many",
            with(button("flow", json!("5"), json!({"type": "action", "action": {"flow_token": "t"}}))),
            None,
        ),
        (
            "many",
            with(button(
                "CATALOG",
                json!("6"),
                json!({"type": "action", "action": {"thumbnail_product_retailer_id": "a"}}),
            )),
            None,
        ),
        ("many", vec![coupon("25OFF")], Some(131_008)),
        ("many", vec![link()], Some(131_008)),
        ("many", vec![link(), coupon(&"A".repeat(20))], None),
        ("many", vec![link(), coupon(&"A".repeat(21))], Some(131_009)),
        ("many", vec![link(), coupon("")], Some(131_008)),
        ("many", with(payload(json!("7"))), Some(132_018)),
        ("many", with(payload(json!("9"))), Some(132_018)),
        ("many", with(payload(json!("one"))), Some(131_008)),
        ("many", with(payload(json!("1"))), Some(132_018)),
        ("many", with(payload(json!("2"))), Some(132_018)),
        (
            "many",
            with(button("quick_reply", json!("0"), json!({"type": "text", "text": "p"}))),
            Some(132_018),
        ),
        ("many", with(button("quick_reply", json!("0"), json!({"type": "payload"}))), Some(131_008)),
        (
            "many",
            with(button("phone_number", json!("3"), json!({"type": "text", "text": "p"}))),
            Some(132_018),
        ),
        ("many", with(button("url", json!("4"), json!({"type": "text", "text": "p"}))), Some(132_018)),
        ("many", with(link()), Some(132_018)),
        ("plain", vec![payload(json!("0"))], Some(132_018)),
    ])
    .await;
}

#[tokio::test]
async fn login_codes_cards_and_offers() {
    let code = |body_code: &str, button_code: &str| {
        vec![
            body(words(&[body_code])),
            button("url", json!("0"), json!({"type": "text", "text": button_code})),
        ]
    };
    let card = |index: usize, word: &str| {
        json!({"card_index": index, "components": [header(json!({"type": "image", "image": {"link": "https://ex.am/1"}})),
            body(words(&[word])), button("quick_reply", json!("0"), json!({"type": "payload", "payload": "p"}))]})
    };
    let cards = |cards: Vec<Value>| vec![json!({"type": "carousel", "cards": cards})];
    let offer = json!({"type": "limited_time_offer", "parameters": [{"type": "limited_time_offer",
        "limited_time_offer": {"expiration_time_ms": 1_796_000_000_000_i64}}]});
    judged(vec![
        ("code", code("123456", "123456"), None),
        ("code", code("123456", "654321"), Some(132_018)),
        ("code", code(&"1".repeat(16), &"1".repeat(16)), Some(132_018)),
        ("code", vec![body(words(&["123456"]))], Some(131_008)),
        ("code", vec![], Some(132_000)),
        ("cards", cards(vec![card(0, "a"), card(1, "b")]), None),
        ("cards", cards(vec![card(0, "a")]), Some(132_012)),
        ("cards", cards(vec![card(0, "a"), card(0, "b")]), Some(132_018)),
        ("cards", cards(vec![card(0, "a"), card(2, "b")]), Some(132_018)),
        ("cards", cards(vec![card(0, "a"), card(1, "")]), Some(132_018)),
        ("cards", vec![], Some(132_012)),
        ("plain", cards(vec![card(0, "a")]), Some(132_012)),
        ("offer", vec![offer.clone()], None),
        ("offer", vec![], Some(131_008)),
        ("plain", vec![offer], Some(132_012)),
    ])
    .await;
}

#[tokio::test]
async fn some_templates_do_not_go_everywhere() {
    let (rig, ana) = started().await;
    let phones = rig.get("/_sim/phones").await;
    let user_id = phones["phones"][0]["user_id"].clone();
    let code = json!([body(words(&["1"])), button("url", json!("0"), json!({"type": "text", "text": "1"}))]);
    let template = |name: &str, components: Value| {
        json!({"messaging_product": "whatsapp", "type": "template",
            "template": {"name": name, "language": {"code": "en"}, "components": components}})
    };
    let mut to_user = template("code", code);
    to_user["recipient"] = user_id;
    let refused = rig.client.send_message(&rig.number, to_user.to_string()).await;
    assert_eq!(crate::rig::code(&refused), 131_062);
    let marketing = async |name: &str, components: Value, further: Value| {
        let mut body = template(name, components);
        body["to"] = json!(ana.wa_id());
        body.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
        rig.graph("POST", &format!("{NUMBER}/marketing_messages"), &body).await.1["error"]["code"].as_i64()
    };
    let offer = json!([{"type": "limited_time_offer", "parameters": [{"type": "limited_time_offer",
        "limited_time_offer": {"expiration_time_ms": 1_796_000_000_000_i64}}]}]);
    let policy = json!({"product_policy": "STRICT", "message_activity_sharing": true});
    assert_eq!(marketing("offer", offer, policy).await, None);
    assert_eq!(marketing("plain", json!([]), json!({})).await, Some(131_055));
    let text = json!({"type": "text", "text": {"body": "x"}, "template": null});
    assert_eq!(marketing("plain", json!([]), text).await, Some(100), "two contents");
}
