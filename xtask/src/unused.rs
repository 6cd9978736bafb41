//! Dependencies that no line of code names.

use std::fs;

use anyhow::{Result, bail};

use crate::metadata::{Crate, Metadata};
use crate::repository::Repository;
use crate::{files, process};

/// Fails with every dependency of ours that its crate's sources never mention.
pub fn check(repository: &Repository) -> Result<()> {
    let metadata = Metadata::read(repository)?;
    let mut unused = Vec::new();
    for one in &metadata.ours {
        unused.extend(unused_in(one)?.into_iter().map(|name| format!("{} does not use {name}", one.name)));
    }
    if !unused.is_empty() {
        bail!("{}", unused.join("\n  "));
    }
    process::found_in_order("unused dependencies", metadata.ours.len(), "crates");
    Ok(())
}

fn unused_in(one: &Crate) -> Result<Vec<&str>> {
    let mut sources = String::new();
    for file in files::below(&one.folder, &["target", "node_modules"])? {
        if file.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&fs::read_to_string(file)?);
        }
    }
    let unused = one.dependencies.iter().filter(|dependency| !mentions(&sources, &dependency.used_as));
    Ok(unused.map(|dependency| dependency.name.as_str()).collect())
}

/// Whether `name` stands in the text as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    let part_of_a_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        !text[..at].ends_with(part_of_a_word) && !text[at + name.len()..].starts_with(part_of_a_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_count() {
        assert!(mentions("use serde_json::Value;", "serde_json"));
        assert!(!mentions("use serde_json::Value;", "serde"));
        assert!(!mentions("let subserde = 1;", "serde"));
    }
}
