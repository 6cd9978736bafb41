//! The arrows between our crates, and the libraries that may only stand in some of them. `ARCHITECTURE.md` draws what
//! is listed here; a change of these tables is a change of the design.

use anyhow::{Result, bail};

use crate::metadata::{Crate, Dependency, Metadata};
use crate::repository::Repository;
use crate::{inside, modules, process};

/// What tests of every crate may use: Meta's stand-in, and what it takes to sign as Meta does.
const FOR_TESTS: &[&str] = &["chasqui-simulator", "chasqui-whatsapp"];

/// Each crate and the ones it may depend on. Tests may use more, see [`FOR_TESTS`].
const ARROWS: &[(&str, &[&str])] = &[
    ("chasqui-model", &[]),
    ("chasqui-words", &["chasqui-model"]),
    ("chasqui-flow", &["chasqui-model"]),
    ("chasqui-whatsapp", &["chasqui-model"]),
    ("chasqui-store", &["chasqui-model"]),
    ("chasqui-codebox", &["chasqui-model"]),
    ("chasqui-simulator", &["chasqui-model", "chasqui-words", "chasqui-whatsapp"]),
    (
        "chasqui-runtime",
        &[
            "chasqui-model",
            "chasqui-words",
            "chasqui-flow",
            "chasqui-whatsapp",
            "chasqui-store",
            "chasqui-codebox",
        ],
    ),
    (
        "chasqui-server",
        &[
            "chasqui-model",
            "chasqui-words",
            "chasqui-flow",
            "chasqui-store",
            "chasqui-runtime",
            "chasqui-simulator",
        ],
    ),
    // Judges the product from outside: it shares the nouns' clock and nothing else.
    ("chasqui-bench", &["chasqui-model"]),
    ("xtask", &[]),
];

/// Libraries that stand for a job that one place has. Tests may use them anywhere. The simulator calls webhooks as Meta
/// does, so it has its own client and never shares the product's.
const PLACES: &[(&str, &[&str])] = &[
    ("axum", &["chasqui-server", "chasqui-simulator"]),
    ("rusqlite", &["chasqui-store"]),
    ("tokio-postgres", &["chasqui-store"]),
    ("reqwest", &["chasqui-whatsapp", "chasqui-runtime", "chasqui-simulator"]),
    ("monty", &["chasqui-codebox"]),
    ("landlock", &["chasqui-codebox"]),
    ("seccompiler", &["chasqui-codebox"]),
];

/// The crates that never do I/O, and what would let them.
const PURE: &[&str] = &["chasqui-model", "chasqui-words", "chasqui-flow"];
const IMPURE: &[&str] = &["tokio", "async-std", "hyper", "mio", "ureq"];

/// What must not be anywhere in the tree: long C builds beside `ring`, and licences that we cannot ship.
const NOWHERE: &[&str] = &["aws-lc-rs", "aws-lc-sys", "openssl", "openssl-sys", "native-tls", "evalexpr"];

/// Fails with every arrow and library that is where it should not be.
pub fn check(repository: &Repository) -> Result<()> {
    let metadata = Metadata::read(repository)?;
    let problems = problems(&metadata);
    if !problems.is_empty() {
        bail!("{}", problems.join("\n  "));
    }
    process::found_in_order("architecture", metadata.ours.len(), "crates");
    modules::check(repository)?;
    inside::check(repository)
}

fn problems(metadata: &Metadata) -> Vec<String> {
    let ours = metadata.ours.iter().flat_map(problems_of);
    let tree = metadata.all.iter().filter(|name| NOWHERE.contains(&name.as_str()));
    ours.chain(tree.map(|name| format!("{name} is in the tree (see who brings it: cargo tree -i {name})")))
        .collect()
}

fn problems_of(one: &Crate) -> Vec<String> {
    let Some((_, arrows)) = ARROWS.iter().find(|(name, _)| *name == one.name) else {
        return vec![format!("{} has no row in the table of arrows, xtask/src/architecture.rs", one.name)];
    };
    one.dependencies
        .iter()
        .filter_map(|dependency| objection(&one.name, arrows, dependency))
        .map(|why| format!("{} {why} ({})", one.name, one.folder.join("Cargo.toml").display()))
        .collect()
}

fn objection(from: &str, arrows: &[&str], to: &Dependency) -> Option<String> {
    let name = to.name.as_str();
    if ARROWS.iter().any(|(ours, _)| *ours == name) {
        let allowed = arrows.contains(&name) || (to.only_for_tests && FOR_TESTS.contains(&name));
        return (!allowed).then(|| format!("may not depend on {name}"));
    }
    if to.only_for_tests {
        return None;
    }
    if PURE.contains(&from) && IMPURE.contains(&name) {
        return Some(format!("never does I/O, so it may not depend on {name}"));
    }
    let (_, places) = PLACES.iter().find(|(library, _)| *library == name)?;
    (!places.contains(&from))
        .then(|| format!("may not depend on {name}, which only {} may", places.join(" and ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems_with(name: &str, dependencies: &[&str], only_for_tests: bool) -> Vec<String> {
        let dependencies = dependencies
            .iter()
            .map(|&name| Dependency { name: name.into(), used_as: name.into(), only_for_tests })
            .collect();
        problems_of(&Crate { name: name.into(), folder: "crates/x".into(), dependencies })
    }

    #[test]
    fn drawn_arrows_pass_and_others_are_named() {
        assert_eq!(problems_with("chasqui-flow", &["chasqui-model", "winnow"], false), [""; 0]);
        assert_eq!(
            problems_with("chasqui-flow", &["chasqui-store"], false),
            ["chasqui-flow may not depend on chasqui-store (crates/x/Cargo.toml)"]
        );
    }

    #[test]
    fn a_library_stays_in_its_place_except_in_tests() {
        assert_eq!(problems_with("chasqui-store", &["rusqlite"], false), [""; 0]);
        assert_eq!(problems_with("chasqui-runtime", &["axum"], true), [""; 0]);
        assert_eq!(
            problems_with("chasqui-runtime", &["axum"], false),
            ["chasqui-runtime may not depend on axum, which only chasqui-server and chasqui-simulator may \
              (crates/x/Cargo.toml)"]
        );
    }

    #[test]
    fn nouns_and_engine_stay_free_of_io() {
        assert_eq!(problems_with("chasqui-model", &["tokio"], false).len(), 1);
        assert_eq!(problems_with("chasqui-store", &["tokio"], false), [""; 0]);
    }

    #[test]
    fn only_tests_may_reach_for_the_simulator() {
        assert_eq!(problems_with("chasqui-runtime", &["chasqui-simulator"], true), [""; 0]);
        assert_eq!(problems_with("chasqui-runtime", &["chasqui-simulator"], false).len(), 1);
    }

    #[test]
    fn a_crate_without_a_row_and_a_banned_one_are_problems() {
        assert_eq!(problems_with("chasqui-new", &[], false).len(), 1);
        let metadata = Metadata { ours: Vec::new(), all: vec!["aws-lc-rs".into(), "ring".into()] };
        assert_eq!(
            problems(&metadata),
            ["aws-lc-rs is in the tree (see who brings it: cargo tree -i aws-lc-rs)"]
        );
    }
}
