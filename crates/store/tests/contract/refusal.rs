//! What PostgreSQL is refused for at the start, each in words that say what to do.

use chasqui_model::secret::Secret;
use chasqui_model::{Clock, Timestamp};
use chasqui_store::testing::Database;
use chasqui_store::{Error, Location, Store, Vault};

async fn open(location: &Location) -> Result<(), Error> {
    let clock = Clock::stopped(Timestamp::from_seconds(1_795_000_000));
    Store::connect(location, Vault::new(&[(1, [7; 32])]), &clock).await.map(drop)
}

/// Tries to open it. Panics when that works.
async fn refusal(url: &str) -> String {
    match open(&Location::Postgres { url: Secret::new(url), allow_unsafe: false }).await {
        Ok(()) => panic!("it was opened"),
        Err(error) => error.to_string(),
    }
}

/// The URL with a setting of the server's, as if its configuration said so.
fn with_setting(url: &str, setting: &str) -> String {
    url.replace("options=-c", &format!("options=-c%20{setting}%20-c"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_cannot_be_used_is_refused_in_words() {
    let Some(database) = Database::make().await else { return };
    let url = database.url().expose().to_owned();
    let (credentials, server) = url.split_once('@').unwrap();
    let (_, password) = credentials.rsplit_once(':').unwrap();
    let cases = [
        (url.replace(password, "another"), ["does not let the user chasqui in", "--database-url"]),
        (url.replace("/postgres?", "/nowhere?"), ["no database nowhere", "createdb -O chasqui nowhere"]),
        (format!("postgres://chasqui@{server}"), ["asks for a password", "--database-url"]),
        (url.replace("sslmode=disable", "sslmode=require"), ["cannot be reached", "TLS"]),
        (
            with_setting(&url, "synchronous_commit%3Doff"),
            ["synchronous_commit = off", "--allow-unsafe-database"],
        ),
        (
            with_setting(&url, "default_transaction_read_only%3Don"),
            ["can only be read", "target_session_attrs=read-write"],
        ),
    ];
    for (url, wanted) in cases {
        let refusal = refusal(&url).await;
        for words in wanted {
            assert!(refusal.contains(words), "{words:?} is not in {refusal:?}");
        }
        assert!(!refusal.contains(password), "{refusal}");
    }
    let forgetful = Secret::new(with_setting(&url, "synchronous_commit%3Doff"));
    open(&Location::Postgres { url: forgetful, allow_unsafe: true }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_is_newer_than_the_program_is_refused() {
    let Some(database) = Database::make().await else { return };
    open(&database.location()).await.unwrap();
    drop(database.run("INSERT INTO migration VALUES (99, 'from the future', 'x', 0)").await);
    let refusal = refusal(database.url().expose()).await;
    assert!(refusal.contains("use a newer chasqui"), "{refusal}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_that_fails_leaves_nothing_behind_and_can_be_tried_again() {
    let Some(database) = Database::make().await else { return };
    drop(database.run("CREATE TABLE timer (in_the_way int)").await);
    assert!(refusal(database.url().expose()).await.contains("timer"));
    drop(database.run("DROP TABLE timer").await);
    open(&database.location()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_at_once_migrate_once() {
    let Some(database) = Database::make().await else { return };
    let location = database.location();
    let open = || open(&location);
    let (one, two, three) = tokio::join!(open(), open(), open());
    assert!(one.is_ok() && two.is_ok() && three.is_ok(), "{one:?} {two:?} {three:?}");
}
