//! Who did what, and when.

use chasqui_model::account::{Account, User};
use chasqui_model::{Id, Timestamp};

use crate::db::{Write, statements};
use crate::{Result, Store};

statements! {
    INSERT = "INSERT INTO audit (id, account, person, action, subject, detail, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    LIST = "SELECT id, account, person, action, subject, detail, at FROM audit WHERE account = $1 AND id < $2 \
        ORDER BY id DESC LIMIT $3";
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

impl Store {
    /// Appends to the audit log.
    pub async fn add_audit(&self, entry: &Entry) -> Result<()> {
        let values = vec![
            entry.id.into(),
            entry.account.into(),
            entry.user.into(),
            entry.action.clone().into(),
            entry.subject.clone().into(),
            entry.detail.clone().into(),
            entry.at.into(),
        ];
        self.db.transact(vec![Write::one(INSERT, values)]).await.map(|_| ())
    }

    /// An account's audit log before `before`, latest first.
    pub async fn list_audit(
        &self,
        account: Id<Account>,
        before: Option<Id<Entry>>,
        limit: u32,
    ) -> Result<Vec<Entry>> {
        let before = before.unwrap_or(Id::from_bytes([0xff; 16]));
        let rows = self.db.query(LIST, vec![account.into(), before.into(), i64::from(limit).into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(Entry {
                    id: row.id(0)?,
                    account: row.id(1)?,
                    user: row.optional_id(2)?,
                    action: row.text(3)?.to_owned(),
                    subject: row.text(4)?.to_owned(),
                    detail: row.text(5)?.to_owned(),
                    at: row.time(6)?,
                })
            })
            .collect()
    }
}
