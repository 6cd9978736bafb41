//! The arrows between the modules of a crate, for the crates where they are drawn. Read from the paths that the sources
//! name, without their tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::repository::Repository;
use crate::{files, process};

/// The modules that a module may use.
type Arrows = &'static [(&'static str, &'static [&'static str])];

/// The crates whose modules are drawn, by the names of their folders. A drawn arrow that nothing needs is a fault as well.
const DRAWN: &[(&str, Arrows)] = &[("server", SERVER)];

/// The commands start the server and ask the office; HTTP asks the office and never the commands; the office knows neither.
/// Circles that stay: `app` holds what stands at HTTP's doors and what `fleet` has measured, and both take `app`, because it
/// is what a handler is given.
const SERVER: Arrows = &[
    ("app", &["fleet", "http", "office", "setup_code"]),
    (
        "cli",
        &["app", "config", "http", "log", "measure", "office", "password", "setup_code", "starters", "token"],
    ),
    ("config", &["address", "http"]),
    ("fleet", &["app"]),
    (
        "http",
        &["address", "app", "fleet", "letter", "measure", "office", "password", "phone", "starters", "token"],
    ),
    ("office", &["password", "phone", "token"]),
    ("setup_code", &["config", "token"]),
];

/// An arrow: from a module to another one.
pub type Arrow = (String, String);

/// Fails with every arrow that is not drawn, and with every drawn one that is not there.
pub fn check(repository: &Repository) -> Result<()> {
    let mut problems = Vec::new();
    let mut count = 0;
    for (folder, drawn) in DRAWN {
        let drawn: BTreeSet<Arrow> = drawn
            .iter()
            .flat_map(|(from, to)| to.iter().map(|to| ((*from).to_owned(), (*to).to_owned())))
            .collect();
        let found = arrows(&repository.root.join("crates").join(folder).join("src"))?;
        count += found.len();
        let undrawn = found.iter().filter(|(arrow, _)| !drawn.contains(*arrow));
        problems.extend(undrawn.map(|((from, to), file)| format!("{folder}: {from} uses {to} ({file})")));
        let unused = drawn.iter().filter(|arrow| !found.contains_key(*arrow));
        problems.extend(unused.map(|(from, to)| format!("{folder}: {from} uses {to} no more")));
    }
    if !problems.is_empty() {
        bail!("not as drawn in xtask/src/modules.rs:\n  {}", problems.join("\n  "));
    }
    process::found_in_order("modules", count, "arrows");
    Ok(())
}

/// The arrows of a crate, each with a file where it is.
pub fn arrows(src: &Path) -> Result<BTreeMap<Arrow, String>> {
    let top = src.join("lib.rs");
    let top = fs::read_to_string(&top).with_context(|| format!("cannot read {}", top.display()))?;
    let names = reexports(&top);
    let mut found = BTreeMap::new();
    for file in files::below(src, &[])? {
        let inside = file.strip_prefix(src)?.with_extension("");
        let mut path: Vec<String> =
            inside.components().map(|it| it.as_os_str().to_string_lossy().into_owned()).collect();
        path.pop_if(|last| last == "mod");
        let is_source = file.extension().is_some_and(|extension| extension == "rs");
        if !is_source || path == ["lib"] || path == ["main"] {
            continue;
        }
        for name in named(&fs::read_to_string(&file)?, path.len()) {
            let is_module = |name: &str| src.join(name).is_dir() || src.join(format!("{name}.rs")).is_file();
            let to = if is_module(&name) { &name } else { names.get(&name).unwrap_or(&name) };
            if is_module(to) && *to != path[0] {
                let place = file.strip_prefix(src)?.display().to_string();
                found.entry((path[0].clone(), to.clone())).or_insert(place);
            }
        }
    }
    Ok(found)
}

/// What the top of a crate hands on, and from which module.
fn reexports(top: &str) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for line in top.split(';').filter_map(|it| it.trim().split_once("use ")).map(|(_, rest)| rest) {
        let Some((module, rest)) = line.split_once("::") else { continue };
        let words = rest.split(|c: char| !is_word(c)).filter(|word| !word.is_empty());
        names.extend(words.map(|word| (word.to_owned(), module.to_owned())));
    }
    names
}

/// What the source of a module so deep in the crate names at the crate's top.
pub fn named(text: &str, depth: usize) -> BTreeSet<String> {
    let text = code(text);
    let up = "super::".repeat(depth);
    let mut names = BTreeSet::new();
    for start in ["crate::", &up] {
        for (at, _) in text.match_indices(start) {
            let is_start = !text[..at].ends_with(|c: char| is_word(c) || c == ':');
            let rest = &text[at + start.len()..];
            if is_start && !rest.starts_with("super::") {
                names.extend(heads(rest));
            }
        }
    }
    names
}

/// A source without its comments and its tests.
pub fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The first words of a path, or of each path of a group.
fn heads(rest: &str) -> Vec<String> {
    let word = |text: &str| text.trim_start().chars().take_while(|c| is_word(*c)).collect::<String>();
    let Some(group) = rest.strip_prefix('{') else { return vec![word(rest)] };
    let (mut depth, mut all, mut begins) = (0_usize, Vec::new(), 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                all.push(word(&group[begins..at]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                all.push(word(&group[begins..at]));
                begins = at + 1;
            }
            _ => {}
        }
    }
    all
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, depth: usize) -> Vec<String> {
        named(text, depth).into_iter().filter(|name| !name.is_empty()).collect()
    }

    #[test]
    fn paths_from_the_top_are_arrows() {
        let text = "use crate::http::{auth, problem::Problem};\nuse crate::{app, cli::{self, x}, token};\n\
            // crate::letter\nfn f() { crate::fleet::read(mycrate::no, $crate::log!()) }";
        assert_eq!(all(text, 1), ["app", "cli", "fleet", "http", "log", "token"]);
    }

    #[test]
    fn super_leads_to_the_top_from_as_deep_as_a_module_lies() {
        let text = "use super::letter;\nuse super::super::http;\nuse super::super::{app, token};";
        assert_eq!(all(text, 1), ["letter"]);
        assert_eq!(all(text, 2), ["app", "http", "token"]);
    }

    #[test]
    fn tests_use_what_they_like_and_reexports_count_for_their_module() {
        let text = "use crate::Inner;\n#[cfg(test)]\nmod tests {\n    use crate::cli;\n}";
        assert_eq!(all(text, 1), ["Inner"]);
        let names = reexports("pub(crate) use shared::{Inner, Other};\npub use work::Command;\nmod x;");
        assert_eq!((names["Inner"].as_str(), names["Command"].as_str()), ("shared", "work"));
    }
}
