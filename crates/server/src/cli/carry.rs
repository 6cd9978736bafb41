//! What `migrate-store`, `backup` and `restore` show while they work.

use std::io::{IsTerminal, Write};

use chasqui_store::transfer::{Carried, Progress, Step};

/// Cells of the bar.
const WIDTH: usize = 30;
/// How many lines a run has that nobody watches: one per this many percent.
const EVERY: u64 = 10;

/// A bar on a terminal, a line now and then elsewhere. On the standard error: the standard output may be the backup.
pub(super) struct Bar {
    terminal: bool,
    shown: Option<(Step, &'static str, u64)>,
}

impl Bar {
    pub(super) fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), shown: None }
    }

    /// Shows how far it is, when that has changed enough to be seen.
    pub(super) fn show(&mut self, progress: Progress) {
        let Progress { step, table, done, of } = progress;
        let percent = (done * 100).checked_div(of).unwrap_or(100);
        let mark = if self.terminal { (step, table, percent) } else { (step, "", percent / EVERY) };
        if self.shown == Some(mark) {
            return;
        }
        self.shown = Some(mark);
        let verb = match step {
            Step::Copy => "copying",
            Step::Verify => "checking",
        };
        let mut out = std::io::stderr().lock();
        // Nobody sees it: no reason to stop.
        drop(if self.terminal {
            let full = usize::try_from(percent).unwrap_or(0) * WIDTH / 100;
            let (full, empty) = ("█".repeat(full), "░".repeat(WIDTH - full));
            write!(out, "\r\x1b[K{verb:<8} {full}{empty} {percent:>3} %  {done} of {of} rows  {table}")
                .and_then(|()| out.flush())
        } else {
            writeln!(out, "{verb}: {percent} %, {done} of {of} rows")
        });
    }

    /// Leaves the line of the bar.
    pub(super) fn end(&self) {
        if self.terminal && self.shown.is_some() {
            eprintln!();
        }
    }
}

/// A line for each table: rows and checksum, as found on both sides.
pub(super) fn table(tables: &[Carried]) -> String {
    let mut lines = vec![format!("{:<18} {:>12}  {}", "table", "rows", "checksum")];
    for it in tables {
        lines.push(format!("{:<18} {:>12}  {}", it.table, it.tally.rows, it.tally.sum()));
    }
    lines.join("\n")
}
