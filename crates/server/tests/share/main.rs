//! The worst account that is allowed beside a normal one, on the real process over real HTTP: what the normal one waits for
//! stays about as it is when nobody else is there.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod greedy;
mod place;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use place::Place;

/// Messages of the normal account in each of the two times.
const MESSAGES: usize = 150;
/// Between two of them.
const PAUSE: Duration = Duration::from_millis(40);
/// What a figure may rise by, beside doubling. A quiet machine answers in 2 ms, and twice that is less than one turn of the
/// system's scheduler when another program (here the one that floods, on the same processors) has something to do. Builds
/// without optimisation do everything some ten times slower, also what the flood cannot help doing in the open.
const FLOOR: Duration = Duration::from_millis(if cfg!(debug_assertions) { 250 } else { 25 });
/// A machine that is busy with something else gets another chance, and no third one.
const TRIES: usize = 2;

/// What the normal account waits for, in the order in which it is measured.
const NAMES: [&str; 3] = ["reply", "webhook ack", "healthz"];

#[tokio::test(flavor = "multi_thread")]
async fn the_worst_allowed_account_does_not_slow_a_normal_one() {
    let place = Arc::new(Place::start().await);
    greedy::prepare(&place).await;
    for last in [false, true].into_iter().skip(2 - TRIES) {
        let quiet = measure(&place).await;
        let over = Arc::new(AtomicBool::new(false));
        let crowd = greedy::begin(&place, &over);
        // Until all of it is under way.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let beside = measure(&place).await;
        over.store(true, Ordering::Relaxed);
        let done = crowd.end().await;
        let mut slower = Vec::new();
        for (name, (quiet, beside)) in NAMES.iter().zip(quiet.iter().zip(&beside)) {
            let most = (*quiet * 2).max(*quiet + FLOOR);
            println!("{name}: p99 {quiet:.1?} quiet, {beside:.1?} beside; allowed {most:.1?}");
            if *beside > most {
                slower.push(*name);
            }
        }
        println!("meanwhile: {done}");
        assert!(done.all_answered(), "the greedy account was not let do what it may: {done}");
        if slower.is_empty() {
            return;
        }
        assert!(!last, "slower beside a greedy account: {slower:?}");
    }
}

/// The 99th percentile of each thing.
async fn measure(place: &Place) -> [Duration; 3] {
    let mut times: [Vec<Duration>; 3] = Default::default();
    for at in 0..MESSAGES {
        for (times, time) in times.iter_mut().zip(once(place, at).await) {
            times.push(time);
        }
        tokio::time::sleep(PAUSE).await;
    }
    times.map(|mut times| {
        times.sort();
        times[times.len() * 99 / 100]
    })
}

async fn once(place: &Place, at: usize) -> [Duration; 3] {
    let contact = &place.normal[at % place.normal.len()];
    let began = Instant::now();
    contact.says("hi").unwrap();
    let seen = contact.next(Duration::from_secs(30)).await.expect("a reply");
    let reply = began.elapsed();
    assert!(seen.to_string().starts_with("echo"), "{seen}");
    let began = Instant::now();
    place.deliver_status().await;
    let ack = began.elapsed();
    let began = Instant::now();
    let healthy = place.http.get(format!("{}/healthz", place.url)).send().await.unwrap();
    assert!(healthy.status().is_success());
    [reply, ack, began.elapsed()]
}
