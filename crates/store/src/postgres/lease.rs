//! Leases on PostgreSQL, by the database's clock, on a connection of their own: nothing that is busy delays a renewal.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use chasqui_model::{Clock, Id, Part};
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use super::Postgres;
use super::address::Address;
use super::column::{column, get, part as small_part, read_part, time};
use super::connect::connect;
use crate::Result;
use crate::db::{Statement, statements};
use crate::lease::{Beat, LEASE, Leases, News, Roll, Worker};

/// How long processes that have not been heard of are shown.
const SHOWN: Duration = Duration::from_hours(24);

statements! {
    // One trip and one commit. A row at least, without a part when none is held; how many others there are is in each.
    RENEW = "WITH hello AS (INSERT INTO worker (id, name, version, works, started_at, seen_at) \
        SELECT $1::uuid, $2::text, $3::text, $4::bool, t.now, t.now FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::int8 AS now) t \
        ON CONFLICT (id) DO UPDATE SET works = excluded.works, seen_at = excluded.seen_at), \
        held AS (UPDATE part_lease SET until = (extract(epoch FROM clock_timestamp()) * 1000)::int8 + $5 WHERE owner = $1 \
        RETURNING part, epoch) \
        SELECT h.part, h.epoch, (SELECT count(*) FROM worker w WHERE w.works AND w.id <> $1 \
        AND w.seen_at > (extract(epoch FROM clock_timestamp()) * 1000)::int8 - $5) \
        FROM (SELECT 1) AS one LEFT JOIN held h ON true";
    // A transaction of the former owner that is under way holds the lock of its part: the part is taken after it.
    CLAIM = "UPDATE part_lease l SET owner = $1, epoch = l.epoch + 1, until = t.now + $2 \
        FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::int8 AS now) t \
        WHERE l.part = ANY($3) AND l.until <= t.now AND pg_try_advisory_xact_lock($4, l.part::int4) \
        RETURNING l.part, l.epoch";
    FREE = "SELECT part FROM part_lease WHERE until <= (extract(epoch FROM clock_timestamp()) * 1000)::int8 \
        ORDER BY random() LIMIT $1";
    RELEASE = "UPDATE part_lease SET owner = NULL, until = 0 WHERE owner = $1 AND part = ANY($2)";
    RELEASE_ALL = "UPDATE part_lease SET owner = NULL, until = 0 WHERE owner = $1";
    BYE = "DELETE FROM worker WHERE id = $1";
    CLEAR = "DELETE FROM worker WHERE seen_at < (extract(epoch FROM clock_timestamp()) * 1000)::int8 - $1";
    WORKERS = "SELECT w.id, w.name, w.version, w.works, w.started_at, w.seen_at, \
        (SELECT count(*) FROM part_lease l WHERE l.owner = w.id \
            AND l.until > (extract(epoch FROM clock_timestamp()) * 1000)::int8) \
        FROM worker w ORDER BY w.started_at, w.id";
    NOTIFY = "SELECT pg_notify($1, news) FROM unnest($2::text[]) AS news";
}

/// What this process holds; shared with the lanes, which ask for it in each transaction.
#[derive(Clone)]
pub(super) struct Holding {
    /// This process.
    pub(super) worker: Uuid,
    /// The first half of the advisory locks of this store's parts.
    pub(super) class: i32,
    /// Where news of this store are told.
    pub(super) channel: Arc<str>,
    epochs: Arc<RwLock<HashMap<Part, i64>>>,
}

impl Holding {
    /// Several stores may lie in one database, each in a schema.
    pub(super) async fn new(client: &Client, clock: &Clock) -> Result<Self> {
        let row = client.query_one("SELECT hashtext(current_schema()), current_schema()::text", &[]).await?;
        let worker: Id<Worker> = clock.id();
        let channel = format!("chasqui_{}", get::<String>(&row, 1)?);
        Ok(Self {
            worker: worker.uuid(),
            class: get(&row, 0)?,
            channel: channel.into(),
            epochs: Arc::default(),
        })
    }

    /// The epoch under which a part is held; below all epochs when it is not.
    pub(super) fn epoch(&self, part: Part) -> i64 {
        self.epochs.read().unwrap_or_else(PoisonError::into_inner).get(&part).copied().unwrap_or(-1)
    }

    pub(super) fn holds(&self, part: Part) -> bool {
        self.epoch(part) >= 0
    }

    /// All parts that are held.
    pub(super) fn parts(&self) -> Vec<Part> {
        self.epochs.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    fn change(&self, change: impl FnOnce(&mut HashMap<Part, i64>)) {
        change(&mut self.epochs.write().unwrap_or_else(PoisonError::into_inner));
    }
}

/// How often in a row a connection may not answer in time before it is given up for another.
const STRIKES: u32 = 2;

/// The connection of the leases, made anew when it is lost.
pub(super) struct Desk {
    address: Address,
    kept: tokio::sync::Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    client: Option<Client>,
    /// How often it was begun to ask since it answered last. Who asks may lose patience.
    strikes: u32,
}

impl Desk {
    pub(super) fn new(address: Address) -> Self {
        Self { address, kept: tokio::sync::Mutex::default() }
    }

    /// Runs on the connection; after a failure the next one begins with a new connection.
    async fn with<T>(&self, work: impl AsyncFnOnce(&Client) -> Result<T>) -> Result<T> {
        let mut kept = self.kept.lock().await;
        let strikes = kept.strikes;
        let client = match kept.client.take() {
            Some(client) if !client.is_closed() && strikes < STRIKES => client,
            _ => {
                let client = connect(&self.address).await?;
                kept.strikes = 0;
                client
            }
        };
        // Should this be cut off in the middle, it is tried once more: a database that is slow is not helped by another
        // connection, and one that does not answer at all is left then.
        kept.strikes += 1;
        let outcome = work(&*kept.client.insert(client)).await;
        match outcome {
            Ok(_) => kept.strikes = 0,
            Err(_) => kept.client = None,
        }
        outcome
    }
}

async fn query(
    client: &Client,
    statement: Statement,
    params: super::session::Params<'_>,
) -> Result<Vec<Row>> {
    Ok(client.query(statement.sql, params).await?)
}

fn epochs(rows: &[Row]) -> Result<HashMap<Part, i64>> {
    rows.iter().map(|row| Ok((read_part(row, 0)?, get(row, 1)?))).collect()
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[async_trait]
impl Leases for Postgres {
    fn shared(&self) -> bool {
        true
    }

    async fn renew(&self, beat: &Beat) -> Result<Roll> {
        let (me, lease) = (self.holding.worker, millis(LEASE));
        let rows = self
            .desk
            .with(async |client| {
                query(client, RENEW, &[&me, &beat.name, &beat.version, &beat.works, &lease]).await
            })
            .await?;
        let others: i64 = rows.first().map_or(Ok(0), |row| get(row, 2))?;
        let workers = others + i64::from(beat.works);
        let mut held = HashMap::new();
        for row in &rows {
            if get::<Option<i16>>(row, 0)?.is_some() {
                held.insert(read_part(row, 0)?, get(row, 1)?);
            }
        }
        let mut parts: Vec<Part> = held.keys().copied().collect();
        parts.sort_unstable();
        self.holding.change(|epochs| *epochs = held);
        Ok(Roll { held: parts, workers: usize::try_from(workers).unwrap_or(0) })
    }

    async fn claim(&self, most: usize) -> Result<Vec<Part>> {
        let (me, lease, most) = (self.holding.worker, millis(LEASE), i64::try_from(most).unwrap_or(i64::MAX));
        let claimed = self
            .desk
            .with(async |client| {
                let free = query(client, FREE, &[&most]).await?;
                let free: Vec<i16> = free.iter().map(|row| get(row, 0)).collect::<Result<_>>()?;
                if free.is_empty() {
                    return Ok(HashMap::new());
                }
                let claimed = query(client, CLAIM, &[&me, &lease, &free, &self.holding.class]).await?;
                query(client, CLEAR, &[&millis(SHOWN)]).await?;
                epochs(&claimed)
            })
            .await?;
        let parts = claimed.keys().copied().collect();
        self.holding.change(|epochs| epochs.extend(claimed));
        Ok(parts)
    }

    async fn release(&self, parts: &[Part]) -> Result<()> {
        // From here on nothing more is committed for them.
        self.holding.change(|epochs| epochs.retain(|part, _| !parts.contains(part)));
        let (me, numbers) = (self.holding.worker, column(parts, |it| small_part(*it)));
        self.desk.with(async |client| query(client, RELEASE, &[&me, &numbers]).await.map(|_| ())).await
    }

    async fn leave(&self) -> Result<()> {
        self.holding.change(HashMap::clear);
        let me = self.holding.worker;
        self.desk
            .with(async |client| {
                query(client, RELEASE_ALL, &[&me]).await?;
                query(client, BYE, &[&me]).await.map(|_| ())
            })
            .await
    }

    async fn workers(&self) -> Result<Vec<Worker>> {
        let rows = self.read_any(WORKERS, &[]).await?;
        rows.iter()
            .map(|row| {
                Ok(Worker {
                    id: get::<Uuid>(row, 0)?.into_bytes(),
                    name: get(row, 1)?,
                    version: get(row, 2)?,
                    works: get(row, 3)?,
                    started_at: time(row, 4)?,
                    seen_at: time(row, 5)?,
                    parts: get(row, 6)?,
                })
            })
            .collect()
    }

    async fn tell(&self, news: &[News]) -> Result<()> {
        let letters: Vec<String> =
            news.iter().filter_map(|news| super::news::letter(&self.holding, news)).collect();
        let channel = self.holding.channel.to_string();
        self.read_any(NOTIFY, &[&channel, &letters]).await.map(|_| ())
    }
}
