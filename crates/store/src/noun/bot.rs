//! Bots: a draft that is edited under a revision, and versions that never change.

use std::time::Duration;

use chasqui_model::account::Account;
use chasqui_model::bot::{Bot, Version};
use chasqui_model::integration::{Integration, Phone};
use chasqui_model::{Id, Timestamp};

use crate::db::{Write, statements};
use crate::value::Row;
use crate::{Result, Store};

macro_rules! columns {
    () => {
        columns!("")
    };
    ($t:literal) => {
        concat!(
            $t,
            "id, ",
            $t,
            "account, ",
            $t,
            "name, ",
            $t,
            "revision, ",
            $t,
            "version, ",
            $t,
            "published_revision, ",
            $t,
            "created_at, ",
            $t,
            "updated_at, ",
            $t,
            "published_at"
        )
    };
}

/// The oldest of the versions that are too many and may go: nobody has published them lately, and no open conversation began with them. A conversation
/// that was led into a bot keeps its version in its state, where it is not looked for: by the time of a version it is over.
macro_rules! gone {
    () => {
        concat!("v.bot = $1 AND v.number IN (SELECT w.number FROM bot_version w WHERE w.bot = $1 AND w.number < $3 \
         AND w.created_at < $4 AND NOT EXISTS (SELECT 1 FROM conversation c \
         WHERE c.account = $2 AND c.bot = $1 AND c.bot_version = w.number AND c.status < ", ended!(), ") ORDER BY w.number LIMIT \
         (SELECT CASE WHEN COUNT(*) > $5 THEN COUNT(*) - $5 ELSE 0 END FROM bot_version x WHERE x.bot = $1))")
    };
}

/// How long a version stays that is more than a bot may have: no conversation takes longer.
const VERSIONS_STAY: Duration = Duration::from_hours(30 * 24);

statements! {
    PUBLISHED_VERSION = "SELECT version FROM bot WHERE id = $1";
    VERSION = "SELECT bot, number, definition, created_at FROM bot_version WHERE bot = $1 AND number = $2";
    NAME = "SELECT name FROM bot WHERE id = $1";
    OWNER = "SELECT account FROM bot WHERE id = $1";
    LIST = concat!("SELECT ", columns!(), " FROM bot WHERE account = $1 AND id > $2 ORDER BY id LIMIT $3");
    GET = concat!("SELECT ", columns!(), " FROM bot WHERE account = $1 AND id = $2");
    INSERT = "INSERT INTO bot (id, account, name, draft, draft_bytes, revision, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
    RENAME = "UPDATE bot SET name = $3, updated_at = $4 WHERE account = $1 AND id = $2";
    // A bot that answers somewhere, or still has to finish a conversation, stays.
    DELETE = concat!("DELETE FROM bot WHERE account = $1 AND id = $2 \
        AND NOT EXISTS (SELECT 1 FROM integration WHERE account = $1 AND bot = $2) \
        AND NOT EXISTS (SELECT 1 FROM conversation WHERE account = $1 AND bot = $2 AND status < ", ended!(), ")");
    DELETE_VERSIONS = "DELETE FROM bot_version WHERE bot = $1";
    DRAFT = "SELECT revision, draft FROM bot WHERE account = $1 AND id = $2";
    DRAFT_BYTES = "SELECT draft_bytes FROM bot WHERE account = $1 AND id = $2";
    SAVE_DRAFT = "UPDATE bot SET draft = $4, draft_bytes = $6, revision = revision + 1, updated_at = $5 \
        WHERE account = $1 AND id = $2 AND revision = $3";
    ADD_VERSION = "INSERT INTO bot_version (bot, number, definition, created_at) \
        SELECT id, coalesce(version, 0) + 1, draft, $5 FROM bot \
        WHERE account = $1 AND id = $2 AND revision = $3 AND coalesce(version, 0) = $4";
    PUBLISH = "UPDATE bot SET version = coalesce(version, 0) + 1, published_revision = revision, published_at = $5, \
        version_bytes = version_bytes + draft_bytes \
        WHERE account = $1 AND id = $2 AND revision = $3 AND coalesce(version, 0) = $4";
    LIGHTEN = concat!("UPDATE bot SET version_bytes = version_bytes - (SELECT coalesce(SUM(octet_length(definition)), 0) \
        FROM bot_version v WHERE ", gone!(), ") WHERE account = $2 AND id = $1");
    DROP_VERSIONS = concat!("DELETE FROM bot_version AS v WHERE ", gone!());
    VERSIONS = "SELECT v.number, v.created_at FROM bot_version v JOIN bot b ON b.id = v.bot \
        WHERE b.account = $1 AND b.id = $2 AND v.number < $3 ORDER BY v.number DESC LIMIT $4";
    VERSION_OF = "SELECT v.bot, v.number, v.definition, v.created_at FROM bot_version v JOIN bot b ON b.id = v.bot \
        WHERE b.account = $1 AND b.id = $2 AND v.number = $3";
    RUNNING = concat!("SELECT bot_version, count(*) FROM conversation WHERE account = $1 AND bot = $2 AND status < ", ended!(), " \
        GROUP BY bot_version ORDER BY bot_version");
    OF_NUMBERS = concat!("SELECT DISTINCT ", columns!("b."), " FROM integration i JOIN bot b ON b.id = i.bot \
        WHERE i.account = $1 AND i.id >= $2 AND i.id <= $3 AND b.account = $1");
    USERS_OF = "SELECT bot, id, name, active, phone, phone_number_id FROM integration WHERE account = $1 AND bot = $2 \
        ORDER BY id";
    USERS = "SELECT bot, id, name, active, phone, phone_number_id FROM integration WHERE account = $1 ORDER BY id";
}

/// A draft as it was last saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// A save must name it.
    pub revision: i64,
    /// The bot file, JSON.
    pub definition: String,
}

/// An integration that a bot answers on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The bot.
    pub bot: Id<Bot>,
    /// The integration.
    pub integration: Id<Integration>,
    /// Its name, else its number.
    pub name: String,
    /// Whether it is active.
    pub active: bool,
}

/// A published version without its definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// From 1.
    pub number: i64,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// The newest published version of a bot, for the runtime. `None` while there is none.
    pub async fn published_version(&self, bot: Id<Bot>) -> Result<Option<i64>> {
        let row = self.db.query_one(PUBLISHED_VERSION, vec![bot.into()]).await?;
        row.map_or(Ok(None), |row| row.optional_int(0))
    }

    /// One published version of a bot, for the runtime.
    pub async fn bot_version(&self, bot: Id<Bot>, number: i64) -> Result<Option<Version>> {
        let row = self.db.query_one(VERSION, vec![bot.into(), number.into()]).await?;
        row.as_ref().map(read_version).transpose()
    }

    /// Whose a bot is.
    pub async fn bot_owner(&self, id: Id<Bot>) -> Result<Option<Id<Account>>> {
        self.db.query_one(OWNER, vec![id.into()]).await?.map(|row| row.id(0)).transpose()
    }

    /// What a bot is called, for the runtime.
    pub async fn bot_name(&self, bot: Id<Bot>) -> Result<Option<String>> {
        let row = self.db.query_one(NAME, vec![bot.into()]).await?;
        row.map(|row| row.text(0).map(str::to_owned)).transpose()
    }

    /// An account's bots with an id above `after`, oldest first.
    pub async fn list_bots(
        &self,
        account: Id<Account>,
        after: Option<Id<Bot>>,
        limit: u32,
    ) -> Result<Vec<Bot>> {
        let after = after.unwrap_or(Id::from_bytes([0; 16]));
        let rows = self.db.query(LIST, vec![account.into(), after.into(), i64::from(limit).into()]).await?;
        rows.iter().map(read_bot).collect()
    }

    /// The bots that answer on an account's integrations from `first` to `last`.
    pub async fn bots_of_integrations(
        &self,
        account: Id<Account>,
        (first, last): (Id<Integration>, Id<Integration>),
    ) -> Result<Vec<Bot>> {
        let rows = self.db.query(OF_NUMBERS, vec![account.into(), first.into(), last.into()]).await?;
        rows.iter().map(read_bot).collect()
    }

    /// One bot of an account.
    pub async fn bot(&self, account: Id<Account>, id: Id<Bot>) -> Result<Option<Bot>> {
        let row = self.db.query_one(GET, vec![account.into(), id.into()]).await?;
        row.as_ref().map(read_bot).transpose()
    }

    /// Adds an unpublished bot with its draft.
    pub async fn insert_bot(&self, bot: &Bot, draft: String) -> Result<()> {
        let values = vec![
            bot.id.into(),
            bot.account.into(),
            bot.name.clone().into(),
            draft.clone().into(),
            length(&draft).into(),
            bot.revision.into(),
            bot.created_at.into(),
        ];
        self.db.transact(vec![Write::one(INSERT, values)]).await.map(|_| ())
    }

    /// Renames a bot. `false` when the account has no such bot.
    pub async fn rename_bot(
        &self,
        account: Id<Account>,
        id: Id<Bot>,
        name: String,
        now: Timestamp,
    ) -> Result<bool> {
        let values = vec![account.into(), id.into(), name.into(), now.into()];
        Ok(self.db.transact(vec![Write::any(RENAME, values)]).await? == [1])
    }

    /// Deletes a bot with its versions. [`crate::Error::Stale`] when it is not there or still in use: by an integration
    /// or an open conversation.
    pub async fn delete_bot(&self, account: Id<Account>, id: Id<Bot>) -> Result<()> {
        let writes = vec![
            Write::one(DELETE, vec![account.into(), id.into()]),
            Write::any(DELETE_VERSIONS, vec![id.into()]),
        ];
        self.db.transact(writes).await.map(|_| ())
    }

    /// A bot's draft.
    pub async fn draft(&self, account: Id<Account>, id: Id<Bot>) -> Result<Option<Draft>> {
        let row = self.db.query_one(DRAFT, vec![account.into(), id.into()]).await?;
        row.map(|row| Ok(Draft { revision: row.int(0)?, definition: row.text(1)?.to_owned() })).transpose()
    }

    /// How many bytes a bot's draft has.
    pub async fn draft_bytes(&self, account: Id<Account>, id: Id<Bot>) -> Result<i64> {
        let row = self.db.query_one(DRAFT_BYTES, vec![account.into(), id.into()]).await?;
        row.map_or(Ok(0), |row| row.int(0))
    }

    /// Saves a draft that was made from `revision`, and answers the next revision. [`crate::Error::Stale`] when the
    /// draft has another one by now, or the account has no such bot.
    pub async fn save_draft(
        &self,
        account: Id<Account>,
        id: Id<Bot>,
        revision: i64,
        definition: String,
        now: Timestamp,
    ) -> Result<i64> {
        let bytes = length(&definition);
        let values =
            vec![account.into(), id.into(), revision.into(), definition.into(), now.into(), bytes.into()];
        self.db.transact(vec![Write::one(SAVE_DRAFT, values)]).await?;
        Ok(revision + 1)
    }

    /// Makes the draft, as it stands in `bot`'s revision, its next version, and answers that version's number.
    /// [`crate::Error::Stale`] when the draft or the newest version is another one by now. The oldest versions make room
    /// when there are more than `most`; [`crate::Error::Full`] when too few can go.
    pub async fn publish_bot(&self, bot: &Bot, most: i64, now: Timestamp) -> Result<i64> {
        let newest = bot.version.unwrap_or(0);
        let values = vec![bot.account.into(), bot.id.into(), bot.revision.into(), newest.into(), now.into()];
        let mut writes = vec![Write::one(ADD_VERSION, values.clone()), Write::one(PUBLISH, values)];
        let made = newest + 1;
        if made > most {
            let before = now.before(VERSIONS_STAY);
            let values = vec![bot.id.into(), bot.account.into(), made.into(), before.into(), most.into()];
            writes.push(Write::any(LIGHTEN, values.clone()));
            writes.push(Write::any(DROP_VERSIONS, values));
            writes.push(super::quota::versions_hold(bot.account, bot.id, most));
        }
        self.db.transact(writes).await?;
        Ok(made)
    }

    /// Published versions with a number below `before`, newest first.
    pub async fn list_bot_versions(
        &self,
        account: Id<Account>,
        id: Id<Bot>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Published>> {
        let before = before.unwrap_or(i64::MAX);
        let values = vec![account.into(), id.into(), before.into(), i64::from(limit).into()];
        let rows = self.db.query(VERSIONS, values).await?;
        rows.iter().map(|row| Ok(Published { number: row.int(0)?, at: row.time(1)? })).collect()
    }

    /// One published version of an account's bot.
    pub async fn version_of_bot(
        &self,
        account: Id<Account>,
        id: Id<Bot>,
        number: i64,
    ) -> Result<Option<Version>> {
        let row = self.db.query_one(VERSION_OF, vec![account.into(), id.into(), number.into()]).await?;
        row.as_ref().map(read_version).transpose()
    }

    /// How many open conversations each version of a bot has; versions without any are left out.
    pub async fn running_versions(&self, account: Id<Account>, id: Id<Bot>) -> Result<Vec<(i64, i64)>> {
        let rows = self.db.query(RUNNING, vec![account.into(), id.into()]).await?;
        rows.iter().map(|row| Ok((row.int(0)?, row.int(1)?))).collect()
    }

    /// Where one of an account's bots answers.
    pub async fn users_of_bot(&self, account: Id<Account>, bot: Id<Bot>) -> Result<Vec<User>> {
        self.db.query(USERS_OF, vec![account.into(), bot.into()]).await?.iter().map(read_user).collect()
    }

    /// Where an account's bots answer.
    pub async fn bot_users(&self, account: Id<Account>) -> Result<Vec<User>> {
        self.db.query(USERS, vec![account.into()]).await?.iter().map(read_user).collect()
    }
}

fn length(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}

fn read_user(row: &Row) -> Result<User> {
    let number =
        row.json::<Phone>(4)?.display_phone_number.map_or_else(|| row.text(5).map(str::to_owned), Ok)?;
    Ok(User {
        bot: row.id(0)?,
        integration: row.id(1)?,
        name: row.optional_text(2)?.unwrap_or(number),
        active: row.flag(3)?,
    })
}

fn read_bot(row: &Row) -> Result<Bot> {
    Ok(Bot {
        id: row.id(0)?,
        account: row.id(1)?,
        name: row.text(2)?.to_owned(),
        revision: row.int(3)?,
        version: row.optional_int(4)?,
        published_revision: row.optional_int(5)?,
        created_at: row.time(6)?,
        updated_at: row.time(7)?,
        published_at: row.optional_time(8)?,
    })
}

fn read_version(row: &Row) -> Result<Version> {
    Ok(Version {
        bot: row.id(0)?,
        number: row.int(1)?,
        definition: row.text(2)?.to_owned(),
        created_at: row.time(3)?,
    })
}
