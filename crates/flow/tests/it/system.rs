//! What every bot can read: the list, the guide's table and the builder's picker say the same as the engine does.

use chasqui_flow::definition::Definition;
use chasqui_flow::system::{SYSTEM_VARIABLES, picker, table};
use chasqui_flow::{Effect, Event, VariableType, run_tests, validate};
use chasqui_model::message::inbound::{Content, Inbound, Location, Media};
use chasqui_model::message::marks::Product;
use chasqui_model::message::outbound;
use serde_json::{Value, json};

use crate::harness::{Shelf, Talk, compile, definition, inbound, text};

/// Holds a generated part of a file against what it should be, or writes it.
#[track_caller]
fn fresh(path: &str, begin: &str, end: &str, wanted: &str) {
    let path = format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let start = text.find(begin).map_or(0, |at| at + begin.len());
    let stop = if end.is_empty() { text.len() } else { text.find(end).expect("the place ends") };
    if text[start..stop] == *wanted {
        return;
    }
    assert!(std::env::var_os("UPDATE_DOCS").is_some(), "{path} is stale; run cargo xtask docs");
    std::fs::write(path, format!("{}{wanted}{}", &text[..start], &text[stop..])).unwrap();
}

#[test]
fn the_guide_and_the_picker_list_the_variables_that_there_are() {
    let (begin, end) = ("<!-- system variables: generated -->\n", "<!-- system variables: end -->");
    fresh("docs/guide/variables.md", begin, end, &format!("\n{}\n", table()));
    fresh("web/src/builder/doc/system-variables.json", "{{none}}", "", &picker());
}

/// Messages that together have everything.
fn messages() -> Vec<Inbound> {
    let media = Media {
        id: "1".into(),
        mime_type: "audio/ogg; codecs=opus".into(),
        caption: Some("c".into()),
        filename: Some("f.pdf".into()),
        voice: true,
        ..Media::default()
    };
    let place = Location {
        latitude: 37.5,
        longitude: -122.25,
        name: Some("Philz".into()),
        address: Some("101 Forest Ave".into()),
        url: Some("https://philzcoffee.com/".into()),
    };
    let order = json!({ "catalog_id": "7", "text": "Love these!", "product_items": [{ "product_retailer_id": "di9", "quantity": 2 }] });
    let row = Content::ListReply { id: "own".into(), title: "Tea".into(), description: Some("hot".into()) };
    let referral = json!({ "headline": "Chat", "body": "Sale", "source_type": "ad", "source_id": "120",
        "source_url": "https://fb.me/3cr", "ctwa_clid": "Aff" });
    let product = Product { catalog_id: Some("7".into()), product_retailer_id: Some("di9".into()) };
    let marked = Inbound {
        reply_to: Some("wamid.OUR1".into()),
        forwarded: true,
        frequently_forwarded: true,
        referral: Some(referral),
        product: Some(product),
        ..inbound(text("hi"))
    };
    let contents = [
        row,
        Content::Document(media),
        Content::Location(place),
        Content::Contacts { contacts: vec![json!({ "name": { "formatted_name": "B" } })], requested: false },
        Content::FlowReply { name: "flow".into(), body: "Sent".into(), response: json!({ "rating": "4" }) },
        Content::Order { order },
    ];
    contents.into_iter().map(inbound).chain([marked]).collect()
}

/// What a text with one variable becomes after a message.
fn filled(variable: &str, message: Inbound) -> String {
    let nodes = json!([{ "id": "bye", "type": "end", "text": format!("<{variable}>") }]);
    let mut talk = Talk::new(compile(definition(nodes)));
    talk.context.contact.username = Some("realsheena".into());
    talk.context.contact.user_id = Some("US.1349".into());
    talk.run(Event::Start(message));
    let sent = talk.effects.iter().find_map(|effect| match effect {
        Effect::Send { message, .. } => Some(message.content.text().to_owned()),
        _ => None,
    });
    sent.unwrap()
}

#[test]
fn every_variable_of_the_list_is_known_and_can_be_read() {
    for it in SYSTEM_VARIABLES {
        let nodes = json!([{ "id": "bye", "type": "end", "text": format!("{{{}}}", it.path) }]);
        assert_eq!(validate(&definition(nodes)), [], "{}", it.path);
        let found = messages().into_iter().map(|message| filled(&format!("{{{{{}}}}}", it.path), message));
        let values: Vec<Value> =
            found.map(|text| serde_json::from_str(text.trim_matches(['<', '>'])).unwrap()).collect();
        let is_right = |value: &Value| match it.kind {
            VariableType::Text | VariableType::Date => value.as_str().is_some_and(|text| !text.is_empty()),
            VariableType::Number => value.is_number(),
            VariableType::Boolean => *value == json!(true),
            VariableType::List => value.is_array(),
            VariableType::Object => value.is_object(),
            VariableType::Media | VariableType::Any => !value.is_null(),
        };
        assert!(values.iter().any(is_right), "{}: {values:?}", it.path);
    }
}

#[test]
fn what_is_not_on_the_list_is_refused() {
    for path in ["message.nothing", "contact.birthday", "bot.id", "message[0]", "conversation.id.x"] {
        let nodes = json!([{ "id": "bye", "type": "end", "text": format!("{{{path}}}") }]);
        assert_eq!(validate(&definition(nodes))[0].code, "unknown_variable", "{path}");
    }
}

#[test]
fn values_are_typed_and_times_are_those_of_the_bot() {
    let hi = || inbound(text("hi \"you\""));
    assert_eq!(filled("{{message.forwarded}} {{message.referral}}", hi()), "<false null>".replace("{{", "{"));
    assert_eq!(filled("{message.time}", hi()), "<2026-01-01T09:00:00+00:00>");
    let whole: Value = serde_json::from_str(filled("{{message}}", hi()).trim_matches(['<', '>'])).unwrap();
    assert_eq!(whole["time"], "2026-01-01T09:00:00+00:00");
    assert_eq!((&whole["id"], &whole["text"]), (&json!("wamid.1"), &json!("hi \"you\"")));
    let unknown = Inbound { at: chasqui_model::Timestamp::EPOCH, ..hi() };
    assert_eq!(filled("{message.time}", unknown), "<>");
}

#[test]
fn a_tap_has_the_id_that_its_author_gave_and_what_came_back() {
    let own = format!("{}:ask:yes", crate::harness::context().conversation);
    let button = Content::ButtonReply { id: own.clone(), title: "Yes, please".into() };
    let path = "{message.tap.id}|{message.tap.payload}|{message.tap.title}|{message.tap.description}";
    assert_eq!(filled(path, inbound(button)), format!("<yes|{own}|Yes, please|>"));
    let reply = Content::QuickReply { payload: "order-42:cancel".into(), text: "Cancel".into() };
    assert_eq!(filled(path, inbound(reply)), "<order-42:cancel|order-42:cancel|Cancel|>");
    assert_eq!(filled(path, inbound(text("yes"))), "<|||>");
}

#[test]
fn a_node_quotes_what_it_answers_and_shows_links_as_cards() {
    let nodes = json!([
        { "id": "ask", "type": "question_list", "text": "Which?", "image": "https://example.com/a.png", "quote": true,
          "options": [{ "id": "a", "label": "A" }], "ports": { "next": "tell" } },
        { "id": "tell", "type": "question_text", "text": "See https://example.com", "wait": false, "preview_url": true, "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "Bye.", "quote": true }]);
    let mut talk = Talk::new(compile(definition(nodes)));
    talk.run(Event::Start(inbound(text("hi"))));
    let sent = |talk: &Talk| -> Vec<(Option<String>, bool)> {
        let sends = talk.effects.iter().filter_map(|effect| match effect {
            Effect::Send { message, .. } => Some(message.clone()),
            _ => None,
        });
        let shows = |content: &outbound::Content| {
            matches!(content, outbound::Content::Text { preview_url: true, .. })
        };
        sends.map(|it| (it.reply_to, shows(&it.content))).collect()
    };
    // The picture ahead of the list quotes, the list does not.
    assert_eq!(sent(&talk), [(Some("wamid.1".into()), false), (None, false)]);
    talk.run(Event::Message(Inbound { wamid: "wamid.2".into(), ..inbound(text("A")) }));
    assert_eq!(sent(&talk), [(None, true), (Some("wamid.2".into()), false)]);
    let mut ours = Talk::new(compile(definition(json!([
        { "id": "bye", "type": "end", "text": "Bye.", "quote": true }]))));
    ours.run(Event::StartedByUs);
    assert_eq!(sent(&ours), [(None, false)], "there is nothing to quote");
}

#[test]
fn switches_without_effect_are_said_to_have_none() {
    let problems = |node: Value| -> Vec<String> {
        let found = validate(&definition(json!([node, { "id": "bye", "type": "end" }])));
        found.into_iter().filter(|it| it.code == "no_effect").filter_map(|it| it.field).collect()
    };
    let with = |kind: &str, more: Value| {
        let mut node = json!({ "id": "a", "type": kind, "quote": true, "preview_url": true, "ports": { "next": "bye" } });
        node.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        node
    };
    assert_eq!(problems(with("formula", json!({ "expression": "1" }))), ["quote", "preview_url"]);
    assert_eq!(
        problems(with("template", json!({ "name": "t", "language": "en" }))),
        ["quote", "preview_url"]
    );
    assert_eq!(problems(with("question_text", json!({ "text": "x" }))), [""; 0]);
    assert_eq!(
        problems(with("question_text", json!({ "text": "x", "image": "https://example.com/a.png" }))),
        ["preview_url"]
    );
    assert_eq!(problems(with("cta_url", json!({ "text": "x" }))), ["preview_url"]);
    let read =
        definition(json!([with("question_text", json!({ "text": "x" })), { "id": "bye", "type": "end" }]));
    assert_eq!(Definition::from_value(read.to_json()).unwrap(), read);
}

#[test]
fn a_voice_note_that_is_sent_on_stays_one() {
    let note = json!({ "id": "med_02020202020202020202020202020202", "kind": "audio", "mime_type": "audio/ogg; codecs=opus", "voice": true });
    let sent = |node: Value, variable: Value| -> outbound::Content {
        let file = json!({ "format": 1, "name": "Bot", "start": "send", "variables": { "note": "media" },
            "nodes": [node, { "id": "bye", "type": "end" }] });
        let mut talk = Talk::new(compile(Definition::from_value(file).unwrap()));
        talk.state = chasqui_flow::State::begin(
            crate::harness::key(1),
            json!({ "note": variable }).as_object().unwrap().clone(),
        );
        talk.run(Event::StartedByUs);
        let sends = talk.effects.iter().find_map(|effect| match effect {
            Effect::Send { message, .. } => Some(message.content.clone()),
            _ => None,
        });
        sends.unwrap()
    };
    let node = |more: Value| {
        let mut node =
            json!({ "id": "send", "type": "media", "media": "{note}", "ports": { "next": "bye" } });
        node.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        node
    };
    let is_voice =
        |content: &outbound::Content| matches!(content, outbound::Content::Audio(file) if file.voice);
    assert!(is_voice(&sent(node(json!({})), note.clone())));
    assert!(!is_voice(&sent(node(json!({ "voice": false })), note.clone())));
    let mut sound = note.clone();
    sound["voice"] = json!(false);
    assert!(!is_voice(&sent(node(json!({})), sound.clone())));
    assert!(is_voice(&sent(node(json!({ "voice": true })), sound)));
    let picture = node(json!({ "kind": "image", "voice": true }));
    let problems = validate(&definition(json!([picture, { "id": "bye", "type": "end" }])));
    assert!(problems.iter().any(|it| it.field.as_deref() == Some("voice")), "{problems:?}");
}

#[test]
fn a_voice_note_that_a_question_keeps_says_so() {
    let file = json!({ "format": 1, "name": "Bot", "start": "ask", "variables": { "note": "media" }, "nodes": [
        { "id": "ask", "type": "question_media", "text": "Speak.", "kinds": ["audio"], "save_as": "note", "ports": { "next": "send" } },
        { "id": "send", "type": "media", "media": "{note}", "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "{note.voice} {note.mime_type}" }],
        "tests": [
            { "name": "a note", "steps": [
                { "contact": "hi" }, { "message": { "type": "audio", "id": "1", "mime_type": "audio/ogg; codecs=opus", "voice": true } },
                { "bot_sends": "audio" }, { "bot": "true audio/ogg; codecs=opus" }] },
            { "name": "a song", "steps": [
                { "contact": "hi" }, { "message": { "type": "audio", "id": "1", "mime_type": "audio/mpeg" } },
                { "bot_sends": "audio" }, { "bot": "audio/mpeg" }] }] });
    let flow = compile(Definition::from_value(file).unwrap());
    for result in run_tests(&Shelf::default(), &flow) {
        assert!(result.passed, "{result:#?}");
    }
}

#[test]
fn rows_of_different_sections_may_have_the_same_title() {
    let file = json!({ "format": 1, "name": "Bot", "start": "when", "nodes": [
        { "id": "when", "type": "question_list", "text": "When?", "save_as": "time", "sections": [
            { "title": "Monday", "options": [{ "id": "mo10", "label": "10:00" }, { "id": "mo11", "label": "11:00" }] },
            { "title": "Tuesday", "options": [{ "id": "tu10", "label": "10:00" }, { "id": "tu10b", "label": "10:00" }] }],
          "ports": { "next": "bye" } },
        { "id": "bye", "type": "end", "text": "{message.tap.id} {time}" }],
        "tests": [
            { "name": "a row is picked with its section", "steps": [
                { "contact": "hi" }, { "bot": "When?", "list": ["10:00", "11:00", "10:00", "10:00 (2)"] },
                { "pick": "Tuesday: 10:00" }, { "bot": "tu10 10:00" }] },
            { "name": "a typed title that two sections have is asked for again", "steps": [
                { "contact": "hi" }, { "bot_contains": "When?" },
                { "contact": "10:00" }, { "bot_contains": "" }, { "bot": "When?" },
                { "contact": "3" }, { "bot": "10:00" }] },
            { "name": "a title that is there once needs no section", "steps": [
                { "contact": "hi" }, { "bot": "When?" }, { "contact": "11:00" }, { "bot": "11:00" }] }] });
    let flow = compile(Definition::from_value(file).unwrap());
    for result in run_tests(&Shelf::default(), &flow) {
        assert!(result.passed, "{result:#?}");
    }
}

#[test]
fn a_test_may_carry_what_stands_with_a_message() {
    let file = json!({ "format": 1, "name": "Bot", "start": "bye", "nodes": [
        { "id": "bye", "type": "end", "text": "{message.referral.headline}|{message.forwarded}|{message.product.catalog_id}|{message.order.text}|{message.time}|{contact.user_id}" }],
        "tests": [
            { "name": "marks", "contact": { "name": "Ana", "user_id": "US.1" }, "steps": [
                { "contact": "hi", "with": { "forwarded": true, "referral": { "headline": "Sale" }, "product": { "catalog_id": "7" }, "time": "2026-01-01T08:00:00.000Z" } },
                { "bot": "Sale|true|7||2026-01-01T08:00:00+00:00|US.1" }] },
            { "name": "any type", "steps": [
                { "message": { "type": "order", "order": { "text": "Love these!" } } },
                { "bot": "|false||Love these!|2026-01-01T09:00:00+00:00|" }] }] });
    let definition = Definition::from_value(file.clone()).unwrap();
    assert_eq!(definition.to_json()["tests"], file["tests"]);
    for result in run_tests(&Shelf::default(), &compile(definition)) {
        assert!(result.passed, "{result:#?}");
    }
    let refused = |step: Value| {
        let file = json!({ "format": 1, "name": "Bot", "start": "bye", "nodes": [{ "id": "bye", "type": "end" }],
            "tests": [{ "name": "t", "steps": [step] }] });
        Definition::from_value(file).is_err()
    };
    assert!(refused(json!({ "advance": "1h", "with": { "forwarded": true } })));
    assert!(refused(json!({ "contact": "hi", "with": { "unheard_of": true } })));
    assert!(refused(json!({ "message": { "type": "unheard_of" } })));
}
