//! What is printed and written about the days.

use std::fmt::Write;

use super::day::Day;
use super::stage::Claim;

/// How a day went.
pub struct Row {
    /// Which.
    pub day: Day,
    /// How the trouble was made, where there are several ways.
    pub way: &'static str,
    /// What the ledger says, unless the day came to no end.
    pub account: Result<Account, String>,
    /// What was looked at besides.
    pub claims: Vec<Claim>,
}

/// The ledger's account of a day.
pub struct Account {
    /// Messages of contacts that were answered 200.
    pub messages: u64,
    /// Messages without an answer.
    pub lost: u64,
    /// Messages answered twice, or sent twice against the rules.
    pub doubled: u64,
    /// Messages overtaken.
    pub disordered: u64,
    /// Answers that went elsewhere.
    pub strays: u64,
    /// Answers lost, and sent twice because no status ever came.
    pub repeated: u64,
    /// Deliveries by their answer.
    pub answers: String,
    /// Examples of breaches.
    pub examples: Vec<String>,
}

impl Row {
    /// Whether everything was as it must be.
    pub fn holds(&self) -> bool {
        let kept =
            self.account.as_ref().is_ok_and(|it| it.lost + it.doubled + it.disordered + it.strays == 0);
        kept && self.claims.iter().all(|claim| claim.holds)
    }

    /// For a console.
    pub fn line(&self) -> String {
        let mut text = format!("{:<13}", self.day.name());
        // Writing to memory does not fail.
        let _ = match &self.account {
            Ok(it) => write!(
                text,
                "{:>8} {:>6} {:>8} {:>13}  {}",
                it.messages,
                it.lost,
                it.doubled,
                it.disordered,
                if self.holds() { "ok" } else { "NOT OK" }
            ),
            Err(error) => write!(text, " NOT OK: {error}"),
        };
        for claim in &self.claims {
            if self.claims.len() < 12 || !claim.holds {
                let _ =
                    write!(text, "\n               {} {}", if claim.holds { "·" } else { "✗" }, claim.text);
            }
        }
        for example in self.account.iter().flat_map(|it| &it.examples) {
            let _ = write!(text, "\n               ✗ {example}");
        }
        text
    }
}

/// The heading above the lines.
pub fn heading() -> String {
    format!("{:<13}{:>8} {:>6} {:>8} {:>13}", "day", "messages", "lost", "doubled", "out of order")
}

/// The tables for a page.
pub fn page(rows: &[Row]) -> String {
    let mut text = "| day | injected | must happen | messages | lost | doubled | out of order | ok |\n\
                    | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for row in rows {
        let ok = if row.holds() { "yes" } else { "**no**" };
        let (day, injected, must) = (row.day.name(), row.day.injected(), row.day.must());
        let way = if row.way.is_empty() { String::new() } else { format!(" ({})", row.way) };
        let counts = match &row.account {
            Ok(it) => format!("{} | {} | {} | {}", it.messages, it.lost, it.doubled, it.disordered),
            Err(_) => "| | |".to_owned(),
        };
        let _ = writeln!(text, "| `{day}` | {injected}{way} | {must} | {counts} | {ok} |");
    }
    let held = rows.iter().filter(|row| row.holds()).count();
    let _ = write!(text, "\n{held}/{} days lived through.\n\n## What was seen\n\n", rows.len());
    for row in rows {
        let _ = writeln!(text, "* `{}`: {}", row.day.name(), seen(row));
    }
    text
}

fn seen(row: &Row) -> String {
    let account = match &row.account {
        Ok(it) => {
            format!("deliveries answered {}; sent twice because no status came: {}", it.answers, it.repeated)
        }
        Err(error) => format!("came to no end: {error}"),
    };
    let claims = row.claims.iter().map(|claim| {
        let mark = if claim.holds { "" } else { "**not so:** " };
        format!("{mark}{}", claim.text)
    });
    std::iter::once(account).chain(claims).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(account: Result<Account, String>, claim: bool) -> Row {
        let claims = vec![Claim { text: "503 was seen".into(), holds: claim }];
        Row { day: Day::DiskFull, way: "a small disk", account, claims }
    }

    fn account(lost: u64) -> Account {
        Account {
            messages: 5,
            lost,
            doubled: 0,
            disordered: 0,
            strays: 0,
            repeated: 1,
            answers: "200: 5".into(),
            examples: vec![],
        }
    }

    #[test]
    fn a_day_holds_only_when_the_ledger_and_every_claim_do() {
        assert!(row(Ok(account(0)), true).holds());
        assert!(!row(Ok(account(1)), true).holds());
        assert!(!row(Ok(account(0)), false).holds());
        assert!(!row(Err("it ended".into()), true).holds());
    }

    #[test]
    fn a_page_tells_what_was_not_so() {
        let page = page(&[row(Ok(account(0)), true), row(Ok(account(0)), false)]);
        assert!(page.contains("| 5 | 0 | 0 | 0 | yes |") && page.contains("| **no** |"), "{page}");
        assert!(
            page.contains("1/2 days lived through") && page.contains("**not so:** 503 was seen"),
            "{page}"
        );
    }
}
