//! The table of what fields promise, `docs/promises.md`: every field of a bot file, of its components, and of the
//! settings of integrations and accounts is in it, with the test that shows its effect. A field that is new needs a row.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;
use crate::repository::Repository;

const TABLE: &str = "docs/promises.md";
const BOT_FILE: &str = "docs/api/bot.schema.json";
const API: &str = "web/openapi.json";
/// Deepest nesting that is looked into.
const DEEPEST: usize = 6;

/// Fails with every field that has no row, every row that has no field, and every test that is not there.
pub fn check(repository: &Repository) -> Result<()> {
    let root = &repository.root;
    let fields = fields(root)?;
    let text = fs::read_to_string(root.join(TABLE)).with_context(|| format!("cannot read {TABLE}"))?;
    let rows: Vec<(&str, &str)> = text.lines().filter_map(row).collect();
    let listed: BTreeSet<String> = rows.iter().map(|(field, _)| (*field).to_owned()).collect();
    let mut problems: Vec<String> = fields.difference(&listed).map(|it| format!("no row for {it}")).collect();
    problems.extend(listed.difference(&fields).map(|it| format!("no such field: {it}")));
    let without = rows.iter().filter(|(field, test)| !is_shown(root, field, test));
    problems.extend(without.map(|(field, test)| format!("no such test of {field}: {test}")));
    if !problems.is_empty() {
        bail!("{TABLE}:\n  {}", problems.join("\n  "));
    }
    process::found_in_order("promises", rows.len(), "fields");
    Ok(())
}

/// ``| `field` | `file::test` |``. Whatever else stands in the place of a test is no test.
fn row(line: &str) -> Option<(&str, &str)> {
    let (field, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
    Some((field, rest.strip_suffix(" |")?.trim_matches('`')))
}

/// Every field that people can set.
fn fields(root: &Path) -> Result<BTreeSet<String>> {
    let bot = read(root, BOT_FILE)?;
    let mut found = BTreeSet::new();
    walk(&bot, &without(&bot, |name| name == "nodes"), "bot", 1, &mut found);
    let nodes = bot["properties"]["nodes"]["items"]["oneOf"].as_array().cloned().unwrap_or_default();
    let common = common(&nodes);
    found.extend(common.iter().map(|name| format!("node.{name}")));
    for node in nodes {
        let own = without(&node, |name| common.contains(name));
        walk(&bot, &own, node["title"].as_str().unwrap_or_default(), 1, &mut found);
    }
    let api = read(root, API)?;
    for (schema, name) in [("Settings", "integration.settings"), ("AccountChange", "account")] {
        walk(&api, &api["components"]["schemas"][schema], name, 1, &mut found);
    }
    Ok(found)
}

/// A schema without some of its own properties.
fn without(schema: &Value, is_left_out: impl Fn(&str) -> bool) -> Value {
    let mut rest = schema.clone();
    if let Some(properties) = rest["properties"].as_object_mut() {
        properties.retain(|name, _| !is_left_out(name));
    }
    rest
}

fn read(root: &Path, file: &str) -> Result<Value> {
    let text = fs::read_to_string(root.join(file)).with_context(|| format!("cannot read {file}"))?;
    serde_json::from_str(&text).with_context(|| format!("{file} is no JSON"))
}

/// What every node has.
fn common(nodes: &[Value]) -> BTreeSet<String> {
    let names = |node: &Value| -> BTreeSet<String> {
        node["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
    };
    let all = nodes.iter().map(names).reduce(|all, one| all.intersection(&one).cloned().collect());
    all.unwrap_or_default()
}

/// The fields of a schema and of what stands in them.
fn walk(file: &Value, schema: &Value, path: &str, depth: usize, found: &mut BTreeSet<String>) {
    if depth > DEEPEST {
        return;
    }
    if let Some(name) = schema["$ref"].as_str() {
        let target = file.pointer(name.trim_start_matches('#')).unwrap_or(&Value::Null);
        return walk(file, target, path, depth, found);
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        schema[key].as_array().into_iter().flatten().for_each(|one| walk(file, one, path, depth, found));
    }
    walk_items(file, &schema["items"], path, depth, found);
    for (name, one) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        walk(file, one, &path, depth + 1, found);
        found.insert(path);
    }
}

fn walk_items(file: &Value, items: &Value, path: &str, depth: usize, found: &mut BTreeSet<String>) {
    if items.is_object() {
        walk(file, items, path, depth, found);
    }
}

/// A Rust test, or the case of a fixture that sets the field. Whether the engine's cases show what their fields do, its own
/// tests try (`crates/flow/tests/it/promises.rs`).
fn is_shown(root: &Path, field: &str, test: &str) -> bool {
    let Some((file, name)) = test.split_once("::") else { return false };
    let Ok(text) = fs::read_to_string(root.join(file)) else { return false };
    if Path::new(file).extension().is_some_and(|it| it == "rs") {
        return has_test(&text, name);
    }
    let cases: Value = serde_json::from_str(&text).unwrap_or_default();
    let mut cases = cases.as_array().into_iter().flatten();
    let last = field.rsplit('.').next().unwrap_or_default();
    cases.any(|case| case["shows"] == *name && (has(&case["bot"], last) || has(&case["given"], last)))
}

/// Whether a Rust file has a test of this name that is run with the others.
fn has_test(text: &str, name: &str) -> bool {
    let heads = [format!("fn {name}("), format!("async fn {name}(")];
    let mut attributes = Vec::new();
    text.lines().map(str::trim_start).any(|line| {
        if line.starts_with("#[") {
            attributes.push(line);
            return false;
        }
        let attributes = std::mem::take(&mut attributes);
        let has = |start| attributes.iter().any(|it| it.starts_with(start));
        heads.iter().any(|head| line.starts_with(head))
            && (has("#[test]") || has("#[tokio::test"))
            && !has("#[ignore")
    })
}

/// Whether an object in here has this field.
fn has(value: &Value, field: &str) -> bool {
    match value {
        Value::Object(fields) => fields.contains_key(field) || fields.values().any(|it| has(it, field)),
        Value::Array(items) => items.iter().any(|it| has(it, field)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_table_of_this_repository_holds() {
        check(&Repository::open().unwrap()).unwrap();
    }

    #[test]
    fn a_field_is_found_however_deep_it_stands() {
        let file = json!({ "$defs": { "Part": { "properties": { "kind": {}, "inner": { "items": { "$ref": "#/$defs/End" } } } },
            "End": { "properties": { "last": {} } } } });
        let schema = json!({ "anyOf": [{ "type": "null" }, { "$ref": "#/$defs/Part" }] });
        let mut found = BTreeSet::new();
        walk(&file, &schema, "x", 1, &mut found);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["x.inner", "x.inner.last", "x.kind"]);
    }

    #[test]
    fn only_a_test_that_runs_is_one() {
        let text = "#[test]\nfn one() {}\n\nfn two() {}\n#[tokio::test(flavor = \"x\")]\nasync fn three() {\n}\n\
            #[test]\n#[ignore = \"slow\"]\nfn four() {}\n#[test]\nfn one_more() {}\n";
        let found = ["one", "two", "three", "four", "one_more", "more"].map(|name| has_test(text, name));
        assert_eq!(found, [true, false, true, false, true, false]);
    }

    #[test]
    fn a_test_that_is_not_there_or_does_not_set_the_field_shows_nothing() {
        let root = Repository::open().unwrap().root;
        let case = "people take over, the bot is silent, and goes on when it is handed back";
        let fixture = format!("crates/flow/fixtures/component/handoff.json::{case}");
        assert!(is_shown(&root, "handoff.summary", &fixture));
        assert!(!is_shown(&root, "handoff.nothing_like_it", &fixture));
        assert!(!is_shown(
            &root,
            "handoff.summary",
            "crates/flow/fixtures/component/handoff.json::no such case"
        ));
        assert!(!is_shown(&root, "account.name", "crates/server/tests/api/people.rs::no_such_test"));
        assert_eq!(row("| `a.b` | `c.rs::d` |"), Some(("a.b", "c.rs::d")));
        assert!(row("| `a.b` | not yet |").is_some_and(|(field, test)| !is_shown(&root, field, test)));
        assert_eq!(row("| --- | --- |"), None);
    }
}
