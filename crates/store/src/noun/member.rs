//! The people of an account, and what each may do.

use chasqui_model::account::{Account, Role, User};
use chasqui_model::{Id, Timestamp};

use super::account::{read_person, read_role};
use super::invitation;
use crate::db::{Write, statements};
use crate::value::Row;
use crate::{Result, Store};

statements! {
    LIST = "SELECT p.id, p.email, p.name, p.password_hash, p.created_at, m.role, m.created_at FROM membership m \
        JOIN person p ON p.id = m.person WHERE m.account = $1 AND m.person > $2 ORDER BY m.person LIMIT $3";
    GET = "SELECT p.id, p.email, p.name, p.password_hash, p.created_at, m.role, m.created_at FROM membership m \
        JOIN person p ON p.id = m.person WHERE m.account = $1 AND m.person = $2";
    // An account always has an owner: the last one can neither be lowered nor removed.
    SET_ROLE = "UPDATE membership SET role = $3 WHERE account = $1 AND person = $2 AND ($3 = 'owner' OR role <> 'owner' \
        OR EXISTS (SELECT 1 FROM membership o WHERE o.account = $1 AND o.role = 'owner' AND o.person <> $2))";
    REMOVE = "DELETE FROM membership WHERE account = $1 AND person = $2 AND (role <> 'owner' \
        OR EXISTS (SELECT 1 FROM membership o WHERE o.account = $1 AND o.role = 'owner' AND o.person <> $2))";
    END_SESSIONS = "DELETE FROM session WHERE account = $1 AND person = $2";
    DELETE_TOKENS = "DELETE FROM api_token WHERE account = $1 AND person = $2";
}

/// Somebody in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: User,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub since: Timestamp,
}

impl Store {
    /// The people of an account with an id above `after`.
    pub async fn list_members(
        &self,
        account: Id<Account>,
        after: Option<Id<User>>,
        limit: u32,
    ) -> Result<Vec<Member>> {
        let after = after.unwrap_or(Id::from_bytes([0; 16]));
        let rows = self.db.query(LIST, vec![account.into(), after.into(), i64::from(limit).into()]).await?;
        rows.iter().map(read).collect()
    }

    /// One person of an account.
    pub async fn member(&self, account: Id<Account>, user: Id<User>) -> Result<Option<Member>> {
        let row = self.db.query_one(GET, vec![account.into(), user.into()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Changes what a person may do, and ends their invitations to more than that. `false` when they are not in the account, or
    /// are its last owner.
    pub async fn set_role(&self, account: Id<Account>, user: Id<User>, role: Role) -> Result<bool> {
        let values = vec![account.into(), user.into(), role.name().into()];
        let writes = vec![Write::one(SET_ROLE, values), invitation::end_of(account, user, Some(role))];
        match self.db.transact(writes).await {
            Ok(_) => Ok(true),
            Err(crate::Error::Stale) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Removes a person from an account, with their sessions, tokens and invitations there. `false` when they are not in it,
    /// or are its last owner.
    pub async fn remove_member(&self, account: Id<Account>, user: Id<User>) -> Result<bool> {
        let values = vec![account.into(), user.into()];
        let writes = [REMOVE, END_SESSIONS, DELETE_TOKENS];
        let mut writes: Vec<Write> = writes.map(|statement| Write::any(statement, values.clone())).into();
        writes[0].expect = Some(1);
        writes.push(invitation::end_of(account, user, None));
        match self.db.transact(writes).await {
            Ok(_) => Ok(true),
            Err(crate::Error::Stale) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn read(row: &Row) -> Result<Member> {
    Ok(Member { user: read_person(row)?, role: read_role(row, 5)?, since: row.time(6)? })
}
