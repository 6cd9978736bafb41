//! Incidents: events of one kind on one number, grouped and counted. At most one of a kind is open.

use std::collections::BTreeMap;

use chasqui_model::account::Account;
use chasqui_model::conversation::Conversation;
use chasqui_model::event::{Event, Severity};
use chasqui_model::integration::Integration;
use chasqui_model::notice::Notice;
use chasqui_model::{Id, Timestamp};

use super::event::read_event;
use super::integration::HOUR_MS;
use super::mail::Mail;
use crate::db::{Write, statements};
use crate::value::Row;
use crate::{Error, Result, Store};

macro_rules! columns {
    () => {
        "id, account, integration, code, graph_code, severity, message, conversation, node, count, opened_at, last_at, \
         closed_at, mailed_at, mailed_count"
    };
}

statements! {
    FRESH = concat!("SELECT ", event_columns!(), " FROM event WHERE noted = 0 ORDER BY id LIMIT $1");
    NOTE = "UPDATE event SET noted = 1 WHERE id = $1 AND noted = 0";
    PUT = "INSERT INTO incident (id, account, integration, kind, code, graph_code, severity, message, conversation, \
        node, count, opened_at, last_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
        ON CONFLICT (account, kind) WHERE closed_at IS NULL DO UPDATE SET count = incident.count + excluded.count, \
        last_at = excluded.last_at, message = excluded.message, conversation = excluded.conversation, \
        node = excluded.node, \
        severity = CASE WHEN excluded.severity > incident.severity THEN excluded.severity ELSE incident.severity END";
    CLOSE = "UPDATE incident SET closed_at = $4 WHERE account = $1 AND integration = $2 AND code = $3 \
        AND closed_at IS NULL";
    CLOSE_ONE = "UPDATE incident SET closed_at = $3 WHERE account = $1 AND id = $2 AND closed_at IS NULL";
    QUIET = concat!("SELECT ", columns!(), " FROM incident WHERE closed_at IS NULL AND last_at < $1 \
        ORDER BY id LIMIT $2");
    TO_MAIL = concat!("SELECT ", columns!(), " FROM incident WHERE (closed_at IS NULL AND count > mailed_count) \
        OR (closed_at IS NOT NULL AND recovery_mailed = 0) ORDER BY id LIMIT $1");
    MAILED = "UPDATE incident SET mailed_at = $3, mailed_count = $2 WHERE id = $1 AND mailed_count < $2";
    PASSED_OVER = "UPDATE incident SET mailed_count = $2 WHERE id = $1 AND mailed_count < $2";
    RECOVERY_MAILED = "UPDATE incident SET recovery_mailed = 1 WHERE id = $1 AND recovery_mailed = 0";
    LIST = concat!("SELECT ", columns!(), " FROM incident WHERE account = $1 AND id < $2 \
        AND (CAST($3 AS BIGINT) = 0 OR integration = $4) \
        AND (CAST($5 AS BIGINT) = 0 OR closed_at IS NULL) ORDER BY id DESC LIMIT $6");
    // With the mark on their events, so that each error is counted once whatever happens in between.
    COUNT_ERRORS = "INSERT INTO integration_hour (integration, hour, messages, errors, ignored) \
        SELECT $1, $2, 0, $3, 0 WHERE EXISTS (SELECT 1 FROM integration WHERE id = $1) \
        ON CONFLICT (integration, hour) DO UPDATE SET errors = integration_hour.errors + excluded.errors";
    COUNT = "SELECT COUNT(*) FROM incident WHERE account = $1 AND closed_at IS NULL";
}

/// An incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Its id.
    pub id: Id<Incident>,
    /// Whose.
    pub account: Id<Account>,
    /// On which number.
    pub integration: Option<Id<Integration>>,
    /// The kind of its events.
    pub code: String,
    /// Meta's code, when it came from there.
    pub graph_code: Option<i64>,
    /// The worst of its events.
    pub severity: Severity,
    /// What the last one said.
    pub notice: Notice,
    /// Where the last one happened.
    pub conversation: Option<Id<Conversation>>,
    /// At which node of the bot.
    pub node: Option<String>,
    /// How often.
    pub count: i64,
    /// The first.
    pub opened_at: Timestamp,
    /// The last.
    pub last_at: Timestamp,
    /// When it was over.
    pub closed_at: Option<Timestamp>,
    /// When somebody was last told by mail.
    pub mailed_at: Option<Timestamp>,
    /// How many of its events the mails have told of.
    pub mailed_count: i64,
}

impl chasqui_model::Named for Incident {
    const PREFIX: &'static str = "inc";
}

/// What events come to.
#[derive(Clone, Debug)]
pub enum Noted {
    /// One more of a kind: opens an incident, or counts in the open one.
    Happened {
        /// The id of an incident that is opened by it.
        id: Id<Incident>,
        /// Events with the same are one incident.
        kind: String,
        /// The event.
        event: Box<Event>,
    },
    /// What ends the incidents of another kind.
    Ended {
        /// Whose.
        account: Id<Account>,
        /// On which number.
        integration: Id<Integration>,
        /// Of which kind.
        code: &'static str,
        /// When.
        at: Timestamp,
    },
}

impl Store {
    /// Events that no incident has counted yet, oldest first.
    pub async fn fresh_events(&self, limit: u32) -> Result<Vec<Event>> {
        self.db.query(FRESH, vec![i64::from(limit).into()]).await?.iter().map(read_event).collect()
    }

    /// Counts events, all or none: into incidents, and those of severity error into their number's hour; and puts the mails
    /// about them on their way. [`Error::Stale`] when somebody else counted one of them.
    pub async fn note_events(&self, events: &[Event], noted: &[Noted], mails: &[Mail]) -> Result<()> {
        let mut writes: Vec<Write> =
            events.iter().map(|event| Write::one(NOTE, vec![event.id.into()])).collect();
        writes.extend(errors_by_hour(events).into_iter().map(|((integration, hour), count)| {
            Write::any(COUNT_ERRORS, vec![integration.into(), hour.into(), count.into()])
        }));
        for one in noted {
            writes.push(match one {
                Noted::Happened { id, kind, event } => Write::any(
                    PUT,
                    vec![
                        (*id).into(),
                        event.account.into(),
                        event.integration.into(),
                        kind.clone().into(),
                        event.code.clone().into(),
                        event.graph_code.into(),
                        event.severity.number().into(),
                        event.notice.written().into(),
                        event.conversation.into(),
                        event.node.clone().into(),
                        1.into(),
                        event.at.into(),
                        event.at.into(),
                    ],
                ),
                Noted::Ended { account, integration, code, at } => {
                    let values = vec![(*account).into(), (*integration).into(), (*code).into(), (*at).into()];
                    Write::any(CLOSE, values)
                }
            });
        }
        for mail in mails {
            writes.push(self.mail_write(mail)?);
        }
        self.db.transact(writes).await.map(|_| ())
    }

    /// Open incidents in which nothing has happened since `before`.
    pub async fn quiet_incidents(&self, before: Timestamp, limit: u32) -> Result<Vec<Incident>> {
        self.db.query(QUIET, vec![before.into(), i64::from(limit).into()]).await?.iter().map(read).collect()
    }

    /// Ends an incident. `false` when the account has no such open one.
    pub async fn close_incident(
        &self,
        account: Id<Account>,
        id: Id<Incident>,
        at: Timestamp,
    ) -> Result<bool> {
        let values = vec![account.into(), id.into(), at.into()];
        Ok(self.db.transact(vec![Write::any(CLOSE_ONE, values)]).await? == [1])
    }

    /// Incidents that somebody may have to be told of.
    pub async fn incidents_to_mail(&self, limit: u32) -> Result<Vec<Incident>> {
        self.db.query(TO_MAIL, vec![i64::from(limit).into()]).await?.iter().map(read).collect()
    }

    /// Tells of an open incident, up to the events it has now. Without mails it is passed over.
    pub async fn mail_incident(&self, it: &Incident, mails: &[Mail], at: Timestamp) -> Result<()> {
        let told = if mails.is_empty() {
            Write::one(PASSED_OVER, vec![it.id.into(), it.count.into()])
        } else {
            Write::one(MAILED, vec![it.id.into(), it.count.into(), at.into()])
        };
        self.with_mails(told, mails).await
    }

    /// Tells that an incident is over. Without mails it is passed over.
    pub async fn mail_recovery(&self, it: &Incident, mails: &[Mail]) -> Result<()> {
        self.with_mails(Write::one(RECOVERY_MAILED, vec![it.id.into()]), mails).await
    }

    async fn with_mails(&self, told: Write, mails: &[Mail]) -> Result<()> {
        let mut writes = vec![told];
        for mail in mails {
            writes.push(self.mail_write(mail)?);
        }
        self.db.transact(writes).await.map(|_| ())
    }

    /// An account's incidents before `before`, latest first.
    pub async fn list_incidents(
        &self,
        account: Id<Account>,
        integration: Option<Id<Integration>>,
        only_open: bool,
        before: Option<Id<Incident>>,
        limit: u32,
    ) -> Result<Vec<Incident>> {
        let values = vec![
            account.into(),
            before.unwrap_or(Id::from_bytes([0xff; 16])).into(),
            integration.is_some().into(),
            integration.unwrap_or(Id::from_bytes([0; 16])).into(),
            only_open.into(),
            i64::from(limit).into(),
        ];
        self.db.query(LIST, values).await?.iter().map(read).collect()
    }

    /// How many incidents of an account are open.
    pub async fn open_incidents(&self, account: Id<Account>) -> Result<i64> {
        let row = self.db.query_one(COUNT, vec![account.into()]).await?;
        row.map_or(Ok(0), |row| row.int(0))
    }
}

/// How many errors each number had in which hour. In one order everywhere: processes must not wait for each other in a
/// ring.
fn errors_by_hour(events: &[Event]) -> BTreeMap<(Id<Integration>, i64), i64> {
    let mut counts = BTreeMap::new();
    for event in events.iter().filter(|event| event.severity == Severity::Error) {
        if let Some(integration) = event.integration {
            *counts.entry((integration, event.at.millis() / HOUR_MS)).or_insert(0) += 1;
        }
    }
    counts
}

fn read(row: &Row) -> Result<Incident> {
    let severity = row.int(5)?;
    Ok(Incident {
        id: row.id(0)?,
        account: row.id(1)?,
        integration: row.optional_id(2)?,
        code: row.text(3)?.to_owned(),
        graph_code: row.optional_int(4)?,
        severity: Severity::from_number(severity)
            .ok_or_else(|| Error::Corrupt(format!("unknown severity {severity}")))?,
        notice: Notice::read(row.text(3)?, row.text(6)?),
        conversation: row.optional_id(7)?,
        node: row.optional_text(8)?,
        count: row.int(9)?,
        opened_at: row.time(10)?,
        last_at: row.time(11)?,
        closed_at: row.optional_time(12)?,
        mailed_at: row.optional_time(13)?,
        mailed_count: row.int(14)?,
    })
}
