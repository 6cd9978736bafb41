//! Turns and timers.

use std::time::Duration;

use chasqui_model::Id;
use chasqui_model::conversation::{EndReason, Status};
use chasqui_model::event::Severity;
use chasqui_model::message::Author;
use chasqui_store::Error;
use chasqui_store::inbox::{Closes, Journal};
use chasqui_store::outbox::{Outcome, Sent};
use chasqui_store::turn::{ConversationWrite, NewTimer, Rest};

use crate::engine::{Bench, contract};
use crate::thing::{Number, only};

contract!(
    a_turn_is_committed_as_a_whole,
    a_stale_turn_changes_nothing_and_nobody_else,
    a_contact_has_one_open_conversation,
    one_ends_and_the_next_begins_in_one_turn,
    what_is_left_of_a_row_keeps_its_place,
    contacts_are_loaded_in_the_order_asked_for,
    timers_come_due_in_order_and_once,
    many_turns_at_once_are_each_whole,
    old_transcripts_are_forgotten,
);

async fn a_turn_is_committed_as_a_whole(mut bench: Bench) {
    let number = bench.number().await;
    let item = number.wrote(&mut bench, 1, "49151").await;
    let mut turn = number.begins(&bench, &item);
    turn.events = vec![number.event(&bench, Severity::Warning)];
    let conversation = (*turn.conversation.as_ref().unwrap().conversation).clone();
    only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    let loaded = bench.store.hot().load(vec![(number.part, item.contact)]).await.unwrap();
    let loaded = loaded[0].as_ref().unwrap();
    assert_eq!((loaded.contact.id, loaded.conversation.as_ref()), (item.contact, Some(&conversation)));
    assert!(bench.waiting(0, 10).await.is_empty());
    let queued = bench.store.hot().queued(number.part, number.id, None, 10).await.unwrap();
    assert_eq!((queued.len(), queued[0].conversation), (1, conversation.id));
    let turns = bench.store.list_turns(number.account, conversation.id, 0, 10).await.unwrap().unwrap();
    assert_eq!((turns[0].no, turns[0].messages.as_slice()), (1, &[queued[0].id][..]));
    let events = bench.store.list_events(number.account, None, Severity::Warning, None, 10).await.unwrap();
    assert_eq!(events.len(), 1);
}

async fn a_stale_turn_changes_nothing_and_nobody_else(mut bench: Bench) {
    let number = bench.number().await;
    let first = number.wrote(&mut bench, 1, "49151").await;
    let second = number.wrote(&mut bench, 2, "49151").await;
    let stranger = number.wrote(&mut bench, 3, "49160").await;
    let begun = number.begins(&bench, &first);
    let conversation = (*begun.conversation.as_ref().unwrap().conversation).clone();
    only(bench.store.hot().commit_turns(vec![begun]).await).unwrap();

    let mut next = conversation.clone();
    (next.version, next.turns, next.messages) = (3, 2, 2);
    let message = Number::message(&bench, &next, 2, Author::Bot);
    let mut stale = number.turn(&second, next.clone(), Some(2), vec![message]);
    stale.events = vec![number.event(&bench, Severity::Error)];
    let mut gone =
        number.turn(&second, next.clone(), Some(1), vec![Number::message(&bench, &next, 2, Author::Bot)]);
    gone.done = vec![second.seq, first.seq];
    let good = number.begins(&bench, &stranger);
    let outcomes = bench.store.hot().commit_turns(vec![stale, good, gone]).await;
    assert!(matches!(outcomes[..], [Err(Error::Stale), Ok(()), Err(Error::Gone)]), "{outcomes:?}");
    let loaded = bench.store.hot().load(vec![(number.part, first.contact)]).await.unwrap();
    assert_eq!(loaded[0].as_ref().unwrap().conversation, Some(conversation));
    let waiting = bench.waiting(0, 10).await;
    assert_eq!(waiting.iter().map(|item| item.seq).collect::<Vec<_>>(), [second.seq]);
    assert_eq!(bench.store.hot().queued(number.part, number.id, None, 10).await.unwrap().len(), 2);
    assert!(
        bench.store.list_events(number.account, None, Severity::Notice, None, 10).await.unwrap().is_empty()
    );
}

async fn a_contact_has_one_open_conversation(mut bench: Bench) {
    let number = bench.number().await;
    let first = number.wrote(&mut bench, 1, "49151").await;
    let second = number.wrote(&mut bench, 2, "49151").await;
    let turns = vec![number.begins(&bench, &first), number.begins(&bench, &second)];
    let outcomes = bench.store.hot().commit_turns(turns).await;
    assert!(matches!(outcomes[..], [Ok(()), Err(Error::Stale)]), "{outcomes:?}");
}

async fn one_ends_and_the_next_begins_in_one_turn(mut bench: Bench) {
    let number = bench.number().await;
    let first = number.wrote(&mut bench, 1, "49151").await;
    let second = number.wrote(&mut bench, 2, "49151").await;
    let begun = number.begins(&bench, &first);
    let mut old = (*begun.conversation.as_ref().unwrap().conversation).clone();
    only(bench.store.hot().commit_turns(vec![begun]).await).unwrap();
    let now = bench.clock.now();
    (old.version, old.status, old.ended_at, old.end_reason) =
        (2, Status::Ended, Some(now), Some(EndReason::Restarted));
    let mut restart = number.begins(&bench, &second);
    let new = restart.conversation.as_ref().unwrap().conversation.id;
    restart.ends = Some(ConversationWrite { conversation: Box::new(old.clone()), was: Some(1) });
    only(bench.store.hot().commit_turns(vec![restart]).await).unwrap();
    let loaded = bench.store.hot().load(vec![(number.part, first.contact)]).await.unwrap();
    assert_eq!(loaded[0].as_ref().unwrap().conversation.as_ref().unwrap().id, new);
    let ended = bench.store.conversation(number.account, old.id).await.unwrap().unwrap();
    assert_eq!(ended.conversation, old);
}

async fn what_is_left_of_a_row_keeps_its_place(mut bench: Bench) {
    let number = bench.number().await;
    let first = number.wrote(&mut bench, 1, "49151").await;
    let second = number.wrote(&mut bench, 2, "49151").await;
    let mut turn = number.begins(&bench, &first);
    turn.rest = Some(Rest { kind: 7, payload: r#"{"left":"over"}"#.into() });
    only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    let waiting = bench.waiting(0, 10).await;
    assert_eq!(waiting.iter().map(|item| item.seq).collect::<Vec<_>>(), [first.seq, second.seq]);
    assert_eq!((waiting[0].kind, waiting[0].payload.as_str()), (7, r#"{"left":"over"}"#));
}

async fn contacts_are_loaded_in_the_order_asked_for(mut bench: Bench) {
    let number = bench.number().await;
    let one = number.wrote(&mut bench, 1, "49151").await.contact;
    let two = number.wrote(&mut bench, 2, "49160").await.contact;
    let nobody = Id::from_bytes([0; 16]);
    let asked = [two, nobody, one, two].map(|contact| (number.part, contact)).to_vec();
    let loaded = bench.store.hot().load(asked).await.unwrap();
    let found: Vec<_> = loaded.iter().map(|it| it.as_ref().map(|it| it.contact.id)).collect();
    assert_eq!(found, [Some(two), None, Some(one), Some(two)]);
    assert!(loaded[0].as_ref().unwrap().conversation.is_none());
}

async fn timers_come_due_in_order_and_once(mut bench: Bench) {
    let number = bench.number().await;
    let item = number.wrote(&mut bench, 1, "49151").await;
    let now = bench.clock.now();
    assert_eq!(bench.store.hot().next_due().await.unwrap(), None);
    let at = |seconds| now.after(Duration::from_secs(seconds));
    let timer =
        |seconds, id| NewTimer { due: at(seconds), id: [id; 16], payload: format!("{{\"id\":{id}}}") };
    let mut turn = number.begins(&bench, &item);
    turn.timers = vec![timer(30, 3), timer(10, 1), timer(20, 2)];
    only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    assert_eq!(bench.store.hot().next_due().await.unwrap(), Some(at(10)));
    assert!(bench.store.hot().due_timers(at(9), 10).await.unwrap().is_empty());
    let due = bench.store.hot().due_timers(at(20), 10).await.unwrap();
    assert_eq!(due.iter().map(|it| it.timer.id[0]).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((due[0].contact, &due[0].timer), (item.contact, &timer(10, 1)));
    let entry = Journal {
        part: number.part,
        integration: number.id,
        contact: item.contact,
        kind: 3,
        payload: "{}".into(),
        at: at(20),
        closes: Closes::Timer { due: at(10), id: [1; 16] },
    };
    assert_eq!(bench.store.hot().journal(vec![entry.clone(), entry]).await.unwrap(), [true, false]);
    assert_eq!(bench.store.hot().next_due().await.unwrap(), Some(at(20)));
}

async fn many_turns_at_once_are_each_whole(mut bench: Bench) {
    let number = bench.number().await;
    let mut items = Vec::new();
    for key in 0..60 {
        items.push(number.wrote(&mut bench, key, &format!("4915{key}")).await);
    }
    let turns = items.iter().map(|item| {
        let mut turn = number.begins(&bench, item);
        // Every tenth cannot be: its row is not there.
        if item.seq % 10 == 0 {
            turn.done.push(1);
        }
        let (store, stale) = (bench.store.clone(), item.seq % 10 == 0);
        tokio::spawn(async move { (stale, only(store.hot().commit_turns(vec![turn]).await)) })
    });
    let mut committed = 0;
    for task in turns.collect::<Vec<_>>() {
        let (stale, outcome) = task.await.unwrap();
        assert_eq!(stale, matches!(outcome, Err(Error::Gone)), "{outcome:?}");
        committed += usize::from(outcome.is_ok());
    }
    let waiting = bench.waiting(0, 100).await;
    assert_eq!(waiting.len(), items.len() - committed);
    assert_eq!(bench.store.hot().queued(number.part, number.id, None, 100).await.unwrap().len(), committed);
}

async fn old_transcripts_are_forgotten(mut bench: Bench) {
    let number = bench.number().await;
    let mut begun = Vec::new();
    for key in 0..3 {
        let item = number.wrote(&mut bench, key, &format!("4915{key}")).await;
        let turn = number.begins(&bench, &item);
        begun.push(turn.conversation.as_ref().unwrap().conversation.id);
        only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
        let hot = bench.store.hot();
        let queued = hot.queued(number.part, number.id, None, 10).await.unwrap();
        let sent = queued.into_iter().map(|it| Sent {
            part: it.part,
            id: it.id,
            outcome: Outcome::Accepted { wamid: "wamid.1".into(), instead: None },
            at: bench.clock.now(),
            event: None,
        });
        hot.record_sends(sent.collect()).await.unwrap();
        bench.clock.advance(Duration::from_hours(48));
    }
    let before = bench.clock.now().before(Duration::from_hours(3 * 24));
    while bench.store.hot().forget_transcripts(before, 1).await.unwrap() > 0 {}
    for (at, conversation) in begun.into_iter().enumerate() {
        let kept = usize::from(at == 2);
        let messages = bench.store.list_messages(number.account, conversation, 0, 10).await.unwrap().unwrap();
        let turns = bench.store.list_turns(number.account, conversation, 0, 10).await.unwrap().unwrap();
        assert_eq!((messages.len(), turns.len()), (kept, kept), "{at}");
    }
}
