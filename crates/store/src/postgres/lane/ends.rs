//! What is over: calls that were answered, timers that rang, work that is kept aside or dropped.

use std::collections::HashSet;

use chasqui_model::Id;
use chasqui_model::conversation::Conversation;
use tokio_postgres::{Error as PgError, Row};
use uuid::Uuid;

use super::Job;
use super::job::Work;
use crate::Result;
use crate::inbox::{Closes, DeadLetter, Item, Journal};
use crate::postgres::column::{column, get, id, part, text};
use crate::postgres::hot;
use crate::postgres::session::{Params, Session};

/// All entries, letters and dropped items of a group.
pub(super) struct Ends<'a> {
    entries: Vec<&'a Journal>,
    letters: Vec<&'a DeadLetter>,
    dropped: Vec<&'a Item>,
}

/// What was still open and is closed now. Each stands for its first entry.
#[derive(Default)]
pub(super) struct Closed {
    calls: HashSet<(Id<Conversation>, i64)>,
    timers: HashSet<[u8; 16]>,
}

impl<'a> Ends<'a> {
    pub(super) fn of(jobs: &'a [Job]) -> Self {
        let mut ends = Self { entries: Vec::new(), letters: Vec::new(), dropped: Vec::new() };
        for job in jobs {
            match &job.work {
                Work::Journal(entries) => ends.entries.extend(entries),
                Work::Act(act) => ends.entries.extend(&act.entries),
                Work::Bury(letters) => ends.letters.extend(letters),
                Work::Drop(items) => ends.dropped.extend(items),
                Work::Accept(_) | Work::Turn(_) | Work::Mark(..) | Work::Record(_) | Work::Statuses(_) => {}
            }
        }
        ends
    }

    /// Closes and keeps everything.
    pub(super) async fn write(&self, session: &Session) -> Result<(Vec<Row>, Vec<Row>), PgError> {
        let (calls, timers, buried, gone) = futures::join!(
            self.close_calls(session),
            self.close_timers(session),
            self.bury(session),
            self.remove(session),
        );
        buried?;
        gone?;
        Ok((calls?, timers?))
    }

    async fn close_calls(&self, session: &Session) -> Result<Vec<Row>, PgError> {
        let calls: Vec<_> = self
            .entries
            .iter()
            .filter_map(|it| match &it.closes {
                Closes::Call { conversation, no, result, ok, duration_ms } => {
                    Some((it.part, conversation, *no, result, *ok, *duration_ms))
                }
                Closes::Nothing | Closes::Timer { .. } => None,
            })
            .collect();
        if calls.is_empty() {
            return Ok(Vec::new());
        }
        let parts = column(&calls, |it| part(it.0));
        let conversations = column(&calls, |it| it.1.uuid());
        let numbers = column(&calls, |it| it.2);
        let states = column(&calls, |it| if it.4 { 1_i64 } else { 2 });
        let results = column(&calls, |it| text(it.3));
        let durations = column(&calls, |it| it.5);
        let params: Params<'_> = &[&parts, &conversations, &numbers, &states, &results, &durations];
        session.query(hot::CLOSE_CALLS, params).await
    }

    async fn close_timers(&self, session: &Session) -> Result<Vec<Row>, PgError> {
        let timers: Vec<_> = self
            .entries
            .iter()
            .filter_map(|it| match &it.closes {
                Closes::Timer { due, id } => Some((it.part, due, id)),
                Closes::Nothing | Closes::Call { .. } => None,
            })
            .collect();
        if timers.is_empty() {
            return Ok(Vec::new());
        }
        let parts = column(&timers, |it| part(it.0));
        let due = column(&timers, |it| it.1.millis());
        let ids = column(&timers, |it| Uuid::from_bytes(*it.2));
        session.query(hot::CLOSE_TIMERS, &[&parts, &due, &ids]).await
    }

    async fn bury(&self, session: &Session) -> Result<(), PgError> {
        if self.letters.is_empty() {
            return Ok(());
        }
        let all = &self.letters;
        let parts = column(all, |it| part(it.part));
        let ids = column(all, |it| Uuid::from_bytes(it.id));
        let accounts = column(all, |it| it.account.uuid());
        let integrations = column(all, |it| it.integration.uuid());
        let contacts = column(all, |it| it.contact.map(Id::uuid));
        let causes = column(all, |it| text(&it.cause));
        let raw = column(all, |it| &it.raw[..]);
        let times = column(all, |it| it.at.millis());
        let params: Params<'_> = &[&parts, &ids, &accounts, &integrations, &contacts, &causes, &raw, &times];
        session.execute(hot::BURY, params).await.map(|_| ())
    }

    async fn remove(&self, session: &Session) -> Result<(), PgError> {
        let buried = self.letters.iter().filter_map(|it| Some((it.part, it.contact?, it.seq?)));
        let rows: Vec<_> =
            buried.chain(self.dropped.iter().map(|it| (it.part, it.contact, it.seq))).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let parts = column(&rows, |it| part(it.0));
        let contacts = column(&rows, |it| it.1.uuid());
        let numbers = column(&rows, |it| it.2);
        session.query(hot::DONE, &[&parts, &contacts, &numbers]).await.map(|_| ())
    }
}

impl Closed {
    /// From the rows of [`hot::CLOSE_CALLS`] and [`hot::CLOSE_TIMERS`].
    pub(super) fn read(calls: &[Row], timers: &[Row]) -> Result<Self> {
        Ok(Self {
            calls: calls.iter().map(|row| Ok((id(row, 0)?, get(row, 1)?))).collect::<Result<_>>()?,
            timers: timers.iter().map(|row| Ok(get::<Uuid>(row, 0)?.into_bytes())).collect::<Result<_>>()?,
        })
    }

    /// Whether an entry counts: what it closes was open until then.
    pub(super) fn take(&mut self, closes: &Closes) -> bool {
        match closes {
            Closes::Nothing => true,
            Closes::Call { conversation, no, .. } => self.calls.remove(&(*conversation, *no)),
            Closes::Timer { id, .. } => self.timers.remove(id),
        }
    }
}
