//! The outbox on SQLite.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use async_trait::async_trait;
use chasqui_model::contact::Contact;
use chasqui_model::conversation::Conversation;
use chasqui_model::integration::Integration;
use chasqui_model::message::{Message, MessageStatus};
use chasqui_model::{Id, Part, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::Sqlite;
use super::inbox::{add_item, publish};
use crate::inbox::Item;
use crate::outbox::{
    Applied, Lost, OnceMore, Outbox, Outcome, Queued, Sent, Standing, StatusChange, Undelivered,
};
use crate::{Result, crash_point};

const QUEUED: &str = concat!(
    "SELECT id, conversation, contact, content, reply_to, node, status, attempts, due_at, at, sending_at
    FROM message WHERE part = ?1 AND integration = ?2 AND id > ?3 AND status IN ",
    unsent!(),
    " ORDER BY id LIMIT ?4"
);
const NUMBERS: &str = concat!("SELECT DISTINCT integration FROM message WHERE status IN ", unsent!());
const MARK: &str = concat!(
    "UPDATE message SET status = ",
    marked!(),
    ", attempts = attempts + 1, sending_at = ?3, due_at = NULL
    WHERE part = ?1 AND id = ?2 AND status = ",
    queued!()
);
// A status webhook may have come before the answer to our call: the ladder never goes down.
const ACCEPTED: &str =
    "UPDATE message SET status = max(status, 30), wamid = ?3, sent_at = coalesce(sent_at, ?4)
    WHERE part = ?1 AND id = ?2";
const INSTEAD: &str = "UPDATE message SET kind = ?3, content = ?4 WHERE part = ?1 AND id = ?2";
const AGAIN: &str = concat!(
    "UPDATE message SET status = ",
    queued!(),
    ", due_at = ?3, attempts = attempts - ?4
    WHERE part = ?1 AND id = ?2 AND status IN ",
    on_their_way!()
);
const FAILED: &str = concat!(
    "UPDATE message SET status = ",
    failed!(),
    ", error_code = ?3, error = ?4
    WHERE part = ?1 AND id = ?2 AND status IN ",
    unsent!(),
    " RETURNING conversation, contact, integration, node"
);
const STATUS: &str = concat!(
    "UPDATE message SET status = ?3, wamid = coalesce(wamid, ?4),
    sent_at = CASE WHEN ?3 IN ",
    left!(),
    " THEN coalesce(sent_at, ?5) ELSE sent_at END,
    delivered_at = CASE WHEN ?3 IN ",
    arrived!(),
    " THEN coalesce(delivered_at, ?5) ELSE delivered_at END,
    read_at = CASE WHEN ?3 = 60 THEN coalesce(read_at, ?5) ELSE read_at END,
    error_code = coalesce(?6, error_code), error = coalesce(?7, error)
    WHERE part = ?1 AND id = ?2 AND status < ?3 AND NOT (?3 = 90 AND status >= ",
    delivered!(),
    ")
    RETURNING conversation, contact, integration, node"
);
const ONCE_MORE: &str = concat!(
    "UPDATE message SET status = ",
    queued!(),
    ", due_at = ?5, error_code = ?4
    WHERE part = ?1 AND id = ?2 AND status IN ",
    taken!(),
    " AND error_code IS NULL AND coalesce(wamid, ?3) = ?3 RETURNING contact"
);
const LOST: &str = "SELECT contact, status, wamid, error_code FROM message WHERE part = ?1 AND id = ?2";
const STANDING: &str = "SELECT status, due_at FROM message WHERE part = ?1 AND id = ?2";
const WRITTEN_TO: &str = "SELECT contact FROM message WHERE part = ?1 AND id = ?2";

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

    async fn numbers_with_mail(&self, _parts: &[Part]) -> Result<Vec<Id<Integration>>> {
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

    async fn standings(&self, messages: Vec<(Part, Id<Message>)>) -> Result<Vec<Standing>> {
        self.readers
            .run(move |connection| {
                let mut statement = connection.prepare_cached(STANDING)?;
                let mut standing = |(part, id): &(Part, Id<Message>)| {
                    let found = statement.query_row(params![part.number(), id.bytes()], |row| {
                        Ok(Standing::of(row.get(0)?, row.get(1)?))
                    });
                    Ok(found.optional()?.unwrap_or(Standing::Over))
                };
                messages.iter().map(&mut standing).collect()
            })
            .await
    }

    async fn record_sends(&self, results: Vec<Sent>) -> Result<()> {
        let counter = Arc::clone(&self.next_seq);
        let feed = self.feed.clone();
        let recorded = self
            .writer
            .run_then(
                move |connection| results.iter().map(|sent| record(connection, sent, &counter)).collect(),
                move |items: &mut Vec<Option<Item>>| publish(&feed, items),
            )
            .await;
        crash_point!("K06");
        recorded.map(|_| ())
    }

    async fn send_once_more(&self, lost: Lost) -> Result<OnceMore> {
        self.writer.run(move |connection| send_once_more(connection, &lost)).await
    }

    async fn apply_statuses(&self, changes: Vec<StatusChange>) -> Result<Vec<Applied>> {
        let counter = Arc::clone(&self.next_seq);
        let feed = self.feed.clone();
        let applied: Result<Vec<(Applied, Option<Item>)>> = self
            .writer
            .run_then(
                move |connection| changes.iter().map(|change| apply(connection, change, &counter)).collect(),
                move |applied: &mut Vec<(Applied, Option<Item>)>| {
                    for (_, item) in applied {
                        publish(&feed, std::slice::from_mut(item));
                    }
                },
            )
            .await;
        crash_point!("K07");
        Ok(applied?.into_iter().map(|(applied, _)| applied).collect())
    }
}

fn send_once_more(connection: &Connection, lost: &Lost) -> Result<OnceMore> {
    let (part, id) = (lost.part.number(), lost.id.bytes());
    let put_back = params![part, id, lost.wamid, lost.code, lost.due_at.millis()];
    let mut statement = connection.prepare_cached(ONCE_MORE)?;
    if let Some(contact) = statement.query_row(put_back, |row| super::id(row, 0)).optional()? {
        return Ok(OnceMore::Waits { contact });
    }
    let mut statement = connection.prepare_cached(LOST)?;
    let found = statement.query_row(params![part, id], |row| {
        let wamid: Option<String> = row.get(2)?;
        Ok(OnceMore::of(lost, super::id(row, 0)?, row.get(1)?, wamid.as_deref(), row.get(3)?))
    });
    Ok(found.optional()?.unwrap_or(OnceMore::No))
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

/// A message that was taken off its way.
struct Ended {
    conversation: Id<Conversation>,
    contact: Id<Contact>,
    integration: Id<Integration>,
    node: Option<String>,
}

impl Ended {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            conversation: super::id(row, 0)?,
            contact: super::id(row, 1)?,
            integration: super::id(row, 2)?,
            node: row.get(3)?,
        })
    }

    /// Tells its conversation that it will never arrive, when a node wrote it.
    fn tell(
        &self,
        connection: &Connection,
        part: Part,
        then: Undelivered,
        at: Timestamp,
        counter: &AtomicI64,
    ) -> Result<Option<Item>> {
        let Some(node) = &self.node else { return Ok(None) };
        let (kind, payload) = then(self.conversation, node);
        let (integration, contact) = (self.integration, self.contact);
        let item = Item { seq: Sqlite::seq(counter), part, integration, contact, kind, payload, at };
        add_item(connection, &item)?;
        Ok(Some(item))
    }
}

fn record(connection: &Connection, sent: &Sent, counter: &AtomicI64) -> Result<Option<Item>> {
    let mut item = None;
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
        Outcome::Failed { code, reason, then } => {
            let mut statement = connection.prepare_cached(FAILED)?;
            let ended = statement.query_row(params![part, id, code, reason], Ended::read).optional()?;
            if let Some(ended) = ended {
                item = ended.tell(connection, sent.part, *then, sent.at, counter)?;
            }
        }
    }
    sent.event.iter().try_for_each(|event| super::turns::add_event(connection, event))?;
    Ok(item)
}

fn apply(
    connection: &Connection,
    change: &StatusChange,
    counter: &AtomicI64,
) -> Result<(Applied, Option<Item>)> {
    let part = change.part.number();
    let id = change.id.bytes();
    let changed = connection
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
            Ended::read,
        )
        .optional()?;
    let Some(changed) = changed else {
        let mut statement = connection.prepare_cached(WRITTEN_TO)?;
        let contact = statement.query_row(params![part, id], |row| super::id(row, 0)).optional()?;
        return Ok((contact.map_or(Applied::Unknown, |contact| Applied::Known { contact }), None));
    };
    let failed = change.status == MessageStatus::Failed;
    let item =
        if failed { changed.tell(connection, change.part, change.then, change.at, counter)? } else { None };
    if let Some(event) = &change.event {
        super::turns::add_event(connection, event)?;
    }
    let Ended { conversation, contact, .. } = changed;
    Ok((Applied::Changed { conversation, contact }, item))
}
