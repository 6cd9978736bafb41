//! The outbox on PostgreSQL.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use chasqui_model::integration::Integration;
use chasqui_model::message::{Message, MessageStatus};
use chasqui_model::{Id, Part, Timestamp};
use tokio_postgres::Row;
use uuid::Uuid;

use super::Postgres;
use super::column::{column, get, id, optional_time, part, time};
use super::hot;
use super::lane::Work;
use crate::outbox::{Applied, Lost, OnceMore, Outbox, Queued, Sent, Standing, StatusChange};
use crate::{Error, Result, crash_point};

#[async_trait]
impl Outbox for Postgres {
    async fn queued(
        &self,
        part: Part,
        integration: Id<Integration>,
        after: Option<Id<Message>>,
        limit: u32,
    ) -> Result<Vec<Queued>> {
        let after = after.map_or(Uuid::nil(), Id::uuid);
        let number = super::column::part(part);
        let rows = self.read(hot::QUEUED, &[&number, &integration.uuid(), &after, &i64::from(limit)]).await?;
        rows.iter().map(|row| read(row, part, integration)).collect()
    }

    async fn numbers_with_mail(&self, parts: &[Part]) -> Result<Vec<Id<Integration>>> {
        let parts = column(parts, |it| part(*it));
        self.read(hot::NUMBERS, &[&parts]).await?.iter().map(|row| id(row, 0)).collect()
    }

    async fn mark_sending(&self, messages: Vec<(Part, Id<Message>)>, at: Timestamp) -> Result<Vec<bool>> {
        let marked = self.flags(messages, |it| it.0, |it| Work::Mark(it, at)).await;
        crash_point!("K05");
        marked
    }

    async fn standings(&self, messages: Vec<(Part, Id<Message>)>) -> Result<Vec<Standing>> {
        let parts = column(&messages, |it| part(it.0));
        let ids = column(&messages, |it| it.1.uuid());
        let rows = self.read(hot::STANDINGS, &[&parts, &ids]).await?;
        let standing = |row| Ok((id(row, 0)?, Standing::of(get::<i16>(row, 1)?.into(), get(row, 2)?)));
        let found = rows.iter().map(standing).collect::<Result<HashMap<Id<Message>, Standing>>>()?;
        Ok(messages.iter().map(|it| found.get(&it.1).copied().unwrap_or(Standing::Over)).collect())
    }

    async fn record_sends(&self, mut results: Vec<Sent>) -> Result<()> {
        // One transaction takes a message's first result, the next its second.
        while !results.is_empty() {
            let mut seen = HashSet::new();
            let (now, later) = results.into_iter().partition(|it| seen.insert(it.id));
            self.each(now, |it| it.part, Work::Record).await?;
            results = later;
        }
        crash_point!("K06");
        Ok(())
    }

    async fn send_once_more(&self, lost: Lost) -> Result<OnceMore> {
        let (number, message) = (super::column::part(lost.part), lost.id.uuid());
        let put_back: super::session::Params<'_> =
            &[&number, &message, &lost.wamid, &lost.code, &lost.due_at.millis()];
        if let Some(row) = self.read_any(hot::ONCE_MORE, put_back).await?.first() {
            return Ok(OnceMore::Waits { contact: id(row, 0)? });
        }
        let rows = self.read_any(hot::LOST, &[&number, &message]).await?;
        let Some(row) = rows.first() else { return Ok(OnceMore::No) };
        let wamid: Option<String> = get(row, 2)?;
        Ok(OnceMore::of(&lost, id(row, 0)?, get::<i16>(row, 1)?.into(), wamid.as_deref(), get(row, 3)?))
    }

    async fn apply_statuses(&self, changes: Vec<StatusChange>) -> Result<Vec<Applied>> {
        let mut applied = vec![Applied::Unknown; changes.len()];
        for (places, answer) in self.each(changes, |it| it.part, Work::Statuses).await? {
            for (place, it) in places.into_iter().zip(answer.applied()) {
                applied[place] = it;
            }
        }
        crash_point!("K07");
        Ok(applied)
    }
}

fn read(row: &Row, part: Part, integration: Id<Integration>) -> Result<Queued> {
    let status = i64::from(get::<i16>(row, 6)?);
    Ok(Queued {
        part,
        id: id(row, 0)?,
        integration,
        conversation: id(row, 1)?,
        contact: id(row, 2)?,
        content: get(row, 3)?,
        reply_to: get(row, 4)?,
        node: get(row, 5)?,
        status: MessageStatus::from_number(status)
            .ok_or_else(|| Error::Corrupt(format!("unknown status of a message {status}")))?,
        attempts: get::<i32>(row, 7)?.into(),
        due_at: optional_time(row, 8)?,
        at: time(row, 9)?,
        sending_at: optional_time(row, 10)?,
    })
}
