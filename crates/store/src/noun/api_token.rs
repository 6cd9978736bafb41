//! Tokens for the API. Only the SHA-256 of a token's text is kept.

use chasqui_model::account::{Account, ApiToken};
use chasqui_model::{Id, Timestamp};

use super::account::read_role;
use crate::db::{Write, statements};
use crate::value::Row;
use crate::{Result, Store};

statements! {
    INSERT = "INSERT INTO api_token (id, account, person, name, role, token_hash, created_at, scopes, \
        expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LIST = "SELECT id, account, person, name, role, created_at, last_used_at, scopes, expires_at FROM api_token \
        WHERE account = $1 AND id > $2 ORDER BY id LIMIT $3";
    // A token never does more than its maker may: the membership is looked up with it.
    BY_HASH = "SELECT t.id, t.account, t.person, t.name, t.role, t.created_at, t.last_used_at, t.scopes, t.expires_at, \
        m.role FROM api_token t \
        JOIN membership m ON m.account = t.account AND m.person = t.person WHERE t.token_hash = $1";
    TOUCH = "UPDATE api_token SET last_used_at = $2 WHERE id = $1";
    DELETE = "DELETE FROM api_token WHERE account = $1 AND id = $2";
}

/// The write that adds a token, to be part of a transaction.
pub(super) fn insert(token: &ApiToken, hash: &[u8; 32]) -> Write {
    let values = vec![
        token.id.into(),
        token.account.into(),
        token.user.into(),
        token.name.clone().into(),
        token.role.name().into(),
        (*hash).into(),
        token.created_at.into(),
        serde_json::Value::from(token.scopes.clone()).to_string().into(),
        token.expires_at.into(),
    ];
    Write::one(INSERT, values)
}

impl Store {
    /// Adds a token.
    pub async fn insert_api_token(&self, token: &ApiToken, hash: [u8; 32]) -> Result<()> {
        self.db.transact(vec![insert(token, &hash)]).await.map(|_| ())
    }

    /// An account's tokens with an id above `after`, oldest first.
    pub async fn list_api_tokens(
        &self,
        account: Id<Account>,
        after: Option<Id<ApiToken>>,
        limit: u32,
    ) -> Result<Vec<ApiToken>> {
        let after = after.unwrap_or(Id::from_bytes([0; 16]));
        let rows = self.db.query(LIST, vec![account.into(), after.into(), i64::from(limit).into()]).await?;
        rows.iter().map(read_token).collect()
    }

    /// The token with this hash. Its role is the lesser of the token's own and what its maker may do today.
    pub async fn api_token(&self, hash: [u8; 32]) -> Result<Option<ApiToken>> {
        let Some(row) = self.db.query_one(BY_HASH, vec![hash.into()]).await? else { return Ok(None) };
        let token = read_token(&row)?;
        let role = token.role.min(read_role(&row, 9)?);
        Ok(Some(ApiToken { role, ..token }))
    }

    /// The token was used.
    pub async fn touch_api_token(&self, id: Id<ApiToken>, at: Timestamp) -> Result<()> {
        self.db.transact(vec![Write::any(TOUCH, vec![id.into(), at.into()])]).await.map(|_| ())
    }

    /// Deletes a token; it stops working at once. `false` when the account has no such token.
    pub async fn delete_api_token(&self, account: Id<Account>, id: Id<ApiToken>) -> Result<bool> {
        Ok(self.db.transact(vec![Write::any(DELETE, vec![account.into(), id.into()])]).await? == [1])
    }
}

fn read_token(row: &Row) -> Result<ApiToken> {
    Ok(ApiToken {
        id: row.id(0)?,
        account: row.id(1)?,
        user: row.id(2)?,
        name: row.text(3)?.to_owned(),
        role: read_role(row, 4)?,
        created_at: row.time(5)?,
        last_used_at: row.optional_time(6)?,
        scopes: row.json(7)?,
        expires_at: row.optional_time(8)?,
    })
}
