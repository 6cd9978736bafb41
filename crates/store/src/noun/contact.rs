//! Contacts, for people to read. The hot path writes them.

use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::contact::Contact;

use crate::db::statements;
use crate::value::Row;
use crate::{Result, Store};

statements! {
    GET = "SELECT id, account, integration, name, wa_id, user_id, username, created_at, last_inbound_at FROM contact \
        WHERE account = $1 AND id = $2";
}

impl Store {
    /// One contact of an account.
    pub async fn contact(&self, account: Id<Account>, id: Id<Contact>) -> Result<Option<Contact>> {
        let row = self.db.query_one(GET, vec![account.into(), id.into()]).await?;
        row.as_ref().map(read_contact).transpose()
    }
}

fn read_contact(row: &Row) -> Result<Contact> {
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
