//! The façade on SQLite.

use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql};

use super::Sqlite;
use crate::db::{Db, Statement, Write};
use crate::value::{Row, Value};
use crate::{Error, Result, asking};

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

/// `$1` is a named parameter to SQLite, numbered by first appearance; `?1` is a position, as on PostgreSQL.
pub(super) fn numbered(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut characters = sql.chars().peekable();
    while let Some(character) = characters.next() {
        let parameter = character == '$' && characters.peek().is_some_and(char::is_ascii_digit);
        out.push(if parameter { '?' } else { character });
    }
    out
}

pub(super) fn read(row: &rusqlite::Row<'_>, columns: usize) -> rusqlite::Result<Row> {
    let mut values = Vec::with_capacity(columns);
    for column in 0..columns {
        values.push(match row.get_ref(column)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(value) => Value::Int(value),
            ValueRef::Real(_) => {
                return Err(rusqlite::Error::InvalidColumnType(
                    column,
                    "real".into(),
                    rusqlite::types::Type::Real,
                ));
            }
            ValueRef::Text(value) => Value::Text(String::from_utf8_lossy(value).into_owned()),
            ValueRef::Blob(value) => Value::Blob(value.to_vec()),
        });
    }
    Ok(Row(values))
}

fn query(connection: &Connection, statement: Statement, values: &[Value]) -> Result<Vec<Row>> {
    let mut prepared = connection.prepare_cached(&numbered(statement.sql))?;
    let columns = prepared.column_count();
    let rows = prepared.query_map(rusqlite::params_from_iter(values), |row| read(row, columns))?;
    Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
}

#[async_trait]
impl Db for Sqlite {
    async fn query(&self, statement: Statement, values: Vec<Value>) -> Result<Vec<Row>> {
        let values = Arc::new(values);
        self.readers.run_for_asker(move |connection| query(connection, statement, &values)).await
    }

    async fn transact(&self, writes: Vec<Write>) -> Result<Vec<usize>> {
        let _place = match asking::account() {
            Some(account) => Some(self.changes.take(account).await?),
            None => None,
        };
        self.writer
            .run(move |connection| {
                // A group shares one transaction: what was done before the failure must not stay behind.
                connection.execute_batch("SAVEPOINT facade")?;
                let outcome: Result<Vec<usize>> =
                    writes.iter().map(|write| execute(connection, write)).collect();
                let undo = if outcome.is_ok() { "" } else { "ROLLBACK TO facade; " };
                connection.execute_batch(&format!("{undo}RELEASE facade"))?;
                // The refusal is this job's answer, not a reason to undo its neighbours.
                Ok(outcome)
            })
            .await?
    }

    async fn plans(&self, statements: Vec<Statement>) -> Result<Vec<(&'static str, Vec<String>)>> {
        let explain = |connection: &Connection, statement: Statement| {
            let sql = format!("EXPLAIN QUERY PLAN {}", numbered(statement.sql));
            let mut prepared = connection.prepare(&sql)?;
            let nothing = vec![Value::Null; prepared.parameter_count()];
            let lines = prepared.query_map(rusqlite::params_from_iter(&nothing), |row| row.get("detail"))?;
            Ok((statement.name, lines.collect::<rusqlite::Result<Vec<String>>>()?))
        };
        self.readers
            .run(move |connection| statements.into_iter().map(|it| explain(connection, it)).collect())
            .await
    }

    fn search(&self) -> &'static crate::noun::search::Statements {
        &crate::noun::search::SQLITE
    }

    fn hot_statements(&self) -> Vec<Statement> {
        crate::noun::search::SQLITE.all().to_vec()
    }

    async fn prepare_all(&self, statements: Vec<Statement>) -> Result<()> {
        self.readers
            .run(move |connection| {
                for statement in statements {
                    connection.prepare(&numbered(statement.sql)).map_err(|error| {
                        Error::Corrupt(format!("{} does not prepare: {error}", statement.name))
                    })?;
                }
                Ok(())
            })
            .await
    }
}

pub(super) fn execute(connection: &Connection, write: &Write) -> Result<usize> {
    let mut prepared = connection.prepare_cached(&numbered(write.statement.sql))?;
    let changed = prepared.execute(rusqlite::params_from_iter(&write.values))?;
    write.refusal(changed).map_or(Ok(changed), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_become_positions() {
        assert_eq!(numbered("a = $1 AND b = $12 AND c = '$x'"), "a = ?1 AND b = ?12 AND c = '$x'");
    }
}
