//! What a run comes to: a row for each trouble, and on the last line how many were lived through.

use std::fmt::Write;
use std::time::Duration;

use super::member::Refused;
use super::trouble::Trouble;
use crate::meta::Quiet;

/// Not late, but too early: older work of the same contact comes first.
const EARLY: &str = "older_first";

/// What became of a fleet in trouble.
#[derive(Debug)]
pub struct Account {
    /// Messages that were answered 200.
    pub messages: u64,
    /// Faults.
    pub faults: usize,
    /// L1: without an effect.
    pub lost: u64,
    /// L2 and L5: with two.
    pub doubled: u64,
    /// L3: overtaken.
    pub disordered: u64,
    /// L4: at somebody else.
    pub strays: u64,
    /// Sent again because nobody could know: lawful.
    pub repeated: u64,
    /// The longest times in which a number did not answer, the longest of all first.
    pub silences: Vec<Quiet>,
    /// When the faults were, after the beginning.
    pub fault_times: Vec<Duration>,
    /// Turns that the store refused.
    pub refused: Refused,
    /// Breaches, to look into.
    pub examples: Vec<String>,
}

/// A trouble and its account; the error says why there is none.
#[derive(Debug)]
pub struct Row {
    /// What happened.
    pub trouble: Trouble,
    /// What came of it.
    pub account: Result<Account, String>,
    /// How long a number may be silent.
    pub longest_silence: Option<Duration>,
}

/// The head of the table.
pub fn heading() -> &'static str {
    "| scenario | messages | faults | lost | doubled | out of order | astray | longest silence | late commits refused | \
     sent again, lawfully | held |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
}

impl Account {
    /// The longest time in which a number did not answer.
    pub fn silence(&self) -> Duration {
        self.silences.first().map_or(Duration::ZERO, |it| it.lasted)
    }

    /// Which silences there were, and when the faults.
    pub fn times(&self) -> String {
        let quiet = |it: &Quiet| {
            format!(
                "{:.1} s until {:.1} s (number {})",
                it.lasted.as_secs_f64(),
                it.until.as_secs_f64(),
                it.number
            )
        };
        let quiet: Vec<String> = self.silences.iter().map(quiet).collect();
        let faults: Vec<String> =
            self.fault_times.iter().map(|at| format!("{:.1}", at.as_secs_f64())).collect();
        format!("silences: {}; faults at {} s", quiet.join(", "), faults.join(", "))
    }
}

impl Row {
    /// Whether it was lived through.
    pub fn holds(&self) -> bool {
        self.account.as_ref().is_ok_and(|it| {
            let quiet = self.longest_silence.is_none_or(|longest| it.silence() <= longest);
            quiet && it.messages > 0 && it.lost + it.doubled + it.disordered + it.strays == 0
        })
    }

    /// A line of the table.
    pub fn line(&self) -> String {
        let name = self.trouble.says();
        let held = if self.holds() { "yes" } else { "**no**" };
        match &self.account {
            Err(error) => format!("| {name} | {error} | | | | | | | | | {held} |"),
            Ok(it) => {
                let late = it.refused.iter().filter(|(why, _)| *why != EARLY);
                let refused: u64 = late.map(|(_, count)| count).sum();
                let why: Vec<String> =
                    it.refused.iter().map(|(why, count)| format!("{why} {count}")).collect();
                let why = if why.is_empty() { String::new() } else { format!(" ({})", why.join(", ")) };
                format!(
                    "| {name} | {} | {} | {} | {} | {} | {} | {:.1} s | {refused}{why} | {} | {held} |",
                    it.messages,
                    it.faults,
                    it.lost,
                    it.doubled,
                    it.disordered,
                    it.strays,
                    it.silence().as_secs_f64(),
                    it.repeated
                )
            }
        }
    }
}

/// All of it, for a page.
pub fn page(rows: &[Row], seed: u64) -> String {
    let mut text = heading().to_owned();
    for row in rows {
        // Writing to memory does not fail.
        let _ = write!(text, "\n{}", row.line());
    }
    text + "\n\n" + &summary(rows, seed)
}

/// The last line.
pub fn summary(rows: &[Row], seed: u64) -> String {
    let held = rows.iter().filter(|row| row.holds()).count();
    let accounts = || rows.iter().filter_map(|row| row.account.as_ref().ok());
    let messages: u64 = accounts().map(|it| it.messages).sum();
    let faults: usize = accounts().map(|it| it.faults).sum();
    format!(
        "{held}/{} scenarios lived through: {faults} faults, {messages} messages, seed {seed}",
        rows.len()
    )
}
