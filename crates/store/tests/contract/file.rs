//! The files of SQLite: what they hold after the end, what is missing from them, who else may have them, and what is noticed
//! when they go.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chasqui_store::pulse::Trouble;
use chasqui_store::{Error, Location, Store, Vault};

use crate::engine::{Bench, Engine, Place};
use crate::thing::Number;

/// A store with a delivery in it.
async fn begun() -> (Bench, Number, PathBuf) {
    let mut bench = Bench::open(Engine::Sqlite).await.unwrap();
    let Location::Sqlite(path) = bench.place.location() else { panic!("no file") };
    let number = bench.number().await;
    number.wrote(&mut bench, 1, "49151").await;
    (bench, number, path)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}{ending}", path.display()))
}

async fn open(path: &Path, bench: &Bench) -> chasqui_store::Result<Store> {
    let location = Location::Sqlite(path.to_owned());
    Ok(Store::connect(&location, Vault::new(&[(1, [7; 32])]), &bench.clock).await?.0)
}

/// What a machine that lost power would find: a copy of the files as they are, without the lock.
fn copy_of(path: &Path, endings: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("chasqui.db");
    for ending in endings {
        std::fs::copy(beside(path, ending), beside(&copy, ending)).unwrap();
    }
    std::fs::copy(path.with_extension("generation"), copy.with_extension("generation")).unwrap();
    (folder, copy)
}

fn refusal(opened: chasqui_store::Result<Store>) -> String {
    match opened {
        Err(Error::Unavailable(reason)) => reason,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was opened"),
    }
}

async fn trouble(store: &Store) -> Trouble {
    let begun = Instant::now();
    loop {
        if let Some(trouble) = store.hot().pulse().trouble() {
            return trouble;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "nothing was noticed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_clean_end_the_file_alone_has_everything() {
    let (bench, number, path) = begun().await;
    assert!(std::fs::metadata(beside(&path, "-wal")).unwrap().len() > 0);
    bench.store.hot().close().await;
    assert_eq!(std::fs::metadata(beside(&path, "-wal")).unwrap().len(), 0);
    let (_folder, copy) = copy_of(&path, &[""]);
    let store = open(&copy, &bench).await.unwrap();
    assert!(store.integration(number.account, number.id).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_log_is_noticed_and_one_that_is_there_is_not_mistaken_for_missing() {
    let (bench, number, path) = begun().await;
    let (_whole, copy) = copy_of(&path, &["", "-wal"]);
    let store = open(&copy, &bench).await.unwrap();
    assert!(store.integration(number.account, number.id).await.unwrap().is_some());
    drop(store);

    let (_part, copy) = copy_of(&path, &[""]);
    let reason = refusal(open(&copy, &bench).await);
    for word in ["a part of the database is missing", "chasqui.db-wal", "chasqui.generation"] {
        assert!(reason.contains(word), "{reason}");
    }
    // Nothing was made of it meanwhile, and whoever says that it is right gets it.
    refusal(open(&copy, &bench).await);
    std::fs::remove_file(copy.with_extension("generation")).unwrap();
    open(&copy, &bench).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_somebody_else_has_moved_into_the_file_is_not_missed() {
    let (bench, number, path) = begun().await;
    let (_folder, copy) = copy_of(&path, &["", "-wal"]);
    // As `sqlite3` and `chasqui backup` do: the last one to leave takes the log along.
    let other = rusqlite::Connection::open(&copy).unwrap();
    other.query_row("SELECT count(*) FROM inbox", [], |_| Ok(())).unwrap();
    drop(other);
    assert!(!beside(&copy, "-wal").exists());
    let store = open(&copy, &bench).await.unwrap();
    assert!(store.integration(number.account, number.id).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_begun_anew_is_missed_too() {
    let (mut bench, number, path) = begun().await;
    // More than is kept in the log before it is moved.
    let mut written: u64 = 0;
    let begun = Instant::now();
    while std::fs::metadata(&path).unwrap().len() < 16 << 20 {
        for _ in 0..200 {
            written += 1;
            let mut arrival = number.arrival(&bench, 9, "49151");
            arrival.key[..8].copy_from_slice(&written.to_be_bytes());
            arrival.payload = "x".repeat(60_000);
            bench.store.hot().accept(vec![arrival]).await.unwrap();
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "the log was never moved");
    }
    number.wrote(&mut bench, 5, "49152").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (_part, copy) = copy_of(&path, &[""]);
    assert!(refusal(open(&copy, &bench).await).contains("a part of the database is missing"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_database_is_not_taken_for_a_first_start() {
    let (bench, _, path) = begun().await;
    bench.store.hot().close().await;
    let (_folder, copy) = copy_of(&path, &["", "-wal"]);
    std::fs::remove_file(&copy).unwrap();
    assert!(refusal(open(&copy, &bench).await).contains("there was a database"));
    assert!(!copy.exists());
    // Nor one that an editor has emptied.
    std::fs::write(&copy, "").unwrap();
    assert!(refusal(open(&copy, &bench).await).contains("there was a database"));

    // SQLite deletes a log that has no database.
    let (_folder, copy) = {
        let (bench, _, path) = begun().await;
        let copied = copy_of(&path, &["", "-wal"]);
        drop(bench);
        copied
    };
    std::fs::remove_file(&copy).unwrap();
    std::fs::remove_file(copy.with_extension("generation")).unwrap();
    assert!(refusal(open(&copy, &bench).await).contains("chasqui.db-wal is there"));
    assert!(beside(&copy, "-wal").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_does_not_start_when_the_lock_file_is_deleted() {
    let (bench, _, path) = begun().await;
    assert!(refusal(open(&path, &bench).await).contains("in use by another chasqui"));
    std::fs::remove_file(path.with_extension("lock")).unwrap();
    assert!(refusal(open(&path, &bench).await).contains("in use by another chasqui"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_confirmed_once_the_files_are_gone() {
    for ending in ["", "-wal", "-shm"] {
        let (bench, number, path) = begun().await;
        let (file, away) = (beside(&path, ending), beside(&path, "-away"));
        std::fs::rename(&file, &away).unwrap();
        // At once, before anybody has looked.
        let refused = bench.store.hot().accept(vec![number.arrival(&bench, 2, "49151")]).await;
        assert!(
            matches!(&refused, Err(Error::Unavailable(reason)) if reason.contains("moved")),
            "{refused:?}"
        );
        assert!(matches!(trouble(&bench.store).await, Trouble::Gone(_)));
        // What was written meanwhile was told to nobody: back in their place, only a start goes on.
        std::fs::rename(&away, &file).unwrap();
        tokio::time::sleep(Duration::from_millis(2500)).await;
        assert!(bench.store.hot().accept(vec![number.arrival(&bench, 3, "49151")]).await.is_err());
        let bench = bench.reopen().await;
        assert!(bench.store.hot().pulse().trouble().is_none());
        assert_eq!(bench.waiting(0, 10).await.len(), 2, "the one that was not confirmed may be there");
        assert_eq!(bench.store.hot().accept(vec![number.arrival(&bench, 3, "49151")]).await.unwrap(), [true]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_were_away_while_nobody_wrote_are_written_to_again() {
    let (bench, number, path) = begun().await;
    let away = beside(&path, "-away");
    std::fs::rename(&path, &away).unwrap();
    assert!(matches!(trouble(&bench.store).await, Trouble::Gone(_)));
    assert!(bench.store.hot().accept(vec![number.arrival(&bench, 2, "49151")]).await.is_err());
    std::fs::rename(&away, &path).unwrap();
    let begun = Instant::now();
    while bench.store.hot().pulse().trouble().is_some() {
        assert!(begun.elapsed() < Duration::from_secs(10), "it was not noticed");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(bench.store.hot().accept(vec![number.arrival(&bench, 2, "49151")]).await.unwrap(), [true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_does_not_come_back_is_known_and_so_is_that_it_came() {
    let (bench, number, path) = begun().await;
    // Longer than SQLite waits by itself: the next write begins to wait when the first has given up.
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = Instant::now();
    let refused = bench.store.hot().touch().await;
    // Fresh from the delivery a moment ago, or refused because of the lock.
    if refused.is_ok() {
        let delivery = bench.store.hot().accept(vec![number.arrival(&bench, 2, "49151")]).await;
        assert!(matches!(delivery, Err(Error::Unavailable(_))), "{delivery:?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(8));
    assert!(matches!(trouble(&bench.store).await, Trouble::Failing(_)));
    other.execute_batch("ROLLBACK").unwrap();
    bench.store.hot().touch().await.unwrap();
    let begun = Instant::now();
    while bench.store.hot().pulse().trouble().is_some() {
        assert!(begun.elapsed() < Duration::from_secs(10), "it was not noticed");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_store_knows_its_own_generation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chasqui.db");
    // Of an installation that was here before.
    std::fs::write(path.with_extension("generation"), "40\n").unwrap();
    let from = Bench::at(Place::Folder(tempfile::tempdir().unwrap())).await;
    from.store.hot().close().await;
    let (_copied, copy) = match from.place.location() {
        Location::Sqlite(path) => copy_of(&path, &[""]),
        Location::Postgres { .. } => panic!("no file"),
    };
    let (source, target) = (Location::Sqlite(copy), Location::Sqlite(path.clone()));
    chasqui_store::transfer::migrate(&source, &target, from.clock.now(), &mut |_| ()).await.unwrap();
    open(&path, &from).await.unwrap();
    assert_eq!(std::fs::read_to_string(path.with_extension("generation")).unwrap().trim(), "42");
}
