//! Invitations: an address, a role, and a secret that was mailed. Only the secret's SHA-256 is kept.

use chasqui_model::account::{Account, Role, User};
use chasqui_model::{Id, Timestamp};

use super::account::{INSERT_MEMBERSHIP, INSERT_PERSON, membership_values, person_values, read_role};
use super::mail::{self, Mail};
use crate::db::{Write, statements};
use crate::value::Row;
use crate::{Result, Store};

macro_rules! columns {
    () => {
        "i.id, i.account, i.email, i.role, i.invited_by, i.created_at, i.expires_at, a.name FROM invitation i \
         JOIN account a ON a.id = i.account "
    };
}

/// Whoever invited somebody may still do what the invitation gives. Follows a condition on `i`.
macro_rules! inviter_still_may {
    () => {
        " AND EXISTS (SELECT 1 FROM membership m WHERE m.account = i.account AND m.person = i.invited_by AND "
    };
}

/// What a role is worth, to compare roles in SQL: as [`Role`] is ordered.
macro_rules! rank {
    ($role:literal) => {
        concat!("CASE ", $role, " WHEN 'owner' THEN 4 WHEN 'admin' THEN 3 WHEN 'builder' THEN 2 ELSE 1 END")
    };
}

statements! {
    INSERT = "INSERT INTO invitation (id, account, email, role, invited_by, secret_hash, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LIST = concat!("SELECT ", columns!(), "WHERE i.account = $1 AND i.id > $2 ORDER BY i.id LIMIT $3");
    BY_SECRET = concat!("SELECT ", columns!(), "WHERE i.secret_hash = $1", inviter_still_may!(), rank!("m.role"), " >= ",
        rank!("i.role"), ")");
    DELETE = "DELETE FROM invitation WHERE account = $1 AND id = $2";
    REPLACE = "DELETE FROM invitation WHERE account = $1 AND email = $2";
    ACCEPT = concat!("DELETE FROM invitation AS i WHERE i.id = $1 AND i.expires_at > $2", inviter_still_may!(), rank!("m.role"),
        " >= ", rank!("i.role"), ")");
    // Those that somebody may not give any more who has been lowered, or removed (then `$3` is below every role).
    END_OF = concat!("DELETE FROM invitation WHERE account = $1 AND invited_by = $2 AND (", rank!("role"), ") > $3");
    // Somebody who is in the account already stays what they are.
    JOIN = "INSERT INTO membership (account, person, role, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    FORGET = "DELETE FROM invitation WHERE expires_at < $1";
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: Id<Invitation>,
    /// To which account.
    pub account: Id<Account>,
    /// Whom. Lower-case.
    pub email: String,
    /// What they will be.
    pub role: Role,
    /// Who invited them.
    pub invited_by: Id<User>,
    /// When.
    pub created_at: Timestamp,
    /// Until when it can be taken.
    pub expires_at: Timestamp,
    /// What the account is called. Not written.
    pub account_name: String,
}

impl chasqui_model::Named for Invitation {
    const PREFIX: &'static str = "inv";
}

/// Ends what a person has invited others to and may not give any more: above `role`, or all of it.
pub(super) fn end_of(account: Id<Account>, person: Id<User>, role: Option<Role>) -> Write {
    let rank: i64 = match role {
        Some(Role::Owner) => 4,
        Some(Role::Admin) => 3,
        Some(Role::Builder) => 2,
        Some(Role::Viewer) => 1,
        None => 0,
    };
    Write::any(END_OF, vec![account.into(), person.into(), rank.into()])
}

impl Store {
    /// Invites somebody and writes the mail, in the place of an earlier invitation to the same address.
    pub async fn invite(&self, it: &Invitation, secret_hash: [u8; 32], mail: &Mail) -> Result<()> {
        let values = vec![
            it.id.into(),
            it.account.into(),
            it.email.clone().into(),
            it.role.name().into(),
            it.invited_by.into(),
            secret_hash.into(),
            it.created_at.into(),
            it.expires_at.into(),
        ];
        let writes = vec![
            Write::any(REPLACE, vec![it.account.into(), it.email.clone().into()]),
            Write::one(INSERT, values),
            self.mail_write(mail)?,
        ];
        self.db.transact(writes).await.map(|_| ())
    }

    /// An account's open invitations with an id above `after`, oldest first.
    pub async fn list_invitations(
        &self,
        account: Id<Account>,
        after: Option<Id<Invitation>>,
        limit: u32,
    ) -> Result<Vec<Invitation>> {
        let after = after.unwrap_or(Id::from_bytes([0; 16]));
        let rows = self.db.query(LIST, vec![account.into(), after.into(), i64::from(limit).into()]).await?;
        rows.iter().map(read).collect()
    }

    /// The invitation with this secret, as long as whoever invited may give what it gives.
    pub async fn invitation(&self, secret_hash: [u8; 32]) -> Result<Option<Invitation>> {
        let row = self.db.query_one(BY_SECRET, vec![secret_hash.into()]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Takes an invitation back. `false` when the account has none such.
    pub async fn delete_invitation(&self, account: Id<Account>, id: Id<Invitation>) -> Result<bool> {
        Ok(self.db.transact(vec![Write::any(DELETE, vec![account.into(), id.into()])]).await? == [1])
    }

    /// Takes an invitation up as somebody new. [`crate::Error::Stale`] when it is gone or too old.
    pub async fn accept_as_new(&self, it: &Invitation, user: &User) -> Result<()> {
        let membership = membership_values(it.account, user.id, it.role, user.created_at);
        let writes = vec![
            Write::one(ACCEPT, vec![it.id.into(), user.created_at.into()]),
            Write::one(INSERT_PERSON, person_values(user)),
            Write::one(INSERT_MEMBERSHIP, membership),
        ];
        self.db.transact(writes).await.map(|_| ())
    }

    /// Takes an invitation up as somebody who has a log-in. [`crate::Error::Stale`] when it is gone or too old.
    pub async fn accept_as(&self, it: &Invitation, user: Id<User>, now: Timestamp) -> Result<()> {
        let membership = membership_values(it.account, user, it.role, now);
        let writes = vec![Write::one(ACCEPT, vec![it.id.into(), now.into()]), Write::any(JOIN, membership)];
        self.db.transact(writes).await.map(|_| ())
    }

    /// Forgets invitations that ended before this.
    pub async fn forget_invitations(&self, before: Timestamp) -> Result<()> {
        self.db.transact(vec![Write::any(FORGET, vec![before.into()])]).await.map(|_| ())
    }

    pub(super) fn mail_write(&self, mail: &Mail) -> Result<Write> {
        mail::insert(&self.vault, mail)
    }
}

fn read(row: &Row) -> Result<Invitation> {
    Ok(Invitation {
        id: row.id(0)?,
        account: row.id(1)?,
        email: row.text(2)?.to_owned(),
        role: read_role(row, 3)?,
        invited_by: row.id(4)?,
        created_at: row.time(5)?,
        expires_at: row.time(6)?,
        account_name: row.text(7)?.to_owned(),
    })
}
