//! The inbox.

use std::time::Duration;

use chasqui_model::event::Severity;
use chasqui_model::message::{AliasKind, Sender};
use chasqui_store::Error;
use chasqui_store::inbox::{Arrival, Closes, DeadLetter, Deed, Journal};
use chasqui_store::noun::audit::Entry;

use crate::engine::{Bench, all_parts, contract};

contract!(
    a_duplicate_is_taken_once,
    new_work_comes_out_in_the_order_of_its_acceptance,
    a_contact_is_known_by_all_names,
    of_two_contacts_that_are_one_the_lasting_name_wins,
    a_changed_number_leads_to_the_same_contact,
    a_contact_keeps_what_a_later_message_leaves_out,
    the_time_of_a_contacts_last_message_is_when_it_was_written_and_never_goes_back,
    what_a_journal_entry_closes_is_closed_once,
    what_somebody_does_is_written_down_with_it_or_not_at_all,
    a_dead_letter_takes_its_row_along,
    old_keys_are_forgotten,
    what_a_version_before_has_seen_is_not_new,
);

async fn a_duplicate_is_taken_once(mut bench: Bench) {
    let number = bench.number().await;
    let other = bench.number().await;
    let arrival = number.arrival(&bench, 1, "49151");
    let twice = vec![arrival.clone(), arrival.clone(), number.arrival(&bench, 2, "49151")];
    assert_eq!(bench.store.hot().accept(twice).await.unwrap(), [true, false, true]);
    assert_eq!(bench.store.hot().accept(vec![arrival]).await.unwrap(), [false]);
    // The same key on another number is another message.
    assert_eq!(bench.store.hot().accept(vec![other.arrival(&bench, 1, "49151")]).await.unwrap(), [true]);
    assert_eq!(bench.waiting(0, 100).await.len(), 3);
    for _ in 0..3 {
        bench.item().await;
    }
    assert!(bench.feed.try_recv().is_err(), "a duplicate was handed out");
}

async fn new_work_comes_out_in_the_order_of_its_acceptance(mut bench: Bench) {
    let number = bench.number().await;
    let tasks = (0..50u8).map(|key| {
        let (store, arrival) = (bench.store.clone(), number.arrival(&bench, key, "49151"));
        tokio::spawn(async move { store.hot().accept(vec![arrival]).await.unwrap() })
    });
    for task in tasks.collect::<Vec<_>>() {
        assert_eq!(task.await.unwrap(), [true]);
    }
    let mut handed = Vec::new();
    for _ in 0..50 {
        handed.push(bench.item().await);
    }
    assert!(handed.is_sorted_by_key(|item| item.seq));
    assert_eq!(bench.waiting(0, 100).await, handed);
    let rest = bench.waiting(handed[19].seq, 10).await;
    assert_eq!(rest, handed[20..30]);
}

async fn a_contact_is_known_by_all_names(mut bench: Bench) {
    let number = bench.number().await;
    let by_number = number.wrote(&mut bench, 1, "49151").await.contact;
    let mut both = number.arrival(&bench, 2, "49151");
    both.sender.user_id = Some("DE.1".into());
    let mut hidden = number.arrival(&bench, 3, "");
    hidden.sender = Sender { user_id: Some("DE.1".into()), ..Sender::default() };
    bench.store.hot().accept(vec![both, hidden]).await.unwrap();
    assert_eq!(bench.item().await.contact, by_number);
    assert_eq!(bench.item().await.contact, by_number);
    let elsewhere = bench.number().await;
    assert_ne!(elsewhere.wrote(&mut bench, 1, "49151").await.contact, by_number);
}

async fn of_two_contacts_that_are_one_the_lasting_name_wins(mut bench: Bench) {
    let number = bench.number().await;
    let by_number = number.wrote(&mut bench, 1, "49151").await.contact;
    let mut hidden = number.arrival(&bench, 2, "");
    hidden.sender = Sender { user_id: Some("DE.1".into()), ..Sender::default() };
    bench.store.hot().accept(vec![hidden]).await.unwrap();
    let by_user = bench.item().await.contact;
    assert_ne!(by_user, by_number);
    let mut both = number.arrival(&bench, 3, "49151");
    both.sender.user_id = Some("DE.1".into());
    bench.store.hot().accept(vec![both]).await.unwrap();
    assert_eq!(bench.item().await.contact, by_user);
    assert_eq!(number.wrote(&mut bench, 4, "49151").await.contact, by_user);
}

async fn a_changed_number_leads_to_the_same_contact(mut bench: Bench) {
    let number = bench.number().await;
    let contact = number.wrote(&mut bench, 1, "49151").await.contact;
    let mut note = number.arrival(&bench, 2, "49151");
    note.also = vec![(AliasKind::WaId, "49160".into())];
    note.wrote_at = None;
    bench.store.hot().accept(vec![note]).await.unwrap();
    assert_eq!(bench.item().await.contact, contact);
    assert_eq!(number.wrote(&mut bench, 3, "49160").await.contact, contact);
    let found = bench.store.contact(number.account, contact).await.unwrap().unwrap();
    assert_eq!(found.wa_id.as_deref(), Some("49160"));
    assert_eq!(bench.store.contact(bench.clock.id(), contact).await.unwrap(), None);
}

async fn a_contact_keeps_what_a_later_message_leaves_out(mut bench: Bench) {
    let number = bench.number().await;
    let began = bench.clock.now();
    let contact = number.wrote(&mut bench, 1, "49151").await.contact;
    bench.clock.advance(Duration::from_mins(1));
    let mut status = number.arrival(&bench, 2, "49151");
    status.sender.name = None;
    status.wrote_at = None;
    bench.store.hot().accept(vec![status]).await.unwrap();
    let found = bench.store.contact(number.account, contact).await.unwrap().unwrap();
    assert_eq!((found.name.as_deref(), found.last_inbound_at), (Some("Jonas"), Some(began)));
    number.wrote(&mut bench, 3, "49151").await;
    let found = bench.store.contact(number.account, contact).await.unwrap().unwrap();
    assert_eq!(found.last_inbound_at, Some(bench.clock.now()));
}

async fn the_time_of_a_contacts_last_message_is_when_it_was_written_and_never_goes_back(mut bench: Bench) {
    let number = bench.number().await;
    let began = bench.clock.now();
    let wrote = async |bench: &mut Bench, key: u8, at: chasqui_model::Timestamp, name: &str| {
        let mut arrival = number.arrival(bench, key, "49151");
        arrival.wrote_at = Some(at);
        arrival.sender.name = Some(name.into());
        bench.store.hot().accept(vec![arrival]).await.unwrap();
        let contact = bench.item().await.contact;
        let found = bench.store.contact(number.account, contact).await.unwrap().unwrap();
        (found.name.unwrap(), found.last_inbound_at.unwrap())
    };
    let hours = |hours: u64| began.before(Duration::from_hours(hours));
    assert_eq!(wrote(&mut bench, 1, hours(30), "Jonas").await.1, hours(30));
    assert_eq!(wrote(&mut bench, 2, hours(2), "Jonas").await.1, hours(2));
    // Older ones that come late, also with news of who wrote.
    assert_eq!(wrote(&mut bench, 3, hours(20), "Jonas").await.1, hours(2));
    assert_eq!(wrote(&mut bench, 4, hours(40), "Jona").await, ("Jona".into(), hours(2)));
    // A moment later is not noted, whatever else is.
    let soon = hours(2).after(Duration::from_secs(29));
    assert_eq!(wrote(&mut bench, 5, soon, "Jon").await, ("Jon".into(), hours(2)));
    let later = hours(2).after(chasqui_model::window::NOTED_WITHIN);
    assert_eq!(wrote(&mut bench, 6, later, "Jon").await.1, later);
    // Several at once: the newest counts, whichever comes last.
    let mut both = [number.arrival(&bench, 7, "49160"), number.arrival(&bench, 8, "49160")];
    both[0].wrote_at = Some(hours(1));
    both[1].wrote_at = Some(hours(9));
    bench.store.hot().accept(both.to_vec()).await.unwrap();
    let contact = bench.item().await.contact;
    let found = bench.store.contact(number.account, contact).await.unwrap().unwrap();
    assert_eq!(found.last_inbound_at, Some(hours(1)));
}

async fn what_a_journal_entry_closes_is_closed_once(mut bench: Bench) {
    let number = bench.number().await;
    let item = number.wrote(&mut bench, 1, "49151").await;
    let mut turn = number.begins(&bench, &item);
    let conversation = turn.conversation.as_ref().unwrap().conversation.id;
    turn.calls = vec![chasqui_store::turn::NewCall {
        conversation,
        no: 7,
        turn: 1,
        node: "look_up".into(),
        request: r#"{"call":"http"}"#.into(),
        summary: "GET /orders".into(),
        at: bench.clock.now(),
    }];
    crate::thing::only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    let pending = bench.store.hot().pending_calls(&all_parts(), 10).await.unwrap();
    assert_eq!((pending.len(), pending[0].no, pending[0].contact), (1, 7, item.contact));
    let answer = |closes| Journal {
        part: number.part,
        integration: number.id,
        contact: item.contact,
        kind: 2,
        payload: "{}".into(),
        at: bench.clock.now(),
        closes,
    };
    let closes = Closes::Call { conversation, no: 7, result: "200, 1 kB".into(), ok: true, duration_ms: 318 };
    let entries = vec![answer(closes.clone()), answer(closes), answer(Closes::Nothing)];
    assert_eq!(bench.store.hot().journal(entries).await.unwrap(), [true, false, true]);
    assert!(bench.store.hot().pending_calls(&all_parts(), 10).await.unwrap().is_empty());
    let (first, second) = (bench.item().await, bench.item().await);
    assert!(item.seq < first.seq && first.seq < second.seq);
    let turns = bench.store.list_turns(number.account, conversation, 0, 10).await.unwrap().unwrap();
    let call = &turns[0].calls[0];
    assert_eq!(
        (call.ok, call.result.as_deref(), call.duration_ms),
        (Some(true), Some("200, 1 kB"), Some(318))
    );
}

async fn what_somebody_does_is_written_down_with_it_or_not_at_all(mut bench: Bench) {
    let number = bench.number().await;
    let item = number.wrote(&mut bench, 1, "49151").await;
    let by = |bench: &Bench, action: &str| Entry {
        id: bench.clock.id(),
        account: number.account,
        user: None,
        action: action.to_owned(),
        subject: "con_1".to_owned(),
        detail: "{}".to_owned(),
        at: bench.clock.now(),
    };
    let deed = |bench: &Bench, closes| {
        Deed::Entry(Journal {
            part: number.part,
            integration: number.id,
            contact: item.contact,
            kind: 6,
            payload: "{}".into(),
            at: bench.clock.now(),
            closes,
        })
    };
    let told = by(&bench, "conversation.close");
    let seq = bench.store.hot().act(deed(&bench, Closes::Nothing), &told).await.unwrap();
    let work = bench.item().await;
    assert_eq!((work.seq, work.contact), (seq, item.contact));
    // Somebody who is met by it.
    let arrival = || Deed::Arrival(Box::new(number.arrival(&bench, 2, "49152")));
    let sent = bench.store.hot().act(arrival(), &by(&bench, "message.send")).await.unwrap();
    let arrived = arrival();
    assert_eq!(bench.item().await.seq, sent);
    // What is known already, and what closes nothing, is not done: nothing is written down of it.
    let again = bench.store.hot().act(arrived, &by(&bench, "again")).await;
    assert!(matches!(again, Err(Error::Stale)), "{again:?}");
    let late = Closes::Timer { due: bench.clock.now(), id: [7; 16] };
    let late = bench.store.hot().act(deed(&bench, late), &by(&bench, "late")).await;
    assert!(matches!(late, Err(Error::Stale)), "{late:?}");
    assert_eq!(bench.waiting(0, 10).await.len(), 3);
    let log = bench.store.list_audit(number.account, None, None, 10).await.unwrap();
    let actions: Vec<&str> = log.iter().map(|it| it.entry.action.as_str()).collect();
    assert_eq!(actions, ["message.send", "conversation.close"]);
    assert_eq!(log[1].entry, told);
}

async fn a_dead_letter_takes_its_row_along(mut bench: Bench) {
    let number = bench.number().await;
    let item = number.wrote(&mut bench, 1, "49151").await;
    let letter = DeadLetter {
        part: number.part,
        id: [9; 16],
        account: number.account,
        integration: number.id,
        contact: Some(item.contact),
        cause: "unreadable".into(),
        raw: b"{".to_vec(),
        at: bench.clock.now(),
        seq: Some(item.seq),
        event: Some(number.event(&bench, Severity::Error)),
    };
    bench.store.hot().bury(vec![letter.clone()]).await.unwrap();
    bench.store.hot().bury(vec![letter]).await.unwrap();
    assert!(bench.waiting(0, 10).await.is_empty());
    let events = bench.store.list_events(number.account, None, Severity::Notice, None, 10).await.unwrap();
    assert_eq!(events.len(), 1);
    let other = number.wrote(&mut bench, 2, "49151").await;
    bench.store.hot().drop_items(vec![other]).await.unwrap();
    assert!(bench.waiting(0, 10).await.is_empty());
}

async fn old_keys_are_forgotten(mut bench: Bench) {
    let number = bench.number().await;
    // Keys of any form: each lies in the slice of its first byte.
    let keys = [0, 1, 0x6a, 0x7f, 0x80, 0xff];
    for key in keys {
        number.wrote(&mut bench, key, "49151").await;
    }
    let now = bench.clock.now();
    let forget = async |before, limit| {
        let mut gone = 0;
        for slice in 0..=u8::MAX {
            gone += bench.store.hot().forget_keys(before, slice, limit).await.unwrap();
        }
        gone
    };
    assert_eq!(forget(now, 10).await, 0);
    let later = now.after(Duration::from_millis(1));
    assert!(bench.store.hot().forget_keys(later, 0x80, 1).await.unwrap() <= 1);
    assert!(forget(later, 10).await >= keys.len() - 2);
    assert_eq!(forget(later, 10).await, 0, "none is left");
    for key in keys {
        number.wrote(&mut bench, key, "49151").await;
    }
}

async fn what_a_version_before_has_seen_is_not_new(mut bench: Bench) {
    let number = bench.number().await;
    number.wrote(&mut bench, 7, "49151").await;
    let accept = async |key: u8, former: Option<u8>| {
        let former = former.map(|it| [it; 16]);
        let arrival = Arrival { former, ..number.arrival(&bench, key, "49151") };
        bench.store.hot().accept(vec![arrival]).await.unwrap()[0]
    };
    assert!(!accept(0x81, Some(7)).await, "it came before, under its former key");
    assert!(accept(0x82, Some(8)).await);
    assert!(!accept(0x82, Some(9)).await, "it came before, under this key");
    assert!(accept(0x83, None).await);
    assert!(!accept(0x83, None).await);
    let other = bench.number().await;
    let arrival = Arrival { former: Some([7; 16]), ..other.arrival(&bench, 0x84, "49151") };
    assert_eq!(
        bench.store.hot().accept(vec![arrival]).await.unwrap(),
        [true],
        "another number's is another thing"
    );
}
