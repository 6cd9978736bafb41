//! Who somebody is, from what Meta delivers: numbers that change hands, people without numbers, notes in every form.

use std::time::Duration;

use chasqui_model::Id;
use chasqui_model::message::outbound::Content;
use chasqui_model::message::{Message, MessageStatus};
use chasqui_runtime::Asked;
use chasqui_simulator::{FaultKind, FaultSpec, PhoneSpec, harness};
use chasqui_store::noun::conversation::Listed;
use serde_json::{Map, Value, json};

use crate::bot::{Bot, echo, eventually, menu, next, silence};

/// Delivers a change and waits until nothing is left to do.
async fn post(bot: &Bot, value: Value) {
    deliver(bot, value).await;
    bot.rests().await;
}

/// Signs a change and posts it to the bot's URL.
async fn deliver(bot: &Bot, value: Value) {
    let mut value = value;
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({"display_phone_number": "15550783881", "phone_number_id": harness::NUMBER});
    let changes = json!([{"field": "messages", "value": value}]);
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": harness::ACCOUNT, "changes": changes}]});
    let body = body.to_string();
    let secret = chasqui_model::secret::Secret::new(harness::SECRET);
    let signature = chasqui_whatsapp::signature::sign(&secret, body.as_bytes());
    let request =
        reqwest::Client::new().post(bot.callback()).header("X-Hub-Signature-256", signature).body(body);
    assert_eq!(request.send().await.unwrap().status(), 200);
}

/// A second of the minute that is just over, as Meta writes it.
fn stamp(bot: &Bot, second: u64) -> String {
    (bot.clock.now().before(Duration::from_secs(60 - second)).millis() / 1000).to_string()
}

/// A text of somebody, written at a second. Either id may be empty.
fn text(bot: &Bot, wa_id: &str, user_id: &str, second: u64) -> Value {
    let id: Id<Message> = bot.clock.id();
    let mut message = json!({"id": format!("wamid.{id}"), "timestamp": stamp(bot, second), "type": "text",
        "text": {"body": "hi"}});
    if !wa_id.is_empty() {
        message["from"] = json!(wa_id);
    }
    if !user_id.is_empty() {
        message["from_user_id"] = json!(user_id);
    }
    message
}

/// A note, delivered as of a second.
fn note(bot: &Bot, note: Value, second: u64) -> Value {
    let id: Id<Message> = bot.clock.id();
    let mut note = note;
    note["id"] = json!(format!("wamid.{id}"));
    note["timestamp"] = json!(stamp(bot, second));
    note["type"] = json!("system");
    note
}

fn moved(from: &str, to: &str) -> Value {
    json!({"from": from, "system": {"body": "User changed", "wa_id": to, "type": "user_changed_number"}})
}

async fn of(bot: &Bot, number: &str) -> Option<Listed> {
    let all = bot.conversations().await;
    all.into_iter().find(|it| it.contact.wa_id.as_deref() == Some(number))
}

/// What a conversation's contact wrote.
async fn said(bot: &Bot, it: &Listed) -> usize {
    let lines = bot.transcript(it.conversation.id).await;
    lines.iter().filter(|line| line.status == MessageStatus::Received && line.kind != "system").count()
}

#[tokio::test]
async fn a_stranger_who_gets_a_number_begins_anew() {
    for late in [false, true] {
        for ids in [["", "", ""], ["US.1", "US.2", "US.3"]] {
            let bot = Bot::with_flow(menu()).await;
            post(&bot, json!({"messages": [text(&bot, "16505550001", ids[0], 1)]})).await;
            let ana = bot.only().await;
            let mut gone = moved("16505550001", "16505550002");
            if !ids[0].is_empty() {
                gone["system"]["user_id"] = json!(ids[1]);
                gone["system"]["previous_user_id"] = json!(ids[0]);
            }
            let gone = note(&bot, gone, 2);
            let stranger = text(&bot, "16505550001", ids[2], 3);
            if late && !ids[0].is_empty() {
                post(&bot, json!({"messages": [stranger]})).await;
                post(&bot, json!({"messages": [gone]})).await;
            } else if late {
                // Without a user id nobody can tell before the note comes; from then on the number is somebody else's.
                post(&bot, json!({"messages": [gone, stranger]})).await;
            } else {
                post(&bot, json!({"messages": [gone]})).await;
                post(&bot, json!({"messages": [stranger]})).await;
            }
            assert_eq!(bot.conversations().await.len(), 2, "late {late}, {ids:?}");
            let first = of(&bot, "16505550002").await.unwrap();
            let second = of(&bot, "16505550001").await.unwrap();
            assert_eq!(first.conversation.id, ana.conversation.id);
            assert_eq!((said(&bot, &first).await, said(&bot, &second).await), (1, 1));
            // Both go on where they are.
            post(&bot, json!({"messages": [text(&bot, "16505550001", ids[2], 4), text(&bot, "16505550002", ids[1], 4)]}))
                .await;
            let (first, second) =
                (of(&bot, "16505550002").await.unwrap(), of(&bot, "16505550001").await.unwrap());
            assert_eq!((said(&bot, &first).await, said(&bot, &second).await), (2, 2));
            assert_eq!(bot.conversations().await.len(), 2);
        }
    }
}

#[tokio::test]
async fn two_people_in_one_change_stay_two() {
    let bot = Bot::with_flow(echo()).await;
    let messages = [text(&bot, "16505550001", "", 1), text(&bot, "16505550002", "", 1)];
    let contacts =
        json!([{"profile": {"name": "Ana", "username": "ana"}, "wa_id": "16505550001", "user_id": "US.1"}]);
    post(&bot, json!({"contacts": contacts, "messages": messages})).await;
    assert_eq!(bot.conversations().await.len(), 2);
    let (ana, ben) = (of(&bot, "16505550001").await.unwrap(), of(&bot, "16505550002").await.unwrap());
    assert_eq!((ana.contact.name.as_deref(), ana.contact.user_id.as_deref()), (Some("Ana"), Some("US.1")));
    assert_eq!((ben.contact.name, ben.contact.user_id, ben.contact.username), (None, None, None));
    // A note about one beside a message of the other.
    let gone = note(&bot, moved("16505550001", "16505550003"), 2);
    let contacts = json!([{"profile": {"name": "Ben"}, "wa_id": "16505550002"}]);
    post(&bot, json!({"contacts": contacts, "messages": [text(&bot, "16505550002", "", 2), gone]})).await;
    let (ana, ben) = (of(&bot, "16505550003").await.unwrap(), of(&bot, "16505550002").await.unwrap());
    assert_eq!((ana.contact.name.as_deref(), ben.contact.name.as_deref()), (Some("Ana"), Some("Ben")));
    assert_eq!(bot.conversations().await.len(), 2);
}

#[tokio::test]
async fn notes_in_every_form_are_about_one_person() {
    let forms = [
        json!({"system": {"type": "user_changed_user_id", "user_id": "US.2", "previous_user_id": "US.1"}}),
        json!({"previous_user_id": "US.1", "previous_parent_user_id": "US.ENT.1", "from_user_id": "US.2",
            "system": {"type": "user_changed_user_id"}}),
        json!({"system": {"type": "user_changed_user_id", "user_id": "US.2", "wa_id": "16505550002", "previous_user_id": "US.1"}}),
        json!({"from": "16505550001", "system": {"type": "user_changed_number", "wa_id": "16505550002", "user_id": "US.2"}}),
        json!({"from": "16505550001", "system": {"type": "user_changed_number", "new_wa_id": "16505550002", "user_id": "US.2"}}),
        json!({"from": "16505550001", "from_user_id": "US.1", "system": {"type": "user_identity_changed"}}),
    ];
    for form in forms {
        // The person writes under their new ids after the note, and before it.
        for early in [false, true] {
            let bot = Bot::with_flow(menu()).await;
            let moves = form.to_string().contains("16505550002");
            let stays = form.to_string().contains("identity");
            let number = if moves { "16505550002" } else { "16505550001" };
            let (id, after) = (if stays { "US.1" } else { "US.2" }, text(&bot, "", "", 3));
            let mut after = after;
            after["from"] = json!(number);
            after["from_user_id"] = json!(id);
            post(&bot, json!({"messages": [text(&bot, "16505550001", "US.1", 1)]})).await;
            let told = note(&bot, form.clone(), 2);
            let both = if early { [after, told] } else { [told, after] };
            for message in both {
                post(&bot, json!({"messages": [message]})).await;
            }
            post(&bot, json!({"messages": [text(&bot, "", id, 4)]})).await;
            let all = bot.conversations().await;
            let named: Vec<_> = all
                .iter()
                .filter(|it| {
                    it.contact.user_id.as_deref() == Some(id) || it.contact.wa_id.as_deref() == Some(number)
                })
                .collect();
            assert_eq!(named.len(), 1, "{form} {early}");
            if !early {
                assert_eq!(all.len(), 1, "{form}");
                assert_eq!(said(&bot, &all[0]).await, 3, "{form}");
            }
            assert_eq!(named[0].contact.wa_id.as_deref(), Some(number), "{form} {early}");
            let events = bot.events().await;
            assert!(events.iter().all(|event| event.code != "delivery_unreadable"), "{form}: {events:?}");
        }
    }
}

#[tokio::test]
async fn what_waits_for_somebody_goes_to_their_new_number() {
    let bot = Bot::with_flow(echo()).await;
    let (ana, new) = (bot.contact("Ana"), bot.contact("Ana's new phone"));
    new.says("open").unwrap();
    assert_eq!(next(&new).await, "echo open");
    bot.meta.add_fault(fault(FaultKind { code: Some(190), ..FaultKind::default() }));
    ana.says("hello").unwrap();
    bot.event("number_cannot_send").await;
    deliver(&bot, json!({"messages": [note(&bot, moved(ana.wa_id(), new.wa_id()), 1)]})).await;
    // The note has been worked on; the reply still waits.
    eventually(|| async { (bot.server().app.runtime.depth().0 == 0).then_some(()) }).await;
    bot.change(|_| {}).await;
    assert_eq!(next(&new).await, "echo hello");
    silence(&ana).await;
}

#[tokio::test]
async fn a_listed_number_talks_in_either_form_and_is_written_to_in_either() {
    let bot = Bot::with_flow(echo()).await;
    let numbers = vec!["+525512345678".into()];
    bot.change(|it| it.settings.recipients = chasqui_model::integration::Recipients::Only { numbers }).await;
    let spec =
        PhoneSpec { wa_id: Some("5215512345678".into()), name: Some("Ana".into()), ..PhoneSpec::default() };
    let ana = bot.meta.phone(spec, harness::NUMBER).unwrap();
    ana.says("hello").unwrap();
    assert_eq!(next(&ana).await, "echo hello");
    let content = Content::Text { body: "Are you there?".into(), preview_url: false };
    let asked = Asked {
        id: bot.server().app.clock.id(),
        integration: bot.integration,
        to: chasqui_runtime::To::Phone("+525512345678".into()),
        message: Some(content.into()),
        template: None,
        quoted: None,
        bot: None,
        variables: Map::new(),
    };
    bot.server().app.runtime.ask(asked, &bot.entry("message.send")).await.unwrap();
    assert_eq!(next(&ana).await, "Are you there?");
    ana.says("yes").unwrap();
    assert_eq!(next(&ana).await, "echo yes");
    assert_eq!(bot.only().await.contact.wa_id.as_deref(), Some("5215512345678"));
}

#[tokio::test]
async fn ids_in_a_status_join_its_reader() {
    let bot = Bot::with_flow(echo()).await;
    post(&bot, json!({"messages": [text(&bot, "16505550001", "", 1)]})).await;
    let it = bot.only().await;
    let sent = || async {
        bot.transcript(it.conversation.id)
            .await
            .into_iter()
            .find(|line| line.status != MessageStatus::Received)
    };
    let reply = eventually(sent).await;
    let status = |recipient: Value, callback: Option<String>| {
        let mut status = json!({"id": "wamid.FOREIGN", "status": "sent", "timestamp": stamp(&bot, 2), "recipient_id": "16505550001"});
        for (key, value) in recipient.as_object().unwrap() {
            status[key] = value.clone();
        }
        if let Some(callback) = callback {
            status["biz_opaque_callback_data"] = json!(callback);
        }
        json!({"statuses": [status]})
    };
    // Somebody else's message tells nothing about our people.
    post(&bot, status(json!({"recipient_user_id": "US.9"}), None)).await;
    post(&bot, status(json!({"recipient_user_id": "US.9"}), Some("run-42/step-7".into()))).await;
    assert_eq!(bot.only().await.contact.user_id, None);
    let mut known = status(json!({"recipient_user_id": "US.1"}), Some(reply.id.to_string()));
    known["contacts"] = json!([{"wa_id": "16505550001", "user_id": "US.1", "parent_user_id": "US.ENT.1"}]);
    post(&bot, known).await;
    assert_eq!(bot.only().await.contact.user_id.as_deref(), Some("US.1"));
    post(&bot, json!({"messages": [text(&bot, "", "US.1", 3)]})).await;
    let mut by_parent = text(&bot, "", "", 4);
    by_parent["from_parent_user_id"] = json!("US.ENT.1");
    post(&bot, json!({"messages": [by_parent]})).await;
    assert_eq!(said(&bot, &bot.only().await).await, 3);
}

#[tokio::test]
async fn a_status_without_our_id_is_matched_by_metas() {
    let bot = Bot::with_flow(echo()).await;
    // The answer to the call is lost, and so are Meta's own statuses: nobody knows the message's id at Meta.
    bot.meta.set(|settings| settings.statuses.loss = 1.0);
    bot.meta.add_fault(fault(FaultKind { garbage: true, ..FaultKind::default() }));
    let ana = bot.contact("Ana");
    ana.says("hello").unwrap();
    let seen = ana.next(crate::bot::SOON).await.unwrap();
    let it = bot.only().await;
    let reply = || async { bot.transcript(it.conversation.id).await.pop().unwrap() };
    let status = |status: &str, wamid: &str, callback: &str| {
        json!({"statuses": [{"id": wamid, "status": status, "timestamp": stamp(&bot, 1),
            "recipient_id": ana.wa_id(), "biz_opaque_callback_data": callback}]})
    };
    for (wamid, callback) in [(&*seen.wamid, "another-app/1"), ("wamid.FOREIGN", ""), (&*seen.wamid, "")] {
        deliver(&bot, status("delivered", wamid, callback)).await;
        assert_eq!(reply().await.status, MessageStatus::Sending);
    }
    // What came early counts once the id is known.
    deliver(&bot, status("sent", &seen.wamid, &reply().await.id.to_string())).await;
    eventually(|| async {
        bot.advance(Duration::from_millis(200));
        (reply().await.status == MessageStatus::Delivered).then_some(())
    })
    .await;
    deliver(&bot, status("read", "wamid.FOREIGN", "")).await;
    assert_eq!(reply().await.status, MessageStatus::Delivered);
    deliver(&bot, status("read", &seen.wamid, "")).await;
    assert_eq!(reply().await.status, MessageStatus::Read);
}

fn fault(fault: FaultKind) -> FaultSpec {
    FaultSpec {
        route: "messages".into(),
        phone_number_id: None,
        fault,
        times: Some(1),
        seconds: None,
        every: None,
    }
}
