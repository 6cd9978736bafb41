//! Accounts, the people in them, and how an installation gets its first ones.

use chasqui_model::account::{Account, AccountSettings, ApiToken, Role, User};
use chasqui_model::{Id, Timestamp};

use super::api_token;
use crate::db::{Statement, Write, statements};
use crate::value::{Row, Value};
use crate::{Error, Result, Store};

statements! {
    ANY = "SELECT id FROM account LIMIT 1";
    // Also guards the first start: of two at once, one finds an account.
    INSERT_FIRST = "INSERT INTO account (id, name, created_at) SELECT $1, $2, $3 \
        WHERE NOT EXISTS (SELECT 1 FROM account)";
    INSERT = "INSERT INTO account (id, name, created_at) VALUES ($1, $2, $3)";
    // Who sets an installation up looks after it.
    MAKE_OPERATOR = "UPDATE person SET operator = 1 WHERE id = $1";
    IS_OPERATOR = "SELECT id FROM person WHERE id = $1 AND operator = 1";
    SETTINGS = "SELECT settings FROM account WHERE id = $1";
    SET = "UPDATE account SET name = $2, settings = $3 WHERE id = $1";
    RENAME_PERSON = "UPDATE person SET name = $2 WHERE id = $1";
    SET_PASSWORD = "UPDATE person SET password_hash = $2 WHERE id = $1";
    // Whoever knows the old password is out.
    END_SESSIONS = "DELETE FROM session WHERE person = $1 AND token_hash <> $2";
    LIST = "SELECT id, name, created_at FROM account WHERE id > $1 ORDER BY id LIMIT $2";
    INSERT_PERSON = "INSERT INTO person (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)";
    INSERT_MEMBERSHIP = "INSERT INTO membership (account, person, role, created_at) VALUES ($1, $2, $3, $4)";
    GET = "SELECT id, name, created_at FROM account WHERE id = $1";
    PERSON_BY_EMAIL = "SELECT id, email, name, password_hash, created_at FROM person WHERE email = $1";
    PERSON = "SELECT id, email, name, password_hash, created_at FROM person WHERE id = $1";
    MEMBERSHIPS = "SELECT a.id, a.name, a.created_at, m.role FROM membership m JOIN account a ON a.id = m.account \
        WHERE m.person = $1 ORDER BY a.id";
}

/// An account and what a person may do in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The account.
    pub account: Account,
    /// What the person may do in it.
    pub role: Role,
}

/// What an empty installation begins with.
#[derive(Clone, Debug)]
pub struct First {
    /// The account.
    pub account: Account,
    /// Its owner.
    pub owner: User,
    /// The owner's first token.
    pub token: ApiToken,
    /// SHA-256 of the token's text.
    pub token_hash: [u8; 32],
}

impl Store {
    /// Whether anybody has been here.
    pub async fn has_accounts(&self) -> Result<bool> {
        Ok(self.db.query_one(ANY, vec![]).await?.is_some())
    }

    /// Adds the first account with its owner and a token. [`Error::Stale`] when the installation is not empty.
    pub async fn bootstrap(&self, first: &First) -> Result<()> {
        let mut writes = first_writes(INSERT_FIRST, first);
        writes.push(Write::one(MAKE_OPERATOR, vec![first.owner.id.into()]));
        self.db.transact(writes).await.map(|_| ())
    }

    /// Adds a further account with its owner and a token. [`Error::Exists`] when the address is taken.
    pub async fn add_account(&self, account: &First) -> Result<()> {
        self.db.transact(first_writes(INSERT, account)).await.map(|_| ())
    }

    /// Adds a person to an account. [`Error::Exists`] when the address is taken.
    pub async fn add_user(&self, user: &User, account: Id<Account>, role: Role) -> Result<()> {
        let membership = membership_values(account, user.id, role, user.created_at);
        let writes =
            vec![Write::one(INSERT_PERSON, person_values(user)), Write::one(INSERT_MEMBERSHIP, membership)];
        self.db.transact(writes).await.map(|_| ())
    }

    /// One account, for somebody who is known to be in it.
    pub async fn account(&self, id: Id<Account>) -> Result<Option<Account>> {
        let row = self.db.query_one(GET, vec![id.into()]).await?;
        row.as_ref().map(read_account).transpose()
    }

    /// The person with this address. Addresses are kept in lower case.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>> {
        let row = self.db.query_one(PERSON_BY_EMAIL, vec![email.into()]).await?;
        row.as_ref().map(read_person).transpose()
    }

    /// One person.
    pub async fn user(&self, id: Id<User>) -> Result<Option<User>> {
        let row = self.db.query_one(PERSON, vec![id.into()]).await?;
        row.as_ref().map(read_person).transpose()
    }

    /// Adds a further account that an existing person owns.
    pub async fn found_account(&self, account: &Account, owner: Id<User>) -> Result<()> {
        let values = vec![account.id.into(), account.name.clone().into(), account.created_at.into()];
        let membership = membership_values(account.id, owner, Role::Owner, account.created_at);
        let writes = vec![Write::one(INSERT, values), Write::one(INSERT_MEMBERSHIP, membership)];
        self.db.transact(writes).await.map(|_| ())
    }

    /// All accounts with an id above `after`, oldest first. For the installation's operator.
    pub async fn list_accounts(&self, after: Option<Id<Account>>, limit: u32) -> Result<Vec<Account>> {
        let after = after.unwrap_or(Id::from_bytes([0; 16]));
        let rows = self.db.query(LIST, vec![after.into(), i64::from(limit).into()]).await?;
        rows.iter().map(read_account).collect()
    }

    /// Whether a person looks after the installation.
    pub async fn is_operator(&self, user: Id<User>) -> Result<bool> {
        Ok(self.db.query_one(IS_OPERATOR, vec![user.into()]).await?.is_some())
    }

    /// What an account's people chose for all of it.
    pub async fn account_settings(&self, id: Id<Account>) -> Result<AccountSettings> {
        let row = self.db.query_one(SETTINGS, vec![id.into()]).await?;
        row.map_or_else(|| Ok(AccountSettings::default()), |row| row.json(0))
    }

    /// Changes an account's name and settings.
    pub async fn set_account(&self, id: Id<Account>, name: &str, settings: &AccountSettings) -> Result<()> {
        let settings = serde_json::to_string(settings).map_err(|error| Error::Corrupt(error.to_string()))?;
        self.db
            .transact(vec![Write::one(SET, vec![id.into(), name.into(), settings.into()])])
            .await
            .map(|_| ())
    }

    /// Changes what a person is called.
    pub async fn rename_user(&self, id: Id<User>, name: &str) -> Result<()> {
        self.db.transact(vec![Write::one(RENAME_PERSON, vec![id.into(), name.into()])]).await.map(|_| ())
    }

    /// Changes a password and ends the person's sessions, except the one with this hash.
    pub async fn set_password(&self, id: Id<User>, hash: &str, keep: Option<[u8; 32]>) -> Result<()> {
        let writes = vec![
            Write::one(SET_PASSWORD, vec![id.into(), hash.into()]),
            Write::any(END_SESSIONS, vec![id.into(), keep.unwrap_or([0; 32]).into()]),
        ];
        self.db.transact(writes).await.map(|_| ())
    }

    /// The accounts a person is in, oldest first.
    pub async fn memberships(&self, user: Id<User>) -> Result<Vec<Membership>> {
        let rows = self.db.query(MEMBERSHIPS, vec![user.into()]).await?;
        rows.iter()
            .map(|row| Ok(Membership { account: read_account(row)?, role: read_role(row, 3)? }))
            .collect()
    }
}

fn first_writes(insert: Statement, first: &First) -> Vec<Write> {
    let First { account, owner, token, token_hash } = first;
    let account_values = vec![account.id.into(), account.name.clone().into(), account.created_at.into()];
    let membership = membership_values(account.id, owner.id, Role::Owner, account.created_at);
    vec![
        Write::one(insert, account_values),
        Write::one(INSERT_PERSON, person_values(owner)),
        Write::one(INSERT_MEMBERSHIP, membership),
        api_token::insert(token, token_hash),
    ]
}

/// A role column.
pub(super) fn read_role(row: &Row, column: usize) -> Result<Role> {
    let name = row.text(column)?;
    Role::parse(name).ok_or_else(|| Error::Corrupt(format!("unknown role {name}")))
}

pub(super) fn person_values(user: &User) -> Vec<Value> {
    vec![
        user.id.into(),
        user.email.clone().into(),
        user.name.clone().into(),
        user.password_hash.clone().into(),
        user.created_at.into(),
    ]
}

pub(super) fn membership_values(
    account: Id<Account>,
    user: Id<User>,
    role: Role,
    at: Timestamp,
) -> Vec<Value> {
    vec![account.into(), user.into(), role.name().into(), at.into()]
}

fn read_account(row: &Row) -> Result<Account> {
    Ok(Account { id: row.id(0)?, name: row.text(1)?.to_owned(), created_at: row.time(2)? })
}

pub(super) fn read_person(row: &Row) -> Result<User> {
    Ok(User {
        id: row.id(0)?,
        email: row.text(1)?.to_owned(),
        name: row.text(2)?.to_owned(),
        password_hash: row.text(3)?.to_owned(),
        created_at: row.time(4)?,
    })
}
