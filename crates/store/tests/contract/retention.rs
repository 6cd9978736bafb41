//! What is erased of conversations that ended long ago.

use std::time::Duration;

use chasqui_model::Id;
use chasqui_model::conversation::{Conversation, EndReason, Status};
use chasqui_model::event::Severity;
use chasqui_model::media::{self, Media};
use chasqui_model::message::MessageStatus;
use chasqui_store::noun::retention::{LastRun, Over};
use chasqui_store::outbox::{Outcome, Sent};

use crate::engine::{Bench, contract};
use crate::thing::{Number, only};

contract!(
    an_old_conversation_goes_with_all_that_was_said,
    what_is_open_young_or_not_sent_yet_stays,
    a_file_that_another_conversation_names_stays,
    somebody_of_whom_nothing_is_left_goes_too,
    a_wish_for_no_marketing_outlives_what_was_said,
    the_last_round_is_remembered,
);

const DAY: Duration = Duration::from_hours(24);

/// A conversation that has ended, with a message in and one out. `sent`: whether the one out has left.
async fn ended(bench: &mut Bench, number: Number, key: u8, wa_id: &str, sent: bool) -> Conversation {
    let item = number.wrote(bench, key, wa_id).await;
    let mut turn = number.begins(bench, &item);
    let now = bench.clock.now();
    let media = file(bench, number, item.contact, key);
    for message in &mut turn.messages {
        message.content = format!(r#"{{"id":"meta-{key}"}}"#);
    }
    turn.media = vec![media];
    turn.events = vec![number.event(bench, Severity::Error)];
    let write = turn.conversation.as_mut().unwrap();
    let it = &mut write.conversation;
    (it.status, it.ended_at, it.end_reason) = (Status::Ended, Some(now), Some(EndReason::Finished));
    let conversation = (**it).clone();
    turn.events[0].conversation = Some(conversation.id);
    let out = turn.messages.iter().find(|it| it.status != MessageStatus::Received).map(|it| it.id);
    only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    if let Some(id) = out.filter(|_| sent) {
        let outcome = Outcome::Accepted { wamid: format!("wamid.{key}"), instead: None };
        bench.store.hot().mark_sending(vec![(number.part, id)], now).await.unwrap();
        let sent = Sent { part: number.part, id, outcome, at: now, event: None };
        bench.store.hot().record_sends(vec![sent]).await.unwrap();
    }
    conversation
}

fn file(bench: &Bench, number: Number, contact: Id<chasqui_model::contact::Contact>, key: u8) -> Media {
    Media {
        id: bench.clock.id(),
        account: number.account,
        integration: Some(number.id),
        contact: Some(contact),
        state: media::State::Pending,
        mime_type: "image/jpeg".into(),
        size: None,
        sha256: None,
        filename: None,
        meta_id: Some(format!("meta-{key}")),
        created_at: bench.clock.now(),
        expires_at: None,
    }
}

async fn over(bench: &Bench, number: Number) -> Vec<Over> {
    let before = bench.clock.now().before(DAY * 30);
    bench.store.over_before(number.account, before, None, 10).await.unwrap()
}

async fn an_old_conversation_goes_with_all_that_was_said(mut bench: Bench) {
    let number = bench.number().await;
    let old = ended(&mut bench, number, 1, "49151", true).await;
    let strangers = bench.number().await;
    let theirs = ended(&mut bench, strangers, 2, "49151", true).await;
    bench.clock.advance(DAY * 31);
    let before = bench.clock.now().before(DAY * 30);
    let found = over(&bench, number).await;
    assert_eq!(found.iter().map(|it| it.id).collect::<Vec<_>>(), [old.id]);
    let files = bench.store.files_of_conversation(&found[0]).await.unwrap();
    assert_eq!(files.len(), 1);
    assert!(bench.store.erase_conversation(&found[0], &files, before).await.unwrap());
    assert!(bench.store.conversation(number.account, old.id).await.unwrap().is_none());
    assert!(bench.store.media(number.account, files[0]).await.unwrap().is_none());
    let events = bench.store.list_events(number.account, None, Severity::Notice, None, 10).await.unwrap();
    assert_eq!(
        (events.len(), events[0].conversation),
        (1, None),
        "the error stays counted, and leads nowhere"
    );
    // A repeat finds nothing to do, and nobody else lost anything.
    assert!(!bench.store.erase_conversation(&found[0], &files, before).await.unwrap());
    assert!(over(&bench, number).await.is_empty());
    let kept = bench.store.list_messages(strangers.account, theirs.id, 0, 10).await.unwrap().unwrap();
    assert_eq!(kept.len(), 1);
}

async fn what_is_open_young_or_not_sent_yet_stays(mut bench: Bench) {
    let number = bench.number().await;
    ended(&mut bench, number, 1, "49151", false).await;
    let item = number.wrote(&mut bench, 2, "49152").await;
    only(bench.store.hot().commit_turns(vec![number.begins(&bench, &item)]).await).unwrap();
    bench.clock.advance(DAY * 31);
    ended(&mut bench, number, 3, "49153", true).await;
    assert!(over(&bench, number).await.is_empty());
    assert!(bench.store.over_before(bench.clock.id(), bench.clock.now(), None, 10).await.unwrap().is_empty());
}

async fn a_file_that_another_conversation_names_stays(mut bench: Bench) {
    let number = bench.number().await;
    let old = ended(&mut bench, number, 1, "49151", true).await;
    bench.clock.advance(DAY * 31);
    let found = over(&bench, number).await;
    let files = bench.store.files_of_conversation(&found[0]).await.unwrap();
    // The same person again: a variable of theirs holds the file.
    let item = number.wrote(&mut bench, 2, "49151").await;
    let mut turn = number.begins(&bench, &item);
    turn.conversation.as_mut().unwrap().conversation.state = format!(r#"{{"photo":"{}"}}"#, files[0]);
    only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    assert!(bench.store.files_of_conversation(&found[0]).await.unwrap().is_empty());
    let before = bench.clock.now().before(DAY * 30);
    assert!(bench.store.erase_conversation(&found[0], &[], before).await.unwrap());
    assert!(bench.store.media(number.account, files[0]).await.unwrap().is_some());
    assert!(!bench.store.is_left_alone(&found[0], before).await.unwrap());
    assert!(bench.store.contact(number.account, old.contact).await.unwrap().is_some());
}

async fn somebody_of_whom_nothing_is_left_goes_too(mut bench: Bench) {
    let number = bench.number().await;
    let old = ended(&mut bench, number, 1, "49151", true).await;
    bench.clock.advance(DAY * 31);
    let before = bench.clock.now().before(DAY * 30);
    let it = over(&bench, number).await.remove(0);
    assert!(!bench.store.is_left_alone(&it, before).await.unwrap(), "a conversation is left");
    let receipt = (bench.clock.id(), bench.clock.now());
    assert!(!bench.store.erase_left_alone(&it, before, receipt).await.unwrap(), "undone as a whole");
    assert_eq!(bench.store.media_of_contact(number.account, old.contact).await.unwrap().len(), 1);
    let files = bench.store.files_of_conversation(&it).await.unwrap();
    assert!(bench.store.erase_conversation(&it, &files, before).await.unwrap());
    assert!(bench.store.is_left_alone(&it, before).await.unwrap());
    assert!(bench.store.erase_left_alone(&it, before, receipt).await.unwrap());
    assert!(bench.store.contact(number.account, old.contact).await.unwrap().is_none());
    let receipts = bench.store.list_erasures(number.account, None, 10).await.unwrap();
    assert_eq!((receipts.len(), receipts[0].person), (1, None));
    // Who comes back is somebody new.
    let again = number.wrote(&mut bench, 9, "49151").await;
    assert_ne!(again.contact, old.contact);
}

async fn a_wish_for_no_marketing_outlives_what_was_said(mut bench: Bench) {
    let number = bench.number().await;
    let old = ended(&mut bench, number, 1, "49151", true).await;
    let now = bench.clock.now();
    bench.store.set_opt_out(number.id, old.contact, true, "user", now).await.unwrap();
    bench.clock.advance(DAY * 31);
    let before = bench.clock.now().before(DAY * 30);
    let it = over(&bench, number).await.remove(0);
    assert!(bench.store.erase_conversation(&it, &[], before).await.unwrap());
    let receipt = (bench.clock.id(), bench.clock.now());
    assert!(!bench.store.erase_left_alone(&it, before, receipt).await.unwrap());
    let kept = bench.store.contact(number.account, old.contact).await.unwrap().unwrap();
    assert_eq!((kept.name, kept.wa_id.as_deref()), (None, Some("49151")));
    assert!(bench.store.opted_out(number.id, old.contact).await.unwrap().is_some());
}

async fn the_last_round_is_remembered(bench: Bench) {
    let account = bench.clock.id();
    assert_eq!(bench.store.last_retention(account).await.unwrap(), None);
    let run = LastRun { at: bench.clock.now(), conversations: 3, contacts: 1, files: 2 };
    bench.store.set_last_retention(account, &run).await.unwrap();
    let later = LastRun { at: bench.clock.now().after(DAY), conversations: 0, contacts: 0, files: 0 };
    bench.store.set_last_retention(account, &later).await.unwrap();
    assert_eq!(bench.store.last_retention(account).await.unwrap(), Some(later));
    assert_eq!(bench.store.last_retention(bench.clock.id()).await.unwrap(), None);
}
