//! Who wants no marketing.

use chasqui_model::contact::Contact;
use chasqui_model::integration::Integration;
use chasqui_model::{Id, Timestamp};

use crate::db::{Write, statements};
use crate::{Result, Store};

statements! {
    PUT = "INSERT INTO opt_out (integration, contact, at, source) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    DELETE = "DELETE FROM opt_out WHERE integration = $1 AND contact = $2";
    GET = "SELECT at FROM opt_out WHERE integration = $1 AND contact = $2";
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
}
