//! The façade that everything but the hot path goes through: registered statements in the SQL that all engines speak.

use crate::noun::quota::Room;
use crate::value::{Row, Value};
use crate::{Error, Result};
use async_trait::async_trait;

/// A statement of the common subset: `$1` parameters, `ON CONFLICT`, `RETURNING`. Registered with [`statements!`], so
/// that one test prepares all of them on every engine.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    /// For messages and tests.
    pub name: &'static str,
    /// The text.
    pub sql: &'static str,
}

/// Declares statements of a noun and the list `ALL` of them.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: $crate::db::Statement =
            $crate::db::Statement { name: stringify!($name), sql: $sql };)*
        /// All statements of this noun.
        pub(crate) const ALL: &[$crate::db::Statement] = &[$($name),*];
    };
}
pub(crate) use statements;

/// One statement of a transaction, and how many rows it must change.
#[derive(Clone, Debug)]
pub struct Write {
    /// What to run.
    pub statement: Statement,
    /// With what.
    pub values: Vec<Value>,
    /// When given and not met, the whole transaction is undone and answers [`Error::Stale`].
    pub expect: Option<usize>,
    /// It holds a limit: when `expect` is not met, the answer is [`Error::Full`] of this.
    pub limits: Option<Room>,
}

impl Write {
    /// A write that may change any number of rows.
    pub fn any(statement: Statement, values: Vec<Value>) -> Self {
        Self { statement, values, expect: None, limits: None }
    }

    /// A write that must change exactly one row.
    pub fn one(statement: Statement, values: Vec<Value>) -> Self {
        Self { statement, values, expect: Some(1), limits: None }
    }

    /// What is to be answered when it changed another number of rows than it expects.
    pub(crate) fn refusal(&self, changed: usize) -> Option<Error> {
        let refused = self.expect.is_some_and(|expected| expected != changed);
        refused.then(|| self.limits.map_or(Error::Stale, Error::Full))
    }
}

/// An engine, seen by everything but the hot path.
#[async_trait]
pub trait Db: Send + Sync {
    /// Runs a reading statement.
    async fn query(&self, statement: Statement, values: Vec<Value>) -> Result<Vec<Row>>;

    /// Runs writes in one transaction: all or none. Answers how many rows each changed.
    async fn transact(&self, writes: Vec<Write>) -> Result<Vec<usize>>;

    /// Prepares each statement without running it. For the test that all of them are valid here.
    async fn prepare_all(&self, statements: Vec<Statement>) -> Result<()>;

    /// How statements are run: for each its name and the lines of its plan. Only where plans do not depend on what is in
    /// the tables; elsewhere nothing. For a test.
    async fn plans(&self, _statements: Vec<Statement>) -> Result<Vec<(&'static str, Vec<String>)>> {
        Ok(Vec::new())
    }

    /// How contacts are found on this engine.
    fn search(&self) -> &'static crate::noun::search::Statements;

    /// The engine's own statements, as far as they are registered.
    fn hot_statements(&self) -> Vec<Statement> {
        Vec::new()
    }

    /// Runs a reading statement that answers at most one row.
    async fn query_one(&self, statement: Statement, values: Vec<Value>) -> Result<Option<Row>> {
        let mut rows = self.query(statement, values).await?;
        if rows.len() > 1 {
            return Err(Error::Corrupt(format!("{} answered more than one row", statement.name)));
        }
        Ok(rows.pop())
    }
}
