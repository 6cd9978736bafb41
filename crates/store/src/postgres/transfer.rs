//! A whole PostgreSQL store, read or filled.

use std::collections::{BTreeSet, HashMap};
use std::pin::pin;

use chasqui_model::Timestamp;
use chasqui_model::secret::Secret;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, IsolationLevel, Transaction};

use super::address::Address;
use super::facade::{params, read};
use super::{connect, migrations, partition};
use crate::lease::LEASE;
use crate::transfer::snapshot::{Batches, Collector, batches, quoted, same_columns, sorted};
use crate::transfer::target::not_empty;
use crate::transfer::{Batch, Done, Error, INTERRUPTED, Listed, MARK, Result, Snapshot, TABLES, Tally};
use crate::value::{Row, Value};

/// What it is called in a backup.
pub(crate) const ENGINE: &str = "postgres";
/// Rows that are asked for at once.
const FETCH: i32 = 1_000;
/// The first half of the lock that one run at a time has; the second is the schema.
const LOCK: i32 = 0x7472_616e;

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Store(error.into())
    }
}

/// How many migrations a store of this program has had.
pub(crate) fn schema() -> i64 {
    i64::try_from(migrations::count()).unwrap_or(i64::MAX)
}

async fn client(address: &Address) -> Result<Client> {
    let client = connect::connect(address).await?;
    connect::check_version(&client, address).await?;
    // The other side may be slower than we are.
    client.batch_execute("SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0").await?;
    Ok(client)
}

/// Refuses a store that a process works on.
pub(crate) async fn quiet(url: &Secret) -> Result<()> {
    let address = Address::parse(url)?;
    alone(&client(&address).await?, &address).await
}

async fn alone(client: &Client, address: &Address) -> Result<()> {
    if client.query_one("SELECT to_regclass('worker') IS NULL", &[]).await?.get(0) {
        return Ok(());
    }
    let recent = i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX);
    let row = client
        .query_one(
            "SELECT count(*), min(name) FROM worker \
             WHERE seen_at > (extract(epoch FROM clock_timestamp()) * 1000)::int8 - $1",
            &[&recent],
        )
        .await?;
    match row.get::<_, i64>(0) {
        0 => Ok(()),
        count => Err(Error::Refused(format!(
            "{count} running chasqui ({}) work on the database at {}: stop them first. After a crash, wait {} seconds",
            row.get::<_, Option<&str>>(1).unwrap_or_default(),
            address.place(),
            LEASE.as_secs()
        ))),
    }
}

/// Reads one state of a store, by one `REPEATABLE READ` transaction. A standby will do.
pub(crate) async fn snapshot(url: &Secret) -> Result<Snapshot> {
    let mut client = client(&Address::parse(url)?).await?;
    let (give, batches) = batches();
    let (listed, answer) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let begun = client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .await;
        let transaction = match begun {
            Ok(transaction) => transaction,
            Err(error) => {
                let _ = listed.send(Err(error.into()));
                return;
            }
        };
        let found = list(&transaction).await;
        let statements = found.as_ref().map(|found| statements(&found.2)).unwrap_or_default();
        let failed = found.is_err();
        if listed.send(found).is_err() || failed {
            return;
        }
        if let Err(error) = read_all(&transaction, &statements, &give).await {
            // Nobody waits any more: then nobody misses it.
            let _ = give.send(Err(error)).await;
        }
    });
    let (schema, partial, tables) =
        answer.await.map_err(|_| Error::Refused("the reader has stopped".into()))??;
    Ok(Snapshot { engine: ENGINE.into(), schema, partial, tables, batches })
}

async fn list(transaction: &Transaction<'_>) -> Result<(i64, bool, Vec<Listed>)> {
    let schema = migrations::current(transaction).await?;
    let mut tables = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        let row = transaction.query_one(&format!("SELECT count(*) FROM \"{}\"", table.name), &[]).await?;
        let statement = transaction.prepare(&format!("SELECT * FROM \"{}\"", table.name)).await?;
        let columns = sorted(statement.columns().iter().map(|it| it.name().to_owned()));
        tables.push(Listed { table, columns, rows: row.get::<_, i64>(0).try_into().unwrap_or(0) });
    }
    let partial = transaction.query_one("SELECT to_regclass($1) IS NOT NULL", &[&MARK]).await?.get(0);
    Ok((schema, partial, tables))
}

fn statements(tables: &[Listed]) -> Vec<String> {
    let statement = |it: &Listed| {
        format!("SELECT {} FROM \"{}\" ORDER BY {}", quoted(&it.columns), it.table.name, it.table.postgres)
    };
    tables.iter().map(statement).collect()
}

async fn read_all(transaction: &Transaction<'_>, statements: &[String], give: &Batches) -> Result<()> {
    for (table, sql) in statements.iter().enumerate() {
        let portal = transaction.bind(sql, &[]).await?;
        let mut collector = Collector::default();
        loop {
            let rows = transaction.query_portal(&portal, FETCH).await?;
            let last = rows.is_empty();
            let mut full = Vec::new();
            for row in &rows {
                full.extend(collector.add(read(row)?));
            }
            if last {
                full.extend(Some(collector.take()).filter(|rows| !rows.is_empty()));
            }
            for rows in full {
                if give.send(Ok(Batch { table, rows })).await.is_err() {
                    return Ok(());
                }
            }
            if last {
                break;
            }
        }
    }
    Ok(())
}

/// A store that is being filled.
pub(crate) struct Filling {
    client: Client,
    /// Of each table, in the order of its columns' names.
    types: HashMap<&'static str, Vec<Type>>,
    /// Days that have their partitions, `true`: of `turn`.
    days: BTreeSet<(bool, i64)>,
}

impl Filling {
    pub(crate) async fn open(url: &Secret, allow_unsafe: bool, now: Timestamp) -> Result<(Self, Done)> {
        let address = Address::parse(url)?;
        let mut client = client(&address).await?;
        connect::check(&client, &address, allow_unsafe).await?;
        alone(&client, &address).await?;
        let locked =
            client.query_one("SELECT pg_try_advisory_lock($1, hashtext(current_schema()))", &[&LOCK]).await?;
        if !locked.get::<_, bool>(0) {
            return Err(Error::Refused(format!(
                "another `chasqui migrate-store` or `chasqui restore` fills the database at {}",
                address.place()
            )));
        }
        migrations::run(&mut client, now.millis()).await?;
        if !marked(&client).await? {
            for table in TABLES {
                let sql = format!("SELECT EXISTS (SELECT 1 FROM \"{}\")", table.name);
                if client.query_one(&sql, &[]).await?.get(0) {
                    let place = format!("the database {} at {}", address.database(), address.place());
                    return Err(not_empty(&place, table.name));
                }
            }
            client
                .batch_execute(&format!(
                    "CREATE TABLE {MARK} (name TEXT PRIMARY KEY, rows BIGINT NOT NULL, sum TEXT NOT NULL)"
                ))
                .await?;
        }
        let rows = client.query(&format!("SELECT name, rows, sum FROM {MARK}"), &[]).await?;
        let known = |row: &tokio_postgres::Row| {
            let rows = row.get::<_, i64>(1).try_into().ok()?;
            Some((row.get(0), Tally::known(rows, row.get(2))?))
        };
        let done = rows
            .iter()
            .map(|row| known(row).ok_or_else(|| Error::Refused(INTERRUPTED.into())))
            .collect::<Result<Done>>()?;
        Ok((Self { client, types: HashMap::new(), days: BTreeSet::new() }, done))
    }

    pub(crate) async fn fits(&mut self, listed: &Listed) -> Result<()> {
        let statement = self.client.prepare(&format!("SELECT * FROM \"{}\"", listed.table.name)).await?;
        let types: HashMap<&str, Type> =
            statement.columns().iter().map(|it| (it.name(), it.type_().clone())).collect();
        same_columns(listed, &sorted(types.keys().map(|it| (*it).to_owned())))?;
        let types = listed.columns.iter().filter_map(|it| types.get(it.as_str()).cloned()).collect();
        self.types.insert(listed.table.name, types);
        Ok(())
    }

    pub(crate) async fn insert(&mut self, listed: &Listed, rows: &[Row], tally: Tally) -> Result<()> {
        self.make_days(listed, rows).await?;
        let types = &self.types[listed.table.name];
        let (table, columns) = (listed.table.name, quoted(&listed.columns));
        let transaction = self.client.transaction().await?;
        let sink = transaction.copy_in(&format!("COPY \"{table}\" ({columns}) FROM STDIN BINARY")).await?;
        let mut writer = pin!(BinaryCopyInWriter::new(sink, types));
        for row in rows {
            writer.as_mut().write(&params(&row.0)).await?;
        }
        writer.finish().await?;
        let count = i64::try_from(tally.rows).unwrap_or(i64::MAX);
        transaction
            .execute(
                &format!(
                    "INSERT INTO {MARK} (name, rows, sum) VALUES ($1, $2, $3) \
                     ON CONFLICT (name) DO UPDATE SET rows = excluded.rows, sum = excluded.sum"
                ),
                &[&table, &count, &tally.sum()],
            )
            .await?;
        Ok(transaction.commit().await?)
    }

    /// A partition for each day that comes, before its first row would fall into the last one: retention drops days.
    async fn make_days(&mut self, listed: &Listed, rows: &[Row]) -> Result<()> {
        let is_turn = listed.table.name == "turn";
        let column = match listed.table.name {
            "turn" => listed.column("at"),
            "message" => listed.column("id"),
            _ => None,
        };
        let Some(column) = column else { return Ok(()) };
        let days = rows.iter().filter_map(|row| match &row.0[column] {
            Value::Int(at) => Some(partition::day(Timestamp::from_millis(*at))),
            Value::Blob(id) => partition::day_of(id),
            Value::Null | Value::Text(_) => None,
        });
        for day in days.collect::<BTreeSet<i64>>() {
            if self.days.insert((is_turn, day)) {
                partition::make(&self.client, day, is_turn).await?;
            }
        }
        Ok(())
    }

    pub(crate) async fn settle(&mut self) -> Result<()> {
        let transaction = self.client.transaction().await?;
        transaction
            .batch_execute(concat!(
                "SELECT setval('inbox_seq', (SELECT coalesce(max(seq), 0) + 1 FROM inbox), false);
                 DELETE FROM outbox;
                 INSERT INTO outbox (part, integration, id)
                    SELECT part, integration, id FROM message WHERE status IN ",
                unsent!()
            ))
            .await?;
        Ok(transaction.commit().await?)
    }

    pub(crate) async fn finish(&mut self) -> Result<()> {
        self.client.batch_execute("ANALYZE").await?;
        Ok(self.client.batch_execute(&format!("DROP TABLE {MARK}")).await?)
    }
}

/// Whether this is half a store.
pub(super) async fn marked(client: &Client) -> Result<bool, tokio_postgres::Error> {
    Ok(client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&MARK]).await?.get(0))
}
