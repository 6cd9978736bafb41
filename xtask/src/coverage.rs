//! The table of what the reference says, `docs/reference-coverage.md`: every row names tests, and every test that it names
//! is there.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::repository::Repository;

const TABLE: &str = "docs/reference-coverage.md";

/// Fails with every row without a test, every test that is not there, and a count that is another one.
pub fn check(repository: &Repository) -> Result<()> {
    let text =
        fs::read_to_string(repository.root.join(TABLE)).with_context(|| format!("cannot read {TABLE}"))?;
    let rows: Vec<&str> = text.lines().filter(|line| is_row(line)).collect();
    let mut problems: Vec<String> =
        rows.iter().filter(|row| named(row).is_empty()).map(|row| format!("no test in: {row}")).collect();
    for (file, test) in rows.iter().flat_map(|row| named(row)) {
        if !is_there(&repository.root, file, test) {
            problems.push(format!("no such test: {file}::{test}"));
        }
    }
    let said = format!("{} statements.", rows.len());
    if !text.contains(&said) {
        problems.push(format!("its head does not say: {said}"));
    }
    if !problems.is_empty() {
        bail!("{TABLE}:\n  {}", problems.join("\n  "));
    }
    process::found_in_order("reference coverage", rows.len(), "statements");
    Ok(())
}

/// `| 4.2 | … |`
fn is_row(line: &str) -> bool {
    line.strip_prefix("| ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The file and the name of every test of a row.
fn named(row: &str) -> Vec<(&str, &str)> {
    row.split('`').skip(1).step_by(2).filter_map(|name| name.split_once("::")).collect()
}

/// A Rust function, or a check of the browser test by its words.
fn is_there(root: &Path, file: &str, test: &str) -> bool {
    let Ok(text) = fs::read_to_string(root.join(file)) else { return false };
    if Path::new(file).extension().is_some_and(|it| it == "rs") {
        text.contains(&format!("fn {test}("))
    } else {
        text.contains(&format!("'{test}'"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_this_repository_holds() {
        check(&Repository::open().unwrap()).unwrap();
    }

    #[test]
    fn rows_and_their_tests_are_read() {
        let row = "| 4.2 | Something | `a/b.rs::it_is_so`, `web/x.mjs::the page opens` |";
        assert!(is_row(row) && !is_row("| --- | --- | --- |") && !is_row("| | statement | shown by |"));
        assert_eq!(named(row), [("a/b.rs", "it_is_so"), ("web/x.mjs", "the page opens")]);
        assert!(!is_there(Path::new("/nowhere"), "a/b.rs", "it_is_so"));
    }
}
