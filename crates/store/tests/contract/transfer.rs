//! Whole stores on their way: to the other engine, into a file, out of it, and what happens when one is cut off.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use chasqui_model::Timestamp;
use chasqui_model::secret::Secret;
use chasqui_store::testing::Database;
use chasqui_store::transfer::{self, About, Carried, Progress, Report};
use chasqui_store::{Error, Location, Store, Vault};
use rusqlite::Connection;
use rusqlite::types::Value;
use tokio::sync::mpsc;

use crate::engine::{Bench, ENGINES, Place, contract};
use crate::thing::only;

contract!(a_backup_is_made_while_the_server_works_and_a_conversation_goes_on_in_it);

const NOW: i64 = 1_795_000_000_000;

fn now() -> Timestamp {
    Timestamp::from_millis(NOW)
}

fn about() -> About {
    About { chasqui: "1".into(), made_at: "now".into() }
}

async fn open(location: &Location) -> Result<Store, Error> {
    let clock = chasqui_model::Clock::stopped(now());
    Store::connect(location, Vault::new(&[(1, [7; 32])]), &clock).await.map(|it| it.0)
}

/// A store of SQLite with rows in every table: kinds of columns are what the schema says, values are all different, every
/// other row has NULL where it may.
struct Full {
    folder: tempfile::TempDir,
}

impl Full {
    async fn make() -> Self {
        let it = Self { folder: tempfile::tempdir().unwrap() };
        drop(open(&it.location()).await.unwrap());
        it.released();
        let mut connection = it.connection();
        let transaction = connection.transaction().unwrap();
        for table in transfer::known().0 {
            // More than travels at once.
            let rows = if matches!(table, "message" | "contact") { 5_000 } else { 7 };
            fill(&transaction, table, rows);
        }
        transaction.commit().unwrap();
        it
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("chasqui.db")
    }

    fn location(&self) -> Location {
        Location::Sqlite(self.path())
    }

    fn connection(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }

    /// Waits until the threads of a store that was dropped have let go of it.
    fn released(&self) {
        let lock = std::fs::File::open(self.path().with_extension("lock")).unwrap();
        lock.lock().unwrap();
    }
}

fn fill(connection: &Connection, table: &str, rows: i64) {
    let mut columns = connection.prepare(&format!("PRAGMA table_info(\"{table}\")")).unwrap();
    let columns: Vec<(String, String, bool)> = columns
        .query_map([], |row| {
            Ok((row.get(1)?, row.get(2)?, row.get::<_, bool>(3)? || row.get::<_, i64>(5)? > 0))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let places = vec!["?"; columns.len()].join(", ");
    let mut insert = connection.prepare(&format!("INSERT INTO \"{table}\" VALUES ({places})")).unwrap();
    for row in 0..rows {
        let value = |(column, (name, kind, needed)): (usize, &(String, String, bool))| {
            match (kind.as_str(), name.as_str()) {
                _ if !needed && row % 2 == 1 => Value::Null,
                // The last hours of three days ago, and the first of two days ago.
                ("INTEGER", "at") => (NOW - 3 * 86_400_000 + row * 7_200_000 % 86_400_000).into(),
                ("INTEGER", "status") => (10 + row % 2).into(),
                // A small number fits every kind of column.
                ("INTEGER", "part") => (row % 256).into(),
                ("INTEGER", _) => (row + 1).into(),
                ("TEXT", _) => format!("{name} {row} ñ € 🦙 \" \\ \n").into(),
                ("BLOB", _) => id(row, column).into(),
                other => panic!("{table}.{name} is {other:?}"),
            }
        };
        let values: Vec<Value> = columns.iter().enumerate().map(value).collect();
        insert.execute(rusqlite::params_from_iter(values)).unwrap();
    }
}

/// Sixteen bytes that begin with a time of the last days.
fn id(row: i64, column: usize) -> Vec<u8> {
    let millis = NOW - 3 * 86_400_000 + row * 30_000;
    let mut id = millis.to_be_bytes()[2..].to_vec();
    id.extend([0x70, u8::try_from(column).unwrap()]);
    id.extend(row.to_be_bytes());
    id
}

async fn migrate(from: &Location, to: &Location) -> Result<Vec<Carried>, String> {
    transfer::migrate(from, to, now(), &mut |_| ()).await.map_err(|it| it.to_string())
}

async fn backup(from: &Location, media: Option<&std::path::Path>) -> (Vec<u8>, Report) {
    let mut file = Vec::new();
    let report = transfer::backup(from, media, &mut file, about(), &mut |_| ()).await.unwrap();
    (file, report)
}

fn reader(file: &[u8]) -> Box<dyn Read + Send> {
    Box::new(Cursor::new(file.to_vec()))
}

async fn restore(file: &[u8], to: &Location, media: &std::path::Path) -> Result<Report, String> {
    transfer::restore(reader(file), to, media, now(), &mut |_| ()).await.map_err(|it| it.to_string())
}

/// A number that a statement answers on PostgreSQL; a wrong one is an error there.
async fn is(database: &Database, count: &str, wanted: i64) {
    drop(database.run(&format!("DO $$ BEGIN ASSERT ({count}) = {wanted}, '{wanted}'; END $$")).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_table_is_forgotten() {
    let full = Full::make().await;
    let (carried, left) = transfer::known();
    let known: BTreeSet<&str> = carried.iter().chain(left).copied().collect();
    let connection = full.connection();
    let mut tables = connection
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
        )
        .unwrap();
    let tables: BTreeSet<String> =
        tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let unknown: Vec<&String> = tables.iter().filter(|it| !known.contains(it.as_str())).collect();
    assert!(unknown.is_empty(), "a row is missing in crates/store/src/transfer/table.rs: {unknown:?}");
    assert!(carried.iter().all(|it| tables.contains(*it)));
    let Some(database) = Database::make().await else { return };
    drop(open(&database.location()).await.unwrap());
    let names = known.iter().map(|it| format!("'{it}'")).collect::<Vec<_>>().join(", ");
    let theirs = format!(
        "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace \
         AND relkind IN ('r', 'p') AND NOT relispartition AND relname NOT IN ({names})"
    );
    is(&database, &theirs, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_of_every_table_moves_to_postgresql_and_back() {
    let Some(database) = Database::make().await else { return };
    let full = Full::make().await;
    let there = migrate(&full.location(), &database.location()).await.unwrap();
    assert!(there.iter().all(|it| it.tally.rows >= 7), "{there:?}");
    // What PostgreSQL has beside: the outbox, partitions of the days that came, the inbox's numbers.
    is(&database, "SELECT count(*) FROM outbox", 5_000).await;
    is(&database, "SELECT count(*) FROM message_other", 0).await;
    is(&database, "SELECT count(*) FROM turn_other", 0).await;
    is(&database, "SELECT nextval('inbox_seq')", 8).await;
    drop(open(&database.location()).await.unwrap());
    let back = tempfile::tempdir().unwrap();
    let back = Location::Sqlite(back.path().join("chasqui.db"));
    assert_eq!(migrate(&database.location(), &back).await.unwrap(), there);
    drop(open(&back).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_with_rows_is_refused_and_left_alone() {
    let full = Full::make().await;
    let other = Full::make().await;
    let (file, before) = backup(&full.location(), None).await;
    let media = tempfile::tempdir().unwrap();
    let mut targets = vec![other.location()];
    let database = Database::make().await;
    if let Some(database) = &database {
        drop(open(&database.location()).await.unwrap());
        drop(database.run("INSERT INTO installation VALUES ('a', 'b')").await);
        targets.push(database.location());
    }
    for target in targets {
        let refusal = migrate(&full.location(), &target).await.unwrap_err();
        assert!(refusal.contains("is not empty: there are rows in installation"), "{refusal}");
        let refusal = restore(&file, &target, media.path()).await.unwrap_err();
        assert!(refusal.contains("is not empty"), "{refusal}");
        drop(open(&target).await.unwrap());
    }
    other.released();
    assert_eq!(backup(&other.location(), None).await.1.tables, before.tables);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_somebody_works_on_is_not_moved() {
    for engine in ENGINES {
        let Some(bench) = Bench::open(*engine).await else { continue };
        let to = tempfile::tempdir().unwrap();
        let to = Location::Sqlite(to.path().join("new.db"));
        let refusal = migrate(&bench.place.location(), &to).await.unwrap_err();
        assert!(refusal.contains("stop"), "{refusal}");
    }
    let nowhere = Location::Sqlite("/nowhere/chasqui.db".into());
    let refusal = migrate(&nowhere, &nowhere).await.unwrap_err();
    assert!(refusal.contains("there is no store /nowhere/chasqui.db"), "{refusal}");
}

/// Moves until some rows have arrived, then dies.
async fn cut_off(from: &Location, to: &Location) {
    let (tell, mut told) = mpsc::unbounded_channel();
    let mut listen = |it: Progress| {
        let _ = tell.send(it);
    };
    let moving = transfer::migrate(from, to, now(), &mut listen);
    let enough = async {
        // In the middle of the contacts.
        while told.recv().await.is_some_and(|it| it.table != "contact") {}
    };
    tokio::select! {
        biased;
        () = enough => (),
        done = moving => panic!("it was done already: {done:?}"),
    }
}

/// Until the server has noticed that the one before is gone.
async fn patient(from: &Location, to: &Location) -> Result<Vec<Carried>, String> {
    loop {
        match migrate(from, to).await {
            Err(refusal) if refusal.contains("fills the database") || refusal.contains("in use by") => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            other => return other,
        }
    }
}

async fn places() -> Vec<Place> {
    let mut places = vec![Place::Folder(tempfile::tempdir().unwrap())];
    places.extend(Database::make().await.map(Place::Database));
    places
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_that_was_cut_off_goes_on_where_it_was() {
    let full = Full::make().await;
    let (_, whole) = backup(&full.location(), None).await;
    for place in places().await {
        let to = place.location();
        cut_off(&full.location(), &to).await;
        // Half a store is none.
        let refusal = loop {
            match open(&to).await.map(drop).unwrap_err().to_string() {
                busy if busy.contains("in use by") => tokio::task::yield_now().await,
                refusal => break refusal,
            }
        };
        assert!(refusal.contains("Run the same command again"), "{refusal}");
        assert_eq!(patient(&full.location(), &to).await.unwrap(), whole.tables);
        drop(open(&to).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_has_changed_meanwhile_is_noticed() {
    for place in places().await {
        let full = Full::make().await;
        cut_off(&full.location(), &place.location()).await;
        let change = "UPDATE account SET name = 'another' WHERE rowid = 1";
        assert_eq!(full.connection().execute(change, []).unwrap(), 1);
        let refusal = patient(&full.location(), &place.location()).await.unwrap_err();
        assert!(refusal.contains("rows of account that were copied have changed"), "{refusal}");
        assert!(open(&place.location()).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_goes_into_either_engine_with_its_media() {
    let full = Full::make().await;
    let media = tempfile::tempdir().unwrap();
    let picture: Vec<u8> = (0..200_000_u32).map(|it| it.to_be_bytes()[3]).collect();
    std::fs::write(media.path().join("med_1"), &picture).unwrap();
    std::fs::write(media.path().join("med_2"), b"").unwrap();
    std::fs::write(media.path().join("med_3.part"), b"not finished").unwrap();
    let (file, report) = backup(&full.location(), Some(media.path())).await;
    assert_eq!(report.files, 2);
    transfer::check(reader(&file)).await.unwrap();
    for place in places().await {
        let files = tempfile::tempdir().unwrap();
        let restored = restore(&file, &place.location(), files.path()).await.unwrap();
        assert_eq!((restored.tables, restored.files), (report.tables.clone(), 2));
        assert_eq!(std::fs::read(files.path().join("med_1")).unwrap(), picture);
        assert_eq!(std::fs::read_dir(files.path()).unwrap().count(), 2);
        // And from there the same again.
        assert_eq!(backup(&place.location(), None).await.1.tables, report.tables);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_backup_is_noticed_before_anything_is_touched() {
    let full = Full::make().await;
    let (file, _) = backup(&full.location(), None).await;
    let check = async |file: &[u8]| transfer::check(reader(file)).await.unwrap_err().to_string();
    assert!(check(&file[..file.len() - 10]).await.contains("ends too early"));
    assert!(check(&file[..file.len() / 2]).await.contains("damaged"));
    let mut changed = file.clone();
    let at = file.windows(9).position(|it| it == b"content 9").unwrap();
    changed[at] = b'C';
    assert!(check(&changed).await.contains("checksum"));
    assert!(check(b"PK\x03\x04").await.contains("no backup"));
    let newer = String::from_utf8(file.clone()).unwrap().replacen("\"schema\":", "\"schema\":9", 1);
    assert!(check(newer.as_bytes()).await.contains("another schema"));
}

async fn a_backup_is_made_while_the_server_works_and_a_conversation_goes_on_in_it(mut bench: Bench) {
    let number = bench.number().await;
    let item = number.wrote(&mut bench, 1, "49151").await;
    let begun = number.begins(&bench, &item);
    let conversation = (*begun.conversation.as_ref().unwrap().conversation).clone();
    only(bench.store.hot().commit_turns(vec![begun]).await).unwrap();
    let waiting = number.wrote(&mut bench, 2, "49151").await;
    let (file, _) = backup(&bench.place.location(), None).await;
    // Secrets are in it as the store has them: sealed.
    let text = String::from_utf8(file.clone()).unwrap();
    let integration = bench.store.all_integrations().await.unwrap().remove(0);
    let secret: &Secret = &integration.credentials.app_secret;
    assert!(!text.contains(secret.expose()));
    // What comes later is not in it.
    number.wrote(&mut bench, 3, "49151").await;
    for engine in ENGINES {
        let Some(place) = Place::of(*engine).await else { continue };
        let media = tempfile::tempdir().unwrap();
        restore(&file, &place.location(), media.path()).await.unwrap();
        let mut bench = Bench::at(place).await;
        assert_eq!(
            bench.store.all_integrations().await.unwrap()[0].credentials.app_secret.expose(),
            secret.expose()
        );
        let items = bench.waiting(0, 10).await;
        assert_eq!(items.iter().map(|it| it.seq).collect::<Vec<_>>(), [waiting.seq]);
        // The same delivery again is no news, another one is, and comes after it.
        let repeated = number.arrival(&bench, 2, "49151");
        assert_eq!(bench.store.hot().accept(vec![repeated]).await.unwrap(), [false]);
        assert!(number.wrote(&mut bench, 4, "49151").await.seq > waiting.seq);
        let mut next = conversation.clone();
        (next.version, next.turns, next.messages) = (conversation.version + 1, 2, 2);
        let message = crate::thing::Number::message(&bench, &next, 2, chasqui_model::message::Author::Bot);
        let turn = number.turn(&waiting, next, Some(conversation.version), vec![message]);
        only(bench.store.hot().commit_turns(vec![turn]).await).unwrap();
        let queued = bench.store.hot().queued(number.part, number.id, None, 10).await.unwrap();
        assert_eq!(queued.len(), 2);
    }
}
