//! The inbox on SQLite.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use async_trait::async_trait;
use chasqui_model::{Id, Part, Timestamp};
use rusqlite::{Connection, params};

use super::{Sqlite, facade, people};
use crate::inbox::{Arrival, Closes, DeadLetter, Deed, Inboxes, Item, Journal};
use crate::noun::audit::{self, Entry};
use crate::{Error, Fed, Result, crash_point};

const SEEN: &str =
    "INSERT INTO dedupe (part, integration, key, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
const SEEN_FORMERLY: &str = "SELECT 1 FROM dedupe WHERE key = ?1 AND integration = ?2";
const ADD_ITEM: &str = "INSERT INTO inbox (seq, part, integration, contact, kind, payload, received_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const CLOSE_CALL: &str = "UPDATE call SET state = ?4, result = ?5, duration_ms = ?6
    WHERE part = ?1 AND conversation = ?2 AND no = ?3 AND state = 0";
const CLOSE_TIMER: &str = "DELETE FROM timer WHERE part = ?1 AND due = ?2 AND id = ?3";
const WAITING: &str = "SELECT seq, part, integration, contact, kind, payload, received_at FROM inbox
    WHERE seq > ?1 ORDER BY seq LIMIT ?2";
const BURY: &str = "INSERT INTO dead_letter (part, id, account, integration, contact, cause, raw, at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING";
const DROP_ITEM: &str = "DELETE FROM inbox WHERE seq = ?1";
const FORGET_KEYS: &str = "DELETE FROM dedupe WHERE (key, integration) IN
    (SELECT key, integration FROM dedupe WHERE key >= ?3 AND key < ?4 AND at < ?1 LIMIT ?2)";

#[async_trait]
impl Inboxes for Sqlite {
    async fn accept(&self, arrivals: Vec<Arrival>) -> Result<Vec<bool>> {
        let counter = Arc::clone(&self.next_seq);
        let feed = self.feed.clone();
        let accepted = self
            .writer
            .run_then(
                move |connection| {
                    arrivals.iter().map(|arrival| accept(connection, arrival, &counter)).collect()
                },
                move |taken: &mut Vec<Taken>| taken.iter_mut().for_each(|it| it.publish(&feed)),
            )
            .await?;
        crash_point!("K03");
        Ok(accepted.iter().map(|taken| taken.item.is_some()).collect())
    }

    async fn journal(&self, entries: Vec<Journal>) -> Result<Vec<bool>> {
        let counter = Arc::clone(&self.next_seq);
        let feed = self.feed.clone();
        let taken = self
            .writer
            .run_then(
                move |connection| entries.iter().map(|entry| journal(connection, entry, &counter)).collect(),
                move |items: &mut Vec<Option<Item>>| publish(&feed, items),
            )
            .await?;
        Ok(taken.iter().map(Option::is_some).collect())
    }

    async fn act(&self, deed: Deed, by: &Entry) -> Result<i64> {
        let counter = Arc::clone(&self.next_seq);
        let feed = self.feed.clone();
        let written = audit::insert(by);
        let taken = self
            .writer
            .run_then(
                move |connection| {
                    let taken = match &deed {
                        Deed::Entry(entry) => {
                            Taken { item: journal(connection, entry, &counter)?, renamed: Vec::new() }
                        }
                        Deed::Arrival(arrival) => accept(connection, arrival, &counter)?,
                    };
                    if taken.item.is_some() {
                        facade::execute(connection, &written)?;
                    }
                    Ok(taken)
                },
                move |taken: &mut Taken| taken.publish(&feed),
            )
            .await?;
        taken.item.map(|item| item.seq).ok_or(Error::Stale)
    }

    async fn waiting(&self, _parts: &[Part], after: i64, limit: u32) -> Result<Vec<Item>> {
        self.readers
            .run(move |connection| {
                let mut statement = connection.prepare_cached(WAITING)?;
                let rows = statement.query_map(params![after, limit], |row| {
                    Ok(Item {
                        seq: row.get(0)?,
                        part: super::part(row, 1)?,
                        integration: super::id(row, 2)?,
                        contact: super::id(row, 3)?,
                        kind: row.get(4)?,
                        payload: row.get(5)?,
                        at: Timestamp::from_millis(row.get(6)?),
                    })
                })?;
                Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
            })
            .await
    }

    async fn bury(&self, letters: Vec<DeadLetter>) -> Result<()> {
        self.writer
            .run(move |connection| letters.iter().try_for_each(|letter| bury(connection, letter)))
            .await
    }

    async fn drop_items(&self, items: Vec<Item>) -> Result<()> {
        self.writer
            .run(move |connection| {
                let mut statement = connection.prepare_cached(DROP_ITEM)?;
                items.iter().try_for_each(|item| statement.execute([item.seq]).map(|_| ()))?;
                Ok(())
            })
            .await
    }

    async fn forget_keys(&self, before: Timestamp, slice: u8, limit: u32) -> Result<usize> {
        self.writer
            .run(move |connection| {
                // Longer than any key.
                let mut end = [0xff; 17];
                if let Some(next) = slice.checked_add(1) {
                    end = [0; 17];
                    end[0] = next;
                }
                // Keys of versions before begin with the second of their message, which came after it: in this slice older
                // rows have smaller keys, and nobody has to look at the rest.
                let seconds = u32::try_from(before.millis() / 1000).unwrap_or(0).to_be_bytes();
                if slice == seconds[0] {
                    end[..4].copy_from_slice(&seconds);
                    end[4..].fill(0);
                }
                let mut statement = connection.prepare_cached(FORGET_KEYS)?;
                Ok(statement.execute(params![before.millis(), limit, &[slice][..], &end[..]])?)
            })
            .await
    }
}

/// Only new items go on, and only after they are durable.
pub(super) fn publish(feed: &tokio::sync::mpsc::UnboundedSender<Fed>, items: &mut [Option<Item>]) {
    for item in items.iter().flatten() {
        // Nobody listens while the process stops; the rows are still there at the next start.
        let _ = feed.send(Fed::Item(item.clone()));
    }
}

/// What became of an arrival.
struct Taken {
    /// `None`: it came before.
    item: Option<Item>,
    /// Work for contacts who go by another name since.
    renamed: Vec<Item>,
}

impl Taken {
    /// Hands on what is durable.
    fn publish(&mut self, feed: &tokio::sync::mpsc::UnboundedSender<Fed>) {
        for item in std::mem::take(&mut self.renamed) {
            publish(feed, &mut [Some(item)]);
        }
        publish(feed, std::slice::from_mut(&mut self.item));
    }
}

fn accept(connection: &Connection, arrival: &Arrival, counter: &AtomicI64) -> Result<Taken> {
    let integration = arrival.integration.bytes();
    let part = arrival.part.number();
    if let Some(former) = arrival.former
        && connection.prepare_cached(SEEN_FORMERLY)?.exists(params![former, integration])?
    {
        return Ok(Taken { item: None, renamed: Vec::new() });
    }
    let new = connection.prepare_cached(SEEN)?.execute(params![
        part,
        integration,
        arrival.key,
        arrival.at.millis()
    ])?;
    if new == 0 {
        return Ok(Taken { item: None, renamed: Vec::new() });
    }
    let met = people::meet(connection, arrival)?;
    let item = |contact, kind, payload| Item {
        seq: Sqlite::seq(counter),
        part: arrival.part,
        integration: arrival.integration,
        contact,
        kind,
        payload,
        at: arrival.at,
    };
    let mut renamed = Vec::new();
    if let Some(work) = arrival.renamed {
        for contact in met.renamed {
            let (kind, payload) = work();
            let item = item(contact, kind, payload);
            add_item(connection, &item)?;
            renamed.push(item);
        }
    }
    let item = item(met.contact, arrival.kind, arrival.payload.clone());
    add_item(connection, &item)?;
    Ok(Taken { item: Some(item), renamed })
}

fn journal(connection: &Connection, entry: &Journal, counter: &AtomicI64) -> Result<Option<Item>> {
    let part = entry.part.number();
    let closed = match &entry.closes {
        Closes::Nothing => 1,
        Closes::Call { conversation, no, result, ok, duration_ms } => {
            let state = if *ok { 1 } else { 2 };
            connection.prepare_cached(CLOSE_CALL)?.execute(params![
                part,
                conversation.bytes(),
                no,
                state,
                result,
                duration_ms
            ])?
        }
        Closes::Timer { due, id } => {
            connection.prepare_cached(CLOSE_TIMER)?.execute(params![part, due.millis(), id])?
        }
    };
    if closed == 0 {
        return Ok(None);
    }
    let item = Item {
        seq: Sqlite::seq(counter),
        part: entry.part,
        integration: entry.integration,
        contact: entry.contact,
        kind: entry.kind,
        payload: entry.payload.clone(),
        at: entry.at,
    };
    add_item(connection, &item)?;
    Ok(Some(item))
}

pub(super) fn add_item(connection: &Connection, item: &Item) -> Result<()> {
    connection.prepare_cached(ADD_ITEM)?.execute(params![
        item.seq,
        item.part.number(),
        item.integration.bytes(),
        item.contact.bytes(),
        item.kind,
        item.payload,
        item.at.millis()
    ])?;
    Ok(())
}

fn bury(connection: &Connection, letter: &DeadLetter) -> Result<()> {
    connection.prepare_cached(BURY)?.execute(params![
        letter.part.number(),
        letter.id,
        letter.account.bytes(),
        letter.integration.bytes(),
        letter.contact.map(Id::bytes),
        letter.cause,
        letter.raw,
        letter.at.millis()
    ])?;
    if let Some(seq) = letter.seq {
        connection.prepare_cached(DROP_ITEM)?.execute([seq])?;
    }
    letter.event.iter().try_for_each(|event| super::turns::add_event(connection, event))
}
