//! Contacts, for people to read, and what is erased of one. The hot path writes them.

use chasqui_model::account::{Account, User};
use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;
use chasqui_model::media::Media;
use chasqui_model::{Id, Part, Timestamp};

use super::search::{NOTHING, Search, text_of};
use crate::db::{Statement, Write, statements};
use crate::value::{Row, Value};
use crate::{Result, Store};

macro_rules! columns {
    ($table:literal) => {
        concat!(
            $table,
            "id, ",
            $table,
            "account, ",
            $table,
            "integration, ",
            $table,
            "name, ",
            $table,
            "wa_id, ",
            $table,
            "user_id, ",
            $table,
            "username, ",
            $table,
            "created_at, ",
            $table,
            "last_inbound_at"
        )
    };
}
pub(super) use columns;

statements! {
    GET = concat!("SELECT ", columns!(""), " FROM contact WHERE account = $1 AND id = $2");
    LIST = concat!("SELECT ", columns!(""), " FROM contact WHERE account = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    LIST_OF_NUMBER = concat!("SELECT ", columns!(""), " FROM contact WHERE account = $1 AND id < $2 \
        AND integration = $4 ORDER BY id DESC LIMIT $3");
    // For what many have: the list is gone through until enough were found.
    LIST_LIKE = concat!("SELECT ", columns!(""), " FROM contact WHERE account = $1 AND id < $2 \
        AND (CAST($4 AS BIGINT) = 0 OR integration = $5) \
        AND (", text_of!(""), " LIKE lower($6) ESCAPE '!' OR coalesce(wa_id, '') LIKE $7 ESCAPE '!') \
        ORDER BY id DESC LIMIT $3");
    PARENT = "SELECT value FROM contact_alias WHERE part = $1 AND integration = $2 AND kind = 2 AND contact = $3";
    OF_INTEGRATION = "SELECT id FROM contact WHERE account = $1 AND integration = $2 ORDER BY id LIMIT $3";
    MEDIA = "SELECT id FROM media WHERE account = $1 AND contact = $2";
    DELETE_MESSAGES = "DELETE FROM message WHERE part = $1 AND conversation IN (SELECT id FROM conversation \
        WHERE part = $1 AND contact = $2)";
    DELETE_TURNS = "DELETE FROM turn WHERE part = $1 AND conversation IN (SELECT id FROM conversation \
        WHERE part = $1 AND contact = $2)";
    DELETE_CALLS = "DELETE FROM call WHERE part = $1 AND conversation IN (SELECT id FROM conversation \
        WHERE part = $1 AND contact = $2)";
    DELETE_TIMERS = "DELETE FROM timer WHERE part = $1 AND contact = $2";
    DELETE_LETTERS = "DELETE FROM dead_letter WHERE part = $1 AND contact = $2";
    DELETE_INBOX = "DELETE FROM inbox WHERE part = $1 AND contact = $2";
    DELETE_EVENTS = "UPDATE event SET conversation = NULL WHERE conversation IN (SELECT id FROM conversation \
        WHERE part = $1 AND contact = $2)";
    DELETE_MEDIA = "DELETE FROM media WHERE contact = $2 AND CAST($1 AS BIGINT) >= 0";
    DELETE_CONVERSATIONS = "DELETE FROM conversation WHERE part = $1 AND contact = $2";
    DELETE_ALIASES = "DELETE FROM contact_alias WHERE part = $1 AND contact = $2";
    FORGET_FORMER = "UPDATE contact_alias SET former = NULL WHERE part = $1 AND former = $2";
    DELETE_OPT_OUT = "DELETE FROM opt_out WHERE contact = $2 AND CAST($1 AS BIGINT) >= 0";
    DELETE = "DELETE FROM contact WHERE part = $1 AND id = $2";
    INSERT_RECEIPT = "INSERT INTO erasure (id, account, person, contact, counts, at) VALUES ($1, $2, $3, $4, $5, $6)";
    RECEIPTS = "SELECT id, account, person, contact, counts, at FROM erasure WHERE account = $1 AND id < $2 \
        ORDER BY id DESC LIMIT $3";
}

/// Which contacts.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this number.
    pub integration: Option<Id<Integration>>,
    /// Whose name or number contains this.
    pub search: Option<String>,
    /// First seen before this one.
    pub before: Option<Id<Contact>>,
}

/// What was erased of a contact, without saying who it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Its id.
    pub id: Id<Erasure>,
    /// Whose contact.
    pub account: Id<Account>,
    /// Who asked for it; `None`: the retention period.
    pub person: Option<Id<User>>,
    /// Who it was: an id that leads nowhere any more.
    pub contact: Id<Contact>,
    /// Rows of each kind, JSON.
    pub counts: String,
    /// When.
    pub at: Timestamp,
}

impl chasqui_model::Named for Erasure {
    const PREFIX: &'static str = "era";
}

/// What is erased, in an order in which nothing is orphaned, and what people call it.
const ERASED: [(&str, Statement); 12] = [
    ("events", DELETE_EVENTS),
    ("messages", DELETE_MESSAGES),
    ("turns", DELETE_TURNS),
    ("calls", DELETE_CALLS),
    ("timers", DELETE_TIMERS),
    ("unreadable", DELETE_LETTERS),
    ("waiting", DELETE_INBOX),
    ("files", DELETE_MEDIA),
    ("opt_outs", DELETE_OPT_OUT),
    ("conversations", DELETE_CONVERSATIONS),
    ("names", DELETE_ALIASES),
    ("contacts", DELETE),
];

impl Store {
    /// One contact of an account.
    pub async fn contact(&self, account: Id<Account>, id: Id<Contact>) -> Result<Option<Contact>> {
        let row = self.db.query_one(GET, vec![account.into(), id.into()]).await?;
        row.as_ref().map(read_contact).transpose()
    }

    /// The parent business-scoped user id of a contact, where Meta gave one.
    pub async fn parent_user_id(&self, contact: &Contact) -> Result<Option<String>> {
        let part = i64::from(Part::of(contact.integration).number());
        let values = vec![part.into(), contact.integration.into(), contact.id.into()];
        let rows = self.db.query(PARENT, values).await?;
        rows.first().map(|row| row.text(0).map(str::to_owned)).transpose()
    }

    /// An account's contacts, the latest first.
    pub async fn list_contacts(
        &self,
        account: Id<Account>,
        filter: &Filter,
        limit: u32,
    ) -> Result<Vec<Contact>> {
        let before = filter.before.unwrap_or(Id::from_bytes([0xff; 16]));
        let mut values: Vec<Value> = vec![account.into(), before.into(), i64::from(limit).into()];
        let statement = match (&filter.search, filter.integration) {
            (Some(search), integration) => {
                let search = Search::new(search);
                values.extend([integration.is_some().into(), integration.unwrap_or(NOTHING).into()]);
                if self.is_rare(account, &search).await? {
                    values.extend(self.db.search().query(&search));
                    self.db.search().contacts
                } else {
                    values.extend(search.patterns());
                    LIST_LIKE
                }
            }
            (None, Some(integration)) => {
                values.push(integration.into());
                LIST_OF_NUMBER
            }
            (None, None) => LIST,
        };
        self.db.query(statement, values).await?.iter().map(read_contact).collect()
    }

    /// Some contacts of an account's number, whoever comes first.
    pub async fn some_contacts(
        &self,
        account: Id<Account>,
        integration: Id<Integration>,
        limit: u32,
    ) -> Result<Vec<Id<Contact>>> {
        let values = vec![account.into(), integration.into(), i64::from(limit).into()];
        self.db.query(OF_INTEGRATION, values).await?.iter().map(|row| row.id(0)).collect()
    }

    /// The files that a contact sent, whose bytes lie in the media folder.
    pub async fn media_of_contact(&self, account: Id<Account>, id: Id<Contact>) -> Result<Vec<Id<Media>>> {
        let rows = self.db.query(MEDIA, vec![account.into(), id.into()]).await?;
        rows.iter().map(|row| row.id(0)).collect()
    }

    /// Erases a contact with everything that was said and done with them, and leaves a receipt. The files' bytes are the
    /// caller's to remove.
    pub async fn erase_contact(
        &self,
        contact: &Contact,
        receipt: Id<Erasure>,
        person: Option<Id<User>>,
        at: Timestamp,
    ) -> Result<Erasure> {
        let part = i64::from(Part::of(contact.integration).number());
        let values = vec![part.into(), contact.id.into()];
        // Counted by the engine, so that the receipt is true; written down after, so that it can be.
        let mut writes: Vec<Write> =
            ERASED.iter().map(|(_, statement)| Write::any(*statement, values.clone())).collect();
        if let Some(last) = writes.last_mut() {
            last.expect = Some(1);
        }
        // Names that are others' since lead back to nobody; not theirs, so not counted.
        writes.push(Write::any(FORGET_FORMER, values));
        let changed = self.db.transact(writes).await?;
        let counts: serde_json::Map<String, serde_json::Value> =
            ERASED.iter().zip(changed).map(|((name, _), count)| ((*name).to_owned(), count.into())).collect();
        let counts = serde_json::Value::from(counts).to_string();
        let it = Erasure { id: receipt, account: contact.account, person, contact: contact.id, counts, at };
        let values = vec![
            it.id.into(),
            it.account.into(),
            it.person.into(),
            it.contact.into(),
            it.counts.clone().into(),
            it.at.into(),
        ];
        self.db.transact(vec![Write::one(INSERT_RECEIPT, values)]).await?;
        Ok(it)
    }

    /// An account's receipts before `before`, latest first.
    pub async fn list_erasures(
        &self,
        account: Id<Account>,
        before: Option<Id<Erasure>>,
        limit: u32,
    ) -> Result<Vec<Erasure>> {
        let before = before.unwrap_or(Id::from_bytes([0xff; 16]));
        let rows =
            self.db.query(RECEIPTS, vec![account.into(), before.into(), i64::from(limit).into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(Erasure {
                    id: row.id(0)?,
                    account: row.id(1)?,
                    person: row.optional_id(2)?,
                    contact: row.id(3)?,
                    counts: row.text(4)?.to_owned(),
                    at: row.time(5)?,
                })
            })
            .collect()
    }
}

pub(super) fn read_contact(row: &Row) -> Result<Contact> {
    Ok(Contact {
        id: row.id(0)?,
        account: row.id(1)?,
        integration: row.id(2)?,
        name: row.optional_text(3)?,
        wa_id: row.optional_text(4)?,
        user_id: row.optional_text(5)?,
        username: row.optional_text(6)?,
        created_at: row.time(7)?,
        last_inbound_at: row.optional_time(8)?,
    })
}
