//! What a chaos run comes to, in words that are both read on a console and kept on a page.

use std::fmt::Write;
use std::time::Duration;

use super::kill::Tally;
use crate::ledger::Verdict;
use crate::meta::Meta;

/// The kills, what was seen, the laws, and on the last line how many held.
pub fn table(seed: u64, meta: &Meta, tally: &Tally, verdict: &Verdict, time: Duration) -> String {
    let mut text = kills(tally);
    text.push_str(&seen(meta, verdict, time));
    text.push_str("\n| law | says | judged | broken |\n| --- | --- | --- | --- |\n");
    for law in &verdict.laws {
        // Writing to memory does not fail.
        let _ = writeln!(text, "| {} | {} | {} | {} |", law.name, law.says, law.judged, law.breaches);
    }
    for example in verdict.laws.iter().flat_map(|law| &law.examples) {
        let _ = writeln!(text, "\n* {example}");
    }
    let held = verdict.laws.iter().filter(|law| law.breaches == 0).count();
    let (kills, messages) = (tally.kills(), meta.ledger.borrow().taken_in());
    let _ = writeln!(text, "\n{held}/5 laws held over {kills} kills and {messages} messages, seed {seed}");
    text
}

fn kills(tally: &Tally) -> String {
    let mut text =
        "| point | kills there | not passed in time, killed anyhow |\n| --- | --- | --- |\n".to_owned();
    for point in &tally.points {
        let _ = writeln!(text, "| {} | {} | {} |", point.name, point.reached, point.missed);
    }
    let _ = writeln!(text, "| at any moment | {} | |", tally.anywhere);
    let _ = writeln!(text, "| while starting | {} | |", tally.starting);
    let mut starts = tally.starts.clone();
    starts.sort_unstable();
    if let (Some(middle), Some(longest)) = (starts.get(starts.len() / 2), starts.last()) {
        let _ = writeln!(text, "\n* ready after a kill: {middle:.0?} (median), {longest:.0?} at most");
    }
    text
}

fn seen(meta: &Meta, verdict: &Verdict, time: Duration) -> String {
    let ledger = meta.ledger.borrow();
    let answers = ledger.answers().iter().map(|(status, count)| match status {
        0 => format!("none {count}"),
        status => format!("{status} {count}"),
    });
    let calls = ledger.calls().iter().map(|(fate, count)| format!("{fate} {count}"));
    format!(
        "* messages: {} answered 200 and {} replied to, in {time:.0?} under fire\n\
         * answers to deliveries: {}\n* calls to send: {}\n\
         * sends whose answer was lost: {}; of these sent twice, because no status ever came: {}\n",
        ledger.taken_in(),
        ledger.taken(),
        answers.collect::<Vec<_>>().join(", "),
        calls.collect::<Vec<_>>().join(", "),
        verdict.answers_lost,
        verdict.doubled_lawfully
    )
}
