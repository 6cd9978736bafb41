//! A connection with all hot statements prepared, for one user at a time.

use std::collections::HashMap;

use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

use super::address::Address;
use super::connect::connect;
use super::hot;
use crate::Result;
use crate::db::Statement;

/// A prepared connection.
pub(super) struct Session {
    pub(super) client: Client,
    statements: HashMap<&'static str, tokio_postgres::Statement>,
}

pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

impl Session {
    pub(super) async fn open(address: &Address) -> Result<Self> {
        let client = connect(address).await?;
        client.batch_execute("SET plan_cache_mode = force_generic_plan").await?;
        let all = hot::ALL.iter().chain(hot::by_account::ALL);
        let preparing = all.map(async |it| client.prepare(it.sql).await.map(|prepared| (it.name, prepared)));
        let prepared = futures::future::try_join_all(preparing).await?;
        Ok(Self { client, statements: prepared.into_iter().collect() })
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
