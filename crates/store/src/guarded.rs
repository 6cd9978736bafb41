//! Changes that add something, held to an account's limits in the transaction that makes them.

use std::sync::Arc;

use async_trait::async_trait;

use crate::Result;
use crate::db::{Db, Statement, Write};
use crate::value::{Row, Value};

/// The façade of an engine, with what must be so after every transaction.
pub(crate) struct Guarded {
    pub(crate) db: Arc<dyn Db>,
    pub(crate) guards: Vec<Write>,
}

#[async_trait]
impl Db for Guarded {
    async fn query(&self, statement: Statement, values: Vec<Value>) -> Result<Vec<Row>> {
        self.db.query(statement, values).await
    }

    /// As the engine does it, unless a limit is passed by it: then nothing is changed.
    async fn transact(&self, mut writes: Vec<Write>) -> Result<Vec<usize>> {
        let count = writes.len();
        writes.extend(self.guards.iter().cloned());
        let mut changed = self.db.transact(writes).await?;
        changed.truncate(count);
        Ok(changed)
    }

    fn search(&self) -> &'static crate::noun::search::Statements {
        self.db.search()
    }

    async fn prepare_all(&self, statements: Vec<Statement>) -> Result<()> {
        self.db.prepare_all(statements).await
    }
}
