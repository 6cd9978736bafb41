use std::sync::mpsc;

use chasqui_model::Clock;
use futures::future::join_all;

use super::*;

/// Work that begins, says so and waits until the other end is dropped.
fn stuck() -> (impl FnOnce() + Send + 'static, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let (begun, begins) = mpsc::channel();
    let (release, held) = mpsc::channel::<()>();
    let work = move || {
        let _ = begun.send(());
        let _ = held.recv();
    };
    (work, begins, release)
}

fn account() -> Id<Account> {
    Clock::system().id()
}

#[tokio::test]
async fn work_of_one_account_does_not_hold_up_another() {
    let heavy = Arc::new(Heavy::start(2).unwrap());
    let (one, two) = (account(), account());
    let (work, begins, release) = stuck();
    let slow = tokio::spawn({
        let heavy = Arc::clone(&heavy);
        async move { heavy.run(one, work).await }
    });
    let begun = tokio::task::spawn_blocking(move || begins.recv()).await.unwrap();
    begun.unwrap();
    let waits = tokio::spawn({
        let heavy = Arc::clone(&heavy);
        async move { heavy.run(one, || 1).await }
    });
    while heavy.queue.waiting(one) == 0 {
        tokio::task::yield_now().await;
    }
    // The second thread is free, but not for the account that has its share.
    assert_eq!(heavy.run(two, || 2).await, Ok(2));
    assert!(!waits.is_finished());
    drop(release);
    assert_eq!(slow.await.unwrap(), Ok(()));
    assert_eq!(waits.await.unwrap(), Ok(1));
}

#[tokio::test]
async fn accounts_take_turns_and_each_keeps_its_order() {
    let heavy = Heavy::start(3).unwrap();
    // Two threads stay occupied, so that one works off all that waits.
    let (busy, freed, one, two) = (account(), account(), account(), account());
    let mut held = Vec::new();
    for account in [busy, busy, freed] {
        let (work, begins, release) = stuck();
        let done = heavy.hand_in(account, None, work);
        begins.recv().unwrap();
        held.push((done, release));
    }
    let (told, order) = mpsc::channel();
    let mut waiting = Vec::new();
    for (account, name) in [(one, "a1"), (one, "a2"), (one, "a3"), (two, "b1")] {
        let told = told.clone();
        waiting.push(heavy.hand_in(account, None, move || told.send(name).unwrap()));
    }
    let (done, release) = held.pop().unwrap();
    drop(release);
    done.await.unwrap();
    for piece in join_all(waiting).await {
        piece.unwrap();
    }
    drop(told);
    assert_eq!(order.iter().collect::<Vec<_>>(), ["a1", "b1", "a2", "a3"]);
}

#[tokio::test]
async fn an_account_may_let_only_so_much_wait() {
    let heavy = Heavy::start(2).unwrap();
    let one = account();
    let (work, begins, _release) = stuck();
    let _blocker = heavy.hand_in(one, None, work);
    begins.recv().unwrap();
    let waiting: Vec<_> = (0..MAX_WAITING).map(|_| heavy.hand_in(one, None, || ())).collect();
    assert_eq!(heavy.run(one, || ()).await, Err(NotRun::Busy));
    assert_eq!(heavy.run(account(), || 5).await, Ok(5));
    drop(waiting);
}

#[tokio::test]
async fn whoever_waits_too_long_is_refused_and_nothing_is_run_for_them() {
    let mut heavy = Heavy::start(2).unwrap();
    heavy.patience = Duration::from_millis(20);
    let one = account();
    let (work, begins, release) = stuck();
    let blocker = heavy.hand_in(one, None, work);
    begins.recv().unwrap();
    let (told, ran) = mpsc::channel();
    assert_eq!(heavy.run(one, move || told.send(()).unwrap()).await, Err(NotRun::Busy));
    drop(release);
    blocker.await.unwrap();
    assert_eq!(heavy.wait_for(one, || ()).await, Ok(()));
    assert!(ran.recv().is_err(), "what was given up must not run");
}

#[tokio::test]
async fn a_panic_takes_no_thread_away() {
    let heavy = Heavy::start(2).unwrap();
    let one = account();
    for _ in 0..4 {
        assert_eq!(heavy.run(one, || panic!("as a test")).await, Err(NotRun::Failed));
    }
    assert_eq!(heavy.run(one, || 1).await, Ok(1));
}

#[tokio::test]
async fn the_threads_end_with_it() {
    let heavy = Heavy::start(3).unwrap();
    let queue = Arc::downgrade(&heavy.queue);
    drop(heavy);
    while queue.strong_count() > 0 {
        std::thread::yield_now();
    }
}
