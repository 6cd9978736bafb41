//! Passwords that somebody forgot: a secret that was mailed, of which only the SHA-256 is kept.

use chasqui_model::account::User;
use chasqui_model::{Id, Timestamp};

use super::mail::Mail;
use crate::db::{Write, statements};
use crate::{Result, Store};

statements! {
    INSERT = "INSERT INTO password_reset (secret_hash, person, created_at, expires_at) VALUES ($1, $2, $3, $4)";
    GET = "SELECT person FROM password_reset WHERE secret_hash = $1 AND expires_at > $2";
    USE = "DELETE FROM password_reset WHERE secret_hash = $1 AND expires_at > $2";
    // With one of them used the others are of no use.
    DELETE_OTHERS = "DELETE FROM password_reset WHERE person = $1";
    SET_PASSWORD = "UPDATE person SET password_hash = $2 WHERE id = $1";
    END_SESSIONS = "DELETE FROM session WHERE person = $1";
    FORGET = "DELETE FROM password_reset WHERE expires_at < $1";
}

impl Store {
    /// Lets a person choose another password, with the mail that says how.
    pub async fn begin_reset(
        &self,
        person: Id<User>,
        secret_hash: [u8; 32],
        now: Timestamp,
        expires_at: Timestamp,
        mail: &Mail,
    ) -> Result<()> {
        let values = vec![secret_hash.into(), person.into(), now.into(), expires_at.into()];
        self.db.transact(vec![Write::one(INSERT, values), self.mail_write(mail)?]).await.map(|_| ())
    }

    /// Whose password this secret changes.
    pub async fn reset(&self, secret_hash: [u8; 32], now: Timestamp) -> Result<Option<Id<User>>> {
        let row = self.db.query_one(GET, vec![secret_hash.into(), now.into()]).await?;
        row.map(|row| row.id(0)).transpose()
    }

    /// Changes the password, once; all of the person's sessions end. [`crate::Error::Stale`] when the secret was used.
    pub async fn finish_reset(
        &self,
        person: Id<User>,
        secret_hash: [u8; 32],
        password_hash: &str,
        now: Timestamp,
    ) -> Result<()> {
        let writes = vec![
            Write::one(USE, vec![secret_hash.into(), now.into()]),
            Write::any(DELETE_OTHERS, vec![person.into()]),
            Write::one(SET_PASSWORD, vec![person.into(), password_hash.into()]),
            Write::any(END_SESSIONS, vec![person.into()]),
        ];
        self.db.transact(writes).await.map(|_| ())
    }

    /// Forgets secrets that ended before this.
    pub async fn forget_resets(&self, before: Timestamp) -> Result<()> {
        self.db.transact(vec![Write::any(FORGET, vec![before.into()])]).await.map(|_| ())
    }
}
