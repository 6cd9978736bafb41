//! Who did what, and when.

use chasqui_model::account::{Account, User};
use chasqui_model::{Id, Timestamp};

use crate::db::{Write, statements};
use crate::value::Row;
use crate::{Result, Store};

statements! {
    INSERT = "INSERT INTO audit (id, account, person, action, subject, detail, at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT DO NOTHING";
    LIST = "SELECT a.id, a.account, a.person, a.action, a.subject, a.detail, a.at, p.name, p.email FROM audit a \
        LEFT JOIN person p ON p.id = a.person WHERE a.account = $1 AND a.id < $2 \
        AND (CAST($3 AS BIGINT) = 0 OR a.subject = $4) ORDER BY a.id DESC LIMIT $5";
}

/// One thing that somebody did. Never holds secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: Id<Entry>,
    /// In which account.
    pub account: Id<Account>,
    /// Who; `None`: the installation itself.
    pub user: Option<Id<User>>,
    /// A stable name, for example `integration.activate`.
    pub action: String,
    /// The id of what it was done to.
    pub subject: String,
    /// What changed, JSON.
    pub detail: String,
    /// When.
    pub at: Timestamp,
}

impl chasqui_model::Named for Entry {
    const PREFIX: &'static str = "aud";
}

/// The write that appends to the audit log, to be part of a transaction.
pub(crate) fn insert(entry: &Entry) -> Write {
    let values = vec![
        entry.id.into(),
        entry.account.into(),
        entry.user.into(),
        entry.action.clone().into(),
        entry.subject.clone().into(),
        entry.detail.clone().into(),
        entry.at.into(),
    ];
    Write::any(INSERT, values)
}

/// An entry, and what its person is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The entry.
    pub entry: Entry,
    /// The person's name; `None`: the installation itself, or a person who is gone.
    pub name: Option<String>,
    /// The person's address.
    pub email: Option<String>,
}

impl Store {
    /// Appends to the audit log.
    pub async fn add_audit(&self, entry: &Entry) -> Result<()> {
        self.db.transact(vec![insert(entry)]).await.map(|_| ())
    }

    /// An account's audit log before `before`, latest first; about one thing when `subject` is given.
    pub async fn list_audit(
        &self,
        account: Id<Account>,
        subject: Option<&str>,
        before: Option<Id<Entry>>,
        limit: u32,
    ) -> Result<Vec<Listed>> {
        let before = before.unwrap_or(Id::from_bytes([0xff; 16]));
        let values = vec![
            account.into(),
            before.into(),
            subject.is_some().into(),
            subject.unwrap_or_default().into(),
            i64::from(limit).into(),
        ];
        self.db.query(LIST, values).await?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Listed> {
    let entry = Entry {
        id: row.id(0)?,
        account: row.id(1)?,
        user: row.optional_id(2)?,
        action: row.text(3)?.to_owned(),
        subject: row.text(4)?.to_owned(),
        detail: row.text(5)?.to_owned(),
        at: row.time(6)?,
    };
    Ok(Listed { entry, name: row.optional_text(7)?, email: row.optional_text(8)? })
}
