//! What a repeatable `POST` answered. Answers are sealed: some hold a secret that is shown once.

use chasqui_model::account::Account;
use chasqui_model::secret::Secret;
use chasqui_model::{Id, Timestamp};

use crate::db::{Write, statements};
use crate::value::Value;
use crate::{Error, Result, Store};

statements! {
    FORGET_ONE = "DELETE FROM idempotency WHERE account = $1 AND key = $2 \
        AND (created_at < $3 OR (status IS NULL AND created_at < $4))";
    BEGIN = "INSERT INTO idempotency (account, key, request_hash, created_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT DO NOTHING";
    GET = "SELECT request_hash, status, body FROM idempotency WHERE account = $1 AND key = $2";
    FINISH = "UPDATE idempotency SET status = $3, body = $4 WHERE account = $1 AND key = $2";
    ABANDON = "DELETE FROM idempotency WHERE account = $1 AND key = $2 AND status IS NULL";
    // The body of an answer is not read to tell how long it is.
    KEPT = "SELECT CAST(coalesce(SUM(octet_length(key) + coalesce(octet_length(body), 0) + 128), 0) AS BIGINT) \
        FROM idempotency WHERE account = $1";
    COUNT = "SELECT COUNT(*) FROM idempotency WHERE account = $1 AND status IS NOT NULL";
    FORGET_OLDEST = "DELETE FROM idempotency WHERE account = $1 AND status IS NOT NULL AND created_at <= \
        (SELECT created_at FROM idempotency WHERE account = $1 AND status IS NOT NULL \
        ORDER BY created_at LIMIT 1 OFFSET $2)";
    FORGET = "DELETE FROM idempotency WHERE created_at < $1";
}

/// A request with a key.
#[derive(Clone, Debug)]
pub struct Attempt<'a> {
    /// Who asks.
    pub account: Id<Account>,
    /// The key.
    pub key: &'a str,
    /// Tells one request from another under the same key.
    pub request: [u8; 32],
    /// When.
    pub now: Timestamp,
    /// Answers from before this are forgotten.
    pub forget: Timestamp,
    /// Attempts from before this that never finished are forgotten (the process died).
    pub give_up: Timestamp,
}

/// What a key stands for.
#[derive(Clone, Debug)]
pub enum Begun {
    /// Nothing yet: do the work, then finish or abandon it.
    Fresh,
    /// The first attempt is still being worked on.
    Busy,
    /// The first attempt's answer.
    Answered {
        /// HTTP status.
        status: i64,
        /// The body; `None`: it was too large, or the account kept as many as it may.
        body: Option<Secret>,
    },
    /// Another request.
    Different,
}

/// Bytes that a row takes besides its key and its answer.
const ROW: usize = 128;

/// Roughly how many bytes an answer takes under its key.
pub fn weight(key: &str, body: Option<&Secret>) -> usize {
    ROW + key.len() + body.map_or(0, |body| body.expose().len())
}

impl Store {
    /// Takes the key, or says what it stands for.
    pub async fn begin_attempt(&self, attempt: &Attempt<'_>) -> Result<Begun> {
        let Attempt { account, key, request, now, forget, give_up } = *attempt;
        let writes = vec![
            Write::any(FORGET_ONE, vec![account.into(), key.into(), forget.into(), give_up.into()]),
            Write::any(BEGIN, vec![account.into(), key.into(), request.into(), now.into()]),
        ];
        if self.db.transact(writes).await?.last() == Some(&1) {
            return Ok(Begun::Fresh);
        }
        let Some(row) = self.db.query_one(GET, vec![account.into(), key.into()]).await? else {
            return Ok(Begun::Busy);
        };
        if row.blob(0)? != request {
            return Ok(Begun::Different);
        }
        let Some(status) = row.optional_int(1)? else { return Ok(Begun::Busy) };
        let body = match row.0.get(2) {
            Some(Value::Null) => None,
            _ => Some(self.vault.open(&place(account, key), row.blob(2)?)?),
        };
        Ok(Begun::Answered { status, body })
    }

    /// Keeps the answer, or only that there was one.
    pub async fn finish_attempt(
        &self,
        account: Id<Account>,
        key: &str,
        status: i64,
        body: Option<&Secret>,
    ) -> Result<()> {
        let body = match body {
            Some(body) => Value::Blob(self.vault.seal(&place(account, key), body)?),
            None => Value::Null,
        };
        let values = vec![account.into(), key.into(), status.into(), body];
        match self.db.transact(vec![Write::one(FINISH, values)]).await {
            // It was given up meanwhile.
            Ok(_) | Err(Error::Stale) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// How many bytes an account keeps for its keys.
    pub async fn attempts_kept(&self, account: Id<Account>) -> Result<i64> {
        let row = self.db.query_one(KEPT, vec![account.into()]).await?;
        row.map_or(Ok(0), |row| row.int(0))
    }

    /// Forgets the oldest tenth of an account's answers.
    pub async fn forget_oldest_attempts(&self, account: Id<Account>) -> Result<usize> {
        let row = self.db.query_one(COUNT, vec![account.into()]).await?;
        let count = row.map_or(Ok(0), |row| row.int(0))?;
        let values = vec![account.into(), (count / 10).into()];
        Ok(self.db.transact(vec![Write::any(FORGET_OLDEST, values)]).await?.into_iter().sum())
    }

    /// Gives the key back: nothing was done.
    pub async fn abandon_attempt(&self, account: Id<Account>, key: &str) -> Result<()> {
        self.db.transact(vec![Write::any(ABANDON, vec![account.into(), key.into()])]).await.map(|_| ())
    }

    /// Forgets answers from before `before`. Answers how many.
    pub async fn forget_attempts(&self, before: Timestamp) -> Result<usize> {
        Ok(self.db.transact(vec![Write::any(FORGET, vec![before.into()])]).await?.into_iter().sum())
    }
}

pub(crate) fn place(account: Id<Account>, key: &str) -> String {
    format!("idempotency/{account}/{key}")
}
