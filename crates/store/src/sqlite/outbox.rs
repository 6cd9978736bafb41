//! The outbox on SQLite.

use async_trait::async_trait;
use chasqui_model::integration::Integration;
use chasqui_model::message::{Message, MessageStatus};
use chasqui_model::{Id, Part, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::Sqlite;
use crate::outbox::{Applied, Outbox, Outcome, Queued, Sent, StatusChange};
use crate::{Result, crash_point};

const QUEUED: &str = "SELECT id, conversation, contact, content, reply_to, node, status, attempts, due_at, at, sending_at
    FROM message WHERE part = ?1 AND integration = ?2 AND id > ?3 AND status IN (10, 11, 20) ORDER BY id LIMIT ?4";
const NUMBERS: &str = "SELECT DISTINCT integration FROM message WHERE status IN (10, 11, 20)";
const MARK: &str = "UPDATE message SET status = 20, attempts = attempts + 1, sending_at = ?3, due_at = NULL
    WHERE part = ?1 AND id = ?2 AND status = 10";
// A status webhook may have come before the answer to our call: the ladder never goes down.
const ACCEPTED: &str =
    "UPDATE message SET status = max(status, 30), wamid = ?3, sent_at = coalesce(sent_at, ?4)
    WHERE part = ?1 AND id = ?2";
const INSTEAD: &str = "UPDATE message SET kind = ?3, content = ?4 WHERE part = ?1 AND id = ?2";
const AGAIN: &str = "UPDATE message SET status = 10, due_at = ?3, attempts = attempts - ?4
    WHERE part = ?1 AND id = ?2 AND status IN (10, 20)";
const FAILED: &str = "UPDATE message SET status = 90, error_code = ?3, error = ?4
    WHERE part = ?1 AND id = ?2 AND status IN (10, 11, 20)";
const STATUS: &str = "UPDATE message SET status = ?3, wamid = coalesce(wamid, ?4),
    sent_at = CASE WHEN ?3 IN (40, 50, 60) THEN coalesce(sent_at, ?5) ELSE sent_at END,
    delivered_at = CASE WHEN ?3 IN (50, 60) THEN coalesce(delivered_at, ?5) ELSE delivered_at END,
    read_at = CASE WHEN ?3 = 60 THEN coalesce(read_at, ?5) ELSE read_at END,
    error_code = coalesce(?6, error_code), error = coalesce(?7, error)
    WHERE part = ?1 AND id = ?2 AND status < ?3 AND NOT (?3 = 90 AND status >= 50) RETURNING conversation";
const STILL_SENDING: &str = "SELECT 1 FROM message WHERE part = ?1 AND id = ?2 AND status = 20";
const EXISTS: &str = "SELECT 1 FROM message WHERE part = ?1 AND id = ?2";

#[async_trait]
impl Outbox for Sqlite {
    async fn queued(
        &self,
        part: Part,
        integration: Id<Integration>,
        after: Option<Id<Message>>,
        limit: u32,
    ) -> Result<Vec<Queued>> {
        self.readers
            .run(move |connection| {
                let after = after.map_or([0; 16], Id::bytes);
                let mut statement = connection.prepare_cached(QUEUED)?;
                let rows = statement
                    .query_map(params![part.number(), integration.bytes(), after, limit], |row| {
                        read(row, part, integration)
                    })?;
                Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
            })
            .await
    }

    async fn numbers_with_mail(&self) -> Result<Vec<Id<Integration>>> {
        self.readers
            .run(|connection| {
                let mut statement = connection.prepare_cached(NUMBERS)?;
                let rows = statement.query_map([], |row| super::id(row, 0))?;
                Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
            })
            .await
    }

    async fn mark_sending(&self, messages: Vec<(Part, Id<Message>)>, at: Timestamp) -> Result<Vec<bool>> {
        let marked = self
            .writer
            .run(move |connection| {
                let mut statement = connection.prepare_cached(MARK)?;
                messages
                    .iter()
                    .map(|(part, id)| {
                        Ok(statement.execute(params![part.number(), id.bytes(), at.millis()])? == 1)
                    })
                    .collect()
            })
            .await;
        crash_point!("K05");
        marked
    }

    async fn still_sending(&self, messages: Vec<(Part, Id<Message>)>) -> Result<Vec<bool>> {
        self.readers
            .run(move |connection| {
                let mut statement = connection.prepare_cached(STILL_SENDING)?;
                messages
                    .iter()
                    .map(|(part, id)| Ok(statement.exists(params![part.number(), id.bytes()])?))
                    .collect()
            })
            .await
    }

    async fn record_sends(&self, results: Vec<Sent>) -> Result<()> {
        let recorded = self
            .writer
            .run(move |connection| results.iter().try_for_each(|sent| record(connection, sent)))
            .await;
        crash_point!("K06");
        recorded
    }

    async fn apply_statuses(&self, changes: Vec<StatusChange>) -> Result<Vec<Applied>> {
        let applied = self
            .writer
            .run(move |connection| changes.iter().map(|change| apply(connection, change)).collect())
            .await;
        crash_point!("K07");
        applied
    }
}

fn read(row: &rusqlite::Row<'_>, part: Part, integration: Id<Integration>) -> rusqlite::Result<Queued> {
    let status: i64 = row.get(6)?;
    let optional_time = |column| row.get::<_, Option<i64>>(column).map(|at| at.map(Timestamp::from_millis));
    Ok(Queued {
        part,
        id: super::id(row, 0)?,
        integration,
        conversation: super::id(row, 1)?,
        contact: super::id(row, 2)?,
        content: row.get(3)?,
        reply_to: row.get(4)?,
        node: row.get(5)?,
        status: MessageStatus::from_number(status)
            .ok_or(rusqlite::Error::IntegralValueOutOfRange(6, status))?,
        attempts: row.get(7)?,
        due_at: optional_time(8)?,
        at: Timestamp::from_millis(row.get(9)?),
        sending_at: optional_time(10)?,
    })
}

fn record(connection: &Connection, sent: &Sent) -> Result<()> {
    let part = sent.part.number();
    let id = sent.id.bytes();
    match &sent.outcome {
        Outcome::Accepted { wamid, instead } => {
            connection.prepare_cached(ACCEPTED)?.execute(params![part, id, wamid, sent.at.millis()])?;
            if let Some((kind, content)) = instead {
                connection.prepare_cached(INSTEAD)?.execute(params![part, id, kind, content])?;
            }
        }
        Outcome::Again { due_at, counts } => {
            let uncounted = i64::from(!counts);
            connection.prepare_cached(AGAIN)?.execute(params![part, id, due_at.millis(), uncounted])?;
        }
        Outcome::Failed { code, reason } => {
            connection.prepare_cached(FAILED)?.execute(params![part, id, code, reason])?;
        }
    }
    sent.event.iter().try_for_each(|event| super::turns::add_event(connection, event))
}

fn apply(connection: &Connection, change: &StatusChange) -> Result<Applied> {
    let part = change.part.number();
    let id = change.id.bytes();
    let conversation = connection
        .prepare_cached(STATUS)?
        .query_row(
            params![
                part,
                id,
                change.status.number(),
                change.wamid,
                change.at.millis(),
                change.code,
                change.reason
            ],
            |row| super::id(row, 0),
        )
        .optional()?;
    if let Some(conversation) = conversation {
        if let Some(event) = &change.event {
            super::turns::add_event(connection, event)?;
        }
        return Ok(Applied::Changed { conversation });
    }
    let known = connection.prepare_cached(EXISTS)?.query_row(params![part, id], |_| Ok(())).optional()?;
    Ok(if known.is_some() { Applied::Known } else { Applied::Unknown })
}
