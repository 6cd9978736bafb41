//! What was answered is there after the end of the process.

use crate::engine::{Bench, contract};
use crate::thing::only;

contract!(what_was_answered_survives_a_restart, work_after_a_restart_comes_behind_work_from_before);

async fn what_was_answered_survives_a_restart(mut bench: Bench) {
    let number = bench.number().await;
    let first = number.wrote(&mut bench, 1, "49151").await;
    let second = number.wrote(&mut bench, 2, "49151").await;
    let turn = number.begins(&bench, &first);
    let conversation = turn.conversation.as_ref().unwrap().conversation.id;
    only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
    let bench = bench.reopen().await;
    assert_eq!(bench.waiting(0, 10).await, [second]);
    assert!(bench.store.conversation(number.account, conversation).await.unwrap().is_some());
    assert_eq!(bench.store.hot().queued(number.part, number.id, None, 10).await.unwrap().len(), 1);
    let again = number.arrival(&bench, 1, "49151");
    assert_eq!(bench.store.hot().accept(vec![again]).await.unwrap(), [false]);
    let found = bench.store.integration(number.account, number.id).await.unwrap().unwrap();
    assert_eq!(found.credentials.access_token.expose(), "EAAtoken");
}

async fn work_after_a_restart_comes_behind_work_from_before(mut bench: Bench) {
    let number = bench.number().await;
    let before = number.wrote(&mut bench, 1, "49151").await;
    let mut bench = bench.reopen().await;
    let after = number.wrote(&mut bench, 2, "49151").await;
    assert!(after.seq > before.seq);
    assert_eq!(after.contact, before.contact);
}
