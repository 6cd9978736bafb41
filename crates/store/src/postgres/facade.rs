//! The façade on PostgreSQL.

use std::time::Duration;

use async_trait::async_trait;
use chasqui_model::Id;
use chasqui_model::account::Account;
use deadpool_postgres::{Client, GenericClient, Transaction};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Error as PgError, IsolationLevel};

use super::Postgres;
use super::error::is_clash;
use crate::db::{Db, Statement, Write};
use crate::value::{Row, Value};
use crate::{Error, Result, asking};

/// How often a transaction is run again that met another one.
const CLASHES: u64 = 20;

type Refusal = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Value {
    /// The statement says what a parameter is; the value only has to fit.
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Refusal> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) => match *ty {
                Type::INT2 => i16::try_from(*value)?.to_sql(ty, out),
                Type::INT4 => i32::try_from(*value)?.to_sql(ty, out),
                Type::INT8 => value.to_sql(ty, out),
                _ => Err(format!("a number was given where {ty} is wanted").into()),
            },
            Self::Text(value) => match *ty {
                Type::TEXT | Type::VARCHAR | Type::UNKNOWN => super::column::text(value).to_sql(ty, out),
                _ => Err(format!("text was given where {ty} is wanted").into()),
            },
            Self::Blob(value) => match *ty {
                Type::BYTEA | Type::UUID => {
                    out.extend_from_slice(value);
                    Ok(IsNull::No)
                }
                _ => Err(format!("bytes were given where {ty} is wanted").into()),
            },
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Refusal> {
        Ok(match *ty {
            Type::INT2 => Self::Int(i16::from_sql(ty, raw)?.into()),
            Type::INT4 => Self::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT8 => Self::Int(i64::from_sql(ty, raw)?),
            Type::BOOL => Self::Int(bool::from_sql(ty, raw)?.into()),
            Type::TEXT | Type::VARCHAR => Self::Text(String::from_sql(ty, raw)?),
            Type::BYTEA | Type::UUID => Self::Blob(raw.to_vec()),
            _ => return Err(format!("a column of the type {ty} is not understood").into()),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Refusal> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

pub(super) fn read(row: &tokio_postgres::Row) -> Result<Row> {
    (0..row.len()).map(|at| Ok(row.try_get::<_, Value>(at)?)).collect::<Result<_>>().map(Row)
}

pub(super) fn params(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

#[async_trait]
impl Db for Postgres {
    async fn query(&self, statement: Statement, values: Vec<Value>) -> Result<Vec<Row>> {
        match asking::account() {
            None => rows(&self.client().await?, statement, &values).await,
            Some(account) => self.query_for(account, statement, &values).await,
        }
    }

    /// Serializable, so that what a write read while it ran is still so when it is committed: with one writer, as on
    /// SQLite, that goes without saying.
    async fn transact(&self, writes: Vec<Write>) -> Result<Vec<usize>> {
        let _place = match asking::account() {
            Some(account) => Some(self.pages.changes.take(account).await?),
            None => None,
        };
        let mut client = self.client().await?;
        for clash in 1.. {
            match attempt(&mut client, &writes).await {
                Err(Attempt::Refused(error)) if is_clash(&error) && clash < CLASHES => {
                    tokio::time::sleep(Duration::from_millis(clash)).await;
                }
                Err(Attempt::Refused(error)) => return Err(error.into()),
                Err(Attempt::Unmet(refusal)) => return Err(refusal),
                Ok(changed) => return Ok(changed),
            }
        }
        Err(Error::Unavailable("too many others write the same".into()))
    }

    async fn prepare_all(&self, statements: Vec<Statement>) -> Result<()> {
        let client = self.client().await?;
        for statement in statements {
            client.prepare(statement.sql).await.map_err(|error| {
                let why = super::error::sentence(&error);
                Error::Corrupt(format!("{} does not prepare: {why}", statement.name))
            })?;
        }
        Ok(())
    }

    fn search(&self) -> &'static crate::noun::search::Statements {
        &crate::noun::search::POSTGRES
    }

    fn hot_statements(&self) -> Vec<Statement> {
        let search = crate::noun::search::POSTGRES.all();
        let hot = [super::hot::ALL, super::hot::by_account::ALL, super::hot::by_lane::ALL];
        [&hot.concat(), super::lease::ALL, super::engine::ALL, &search].concat()
    }
}

impl Postgres {
    /// Reads for a page. What takes long is begun again where only slow things wait for each other.
    async fn query_for(
        &self,
        account: Id<Account>,
        statement: Statement,
        values: &[Value],
    ) -> Result<Vec<Row>> {
        for lane in [&self.pages.quick, &self.pages.slow] {
            let _place = lane.places.take(account).await?;
            let client = lane.pool.get().await.map_err(|error| self.unavailable(error))?;
            match rows(&client, statement, values).await {
                Err(Error::TooSlow) => {}
                other => return other,
            }
        }
        Err(Error::TooSlow)
    }
}

async fn rows(client: &Client, statement: Statement, values: &[Value]) -> Result<Vec<Row>> {
    let prepared = client.prepare_cached(statement.sql).await?;
    client.query(&prepared, &params(values)).await?.iter().map(read).collect()
}

enum Attempt {
    Refused(PgError),
    /// A write changed another number of rows than it expected.
    Unmet(Error),
}

impl From<PgError> for Attempt {
    fn from(error: PgError) -> Self {
        Self::Refused(error)
    }
}

async fn attempt(client: &mut Client, writes: &[Write]) -> Result<Vec<usize>, Attempt> {
    // Undone when it is dropped, also when whoever asked has gone away in the middle of it.
    let transaction =
        client.build_transaction().isolation_level(IsolationLevel::Serializable).start().await?;
    let mut changed = Vec::with_capacity(writes.len());
    for write in writes {
        let count = execute(&transaction, write).await?;
        if let Some(refusal) = write.refusal(count) {
            transaction.rollback().await?;
            return Err(Attempt::Unmet(refusal));
        }
        changed.push(count);
    }
    transaction.commit().await?;
    Ok(changed)
}

async fn execute(transaction: &Transaction<'_>, write: &Write) -> Result<usize, PgError> {
    let prepared = transaction.prepare_cached(write.statement.sql).await?;
    let count = transaction.execute(&prepared, &params(&write.values)).await?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}
