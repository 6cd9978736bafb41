//! The inbox on PostgreSQL.

use std::time::Duration;

use async_trait::async_trait;
use chasqui_model::{Part, Timestamp};

use super::Postgres;
use super::column::{column, get, id, part, read_part, time};
use super::lane::{Act, Answer, Work};
use crate::inbox::{Arrival, DeadLetter, Deed, Inboxes, Item, Journal};
use crate::noun::audit::Entry;
use crate::{Error, Result, crash_point, postgres::hot};

/// Meta waits, and comes again: a store that does not answer must not keep its calls.
const PATIENCE: Duration = Duration::from_secs(5);

#[async_trait]
impl Inboxes for Postgres {
    async fn accept(&self, arrivals: Vec<Arrival>) -> Result<Vec<bool>> {
        let taking = self.flags(arrivals, |it| it.part, Work::Accept);
        let taken = tokio::time::timeout(PATIENCE, taking).await;
        let taken = taken.map_err(|_| Error::Unavailable("PostgreSQL does not answer".into()))??;
        crash_point!("K03");
        Ok(taken)
    }

    async fn journal(&self, entries: Vec<Journal>) -> Result<Vec<bool>> {
        self.flags(entries, |it| it.part, Work::Journal).await
    }

    async fn act(&self, deed: Deed, by: &Entry) -> Result<i64> {
        let lane = self.lane(deed.part());
        let act = Work::Act(Box::new(Act::new(deed, by.clone())));
        match super::answered(self.submit(lane, act)).await? {
            Answer::Placed(Some(seq)) => Ok(seq),
            Answer::Placed(None) | Answer::Done | Answer::Flags(_) | Answer::Applied(_) => Err(Error::Stale),
        }
    }

    async fn waiting(&self, parts: &[Part], after: i64, limit: u32) -> Result<Vec<Item>> {
        let parts = column(parts, |it| part(*it));
        let rows = self.read(hot::WAITING, &[&parts, &after, &i64::from(limit)]).await?;
        rows.iter()
            .map(|row| {
                Ok(Item {
                    seq: get(row, 0)?,
                    part: read_part(row, 1)?,
                    integration: id(row, 2)?,
                    contact: id(row, 3)?,
                    kind: get::<i32>(row, 4)?.into(),
                    payload: get(row, 5)?,
                    at: time(row, 6)?,
                })
            })
            .collect()
    }

    async fn bury(&self, letters: Vec<DeadLetter>) -> Result<()> {
        self.each(letters, |it| it.part, Work::Bury).await.map(|_| ())
    }

    async fn drop_items(&self, items: Vec<Item>) -> Result<()> {
        self.each(items, |it| it.part, Work::Drop).await.map(|_| ())
    }

    /// Of all slices: rows lie in the order in which they came.
    async fn forget_keys(&self, before: Timestamp, _slice: u8, limit: u32) -> Result<usize> {
        let (parts, limit) = (self.parts(), i64::from(limit));
        let client = self.client().await?;
        let prepared = client.prepare_cached(hot::FORGET_KEYS.sql).await?;
        let gone = client.execute(&prepared, &[&parts, &before.millis(), &limit]).await?;
        Ok(usize::try_from(gone).unwrap_or(usize::MAX))
    }
}

impl Postgres {
    /// Gives each lane its share of the work. Answers in the order of the work, with where each share's rows stood.
    pub(super) async fn each<T>(
        &self,
        all: Vec<T>,
        part: impl Fn(&T) -> Part,
        work: impl Fn(Vec<T>) -> Work,
    ) -> Result<Vec<(Vec<usize>, super::lane::Answer)>> {
        let mut shares: Vec<(Vec<usize>, Vec<T>)> = Vec::new();
        shares.resize_with(self.lanes.len(), Default::default);
        for (at, it) in all.into_iter().enumerate() {
            let share = &mut shares[self.lane(part(&it))];
            share.0.push(at);
            share.1.push(it);
        }
        let mut answers = Vec::new();
        for (lane, (places, rows)) in shares.into_iter().enumerate() {
            if !rows.is_empty() {
                answers.push((places, self.submit(lane, work(rows))));
            }
        }
        let mut all = Vec::with_capacity(answers.len());
        for (places, answer) in answers {
            all.push((places, super::answered(answer).await?));
        }
        Ok(all)
    }

    /// As [`Postgres::each`], for work that is answered by yes or no.
    pub(super) async fn flags<T>(
        &self,
        all: Vec<T>,
        part: impl Fn(&T) -> Part,
        work: impl Fn(Vec<T>) -> Work,
    ) -> Result<Vec<bool>> {
        let mut flags = vec![false; all.len()];
        for (places, answer) in self.each(all, part, work).await? {
            for (place, flag) in places.into_iter().zip(answer.flags()) {
                flags[place] = flag;
            }
        }
        Ok(flags)
    }
}
