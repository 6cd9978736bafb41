//! What a run came to: whether memory and disk reached a plateau, and where the bytes are.

use std::fmt::Write;

use super::sample::{Sample, mebibytes};
use crate::histogram::whole;

/// What the last third may hold more than the one before, in percent.
const GROWTH: f64 = 5.0;
/// The log is moved from 16 MiB on; while it is moved it grows on, and it is cut at 64 MiB.
const LOG: u64 = 96 << 20;
/// Figures of a run in the table.
const ROWS: usize = 24;

/// One thing that must hold.
pub(super) struct Line {
    what: String,
    pub(super) holds: bool,
}

pub(super) fn judge(samples: &[Sample], sizes: &[(String, u64, u64)], lost: &[String]) -> Vec<Line> {
    let grown = |of: fn(&Sample) -> u64| {
        let (before, after) = (typical(third(samples, 1), of), typical(third(samples, 2), of));
        (whole(after) - whole(before)) / whole(before).max(1.0) * 100.0
    };
    let line = |what: &str, of: fn(&Sample) -> u64| {
        let percent = grown(of);
        let what =
            format!("{what}: the last third holds {percent:+.1} % of the middle one's (at most +{GROWTH} %)");
        Line { what, holds: percent <= GROWTH }
    };
    let log = samples.iter().map(|it| it.log).max().unwrap_or_default();
    let free = sizes.iter().find(|(name, ..)| name == "free pages").map_or(0, |it| it.1);
    let database = samples.last().map_or(0, |it| it.database).max(1);
    vec![
        line("memory", |it| it.resident),
        line("memory of its own", |it| it.own),
        line("database without the receipts of people who were erased", |it| it.database - it.receipts),
        Line {
            what: format!("log: {:.1} MiB at most (at most {:.0})", mebibytes(log), mebibytes(LOG)),
            holds: log <= LOG,
        },
        Line {
            what: format!(
                "pages that erased rows left free: {:.1} MiB, {:.0} % of the database (at most 30 %)",
                mebibytes(free),
                whole(free) / whole(database) * 100.0
            ),
            holds: whole(free) / whole(database) <= 0.3,
        },
        Line { what: format!("laws broken: {}{}", lost.len(), first(lost)), holds: lost.is_empty() },
    ]
}

fn first(lost: &[String]) -> String {
    lost.first().map(|it| format!(", such as {it}")).unwrap_or_default()
}

fn third(samples: &[Sample], which: usize) -> &[Sample] {
    let length = samples.len();
    &samples[length * which / 3..length * (which + 1) / 3]
}

/// The median.
fn typical(samples: &[Sample], of: fn(&Sample) -> u64) -> u64 {
    let mut all: Vec<u64> = samples.iter().map(of).collect();
    all.sort_unstable();
    all.get(all.len() / 2).copied().unwrap_or_default()
}

/// The page.
pub(super) fn page(
    about: &[String],
    samples: &[Sample],
    sizes: &[(String, u64, u64)],
    verdict: &[Line],
) -> String {
    let mut page = String::from(INTRODUCTION);
    // Writing to memory does not fail.
    for line in about {
        let _ = writeln!(page, "* {line}");
    }
    let _ = writeln!(page, "\n## Verdict\n\n| | |\n| --- | --- |");
    for line in verdict {
        let _ = writeln!(page, "| {} | {} |", line.what, if line.holds { "holds" } else { "**fails**" });
    }
    let _ = writeln!(
        page,
        "\n## Memory and disk\n\n| day | messages | memory MiB | of its own MiB | database MiB | receipts MiB | log MiB | media MiB |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |"
    );
    for it in samples.iter().step_by((samples.len() / ROWS).max(1)) {
        let _ = writeln!(
            page,
            "| {:.1} | {} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} |",
            it.days,
            it.messages,
            whole(it.resident) / 1024.0,
            whole(it.own) / 1024.0,
            mebibytes(it.database),
            mebibytes(it.receipts),
            mebibytes(it.log),
            mebibytes(it.media)
        );
    }
    let kept = sizes.iter().find(|(name, ..)| name == "message").map_or(1, |it| it.2.max(1));
    let _ = writeln!(
        page,
        "\n## Where the bytes are\n\nAt the end, with {kept} messages kept, in and out. Tables and indexes below 1 % are \
         left out.\n\n| table or index | MiB | rows | bytes per kept message |\n| --- | --- | --- | --- |"
    );
    let all: u64 = sizes.iter().map(|it| it.1).sum();
    for (name, bytes, rows) in sizes.iter().filter(|it| it.1 * 100 >= all) {
        let _ = writeln!(
            page,
            "| `{name}` | {:.1} | {rows} | {:.0} |",
            mebibytes(*bytes),
            whole(*bytes) / whole(kept)
        );
    }
    let _ = writeln!(page, "| all | {:.1} | | {:.0} |", mebibytes(all), whole(all) / whole(kept));
    page
}

const INTRODUCTION: &str = "# Soak\n\n\
`cargo xtask soak` writes this page. Contacts come back again and again for conversations of three messages that end. The clocks of \
the server and of the simulated Meta run fast, so that weeks pass in minutes: ended conversations, the keys that recognise \
repeated deliveries and people of whom nothing is left are erased while others talk. It runs the release build with kill \
points, because only that one has a clock that can be turned.\n\n\
Of everybody who is erased a receipt of some 150 bytes stays, as a proof; the verdict leaves receipts out. Memory and disk must reach \
a plateau: the median of the last third is compared with that of the middle one. The database does \
not become smaller when rows are erased; their pages are used again, so it stays as large as its largest need. To \
give space back after erasing a lot once, stop the server and run `sqlite3 chasqui.db 'VACUUM'`; the WAL and as much free \
space as the database has are needed meanwhile. On PostgreSQL, `message` and `turn` lie in a partition a day, which are \
dropped whole when they are empty, and autovacuum makes the rest usable again.\n\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_seen_and_a_plateau_is_none() {
        let at =
            |place: u64, resident: u64| Sample { messages: place, resident, own: 1, ..Sample::default() };
        let flat: Vec<Sample> = (0..30).map(|place| at(place, 100 + place % 3)).collect();
        assert!(judge(&flat, &[], &[]).iter().all(|line| line.holds));
        let grows: Vec<Sample> = (0..30).map(|place| at(place, 100 + place * 3)).collect();
        assert!(!judge(&grows, &[], &[])[0].holds);
        assert!(!judge(&flat, &[], &["L1".into()]).iter().all(|line| line.holds));
    }
}
