//! Pages: each account has a share, and what runs bots waits for none of them.

use std::time::{Duration, Instant};

use chasqui_model::Clock;
use chasqui_store::testing::Database;
use chasqui_store::{Error, Store, Vault, on_behalf_of};

use crate::engine::{Bench, contract};

contract!(
    a_page_reads_and_changes_what_everybody_does,
    a_crowd_of_one_accounts_changes_is_done_and_the_rest_is_refused,
);

async fn a_page_reads_and_changes_what_everybody_does(bench: Bench) {
    let account = bench.clock.id();
    let bot = on_behalf_of(Some(account), bench.bot(account)).await;
    let now = bench.clock.now();
    let save = bench.store.save_draft(account, bot.id, 1, r#"{"a":1}"#.into(), now);
    assert_eq!(on_behalf_of(Some(account), save).await.unwrap(), 2);
    let late = bench.store.save_draft(account, bot.id, 1, r#"{"a":2}"#.into(), now);
    assert!(matches!(on_behalf_of(None, late).await, Err(Error::Stale)));
    let seen = on_behalf_of(None, bench.store.draft(account, bot.id)).await.unwrap();
    assert_eq!(seen, bench.store.draft(account, bot.id).await.unwrap());
    assert_eq!(seen.unwrap().revision, 2);
}

async fn a_crowd_of_one_accounts_changes_is_done_and_the_rest_is_refused(bench: Bench) {
    let (greedy, other) = (bench.clock.id(), bench.clock.id());
    let (bot, theirs) = (bench.bot(greedy).await, bench.bot(other).await);
    let now = bench.clock.now();
    let rename = |account, bot, name: &str| {
        on_behalf_of(Some(account), bench.store.rename_bot(account, bot, name.to_owned(), now))
    };
    let crowd = futures::future::join_all((0..400).map(|_| rename(greedy, bot.id, "Crowd")));
    let (crowd, single) = futures::join!(crowd, rename(other, theirs.id, "Single"));
    assert!(single.unwrap(), "nobody else is refused");
    let done = crowd.iter().filter(|it| matches!(it, Ok(true))).count();
    let refused = crowd.iter().filter(|it| matches!(it, Err(Error::Busy))).count();
    assert_eq!(done + refused, 400, "{crowd:?}");
    assert!((100..=200).contains(&done), "{done}");
    assert!(rename(greedy, bot.id, "Again").await.unwrap(), "and it goes on");
}

/// Reading stands still behind a lock, which SQLite has none of.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_that_stands_still_holds_up_neither_others_nor_what_runs_bots() {
    let Some(database) = Database::make().await else { return };
    let clock = Clock::system();
    let vault = Vault::new(&[(1, [7; 32])]);
    let (store, _feed) = Store::connect(&database.location(), vault, &clock).await.unwrap();
    let (greedy, other) = (clock.id(), clock.id());
    let held = database.run("BEGIN; LOCK TABLE bot IN ACCESS EXCLUSIVE MODE").await;
    let stuck: Vec<_> = (0..40)
        .map(|_| {
            let store = store.clone();
            let page = async move { store.list_bots(greedy, None, 10).await };
            tokio::spawn(on_behalf_of(Some(greedy), page))
        })
        .collect();
    for _ in 0..50 {
        let began = Instant::now();
        on_behalf_of(Some(other), store.account(other)).await.unwrap();
        store.account(other).await.unwrap();
        // Not for a place of the greedy one's: each is given back after 250 ms at the earliest.
        assert!(began.elapsed() < Duration::from_millis(200), "{:?}", began.elapsed());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    drop(held);
    for page in stuck {
        assert!(page.await.unwrap().unwrap().is_empty(), "what was cut off is begun again");
    }
}
