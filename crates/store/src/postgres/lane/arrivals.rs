//! Updates on their way into the inbox: which are new, and who sent them.

use std::collections::HashSet;

use chasqui_model::Id;
use chasqui_model::integration::Integration;
use tokio_postgres::{Error as PgError, Row};
use uuid::Uuid;

use super::Job;
use super::job::Work;
use crate::Result;
use crate::inbox::Arrival;
use crate::people::asked;
use crate::postgres::column::{column, get, id, part, small, text};
use crate::postgres::hot;
use crate::postgres::session::Session;

/// All arrivals of a group, in the order of its jobs.
pub(super) struct Arrivals<'a>(Vec<&'a Arrival>);

/// What the store says about them.
pub(super) struct Known {
    seen: Vec<Row>,
    /// As [`hot::WHO`] answers.
    pub(super) who: Vec<Row>,
    /// As [`hot::FACES`] answers.
    pub(super) faces: Vec<Row>,
}

impl<'a> Arrivals<'a> {
    pub(super) fn of(jobs: &'a [Job]) -> Self {
        let of = |job: &'a Job| match &job.work {
            Work::Accept(arrivals) => &arrivals[..],
            Work::Act(act) => &act.arrivals[..],
            Work::Journal(_)
            | Work::Bury(_)
            | Work::Drop(_)
            | Work::Turn(_)
            | Work::Mark(..)
            | Work::Record(_)
            | Work::Statuses(_) => &[],
        };
        Self(jobs.iter().flat_map(of).collect())
    }

    /// Takes their keys, and asks whom the senders' names lead to.
    pub(super) async fn begin(&self, session: &Session) -> Result<Known, PgError> {
        if self.0.is_empty() {
            return Ok(Known { seen: Vec::new(), who: Vec::new(), faces: Vec::new() });
        }
        let (seen, who) = futures::join!(self.take_keys(session), self.ask(session));
        let (seen, who) = (seen?, who?);
        let faces = self.ask_formers(session, &who).await?;
        Ok(Known { seen, who, faces })
    }

    /// Asks for people who went by one of the names before somebody else did. Nearly always there are none.
    async fn ask_formers(&self, session: &Session, who: &[Row]) -> Result<Vec<Row>, PgError> {
        let former = |row: &Row| {
            let integration: Uuid = row.try_get(0).ok()?;
            let former = row.try_get::<_, Option<Uuid>>(5).ok()??;
            let of = self.0.iter().find(|it| it.integration.uuid() == integration)?;
            Some((part(of.part), former))
        };
        let (parts, ids): (Vec<i16>, Vec<Uuid>) = who.iter().filter_map(former).unzip();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        session.query(hot::FACES, &[&parts, &ids]).await
    }

    async fn take_keys(&self, session: &Session) -> Result<Vec<Row>, PgError> {
        // In one order everywhere, so that two processes never wait for each other in a ring.
        let mut sorted = self.0.clone();
        sorted.sort_by_key(|it| (it.part, it.integration, it.key));
        let parts = column(&sorted, |it| part(it.part));
        let integrations = column(&sorted, |it| it.integration.uuid());
        let keys = column(&sorted, |it| Uuid::from_bytes(it.key));
        let times = column(&sorted, |it| it.at.millis());
        if sorted.iter().all(|it| it.former.is_none()) {
            return session.query(hot::SEEN, &[&parts, &integrations, &keys, &times]).await;
        }
        let former = column(&sorted, |it| it.former.map(Uuid::from_bytes));
        session.query(hot::SEEN_EITHER, &[&parts, &integrations, &keys, &times, &former]).await
    }

    async fn ask(&self, session: &Session) -> Result<Vec<Row>, PgError> {
        let names = self.0.iter().flat_map(|it| asked(it).map(move |(kind, value)| (*it, kind, value)));
        let names: Vec<_> = names.collect();
        let parts = column(&names, |it| part(it.0.part));
        let integrations = column(&names, |it| it.0.integration.uuid());
        let kinds = column(&names, |it| small(it.1.number()));
        let values = column(&names, |it| text(&it.2));
        session.query(hot::WHO, &[&parts, &integrations, &kinds, &values]).await
    }
}

impl Known {
    /// The keys that were taken now. Each stands for its first arrival.
    pub(super) fn fresh(&self) -> Result<HashSet<(Id<Integration>, [u8; 16])>> {
        self.seen.iter().map(|row| Ok((id(row, 0)?, get::<Uuid>(row, 1)?.into_bytes()))).collect()
    }
}
