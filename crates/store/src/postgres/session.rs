//! A connection with all hot statements prepared, for one user at a time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};

use chasqui_model::Clock;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use super::address::Address;
use super::connect::connect;
use super::hot;
use crate::Result;
use crate::db::Statement;

/// How long what a lane committed last is kept after its last commit. It is asked for within moments, if ever.
const KEPT: &str = "24 hours";

/// Each hot statement goes from the few rows of its arrays to the rows that they name, by an index, whatever the planner
/// thinks of the size of a table: to read a whole table, if only a small one, is always dearer.
const PLANS: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; \
    SET enable_mergejoin = off; SET jit = off";

/// A commit whose answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Doubt {
    lane: Uuid,
    no: i64,
}

/// A prepared connection.
pub(super) struct Session {
    pub(super) client: Client,
    /// Its row of the table `lane`.
    lane: Uuid,
    /// The number of its last transaction.
    no: AtomicI64,
    statements: HashMap<&'static str, tokio_postgres::Statement>,
}

pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

impl Session {
    pub(super) async fn open(address: &Address, clock: &Clock) -> Result<Self> {
        let client = connect(address).await?;
        client.batch_execute(PLANS).await?;
        let all = hot::ALL.iter().chain(hot::by_account::ALL).chain(hot::by_lane::ALL);
        let preparing = all.map(async |it| client.prepare(it.sql).await.map(|prepared| (it.name, prepared)));
        let prepared = futures::future::try_join_all(preparing).await?;
        let lane = clock.id::<Self>().uuid();
        // Not held up by a standby that is away: a commit that reaches a standby later has this row before it there, and
        // without such a commit there is nothing to ask the row for.
        let row = format!(
            "BEGIN; SET LOCAL synchronous_commit = local; \
             DELETE FROM lane WHERE at < now() - interval '{KEPT}'; \
             INSERT INTO lane (id, no, at) VALUES ('{lane}', 0, now()); COMMIT"
        );
        client.batch_execute(&row).await?;
        Ok(Self { client, lane, no: AtomicI64::new(0), statements: prepared.into_iter().collect() })
    }

    /// Writes the next number of a transaction into it, so that its commit can be told from its loss. Answers the doubt
    /// that there will be when the commit is not answered; `None`: its row is not there any more.
    ///
    /// PostgreSQL's own numbers of transactions are no help: after a crash it gives out those anew of which nothing had
    /// reached the disk, and then says of them that they are committed.
    pub(super) async fn number(&self) -> Result<Option<Doubt>, tokio_postgres::Error> {
        let no = self.no.fetch_add(1, Ordering::Relaxed) + 1;
        let written = self.execute(hot::by_lane::NUMBER, &[&self.lane, &no]).await?;
        Ok((written == 1).then_some(Doubt { lane: self.lane, no }))
    }

    /// Whether a commit stands that another session made. Waits until that one's transaction is over: it holds the row.
    /// A write itself, so that a standby that is waited for has that commit as well before it is told.
    pub(super) async fn stands(&self, doubt: Doubt) -> Result<bool, tokio_postgres::Error> {
        let rows = self.query(hot::by_lane::LAST, &[&doubt.lane]).await?;
        Ok(rows.first().is_some_and(|row| row.get::<_, i64>(0) >= doubt.no))
    }

    /// Makes the next run of each statement plan it anew. Between two indexes the planner chooses by how large the table
    /// is, and what was chosen for an empty one is wrong for good once it is large.
    pub(super) async fn plan_again(&self) -> Result<(), tokio_postgres::Error> {
        self.client.batch_execute("DISCARD PLANS").await
    }

    /// Runs a statement. It is on its way with the first poll, so several at once keep their order.
    pub(super) async fn query(
        &self,
        statement: Statement,
        params: Params<'_>,
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        self.client.query(&self.statements[statement.name], params).await
    }

    /// As [`Session::query`]; answers how many rows it changed.
    pub(super) async fn execute(
        &self,
        statement: Statement,
        params: Params<'_>,
    ) -> Result<u64, tokio_postgres::Error> {
        self.client.execute(&self.statements[statement.name], params).await
    }
}
