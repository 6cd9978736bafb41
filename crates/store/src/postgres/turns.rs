//! Turns, calls and timers on PostgreSQL.

use std::collections::HashMap;

use async_trait::async_trait;
use chasqui_model::contact::Contact;
use chasqui_model::conversation::{Conversation, EndReason, Status};
use chasqui_model::{Id, Part, Timestamp};
use tokio_postgres::Row;
use uuid::Uuid;

use super::Postgres;
use super::column::{column, get, id, optional_time, part, read_part, time};
use super::hot;
use super::lane::Work;
use super::session::Params;
use crate::turn::{DueTimer, Loaded, NewTimer, PendingCall, Turn, Turns};
use crate::{Error, Result, crash_point};

#[async_trait]
impl Turns for Postgres {
    async fn load(&self, contacts: Vec<(Part, Id<Contact>)>) -> Result<Vec<Option<Loaded>>> {
        let parts = column(&contacts, |it| part(it.0));
        let ids = column(&contacts, |it| it.1.uuid());
        let client = self.reader().await?;
        let who = client.prepare_cached(hot::LOAD_CONTACTS.sql).await?;
        let open = client.prepare_cached(hot::LOAD_OPEN.sql).await?;
        let params: Params<'_> = &[&parts, &ids];
        let (who, open) = futures::join!(client.query(&who, params), client.query(&open, params));
        let who = who?.iter().map(contact).collect::<Result<HashMap<_, _>>>()?;
        let mut conversations = HashMap::new();
        for row in open? {
            let conversation = conversation(&row)?;
            conversations.insert(conversation.contact, conversation);
        }
        let loaded = contacts.iter().map(|(_, id)| {
            let contact = who.get(id)?.clone();
            Some(Loaded { contact, conversation: conversations.get(id).cloned() })
        });
        Ok(loaded.collect())
    }

    async fn commit_turns(&self, turns: Vec<Turn>) -> Vec<Result<()>> {
        let submitted: Vec<_> = turns
            .into_iter()
            .map(|turn| self.submit(self.lane(turn.part), Work::Turn(Box::new(turn))))
            .collect();
        let mut outcomes = Vec::with_capacity(submitted.len());
        for answer in submitted {
            outcomes.push(super::answered(answer).await.map(|_| ()));
        }
        crash_point!("K04");
        outcomes
    }

    async fn pending_calls(&self, parts: &[Part], limit: u32) -> Result<Vec<PendingCall>> {
        let parts = column(parts, |it| part(*it));
        let rows = self.read(hot::PENDING_CALLS, &[&parts, &i64::from(limit)]).await?;
        rows.iter()
            .map(|row| {
                Ok(PendingCall {
                    part: read_part(row, 0)?,
                    integration: id(row, 1)?,
                    contact: id(row, 2)?,
                    conversation: id(row, 3)?,
                    no: get(row, 4)?,
                    request: get(row, 5)?,
                    at: time(row, 6)?,
                })
            })
            .collect()
    }

    async fn due_timers(&self, now: Timestamp, limit: u32) -> Result<Vec<DueTimer>> {
        let parts = self.parts();
        let rows = self.read(hot::DUE_TIMERS, &[&parts, &now.millis(), &i64::from(limit)]).await?;
        rows.iter()
            .map(|row| {
                let timer = NewTimer {
                    due: time(row, 3)?,
                    id: get::<Uuid>(row, 4)?.into_bytes(),
                    payload: get(row, 5)?,
                };
                Ok(DueTimer {
                    part: read_part(row, 0)?,
                    integration: id(row, 1)?,
                    contact: id(row, 2)?,
                    timer,
                })
            })
            .collect()
    }

    async fn forget_transcripts(&self, before: Timestamp, _limit: u32) -> Result<usize> {
        let client = self.client().await?;
        super::partition::drop_old(&client, before).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        let parts = self.parts();
        let rows = self.read(hot::NEXT_DUE, &[&parts]).await?;
        rows.first().map(|row| time(row, 0)).transpose()
    }
}

fn contact(row: &Row) -> Result<(Id<Contact>, Contact)> {
    let contact = Contact {
        id: id(row, 0)?,
        account: id(row, 1)?,
        integration: id(row, 2)?,
        name: get(row, 3)?,
        wa_id: get(row, 4)?,
        user_id: get(row, 5)?,
        username: get(row, 6)?,
        created_at: time(row, 7)?,
        last_inbound_at: optional_time(row, 8)?,
    };
    Ok((contact.id, contact))
}

fn conversation(row: &Row) -> Result<Conversation> {
    let status: i64 = get(row, 6)?;
    Ok(Conversation {
        id: id(row, 0)?,
        account: id(row, 1)?,
        integration: id(row, 2)?,
        contact: id(row, 3)?,
        bot: id(row, 4)?,
        bot_version: get(row, 5)?,
        status: Status::from_number(status)
            .ok_or_else(|| Error::Corrupt(format!("unknown status of a conversation {status}")))?,
        state: get(row, 7)?,
        version: get(row, 8)?,
        turns: get(row, 9)?,
        messages: get(row, 10)?,
        started_at: time(row, 11)?,
        last_message_at: time(row, 12)?,
        expires_at: optional_time(row, 13)?,
        ended_at: optional_time(row, 14)?,
        end_reason: get::<Option<i64>>(row, 15)?.and_then(EndReason::from_number),
    })
}
