//! The registered statements.

use crate::engine::{Bench, contract};

contract!(every_statement_prepares, nothing_goes_through_what_grows_for_ever);

async fn every_statement_prepares(bench: Bench) {
    assert!(bench.store.check_statements().await.unwrap() > 50);
}

/// Tables with a row for whatever was ever said, done or met.
const GROWING: &[&str] = &[
    "conversation",
    "contact",
    "contact_alias",
    "message",
    "turn",
    "call",
    "event",
    "audit",
    "l",
    "q",
    "p",
    "m",
    "x",
];

/// Indexes that hold only what waits to be dealt with.
const SMALL: &[&str] = &["USING INDEX event_fresh", "USING COVERING INDEX call_pending"];

/// No statement of lists, searches and counts reads a growing table from end to end.
async fn nothing_goes_through_what_grows_for_ever(bench: Bench) {
    let plans = bench.store.plans().await.unwrap();
    let mut scans = Vec::new();
    for (name, lines) in &plans {
        for line in lines {
            // `SCAN c` reads every row; with an index behind it, every entry of that.
            let scanned = line.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
            let small = SMALL.iter().any(|index| line.ends_with(index));
            if scanned.is_some_and(|table| GROWING.contains(&table)) && !small {
                scans.push(format!("{name}: {line}"));
            }
        }
    }
    assert_eq!(scans, [""; 0]);
    if !plans.is_empty() {
        let of = |name: &str| {
            plans
                .iter()
                .filter(|(it, _)| *it == name)
                .map(|(_, lines)| lines.join("; "))
                .collect::<Vec<_>>()
                .join("; ")
        };
        assert!(
            of("LIST_OF_NUMBER").contains("conversation_listed")
                && of("LIST_OF_NUMBER").contains("contact_listed")
        );
        assert!(
            of("CONVERSATIONS_FOUND").contains("conversation_by_contact"),
            "{}",
            of("CONVERSATIONS_FOUND")
        );
    }
}
