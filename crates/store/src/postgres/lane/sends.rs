//! Messages on their way: marked, answered, followed by their statuses.

use std::collections::{BTreeSet, HashMap, HashSet};

use chasqui_model::contact::Contact;
use chasqui_model::conversation::Conversation;
use chasqui_model::integration::Integration;
use chasqui_model::message::Message;
use chasqui_model::{Id, Part, Timestamp};
use tokio_postgres::{Error as PgError, Row};

use super::Job;
use super::job::Work;
use crate::Result;
use crate::outbox::{Outcome, Sent, StatusChange};
use crate::postgres::column::{column, get, id, medium, optional, part, small, text};
use crate::postgres::hot;
use crate::postgres::session::{Params, Session};

/// Everything about messages on their way in a group.
pub(super) struct Sends<'a> {
    marks: Vec<(Part, Id<Message>, Timestamp)>,
    sent: Vec<&'a Sent>,
    /// A message's second news stands in the second round, its third in the third.
    rounds: Vec<Vec<&'a StatusChange>>,
}

/// What came back.
#[derive(Default)]
pub(super) struct Moved {
    marked: Vec<Row>,
    failed: Vec<Row>,
    rounds: Vec<Vec<Row>>,
}

/// A message that was taken off its way, or came further on it.
pub(super) struct Found {
    pub(super) conversation: Id<Conversation>,
    pub(super) contact: Id<Contact>,
    pub(super) integration: Id<Integration>,
    pub(super) node: Option<String>,
}

impl<'a> Sends<'a> {
    pub(super) fn of(jobs: &'a [Job]) -> Self {
        let mut sends = Self { marks: Vec::new(), sent: Vec::new(), rounds: Vec::new() };
        let mut round = HashMap::new();
        for job in jobs {
            match &job.work {
                Work::Mark(messages, at) => sends.marks.extend(messages.iter().map(|it| (it.0, it.1, *at))),
                Work::Record(sent) => sends.sent.extend(sent),
                Work::Statuses(changes) => {
                    for change in changes {
                        let at = round.entry(change.id).and_modify(|at| *at += 1).or_insert(0_usize);
                        if sends.rounds.len() == *at {
                            sends.rounds.push(Vec::new());
                        }
                        sends.rounds[*at].push(change);
                    }
                }
                Work::Accept(_)
                | Work::Journal(_)
                | Work::Act(_)
                | Work::Bury(_)
                | Work::Drop(_)
                | Work::Turn(_) => {}
            }
        }
        // In one order everywhere, so that two processes never wait for each other in a ring.
        sends.marks.sort_by_key(|it| (it.0, it.1));
        sends.sent.sort_by_key(|it| (it.part, it.id));
        sends.rounds.iter_mut().for_each(|round| round.sort_by_key(|it| (it.part, it.id)));
        sends
    }

    /// Writes everything down: first messages, then the outbox. A status of a message is often written by one process while
    /// another writes down that it was accepted; in any other order each would have the row that the other one waits for.
    pub(super) async fn write(&self, session: &Session) -> Result<Moved, PgError> {
        let rounds = self.rounds.iter().map(|round| apply(session, round));
        let (accepted, again, failed, marked, rounds, cleared) = futures::join!(
            self.accept(session),
            self.again(session),
            self.fail(session),
            self.mark(session),
            crate::postgres::in_order(rounds),
            self.clear(session),
        );
        accepted?;
        again?;
        cleared?;
        Ok(Moved {
            failed: failed?,
            marked: marked?,
            rounds: rounds.into_iter().collect::<Result<_, PgError>>()?,
        })
    }

    async fn mark(&self, session: &Session) -> Result<Vec<Row>, PgError> {
        if self.marks.is_empty() {
            return Ok(Vec::new());
        }
        let parts = column(&self.marks, |it| part(it.0));
        let ids = column(&self.marks, |it| it.1.uuid());
        let times = column(&self.marks, |it| it.2.millis());
        session.query(hot::MARK, &[&parts, &ids, &times]).await
    }

    /// Whatever is known of a message by now, it waits no more.
    async fn clear(&self, session: &Session) -> Result<(), PgError> {
        let sent = self.sent.iter().filter(|it| !matches!(it.outcome, Outcome::Again { .. }));
        let told = self.rounds.first().into_iter().flatten();
        let off = sent.map(|it| (it.part, it.id)).chain(told.map(|it| (it.part, it.id)));
        let off = Vec::from_iter(off.collect::<BTreeSet<_>>());
        if off.is_empty() {
            return Ok(());
        }
        let parts = column(&off, |it| part(it.0));
        let ids = column(&off, |it| it.1.uuid());
        session.execute(hot::CLEAR_OUTBOX, &[&parts, &ids]).await.map(|_| ())
    }

    async fn accept(&self, session: &Session) -> Result<(), PgError> {
        let rows = self.sent.iter().filter_map(|it| match &it.outcome {
            Outcome::Accepted { wamid, instead } => Some((*it, wamid, instead)),
            Outcome::Again { .. } | Outcome::Failed { .. } => None,
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            return Ok(());
        }
        let parts = column(&rows, |it| part(it.0.part));
        let ids = column(&rows, |it| it.0.id.uuid());
        let wamids = column(&rows, |it| text(it.1));
        let times = column(&rows, |it| it.0.at.millis());
        let kinds = column(&rows, |it| it.2.as_ref().map(|it| it.0));
        let contents = column(&rows, |it| it.2.as_ref().map(|it| text(&it.1)));
        session.execute(hot::ACCEPTED, &[&parts, &ids, &wamids, &times, &kinds, &contents]).await.map(|_| ())
    }

    async fn again(&self, session: &Session) -> Result<(), PgError> {
        let rows = self.sent.iter().filter_map(|it| match &it.outcome {
            Outcome::Again { due_at, counts } => Some((*it, due_at.millis(), i64::from(!counts))),
            Outcome::Accepted { .. } | Outcome::Failed { .. } => None,
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            return Ok(());
        }
        let parts = column(&rows, |it| part(it.0.part));
        let ids = column(&rows, |it| it.0.id.uuid());
        let due = column(&rows, |it| it.1);
        let uncounted = column(&rows, |it| medium(it.2));
        session.execute(hot::AGAIN, &[&parts, &ids, &due, &uncounted]).await.map(|_| ())
    }

    async fn fail(&self, session: &Session) -> Result<Vec<Row>, PgError> {
        let rows = self.sent.iter().filter_map(|it| match &it.outcome {
            Outcome::Failed { code, reason, .. } => Some((*it, *code, reason)),
            Outcome::Accepted { .. } | Outcome::Again { .. } => None,
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let parts = column(&rows, |it| part(it.0.part));
        let ids = column(&rows, |it| it.0.id.uuid());
        let codes = column(&rows, |it| it.1);
        let reasons = column(&rows, |it| text(it.2));
        session.query(hot::FAILED, &[&parts, &ids, &codes, &reasons]).await
    }
}

async fn apply(session: &Session, round: &[&StatusChange]) -> Result<Vec<Row>, PgError> {
    let parts = column(round, |it| part(it.part));
    let ids = column(round, |it| it.id.uuid());
    let statuses = column(round, |it| small(it.status.number()));
    let wamids = column(round, |it| text(&it.wamid));
    let times = column(round, |it| it.at.millis());
    let codes = column(round, |it| it.code);
    let reasons = column(round, |it| optional(it.reason.as_ref()));
    let params: Params<'_> = &[&parts, &ids, &statuses, &wamids, &times, &codes, &reasons];
    session.query(hot::STATUS, params).await
}

impl Moved {
    /// Messages that were put on their way now. Each stands for its first mark.
    pub(super) fn marked(&self) -> Result<HashSet<Id<Message>>> {
        self.marked.iter().map(|row| id(row, 0)).collect()
    }

    /// Messages that failed now.
    pub(super) fn failed(&self) -> Result<HashMap<Id<Message>, Found>> {
        self.failed.iter().map(found).collect()
    }

    /// Messages that a status took further, round by round.
    pub(super) fn rounds(&self) -> Result<Vec<HashMap<Id<Message>, Found>>> {
        self.rounds.iter().map(|rows| rows.iter().map(found).collect()).collect()
    }
}

fn found(row: &Row) -> Result<(Id<Message>, Found)> {
    let found = Found {
        conversation: id(row, 1)?,
        contact: id(row, 2)?,
        integration: id(row, 3)?,
        node: get(row, 4)?,
    };
    Ok((id(row, 0)?, found))
}
