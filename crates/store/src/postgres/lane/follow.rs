//! What follows from what a transaction found: who the senders are, what becomes work, what each job is answered.

use std::collections::{HashMap, HashSet};

use chasqui_model::contact::Contact;
use chasqui_model::event::Event;
use chasqui_model::integration::Integration;
use chasqui_model::message::{Message, MessageStatus};
use chasqui_model::{Id, Part, Timestamp};
use tokio_postgres::{Error as PgError, Row};
use uuid::Uuid;

use super::Job;
use super::arrivals::Known;
use super::beside;
use super::ends::Closed;
use super::job::{Answer, Work};
use super::people::People;
use super::sends::{Found, Moved};
use crate::Result;
use crate::inbox::{Arrival, Item, Journal};
use crate::noun::audit::Entry;
use crate::outbox::{Applied, Outcome, Sent, StatusChange, Undelivered};
use crate::postgres::column::{column, medium, part, text};
use crate::postgres::hot;
use crate::postgres::session::{Params, Session};

/// Work that gets its place in the inbox.
struct New {
    part: Part,
    integration: Id<Integration>,
    contact: Id<Contact>,
    kind: i64,
    payload: String,
    at: Timestamp,
}

/// Something that somebody set going: the job, its place among what is new, what is written down of it.
struct Acted<'a> {
    job: usize,
    new: usize,
    by: &'a Entry,
}

/// What is left to write, and the answers.
pub(super) struct Following<'a> {
    /// One a job.
    pub(super) answers: Vec<Answer>,
    new: Vec<New>,
    people: People,
    events: Vec<&'a Event>,
    /// Who set what going.
    acts: Vec<Acted<'a>>,
    /// Statuses that changed nothing: the job, the place in it, the message.
    unclear: Vec<(usize, usize, Part, Id<Message>)>,
}

/// What has not been given to a job yet.
struct Rest {
    keys: HashSet<(Id<Integration>, [u8; 16])>,
    closed: Closed,
    marked: HashSet<Id<Message>>,
    failed: HashMap<Id<Message>, Found>,
    rounds: Vec<HashMap<Id<Message>, Found>>,
    round: HashMap<Id<Message>, usize>,
}

impl<'a> Following<'a> {
    pub(super) fn of(jobs: &'a [Job], known: &Known, closed: Closed, moved: &Moved) -> Result<Self> {
        let mut it = Self {
            answers: Vec::with_capacity(jobs.len()),
            new: Vec::new(),
            people: People::read(known)?,
            events: Vec::new(),
            acts: Vec::new(),
            unclear: Vec::new(),
        };
        let mut rest = Rest {
            keys: known.fresh()?,
            closed,
            marked: moved.marked()?,
            failed: moved.failed()?,
            rounds: moved.rounds()?,
            round: HashMap::new(),
        };
        for job in jobs {
            let answer = it.answer(job, &mut rest);
            it.answers.push(answer);
        }
        Ok(it)
    }

    fn answer(&mut self, job: &'a Job, rest: &mut Rest) -> Answer {
        match &job.work {
            Work::Accept(arrivals) => {
                Answer::Flags(arrivals.iter().map(|it| self.accept(it, rest)).collect())
            }
            Work::Journal(entries) => {
                Answer::Flags(entries.iter().map(|it| self.journal(it, rest)).collect())
            }
            Work::Act(act) => {
                let arrived = act.arrivals.iter().all(|it| self.accept(it, rest));
                if arrived && act.entries.iter().all(|it| self.journal(it, rest)) {
                    // Its own work stands last, behind what else it leads to.
                    let (job, new) = (self.answers.len(), self.new.len() - 1);
                    self.acts.push(Acted { job, new, by: &act.by });
                }
                Answer::Placed(None)
            }
            Work::Bury(letters) => {
                self.events.extend(letters.iter().filter_map(|it| it.event.as_ref()));
                Answer::Done
            }
            Work::Turn(turn) => {
                self.events.extend(&turn.events);
                Answer::Done
            }
            Work::Mark(messages, _) => {
                Answer::Flags(messages.iter().map(|it| rest.marked.remove(&it.1)).collect())
            }
            Work::Record(sent) => {
                for it in sent {
                    self.record(it, rest);
                }
                Answer::Done
            }
            Work::Statuses(changes) => {
                let job = self.answers.len();
                let all = changes.iter().enumerate();
                Answer::Applied(all.map(|(at, it)| self.status(it, (job, at), rest)).collect())
            }
            Work::Drop(_) => Answer::Done,
        }
    }

    fn accept(&mut self, it: &Arrival, rest: &mut Rest) -> bool {
        let new = rest.keys.remove(&(it.integration, it.key));
        if new {
            let met = self.people.meet(it);
            let renamed =
                it.renamed.into_iter().flat_map(|work| met.renamed.iter().map(move |to| (*to, work())));
            let own = (met.contact, (it.kind, it.payload.clone()));
            for (contact, (kind, payload)) in renamed.chain([own]) {
                let (part, integration) = (it.part, it.integration);
                self.new.push(New { part, integration, contact, kind, payload, at: it.at });
            }
        }
        new
    }

    fn journal(&mut self, it: &Journal, rest: &mut Rest) -> bool {
        let counts = rest.closed.take(&it.closes);
        if counts {
            let (kind, payload) = (it.kind, it.payload.clone());
            let (part, integration, contact) = (it.part, it.integration, it.contact);
            self.new.push(New { part, integration, contact, kind, payload, at: it.at });
        }
        counts
    }

    fn record(&mut self, it: &'a Sent, rest: &mut Rest) {
        self.events.extend(&it.event);
        if let Outcome::Failed { then, .. } = &it.outcome
            && let Some(found) = rest.failed.remove(&it.id)
        {
            self.tell(&found, it.part, *then, it.at);
        }
    }

    fn status(&mut self, it: &'a StatusChange, place: (usize, usize), rest: &mut Rest) -> Applied {
        let round = rest.round.entry(it.id).and_modify(|at| *at += 1).or_insert(0);
        let Some(found) = rest.rounds.get_mut(*round).and_then(|round| round.remove(&it.id)) else {
            self.unclear.push((place.0, place.1, it.part, it.id));
            return Applied::Unknown;
        };
        self.events.extend(&it.event);
        if it.status == MessageStatus::Failed {
            self.tell(&found, it.part, it.then, it.at);
        }
        Applied::Changed { conversation: found.conversation, contact: found.contact }
    }

    /// Tells the conversation that a node's message will never arrive.
    fn tell(&mut self, found: &Found, part: Part, then: Undelivered, at: Timestamp) {
        let Some(node) = &found.node else { return };
        let (kind, payload) = then(found.conversation, node);
        let (integration, contact) = (found.integration, found.contact);
        self.new.push(New { part, integration, contact, kind, payload, at });
    }

    /// Writes it all. `None`: another process has met one of the senders at this moment.
    pub(super) async fn write(&mut self, session: &Session) -> Result<Option<Vec<Item>>, PgError> {
        let by: Vec<&Entry> = self.acts.iter().map(|it| it.by).collect();
        let (met, numbers, told, audited, there) = futures::join!(
            self.people.write(session),
            self.add_items(session),
            beside::add_events(session, &self.events),
            beside::add_audit(session, &by),
            self.which_exist(session),
        );
        if !met? {
            return Ok(None);
        }
        let numbers = numbers?;
        told?;
        audited?;
        for act in &self.acts {
            self.answers[act.job] = Answer::Placed(Some(numbers[act.new].get(0)));
        }
        let there: HashMap<Uuid, Uuid> = there?.iter().map(|row| (row.get(0), row.get(1))).collect();
        for (job, at, _, message) in &self.unclear {
            if let Answer::Applied(applied) = &mut self.answers[*job]
                && let Some(contact) = there.get(&message.uuid())
            {
                applied[*at] = Applied::Known { contact: Id::from_uuid(*contact) };
            }
        }
        let new = std::mem::take(&mut self.new).into_iter().zip(numbers);
        Ok(Some(
            new.map(|(it, row)| Item {
                seq: row.get(0),
                part: it.part,
                integration: it.integration,
                contact: it.contact,
                kind: it.kind,
                payload: it.payload,
                at: it.at,
            })
            .collect(),
        ))
    }

    async fn add_items(&self, session: &Session) -> Result<Vec<Row>, PgError> {
        if self.new.is_empty() {
            return Ok(Vec::new());
        }
        let parts = column(&self.new, |it| part(it.part));
        let integrations = column(&self.new, |it| it.integration.uuid());
        let contacts = column(&self.new, |it| it.contact.uuid());
        let kinds = column(&self.new, |it| medium(it.kind));
        let payloads = column(&self.new, |it| text(&it.payload));
        let times = column(&self.new, |it| it.at.millis());
        let params: Params<'_> = &[&parts, &integrations, &contacts, &kinds, &payloads, &times];
        session.query(hot::ADD_ITEMS, params).await
    }

    async fn which_exist(&self, session: &Session) -> Result<Vec<Row>, PgError> {
        if self.unclear.is_empty() {
            return Ok(Vec::new());
        }
        let parts = column(&self.unclear, |it| part(it.2));
        let ids = column(&self.unclear, |it| it.3.uuid());
        session.query(hot::WHICH_EXIST, &[&parts, &ids]).await
    }
}
