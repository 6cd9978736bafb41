//! Files' rows. The bytes lie in the media folder.

use chasqui_model::account::Account;
use chasqui_model::media::{Media, State};
use chasqui_model::{Id, Timestamp};

use crate::db::{Write, statements};
use crate::value::Row;
use crate::{Error, Result, Store};

macro_rules! columns {
    () => {
        "id, account, integration, contact, state, mime_type, size, sha256, filename, meta_id, created_at, \
         expires_at"
    };
}

statements! {
    GET = concat!("SELECT ", columns!(), " FROM media WHERE account = $1 AND id = $2");
    BY_META_ID = concat!("SELECT ", columns!(), " FROM media WHERE account = $1 AND meta_id = $2 \
        ORDER BY id DESC LIMIT 1");
    PENDING = concat!("SELECT ", columns!(), " FROM media WHERE state = 0 ORDER BY created_at LIMIT $1");
    INSERT = "INSERT INTO media (id, account, integration, contact, state, mime_type, size, sha256, filename, meta_id, \
        created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    // What a contact sent goes with the contact.
    DELETE = "DELETE FROM media WHERE account = $1 AND id = $2 AND contact IS NULL";
    STORED = "UPDATE media SET state = 1, mime_type = $2, size = $3, sha256 = $4, error = NULL WHERE id = $1";
    // The first end that is set counts: a flow may ask for the same file again.
    SET_EXPIRY = "UPDATE media SET expires_at = $2 WHERE id = $1 AND expires_at IS NULL";
    EXPIRED = concat!("SELECT ", columns!(), " FROM media WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2");
    EXPIRE = "DELETE FROM media WHERE id = $1";
    FAILED = "UPDATE media SET state = 2, error = $2 WHERE id = $1 AND state = 0";
}

impl Store {
    /// One file of an account.
    pub async fn media(&self, account: Id<Account>, id: Id<Media>) -> Result<Option<Media>> {
        let row = self.db.query_one(GET, vec![account.into(), id.into()]).await?;
        row.map(|row| read(&row)).transpose()
    }

    /// The file that Meta calls `meta_id`, in an account.
    pub async fn media_by_meta_id(&self, account: Id<Account>, meta_id: &str) -> Result<Option<Media>> {
        let row = self.db.query_one(BY_META_ID, vec![account.into(), meta_id.into()]).await?;
        row.map(|row| read(&row)).transpose()
    }

    /// Files that are known and not fetched, oldest first. For the start.
    pub async fn pending_media(&self, limit: u32) -> Result<Vec<Media>> {
        let rows = self.db.query(PENDING, vec![i64::from(limit).into()]).await?;
        rows.iter().map(read).collect()
    }

    /// Adds a file that somebody uploaded.
    pub async fn insert_media(&self, it: &Media) -> Result<()> {
        let values = vec![
            it.id.into(),
            it.account.into(),
            it.integration.into(),
            it.contact.into(),
            it.state.number().into(),
            it.mime_type.clone().into(),
            it.size.into(),
            it.sha256.clone().into(),
            it.filename.clone().into(),
            it.meta_id.clone().into(),
            it.created_at.into(),
            it.expires_at.into(),
        ];
        self.db.transact(vec![Write::one(INSERT, values)]).await.map(|_| ())
    }

    /// Deletes the row of a file that somebody uploaded. `false` when the account has no such one.
    pub async fn delete_media(&self, account: Id<Account>, id: Id<Media>) -> Result<bool> {
        Ok(self.db.transact(vec![Write::any(DELETE, vec![account.into(), id.into()])]).await? == [1])
    }

    /// The bytes are here.
    pub async fn media_stored(&self, id: Id<Media>, mime_type: &str, size: i64, sha256: &str) -> Result<()> {
        let values = vec![id.into(), mime_type.into(), size.into(), sha256.into()];
        self.db.transact(vec![Write::any(STORED, values)]).await.map(|_| ())
    }

    /// A file is to go at this time.
    pub async fn media_expires(&self, id: Id<Media>, at: Timestamp) -> Result<()> {
        self.db.transact(vec![Write::any(SET_EXPIRY, vec![id.into(), at.into()])]).await.map(|_| ())
    }

    /// Files whose time is over, the longest over first.
    pub async fn expired_media(&self, now: Timestamp, limit: u32) -> Result<Vec<Media>> {
        let rows = self.db.query(EXPIRED, vec![now.into(), i64::from(limit).into()]).await?;
        rows.iter().map(read).collect()
    }

    /// Forgets a file whose time is over.
    pub async fn forget_media(&self, id: Id<Media>) -> Result<()> {
        self.db.transact(vec![Write::any(EXPIRE, vec![id.into()])]).await.map(|_| ())
    }

    /// The bytes cannot be had.
    pub async fn media_failed(&self, id: Id<Media>, reason: &str) -> Result<()> {
        self.db.transact(vec![Write::any(FAILED, vec![id.into(), reason.into()])]).await.map(|_| ())
    }
}

fn read(row: &Row) -> Result<Media> {
    Ok(Media {
        id: row.id(0)?,
        account: row.id(1)?,
        integration: row.optional_id(2)?,
        contact: row.optional_id(3)?,
        state: State::from_number(row.int(4)?).ok_or_else(|| Error::Corrupt("unknown media state".into()))?,
        mime_type: row.text(5)?.to_owned(),
        size: row.optional_int(6)?,
        sha256: row.optional_text(7)?,
        filename: row.optional_text(8)?,
        meta_id: row.optional_text(9)?,
        created_at: row.optional_time(10)?.unwrap_or(Timestamp::EPOCH),
        expires_at: row.optional_time(11)?,
    })
}
