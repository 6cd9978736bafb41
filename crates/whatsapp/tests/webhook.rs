//! Bodies as Meta sends them, and as nobody should.

#![expect(clippy::unwrap_used, reason = "a test may fail")]
#![expect(clippy::needless_pass_by_value, reason = "`json!` makes values")]

use chasqui_model::Timestamp;
use chasqui_model::message::inbound::Content;
use chasqui_model::message::{AliasKind, Sender};
use chasqui_model::state::TemplateStatus;
use chasqui_whatsapp::webhook::{
    AccountNews, Delivery, News, Status, StatusUpdate, Trace, TraceKind, Update, parse,
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn deliver(body: &Value) -> Delivery {
    parse(&serde_json::to_vec(body).unwrap()).unwrap()
}

fn change(value: Value, field: &str) -> Value {
    let mut value = value;
    value["metadata"] =
        json!({"display_phone_number": "+250 788 123 200", "phone_number_id": 106_540_352_242_922_i64});
    json!({"object": "whatsapp_business_account", "entry": [{"id": 102, "changes": [{"value": value, "field": field}]}]})
}

fn one(value: Value) -> Update {
    let delivery = deliver(&change(value, "messages"));
    assert_eq!(delivery.updates.len(), 1);
    delivery.updates.into_iter().next().unwrap()
}

fn status(status: Value) -> StatusUpdate {
    match one(json!({"statuses": [status]})) {
        Update::Status(status) => status,
        other => panic!("{other:?}"),
    }
}

fn text(id: &str, from: &str) -> Value {
    json!({"from": from, "id": id, "timestamp": "1749416383", "type": "text", "text": {"body": "Hi"}})
}

#[test]
fn escapes_on_the_wire_become_what_was_typed() {
    let body = r#"{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Zo\u00eb"},"wa_id":"16505551234"}],"messages":[{"from":"16505551234","id":"wamid.TEST1","timestamp":"1749416383","type":"text","text":{"body":"J'ai mang\u00e9 \ud83c\udf55 \u003C3 https:\/\/ex.am\/p?a=50\u0025 me\u0040ex.am"}}]},"field":"messages"}]}]}"#;
    let delivery = parse(body.as_bytes()).unwrap();
    let [Update::Message { sender, inbound, .. }] = &*delivery.updates else { panic!("{delivery:?}") };
    assert_eq!(sender.name.as_deref(), Some("Zoë"));
    assert_eq!(inbound.content.text(), "J'ai mangé 🍕 <3 https://ex.am/p?a=50% me@ex.am");
}

#[test]
fn ids_may_be_numbers_and_display_numbers_formatted() {
    let update = deliver(&change(json!({"x": 1}), "account_update")).updates.remove(0);
    assert_eq!(update.phone_number_id(), Some("106540352242922"));
    assert_eq!(update.business_account_id(), Some("102"));
    let Update::News { about, news, .. } = update else { panic!() };
    assert_eq!(about.display_phone_number.as_deref(), Some("250788123200"));
    // It says nothing of what happened.
    assert!(matches!(news, News::Traces(_)), "{news:?}");
}

#[test]
fn an_odd_item_never_costs_its_neighbours() {
    let good = |id: &str| json!({"messages": [text(id, "1")]});
    let body = json!({"entry": [
        7,
        {"id": "a"},
        {"id": "b", "changes": [
            {"field": "messages"},
            {"field": "messages", "value": 3},
            "x",
            {"field": "messages", "value": {"metadata": [], "contacts": 1, "messages": [
                null, 5, {"id": "no sender", "type": "text"}, {"from": "1", "type": "text"}, text("wamid.1", "1"),
            ], "statuses": [{}, 1, {"id": "wamid.2", "status": "sent"}]}},
            {"value": good("wamid.3")},
        ]},
        {"id": "c", "changes": [{"field": "messages", "value": good("wamid.4")}]},
    ]});
    let updates = deliver(&body).updates;
    let wamids: Vec<&str> = updates
        .iter()
        .filter_map(|update| match update {
            Update::Message { inbound, .. } => Some(&*inbound.wamid),
            Update::Status(status) => Some(&*status.wamid),
            Update::News { .. } | Update::Odd { .. } => None,
        })
        .collect();
    assert_eq!(wamids, ["wamid.1", "wamid.2", "wamid.3", "wamid.4"]);
    assert_eq!(updates.iter().filter(|update| matches!(update, Update::Odd { .. })).count(), 11);
    assert_eq!(updates.last().unwrap().business_account_id(), Some("c"));
}

#[test]
fn a_body_without_entries_is_unreadable() {
    for body in [&b""[..], b"[]", b"{}", b"null", b"{\"entry\":[", b"hello"] {
        assert!(parse(body).is_err(), "{body:?}");
    }
    assert_eq!(parse(br#"{"object":"x","entry":[]}"#).unwrap().updates, []);
}

#[test]
fn milliseconds_are_seen_through() {
    let mut message = text("wamid.1", "1");
    message["timestamp"] = json!("1749416383042");
    let Update::Message { inbound, .. } = one(json!({"messages": [message]})) else { panic!() };
    assert_eq!(inbound.at, Timestamp::from_millis(1_749_416_383_042));
}

#[test]
fn a_person_without_a_number_is_known_by_the_user_id() {
    let value = json!({
        "contacts": [{"profile": {"name": "Sheena Nelson", "username": "@realsheenanelson"},
            "user_id": "US.13491208655302741918", "parent_user_id": "US.ENT.11815799212886844830"}],
        "messages": [{"from_user_id": "US.13491208655302741918", "id": "wamid.BSU", "timestamp": "1", "type": "text",
            "text": {"body": "Hi"}}],
    });
    let Update::Message { sender, .. } = one(value) else { panic!() };
    assert_eq!(sender.wa_id, None);
    assert_eq!(sender.user_id.as_deref(), Some("US.13491208655302741918"));
    assert_eq!(sender.parent_user_id.as_deref(), Some("US.ENT.11815799212886844830"));
    assert_eq!(sender.username.as_deref(), Some("realsheenanelson"));
}

#[test]
fn a_user_id_in_place_of_a_number_is_a_user_id() {
    let value = json!({"contacts": [{"wa_id": "US.1349"}, {"wa_id": "22"}], "messages": [text("wamid.1", "US.1349")]});
    let Update::Message { sender, .. } = one(value) else { panic!() };
    assert_eq!((sender.wa_id, sender.user_id.as_deref()), (None, Some("US.1349")));
}

#[test]
fn profiles_find_their_messages() {
    let value = json!({
        "contacts": [{"profile": {"name": "A"}, "wa_id": "1"}, {"profile": {"name": ""}, "wa_id": "2", "user_id": "DE.2"}],
        "messages": [text("m2", "2"), text("m1", "1"), text("m3", "3")],
    });
    let names: Vec<_> = deliver(&change(value, "messages"))
        .updates
        .into_iter()
        .map(|update| match update {
            Update::Message { sender, .. } => (sender.wa_id.unwrap(), sender.name, sender.user_id),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        ("2".to_owned(), None, Some("DE.2".to_owned())),
        ("1".to_owned(), Some("A".to_owned()), None),
        ("3".to_owned(), None, None),
    ];
    assert_eq!(names, expected);
}

fn people(contacts: Value, messages: Value) -> Vec<Option<Sender>> {
    let updates = deliver(&change(json!({"contacts": contacts, "messages": messages}), "messages")).updates;
    let person = |update| match update {
        Update::Message { sender, .. } => Some(sender),
        Update::Odd { .. } => None,
        other => panic!("{other:?}"),
    };
    updates.into_iter().map(person).collect()
}

#[test]
fn the_only_profile_is_not_everybodys() {
    let two = json!([text("m1", "1"), text("m2", "2")]);
    for profile in [
        json!({"profile": {"name": "A", "username": "a"}, "wa_id": "1", "user_id": "DE.1"}),
        json!({"profile": {"name": "A", "username": "a"}, "wa_id": "+1", "user_id": "DE.1"}),
    ] {
        let found = people(json!([profile]), two.clone());
        let (first, second) = (found[0].clone().unwrap(), found[1].clone().unwrap());
        assert_eq!((first.name.as_deref(), first.user_id.as_deref()), (Some("A"), Some("DE.1")));
        assert_eq!(second, Sender { wa_id: Some("2".into()), ..Sender::default() });
    }
    // Nobody's, when it is a third one's, carries no id, or has the number of one and the user id of another.
    let nameless = json!([{"profile": {"name": "A"}}]);
    for contacts in [json!([{"profile": {"name": "A"}, "wa_id": "3"}]), nameless.clone()] {
        for sender in people(contacts, two.clone()) {
            assert_eq!((sender.clone().unwrap().name, sender.unwrap().user_id), (None, None));
        }
    }
    let mut by_user_id = text("m1", "1");
    by_user_id["from_user_id"] = json!("DE.1");
    let other = json!([{"profile": {"name": "A"}, "wa_id": "1", "user_id": "DE.2"}]);
    assert_eq!(people(other, json!([by_user_id.clone()]))[0].clone().unwrap().name, None);
    let parent = json!([{"profile": {"name": "A"}, "parent_user_id": "DE.ENT.1", "user_id": "DE.1"}]);
    let found = people(parent, json!([by_user_id.clone(), text("m2", "2")]));
    assert_eq!(found[0].clone().unwrap().parent_user_id.as_deref(), Some("DE.ENT.1"));
    assert_eq!(found[1].clone().unwrap().parent_user_id, None);
    // One sender, who may have written twice.
    let found = people(nameless, json!([text("m1", "1"), text("m2", "1")]));
    assert!(found.iter().all(|sender| sender.as_ref().unwrap().name.as_deref() == Some("A")));
    // In the other form of the line.
    let mexican = json!([{"profile": {"name": "A"}, "wa_id": "525512345678"}]);
    assert_eq!(
        people(mexican, json!([text("m1", "5215512345678")]))[0].clone().unwrap().name.as_deref(),
        Some("A")
    );
}

#[test]
fn a_note_of_one_renames_nobody_else_in_its_change() {
    let note = json!({"from": "1", "id": "m2", "timestamp": "1", "type": "system",
        "system": {"body": "A changed", "wa_id": "3", "type": "user_changed_number"}});
    let contacts = json!([{"profile": {"name": "B"}, "wa_id": "2", "user_id": "DE.2"}]);
    let found = people(contacts, json!([text("m1", "2"), note]));
    assert_eq!(found[1], Some(Sender { wa_id: Some("1".into()), ..Sender::default() }));
    assert_eq!(found[0].clone().unwrap().name.as_deref(), Some("B"));
}

#[test]
fn whoever_is_named_only_by_the_profile_is_known_by_it() {
    let mut nobody = text("m1", "1");
    nobody.as_object_mut().unwrap().remove("from");
    let contacts = json!([{"profile": {"name": "A"}, "user_id": "DE.1"}]);
    let found = people(contacts.clone(), json!([nobody.clone()]));
    assert_eq!(found[0].clone().unwrap().user_id.as_deref(), Some("DE.1"));
    let found = people(contacts, json!([nobody, text("m2", "2")]));
    assert_eq!((&found[0], found[1].clone().unwrap().user_id), (&None, None));
}

/// Who a note is about, and what they are called from then on.
fn note(message: Value) -> (Sender, Vec<(AliasKind, String)>) {
    let mut message = message;
    message["id"] = json!("wamid.SYS");
    message["timestamp"] = json!("1749416383");
    message["type"] = json!("system");
    match one(json!({"messages": [message]})) {
        Update::Message { sender, inbound, .. } => match inbound.content {
            Content::System(system) => (sender, system.names()),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
fn notes_of_all_forms_say_who_is_who() {
    use AliasKind::{ParentUserId, UserId, WaId};
    let who = |wa_id: &str, user_id: &str, parent: &str| {
        let id = |id: &str| (!id.is_empty()).then(|| id.to_owned());
        Sender { wa_id: id(wa_id), user_id: id(user_id), parent_user_id: id(parent), ..Sender::default() }
    };
    let cases = [
        (
            json!({"from": "1", "system": {"type": "user_changed_number", "wa_id": "2"}}),
            who("1", "", ""),
            vec![(WaId, "2")],
        ),
        (
            json!({"from": "1", "system": {"type": "customer_changed_number", "new_wa_id": "+2"}}),
            who("1", "", ""),
            vec![(WaId, "2")],
        ),
        (json!({"system": {"customer": "1", "new_wa_id": "2"}}), who("1", "", ""), vec![(WaId, "2")]),
        (
            json!({"from": "1", "from_user_id": "DE.1", "system": {"type": "user_changed_number", "wa_id": "2", "user_id": "DE.2"}}),
            who("1", "DE.1", ""),
            vec![(UserId, "DE.2"), (WaId, "2")],
        ),
        (
            json!({"system": {"type": "user_changed_user_id", "user_id": "DE.2", "previous_user_id": "DE.1"}}),
            who("", "DE.1", ""),
            vec![(UserId, "DE.2")],
        ),
        (
            json!({"previous_user_id": "DE.1", "previous_parent_user_id": "DE.ENT.1", "from_user_id": "DE.2",
                "from_parent_user_id": "DE.ENT.2", "system": {"type": "user_changed_user_id"}}),
            who("", "DE.1", "DE.ENT.1"),
            vec![(UserId, "DE.2"), (ParentUserId, "DE.ENT.2")],
        ),
        (
            json!({"from": "2", "from_user_id": "DE.2", "system": {"type": "user_changed_user_id", "previous_user_id": "DE.1",
                "user_id": "DE.2", "wa_id": "2"}}),
            who("", "DE.1", ""),
            vec![(UserId, "DE.2"), (WaId, "2")],
        ),
        (
            json!({"from": "1", "from_user_id": "DE.1", "system": {"type": "user_changed_user_id", "previous_user_id": "DE.1",
                "user_id": "DE.2"}}),
            who("1", "DE.1", ""),
            vec![(UserId, "DE.2")],
        ),
        // An id in the other's place, and a note of which only the new id is known.
        (
            json!({"from": "DE.1", "system": {"type": "user_changed_user_id", "wa_id": "DE.2"}}),
            who("", "DE.1", ""),
            vec![(UserId, "DE.2")],
        ),
        (
            json!({"system": {"type": "user_changed_user_id", "user_id": "DE.2"}}),
            who("", "DE.2", ""),
            vec![(UserId, "DE.2")],
        ),
        (
            json!({"from": "1", "system": {"type": "user_identity_changed", "wa_id": "1"}}),
            who("1", "", ""),
            vec![],
        ),
        (
            json!({"from": "1", "system": {"type": "user_became_famous", "wa_id": "2"}}),
            who("1", "", ""),
            vec![],
        ),
    ];
    for (message, before, after) in cases {
        let after: Vec<_> = after.into_iter().map(|(kind, value)| (kind, value.to_owned())).collect();
        assert_eq!(note(message.clone()), (before, after), "{message}");
    }
}

#[test]
fn a_status_is_joined_with_the_profile_of_its_reader_only() {
    let value = json!({"contacts": [{"profile": {"name": "A", "username": "@a"}, "wa_id": "1", "user_id": "DE.1", "parent_user_id": "DE.ENT.1"}],
        "statuses": [{"id": "a", "status": "read", "recipient_id": "1"}, {"id": "b", "status": "read", "recipient_id": "2"},
            {"id": "c", "status": "read", "recipient_id": "3", "parent_recipient_user_id": "DE.ENT.3"}]});
    let readers: Vec<_> = deliver(&change(value, "messages"))
        .updates
        .into_iter()
        .map(|update| match update {
            Update::Status(status) => status.recipient,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        (readers[0].user_id.as_deref(), readers[0].parent_user_id.as_deref()),
        (Some("DE.1"), Some("DE.ENT.1"))
    );
    assert_eq!(readers[1], Sender { wa_id: Some("2".into()), ..Sender::default() });
    assert_eq!(readers[2].parent_user_id.as_deref(), Some("DE.ENT.3"));
}

#[test]
fn statuses_are_read() {
    let sent = status(
        json!({"id": "wamid.OUT1", "status": "sent", "timestamp": "1750030073", "recipient_id": "16505551234",
        "conversation": {"id": "72b1", "expiration_timestamp": 1_750_116_480, "origin": {"type": "marketing"}},
        "pricing": {"billable": true, "pricing_model": "PMP", "type": "regular", "category": "marketing"}}),
    );
    assert_eq!((sent.status, sent.recipient.wa_id.as_deref()), (Status::Sent, Some("16505551234")));
    let pricing = sent.pricing.unwrap();
    assert_eq!((pricing.billable, pricing.category.as_deref()), (Some(true), Some("marketing")));

    let failed = status(
        json!({"id": "wamid.OUT2", "status": "failed", "timestamp": "1751142888", "recipient_id": "16505551234",
        "biz_opaque_callback_data": "run-42/step-7", "errors": [
            {"code": 131_049, "title": "t", "message": "t", "error_data": {"details": "d"}, "href": "/x"}, {"code": "131026", "details": "old"}]}),
    );
    assert_eq!(failed.callback.as_deref(), Some("run-42/step-7"));
    assert_eq!((failed.errors[0].code, failed.errors[0].details.as_deref()), (131_049, Some("d")));
    assert_eq!((failed.errors[1].code, failed.errors[1].details.as_deref()), (131_026, Some("old")));

    assert_eq!(status(json!({"id": "a", "status": "played"})).status, Status::Played);
    assert_eq!(status(json!({"id": "a", "status": "deleted"})).status, Status::Deleted);
    assert_eq!(status(json!({"id": "a", "status": "warmed"})).status, Status::Other("warmed".into()));
    assert_eq!(
        status(json!({"id": "a", "status": "read", "recipient_user_id": "US.1"}))
            .recipient
            .user_id
            .as_deref(),
        Some("US.1")
    );
}

#[test]
fn a_status_in_a_group_names_the_member() {
    let read = status(
        json!({"id": "wamid.OUT4", "status": "read", "timestamp": "1698266945", "recipient_id": "Y2FwaV9n",
        "recipient_type": "group", "recipient_participant_id": "16505551234", "recipient_participant_user_id": "US.1"}),
    );
    assert_eq!(
        (read.group.as_deref(), read.recipient.wa_id.as_deref(), read.recipient.user_id.as_deref()),
        (Some("Y2FwaV9n"), Some("16505551234"), Some("US.1"))
    );
}

fn news(value: Value, field: &str) -> News {
    let updates = deliver(&change(value, field)).updates;
    let [Update::News { news, about, .. }] = &*updates else { panic!("{field}: {updates:?}") };
    assert_eq!(about.phone_number_id.as_deref(), Some("106540352242922"), "{field}");
    news.clone()
}

fn trace(news: News) -> Trace {
    match news {
        News::Traces(traces) => traces[0].clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_field_is_read_once_into_what_it_tells() {
    let ringing = trace(news(
        json!({"statuses": [{"id": "wacid.1", "type": "call", "status": "RINGING"}]}),
        "messages",
    ));
    assert_eq!((ringing.kind, &*ringing.field, &*ringing.what), (TraceKind::Other, "calls", "call"));
    let missed = trace(news(json!({"calls": [{"id": "wacid.1", "event": "terminate"}]}), "calls"));
    assert_eq!(missed.kind, TraceKind::MissedCall);
    let failure =
        trace(news(json!({"errors": [{"code": 131_000, "title": "Something went wrong"}]}), "messages"));
    assert_eq!((failure.kind, failure.code), (TraceKind::Failure, Some(131_000)));

    let wish = json!({"contacts": [{"wa_id": "1"}], "user_preferences": [{"wa_id": "1", "category": "marketing_messages",
        "value": "stop", "timestamp": 1}]});
    assert!(matches!(news(wish, "user_preferences"), News::Preferences(all) if all.len() == 1));
    let ids = json!({"user_id_update": [{"user_id": {"previous": "DE.1", "current": "DE.2"}}]});
    assert!(matches!(news(ids, "user_id_update"), News::UserIds(all) if all.len() == 1));
    for field in ["smb_message_echoes", "message_echoes"] {
        let echo =
            json!({"message_echoes": [{"to": "1", "id": "wamid.E", "type": "text", "text": {"body": "x"}}]});
        assert!(matches!(news(echo, field), News::Echoes(all) if all.len() == 1), "{field}");
    }
    let past_us = json!({"standby": {"messages": [text("wamid.1", "1")]}});
    assert!(matches!(news(past_us, "standby"), News::Standby(all) if all.messages.len() == 1));
    let taken = json!({"sender": {"phone_number": "1"}, "control_taken": {}});
    assert!(matches!(news(taken, "messaging_handovers"), News::Handovers(all) if all.len() == 1));
    let nothing = trace(news(json!({"type": "app_roles"}), "messaging_handovers"));
    assert_eq!((&*nothing.field, &*nothing.what), ("messaging_handovers", "app_roles"));
    let paused = json!({"event": "PAUSED", "message_template_name": "a", "message_template_language": "de"});
    assert!(matches!(
        news(paused, "message_template_status_update"),
        News::Account(AccountNews::TemplateStatus { status: TemplateStatus::Paused, .. })
    ));
    for field in ["history", "never_seen"] {
        let nothing = trace(news(json!({"messages": [text("wamid.1", "1")]}), field));
        assert_eq!((&*nothing.field, nothing.kind), (field, TraceKind::Other));
    }
}

#[test]
fn each_handover_of_a_delivery_is_another_one_and_the_same_when_it_is_repeated() {
    let one = |phone: &str| json!({"sender": {"phone_number": phone}, "control_taken": {}});
    let keys = || match news(
        json!({"messaging_handovers": [one("1"), one("1"), one("2")]}),
        "messaging_handovers",
    ) {
        News::Handovers(all) => all.into_iter().map(|one| one.key).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let first = keys();
    assert_eq!((first.len(), &first), (3, &keys()));
    assert!(first[0] != first[1] && first[1] != first[2]);
}

#[test]
fn the_key_is_the_same_for_the_same_update_only() {
    let key = |value: Value| one(value).key();
    let mut again = text("wamid.1", "1");
    again["extra"] = json!(1);
    let mut later = text("wamid.1", "1");
    later["timestamp"] = json!("1762300000");
    assert_eq!(key(json!({"messages": [text("wamid.1", "1")]})), key(json!({"messages": [later]})));
    assert_eq!(key(json!({"messages": [text("wamid.1", "1")]})), key(json!({"messages": [again]})));
    assert_ne!(
        key(json!({"messages": [text("wamid.1", "1")]})),
        key(json!({"messages": [text("wamid.2", "1")]}))
    );
    let status = |status: &str, to: &str| json!({"statuses": [{"id": "wamid.1", "status": status, "recipient_id": to}]});
    assert_eq!(key(status("sent", "1")), key(status("sent", "1")));
    assert_ne!(key(status("sent", "1")), key(status("read", "1")));
    assert_ne!(key(status("sent", "1")), key(status("sent", "2")));
    assert_ne!(key(json!({"a": 1})), key(json!({"a": 2})));
}

#[test]
fn bytes_that_are_no_text_spoil_only_their_text() {
    let mut body =
        serde_json::to_vec(&change(json!({"messages": [text("wamid.1", "1")]}), "messages")).unwrap();
    let place = body.windows(2).position(|pair| pair == b"Hi").unwrap();
    body[place] = 0xff;
    let delivery = parse(&body).unwrap();
    let Update::Message { inbound, .. } = &delivery.updates[0] else { panic!() };
    assert_eq!(inbound.content, Content::Text { body: "\u{fffd}i".into() });
}

fn any_json() -> impl Strategy<Value = Value> {
    let keys =
        "(id|from|type|text|body|messages|statuses|errors|contacts|interactive|image|context|timestamp|code)";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        Just(json!("text")),
        Just(json!("interactive")),
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((keys, inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        drop(parse(&bytes));
    }

    #[test]
    fn no_json_panics_and_the_good_neighbour_is_read(odd in any_json()) {
        let good = json!({"messages": [text("wamid.GOOD", "1")]});
        let body = json!({"entry": [
            {"id": "1", "changes": [
                {"field": "messages", "value": {"messages": [odd.clone(), text("wamid.BESIDE", "1")]}},
                {"field": "messages", "value": odd.clone()},
                odd.clone(),
                {"field": "messages", "value": good},
            ]},
            odd,
        ]});
        let updates = deliver(&body).updates;
        for wamid in ["wamid.GOOD", "wamid.BESIDE"] {
            let found = updates.iter().any(|update| matches!(update, Update::Message { inbound, .. } if inbound.wamid == wamid));
            prop_assert!(found, "{}", wamid);
        }
        for update in &updates {
            update.key();
        }
    }
}
