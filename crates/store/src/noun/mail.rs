//! Mail on its way out. What a mail says is sealed (it may hold a link that stands for a person) and erased once it was
//! sent; that it was sent stays for a while.

use chasqui_model::account::Account;
use chasqui_model::secret::Secret;
use chasqui_model::{Id, Timestamp};

use super::event::first_id;
use crate::db::{Write, statements};
use crate::value::Row;
use crate::{Error, Result, Store, Vault};

statements! {
    INSERT = "INSERT INTO mail (id, account, kind, recipient, content, due_at, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $6)";
    DUE = "SELECT id, account, kind, recipient, content, attempts, created_at FROM mail WHERE due_at <= $1 \
        ORDER BY due_at LIMIT $2";
    // Not due again before `$3`: should the process die while sending, another one tries then.
    CLAIM = "UPDATE mail SET due_at = $3, attempts = attempts + 1 WHERE id = $1 AND due_at <= $2";
    SENT = "UPDATE mail SET due_at = NULL, sent_at = $2, content = $3, error = NULL WHERE id = $1";
    LATER = "UPDATE mail SET due_at = $2, error = $3 WHERE id = $1";
    GIVEN_UP = "UPDATE mail SET due_at = NULL, content = $2, error = $3 WHERE id = $1";
    FORGET = "DELETE FROM mail WHERE due_at IS NULL AND created_at < $1";
    SINCE = "SELECT COUNT(*) FROM mail WHERE account = $1 AND id >= $2 AND kind = $3";
    LAST = "SELECT sent_at, error, attempts FROM mail WHERE account = $1 AND recipient = $2 ORDER BY id DESC LIMIT 1";
}

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its id.
    pub id: Id<Mail>,
    /// In whose name; `None`: the installation's.
    pub account: Option<Id<Account>>,
    /// What it is for: `invitation`, `alert` …
    pub kind: String,
    /// One address.
    pub recipient: String,
    /// The subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was written.
    pub created_at: Timestamp,
}

impl chasqui_model::Named for Mail {
    const PREFIX: &'static str = "mai";
}

/// What became of the last mail to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// When the mail server took it.
    pub sent_at: Option<Timestamp>,
    /// Why it did not, the last time.
    pub error: Option<String>,
    /// How often it was tried.
    pub attempts: i64,
}

/// The write that puts a mail on its way, to be part of a transaction.
pub(super) fn insert(vault: &Vault, mail: &Mail) -> Result<Write> {
    let content = Secret::new(format!("{}\n{}", mail.subject.replace(['\r', '\n'], " "), mail.text));
    let sealed = vault.seal(&place(mail.id), &content)?;
    let values = vec![
        mail.id.into(),
        mail.account.into(),
        mail.kind.clone().into(),
        mail.recipient.clone().into(),
        sealed.into(),
        mail.created_at.into(),
    ];
    Ok(Write::one(INSERT, values))
}

pub(crate) fn place(id: Id<Mail>) -> String {
    format!("mail/{id}/content")
}

impl Store {
    /// Puts mails on their way.
    pub async fn send_mail(&self, mails: &[Mail]) -> Result<()> {
        let writes = mails.iter().map(|mail| insert(&self.vault, mail)).collect::<Result<_>>()?;
        self.db.transact(writes).await.map(|_| ())
    }

    /// Mails that are due, oldest first.
    pub async fn due_mail(&self, now: Timestamp, limit: u32) -> Result<Vec<Mail>> {
        let rows = self.db.query(DUE, vec![now.into(), i64::from(limit).into()]).await?;
        let mut due = Vec::with_capacity(rows.len());
        for row in &rows {
            match self.read_mail(row) {
                Ok(mail) => due.push(mail),
                // It would stand before all others for ever.
                Err(error) => {
                    tracing::error!(%error, "a mail is damaged and is given up");
                    self.mail_failed(row.id(0)?, None, "it is damaged").await?;
                }
            }
        }
        Ok(due)
    }

    fn read_mail(&self, row: &Row) -> Result<Mail> {
        let id = row.id(0)?;
        let content = self.vault.open(&place(id), row.blob(4)?)?;
        let (subject, text) = content
            .expose()
            .split_once('\n')
            .ok_or_else(|| Error::Corrupt(format!("mail {id} has no subject")))?;
        Ok(Mail {
            id,
            account: row.optional_id(1)?,
            kind: row.text(2)?.to_owned(),
            recipient: row.text(3)?.to_owned(),
            subject: subject.to_owned(),
            text: text.to_owned(),
            attempts: row.int(5)?,
            created_at: row.time(6)?,
        })
    }

    /// Takes a due mail on, until `until`. `false` when somebody else was faster.
    pub async fn claim_mail(&self, id: Id<Mail>, now: Timestamp, until: Timestamp) -> Result<bool> {
        let values = vec![id.into(), now.into(), until.into()];
        Ok(self.db.transact(vec![Write::any(CLAIM, values)]).await? == [1])
    }

    /// The mail server took it.
    pub async fn mail_sent(&self, id: Id<Mail>, at: Timestamp) -> Result<()> {
        let values = vec![id.into(), at.into(), Vec::new().into()];
        self.db.transact(vec![Write::any(SENT, values)]).await.map(|_| ())
    }

    /// It did not; to be tried again at `due_at`, or never.
    pub async fn mail_failed(&self, id: Id<Mail>, due_at: Option<Timestamp>, why: &str) -> Result<()> {
        let write = match due_at {
            Some(due_at) => Write::any(LATER, vec![id.into(), due_at.into(), why.into()]),
            None => Write::any(GIVEN_UP, vec![id.into(), Vec::new().into(), why.into()]),
        };
        self.db.transact(vec![write]).await.map(|_| ())
    }

    /// Forgets mails that were dealt with and written before this.
    pub async fn forget_mail(&self, before: Timestamp) -> Result<()> {
        self.db.transact(vec![Write::any(FORGET, vec![before.into()])]).await.map(|_| ())
    }

    /// How many mails of a kind an account has written since then.
    pub async fn mails_since(&self, account: Id<Account>, kind: &str, since: Timestamp) -> Result<i64> {
        let values = vec![account.into(), first_id::<Mail>(since).into(), kind.into()];
        self.db.query_one(SINCE, values).await?.map_or(Ok(0), |row| row.int(0))
    }

    /// What became of the last mail of an account to an address.
    pub async fn last_mail(&self, account: Id<Account>, recipient: &str) -> Result<Option<Fate>> {
        let row = self.db.query_one(LAST, vec![account.into(), recipient.into()]).await?;
        row.map(|row| {
            Ok(Fate { sent_at: row.optional_time(0)?, error: row.optional_text(1)?, attempts: row.int(2)? })
        })
        .transpose()
    }
}
