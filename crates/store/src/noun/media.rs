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
    IS = "SELECT id FROM media WHERE id = $1";
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
    // What a contact sent is not offered to be sent to others.
    UPLOADED = concat!("SELECT ", columns!(), " FROM media WHERE account = $1 AND contact IS NULL AND state = 1 \
        ORDER BY id DESC LIMIT $2");
    UPLOADED_BEFORE = concat!("SELECT ", columns!(), " FROM media WHERE account = $1 AND contact IS NULL AND state = 1 \
        AND id < $3 ORDER BY id DESC LIMIT $2");
    AT_META = "SELECT meta_id FROM upload WHERE media = $1 AND phone_number_id = $2 AND until > $3";
    KEEP_AT_META = "INSERT INTO upload (media, phone_number_id, meta_id, until) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (media, phone_number_id) DO UPDATE SET meta_id = excluded.meta_id, until = excluded.until";
    FORGET_AT_META = "DELETE FROM upload WHERE media = $1 AND phone_number_id = $2";
    FORGET_GONE = "DELETE FROM upload WHERE media = $1 AND NOT EXISTS (SELECT 1 FROM media WHERE id = $1)";
    FORGET_OVER = "DELETE FROM upload WHERE until <= $1";
    FAILED = "UPDATE media SET state = 2, error = $2 WHERE id = $1 AND state = 0";
}

impl Store {
    /// One file of an account.
    pub async fn media(&self, account: Id<Account>, id: Id<Media>) -> Result<Option<Media>> {
        let row = self.db.query_one(GET, vec![account.into(), id.into()]).await?;
        row.map(|row| read(&row)).transpose()
    }

    /// Whether any account has this file. For the clean-up.
    pub async fn is_media(&self, id: Id<Media>) -> Result<bool> {
        Ok(self.db.query_one(IS, vec![id.into()]).await?.is_some())
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

    /// Files that people of an account uploaded, newest first; `after` is the last one of the page before.
    pub async fn uploaded_media(
        &self,
        account: Id<Account>,
        after: Option<Id<Media>>,
        limit: u32,
    ) -> Result<Vec<Media>> {
        let mut values = vec![account.into(), i64::from(limit).into()];
        let statement = if let Some(after) = after {
            values.push(after.into());
            UPLOADED_BEFORE
        } else {
            UPLOADED
        };
        let rows = self.db.query(statement, values).await?;
        rows.iter().map(read).collect()
    }

    /// Deletes the row of a file that somebody uploaded. `false` when the account has no such one.
    pub async fn delete_media(&self, account: Id<Account>, id: Id<Media>) -> Result<bool> {
        let delete = Write::any(DELETE, vec![account.into(), id.into()]);
        let forget = Write::any(FORGET_GONE, vec![id.into()]);
        Ok(self.db.transact(vec![delete, forget]).await?.first() == Some(&1))
    }

    /// What Meta calls a file that was uploaded to a number, while Meta keeps it.
    pub async fn media_at_meta(
        &self,
        id: Id<Media>,
        phone_number_id: &str,
        now: Timestamp,
    ) -> Result<Option<String>> {
        let row = self.db.query_one(AT_META, vec![id.into(), phone_number_id.into(), now.into()]).await?;
        row.map(|row| Ok(row.text(0)?.to_owned())).transpose()
    }

    /// Meta has a file, until then.
    pub async fn media_is_at_meta(
        &self,
        id: Id<Media>,
        phone_number_id: &str,
        meta_id: &str,
        until: Timestamp,
    ) -> Result<()> {
        let values = vec![id.into(), phone_number_id.into(), meta_id.into(), until.into()];
        self.db.transact(vec![Write::one(KEEP_AT_META, values)]).await.map(|_| ())
    }

    /// Meta has a file no more. Repeatable.
    pub async fn media_left_meta(&self, id: Id<Media>, phone_number_id: &str) -> Result<()> {
        let values = vec![id.into(), phone_number_id.into()];
        self.db.transact(vec![Write::any(FORGET_AT_META, values)]).await.map(|_| ())
    }

    /// Forgets what Meta has dropped by now.
    pub async fn forget_uploads(&self, now: Timestamp) -> Result<()> {
        self.db.transact(vec![Write::any(FORGET_OVER, vec![now.into()])]).await.map(|_| ())
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
