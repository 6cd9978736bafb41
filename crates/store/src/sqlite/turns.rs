//! Turns, calls and timers on SQLite.

use async_trait::async_trait;
use chasqui_model::contact::Contact;
use chasqui_model::conversation::{Conversation, EndReason, Status};
use chasqui_model::event::Event;
use chasqui_model::media::Media;
use chasqui_model::message::MessageStatus;
use chasqui_model::{Id, Part, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Sqlite;
use crate::turn::{
    ConversationWrite, DueTimer, Loaded, NewCall, NewMessage, NewTimer, PendingCall, Turn, Turns,
};
use crate::{Error, Result, crash_point};

const LOAD_CONTACT: &str =
    "SELECT id, account, integration, name, wa_id, user_id, username, created_at, last_inbound_at
    FROM contact WHERE id = ?1";
const LOAD_OPEN: &str =
    "SELECT id, account, integration, contact, bot, bot_version, status, state, version, turns,
    messages, started_at, last_message_at, expires_at, ended_at, end_reason
    FROM conversation WHERE contact = ?1 ORDER BY rowid DESC LIMIT 1";
const BEGIN: &str =
    "INSERT INTO conversation (part, id, account, integration, contact, bot, bot_version, status, state,
    version, turns, messages, started_at, last_message_at, listed_at, expires_at, ended_at, end_reason)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14, ?15, ?16, ?17
    WHERE coalesce((SELECT status FROM conversation WHERE contact = ?5 ORDER BY rowid DESC LIMIT 1), 9) = 9";
const UPDATE: &str =
    "UPDATE conversation SET status = ?3, state = ?4, version = ?5, turns = ?6, messages = ?7,
    last_message_at = ?8, expires_at = ?9, ended_at = ?10, end_reason = ?11
    WHERE part = ?1 AND id = ?2 AND version = ?12";
// Rarely true, so that the index on it rarely moves.
const LIST: &str = "UPDATE conversation SET listed_at = ?2 WHERE id = ?1 AND listed_at < ?2 - 60000";
const DONE: &str = "DELETE FROM inbox WHERE seq = ?1";
const REST: &str = "UPDATE inbox SET kind = ?2, payload = ?3 WHERE seq = ?1";
const ADD_TURN: &str =
    "INSERT INTO turn (part, conversation, no, at, duration_us, trace) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const ADD_MESSAGE: &str =
    "INSERT INTO message (part, id, conversation, contact, integration, no, author, kind, content,
    reply_to, status, wamid, turn, node, at, attempts, sending_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
const ADD_CALL: &str =
    "INSERT INTO call (part, conversation, no, contact, integration, turn, node, request, state,
    summary, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10)";
const ADD_TIMER: &str =
    "INSERT INTO timer (part, due, id, integration, contact, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const ADD_EVENT: &str = add_event!();
const ADD_MEDIA: &str =
    "INSERT INTO media (id, account, integration, contact, state, mime_type, size, sha256, filename,
    meta_id, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING";
const PENDING_CALLS: &str = "SELECT part, integration, contact, conversation, no, request, at FROM call WHERE state = 0 ORDER BY at LIMIT ?1";
const DUE_TIMERS: &str = "SELECT part, integration, contact, due, id, payload FROM timer WHERE due <= ?1
    ORDER BY due LIMIT ?2";
// Rows lie in the order in which they were written.
const FORGET_TURNS: &str =
    "DELETE FROM turn WHERE rowid IN (SELECT rowid FROM turn ORDER BY rowid LIMIT ?2) AND at < ?1";
const FORGET_MESSAGES: &str = concat!(
    "DELETE FROM message WHERE id IN
    (SELECT id FROM message WHERE id < ?1 AND status NOT IN ",
    unsent!(),
    " ORDER BY id LIMIT ?2)"
);
const NEXT_DUE: &str = "SELECT min(due) FROM timer";

#[async_trait]
impl Turns for Sqlite {
    async fn load(&self, contacts: Vec<(Part, Id<Contact>)>) -> Result<Vec<Option<Loaded>>> {
        self.readers
            .run(move |connection| contacts.iter().map(|(_, contact)| load(connection, *contact)).collect())
            .await
    }

    async fn commit_turns(&self, turns: Vec<Turn>) -> Vec<Result<()>> {
        let answers: Vec<_> = turns
            .into_iter()
            .map(|turn| self.writer.submit(move |connection| commit_turn(connection, &turn), |()| {}))
            .collect();
        let mut outcomes = Vec::with_capacity(answers.len());
        for answer in answers {
            outcomes.push(match answer {
                Ok(answer) => {
                    answer.await.unwrap_or_else(|_| Err(Error::Unavailable("the writer has stopped".into())))
                }
                Err(error) => Err(error),
            });
        }
        crash_point!("K04");
        outcomes
    }

    async fn pending_calls(&self, _parts: &[Part], limit: u32) -> Result<Vec<PendingCall>> {
        self.readers
            .run(move |connection| {
                let mut statement = connection.prepare_cached(PENDING_CALLS)?;
                let rows = statement.query_map([limit], |row| {
                    Ok(PendingCall {
                        part: super::part(row, 0)?,
                        integration: super::id(row, 1)?,
                        contact: super::id(row, 2)?,
                        conversation: super::id(row, 3)?,
                        no: row.get(4)?,
                        request: row.get(5)?,
                        at: Timestamp::from_millis(row.get(6)?),
                    })
                })?;
                Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
            })
            .await
    }

    async fn due_timers(&self, now: Timestamp, limit: u32) -> Result<Vec<DueTimer>> {
        self.readers
            .run(move |connection| {
                let mut statement = connection.prepare_cached(DUE_TIMERS)?;
                let rows = statement.query_map(params![now.millis(), limit], |row| {
                    Ok(DueTimer {
                        part: super::part(row, 0)?,
                        integration: super::id(row, 1)?,
                        contact: super::id(row, 2)?,
                        timer: NewTimer {
                            due: Timestamp::from_millis(row.get(3)?),
                            id: row.get(4)?,
                            payload: row.get(5)?,
                        },
                    })
                })?;
                Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
            })
            .await
    }

    async fn forget_transcripts(&self, before: Timestamp, limit: u32) -> Result<usize> {
        self.writer
            .run(move |connection| {
                let first = first_id(before);
                let turns =
                    connection.prepare_cached(FORGET_TURNS)?.execute(params![before.millis(), limit])?;
                Ok(turns + connection.prepare_cached(FORGET_MESSAGES)?.execute(params![first, limit])?)
            })
            .await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        self.readers
            .run(|connection| {
                let due: Option<i64> =
                    connection.prepare_cached(NEXT_DUE)?.query_row([], |row| row.get(0))?;
                Ok(due.map(Timestamp::from_millis))
            })
            .await
    }
}

/// The smallest id of this millisecond: ids begin with it.
fn first_id(at: Timestamp) -> [u8; 16] {
    (u128::try_from(at.millis()).unwrap_or(0) << 80).to_be_bytes()
}

fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::from_millis)
}

fn optional_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    row.get::<_, Option<i64>>(column).map(|millis| millis.map(Timestamp::from_millis))
}

fn load(connection: &Connection, contact: Id<Contact>) -> Result<Option<Loaded>> {
    let found = connection
        .prepare_cached(LOAD_CONTACT)?
        .query_row(params![contact.bytes()], |row| {
            Ok(Contact {
                id: super::id(row, 0)?,
                account: super::id(row, 1)?,
                integration: super::id(row, 2)?,
                name: row.get(3)?,
                wa_id: row.get(4)?,
                user_id: row.get(5)?,
                username: row.get(6)?,
                created_at: time(row, 7)?,
                last_inbound_at: optional_time(row, 8)?,
            })
        })
        .optional()?;
    let Some(contact) = found else { return Ok(None) };
    let conversation = connection
        .prepare_cached(LOAD_OPEN)?
        .query_row(params![contact.id.bytes()], conversation)
        .optional()?
        .filter(|last| last.status != Status::Ended);
    Ok(Some(Loaded { contact, conversation }))
}

fn conversation(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    let status: i64 = row.get(6)?;
    Ok(Conversation {
        id: super::id(row, 0)?,
        account: super::id(row, 1)?,
        integration: super::id(row, 2)?,
        contact: super::id(row, 3)?,
        bot: super::id(row, 4)?,
        bot_version: row.get(5)?,
        status: Status::from_number(status).ok_or(rusqlite::Error::IntegralValueOutOfRange(6, status))?,
        state: row.get(7)?,
        version: row.get(8)?,
        turns: row.get(9)?,
        messages: row.get(10)?,
        started_at: time(row, 11)?,
        last_message_at: time(row, 12)?,
        expires_at: optional_time(row, 13)?,
        ended_at: optional_time(row, 14)?,
        end_reason: row.get::<_, Option<i64>>(15)?.and_then(EndReason::from_number),
    })
}

/// An error undoes everything: the writer rolls the transaction back and runs its other jobs again.
fn commit_turn(connection: &Connection, turn: &Turn) -> Result<()> {
    for write in turn.ends.iter().chain(&turn.conversation) {
        if write_conversation(connection, turn.part, write)? != 1 {
            return Err(Error::Stale);
        }
    }
    for (index, seq) in turn.done.iter().enumerate() {
        let rest = turn.rest.as_ref().filter(|_| index + 1 == turn.done.len());
        let changed = match rest {
            Some(rest) => connection.prepare_cached(REST)?.execute(params![seq, rest.kind, rest.payload])?,
            None => connection.prepare_cached(DONE)?.execute([seq])?,
        };
        if changed != 1 {
            return Err(Error::Gone);
        }
    }
    let part = turn.part.number();
    if let (Some(record), Some(write)) = (&turn.record, &turn.conversation) {
        connection.prepare_cached(ADD_TURN)?.execute(params![
            part,
            write.conversation.id.bytes(),
            record.no,
            record.at.millis(),
            record.duration_us,
            record.trace
        ])?;
    }
    turn.messages.iter().try_for_each(|message| add_message(connection, turn, message))?;
    turn.calls.iter().try_for_each(|call| add_call(connection, turn, call))?;
    for timer in &turn.timers {
        connection.prepare_cached(ADD_TIMER)?.execute(params![
            part,
            timer.due.millis(),
            timer.id,
            turn.integration.bytes(),
            turn.contact.bytes(),
            timer.payload
        ])?;
    }
    turn.events.iter().try_for_each(|event| add_event(connection, event))?;
    turn.media.iter().try_for_each(|media| add_media(connection, media))
}

fn write_conversation(connection: &Connection, part: Part, write: &ConversationWrite) -> Result<usize> {
    let it = &write.conversation;
    let expires_at = it.expires_at.map(Timestamp::millis);
    let ended_at = it.ended_at.map(Timestamp::millis);
    let end_reason = it.end_reason.map(EndReason::number);
    let changed = match write.was {
        None => connection.prepare_cached(BEGIN)?.execute(params![
            part.number(),
            it.id.bytes(),
            it.account.bytes(),
            it.integration.bytes(),
            it.contact.bytes(),
            it.bot.bytes(),
            it.bot_version,
            it.status.number(),
            it.state,
            it.version,
            it.turns,
            it.messages,
            it.started_at.millis(),
            it.last_message_at.millis(),
            expires_at,
            ended_at,
            end_reason
        ])?,
        Some(was) => {
            connection.prepare_cached(LIST)?.execute(params![it.id.bytes(), it.last_message_at.millis()])?;
            connection.prepare_cached(UPDATE)?.execute(params![
                part.number(),
                it.id.bytes(),
                it.status.number(),
                it.state,
                it.version,
                it.turns,
                it.messages,
                it.last_message_at.millis(),
                expires_at,
                ended_at,
                end_reason,
                was
            ])?
        }
    };
    Ok(changed)
}

fn add_message(connection: &Connection, turn: &Turn, message: &NewMessage) -> Result<()> {
    let sending = message.status == MessageStatus::Sending;
    connection.prepare_cached(ADD_MESSAGE)?.execute(params![
        turn.part.number(),
        message.id.bytes(),
        message.conversation.bytes(),
        turn.contact.bytes(),
        turn.integration.bytes(),
        message.no,
        message.author.number(),
        message.kind,
        message.content,
        message.reply_to,
        message.status.number(),
        message.wamid,
        message.turn,
        message.node,
        message.at.millis(),
        i64::from(sending),
        sending.then(|| message.at.millis())
    ])?;
    Ok(())
}

fn add_call(connection: &Connection, turn: &Turn, call: &NewCall) -> Result<()> {
    connection.prepare_cached(ADD_CALL)?.execute(params![
        turn.part.number(),
        call.conversation.bytes(),
        call.no,
        turn.contact.bytes(),
        turn.integration.bytes(),
        call.turn,
        call.node,
        call.request,
        call.summary,
        call.at.millis()
    ])?;
    Ok(())
}

pub(super) fn add_event(connection: &Connection, event: &Event) -> Result<()> {
    connection.prepare_cached(ADD_EVENT)?.execute(params![
        event.id.bytes(),
        event.account.bytes(),
        event.integration.map(Id::bytes),
        event.conversation.map(Id::bytes),
        event.node,
        event.severity.number(),
        event.code,
        event.graph_code,
        event.notice.written(),
        event.at.millis()
    ])?;
    Ok(())
}

fn add_media(connection: &Connection, media: &Media) -> Result<()> {
    connection.prepare_cached(ADD_MEDIA)?.execute(params![
        media.id.bytes(),
        media.account.bytes(),
        media.integration.map(Id::bytes),
        media.contact.map(Id::bytes),
        media.state.number(),
        media.mime_type,
        media.size,
        media.sha256,
        media.filename,
        media.meta_id,
        media.created_at.millis()
    ])?;
    Ok(())
}
