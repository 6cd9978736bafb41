//! Changes that are written down with who made them, in the transaction that makes them.

use std::sync::Arc;

use async_trait::async_trait;

use crate::db::{Db, Statement, Write};
use crate::value::{Row, Value};
use crate::{Error, Result};

/// The façade of an engine, with an entry for the audit log that goes into every transaction.
pub(crate) struct Audited {
    pub(crate) db: Arc<dyn Db>,
    pub(crate) entry: Write,
}

#[async_trait]
impl Db for Audited {
    async fn query(&self, statement: Statement, values: Vec<Value>) -> Result<Vec<Row>> {
        self.db.query(statement, values).await
    }

    /// As the engine does it. What changes nothing is no change and leaves no entry: when no write says how many rows
    /// it expects, the first one has to change something.
    async fn transact(&self, mut writes: Vec<Write>) -> Result<Vec<usize>> {
        let count = writes.len();
        let lenient = writes.iter().all(|write| write.expect.is_none());
        match writes.first_mut() {
            Some(first) if lenient => first.expect = Some(1),
            Some(_) => {}
            None => return Ok(Vec::new()),
        }
        writes.push(self.entry.clone());
        match self.db.transact(writes).await {
            Ok(mut changed) => {
                changed.truncate(count);
                Ok(changed)
            }
            Err(Error::Stale) if lenient => Ok(vec![0; count]),
            Err(error) => Err(error),
        }
    }

    fn search(&self) -> &'static crate::noun::search::Statements {
        self.db.search()
    }

    async fn prepare_all(&self, statements: Vec<Statement>) -> Result<()> {
        self.db.prepare_all(statements).await
    }
}
