//! `chasqui migrate-store`: everything of one store into another, empty one.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use chasqui_model::Clock;
use chasqui_model::secret::Secret;
use chasqui_store::{Location, transfer};
use clap::Args;

use super::{carry, start};
use crate::config::{self, File};

#[derive(Args, Debug)]
pub(super) struct Options {
    /// The store that is there: sqlite:DIR/chasqui.db or <postgres://user:password@host:5432/database>
    #[arg(long, env = "CHASQUI_FROM", value_name = "STORE", hide_env_values = true)]
    from: String,
    /// The empty store to move into, in the same form
    #[arg(long, env = "CHASQUI_TO", value_name = "STORE", hide_env_values = true)]
    to: String,
    /// Use a PostgreSQL that may lose confirmed messages in a crash; for tests only
    #[arg(long, env = "CHASQUI_ALLOW_UNSAFE_DATABASE", num_args = 0..=1, default_missing_value = "true")]
    allow_unsafe_database: Option<bool>,
}

pub(super) async fn run(options: Options, file: File) -> Result<()> {
    let allow_unsafe = options.allow_unsafe_database.or(file.allow_unsafe_database).unwrap_or(false);
    let from = location("--from", &options.from, allow_unsafe)?;
    let to = location("--to", &options.to, allow_unsafe)?;
    if options.from == options.to {
        bail!("--from and --to are the same store");
    }
    if let Location::Sqlite(path) = &to
        && let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty())
    {
        start::make_data_dir(folder)?;
    }
    let mut bar = carry::Bar::new();
    let moved = transfer::migrate(&from, &to, Clock::system().now(), &mut |it| bar.show(it)).await;
    bar.end();
    let tables = moved.context("the store was not moved")?;
    super::print(&carry::table(&tables))?;
    super::print(
        "moved: counts and checksums of all tables are the same in both stores.\n\
         Not in a store, so not moved: the key file (chasqui.key) and the folder media/ of the data directory. Every\n\
         process that works on the new store needs both. Secrets are still sealed with that key.\n\
         The old store is as it was. Do not start a server on it again: contacts would be answered twice.",
    )
}

fn location(flag: &str, text: &str, allow_unsafe: bool) -> Result<Location> {
    if let Some(path) = text.strip_prefix("sqlite:") {
        let path = PathBuf::from(path.strip_prefix("//").unwrap_or(path));
        if path.as_os_str().is_empty() {
            bail!("{flag} names no file: it looks like sqlite:DIR/chasqui.db");
        }
        return Ok(Location::Sqlite(if path.is_dir() { path.join(config::DATABASE) } else { path }));
    }
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return Ok(Location::Postgres { url: Secret::new(text), allow_unsafe });
    }
    bail!("{flag} is neither sqlite:DIR/chasqui.db nor postgres://user:password@host:5432/database")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_are_named_by_their_engine() {
        let path = |text| match location("--from", text, false) {
            Ok(Location::Sqlite(path)) => path.display().to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(path("sqlite:data/x.db"), "data/x.db");
        assert_eq!(path("sqlite:///var/lib/x.db"), "/var/lib/x.db");
        let folder = tempfile::tempdir().unwrap();
        assert!(path(&format!("sqlite:{}", folder.path().display())).ends_with("/chasqui.db"));
        assert!(matches!(location("--to", "postgres://u@h/d", false), Ok(Location::Postgres { .. })));
        for wrong in ["data/x.db", "mysql://x", "sqlite:"] {
            assert!(location("--to", wrong, false).unwrap_err().to_string().contains("--to"), "{wrong}");
        }
    }
}
