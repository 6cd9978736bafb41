//! How lists and searches fare with 1,000 integrations and 100,000 conversations in the store. Takes minutes and wants a
//! release build, so it is run by hand; `docs/operations/size.md` says how, and what came of it.
#![expect(clippy::unwrap_used, reason = "in a test a surprise is a failure")]

#[path = "../api/site.rs"]
#[expect(dead_code, reason = "the API's tests use the rest")]
mod site;
#[path = "../api/smtp.rs"]
#[expect(dead_code, reason = "the API's tests use the rest")]
mod smtp;

mod seed;

use std::time::{Duration, Instant};

use serde_json::Value;
use site::{Person, Site};

/// Requests of each kind; the middle one counts.
const TIMES: usize = 15;
/// An answer takes no longer.
const SLOWEST: Duration = Duration::from_millis(100);
/// All that a page asks for takes no longer.
const PAGE: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes; see docs/operations/size.md"]
async fn lists_and_searches_stay_fast() {
    let site = Site::start().await;
    let ana = site.owner().await;
    let began = Instant::now();
    let some = seed::fill(&site, &ana).await;
    println!("filled in {:.0?}", began.elapsed());
    let asked = asked(&site, &ana, &some).await;
    let mut slow = Vec::new();
    println!("\n| request | median | slowest | items |\n| --- | --- | --- | --- |");
    for (name, path) in &asked {
        let (median, slowest, items) = measure(&site, &ana, path).await;
        println!("| {name} | {:.1} ms | {:.1} ms | {items} |", ms(median), ms(slowest));
        if median > SLOWEST {
            slow.push(format!("{name}: {:.0} ms", ms(median)));
        }
    }
    for (page, parts) in pages() {
        let began = Instant::now();
        for path in &parts {
            assert_eq!(site.get(&ana, path).await.status, 200, "{path}");
        }
        println!(
            "| all that the page {page} asks for, one after the other | {:.1} ms | | |",
            ms(began.elapsed())
        );
        assert!(began.elapsed() < PAGE, "{page}");
    }
    let (with, without) = seed::cost(&site, &ana).await;
    println!("\n20,000 new contacts: {with:.2} s with the index of pieces, {without:.2} s without");
    assert!(slow.is_empty(), "slower than {SLOWEST:?}: {slow:?}");
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

async fn measure(site: &Site, who: &Person, path: &str) -> (Duration, Duration, usize) {
    let mut times = Vec::new();
    let mut items = 0;
    for _ in 0..TIMES {
        let began = Instant::now();
        let found = site.get(who, path).await;
        times.push(began.elapsed());
        assert_eq!(found.status, 200, "{path}: {found:?}");
        items = found.body["items"].as_array().map_or(1, Vec::len);
    }
    times.sort();
    (times[TIMES / 2], times[TIMES - 1], items)
}

/// What is asked for, by what it shows.
async fn asked(site: &Site, who: &Person, some: &seed::Some) -> Vec<(String, String)> {
    let deep = deep(site, who, "/conversations?limit=200").await;
    let far = deep_in(site, who, "/contacts?limit=200").await;
    let seed::Some { integration, conversation, contact, bot } = some;
    let all = [
        ("integrations, first page", "/integrations".to_owned()),
        ("integrations, 200 a page", "/integrations?limit=200".into()),
        ("one integration", format!("/integrations/{integration}")),
        ("bots, first page", "/bots".into()),
        ("one bot", format!("/bots/{bot}")),
        ("open conversations of a bot, by version", format!("/bots/{bot}/running")),
        ("conversations, first page", "/conversations".into()),
        ("conversations, 200 a page", "/conversations?limit=200".into()),
        ("conversations, 4,000 further down", deep),
        ("conversations, open", "/conversations?status=open".into()),
        ("conversations, with people (few, old)", "/conversations?status=with_people".into()),
        ("conversations, ended", "/conversations?status=ended".into()),
        ("conversations of an integration", format!("/conversations?integration_id={integration}")),
        ("conversations of a contact", format!("/conversations?contact_id={contact}")),
        ("conversations, a name that one has", "/conversations?q=Quetzalcoatl".into()),
        ("conversations, a name that many have", "/conversations?q=Petra".into()),
        ("conversations, a piece that all have", "/conversations?q=%2B49".into()),
        ("conversations, a number", "/conversations?q=49151000012345".into()),
        ("conversations, the end of a number", "/conversations?q=0012345".into()),
        ("conversations, nothing like it", "/conversations?q=xylophone".into()),
        ("conversations, two letters nobody has", "/conversations?q=qx".into()),
        ("one conversation", format!("/conversations/{conversation}")),
        ("its messages", format!("/conversations/{conversation}/messages")),
        ("its turns", format!("/conversations/{conversation}/turns")),
        ("contacts, first page", "/contacts".into()),
        ("contacts, 4,000 further down", far),
        ("contacts of an integration", format!("/contacts?integration_id={integration}")),
        ("contacts, a name that one has", "/contacts?q=Quetzalcoatl".into()),
        ("contacts, a name that many have", "/contacts?q=Petra".into()),
        ("contacts, nothing like it", "/contacts?q=xylophone".into()),
        ("one contact", format!("/contacts/{contact}")),
        ("events, first page", "/events".into()),
        ("events, errors only (few, old)", "/events?severity=error".into()),
        ("events of an integration", format!("/integrations/{integration}/events")),
        ("events of an hour long ago", seed::an_hour(site)),
        ("incidents", "/incidents".into()),
        ("open incidents, counted", "/incidents/count".into()),
        ("audit log", "/audit".into()),
        ("audit log of one thing", format!("/audit?subject={integration}")),
    ];
    all.into_iter().map(|(name, path)| (name.to_owned(), path)).collect()
}

/// The 21st page.
async fn deep(site: &Site, who: &Person, list: &str) -> String {
    deep_in(site, who, list).await
}

async fn deep_in(site: &Site, who: &Person, list: &str) -> String {
    let mut path = list.to_owned();
    for _ in 0..20 {
        let found = site.get(who, &path).await;
        let Value::String(next) = &found.body["next"] else { panic!("no next page of {path}: {found:?}") };
        path = format!("{list}&after={next}");
    }
    path
}

/// What pages of the web UI ask for when they open.
fn pages() -> Vec<(&'static str, Vec<&'static str>)> {
    vec![
        (
            "Conversations",
            vec!["/me", "/conversations?limit=50", "/integrations?limit=200", "/incidents/count"],
        ),
        ("Contacts", vec!["/me", "/contacts?limit=50", "/incidents/count"]),
        ("Events", vec!["/me", "/events?limit=50", "/incidents?open=true", "/incidents/count"]),
        ("Bots", vec!["/me", "/bots?limit=200", "/incidents/count"]),
    ]
}
