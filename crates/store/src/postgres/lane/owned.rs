//! Whether this process may still do what it is about to do, and telling others of what is theirs to do.

use std::collections::{BTreeSet, HashSet};

use chasqui_model::Part;
use tokio_postgres::{Error as PgError, Row};

use super::Job;
use super::job::Work;
use crate::inbox::Item;
use crate::lease::News;
use crate::postgres::column::{get, part, read_part};
use crate::postgres::hot;
use crate::postgres::lease::Holding;
use crate::postgres::news::letter;
use crate::postgres::session::Session;
use crate::{Error, Result};

/// The parts that a group needs to hold: whoever computes turns or sends has to be their owner.
pub(super) struct Owned {
    parts: Vec<Part>,
    /// The jobs, each with its parts.
    jobs: Vec<(usize, Vec<Part>)>,
}

impl Owned {
    pub(super) fn of(jobs: &[Job]) -> Self {
        let needs = |job: &Job| match &job.work {
            Work::Turn(turn) => vec![turn.part],
            Work::Mark(messages, _) => messages.iter().map(|(part, _)| *part).collect(),
            Work::Accept(_)
            | Work::Journal(_)
            | Work::Act(_)
            | Work::Bury(_)
            | Work::Drop(_)
            | Work::Record(_)
            | Work::Statuses(_) => Vec::new(),
        };
        let jobs: Vec<_> =
            jobs.iter().map(needs).enumerate().filter(|(_, parts)| !parts.is_empty()).collect();
        let parts: BTreeSet<Part> = jobs.iter().flat_map(|(_, parts)| parts).copied().collect();
        Self { parts: parts.into_iter().collect(), jobs }
    }

    /// Until the end of the transaction nobody can claim the parts.
    pub(super) async fn lock(&self, session: &Session, holding: &Holding) -> Result<(), PgError> {
        if self.parts.is_empty() {
            return Ok(());
        }
        let parts: Vec<i16> = self.parts.iter().map(|it| part(*it)).collect();
        session.query(hot::LOCK_PARTS, &[&holding.class, &parts]).await.map(|_| ())
    }

    /// Which of the parts are held. A statement of its own, so that it sees what was claimed before the lock was there.
    pub(super) async fn ask(&self, session: &Session, holding: &Holding) -> Result<Vec<Row>, PgError> {
        if self.parts.is_empty() {
            return Ok(Vec::new());
        }
        let parts: Vec<i16> = self.parts.iter().map(|it| part(*it)).collect();
        session.query(hot::HELD, &[&parts, &holding.worker]).await
    }

    /// The jobs that are not this process's to do any more.
    pub(super) fn lost(&self, held: &[Row], holding: &Holding) -> Result<Vec<(usize, Error)>> {
        let held = held.iter().map(|row| Ok((read_part(row, 0)?, get(row, 1)?)));
        let held = held.collect::<Result<HashSet<(Part, i64)>>>()?;
        let held = |part: &Part| held.contains(&(*part, holding.epoch(*part)));
        let lost = self.jobs.iter().filter(|(_, parts)| !parts.iter().all(held));
        Ok(lost.map(|(job, _)| (*job, Error::NotOwner)).collect())
    }
}

/// Tells other processes of work for their parts, in one notification that goes out with the commit.
pub(super) async fn tell(session: &Session, holding: &Holding, items: &[Item]) -> Result<(), PgError> {
    let parts: BTreeSet<u16> =
        items.iter().filter(|it| !holding.holds(it.part)).map(|it| it.part.number()).collect();
    if parts.is_empty() {
        return Ok(());
    }
    let Some(letter) = letter(holding, &News::Work(parts.into_iter().collect())) else { return Ok(()) };
    session.query(hot::by_account::TELL, &[&&*holding.channel, &letter]).await.map(|_| ())
}
