//! The error log: reading events. Writing them belongs to what causes them.

use chasqui_model::account::Account;
use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::Integration;
use chasqui_model::{Id, Timestamp};

use crate::db::statements;
use crate::value::Row;
use crate::{Error, Result, Store};

macro_rules! columns {
    () => {
        "id, account, integration, conversation, node, severity, code, graph_code, message, at"
    };
}
pub(super) use columns;

statements! {
    LIST = concat!("SELECT ", columns!(), " FROM event WHERE account = $1 AND id < $2 AND severity >= $3 \
        AND at >= $4 AND at < $5 ORDER BY id DESC LIMIT $6");
    LIST_OF = concat!("SELECT ", columns!(), " FROM event WHERE account = $1 AND id < $2 AND severity >= $3 \
        AND at >= $4 AND at < $5 AND integration = $7 ORDER BY id DESC LIMIT $6");
}

/// Which events, all conditions at once.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// On this number.
    pub integration: Option<Id<Integration>>,
    /// At least as bad as this.
    pub severity: Severity,
    /// Not before this.
    pub since: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
    /// Older than this one.
    pub before: Option<Id<Event>>,
}

impl Store {
    /// An account's events, latest first.
    pub async fn find_events(&self, account: Id<Account>, filter: &Filter, limit: u32) -> Result<Vec<Event>> {
        let mut values = vec![
            account.into(),
            filter.before.unwrap_or(Id::from_bytes([0xff; 16])).into(),
            filter.severity.number().into(),
            filter.since.unwrap_or(Timestamp::from_millis(i64::MIN)).into(),
            filter.until.unwrap_or(Timestamp::from_millis(i64::MAX)).into(),
            i64::from(limit).into(),
        ];
        let rows = match filter.integration {
            None => self.db.query(LIST, values).await?,
            Some(integration) => {
                values.push(integration.into());
                self.db.query(LIST_OF, values).await?
            }
        };
        rows.iter().map(read_event).collect()
    }

    /// An account's events before `before`, latest first: of one integration when given, at least as bad as `severity`.
    pub async fn list_events(
        &self,
        account: Id<Account>,
        integration: Option<Id<Integration>>,
        severity: Severity,
        before: Option<Id<Event>>,
        limit: u32,
    ) -> Result<Vec<Event>> {
        let filter = Filter { integration, severity, since: None, until: None, before };
        self.find_events(account, &filter, limit).await
    }
}

pub(super) fn read_event(row: &Row) -> Result<Event> {
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
