//! Log-ins. Only the SHA-256 of a session's secret is kept; the row is the session, so deleting it ends it at once.

use chasqui_model::account::{Account, Role, Session};
use chasqui_model::{Id, Timestamp};

use super::account::read_role;
use crate::db::{Write, statements};
use crate::{Result, Store};

statements! {
    INSERT = "INSERT INTO session (token_hash, person, account, created_at, last_used_at) VALUES ($1, $2, $3, $4, $4)";
    // Without a membership there is no session: a person who was removed is out at once.
    GET = "SELECT s.person, s.account, s.created_at, s.last_used_at, m.role FROM session s \
        JOIN membership m ON m.account = s.account AND m.person = s.person WHERE s.token_hash = $1";
    MOVE = "UPDATE session SET account = $2 WHERE token_hash = $1 AND EXISTS (SELECT 1 FROM membership m \
        WHERE m.account = $2 AND m.person = session.person)";
    TOUCH = "UPDATE session SET last_used_at = $2 WHERE token_hash = $1 AND last_used_at < $2";
    DELETE = "DELETE FROM session WHERE token_hash = $1";
    DELETE_OLD = "DELETE FROM session WHERE created_at < $1 OR last_used_at < $2";
}

impl Store {
    /// Begins a session.
    pub async fn insert_session(&self, hash: [u8; 32], session: &Session) -> Result<()> {
        let values =
            vec![hash.into(), session.user.into(), session.account.into(), session.created_at.into()];
        self.db.transact(vec![Write::one(INSERT, values)]).await.map(|_| ())
    }

    /// The session with this hash, and what its person may do. Whether it is too old is the caller's question.
    pub async fn session(&self, hash: [u8; 32]) -> Result<Option<(Session, Role)>> {
        let Some(row) = self.db.query_one(GET, vec![hash.into()]).await? else { return Ok(None) };
        let session = Session {
            user: row.id(0)?,
            account: row.id(1)?,
            created_at: row.time(2)?,
            last_used_at: row.time(3)?,
        };
        Ok(Some((session, read_role(&row, 4)?)))
    }

    /// Looks at another of the person's accounts. `false` when they are not in it.
    pub async fn move_session(&self, hash: [u8; 32], account: Id<Account>) -> Result<bool> {
        Ok(self.db.transact(vec![Write::any(MOVE, vec![hash.into(), account.into()])]).await? == [1])
    }

    /// The session was used.
    pub async fn touch_session(&self, hash: [u8; 32], at: Timestamp) -> Result<()> {
        self.db.transact(vec![Write::any(TOUCH, vec![hash.into(), at.into()])]).await.map(|_| ())
    }

    /// Ends a session. Repeatable.
    pub async fn delete_session(&self, hash: [u8; 32]) -> Result<()> {
        self.db.transact(vec![Write::any(DELETE, vec![hash.into()])]).await.map(|_| ())
    }

    /// Forgets sessions that began or were last used before the given times. Answers how many.
    pub async fn delete_old_sessions(&self, began: Timestamp, used: Timestamp) -> Result<usize> {
        let changed = self.db.transact(vec![Write::any(DELETE_OLD, vec![began.into(), used.into()])]).await?;
        Ok(changed.into_iter().sum())
    }
}
