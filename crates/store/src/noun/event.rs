//! The error log: reading events. Writing them belongs to what causes them.

use chasqui_model::Id;
use chasqui_model::account::Account;
use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::Integration;

use crate::db::statements;
use crate::value::Row;
use crate::{Error, Result, Store};

macro_rules! columns {
    () => {
        "id, account, integration, conversation, node, severity, code, graph_code, message, at"
    };
}

statements! {
    LIST = concat!("SELECT ", columns!(), " FROM event WHERE account = $1 AND id < $2 AND severity >= $3 \
        ORDER BY id DESC LIMIT $4");
    LIST_OF = concat!("SELECT ", columns!(), " FROM event WHERE account = $1 AND id < $2 AND severity >= $3 \
        AND integration = $5 ORDER BY id DESC LIMIT $4");
}

impl Store {
    /// An account's events before `before`, latest first: of one integration when given, at least as bad as `severity`.
    pub async fn list_events(
        &self,
        account: Id<Account>,
        integration: Option<Id<Integration>>,
        severity: Severity,
        before: Option<Id<Event>>,
        limit: u32,
    ) -> Result<Vec<Event>> {
        let before = before.unwrap_or(Id::from_bytes([0xff; 16]));
        let mut values =
            vec![account.into(), before.into(), severity.number().into(), i64::from(limit).into()];
        let rows = match integration {
            None => self.db.query(LIST, values).await?,
            Some(integration) => {
                values.push(integration.into());
                self.db.query(LIST_OF, values).await?
            }
        };
        rows.iter().map(read_event).collect()
    }
}

fn read_event(row: &Row) -> Result<Event> {
    let severity = row.int(5)?;
    Ok(Event {
        id: row.id(0)?,
        account: row.id(1)?,
        integration: row.optional_id(2)?,
        conversation: row.optional_id(3)?,
        node: row.optional_text(4)?,
        severity: Severity::from_number(severity)
            .ok_or_else(|| Error::Corrupt(format!("unknown severity {severity}")))?,
        code: row.text(6)?.to_owned(),
        graph_code: row.optional_int(7)?,
        message: row.text(8)?.to_owned(),
        at: row.time(9)?,
    })
}
