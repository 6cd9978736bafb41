//! What the store says of itself to whoever looks after the installation.

use std::time::Duration;

use chasqui_model::event::Severity;
use chasqui_store::engine::Kind;
use chasqui_store::inbox::DeadLetter;
use chasqui_store::noun::queue::{Queue, Queues};
use chasqui_store::turn::{NewCall, NewTimer};

use crate::engine::{Bench, Place, contract};
use crate::thing::only;

contract!(what_waits_is_counted_with_the_age_of_the_oldest, an_engine_says_what_it_is);

async fn what_waits_is_counted_with_the_age_of_the_oldest(mut bench: Bench) {
    let number = bench.number().await;
    assert_eq!(bench.store.queues(bench.clock.now()).await.unwrap(), Queues::default());
    let began = bench.clock.now();
    let item = number.wrote(&mut bench, 1, "49151").await;
    bench.clock.advance(Duration::from_secs(40));
    let unread = number.wrote(&mut bench, 2, "49152").await;
    let one = |oldest| Queue { waiting: 1, oldest: Some(oldest) };
    let found = bench.store.queues(bench.clock.now()).await.unwrap();
    assert_eq!(found.inbox, Queue { waiting: 2, oldest: Some(began) });

    let now = bench.clock.now();
    let mut turn = number.begins(&bench, &item);
    let conversation = turn.conversation.as_ref().unwrap().conversation.id;
    turn.calls = vec![NewCall {
        conversation,
        no: 1,
        turn: 1,
        node: "look_up".into(),
        request: "{}".into(),
        summary: "GET /orders".into(),
        at: now,
    }];
    let due = now.after(Duration::from_mins(1));
    turn.timers = vec![NewTimer { due, id: [3; 16], payload: "{}".into() }];
    only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    let letter = DeadLetter {
        part: number.part,
        id: [9; 16],
        account: number.account,
        integration: number.id,
        contact: Some(unread.contact),
        cause: "unreadable".into(),
        raw: b"{".to_vec(),
        at: now,
        seq: Some(unread.seq),
        event: Some(number.event(&bench, Severity::Error)),
    };
    bench.store.hot().bury(vec![letter]).await.unwrap();
    let found = bench.store.queues(now).await.unwrap();
    assert_eq!((found.inbox, found.calls, found.dead_letters), (Queue::default(), one(now), one(now)));
    assert_eq!(found.timers, Queue::default(), "its time has not come");
    assert_eq!(found.outbox.waiting, 1);
    let oldest = found.outbox.oldest.unwrap();
    assert!(oldest.since(now) < Duration::from_secs(1) && now.since(oldest) < Duration::from_secs(1));
    assert_eq!(bench.store.queues(due).await.unwrap().timers, one(due));
}

async fn an_engine_says_what_it_is(bench: Bench) {
    let found = bench.store.hot().describe().await.unwrap();
    let kind = if matches!(bench.place, Place::Folder(_)) { Kind::Sqlite } else { Kind::Postgres };
    assert_eq!(found.kind, kind);
    assert!(found.durable && !found.synchronous && found.standbys.is_empty(), "{found:?}");
    assert!(found.version.split('.').count() >= 2, "{found:?}");
    let wanted = match kind {
        Kind::Sqlite => ("synchronous", "full"),
        Kind::Postgres => ("fsync", "on"),
    };
    assert!(found.settings.iter().any(|(name, value)| (*name, value.as_str()) == wanted), "{found:?}");
}
