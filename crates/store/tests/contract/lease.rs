//! Parts have one owner at a time. Where a store has one process, that has them all.

use chasqui_model::Timestamp;
use chasqui_model::part::PARTS;
use chasqui_store::lease::News;
use chasqui_store::{Error, Fed, Store, Vault};

use crate::engine::{Bench, beat, contract};
use crate::thing::only;

contract! {
    a_former_owner_commits_nothing,
    newer_work_waits_for_older_work,
    news_reach_the_others_and_not_oneself,
}

/// A second process on the same store; `None` where there can be none.
async fn second(bench: &Bench) -> Option<(Store, chasqui_store::Feed)> {
    if !bench.store.hot().shared() {
        return None;
    }
    let opened = Store::connect(&bench.place.location(), Vault::new(&[(1, [7; 32])]), &bench.clock).await;
    Some(opened.unwrap())
}

async fn a_former_owner_commits_nothing(mut bench: Bench) {
    let number = bench.number().await;
    let item = number.wrote(&mut bench, 1, "49151").await;
    let Some((other, _feed)) = second(&bench).await else { return };
    assert_eq!(other.hot().renew(&beat()).await.unwrap().workers, 2);
    assert!(other.hot().claim(usize::from(PARTS)).await.unwrap().is_empty(), "a held part was taken");
    let turn = number.begins(&bench, &item);
    bench.store.hot().release(&[number.part]).await.unwrap();
    assert_eq!(other.hot().claim(usize::from(PARTS)).await.unwrap(), [number.part]);
    let outcome = only(bench.store.hot().commit_turns(vec![turn.clone()]).await);
    assert!(matches!(outcome, Err(Error::NotOwner)), "{outcome:?}");
    only(other.hot().commit_turns(vec![turn]).await).unwrap();
    let message = other.hot().queued(number.part, number.id, None, 1).await.unwrap().remove(0);
    let marked = bench.store.hot().mark_sending(vec![(number.part, message.id)], Timestamp::EPOCH).await;
    assert!(matches!(marked, Err(Error::NotOwner)), "{marked:?}");
    let roll = bench.store.hot().renew(&beat()).await.unwrap();
    assert_eq!(roll.held.len(), usize::from(PARTS) - 1);
    let workers = other.hot().workers().await.unwrap();
    assert_eq!(workers.iter().map(|it| it.parts).collect::<Vec<_>>(), [i64::from(PARTS) - 1, 1]);
    bench.store.hot().leave().await.unwrap();
    assert_eq!(other.hot().claim(usize::from(PARTS)).await.unwrap().len(), usize::from(PARTS) - 1);
}

async fn newer_work_waits_for_older_work(mut bench: Bench) {
    let number = bench.number().await;
    let older = number.wrote(&mut bench, 1, "49151").await;
    let newer = number.wrote(&mut bench, 2, "49151").await;
    if !bench.store.hot().shared() {
        return;
    }
    let outcome = only(bench.store.hot().commit_turns(vec![number.begins(&bench, &newer)]).await);
    assert!(matches!(outcome, Err(Error::Behind)), "{outcome:?}");
    only(bench.store.hot().commit_turns(vec![number.begins(&bench, &older)]).await).unwrap();
}

async fn news_reach_the_others_and_not_oneself(mut bench: Bench) {
    let number = bench.number().await;
    let Some((other, mut feed)) = second(&bench).await else { return };
    let news = News::Integration(number.account, number.id);
    // A connection that listens is made in the background: told until it is heard.
    let heard = tokio::time::timeout(std::time::Duration::from_secs(10), async {
        loop {
            bench.store.hot().tell(std::slice::from_ref(&news)).await.unwrap();
            let wait = tokio::time::timeout(std::time::Duration::from_millis(100), feed.recv()).await;
            if let Ok(Some(Fed::News(heard))) = wait {
                return heard;
            }
        }
    });
    assert_eq!(heard.await.unwrap(), news);
    // Work for a part that the other process holds: told, not handed out here.
    bench.store.hot().release(&[number.part]).await.unwrap();
    other.hot().claim(1).await.unwrap();
    let arrival = number.arrival(&bench, 1, "49151");
    assert_eq!(bench.store.hot().accept(vec![arrival]).await.unwrap(), [true]);
    loop {
        match feed.recv().await {
            Some(Fed::News(News::Work(parts))) => {
                assert_eq!(parts, [number.part.number()]);
                break;
            }
            Some(Fed::News(_)) => {}
            other => panic!("no news but {other:?}"),
        }
    }
    assert_eq!(other.hot().waiting(&[number.part], 0, 10).await.unwrap().len(), 1);
    while let Ok(fed) = bench.feed.try_recv() {
        assert!(!matches!(fed, Fed::Item(_)), "work of another's part was handed out");
    }
}
