//! What a chaos run prints.

use std::time::Duration;

use super::kill::Tally;
use crate::ledger::Verdict;
use crate::meta::Meta;

/// Prints the kills, what was seen, the laws, and on the last line how many held.
pub fn print(meta: &Meta, tally: &Tally, verdict: &Verdict, time: Duration) {
    kills(tally);
    seen(meta, verdict, time);
    println!("\nlaw  judged    broken");
    for law in &verdict.laws {
        println!("{:<4} {:<9} {:<7} {}", law.name, law.judged, law.breaches, law.says);
        for example in &law.examples {
            println!("       {example}");
        }
    }
    let held = verdict.laws.iter().filter(|law| law.breaches == 0).count();
    let (kills, messages) = (tally.kills(), meta.ledger.borrow().taken_in());
    println!("\n{held}/5 laws held over {kills} kills and {messages} messages");
}

fn kills(tally: &Tally) {
    println!("\npoint     kills  not passed in time");
    for point in &tally.points {
        println!("{:<9} {:<6} {}", point.name, point.reached, point.missed);
    }
    println!("{:<9} {}", "anywhere", tally.anywhere);
    println!("{:<9} {}", "starting", tally.starting);
    let mut starts = tally.starts.clone();
    starts.sort_unstable();
    if let (Some(middle), Some(longest)) = (starts.get(starts.len() / 2), starts.last()) {
        println!("ready after a kill in {middle:.0?} (median), {longest:.0?} at most");
    }
}

fn seen(meta: &Meta, verdict: &Verdict, time: Duration) {
    let ledger = meta.ledger.borrow();
    println!("\n{} messages taken in, {} answered, in {:.0?}", ledger.taken_in(), ledger.taken(), time);
    let answers: Vec<String> = ledger
        .answers()
        .iter()
        .map(|(status, count)| match status {
            0 => format!("none {count}"),
            status => format!("{status} {count}"),
        })
        .collect();
    println!("answers to deliveries: {}", answers.join(", "));
    for (fate, count) in ledger.calls() {
        println!("calls {fate}: {count}");
    }
    println!(
        "answers lost: {}, of these sent twice because no status came: {}",
        verdict.answers_lost, verdict.doubled_lawfully
    );
}
