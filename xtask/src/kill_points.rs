//! The kill points in the code and their list, which must name the same ones.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Result, bail};

use crate::repository::Repository;
use crate::{files, process};

const LIST: &str = "docs/operations/kill-points.md";

/// Fails when a kill point is not in the list, or the list names one that is not in the code.
pub fn check(repository: &Repository) -> Result<()> {
    let mut in_code = BTreeSet::new();
    for file in files::below(&repository.root.join("crates"), &["target"])? {
        if file.extension().is_some_and(|extension| extension == "rs") {
            in_code.extend(names_after(&fs::read_to_string(file)?, "crash_point!(\"", '"'));
        }
    }
    let listed = names_after(&fs::read_to_string(repository.root.join(LIST))?, "\n| K", ' ');
    let listed: BTreeSet<String> = listed.into_iter().map(|number| format!("K{number}")).collect();
    let differing: Vec<&String> = in_code.symmetric_difference(&listed).collect();
    if !differing.is_empty() {
        bail!("in the code or in {LIST}, but not in both: {differing:?}");
    }
    process::found_in_order("kill points", in_code.len(), "points");
    Ok(())
}

/// What stands between each `start` and the `end` that follows it.
fn names_after(text: &str, start: &str, end: char) -> Vec<String> {
    text.split(start)
        .skip(1)
        .filter_map(|rest| rest.split_once(end))
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_out_of_their_surroundings() {
        let code = "a(); crash_point!(\"X01\"); b();\n  crash_point!(\"X02\");";
        assert_eq!(names_after(code, "crash_point!(\"", '"'), ["X01", "X02"]);
    }
}
