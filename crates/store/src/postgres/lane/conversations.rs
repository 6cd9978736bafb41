//! Turns: each counts only if its conversation and its inbox rows are still what they were when it was computed.

use std::collections::HashSet;

use chasqui_model::Timestamp;
use chasqui_model::conversation::EndReason;
use chasqui_model::message::MessageStatus;
use tokio_postgres::{Error as PgError, Row};
use uuid::Uuid;

use super::Job;
use super::job::Work;
use crate::postgres::column::{column, get, medium, optional, part, small, text};
use crate::postgres::hot;
use crate::postgres::session::{Params, Session};
use crate::turn::{ConversationWrite, Turn};
use crate::{Error, Result};

/// All turns of a group, each with the place of its job.
pub(super) struct Turns<'a>(Vec<(usize, &'a Turn)>);

/// What the turns found as they expected it.
pub(super) struct Guards {
    updated: Vec<Row>,
    begun: Vec<Row>,
    done: Vec<Row>,
    left: Vec<Row>,
    behind: Vec<Row>,
}

impl<'a> Turns<'a> {
    pub(super) fn of(jobs: &'a [Job]) -> Self {
        let of = |(at, job): (usize, &'a Job)| match &job.work {
            Work::Turn(turn) => Some((at, &**turn)),
            Work::Accept(_)
            | Work::Journal(_)
            | Work::Act(_)
            | Work::Bury(_)
            | Work::Drop(_)
            | Work::Mark(..)
            | Work::Record(_)
            | Work::Statuses(_) => None,
        };
        Self(jobs.iter().enumerate().filter_map(of).collect())
    }

    /// Writes what may be refused.
    pub(super) async fn guard(&self, session: &Session) -> Result<Guards, PgError> {
        let (behind, updated, begun, done, left) = futures::join!(
            self.behind(session),
            self.update(session),
            self.begin(session),
            self.done(session),
            self.leave(session)
        );
        Ok(Guards { updated: updated?, begun: begun?, done: done?, left: left?, behind: behind? })
    }

    /// The jobs whose turns were computed from what is not so any more, and what each is told.
    pub(super) fn stale(&self, guards: &Guards) -> Result<Vec<(usize, Error)>> {
        let ids = |rows: &[Row]| rows.iter().map(|row| get::<Uuid>(row, 0)).collect::<Result<HashSet<_>>>();
        let written: HashSet<Uuid> = ids(&guards.updated)?.into_iter().chain(ids(&guards.begun)?).collect();
        let rows = guards.done.iter().chain(&guards.left);
        let done =
            rows.map(|row| Ok((get(row, 0)?, get(row, 1)?))).collect::<Result<HashSet<(Uuid, i64)>>>()?;
        let behind = guards.behind.iter().map(|row| get::<i64>(row, 0)).collect::<Result<HashSet<_>>>()?;
        let refusal = |turn: &Turn| {
            if turn.done.iter().any(|seq| behind.contains(seq)) {
                return Some(Error::Behind);
            }
            let mut writes = turn.ends.iter().chain(&turn.conversation);
            if !turn.done.iter().all(|seq| done.contains(&(turn.contact.uuid(), *seq))) {
                return Some(Error::Gone);
            }
            (!writes.all(|it| written.contains(&it.conversation.id.uuid()))).then_some(Error::Stale)
        };
        Ok(self.0.iter().filter_map(|(at, turn)| Some((*at, refusal(turn)?))).collect())
    }

    /// Writes the rest.
    pub(super) async fn write(&self, session: &Session) -> Result<(), PgError> {
        let (records, messages, calls, timers) = futures::join!(
            self.add_records(session),
            self.add_messages(session),
            self.add_calls(session),
            self.add_timers(session),
        );
        records.and(messages).and(calls).and(timers)
    }

    fn writes(&self, begins: bool) -> Vec<(i16, &'a ConversationWrite)> {
        let all = self.0.iter().flat_map(|(_, turn)| {
            let writes = turn.ends.iter().chain(&turn.conversation);
            writes.map(|it| (part(turn.part), it))
        });
        let mut all: Vec<_> = all.filter(|it| it.1.was.is_none() == begins).collect();
        all.sort_by_key(|it| (it.0, it.1.conversation.id));
        all
    }

    async fn update(&self, session: &Session) -> Result<Vec<Row>, PgError> {
        let rows = self.writes(false);
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let parts = column(&rows, |it| it.0);
        let ids = column(&rows, |it| it.1.conversation.id.uuid());
        let statuses = column(&rows, |it| it.1.conversation.status.number());
        let states = column(&rows, |it| text(&it.1.conversation.state));
        let versions = column(&rows, |it| it.1.conversation.version);
        let turns = column(&rows, |it| it.1.conversation.turns);
        let messages = column(&rows, |it| it.1.conversation.messages);
        let last = column(&rows, |it| it.1.conversation.last_message_at.millis());
        let expire = column(&rows, |it| it.1.conversation.expires_at.map(Timestamp::millis));
        let ended = column(&rows, |it| it.1.conversation.ended_at.map(Timestamp::millis));
        let reasons = column(&rows, |it| it.1.conversation.end_reason.map(EndReason::number));
        let was = column(&rows, |it| it.1.was);
        let params: Params<'_> = &[
            &parts, &ids, &statuses, &states, &versions, &turns, &messages, &last, &expire, &ended, &reasons,
            &was,
        ];
        session.query(hot::UPDATE_CONVERSATIONS, params).await
    }

    async fn begin(&self, session: &Session) -> Result<Vec<Row>, PgError> {
        let rows = self.writes(true);
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let parts = column(&rows, |it| it.0);
        let rows = column(&rows, |it| &*it.1.conversation);
        let ids = column(&rows, |it| it.id.uuid());
        let accounts = column(&rows, |it| it.account.uuid());
        let integrations = column(&rows, |it| it.integration.uuid());
        let contacts = column(&rows, |it| it.contact.uuid());
        let bots = column(&rows, |it| it.bot.uuid());
        let bot_versions = column(&rows, |it| it.bot_version);
        let statuses = column(&rows, |it| it.status.number());
        let states = column(&rows, |it| text(&it.state));
        let versions = column(&rows, |it| it.version);
        let turns = column(&rows, |it| it.turns);
        let messages = column(&rows, |it| it.messages);
        let started = column(&rows, |it| it.started_at.millis());
        let last = column(&rows, |it| it.last_message_at.millis());
        let expire = column(&rows, |it| it.expires_at.map(Timestamp::millis));
        let ended = column(&rows, |it| it.ended_at.map(Timestamp::millis));
        let reasons = column(&rows, |it| it.end_reason.map(EndReason::number));
        let params: Params<'_> = &[
            &parts,
            &ids,
            &accounts,
            &integrations,
            &contacts,
            &bots,
            &bot_versions,
            &statuses,
            &states,
            &versions,
            &turns,
            &messages,
            &started,
            &last,
            &expire,
            &ended,
            &reasons,
        ];
        session.query(hot::BEGIN_CONVERSATIONS, params).await
    }

    /// Turns of contacts who have older work. Only the first of a turn's rows can be behind.
    async fn behind(&self, session: &Session) -> Result<Vec<Row>, PgError> {
        let rows = self.0.iter().filter_map(|(_, turn)| {
            Some((part(turn.part), turn.contact.uuid(), turn.done.iter().min().copied()?))
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let parts = column(&rows, |it| it.0);
        let contacts = column(&rows, |it| it.1);
        let numbers = column(&rows, |it| it.2);
        session.query(hot::BEHIND, &[&parts, &contacts, &numbers]).await
    }

    async fn done(&self, session: &Session) -> Result<Vec<Row>, PgError> {
        let rows = self.0.iter().flat_map(|(_, turn)| {
            let left = usize::from(turn.rest.is_some());
            let done = &turn.done[..turn.done.len().saturating_sub(left)];
            done.iter().map(|seq| (part(turn.part), turn.contact.uuid(), *seq))
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let parts = column(&rows, |it| it.0);
        let contacts = column(&rows, |it| it.1);
        let numbers = column(&rows, |it| it.2);
        session.query(hot::DONE, &[&parts, &contacts, &numbers]).await
    }

    async fn leave(&self, session: &Session) -> Result<Vec<Row>, PgError> {
        let rows = self.0.iter().filter_map(|(_, turn)| {
            Some((part(turn.part), turn.contact.uuid(), *turn.done.last()?, turn.rest.as_ref()?))
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let parts = column(&rows, |it| it.0);
        let contacts = column(&rows, |it| it.1);
        let numbers = column(&rows, |it| it.2);
        let kinds = column(&rows, |it| medium(it.3.kind));
        let payloads = column(&rows, |it| text(&it.3.payload));
        session.query(hot::REST, &[&parts, &contacts, &numbers, &kinds, &payloads]).await
    }

    async fn add_records(&self, session: &Session) -> Result<(), PgError> {
        let rows = self.0.iter().filter_map(|(_, turn)| {
            let conversation = turn.conversation.as_ref()?.conversation.id;
            Some((part(turn.part), conversation.uuid(), turn.record.as_ref()?))
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            return Ok(());
        }
        let parts = column(&rows, |it| it.0);
        let conversations = column(&rows, |it| it.1);
        let numbers = column(&rows, |it| it.2.no);
        let times = column(&rows, |it| it.2.at.millis());
        let durations = column(&rows, |it| it.2.duration_us);
        let traces = column(&rows, |it| text(&it.2.trace));
        let params: Params<'_> = &[&parts, &conversations, &numbers, &times, &durations, &traces];
        session.execute(hot::ADD_TURNS, params).await.map(|_| ())
    }

    async fn add_messages(&self, session: &Session) -> Result<(), PgError> {
        let rows = self.0.iter().flat_map(|(_, turn)| turn.messages.iter().map(|it| (*turn, it)));
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            return Ok(());
        }
        let sending = |status| status == MessageStatus::Sending;
        let parts = column(&rows, |it| part(it.0.part));
        let ids = column(&rows, |it| it.1.id.uuid());
        let conversations = column(&rows, |it| it.1.conversation.uuid());
        let contacts = column(&rows, |it| it.0.contact.uuid());
        let integrations = column(&rows, |it| it.0.integration.uuid());
        let numbers = column(&rows, |it| it.1.no);
        let authors = column(&rows, |it| small(it.1.author.number()));
        let kinds = column(&rows, |it| it.1.kind);
        let contents = column(&rows, |it| text(&it.1.content));
        let replies = column(&rows, |it| optional(it.1.reply_to.as_ref()));
        let statuses = column(&rows, |it| small(it.1.status.number()));
        let wamids = column(&rows, |it| optional(it.1.wamid.as_ref()));
        let turns = column(&rows, |it| it.1.turn);
        let nodes = column(&rows, |it| optional(it.1.node.as_ref()));
        let times = column(&rows, |it| it.1.at.millis());
        let attempts = column(&rows, |it| i32::from(sending(it.1.status)));
        let sent = column(&rows, |it| sending(it.1.status).then(|| it.1.at.millis()));
        let params: Params<'_> = &[
            &parts,
            &ids,
            &conversations,
            &contacts,
            &integrations,
            &numbers,
            &authors,
            &kinds,
            &contents,
            &replies,
            &statuses,
            &wamids,
            &turns,
            &nodes,
            &times,
            &attempts,
            &sent,
        ];
        let (added, queued) = futures::join!(session.execute(hot::ADD_MESSAGES, params), async {
            let out = rows.iter().filter(|it| waits(it.1.status)).collect::<Vec<_>>();
            if out.is_empty() {
                return Ok(0);
            }
            let parts = column(&out, |it| part(it.0.part));
            let integrations = column(&out, |it| it.0.integration.uuid());
            let ids = column(&out, |it| it.1.id.uuid());
            session.execute(hot::ADD_OUTBOX, &[&parts, &integrations, &ids]).await
        });
        added.and(queued).map(|_| ())
    }

    async fn add_calls(&self, session: &Session) -> Result<(), PgError> {
        let rows = self.0.iter().flat_map(|(_, turn)| turn.calls.iter().map(|it| (*turn, it)));
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            return Ok(());
        }
        let parts = column(&rows, |it| part(it.0.part));
        let conversations = column(&rows, |it| it.1.conversation.uuid());
        let numbers = column(&rows, |it| it.1.no);
        let contacts = column(&rows, |it| it.0.contact.uuid());
        let integrations = column(&rows, |it| it.0.integration.uuid());
        let turns = column(&rows, |it| it.1.turn);
        let nodes = column(&rows, |it| text(&it.1.node));
        let requests = column(&rows, |it| text(&it.1.request));
        let summaries = column(&rows, |it| text(&it.1.summary));
        let times = column(&rows, |it| it.1.at.millis());
        let params: Params<'_> = &[
            &parts,
            &conversations,
            &numbers,
            &contacts,
            &integrations,
            &turns,
            &nodes,
            &requests,
            &summaries,
            &times,
        ];
        session.execute(hot::ADD_CALLS, params).await.map(|_| ())
    }

    async fn add_timers(&self, session: &Session) -> Result<(), PgError> {
        let rows = self.0.iter().flat_map(|(_, turn)| turn.timers.iter().map(|it| (*turn, it)));
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            return Ok(());
        }
        let parts = column(&rows, |it| part(it.0.part));
        let due = column(&rows, |it| it.1.due.millis());
        let ids = column(&rows, |it| Uuid::from_bytes(it.1.id));
        let integrations = column(&rows, |it| it.0.integration.uuid());
        let contacts = column(&rows, |it| it.0.contact.uuid());
        let payloads = column(&rows, |it| text(&it.1.payload));
        let params: Params<'_> = &[&parts, &due, &ids, &integrations, &contacts, &payloads];
        session.execute(hot::ADD_TIMERS, params).await.map(|_| ())
    }
}

/// Whether a message has a row in the outbox.
fn waits(status: MessageStatus) -> bool {
    match status {
        MessageStatus::Queued | MessageStatus::Held | MessageStatus::Sending => true,
        MessageStatus::Received
        | MessageStatus::Accepted
        | MessageStatus::Sent
        | MessageStatus::Delivered
        | MessageStatus::Read
        | MessageStatus::Failed => false,
    }
}
