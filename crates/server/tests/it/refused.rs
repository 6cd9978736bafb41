//! What each command that uses PostgreSQL says to a database that it cannot use: words that help, exit status 1, no
//! password, and nothing half done.

use std::process::Command;

use chasqui_store::testing::Database;

use crate::ancient;
use crate::killed::{Home, bootstrap};
use crate::moved::{backup, refused, restore, run};

/// A SQLite installation to bring somewhere, and a backup of it.
struct Source {
    home: Home,
    files: tempfile::TempDir,
}

impl Source {
    fn make() -> Self {
        let home = Home { data: tempfile::tempdir().unwrap(), database: None, url: None };
        bootstrap(&home);
        let it = Self { home, files: tempfile::tempdir().unwrap() };
        run(&mut backup(&it.home, &it.backup()));
        it
    }

    fn backup(&self) -> std::path::PathBuf {
        self.files.path().join("a.backup")
    }

    /// Every command that writes into a database, at this URL.
    fn writers(&self, url: &str) -> Vec<(&'static str, Command)> {
        let home = Home { data: tempfile::tempdir().unwrap(), database: None, url: Some(url.to_owned()) };
        let data = self.files.path().join("other");
        let mut serve = home.chasqui();
        serve.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(&data);
        let mut migrate = home.chasqui();
        let from = format!("sqlite:{}", self.home.data.path().display());
        migrate.args(["migrate-store", "--from", &from, "--to", url]);
        vec![("serve", serve), ("migrate-store", migrate), ("restore", restore(&home, &self.backup()))]
    }

    /// The one that only reads.
    fn reader(&self, url: &str) -> Command {
        let home = Home { data: tempfile::tempdir().unwrap(), database: None, url: Some(url.to_owned()) };
        backup(&home, &self.never())
    }

    /// A backup that must not come to be.
    fn never(&self) -> std::path::PathBuf {
        self.files.path().join("never.backup")
    }

    /// Asserts that all of them, and those that only read when `reads`, are refused with these words.
    fn all_refused(&self, url: &str, reads: bool, words: &[&str], secret: &str) {
        let mut commands = self.writers(url);
        if reads {
            commands.push(("backup", self.reader(url)));
        }
        for (name, mut command) in commands {
            let said = refused(&mut command);
            for wanted in words {
                assert!(said.contains(wanted), "{name}: {wanted:?} is not in {said:?}");
            }
            assert!(!said.contains(secret), "{name}: {said}");
        }
        assert!(!self.never().exists() && !self.files.path().join("never.backup.part").exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_says_why_it_cannot_use_a_database() {
    let Some(database) = Database::chosen().await else { return };
    let source = Source::make();
    let url = database.url().expose().to_owned();
    let (credentials, server) = url.split_once('@').unwrap();
    let (_, password) = credentials.rsplit_once(':').unwrap();
    let place = server.split(['/', '?']).next().unwrap();
    let old = ancient::listen();
    let setting = |setting: &str| url.replace("options=-c", &format!("options=-c%20{setting}%20-c"));
    let cases = [
        ("mysql://chasqui:s3cret@h/d".to_owned(), true, vec!["postgres://user:password@host"]),
        ("postgres://chasqui:s3cret@127.0.0.1:1/d".to_owned(), true, vec!["127.0.0.1:1 cannot be reached"]),
        (
            "postgres://chasqui:s3cret@no-such-host.invalid/d".to_owned(),
            true,
            vec!["no-such-host.invalid:5432 cannot be reached"],
        ),
        (
            url.replace(password, "s3cret"),
            true,
            vec!["does not let the user chasqui in", "check user and password"],
        ),
        (format!("postgres://chasqui@{server}"), true, vec!["asks for a password"]),
        (
            url.replace("/postgres?", "/nowhere?"),
            true,
            vec!["has no database nowhere", "createdb -O chasqui nowhere"],
        ),
        (format!("postgres://chasqui:s3cret@{old}/d"), true, vec!["is 14.9; version 15 or newer is needed"]),
        (
            setting("synchronous_commit%3Doff"),
            false,
            vec![place, "synchronous_commit = off", "--allow-unsafe-database"],
        ),
        (
            setting("default_transaction_read_only%3Don"),
            false,
            vec!["can only be read", "target_session_attrs=read-write"],
        ),
    ];
    for (url, reads, words) in cases {
        source.all_refused(&url, reads, &words, "s3cret");
    }
    assert!(database.tables().await.is_empty(), "a database that was refused holds tables");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_is_newer_is_refused_and_left_alone() {
    let Some(database) = Database::chosen().await else { return };
    let source = Source::make();
    let home = Home { data: tempfile::tempdir().unwrap(), database: Some(database), url: None };
    bootstrap(&home);
    let database = home.database.as_ref().unwrap();
    database.run("INSERT INTO migration VALUES (99, 'from the future', 'x', 0); CREATE TABLE from_the_future (x int)").await;
    let before = database.tables().await;
    source.all_refused(database.url().expose(), true, &["use a newer chasqui"], "s3cret");
    assert_eq!(database.tables().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_cannot_be_done_is_not_half_done() {
    let Some(database) = Database::chosen().await else { return };
    let source = Source::make();
    // In the way of the last table but a few, so that most have been made by then.
    database.run("CREATE TABLE number_request (in_the_way int)").await;
    for (name, mut command) in source.writers(database.url().expose()) {
        let said = refused(&mut command);
        assert!(said.contains("number_request"), "{name}: {said}");
        assert_eq!(database.tables().await, ["number_request"], "{name}");
    }
}
