//! The engine for many machines: tokio-postgres, a few lanes that write in groups, a pool that reads.

mod address;
mod column;
mod connect;
mod engine;
mod error;
mod facade;
mod hot;
mod inbox;
mod lane;
mod lease;
mod migrations;
mod news;
mod outbox;
mod pages;
mod partition;
mod session;
pub(crate) mod testing;
mod tls;
pub(crate) mod transfer;
mod turns;

use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use chasqui_model::secret::Secret;
use chasqui_model::{Clock, Part};
use deadpool_postgres::{Client, Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::Row;

use crate::db::Statement;
use crate::pulse::Pulse;
use crate::transfer::INTERRUPTED;
use crate::{Error, Feed, Result};
use address::Address;
use lane::{Answer, Job, Lane, Work};
use lease::{Desk, Holding};
use pages::Pages;
use session::{Params, Session};

/// Connections that do everything but hot statements.
const POOL: usize = 8;
/// Connections that read by hot statements.
const READERS: usize = 4;
/// How long a connection of the pool is waited for.
const WAIT: Duration = Duration::from_secs(5);
/// Connections that write what is hot. What a transaction costs besides its rows is shared by all that is in it: with two,
/// each would be half as large, and a message a quarter dearer (docs/decisions/0085).
const LANES: usize = 1;

/// An open PostgreSQL store.
pub struct Postgres {
    address: Address,
    pool: Pool,
    readers: Pool,
    pages: Pages,
    lanes: Vec<Lane>,
    holding: Holding,
    desk: Desk,
    pulse: Pulse,
}

impl Postgres {
    /// Connects, refuses a database that would forget, and brings it up to date.
    pub async fn open(url: &Secret, allow_unsafe: bool, clock: &Clock) -> Result<(Self, Feed)> {
        let address = Address::parse(url)?;
        let mut client = connect::connect(&address).await?;
        connect::check(&client, &address, allow_unsafe).await?;
        migrations::run(&mut client, clock.now().millis()).await?;
        if transfer::marked(&client).await? {
            return Err(Error::Unavailable(INTERRUPTED.into()));
        }
        if let Err(error) = partition::ensure(&client, clock.now()).await {
            tracing::warn!(%error, "not all partitions of the coming days could be made; rows go into the last one");
        }
        let newest = client.query_opt("SELECT id FROM outbox ORDER BY id DESC LIMIT 1", &[]).await?;
        if let Some(row) = newest {
            // Messages are sent in the order of their ids, whatever the machine's clock did while we were away.
            clock.follow(column::id::<chasqui_model::message::Message>(&row, 0)?);
        }
        let hot = address.hot();
        let pages = Pages::new(&address)?;
        let (pool, readers) = (pool(&address, POOL)?, pool(&hot, READERS)?);
        let holding = Holding::new(&client, clock).await?;
        let (feed, items) = mpsc::unbounded_channel();
        news::listen(address.clone(), holding.clone(), feed.clone()).await?;
        let pulse = Pulse::default();
        let mut lanes = Vec::with_capacity(LANES);
        for _ in 0..LANES {
            let session = Session::open(&hot, clock).await?;
            let told = lane::Told { feed: feed.clone(), holding: holding.clone(), pulse: pulse.clone() };
            lanes.push(Lane::start(session, hot.clone(), clock.clone(), told));
        }
        let desk = Desk::new(address.clone());
        Ok((Self { address, pool, readers, pages, lanes, holding, desk, pulse }, items))
    }

    /// A connection for everything.
    async fn client(&self) -> Result<Client> {
        self.pool.get().await.map_err(|error| self.unavailable(error))
    }

    /// A connection for hot statements.
    async fn reader(&self) -> Result<Client> {
        self.readers.get().await.map_err(|error| self.unavailable(error))
    }

    fn unavailable(&self, error: PoolError) -> Error {
        match error {
            PoolError::Backend(error) => Error::Unavailable(error::explain(&error, &self.address)),
            other => Error::Unavailable(format!("no connection to PostgreSQL: {other}")),
        }
    }

    /// Reads by a hot statement.
    async fn read(&self, statement: Statement, params: Params<'_>) -> Result<Vec<Row>> {
        let client = self.reader().await?;
        let prepared = client.prepare_cached(statement.sql).await?;
        Ok(client.query(&prepared, params).await?)
    }

    /// The lane of a part, always the same.
    fn lane(&self, part: Part) -> usize {
        usize::from(part.number()) % self.lanes.len()
    }

    fn submit(&self, lane: usize, work: Work) -> oneshot::Receiver<Result<Answer>> {
        let (job, answer) = Job::new(work);
        self.lanes[lane].submit(job);
        answer
    }

    /// The parts whose work this process does.
    fn parts(&self) -> Vec<i16> {
        self.holding.parts().into_iter().map(column::part).collect()
    }

    /// Runs a statement that is not hot.
    async fn read_any(&self, statement: Statement, params: Params<'_>) -> Result<Vec<Row>> {
        let client = self.client().await?;
        let prepared = client.prepare_cached(statement.sql).await?;
        Ok(client.query(&prepared, params).await?)
    }
}

fn pool(address: &Address, size: usize) -> Result<Pool> {
    let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(address.config.clone(), address.tls.0.clone(), config);
    Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(WAIT))
        .create_timeout(Some(WAIT))
        .build()
        .map_err(|error| Error::Unavailable(error.to_string()))
}

async fn answered(answer: oneshot::Receiver<Result<Answer>>) -> Result<Answer> {
    answer.await.unwrap_or_else(|_| Err(Error::Unavailable("the store has stopped".into())))
}

/// Polls all futures, the first time in their order: what they send goes out in this order.
async fn in_order<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    let mut outputs: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        let mut waiting = false;
        for (future, output) in running.iter_mut().zip(&mut outputs) {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(value) => *output = Some(value),
                    Poll::Pending => waiting = true,
                }
            }
        }
        if waiting { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    outputs.into_iter().flatten().collect()
}
