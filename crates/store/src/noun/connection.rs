//! Connections: an account's ways into services, with sealed secrets; and how many people bots have mailed.

use chasqui_model::account::Account;
use chasqui_model::bot::Bot;
use chasqui_model::connection::{Connection, Kind, Settings};
use chasqui_model::secret::Secret;
use chasqui_model::{Id, Timestamp};

use crate::db::{Write, statements};
use crate::value::Row;
use crate::{Error, Result, Store};

macro_rules! columns {
    () => {
        "id, account, name, settings, secret, refresh_token, created_at, updated_at, secret_saved_at"
    };
}

statements! {
    LIST = concat!("SELECT ", columns!(), " FROM connection WHERE account = $1 AND id > $2 ORDER BY id LIMIT $3");
    GET = concat!("SELECT ", columns!(), " FROM connection WHERE account = $1 AND id = $2");
    NAMED = concat!("SELECT ", columns!(), " FROM connection WHERE account = $1 AND name = $2");
    NAMES = "SELECT name, settings FROM connection WHERE account = $1";
    INSERT = "INSERT INTO connection (id, account, name, settings, secret, refresh_token, created_at, updated_at, secret_saved_at) \
        VALUES ($1, $2, $3, $4, $5, NULL, $6, $7, $8)";
    // Only while it is what was read: a secret must not meet an address that it was not given for.
    CHANGE = "UPDATE connection SET settings = $3, updated_at = $4 WHERE account = $1 AND id = $2 AND updated_at = $5 \
        AND secret_saved_at = $6";
    // What somebody agreed to at another place, or is asked there, is void.
    DISCONNECT = "UPDATE connection SET refresh_token = NULL, pending = NULL WHERE id = $1";
    SET_SECRET = "UPDATE connection SET secret = $2, secret_saved_at = $3 WHERE id = $1";
    DELETE = "DELETE FROM connection WHERE account = $1 AND id = $2";
    SET_PENDING = "UPDATE connection SET pending = $3 WHERE account = $1 AND id = $2";
    PENDING = "SELECT pending FROM connection WHERE account = $1 AND id = $2 AND pending IS NOT NULL";
    // Only whoever still finds the authorisation that was read may end it.
    TAKE_PENDING = "UPDATE connection SET pending = NULL WHERE account = $1 AND id = $2 AND pending = $3";
    SET_REFRESH = "UPDATE connection SET refresh_token = $2, updated_at = $3 WHERE id = $1";
    GRANT = "UPDATE connection SET refresh_token = $2, updated_at = $3 WHERE id = $1 AND updated_at = $4";
    COUNT = "INSERT INTO mail_count (account, bot, day, recipients) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (account, bot, day) DO UPDATE SET recipients = mail_count.recipients + $4 \
        WHERE mail_count.recipients + $4 <= $5";
    FORGET_COUNTS = "DELETE FROM mail_count WHERE day < $1";
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Store {
    /// An account's connections with an id above `after`, oldest first.
    pub async fn list_connections(
        &self,
        account: Id<Account>,
        after: Option<Id<Connection>>,
        limit: u32,
    ) -> Result<Vec<Connection>> {
        let after = after.unwrap_or(Id::from_bytes([0; 16]));
        let rows = self.db.query(LIST, vec![account.into(), after.into(), i64::from(limit).into()]).await?;
        let read = |row: &Row| match self.read_connection(row) {
            Ok(it) => Some(it),
            Err(error) => {
                tracing::error!(%error, "a connection is damaged and is left out");
                None
            }
        };
        Ok(rows.iter().filter_map(read).collect())
    }

    /// One of an account's connections.
    pub async fn connection(&self, account: Id<Account>, id: Id<Connection>) -> Result<Option<Connection>> {
        let row = self.db.query_one(GET, vec![account.into(), id.into()]).await?;
        row.map(|row| self.read_connection(&row)).transpose()
    }

    /// The connection that an account's bots know by this name.
    pub async fn connection_named(&self, account: Id<Account>, name: &str) -> Result<Option<Connection>> {
        let row = self.db.query_one(NAMED, vec![account.into(), name.into()]).await?;
        row.map(|row| self.read_connection(&row)).transpose()
    }

    /// The names of an account's connections, and what each leads to.
    pub async fn connection_names(&self, account: Id<Account>) -> Result<Vec<(String, Kind)>> {
        let rows = self.db.query(NAMES, vec![account.into()]).await?;
        rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.json::<Settings>(1)?.kind()))).collect()
    }

    /// Adds a connection. [`Error::Exists`] when the account has one of this name.
    pub async fn insert_connection(&self, it: &Connection) -> Result<()> {
        let values = vec![
            it.id.into(),
            it.account.into(),
            it.name.clone().into(),
            json(&it.settings)?.into(),
            self.vault.seal(&place(it.id, "secret"), &it.secret)?.into(),
            it.created_at.into(),
            it.updated_at.into(),
            it.secret_saved_at.into(),
        ];
        self.db.transact(vec![Write::one(INSERT, values)]).await.map(|_| ())
    }

    /// Changes where a connection leads, and its secret when one is given. What somebody agreed to for another place ends in
    /// the same transaction. `false` when the connection is not what `before` says any more: changed meanwhile, or gone.
    pub async fn change_connection(
        &self,
        before: &Connection,
        settings: &Settings,
        secret: Option<&Secret>,
        now: Timestamp,
    ) -> Result<bool> {
        let id = before.id;
        let values = vec![
            before.account.into(),
            id.into(),
            json(settings)?.into(),
            now.into(),
            before.updated_at.into(),
            before.secret_saved_at.into(),
        ];
        let mut writes = vec![Write::one(CHANGE, values)];
        if let Some(secret) = secret {
            let sealed = self.vault.seal(&place(id, "secret"), secret)?;
            writes.push(Write::one(SET_SECRET, vec![id.into(), sealed.into(), now.into()]));
        }
        if *settings != before.settings {
            writes.push(Write::one(DISCONNECT, vec![id.into()]));
        }
        match self.db.transact(writes).await {
            Ok(_) => Ok(true),
            Err(Error::Stale) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Deletes a connection with its secrets. `false` when the account has no such one.
    pub async fn delete_connection(&self, account: Id<Account>, id: Id<Connection>) -> Result<bool> {
        Ok(self.db.transact(vec![Write::any(DELETE, vec![account.into(), id.into()])]).await? == [1])
    }

    /// An authorisation begins; one that was under way is forgotten. `false` when the account has no such connection.
    pub async fn begin_authorisation(
        &self,
        account: Id<Account>,
        id: Id<Connection>,
        pending: &Secret,
    ) -> Result<bool> {
        let sealed = self.vault.seal(&place(id, "pending"), pending)?;
        let write = Write::any(SET_PENDING, vec![account.into(), id.into(), sealed.into()]);
        Ok(self.db.transact(vec![write]).await? == [1])
    }

    /// The authorisation that was begun, once: the next one who asks gets `None`.
    pub async fn take_authorisation(
        &self,
        account: Id<Account>,
        id: Id<Connection>,
    ) -> Result<Option<Secret>> {
        let row = self.db.query_one(PENDING, vec![account.into(), id.into()]).await?;
        let Some(row) = row else { return Ok(None) };
        let sealed = row.blob(0)?.to_vec();
        let take = Write::any(TAKE_PENDING, vec![account.into(), id.into(), sealed.clone().into()]);
        if self.db.transact(vec![take]).await? != [1] {
            return Ok(None);
        }
        self.vault.open(&place(id, "pending"), &sealed).map(Some)
    }

    /// Somebody has agreed, or what they agreed to is over.
    pub async fn set_refresh_token(
        &self,
        id: Id<Connection>,
        token: Option<&Secret>,
        now: Timestamp,
    ) -> Result<()> {
        let sealed = token.map(|token| self.vault.seal(&place(id, "refresh_token"), token)).transpose()?;
        let values = vec![id.into(), sealed.into(), now.into()];
        self.db.transact(vec![Write::any(SET_REFRESH, values)]).await.map(|_| ())
    }

    /// Somebody has agreed. `false`, and nothing is kept, when the connection changed since it was read: they agreed to what it
    /// was.
    pub async fn grant(&self, before: &Connection, token: &Secret, now: Timestamp) -> Result<bool> {
        let sealed = self.vault.seal(&place(before.id, "refresh_token"), token)?;
        let values = vec![before.id.into(), sealed.into(), now.into(), before.updated_at.into()];
        Ok(self.db.transact(vec![Write::any(GRANT, values)]).await? == [1])
    }

    /// Counts people that a bot mails. `false`, and nothing is counted, when that would be more than `most` today.
    pub async fn count_recipients(
        &self,
        account: Id<Account>,
        bot: Id<Bot>,
        count: i64,
        most: i64,
        now: Timestamp,
    ) -> Result<bool> {
        if count > most {
            return Ok(false);
        }
        let day = now.millis().div_euclid(DAY_MS);
        let values = vec![account.into(), bot.into(), day.into(), count.into(), most.into()];
        Ok(self.db.transact(vec![Write::any(COUNT, values)]).await? == [1])
    }

    /// Forgets how many people were mailed before a day.
    pub async fn forget_recipients(&self, before: Timestamp) -> Result<()> {
        let day = before.millis().div_euclid(DAY_MS);
        self.db.transact(vec![Write::any(FORGET_COUNTS, vec![day.into()])]).await.map(|_| ())
    }

    fn read_connection(&self, row: &Row) -> Result<Connection> {
        let id: Id<Connection> = row.id(0)?;
        // A damaged one is as good as none: somebody agrees again.
        let refresh_token = match row.0.get(5) {
            Some(crate::value::Value::Null) => None,
            _ => Some(self.vault.open_or_lose(&place(id, "refresh_token"), row.blob(5)?)),
        };
        Ok(Connection {
            id,
            account: row.id(1)?,
            name: row.text(2)?.to_owned(),
            settings: row.json(3)?,
            secret: self.vault.open_or_lose(&place(id, "secret"), row.blob(4)?),
            refresh_token: refresh_token.filter(|token| !token.is_lost()),
            created_at: row.time(6)?,
            updated_at: row.time(7)?,
            secret_saved_at: row.time(8)?,
        })
    }
}

/// The place that a column is sealed for.
pub(crate) fn place(id: Id<Connection>, column: &str) -> String {
    format!("connection/{id}/{column}")
}

fn json(settings: &Settings) -> Result<String> {
    serde_json::to_string(settings).map_err(|error| Error::Corrupt(error.to_string()))
}
