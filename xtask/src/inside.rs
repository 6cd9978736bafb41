//! What is inside of crates: the arrows between modules, what never meets, and the files that a message goes through.
//! `ARCHITECTURE.md` draws what is listed here; a change of these tables is a change of the design.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::modules::{self, Arrow};
use crate::repository::Repository;
use crate::{files, process};

/// Which module names which, with a file for each.
type Arrows = BTreeMap<Arrow, String>;

/// The root of `runtime` hands out what the parts do, `start` puts the parts together, and
/// `shared` is what all of them share. They name everything, and `shared` is named by all: arrows to and from them say
/// nothing, so they are not drawn.
const ROOTS: &[&str] = &["shared", "start"];

/// Each module of `runtime` beside its roots, and the ones that it names.
const RUNTIME: &[(&str, &[&str])] = &[
    ("account_news", &["notice", "registry", "remember", "template"]),
    ("act", &["change", "proactive", "work"]),
    ("alert", &["change"]),
    ("care", &["call_refused", "damage", "notice", "registry", "remember", "template"]),
    ("code", &["effect"]),
    ("config", &["code", "mail", "ownership"]),
    ("consequence", &["care", "deliver", "news", "notice"]),
    (
        "converse",
        &[
            "address", "change", "deliver", "effect", "flows", "heavy", "notice", "recover", "registry",
            "status", "template", "work", "zone",
        ],
    ),
    ("deliver", &["address", "change", "notice", "people", "registry", "template", "work"]),
    ("effect", &["work"]),
    ("flows", &["heavy"]),
    ("job", &["change", "files", "mail", "notice"]),
    ("lost", &["registry", "work"]),
    ("news", &["account_news", "registry", "trace", "work"]),
    ("ownership", &["recover"]),
    ("people", &["work"]),
    ("proactive", &["deliver", "people", "registry", "template", "work"]),
    (
        "receive",
        &["change", "damage", "news", "notice", "people", "registry", "status", "verification", "work"],
    ),
    ("recover", &["address", "deliver", "effect", "notice", "ownership", "work"]),
    ("registry", &["damage", "zone"]),
    ("standstill", &["change", "notice"]),
    ("status", &["change", "deliver", "early", "lost", "news", "notice", "people", "registry", "work"]),
    ("template", &["address", "call_refused", "remember"]),
    ("thread", &["act", "call_refused", "registry", "work"]),
    ("timers", &["work"]),
    ("trace", &["notice", "remember"]),
    ("trial", &["template"]),
    ("verification", &["care", "notice", "registry", "remember"]),
    ("work", &["early"]),
];

/// Modules that name each other, and why they do.
const CIRCLES: &[(&[&str], &str)] = &[(
    &["ownership", "recover"],
    "who takes a part over has its work taken up, and what is taken up is let go when the part is another's again",
)];

/// The half that a message goes through, and the half that cares for numbers. The first names the second only where it says why.
const CARE: &[&str] = &["account_news", "alert", "care", "mail", "trace", "trial", "verification"];
const TO_CARE: &[(&str, &str, &str)] = &[
    ("config", "mail", "the mail server is one of the settings"),
    ("consequence", "care", "the one place that acts on what delivering finds out"),
    ("job", "mail", "one job forgets how many people a bot has mailed"),
    ("news", "account_news", "the one place that acts on what Meta tells of accounts and numbers"),
    ("news", "trace", "what nothing acts on is told, and a delivery with it is answered after that"),
    ("receive", "verification", "a delivery proves that the webhook leads here"),
];

/// Files that never name something: folder or file, what, and why.
const NEVER: &[(&str, &[&str], &str)] = &[
    ("crates/runtime/src/converse/compute", &["Inner", "metrics::", ".await"], "computing a turn is pure"),
    (
        "crates/runtime/src/deliver",
        &["crate::care", "crate::news", "crate::proactive", "crate::effect", "crate::trial"],
        "delivering tells what it finds out, and others act on it",
    ),
    (
        "crates/flow/src/expression",
        &["crate::component", "crate::definition"],
        "formulas know nothing of nodes",
    ),
];

/// Most files from a webhook to the call of the Graph.
const MOST_HOPS: usize = 30;
const ROUTE: &str = "## The route of a message";

/// Fails with everything that is not as it is drawn.
pub fn check(repository: &Repository) -> Result<()> {
    let root = &repository.root;
    let arrows = modules::arrows(&root.join("crates/runtime/src"))?;
    let mut problems = of_runtime(&arrows);
    problems.extend(of_never(root)?);
    problems.extend(of_route(root)?);
    if !problems.is_empty() {
        bail!("{}", problems.join("\n  "));
    }
    process::found_in_order("runtime", arrows.len(), "arrows");
    Ok(())
}

fn is_root(name: &str) -> bool {
    ROOTS.contains(&name)
}

fn of_runtime(arrows: &Arrows) -> Vec<String> {
    let arrows: Arrows = arrows
        .iter()
        .filter(|((from, to), _)| !is_root(from) && !is_root(to))
        .map(|(a, b)| (a.clone(), b.clone()))
        .collect();
    let drawn =
        |from: &str, to: &str| RUNTIME.iter().any(|(name, to_all)| *name == from && to_all.contains(&to));
    let mut problems = Vec::new();
    for ((from, to), file) in &arrows {
        if !drawn(from, to) {
            problems.push(format!(
                "runtime: {from} names {to} ({file}), which xtask/src/inside.rs does not draw"
            ));
        }
        let reason = TO_CARE.iter().any(|(path, care, _)| path == from && care == to);
        if CARE.contains(&to.as_str()) && !CARE.contains(&from.as_str()) && !reason {
            problems.push(format!(
                "runtime: {from} is on the message path and names {to} ({file}) without a reason"
            ));
        }
    }
    let is_there = |from: &str, to: &str| arrows.contains_key(&(from.to_owned(), to.to_owned()));
    let gone = RUNTIME.iter().flat_map(|(from, all)| all.iter().map(move |to| (*from, *to)));
    let gone =
        gone.chain(TO_CARE.iter().map(|(from, to, _)| (*from, *to))).filter(|(from, to)| !is_there(from, to));
    problems.extend(gone.map(|(from, to)| {
        format!("runtime: {from} names {to} no more; take the arrow out of xtask/src/inside.rs")
    }));
    let known: Vec<BTreeSet<&str>> = CIRCLES.iter().map(|(all, _)| all.iter().copied().collect()).collect();
    let found = circles(&arrows);
    let name = |circle: &BTreeSet<&str>| circle.iter().copied().collect::<Vec<_>>().join(", ");
    let fresh = found.iter().filter(|circle| !known.contains(circle));
    problems.extend(
        fresh.map(|circle| format!("runtime: {} name each other in a circle without a reason", name(circle))),
    );
    let open = known.iter().filter(|circle| !found.contains(circle));
    problems.extend(open.map(|circle| {
        format!("runtime: {} are a circle no more; take it out of xtask/src/inside.rs", name(circle))
    }));
    problems
}

/// The modules that name each other in circles, each circle in order.
fn circles(arrows: &Arrows) -> Vec<BTreeSet<&str>> {
    let names: BTreeSet<&str> = arrows.keys().flat_map(|(from, to)| [from.as_str(), to.as_str()]).collect();
    let reach: BTreeMap<&str, BTreeSet<&str>> =
        names.iter().map(|name| (*name, reached(arrows, name))).collect();
    let mut circles: Vec<BTreeSet<&str>> = Vec::new();
    for name in &names {
        let mutual = |other: &&str| reach[name].contains(other) && reach[other].contains(name);
        let circle: BTreeSet<&str> = names.iter().copied().filter(mutual).collect();
        if circle.len() > 1 && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

fn reached<'a>(arrows: &'a Arrows, start: &str) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut wanted = vec![start];
    while let Some(from) = wanted.pop() {
        for (_, to) in arrows.keys().filter(|(name, _)| name == from) {
            if seen.insert(to.as_str()) {
                wanted.push(to);
            }
        }
    }
    seen
}

fn of_never(root: &Path) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for (folder, names, why) in NEVER {
        for file in files::below(&root.join(folder), &[])? {
            let text =
                fs::read_to_string(&file).with_context(|| format!("failed to read {}", file.display()))?;
            let code = modules::code(&text);
            let modules = modules::named(&text, 1);
            let is_named = |name: &str| match name.strip_prefix("crate::") {
                Some(module) => modules.contains(module),
                None => code.contains(name),
            };
            let found = names.iter().filter(|name| is_named(name));
            let shown = file.strip_prefix(root).unwrap_or(&file).display().to_string();
            problems.extend(found.map(|name| format!("{shown} names {name}, but {why}")));
        }
    }
    Ok(problems)
}

/// The table of the route names files that exist, and no more of them than it may.
fn of_route(root: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).context("failed to read ARCHITECTURE.md")?;
    let files = route(&text);
    let mut problems: Vec<String> = files
        .iter()
        .filter(|file| !root.join("crates").join(file).is_file())
        .map(|file| {
            format!(
                "ARCHITECTURE.md: the route of a message goes through crates/{file}, which does not exist"
            )
        })
        .collect();
    if files.is_empty() {
        problems.push(format!("ARCHITECTURE.md has no table under \"{ROUTE}\""));
    }
    if files.len() > MOST_HOPS {
        problems
            .push(format!("a message goes through {} files, at most {MOST_HOPS} are allowed", files.len()));
    }
    Ok(problems)
}

/// The files of the route: what stands in backticks in the second column.
fn route(text: &str) -> BTreeSet<&str> {
    let table = text.split(ROUTE).nth(1).unwrap_or_default().split("\n## ").next().unwrap_or_default();
    let rows = table.lines().filter(|line| line.starts_with("| "));
    let column = rows.filter_map(|row| row.split('|').nth(2));
    column
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "rs"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_that_is_not_drawn_is_a_problem_and_so_is_one_that_is_gone() {
        let none = of_runtime(&Arrows::new());
        let drawn: usize = RUNTIME.iter().map(|(_, all)| all.len()).sum();
        assert_eq!(none.len(), drawn + TO_CARE.len() + CIRCLES.len());
        let wild = Arrows::from([(("deliver".to_owned(), "care".to_owned()), "deliver/send.rs".to_owned())]);
        let found = of_runtime(&wild);
        assert!(found.iter().any(|it| it.contains("deliver names care (deliver/send.rs)")), "{found:?}");
        assert!(found.iter().any(|it| it.contains("on the message path")), "{found:?}");
    }

    #[test]
    fn circles_are_found_and_chains_are_not() {
        let arrow = |from: &str, to: &str| ((from.to_owned(), to.to_owned()), "x.rs".to_owned());
        let arrows = Arrows::from([arrow("a", "b"), arrow("b", "c"), arrow("c", "b"), arrow("c", "d")]);
        assert_eq!(circles(&arrows), [BTreeSet::from(["b", "c"])]);
    }

    #[test]
    fn the_route_is_read_from_its_table() {
        let text = format!(
            "# A\n{ROUTE}\n\n| hop | file | what |\n| --- | --- | --- |\n| 1 | `a/b.rs`, `a/c.rs` | `d.rs` |\n\n## B\n| 2 | `e.rs` | |\n"
        );
        assert_eq!(route(&text).into_iter().collect::<Vec<_>>(), ["a/b.rs", "a/c.rs"]);
    }
}
