//! Who wants no marketing, and contacts by the names they go by.

use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;
use chasqui_model::message::{AliasKind, Message};
use chasqui_model::{Id, Part, Timestamp};

use super::contact::{columns, read_contact};
use crate::db::{Write, statements};
use crate::{Result, Store};

statements! {
    PUT = "INSERT INTO opt_out (integration, contact, at, source) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    DELETE = "DELETE FROM opt_out WHERE integration = $1 AND contact = $2";
    GET = "SELECT at FROM opt_out WHERE integration = $1 AND contact = $2";
    OF_MESSAGE = "SELECT contact FROM message WHERE part = $1 AND id = $2";
    BY_ALIAS = concat!("SELECT ", columns!("c."), " FROM contact_alias a JOIN contact c ON c.part = a.part \
        AND c.id = a.contact WHERE a.part = $1 AND a.integration = $2 AND a.kind = $3 AND a.value = $4");
}

impl Store {
    /// A contact wants no marketing from a number, or wants it again. `source` says how we know.
    pub async fn set_opt_out(
        &self,
        integration: Id<Integration>,
        contact: Id<Contact>,
        out: bool,
        source: &str,
        at: Timestamp,
    ) -> Result<()> {
        let mut values = vec![integration.into(), contact.into()];
        let statement = if out {
            values.extend([at.into(), source.into()]);
            PUT
        } else {
            DELETE
        };
        self.db.transact(vec![Write::any(statement, values)]).await.map(|_| ())
    }

    /// Since when a contact wants no marketing.
    pub async fn opted_out(
        &self,
        integration: Id<Integration>,
        contact: Id<Contact>,
    ) -> Result<Option<Timestamp>> {
        let row = self.db.query_one(GET, vec![integration.into(), contact.into()]).await?;
        row.map(|row| row.time(0)).transpose()
    }

    /// Who a message was sent to.
    pub async fn contact_of_message(&self, part: Part, id: Id<Message>) -> Result<Option<Id<Contact>>> {
        let values = vec![i64::from(part.number()).into(), id.into()];
        self.db.query_one(OF_MESSAGE, values).await?.map(|row| row.id(0)).transpose()
    }

    /// The contact of a number who goes by a name.
    pub async fn contact_by_alias(
        &self,
        integration: Id<Integration>,
        kind: AliasKind,
        value: &str,
    ) -> Result<Option<Contact>> {
        let part = i64::from(Part::of(integration).number());
        let values = vec![part.into(), integration.into(), kind.number().into(), value.into()];
        let row = self.db.query_one(BY_ALIAS, values).await?;
        row.as_ref().map(read_contact).transpose()
    }
}
