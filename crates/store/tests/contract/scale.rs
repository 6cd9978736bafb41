//! The page on scale says for every table how a distributed PostgreSQL would lay it out, and what it says can be done.

use std::collections::{BTreeMap, BTreeSet};

use chasqui_store::Vault;
use chasqui_store::testing::Database;

const PAGE: &str = include_str!("../../../../docs/scale.md");

/// What the page's SQL says: tables by the function that lays them out.
fn laid_out() -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for line in PAGE.lines() {
        let line = line.trim();
        for (start, kind) in [
            ("SELECT create_distributed_table('", "distributed"),
            ("SELECT create_reference_table('", "reference"),
            ("-- local: ", "local"),
        ] {
            let Some(rest) = line.strip_prefix(start) else { continue };
            if kind == "local" {
                found.entry(kind).or_default().extend(rest.split(", ").map(str::to_owned));
                continue;
            }
            assert!(kind != "distributed" || rest.contains("', 'part'"), "{line}");
            found.entry(kind).or_default().insert(rest.split('\'').next().unwrap().to_owned());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_is_laid_out_and_what_is_distributed_can_be() {
    let Some(database) = Database::make().await else { return };
    let clock = chasqui_model::Clock::system();
    let vault = Vault::new(&[(1, [7; 32])]);
    chasqui_store::Store::connect(&database.location(), vault, &clock).await.unwrap();
    let here = "relnamespace = current_schema()::regnamespace AND NOT relispartition";
    let tables = format!("SELECT relname::text FROM pg_class WHERE {here} AND relkind IN ('r', 'p')");
    let tables: BTreeSet<String> = database.list(&tables).await.into_iter().collect();
    let laid_out = laid_out();
    let mut named = BTreeSet::new();
    for (kind, names) in &laid_out {
        for name in names {
            assert!(named.insert(name.clone()), "{name} is laid out twice, also as {kind}");
        }
    }
    assert_eq!(
        tables, named,
        "say in docs/scale.md how each table is laid out (left: there, right: on the page)"
    );

    // Only what holds the part can be unique where rows lie by it.
    let with_part = "SELECT attrelid::regclass::text FROM pg_attribute WHERE attname = 'part' AND atttypid = 'int2'::regtype";
    let with_part: BTreeSet<String> = database.list(with_part).await.into_iter().collect();
    let unique = format!(
        "SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE i.indisunique AND c.{here} \
         AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attname = 'part' \
         AND a.attnum = ANY(i.indkey::int2[]))"
    );
    let unique: BTreeSet<String> = database.list(&unique).await.into_iter().collect();
    for name in &laid_out["distributed"] {
        assert!(with_part.contains(name), "{name} has no part");
        assert!(!unique.contains(name), "{name} has something unique without its part");
    }
    assert!(unique.contains("person"), "the question itself finds nothing");
}
