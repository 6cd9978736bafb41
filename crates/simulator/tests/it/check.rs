//! Limits: what the product would not send, Meta would refuse.

use chasqui_simulator::PhoneSpec;
use chasqui_simulator::harness::{ACCOUNT, NUMBER};
use serde_json::{Value, json};

use crate::rig::{Rig, WAIT, eventually};

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
    let card = |further: Value| {
        let mut card = json!({"name": {"formatted_name": "Ana B", "first_name": "Ana"}});
        card.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
        card
    };
    let cases = vec![
        (text(long(4096)), None),
        (text(long(4097)), Some(100)),
        (text(String::new()), Some(100)),
        (json!({"type": "hologram"}), Some(131_051)),
        (json!({"text": {"body": "what has no type is text"}}), None),
        (json!({"image": {"link": "https://ex.am/1.png"}}), Some(100)),
        (json!({"type": 7}), Some(100)),
        (json!({"type": "location", "location": {"latitude": "91", "longitude": 0}}), Some(131_009)),
        (json!({"type": "contacts", "contacts": []}), Some(131_008)),
        (json!({"type": "image", "image": {"id": "1"}}), Some(100)),
        (json!({"type": "image", "image": {"id": "1", "link": "https://ex.am"}}), Some(131_009)),
        (
            json!({"type": "image", "image": {"link": "https://ex.am/1.png", "caption": long(1025)}}),
            Some(131_009),
        ),
        (json!({"type": "audio", "audio": {"link": "https://ex.am/1.ogg", "caption": "x"}}), Some(100)),
        (json!({"type": "contacts", "contacts": [card(json!({}))]}), None),
        (json!({"type": "contacts", "contacts": [card(json!({"vcard": "BEGIN:VCARD"}))]}), Some(100)),
        (json!({"type": "contacts", "contacts": [card(json!({"birthday": "3.4.1999"}))]}), Some(131_009)),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.X"}}), Some(131_008)),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.X", "emoji": "ok"}}), Some(131_009)),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.X", "emoji": "👍👍"}}), Some(131_009)),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.X", "emoji": "👨‍👩‍👧‍👦"}}), None),
        (json!({"type": "reaction", "reaction": {"message_id": "wamid.X", "emoji": ""}}), None),
        (with(text("x".into()), "/recipient_type", json!("individual")), None),
        (with(text("x".into()), "/recipient_type", json!("everybody")), Some(100)),
        (with(text("x".into()), "/recipient_type", json!(1)), Some(100)),
        (with(text("x".into()), "/recipient_type", json!("group")), Some(131_215)),
        (with(text("x".into()), "/context", json!({"message_id": "wamid.X"})), None),
        (with(text("x".into()), "/context", json!({})), Some(100)),
        (with(text("x".into()), "/context", json!({"message_id": " "})), Some(100)),
        (with(text("x".into()), "/context", json!("wamid.X")), Some(100)),
        (with(text("x".into()), "/messaging_account_id", json!(ACCOUNT)), None),
        (with(text("x".into()), "/paid_messaging_account_id", json!(ACCOUNT)), None),
        (with(text("x".into()), "/messaging_account_id", json!("1")), Some(100)),
        (with(text("x".into()), "/biz_opaque_callback_data", json!(long(513))), Some(131_009)),
    ];
    refused(cases).await;
}

#[tokio::test]
async fn a_key_that_nobody_knows_is_refused_by_its_name() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    let bodies = [
        json!({"type": "text", "text": {"body": "x"}}),
        json!({"type": "image", "image": {"link": "https://ex.am/1.png"}}),
        json!({"type": "document", "document": {"link": "https://ex.am/1.pdf", "filename": "a.pdf"}}),
        json!({"type": "audio", "audio": {"link": "https://ex.am/1.ogg"}}),
        json!({"type": "sticker", "sticker": {"link": "https://ex.am/1.webp"}}),
        json!({"type": "location", "location": {"latitude": 1, "longitude": "2", "name": "n"}}),
        json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "A", "first_name": "A"},
            "phones": [{"phone": "1"}], "emails": [{"email": "a"}], "urls": [{"url": "a"}], "org": {"title": "x"},
            "addresses": [{"city": "Cusco"}]}]}),
        json!({"type": "reaction", "reaction": {"message_id": "wamid.X", "emoji": "👍"}}),
        with(
            buttons(&["A"]),
            "/interactive/header",
            json!({"type": "document", "document": {"link": "https://ex.am/1"}}),
        ),
        with(list(2, "T"), "/interactive/footer", json!({"text": "f"})),
        interactive(
            "cta_url",
            json!({"name": "cta_url", "parameters": {"display_text": "x", "url": "https://ex.am"}}),
        ),
        form(json!({"flow_id": "1", "flow_action_payload": {"screen": "A"}})),
        products(),
        cards(json!({"name": "cta_url", "parameters": {"display_text": "x", "url": "https://ex.am"}})),
        json!({"type": "template", "template": {"name": "reopen", "language": {"code": "en"},
            "components": [{"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}]}}),
    ];
    rig.meta.set(|settings| settings.enforce_rates = false);
    for body in bodies {
        assert_eq!(rig.raw(ana.wa_id(), body.clone()).await, None, "{body}");
        for place in objects(&body, String::new()) {
            let mut odd = body.clone();
            odd.pointer_mut(&place).unwrap()["mystery"] = json!("?");
            odd["messaging_product"] = json!("whatsapp");
            odd["to"] = json!(ana.wa_id());
            let (_, answer) = rig.graph("POST", &format!("{NUMBER}/messages"), &odd).await;
            assert_eq!(answer["error"]["code"], 100, "{place}: {answer}");
            assert!(
                answer["error"]["message"].as_str().unwrap().contains("Unexpected key \"mystery\""),
                "{answer}"
            );
        }
    }
}

/// Where objects stand in a body.
fn objects(value: &Value, at: String) -> Vec<String> {
    match value {
        Value::Object(object) => {
            let inner = object.iter().flat_map(|(key, value)| objects(value, format!("{at}/{key}")));
            let inner: Vec<_> = inner.collect();
            std::iter::once(at).chain(inner).collect()
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(index, item)| objects(item, format!("{at}/{index}")))
            .collect(),
        _ => Vec::new(),
    }
}

fn form(parameters: Value) -> Value {
    let mut all = json!({"flow_message_version": "3", "flow_cta": "Start", "flow_token": "t"});
    all.as_object_mut().unwrap().extend(parameters.as_object().unwrap().clone());
    interactive("flow", json!({"name": "flow", "parameters": all}))
}

fn products() -> Value {
    let action = json!({"catalog_id": "1", "sections": [{"title": "T", "product_items": [{"product_retailer_id": "a"}]}]});
    with(interactive("product_list", action), "/interactive/header", json!({"type": "text", "text": "H"}))
}

fn cards(action: Value) -> Value {
    let card = |index: usize| {
        json!({"card_index": index, "type": "cta_url", "header": {"type": "image", "image": {"link": "https://ex.am/1"}},
            "body": {"text": "b"}, "action": action})
    };
    interactive("carousel", json!({"cards": [card(0), card(1)]}))
}

#[tokio::test]
async fn forms_have_their_rules() {
    let payload = |payload: Value| {
        form(json!({"flow_id": "1", "flow_action": "navigate", "flow_action_payload": payload}))
    };
    let cases = vec![
        (form(json!({"flow_id": "1"})), None),
        (form(json!({"flow_name": "survey", "mode": "draft"})), None),
        (form(json!({})), Some(131_008)),
        (form(json!({"flow_id": "1", "flow_name": "survey"})), Some(131_009)),
        (form(json!({"flow_id": "1", "flow_message_version": "4"})), Some(131_009)),
        (form(json!({"flow_id": "1", "flow_message_version": 3})), Some(100)),
        (form(json!({"flow_id": "1", "flow_cta": long(31)})), Some(131_009)),
        (form(json!({"flow_id": "1", "flow_cta": "Go 🚀"})), Some(131_009)),
        (form(json!({"flow_id": "1", "flow_cta": null})), Some(131_008)),
        (form(json!({"flow_id": "1", "mode": "test"})), Some(100)),
        (form(json!({"flow_id": "1", "flow_action": "jump"})), Some(100)),
        (form(json!({"flow_id": "1", "flow_action": "data_exchange"})), None),
        (
            form(
                json!({"flow_id": "1", "flow_action": "data_exchange", "flow_action_payload": {"screen": "A"}}),
            ),
            Some(131_009),
        ),
        (payload(json!({"screen": "A", "data": {"a": 1}})), None),
        (payload(json!({"data": {"a": 1}})), Some(131_008)),
        (payload(json!({"screen": "A", "data": {}})), Some(131_009)),
        (payload(json!({"screen": "A", "data": "a"})), Some(131_009)),
    ];
    refused(cases).await;
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
async fn lists_products_and_cards_have_their_rules() {
    let rows = |ids: &[&str]| ids.iter().map(|id| json!({"id": id, "title": id})).collect::<Vec<_>>();
    let sections = |sections: Value| interactive("list", json!({"button": "Show", "sections": sections}));
    let bought = |sections: Value| with(products(), "/interactive/action/sections", sections);
    let items = |count: usize| {
        (0..count).map(|no| json!({"product_retailer_id": no.to_string()})).collect::<Vec<_>>()
    };
    let link = || json!({"name": "cta_url", "parameters": {"display_text": "x", "url": "https://ex.am"}});
    let taps = |title: &str| json!({"buttons": [{"type": "quick_reply", "quick_reply": {"id": "a", "title": title}}]});
    let cases = vec![
        (sections(json!([{"title": "A", "rows": rows(&["1"])}, {"title": "B", "rows": rows(&["2"])}])), None),
        (sections(json!([{"title": "A", "rows": rows(&["1"])}, {"rows": rows(&["2"])}])), Some(131_008)),
        (
            sections(json!([{"title": "A", "rows": rows(&["1"])}, {"title": "B", "rows": rows(&["1"])}])),
            Some(131_009),
        ),
        (sections(json!([{"title": long(25), "rows": rows(&["1"])}])), Some(131_009)),
        (sections(json!([{"title": "A", "rows": []}])), Some(131_009)),
        (sections(json!([{"title": "A"}])), Some(131_008)),
        (sections(json!([])), Some(131_009)),
        (with(list(1, "T"), "/interactive/action/sections/0/product_items", json!([])), Some(131_009)),
        (interactive("button", json!({"button": "x", "buttons": []})), Some(100)),
        (products(), None),
        (with(products(), "/interactive/header", Value::Null), Some(131_008)),
        (
            with(
                products(),
                "/interactive/header",
                json!({"type": "image", "image": {"link": "https://ex.am/1"}}),
            ),
            Some(131_009),
        ),
        (bought(json!([{"title": "A", "product_items": items(30)}])), None),
        (
            bought(
                json!([{"title": "A", "product_items": items(16)}, {"title": "B", "product_items": items(15)}]),
            ),
            Some(131_009),
        ),
        (bought(json!([{"product_items": items(1)}, {"product_items": items(1)}])), Some(131_008)),
        (bought(json!([{"title": "A", "product_items": [{}]}])), Some(131_008)),
        (interactive("product", json!({"catalog_id": "1", "product_retailer_id": "a"})), None),
        (interactive("product", json!({"catalog_id": "1"})), Some(131_008)),
        (interactive("catalog_message", json!({"name": "catalog_message"})), None),
        (interactive("catalog_message", json!({"name": "catalogue"})), Some(131_009)),
        (cards(link()), None),
        (cards(taps("Yes")), None),
        (cards(taps(&long(21))), Some(131_009)),
        (with(cards(link()), "/interactive/action/cards/1/action", taps("Yes")), Some(131_009)),
        (with(cards(link()), "/interactive/action/cards/1/header", Value::Null), Some(131_008)),
        (with(cards(link()), "/interactive/action/cards/1/card_index", json!(3)), Some(131_009)),
        (with(cards(link()), "/interactive/footer", json!({"text": "f"})), Some(131_009)),
        (with(cards(link()), "/interactive/action/cards/0/body/text", json!("1\n2\n3\n4")), Some(131_009)),
        (interactive("contact_request", json!({"name": "request_contact_info"})), None),
        (interactive("request_contact_info", json!({"name": "request_contact_info"})), None),
        (interactive("request_contact_info", json!({"name": "contact_request"})), Some(131_009)),
        (interactive("call_permission_request", json!({"name": "call_permission_request"})), None),
        (
            interactive("voice_call", json!({"name": "voice_call", "parameters": {"display_text": "Call"}})),
            None,
        ),
        (
            interactive(
                "address_message",
                json!({"name": "address_message", "parameters": {"country": "IN"}}),
            ),
            None,
        ),
        (interactive("address_message", json!({"name": "address_message", "parameters": {}})), Some(131_008)),
        (interactive("hologram", json!({"name": "hologram"})), Some(131_009)),
    ];
    refused(cases).await;
}

#[tokio::test]
async fn reading_and_typing_have_their_rules() {
    let rig = Rig::start().await;
    let ana = rig.meta.contact("Ana", NUMBER).unwrap();
    let wamid = ana.says("hi").unwrap();
    ana.settles(WAIT).await.unwrap();
    let call = async |body: Value| {
        rig.graph("POST", &format!("{NUMBER}/messages"), &body).await.1["error"]["code"].as_i64()
    };
    let read = || json!({"messaging_product": "whatsapp", "status": "read", "message_id": wamid});
    assert_eq!(call(read()).await, None);
    assert_eq!(call(with(read(), "/typing_indicator", json!({"type": "text"}))).await, None);
    let ours = rig.send_to(ana.wa_id(), crate::rig::text("x")).await.unwrap();
    for (pointer, value) in [
        ("/status", json!("delivered")),
        ("/status", json!(7)),
        ("/message_id", json!("wamid.unknown")),
        ("/message_id", json!(ours.wamid)),
        ("/message_id", json!("")),
        ("/messaging_product", json!("messenger")),
        ("/typing_indicator", json!({"type": "audio"})),
        ("/typing_indicator", json!({})),
        ("/typing_indicator", json!("text")),
        ("/typing_indicator", json!({"type": "text", "seconds": 9})),
        ("/mystery", json!(1)),
    ] {
        assert_eq!(call(with(read(), pointer, value.clone())).await, Some(100), "{pointer}: {value}");
    }
    rig.meta.advance(std::time::Duration::from_hours(24 * 30));
    assert_eq!(call(read()).await, Some(131_009), "older than 30 days");
}

#[tokio::test]
async fn a_user_id_is_whole_and_the_number_wins() {
    let rig = Rig::start().await;
    let parent = PhoneSpec { parent_user_id: Some("DE.ENT.77".into()), ..PhoneSpec::default() };
    let ana = rig.meta.phone(parent, NUMBER).unwrap();
    ana.says("hi").unwrap();
    ana.settles(WAIT).await.unwrap();
    let phones = rig.get("/_sim/phones").await;
    let user_id = phones["phones"][0]["user_id"].as_str().unwrap().to_owned();
    let send = async |recipient: Value| {
        let body = json!({"messaging_product": "whatsapp", "recipient": recipient, "type": "text", "text": {"body": "x"}});
        match rig.client.send_message(&rig.number, body.to_string()).await {
            Ok(sent) => Ok(sent.user_id.unwrap()),
            outcome => Err(crate::rig::code(&outcome)),
        }
    };
    assert_eq!(send(json!(user_id)).await, Ok(user_id.clone()));
    assert_eq!(send(json!("DE.ENT.77")).await, Ok(user_id.clone()));
    assert_eq!(send(json!("DE.404")).await, Err(131_026));
    for odd in
        [json!(ana.wa_id()), json!(user_id.trim_start_matches("DE.")), json!("de.1"), json!("DE."), json!(7)]
    {
        assert_eq!(send(odd.clone()).await, Err(100), "{odd}");
    }
    let body = json!({"messaging_product": "whatsapp", "to": ana.wa_id(), "recipient": "DE.404", "text": {"body": "x"}});
    let sent = rig.client.send_message(&rig.number, body.to_string()).await.unwrap();
    assert_eq!((sent.wa_id.as_deref(), sent.user_id), (Some(ana.wa_id()), None));
}

#[tokio::test]
async fn a_reaction_that_has_no_target_fails_late() {
    let rig = Rig::start().await;
    let ana = rig.ana().await;
    rig.hook.forget();
    let react = json!({"type": "reaction", "reaction": {"message_id": "wamid.nobody", "emoji": "👍"}});
    assert_eq!(rig.raw(ana.wa_id(), react).await, None);
    eventually("failed", || {
        rig.hook.statuses().first().is_some_and(|status| status.errors[0].code == 131_009)
    })
    .await;
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
