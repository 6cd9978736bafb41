//! What was said and done in a conversation, for people to read. The hot path writes it.

use std::collections::HashMap;

use chasqui_model::account::Account;
use chasqui_model::contact::Contact;
use chasqui_model::conversation::Conversation;
use chasqui_model::integration::Integration;
use chasqui_model::message::{Author, Message, MessageStatus};
use chasqui_model::{Id, Part, Timestamp};

use super::conversation::unknown;
use crate::db::statements;
use crate::value::{Row, Value};
use crate::{Result, Store};

statements! {
    // What is quoted stands before, the answer to a choice behind: both are found in the order of the index.
    MESSAGES = "SELECT m.id, m.no, m.author, m.kind, m.content, m.status, m.error_code, m.error, m.turn, \
        CASE WHEN m.reply_to IS NULL THEN NULL ELSE (SELECT q.id FROM message q WHERE q.part = m.part \
            AND q.conversation = m.conversation AND q.no < m.no AND q.wamid = m.reply_to ORDER BY q.no DESC LIMIT 1) END, \
        CASE WHEN m.kind NOT IN ('buttons', 'list', 'template') THEN NULL ELSE (SELECT a.content FROM message a \
            WHERE a.part = m.part AND a.conversation = m.conversation AND a.no > m.no AND a.reply_to = m.wamid \
            AND a.kind IN ('button_reply', 'list_reply', 'quick_reply') ORDER BY a.no LIMIT 1) END, \
        m.at, m.sent_at, m.delivered_at, m.read_at, m.node, m.wamid, m.reply_to, m.integration \
        FROM message m WHERE m.part = $1 AND m.conversation = $2 AND m.no > $3 ORDER BY m.no LIMIT $4";
    // What was changed or deleted later, and now and then before it came.
    CHANGES = "SELECT reply_to, kind, content, at, wamid FROM message \
        WHERE part = $1 AND conversation = $2 AND kind IN ('edit', 'revoke') ORDER BY at, no";
    QUOTABLE = "SELECT m.wamid FROM conversation c JOIN message m ON m.part = c.part AND m.conversation = c.id \
        WHERE c.part = $1 AND c.contact = $2 AND m.id = $3 AND m.wamid IS NOT NULL \
        AND m.kind NOT IN ('reaction', 'system', 'edit', 'revoke', 'request_welcome')";
    QUOTABLE_BY_WAMID = "SELECT m.wamid FROM conversation c JOIN message m ON m.part = c.part AND m.conversation = c.id \
        WHERE c.part = $1 AND c.contact = $2 AND m.wamid = $3 \
        AND m.kind NOT IN ('reaction', 'system', 'edit', 'revoke', 'request_welcome') LIMIT 1";
    TURNS = "SELECT no, at, duration_us, trace FROM turn WHERE part = $1 AND conversation = $2 AND no > $3 \
        ORDER BY no LIMIT $4";
    TURN_CALLS = "SELECT turn, node, state, summary, result, duration_ms, request FROM call \
        WHERE part = $1 AND conversation = $2 AND turn >= $3 AND turn <= $4 ORDER BY no";
    TURN_MESSAGES = "SELECT turn, id FROM message \
        WHERE part = $1 AND conversation = $2 AND turn >= $3 AND turn <= $4 ORDER BY no";
}

/// A message of a transcript.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id.
    pub id: Id<Message>,
    /// Position, from 1.
    pub no: i64,
    /// Who wrote it.
    pub author: Author,
    /// The name of its type.
    pub kind: String,
    /// JSON.
    pub content: String,
    /// How far it has come.
    pub status: MessageStatus,
    /// Meta's code, of failed ones.
    pub error_code: Option<i64>,
    /// Why, of failed ones.
    pub error: Option<String>,
    /// The turn that wrote it.
    pub turn: Option<i64>,
    /// The message of this conversation that it quotes.
    pub reply_to: Option<Id<Message>>,
    /// What the contact chose from it: the content of that answer, JSON.
    pub chosen: Option<String>,
    /// When it was written down.
    pub at: Timestamp,
    /// When it left Meta.
    pub sent_at: Option<Timestamp>,
    /// When it reached the phone.
    pub delivered_at: Option<Timestamp>,
    /// When it was seen.
    pub read_at: Option<Timestamp>,
    /// The node that wrote it.
    pub node: Option<String>,
    /// Meta's id.
    pub wamid: Option<String>,
    /// Meta's id of the message that it quotes, also when that is none of this conversation.
    pub quoted: Option<String>,
    /// Its writer changed it: the last of the changes, JSON, and when.
    pub edited: Option<(String, Timestamp)>,
    /// When its writer deleted it.
    pub revoked_at: Option<Timestamp>,
    /// On which number.
    pub integration: Id<Integration>,
}

/// A message that somebody wants to quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quoted {
    /// By its id here.
    Here(Id<Message>),
    /// By Meta's id.
    AtMeta(String),
}

impl Quoted {
    /// Reads either id. `None` when it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_wamid = text.strip_prefix("wamid.").is_some_and(|rest| !rest.is_empty()) && text.len() <= 512;
        if is_wamid { Some(Self::AtMeta(text.to_owned())) } else { text.parse().ok().map(Self::Here) }
    }
}

/// A turn with its calls and messages.
#[derive(Clone, Debug)]
pub struct PastTurn {
    /// From 1.
    pub no: i64,
    /// When.
    pub at: Timestamp,
    /// How long the engine took.
    pub duration_us: i64,
    /// JSON.
    pub trace: String,
    /// What it asked of the world.
    pub calls: Vec<PastCall>,
    /// What it wrote.
    pub messages: Vec<Id<Message>>,
}

/// A call to the world.
#[derive(Clone, Debug)]
pub struct PastCall {
    /// The node that made it.
    pub node: String,
    /// What was to be done, JSON. Holds what the contact said.
    pub request: String,
    /// Whether it has been answered: `None` not yet, else whether it went well.
    pub ok: Option<bool>,
    /// What it is, in words without content.
    pub summary: String,
    /// What came of it, in words without content.
    pub result: Option<String>,
    /// How long it took.
    pub duration_ms: Option<i64>,
}

impl Store {
    /// Messages of an account's conversation with a position above `after`, in order. `None` when there is no such
    /// conversation.
    pub async fn list_messages(
        &self,
        account: Id<Account>,
        conversation: Id<Conversation>,
        after: i64,
        limit: u32,
    ) -> Result<Option<Vec<Line>>> {
        let Some(part) = self.conversation_part(account, conversation).await? else { return Ok(None) };
        let part = i64::from(part.number());
        let values = vec![part.into(), conversation.into(), after.into(), i64::from(limit).into()];
        let rows = self.db.query(MESSAGES, values).await?;
        let mut lines = rows.iter().map(read_line).collect::<Result<Vec<_>>>()?;
        if !lines.is_empty() {
            let changes = self.db.query(CHANGES, vec![part.into(), conversation.into()]).await?;
            Changes::read(&changes)?.put(&mut lines);
        }
        Ok(Some(lines))
    }

    /// Meta's id of a message that may be quoted to a contact: one of theirs or to them, that Meta knows, and no reaction or
    /// note. `None` when there is none.
    pub async fn quotable(&self, contact: &Contact, quoted: &Quoted) -> Result<Option<String>> {
        let part = i64::from(Part::of(contact.integration).number());
        let (statement, named) = match quoted {
            Quoted::Here(id) => (QUOTABLE, Value::from(*id)),
            Quoted::AtMeta(wamid) => (QUOTABLE_BY_WAMID, Value::from(wamid.as_str())),
        };
        let row = self.db.query_one(statement, vec![part.into(), contact.id.into(), named]).await?;
        row.map(|row| row.text(0).map(str::to_owned)).transpose()
    }

    /// Turns of an account's conversation with a number above `after`, in order. `None` when there is no such
    /// conversation.
    pub async fn list_turns(
        &self,
        account: Id<Account>,
        conversation: Id<Conversation>,
        after: i64,
        limit: u32,
    ) -> Result<Option<Vec<PastTurn>>> {
        let Some(part) = self.conversation_part(account, conversation).await? else { return Ok(None) };
        let part = i64::from(part.number());
        let values = vec![part.into(), conversation.into(), after.into(), i64::from(limit).into()];
        let rows = self.db.query(TURNS, values).await?;
        let mut turns = rows.iter().map(read_turn).collect::<Result<Vec<_>>>()?;
        let (Some(first), Some(last)) = (turns.first().map(|it| it.no), turns.last().map(|it| it.no)) else {
            return Ok(Some(turns));
        };
        let range = vec![part.into(), conversation.into(), first.into(), last.into()];
        let mut calls: HashMap<i64, Vec<PastCall>> = HashMap::new();
        for row in self.db.query(TURN_CALLS, range.clone()).await? {
            calls.entry(row.int(0)?).or_default().push(read_call(&row)?);
        }
        let mut messages: HashMap<i64, Vec<Id<Message>>> = HashMap::new();
        for row in self.db.query(TURN_MESSAGES, range).await? {
            messages.entry(row.int(0)?).or_default().push(row.id(1)?);
        }
        for turn in &mut turns {
            turn.calls = calls.remove(&turn.no).unwrap_or_default();
            turn.messages = messages.remove(&turn.no).unwrap_or_default();
        }
        Ok(Some(turns))
    }
}

/// What became of messages, by their `wamid`.
#[derive(Default)]
struct Changes {
    edited: HashMap<String, (String, Timestamp)>,
    revoked: HashMap<String, Timestamp>,
}

impl Changes {
    /// In the order of time: the last one counts. A change of a change is one of the message itself.
    fn read(rows: &[Row]) -> Result<Self> {
        let mut of: HashMap<String, String> = HashMap::new();
        let mut changes = Self::default();
        for row in rows {
            let Some(original) = row.optional_text(0)? else { continue };
            let original = of.get(&original).cloned().unwrap_or(original);
            if let Some(wamid) = row.optional_text(4)? {
                of.insert(wamid, original.clone());
            }
            if row.text(1)? == "edit" {
                changes.edited.insert(original, (row.text(2)?.to_owned(), row.time(3)?));
            } else {
                changes.revoked.insert(original, row.time(3)?);
            }
        }
        // What changed a deleted message is deleted with it.
        for (change, original) in of {
            if let Some(at) = changes.revoked.get(&original).copied() {
                changes.revoked.entry(change).or_insert(at);
            }
        }
        Ok(changes)
    }

    fn put(&self, lines: &mut [Line]) {
        for line in lines {
            let Some(wamid) = &line.wamid else { continue };
            line.edited = self.edited.get(wamid).cloned();
            line.revoked_at = self.revoked.get(wamid).copied().filter(|_| line.kind != "revoke");
        }
    }
}

fn read_line(row: &Row) -> Result<Line> {
    let (author, status) = (row.int(2)?, row.int(5)?);
    Ok(Line {
        id: row.id(0)?,
        no: row.int(1)?,
        author: Author::from_number(author).ok_or_else(|| unknown("author", author))?,
        kind: row.text(3)?.to_owned(),
        content: row.text(4)?.to_owned(),
        status: MessageStatus::from_number(status).ok_or_else(|| unknown("status", status))?,
        error_code: row.optional_int(6)?,
        error: row.optional_text(7)?,
        turn: row.optional_int(8)?,
        reply_to: row.optional_id(9)?,
        chosen: row.optional_text(10)?,
        at: row.time(11)?,
        sent_at: row.optional_time(12)?,
        delivered_at: row.optional_time(13)?,
        read_at: row.optional_time(14)?,
        node: row.optional_text(15)?,
        wamid: row.optional_text(16)?,
        quoted: row.optional_text(17)?,
        edited: None,
        revoked_at: None,
        integration: row.id(18)?,
    })
}

fn read_turn(row: &Row) -> Result<PastTurn> {
    Ok(PastTurn {
        no: row.int(0)?,
        at: row.time(1)?,
        duration_us: row.int(2)?,
        trace: row.text(3)?.to_owned(),
        calls: Vec::new(),
        messages: Vec::new(),
    })
}

fn read_call(row: &Row) -> Result<PastCall> {
    let state = row.int(2)?;
    Ok(PastCall {
        node: row.text(1)?.to_owned(),
        request: row.text(6)?.to_owned(),
        ok: match state {
            0 => None,
            1 => Some(true),
            2 => Some(false),
            _ => return Err(unknown("state of a call", state)),
        },
        summary: row.text(3)?.to_owned(),
        result: row.optional_text(4)?,
        duration_ms: row.optional_int(5)?,
    })
}
