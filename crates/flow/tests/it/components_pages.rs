//! Every component has a page in the guide, with fields, ports and limits as the engine has them, and an example that works.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chasqui_flow::{Component, Definition, Flow, describe, run_tests, validate};

use crate::harness::Shelf;

const BEGIN: &str = "<!-- generated -->\n";
const END: &str = "<!-- end -->\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/components")
}

/// Writes what stands between the marks of a page, or fails when it is something else.
fn fresh(path: &Path, wanted: &str) {
    let name = path.display();
    let page = std::fs::read_to_string(path).unwrap_or_else(|_| {
        panic!("{name} is missing: write it by hand, with `<!-- generated -->` and `<!-- end -->`")
    });
    let start =
        page.find(BEGIN).unwrap_or_else(|| panic!("{name} has no `<!-- generated -->`")) + BEGIN.len();
    let stop = page.find(END).unwrap_or_else(|| panic!("{name} has no `<!-- end -->`"));
    let wanted = format!("\n{wanted}\n");
    if page[start..stop] != wanted {
        assert!(std::env::var_os("UPDATE_DOCS").is_some(), "{name} is stale; run cargo xtask docs");
        std::fs::write(path, format!("{}{wanted}{}", &page[..start], &page[stop..])).unwrap();
    }
}

fn source(kind: &str) -> String {
    let path = folder().join(format!("examples/{kind}.json"));
    std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{} is missing", path.display()))
}

/// The nodes of an example, as the file has them.
fn nodes(kind: &str) -> Vec<serde_json::Value> {
    let file: serde_json::Value = serde_json::from_str(&source(kind)).unwrap();
    file["nodes"].as_array().unwrap().clone()
}

fn example(kind: &str) -> Definition {
    Definition::parse(&source(kind)).unwrap_or_else(|problems| panic!("{kind}: {problems:?}"))
}

#[test]
fn the_guide_describes_every_component() {
    for kind in Component::KINDS {
        let generated = describe::describe(kind, &example(kind));
        let generated = generated.unwrap_or_else(|| panic!("the example of {kind} has none"));
        fresh(&folder().join(format!("{kind}.md")), generated.trim_end());
        let page = std::fs::read_to_string(folder().join(format!("{kind}.md"))).unwrap();
        for picture in ["canvas", "phone"] {
            let picture = format!("../../images/components/{kind}-{picture}.png");
            assert!(page.contains(&picture), "{kind}.md does not show {picture}");
        }
        let shown = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next());
        let shown: serde_json::Value = serde_json::from_str(shown.unwrap_or_default()).unwrap_or_default();
        let wanted = nodes(kind).into_iter().find(|node| node["type"] == kind);
        assert_eq!(Some(shown), wanted, "{kind}.md shows another node than its example has");
    }
    fresh(&folder().join("README.md"), describe::index().trim_end());
}

#[test]
fn the_guide_has_no_page_of_a_component_that_is_not_there() {
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let known =
            ["README", "examples"].contains(&name.as_str()) || Component::KINDS.contains(&name.as_str());
        assert!(known, "{}", path.display());
    }
}

#[test]
fn the_examples_of_the_guide_work() {
    for kind in Component::KINDS {
        let definition = example(kind);
        assert_eq!(validate(&definition), [], "{kind}");
        assert!(!definition.tests.is_empty(), "the example of {kind} has no test");
        let flow = Arc::new(Flow::compile(definition).unwrap());
        for result in run_tests(&Shelf::default(), &flow) {
            assert!(result.passed, "{kind}: {}: {:?}", result.name, result.failure);
        }
    }
}
