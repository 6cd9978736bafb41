//! What an account keeps, and the limits of it. What people add is counted in the transaction that adds it, by indexes that
//! hold no more rows than the limit allows; what comes with messages is counted from time to time, in slices.

use std::sync::Arc;

use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::event::Event;
use chasqui_model::quota::{AtLimit, Counted, Kind, Limits};
use chasqui_model::{Id, Timestamp};

use crate::db::{Statement, Write, statements};
use crate::guarded::Guarded;
use crate::value::Row;
use crate::{Error, Result, Store};

/// A write that changes nothing, and changes its row only while a limit holds.
macro_rules! holds {
    ($count:expr) => {
        concat!("UPDATE account SET quotas = quotas WHERE id = $1 AND ", $count, " <= $2")
    };
}

/// How many rows there are, at most one more than the limit.
macro_rules! bounded {
    ($rows:expr) => {
        concat!("(SELECT COUNT(*) FROM (SELECT 1 FROM ", $rows, " LIMIT CAST($2 AS BIGINT) + 1) AS found)")
    };
}

statements! {
    LIMITS = "SELECT quotas FROM account WHERE id = $1";
    SET_LIMITS = "UPDATE account SET quotas = $2 WHERE id = $1";
    COUNTED = "SELECT counted FROM account WHERE id = $1";
    // Of several processes that count, one tells.
    SET_COUNTED = "UPDATE account SET counted = $2 WHERE id = $1 AND counted = $3";
    QUOTAS_OF_ALL = "SELECT id, quotas, counted FROM account ORDER BY id";

    FILES_HOLD = holds!(bounded!("media WHERE account = $1 AND contact IS NULL"));
    FILE_BYTES_HOLD = holds!("(SELECT CAST(coalesce(SUM(size), 0) AS BIGINT) FROM media \
        WHERE account = $1 AND contact IS NULL)");
    BOTS_HOLD = holds!(bounded!("bot WHERE account = $1"));
    VERSIONS_HOLD = holds!("(SELECT COUNT(*) FROM (SELECT 1 FROM bot_version WHERE bot = $3 LIMIT CAST($2 AS BIGINT) + 1) AS found)");
    BOT_BYTES_HOLD = holds!("(SELECT CAST(coalesce(SUM(draft_bytes + version_bytes), 0) AS BIGINT) FROM bot \
        WHERE account = $1)");
    INTEGRATIONS_HOLD = holds!(bounded!("integration WHERE account = $1"));
    CONNECTIONS_HOLD = holds!(bounded!("connection WHERE account = $1"));
    API_TOKENS_HOLD = holds!(bounded!("api_token WHERE account = $1"));
    PEOPLE_HOLD = holds!(concat!(bounded!("membership WHERE account = $1"), " + ",
        bounded!("invitation WHERE account = $1")));

    IN_USE = "SELECT \
        (SELECT COUNT(*) FROM media WHERE account = $1 AND contact IS NULL), \
        (SELECT CAST(coalesce(SUM(size), 0) AS BIGINT) FROM media WHERE account = $1 AND contact IS NULL), \
        (SELECT COUNT(*) FROM bot WHERE account = $1), \
        (SELECT CAST(coalesce(SUM(draft_bytes + version_bytes), 0) AS BIGINT) FROM bot WHERE account = $1), \
        (SELECT COUNT(*) FROM integration WHERE account = $1), \
        (SELECT COUNT(*) FROM connection WHERE account = $1), \
        (SELECT COUNT(*) FROM api_token WHERE account = $1), \
        (SELECT COUNT(*) FROM membership WHERE account = $1) + (SELECT COUNT(*) FROM invitation WHERE account = $1)";
    UPLOADS_IN_USE = "SELECT COUNT(*), CAST(coalesce(SUM(size), 0) AS BIGINT) FROM media \
        WHERE account = $1 AND contact IS NULL";
    MOST_VERSIONS = "SELECT coalesce(MAX(number), 0) FROM (SELECT COUNT(*) AS number FROM bot_version v \
        JOIN bot b ON b.id = v.bot WHERE b.account = $1 GROUP BY v.bot) AS each";

    CONTACTS_UNTIL = "SELECT id FROM contact WHERE account = $1 AND id > $2 ORDER BY id LIMIT 1 OFFSET $3";
    CONTACTS_REST = "SELECT COUNT(*) FROM contact WHERE account = $1 AND id > $2";
    EVENTS_UNTIL = "SELECT id FROM event WHERE account = $1 AND id > $2 ORDER BY id LIMIT 1 OFFSET $3";
    EVENTS_REST = "SELECT COUNT(*) FROM event WHERE account = $1 AND id > $2";
    RECEIVED_SLICE = "SELECT id, size FROM media WHERE account = $1 AND contact IS NOT NULL AND id > $2 \
        ORDER BY id LIMIT $3";

    // The newest of those that are too many.
    EVENTS_OVER = "SELECT id FROM event WHERE account = $1 ORDER BY id DESC LIMIT 1 OFFSET $2";
    // What no incident has counted yet stays until it has.
    DROP_EVENTS = "DELETE FROM event WHERE account = $1 AND id IN (SELECT id FROM event WHERE account = $1 \
        AND id <= $2 AND noted = 1 ORDER BY id LIMIT $3)";
}

/// Rows that are counted in one go.
const SLICE: i64 = 20_000;

/// A limit that a change is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Of what.
    pub kind: Kind,
    /// How much there may be afterwards.
    pub limit: i64,
}

/// What an account keeps of what people add.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InUse(std::collections::BTreeMap<Kind, i64>);

impl InUse {
    /// How much of a kind there is.
    pub fn of(&self, kind: Kind) -> i64 {
        self.0.get(&kind).copied().unwrap_or(0)
    }
}

/// An account with what is set for it and what was counted of it.
#[derive(Clone, Debug)]
pub struct OfAccount {
    /// Whose.
    pub account: Id<Account>,
    /// What the operator set.
    pub limits: Limits,
    /// What was counted last.
    pub counted: Counted,
    /// As it stands in the store: whoever counts next names it.
    pub stamp: String,
}

/// The write that fails when a limit is passed; `None` for what nothing is refused of, or what is counted per bot.
fn guard(account: Id<Account>, Room { kind, limit }: Room) -> Option<Write> {
    let statement: Option<Statement> = match kind {
        Kind::Files => Some(FILES_HOLD),
        Kind::FileBytes => Some(FILE_BYTES_HOLD),
        Kind::Bots => Some(BOTS_HOLD),
        Kind::BotBytes => Some(BOT_BYTES_HOLD),
        Kind::Integrations => Some(INTEGRATIONS_HOLD),
        Kind::Connections => Some(CONNECTIONS_HOLD),
        Kind::ApiTokens => Some(API_TOKENS_HOLD),
        Kind::People => Some(PEOPLE_HOLD),
        Kind::Versions | Kind::KeyBytes | Kind::Contacts | Kind::ReceivedBytes | Kind::Events => None,
    };
    let mut write = Write::one(statement?, vec![account.into(), limit.into()]);
    write.limits = Some(Room { kind, limit });
    Some(write)
}

/// The write that fails when a bot has more versions than it may.
pub(super) fn versions_hold(account: Id<Account>, bot: Id<Bot>, limit: i64) -> Write {
    let mut write = Write::one(VERSIONS_HOLD, vec![account.into(), limit.into(), bot.into()]);
    write.limits = Some(Room { kind: Kind::Versions, limit });
    write
}

impl Store {
    /// The same store, whose next change through the façade keeps within these limits of an account, or changes nothing
    /// and answers [`Error::Full`].
    #[must_use]
    pub fn within(&self, account: Id<Account>, room: &[Room]) -> Self {
        debug_assert!(room.iter().all(|it| it.kind.at_limit() == AtLimit::Refused));
        let guards = room.iter().filter_map(|room| guard(account, *room)).collect();
        let guarded = Guarded { db: Arc::clone(&self.db), guards };
        Self { db: Arc::new(guarded), hot: Arc::clone(&self.hot), vault: self.vault.clone() }
    }

    /// The limits that the operator set for an account.
    pub async fn limits(&self, account: Id<Account>) -> Result<Limits> {
        let row = self.db.query_one(LIMITS, vec![account.into()]).await?;
        row.map_or_else(|| Ok(Limits::default()), |row| row.json(0))
    }

    /// Sets the limits of an account. `false` when there is no such account.
    pub async fn set_limits(&self, account: Id<Account>, limits: &Limits) -> Result<bool> {
        let text = json(limits)?;
        Ok(self.db.transact(vec![Write::any(SET_LIMITS, vec![account.into(), text.into()])]).await? == [1])
    }

    /// What an account keeps of what people add. For a page: each figure is read from an index.
    pub async fn in_use(&self, account: Id<Account>) -> Result<InUse> {
        let mut all = InUse::default();
        if let Some(row) = self.db.query_one(IN_USE, vec![account.into()]).await? {
            let kinds = [
                Kind::Files,
                Kind::FileBytes,
                Kind::Bots,
                Kind::BotBytes,
                Kind::Integrations,
                Kind::Connections,
                Kind::ApiTokens,
                Kind::People,
            ];
            for (column, kind) in kinds.into_iter().enumerate() {
                all.0.insert(kind, row.int(column)?);
            }
        }
        if let Some(row) = self.db.query_one(MOST_VERSIONS, vec![account.into()]).await? {
            all.0.insert(Kind::Versions, row.int(0)?);
        }
        all.0.insert(Kind::KeyBytes, self.attempts_kept(account).await?);
        Ok(all)
    }

    /// How many files people of an account uploaded, and how many bytes they have.
    pub async fn uploads_in_use(&self, account: Id<Account>) -> Result<(i64, i64)> {
        let row = self.db.query_one(UPLOADS_IN_USE, vec![account.into()]).await?;
        row.map_or(Ok((0, 0)), |row| Ok((row.int(0)?, row.int(1)?)))
    }

    /// What was counted last of what grows with messages. `None` before it was counted for the first time.
    pub async fn counted(&self, account: Id<Account>) -> Result<Option<Counted>> {
        let row = self.db.query_one(COUNTED, vec![account.into()]).await?;
        row.map_or(Ok(None), |row| read_counted(row.text(0)?))
    }

    /// Every account with its limits and what was counted of it.
    pub async fn quotas(&self) -> Result<Vec<OfAccount>> {
        let read = |row: &Row| {
            let stamp = row.text(2)?.to_owned();
            let counted = read_counted(&stamp)?.unwrap_or_default();
            Ok(OfAccount { account: row.id(0)?, limits: row.json(1)?, counted, stamp })
        };
        self.db.query(QUOTAS_OF_ALL, vec![]).await?.iter().map(read).collect()
    }

    /// Counts what grows with messages, in slices, so that nobody waits for long.
    pub async fn count(&self, account: Id<Account>, now: Timestamp) -> Result<Counted> {
        Ok(Counted {
            contacts: self.count_rows(account, CONTACTS_UNTIL, CONTACTS_REST).await?,
            events: self.count_rows(account, EVENTS_UNTIL, EVENTS_REST).await?,
            received_bytes: self.sum_received(account).await?,
            at: now.millis(),
        })
    }

    async fn count_rows(&self, account: Id<Account>, until: Statement, rest: Statement) -> Result<i64> {
        let (mut after, mut sum) = (Id::<Event>::from_bytes([0; 16]), 0);
        loop {
            let values = vec![account.into(), after.into(), (SLICE - 1).into()];
            let Some(row) = self.db.query_one(until, values).await? else { break };
            after = row.id(0)?;
            sum += SLICE;
        }
        let row = self.db.query_one(rest, vec![account.into(), after.into()]).await?;
        Ok(sum + row.map_or(Ok(0), |row| row.int(0))?)
    }

    async fn sum_received(&self, account: Id<Account>) -> Result<i64> {
        let (mut after, mut sum) = (Id::<Event>::from_bytes([0; 16]), 0_i64);
        loop {
            let values = vec![account.into(), after.into(), SLICE.into()];
            let rows = self.db.query(RECEIVED_SLICE, values).await?;
            for row in &rows {
                sum = sum.saturating_add(row.optional_int(1)?.unwrap_or(0));
            }
            match rows.last() {
                Some(last) if i64::try_from(rows.len()) == Ok(SLICE) => after = last.id(0)?,
                _ => return Ok(sum),
            }
        }
    }

    /// Keeps what was counted. `false` when somebody else counted meanwhile.
    pub async fn set_counted(&self, of: &OfAccount, counted: &Counted) -> Result<bool> {
        let values = vec![of.account.into(), json(counted)?.into(), of.stamp.clone().into()];
        Ok(self.db.transact(vec![Write::any(SET_COUNTED, values)]).await? == [1])
    }

    /// The newest event of those that are more than an account may keep.
    pub async fn events_over(&self, account: Id<Account>, limit: i64) -> Result<Option<Id<Event>>> {
        let row = self.db.query_one(EVENTS_OVER, vec![account.into(), limit.into()]).await?;
        row.map(|row| row.id(0)).transpose()
    }

    /// Drops an account's oldest events up to this one, a few at a time. Answers how many went.
    pub async fn drop_events(&self, account: Id<Account>, until: Id<Event>, most: u32) -> Result<usize> {
        let values = vec![account.into(), until.into(), i64::from(most).into()];
        Ok(self.db.transact(vec![Write::any(DROP_EVENTS, values)]).await?.into_iter().sum())
    }
}

fn read_counted(text: &str) -> Result<Option<Counted>> {
    if text == "{}" {
        return Ok(None);
    }
    serde_json::from_str(text).map(Some).map_err(|error| Error::Corrupt(error.to_string()))
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Corrupt(error.to_string()))
}
