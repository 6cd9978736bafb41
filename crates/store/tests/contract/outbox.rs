//! The outbox and the ladder of statuses.

use std::time::Duration;

use chasqui_model::Id;
use chasqui_model::event::Severity;
use chasqui_model::message::{Message, MessageStatus};
use chasqui_store::noun::backlog::Backlog;
use chasqui_store::noun::conversation::Filter;
use chasqui_store::outbox::{Applied, Lost, OnceMore, Outcome, Sent, Standing, StatusChange};

use crate::engine::{Bench, all_parts, contract};
use crate::thing::{Number, only};

contract!(
    a_message_is_put_on_its_way_once,
    an_accepted_message_leaves_the_outbox,
    a_message_that_comes_again_waits_for_its_time,
    a_failed_message_says_why,
    what_meta_lost_waits_once_more_and_no_more,
    a_status_that_comes_before_the_answer_stays,
    the_ladder_only_goes_up,
    a_status_of_nothing_changes_nothing,
);

async fn queued(bench: &mut Bench, number: Number, key: u8) -> Id<Message> {
    let item = number.wrote(bench, key, &format!("4915{key}")).await;
    let turn = number.begins(bench, &item);
    let id = turn.messages[0].id;
    only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    id
}

fn sent(bench: &Bench, number: Number, id: Id<Message>, outcome: Outcome) -> Vec<Sent> {
    vec![Sent { part: number.part, id, outcome, at: bench.clock.now(), event: None }]
}

fn accepted() -> Outcome {
    Outcome::Accepted { wamid: "wamid.1".into(), instead: None }
}

/// Messages of these tests are of no node, so this is never put anywhere.
fn nothing(_: Id<chasqui_model::conversation::Conversation>, _: &str) -> (i64, String) {
    (0, String::new())
}

fn status(bench: &Bench, number: Number, id: Id<Message>, status: MessageStatus) -> StatusChange {
    let at = bench.clock.now();
    let wamid = "wamid.1".into();
    StatusChange {
        part: number.part,
        id,
        wamid,
        status,
        at,
        code: None,
        reason: None,
        then: nothing,
        event: None,
    }
}

/// The only message's status and times, as people see them.
async fn seen(bench: &Bench, number: Number) -> (MessageStatus, [bool; 3]) {
    let listed = bench.store.list_conversations(number.account, &Filter::default(), 10).await.unwrap();
    let messages =
        bench.store.list_messages(number.account, listed[0].conversation.id, 0, 10).await.unwrap().unwrap();
    let it = &messages[0];
    (it.status, [it.sent_at, it.delivered_at, it.read_at].map(|at| at.is_some()))
}

async fn a_message_is_put_on_its_way_once(mut bench: Bench) {
    let number = bench.number().await;
    let other = bench.number().await;
    let one = queued(&mut bench, number, 1).await;
    let two = queued(&mut bench, number, 2).await;
    let hot = bench.store.hot();
    assert_eq!(hot.numbers_with_mail(&all_parts()).await.unwrap(), [number.id]);
    let waiting = hot.queued(number.part, number.id, None, 10).await.unwrap();
    assert_eq!(waiting.iter().map(|it| it.id).collect::<Vec<_>>(), [one, two]);
    assert_eq!(hot.queued(number.part, number.id, Some(one), 10).await.unwrap().len(), 1);
    assert!(hot.queued(other.part, other.id, None, 10).await.unwrap().is_empty());
    let all = vec![(number.part, one), (number.part, two), (number.part, one)];
    assert_eq!(hot.mark_sending(all.clone(), bench.clock.now()).await.unwrap(), [true, true, false]);
    assert_eq!(hot.standings(all).await.unwrap(), [Standing::Sending; 3]);
    let waiting = hot.queued(number.part, number.id, None, 10).await.unwrap();
    let it = &waiting[0];
    assert_eq!((it.status, it.attempts, it.sending_at), (MessageStatus::Sending, 1, Some(bench.clock.now())));
    let backlogs = bench.store.backlogs(number.account).await.unwrap();
    assert_eq!(backlogs[&number.id], Backlog { queued: 0, sending: 2 });
    assert!(bench.store.backlogs(other.account).await.unwrap().is_empty());
}

async fn an_accepted_message_leaves_the_outbox(mut bench: Bench) {
    let number = bench.number().await;
    let id = queued(&mut bench, number, 1).await;
    bench.store.hot().mark_sending(vec![(number.part, id)], bench.clock.now()).await.unwrap();
    let instead = Some(("template", r#"{"type":"template","name":"reopen"}"#.to_owned()));
    let outcome = Outcome::Accepted { wamid: "wamid.1".into(), instead };
    bench.store.hot().record_sends(sent(&bench, number, id, outcome)).await.unwrap();
    assert!(bench.store.hot().queued(number.part, number.id, None, 10).await.unwrap().is_empty());
    assert!(bench.store.hot().numbers_with_mail(&all_parts()).await.unwrap().is_empty());
    assert_eq!(bench.store.hot().standings(vec![(number.part, id)]).await.unwrap(), [Standing::Over]);
    assert_eq!(seen(&bench, number).await.0, MessageStatus::Accepted);
    let listed = bench.store.list_conversations(number.account, &Filter::default(), 10).await.unwrap();
    assert_eq!(listed[0].last_message.as_ref().unwrap().kind, "template");
}

async fn a_message_that_comes_again_waits_for_its_time(mut bench: Bench) {
    let number = bench.number().await;
    let id = queued(&mut bench, number, 1).await;
    let now = bench.clock.now();
    let due_at = now.after(Duration::from_secs(4));
    let mark = || bench.store.hot().mark_sending(vec![(number.part, id)], now);
    for (counts, attempts) in [(true, 1), (false, 1), (true, 2)] {
        assert_eq!(mark().await.unwrap(), [true]);
        let again = Outcome::Again { due_at, counts };
        bench.store.hot().record_sends(sent(&bench, number, id, again)).await.unwrap();
        let waiting = bench.store.hot().queued(number.part, number.id, None, 10).await.unwrap();
        let it = &waiting[0];
        assert_eq!((it.status, it.attempts, it.due_at), (MessageStatus::Queued, attempts, Some(due_at)));
        let standings = bench.store.hot().standings(vec![(number.part, id)]).await.unwrap();
        assert_eq!(standings, [Standing::Waits(Some(due_at))]);
    }
}

async fn a_failed_message_says_why(mut bench: Bench) {
    let number = bench.number().await;
    let id = queued(&mut bench, number, 1).await;
    bench.store.hot().mark_sending(vec![(number.part, id)], bench.clock.now()).await.unwrap();
    let failed =
        Outcome::Failed { code: Some(131_047), reason: "the window is closed".into(), then: nothing };
    let mut results = sent(&bench, number, id, failed);
    results[0].event = Some(number.event(&bench, Severity::Error));
    bench.store.hot().record_sends(results).await.unwrap();
    let listed = bench.store.list_conversations(number.account, &Filter::default(), 10).await.unwrap();
    let found =
        bench.store.list_messages(number.account, listed[0].conversation.id, 0, 10).await.unwrap().unwrap();
    let it = &found[0];
    assert_eq!((it.status, it.error_code), (MessageStatus::Failed, Some(131_047)));
    assert_eq!(it.error.as_deref(), Some("the window is closed"));
    let events =
        bench.store.list_events(number.account, Some(number.id), Severity::Error, None, 10).await.unwrap();
    assert_eq!(events[0].graph_code, Some(131_047));
}

async fn what_meta_lost_waits_once_more_and_no_more(mut bench: Bench) {
    let number = bench.number().await;
    let id = queued(&mut bench, number, 1).await;
    let lost = |wamid: &str, bench: &Bench| Lost {
        part: number.part,
        id,
        wamid: wamid.into(),
        code: 131_053,
        due_at: bench.clock.now(),
    };
    let hot = bench.store.hot();
    let send = async |wamid: &str| {
        hot.mark_sending(vec![(number.part, id)], bench.clock.now()).await.unwrap();
        let outcome = Outcome::Accepted { wamid: wamid.into(), instead: None };
        hot.record_sends(sent(&bench, number, id, outcome)).await.unwrap();
    };
    assert_eq!(hot.send_once_more(lost("wamid.1", &bench)).await.unwrap(), OnceMore::No, "it is not sent");
    hot.mark_sending(vec![(number.part, id)], bench.clock.now()).await.unwrap();
    assert_eq!(hot.send_once_more(lost("wamid.1", &bench)).await.unwrap(), OnceMore::TooEarly);
    send("wamid.1").await;
    assert_eq!(hot.send_once_more(lost("wamid.0", &bench)).await.unwrap(), OnceMore::No, "another's");
    let OnceMore::Waits { contact } = hot.send_once_more(lost("wamid.1", &bench)).await.unwrap() else {
        panic!()
    };
    let waiting = hot.queued(number.part, number.id, None, 10).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].id, waiting[0].contact), (1, id, contact));
    // Meta tells the same again, at every stage of the second attempt.
    let before = OnceMore::Before { contact };
    assert_eq!(hot.send_once_more(lost("wamid.1", &bench)).await.unwrap(), before);
    hot.mark_sending(vec![(number.part, id)], bench.clock.now()).await.unwrap();
    assert_eq!(hot.send_once_more(lost("wamid.1", &bench)).await.unwrap(), before);
    send("wamid.2").await;
    assert_eq!(hot.send_once_more(lost("wamid.1", &bench)).await.unwrap(), before);
    // The second time is the last.
    assert_eq!(hot.send_once_more(lost("wamid.2", &bench)).await.unwrap(), OnceMore::No);
    let other = Lost { id: bench.clock.id(), ..lost("wamid.2", &bench) };
    assert_eq!(hot.send_once_more(other).await.unwrap(), OnceMore::No);
}

async fn a_status_that_comes_before_the_answer_stays(mut bench: Bench) {
    let number = bench.number().await;
    let id = queued(&mut bench, number, 1).await;
    bench.store.hot().mark_sending(vec![(number.part, id)], bench.clock.now()).await.unwrap();
    let delivered = status(&bench, number, id, MessageStatus::Delivered);
    let applied = bench.store.hot().apply_statuses(vec![delivered]).await.unwrap();
    assert!(matches!(applied[..], [Applied::Changed { .. }]));
    assert!(bench.store.hot().queued(number.part, number.id, None, 10).await.unwrap().is_empty());
    for outcome in [
        Outcome::Again { due_at: bench.clock.now(), counts: true },
        Outcome::Failed { code: None, reason: "no answer".into(), then: nothing },
        accepted(),
    ] {
        bench.store.hot().record_sends(sent(&bench, number, id, outcome)).await.unwrap();
        assert_eq!(seen(&bench, number).await, (MessageStatus::Delivered, [true, true, false]));
    }
}

async fn the_ladder_only_goes_up(mut bench: Bench) {
    let number = bench.number().await;
    let id = queued(&mut bench, number, 1).await;
    bench.store.hot().mark_sending(vec![(number.part, id)], bench.clock.now()).await.unwrap();
    bench.store.hot().record_sends(sent(&bench, number, id, accepted())).await.unwrap();
    let ladder = [
        (MessageStatus::Sent, true, MessageStatus::Sent),
        (MessageStatus::Sent, false, MessageStatus::Sent),
        (MessageStatus::Read, true, MessageStatus::Read),
        (MessageStatus::Delivered, false, MessageStatus::Read),
        (MessageStatus::Failed, false, MessageStatus::Read),
        (MessageStatus::Sent, false, MessageStatus::Read),
    ];
    for (news, changes, after) in ladder {
        let applied = bench.store.hot().apply_statuses(vec![status(&bench, number, id, news)]).await.unwrap();
        assert_eq!(matches!(applied[..], [Applied::Changed { .. }]), changes, "{news:?}");
        assert_eq!(seen(&bench, number).await.0, after, "{news:?}");
    }
    assert_eq!(seen(&bench, number).await.1, [true; 3]);
}

async fn a_status_of_nothing_changes_nothing(mut bench: Bench) {
    let number = bench.number().await;
    let id = queued(&mut bench, number, 1).await;
    let mut foreign = status(&bench, number, bench.clock.id(), MessageStatus::Sent);
    foreign.event = Some(number.event(&bench, Severity::Error));
    let known = status(&bench, number, id, MessageStatus::Sent);
    let applied = bench.store.hot().apply_statuses(vec![foreign, known.clone(), known]).await.unwrap();
    assert!(
        matches!(applied[..], [Applied::Unknown, Applied::Changed { .. }, Applied::Known { .. }]),
        "{applied:?}"
    );
    assert!(
        bench.store.list_events(number.account, None, Severity::Notice, None, 10).await.unwrap().is_empty()
    );
}
