//! What is erased of conversations that ended long ago, and of people of whom nothing else is left. Each step is one
//! transaction that is undone when somebody has come back meanwhile; a repeat goes on where the last one ended.

use std::time::Duration;

use chasqui_model::account::{Account, AccountSettings};
use chasqui_model::contact::Contact;
use chasqui_model::conversation::Conversation;
use chasqui_model::integration::Integration;
use chasqui_model::media::Media;
use chasqui_model::{Id, Part, Timestamp};
use serde::{Deserialize, Serialize};

use super::contact::{Erasure, INSERT_RECEIPT};
use super::event::first_id;
use crate::db::{Write, statements};
use crate::value::{Row, Value};
use crate::{Error, Result, Store};

statements! {
    ACCOUNTS = "SELECT id, settings FROM account WHERE settings LIKE '%retention_days%' ORDER BY id";
    // The list's index has the oldest first. One whose messages still wait to be sent is not over.
    OVER = concat!("SELECT c.part, c.id, c.contact, c.integration, c.account, c.started_at, c.ended_at, c.listed_at \
        FROM conversation c WHERE c.account = $1 AND c.listed_at < $2 AND (c.listed_at, c.id) > ($3, $4) \
        AND c.status = ", ended!(), " AND c.ended_at < $2 AND NOT EXISTS (SELECT 1 FROM message m WHERE m.part = c.part \
            AND m.conversation = c.id AND m.status IN ", unsent!(), ") ORDER BY c.listed_at, c.id LIMIT $5");
    FILES = "SELECT id, meta_id FROM media WHERE account = $1 AND contact = $2";
    // Messages name what a contact sent by Meta's id and what a bot sends by ours, variables by ours.
    NAMED_BY = "SELECT c.id FROM conversation c WHERE c.part = $1 AND c.contact = $2 AND (c.state LIKE $3 ESCAPE '!' \
        OR EXISTS (SELECT 1 FROM message m WHERE m.part = c.part AND m.conversation = c.id \
            AND (m.content LIKE $3 ESCAPE '!' OR m.content LIKE $4 ESCAPE '!')))";
    FORGET_IN_EVENTS = "UPDATE event SET conversation = NULL WHERE conversation = $1";
    FORGET_IN_INCIDENTS = "UPDATE incident SET conversation = NULL WHERE account = $1 AND conversation = $2";
    // Between the ids and times that its rows can have: days that are kept apart and are not its own are not looked into.
    DELETE_MESSAGES = "DELETE FROM message WHERE part = $1 AND conversation = $2 AND id >= $3 AND id < $4";
    DELETE_TURNS = "DELETE FROM turn WHERE part = $1 AND conversation = $2 AND at >= $3 AND at < $4";
    DELETE_CALLS = "DELETE FROM call WHERE part = $1 AND conversation = $2";
    DELETE_FILE = "DELETE FROM media WHERE account = $1 AND id = $2";
    DELETE_ENDED = concat!("DELETE FROM conversation WHERE part = $1 AND id = $2 AND status = ", ended!(), " AND ended_at < $3");
    // Nothing left of them but who they are.
    LEFT_ALONE = "SELECT id FROM contact WHERE part = $1 AND id = $2 AND coalesce(last_inbound_at, created_at) < $3 \
        AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.contact = $2) \
        AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.contact = $2)";
    OPTED_OUT = "SELECT contact FROM opt_out WHERE integration = $1 AND contact = $2";
    // A wish for no marketing outlives what was said: it needs the number, and no name.
    FORGET_NAME = "UPDATE contact SET name = NULL, username = NULL WHERE part = $1 AND id = $2";
    DELETE_FILES = "DELETE FROM media WHERE contact = $2 AND CAST($1 AS BIGINT) >= 0";
    DELETE_LETTERS = "DELETE FROM dead_letter WHERE part = $1 AND contact = $2";
    DELETE_TIMERS = "DELETE FROM timer WHERE part = $1 AND contact = $2";
    DELETE_ALIASES = "DELETE FROM contact_alias WHERE part = $1 AND contact = $2";
    DELETE_CONTACT = "DELETE FROM contact WHERE part = $1 AND id = $2 AND coalesce(last_inbound_at, created_at) < $3 \
        AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.contact = $2) \
        AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.contact = $2)";
    LAST_RUN = "SELECT value FROM installation WHERE key = $1";
    SET_LAST_RUN = "INSERT INTO installation (key, value) VALUES ($1, $2) \
        ON CONFLICT (key) DO UPDATE SET value = excluded.value";
}

/// How much earlier or later than its conversation a message may have been made, by a machine's clock that was set.
const SLACK: Duration = Duration::from_hours(48);

/// A conversation that ended long ago.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Over {
    /// Whose.
    pub account: Id<Account>,
    /// The slice of work.
    pub part: Part,
    /// Which.
    pub id: Id<Conversation>,
    /// With whom.
    pub contact: Id<Contact>,
    /// On which number.
    pub integration: Id<Integration>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Where it stands in the list.
    pub listed_at: Timestamp,
}

/// What the last round for an account did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRun {
    /// When it ended.
    pub at: Timestamp,
    /// Conversations that it erased.
    pub conversations: u64,
    /// People who went with them.
    pub contacts: u64,
    /// Files that went with them.
    pub files: u64,
}

impl Store {
    /// The accounts whose ended conversations are erased, and after how many days. An account whose settings cannot be read
    /// is an error of its own.
    pub async fn retentions(&self) -> Result<Vec<(Id<Account>, Result<u32>)>> {
        let rows = self.db.query(ACCOUNTS, vec![]).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let days = match row.json::<AccountSettings>(1) {
                Ok(settings) => match settings.retention_days {
                    Some(days) => Ok(days),
                    None => continue,
                },
                Err(error) => Err(error),
            };
            found.push((row.id(0)?, days));
        }
        Ok(found)
    }

    /// Conversations of an account that ended before `before`, the oldest first, behind `after`.
    pub async fn over_before(
        &self,
        account: Id<Account>,
        before: Timestamp,
        after: Option<(Timestamp, Id<Conversation>)>,
        limit: u32,
    ) -> Result<Vec<Over>> {
        let (at, id) = after.unwrap_or((Timestamp::from_millis(i64::MIN), Id::from_bytes([0; 16])));
        let values = vec![account.into(), before.into(), at.into(), id.into(), i64::from(limit).into()];
        self.db.query(OVER, values).await?.iter().map(read).collect()
    }

    /// The files that a conversation names and no other one with the same contact.
    pub async fn files_of_conversation(&self, it: &Over) -> Result<Vec<Id<Media>>> {
        let mut own = Vec::new();
        for row in self.db.query(FILES, vec![it.account.into(), it.contact.into()]).await? {
            let (id, meta_id): (Id<Media>, _) = (row.id(0)?, row.optional_text(1)?);
            let ours = format!("%{}%", id.to_string().replace('_', "!_"));
            // As JSON has it. What has no id at Meta is looked for by ours alone.
            let metas = meta_id.map_or_else(|| ours.clone(), |id| format!("%\"{}\"%", plain(&id)));
            let values = vec![part(it.part), it.contact.into(), ours.into(), metas.into()];
            let named_by = self.db.query(NAMED_BY, values).await?;
            let named_by: Vec<Id<Conversation>> =
                named_by.iter().map(|row| row.id(0)).collect::<Result<_>>()?;
            if named_by == [it.id] {
                own.push(id);
            }
        }
        Ok(own)
    }

    /// Erases a conversation with its transcript, and the rows of files whose bytes are gone. `false` when it is not there
    /// any more, or not over.
    pub async fn erase_conversation(
        &self,
        it: &Over,
        files: &[Id<Media>],
        before: Timestamp,
    ) -> Result<bool> {
        let (from, to) = (it.started_at.before(SLACK), it.ended_at.after(SLACK));
        let key = || vec![part(it.part), it.id.into()];
        let within = |from: Value, to: Value| [key(), vec![from, to]].concat();
        let mut writes = vec![
            Write::one(DELETE_ENDED, [key(), vec![before.into()]].concat()),
            Write::any(FORGET_IN_EVENTS, vec![it.id.into()]),
            Write::any(FORGET_IN_INCIDENTS, vec![it.account.into(), it.id.into()]),
            Write::any(
                DELETE_MESSAGES,
                within(first_id::<Conversation>(from).into(), first_id::<Conversation>(to).into()),
            ),
            Write::any(DELETE_TURNS, within(from.into(), to.into())),
            Write::any(DELETE_CALLS, key()),
        ];
        let files = files.iter().map(|id| Write::any(DELETE_FILE, vec![it.account.into(), (*id).into()]));
        writes.extend(files);
        unless_stale(self.db.transact(writes).await)
    }

    /// Whether nothing is left of a contact but who they are, and nobody has heard of them since `before`.
    pub async fn is_left_alone(&self, it: &Over, before: Timestamp) -> Result<bool> {
        let values = vec![part(it.part), it.contact.into(), before.into()];
        Ok(self.db.query_one(LEFT_ALONE, values).await?.is_some())
    }

    /// Erases a contact of whom nothing is left; one who wants no marketing keeps their number, so that the wish stays
    /// known. Leaves a receipt. The files' bytes are gone before. `false` when they have come back meanwhile, or only the name went.
    pub async fn erase_left_alone(
        &self,
        it: &Over,
        before: Timestamp,
        (receipt, at): (Id<Erasure>, Timestamp),
    ) -> Result<bool> {
        let key = || vec![part(it.part), it.contact.into()];
        let wish = self.db.query(OPTED_OUT, vec![it.integration.into(), it.contact.into()]).await?;
        let rest =
            [DELETE_FILES, DELETE_LETTERS, DELETE_TIMERS].map(|statement| Write::any(statement, key()));
        let mut writes = Vec::from(rest);
        if !wish.is_empty() {
            writes.push(Write::any(FORGET_NAME, key()));
            return self.db.transact(writes).await.map(|_| false);
        }
        writes.push(Write::any(DELETE_ALIASES, key()));
        writes.push(Write::one(DELETE_CONTACT, [key(), vec![before.into()]].concat()));
        let counts = r#"{"contacts":1}"#;
        let values =
            vec![receipt.into(), it.account.into(), Value::Null, it.contact.into(), counts.into(), at.into()];
        writes.push(Write::one(INSERT_RECEIPT, values));
        unless_stale(self.db.transact(writes).await)
    }

    /// Writes down what a round for an account did.
    pub async fn set_last_retention(&self, account: Id<Account>, run: &LastRun) -> Result<()> {
        let value = serde_json::to_string(run).map_err(|error| Error::Corrupt(error.to_string()))?;
        self.db
            .transact(vec![Write::any(SET_LAST_RUN, vec![run_key(account), value.into()])])
            .await
            .map(|_| ())
    }

    /// What the last round for an account did. `None`: there was none.
    pub async fn last_retention(&self, account: Id<Account>) -> Result<Option<LastRun>> {
        let row = self.db.query_one(LAST_RUN, vec![run_key(account)]).await?;
        row.map(|row| row.json(0)).transpose()
    }
}

fn part(part: Part) -> Value {
    i64::from(part.number()).into()
}

fn run_key(account: Id<Account>) -> Value {
    format!("retention/{account}").into()
}

/// A text that stands for itself in a pattern.
fn plain(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

fn unless_stale(outcome: Result<Vec<usize>>) -> Result<bool> {
    match outcome {
        Ok(_) => Ok(true),
        Err(Error::Stale) => Ok(false),
        Err(error) => Err(error),
    }
}

fn read(row: &Row) -> Result<Over> {
    let number = row.int(0)?;
    let part = u16::try_from(number).ok().and_then(Part::from_number);
    Ok(Over {
        part: part.ok_or_else(|| super::conversation::unknown("part", number))?,
        id: row.id(1)?,
        contact: row.id(2)?,
        integration: row.id(3)?,
        account: row.id(4)?,
        started_at: row.time(5)?,
        ended_at: row.time(6)?,
        listed_at: row.time(7)?,
    })
}
