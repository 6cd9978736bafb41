//! Events: written down beside what causes them, and read as the error log.

use std::time::Duration;

use chasqui_model::account::Account;
use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::Integration;
use chasqui_model::notice::Notice;
use chasqui_model::{Id, Timestamp};

use crate::db::{Write, statements};
use crate::value::{Row, Value};
use crate::{Error, Result, Store};

/// Ids begin with their time: the index by id finds what is not too old, too.
macro_rules! wanted {
    () => {
        concat!(
            "SELECT ",
            event_columns!(),
            " FROM event WHERE account = $1 AND id < $2 AND id >= $3 AND at >= $4 AND at < $5 "
        )
    };
}

statements! {
    ADD = add_event!();
    PUT = concat!(
        "INSERT INTO event (",
        event_columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO UPDATE SET message = excluded.message"
    );
    LIST = concat!(wanted!(), "AND severity >= $6 ORDER BY id DESC LIMIT $7");
    LIST_OF_NUMBER = concat!(wanted!(), "AND severity >= $6 AND integration = $8 ORDER BY id DESC LIMIT $7");
    // The worst ones are few among many.
    LIST_WORST = concat!(wanted!(), "AND severity = $6 ORDER BY id DESC LIMIT $7");
}

/// How much earlier than its time an event's id may have been made.
const EARLY: Duration = Duration::from_mins(10);

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
    /// Writes an event down.
    pub async fn add_events(&self, events: &[Event]) -> Result<()> {
        let writes = events.iter().map(add).collect();
        self.db.transact(writes).await.map(|_| ())
    }

    /// Writes an event down, or, when it is there already, its words anew: what repeats is counted in one.
    pub async fn put_event(&self, event: &Event) -> Result<()> {
        self.db.transact(vec![Write::any(PUT, values(event))]).await.map(|_| ())
    }

    /// An account's events, latest first.
    pub async fn find_events(&self, account: Id<Account>, filter: &Filter, limit: u32) -> Result<Vec<Event>> {
        let from =
            filter.since.map_or(Id::from_bytes([0; 16]), |since| first_id::<Event>(since.before(EARLY)));
        let until =
            filter.until.map_or(Id::from_bytes([0xff; 16]), |until| first_id::<Event>(until.after(EARLY)));
        let mut values = vec![
            account.into(),
            filter.before.map_or(until, |before| before.min(until)).into(),
            from.into(),
            filter.since.unwrap_or(Timestamp::from_millis(i64::MIN)).into(),
            filter.until.unwrap_or(Timestamp::from_millis(i64::MAX)).into(),
            filter.severity.number().into(),
            i64::from(limit).into(),
        ];
        let statement = match (filter.integration, filter.severity) {
            (Some(integration), _) => {
                values.push(integration.into());
                LIST_OF_NUMBER
            }
            (None, Severity::Error) => LIST_WORST,
            (None, Severity::Notice | Severity::Warning) => LIST,
        };
        let rows = self.db.query(statement, values).await?;
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

/// Below every id that was made at a time or after it.
pub(super) fn first_id<T>(at: Timestamp) -> Id<T> {
    let millis = u64::try_from(at.millis()).unwrap_or(0).to_be_bytes();
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&millis[2..]);
    Id::from_bytes(bytes)
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
        notice: Notice::read(row.text(6)?, row.text(8)?),
        at: row.time(9)?,
    })
}

/// Writes an event down beside what caused it.
pub(super) fn add(event: &Event) -> Write {
    Write::any(ADD, values(event))
}

fn values(event: &Event) -> Vec<Value> {
    vec![
        event.id.into(),
        event.account.into(),
        event.integration.into(),
        event.conversation.into(),
        event.node.clone().into(),
        event.severity.number().into(),
        event.code.clone().into(),
        event.graph_code.into(),
        event.notice.written().into(),
        event.at.into(),
    ]
}
