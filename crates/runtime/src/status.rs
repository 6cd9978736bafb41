//! Statuses: how far our messages came, and what they tell of whoever they were sent to. A status carries the id that we
//! gave Meta; one without it is recognized by Meta's own.

use std::sync::Arc;

use chasqui_model::contact::Contact;
use chasqui_model::event::Event;
use chasqui_model::integration::Integration;
use chasqui_model::message::{Message, MessageStatus, Sender};
use chasqui_model::notice::Notice;
use chasqui_model::reason::MetaSaid;
use chasqui_model::reason::Reason;
use chasqui_model::{Clock, Id, Part, Timestamp};
use chasqui_store::Error;
use chasqui_store::inbox::{Closes, Journal};
use chasqui_store::noun::name::Recognized;
use chasqui_store::outbox::{Applied, StatusChange};
use chasqui_whatsapp::webhook::{Status, StatusUpdate};

use crate::change::ChangeKind;
use crate::early::{Early, News};
use crate::registry::Number;
use crate::work::Work;
use crate::{Inner, deliver, lost, news, notice, people};

/// A status of a message of a number.
pub(crate) struct Told {
    number: Arc<Number>,
    /// Whom the message went to; nobody, when it went to a group.
    recipient: Sender,
    /// Our id, when the status carries one.
    id: Option<Id<Message>>,
    news: News,
}

impl Told {
    /// `None`: it says nothing new of a message.
    pub(crate) fn read(number: &Arc<Number>, update: StatusUpdate, now: Timestamp) -> Option<Self> {
        let status = match update.status {
            Status::Sent => MessageStatus::Sent,
            Status::Delivered => MessageStatus::Delivered,
            Status::Read | Status::Played => MessageStatus::Read,
            Status::Failed => MessageStatus::Failed,
            Status::Deleted | Status::Other(_) => return None,
        };
        let failure = (status == MessageStatus::Failed).then(|| update.errors.into_iter().next()).flatten();
        let code = failure.as_ref().map(|error| error.code);
        let said = failure.and_then(|error| error.details.or(error.title));
        let meta = MetaSaid { code, said, ..MetaSaid::default() };
        let why = Reason::NotDelivered { meta }.written();
        let reason = (status == MessageStatus::Failed).then_some(why);
        let at = if update.at == Timestamp::EPOCH { now } else { update.at };
        Some(Self {
            number: Arc::clone(number),
            recipient: if update.group.is_none() { update.recipient } else { Sender::default() },
            id: update.callback.as_deref().and_then(|id| id.parse().ok()),
            news: News { wamid: update.wamid, status, at, code, reason },
        })
    }

    fn change(&self, clock: &Clock, id: Id<Message>) -> StatusChange {
        change(clock, &self.number, &self.news, id)
    }
}

fn change(clock: &Clock, number: &Number, news: &News, id: Id<Message>) -> StatusChange {
    let News { wamid, status, at, code, reason } = news.clone();
    let event = (status == MessageStatus::Failed).then(|| failed_event(clock, &number.integration, code));
    StatusChange { part: number.part, id, wamid, status, at, code, reason, then: Work::undelivered, event }
}

fn failed_event(clock: &Clock, integration: &Integration, code: Option<i64>) -> Event {
    let mut event = notice::event(clock, integration, Notice::MessageFailed { code });
    event.graph_code = code;
    event
}

/// Writes down what a delivery's statuses say. Any failure is the whole delivery's: Meta sends it again.
pub(crate) async fn keep(rt: &Inner, all: Vec<Told>) -> Result<(), Error> {
    let (ours, strays): (Vec<_>, Vec<_>) =
        all.into_iter().map(|told| (told.id, told)).partition(|(id, _)| id.is_some());
    let mut strays: Vec<_> = strays.into_iter().map(|(_, told)| told).collect();
    let (mut kept, mut changes) = (Vec::with_capacity(ours.len()), Vec::with_capacity(ours.len()));
    for (id, told) in ours.into_iter().filter_map(|(id, told)| Some((id?, told))) {
        let change = told.change(&rt.clock, id);
        if !lost::is_sent_again(&rt.store, &rt.clock, &told.number, &change).await? {
            kept.push((id, told));
            changes.push(change);
        }
    }
    let applied = if changes.is_empty() { vec![] } else { rt.store.hot().apply_statuses(changes).await? };
    for ((id, told), applied) in kept.into_iter().zip(applied) {
        if !follow(rt, &told.number, id, &told.recipient, &told.news, applied).await? {
            strays.push(told);
        }
    }
    for told in strays {
        recognize(rt, told).await?;
    }
    Ok(())
}

/// What follows from a status once it is written down: the sender of its message stops waiting for it, live pages see it,
/// and its reader may be known by another name. `false`: there is no such message here.
async fn follow(
    rt: &Inner,
    number: &Number,
    id: Id<Message>,
    recipient: &Sender,
    news: &News,
    applied: Applied,
) -> Result<bool, Error> {
    let contact = match applied {
        Applied::Changed { conversation, contact } => {
            rt.changes.tell(number.integration.account, ChangeKind::Conversation, None, &conversation);
            contact
        }
        Applied::Known { contact } => contact,
        Applied::Unknown => return Ok(false),
    };
    rt.deliver.settled(id);
    if news.code == Some(deliver::NO_MARKETING) {
        news::opt_out(&rt.store, &rt.clock, number.integration.id, contact).await?;
    }
    if recipient.aliases().next().is_some() {
        people::learn(rt, number.integration.id, contact, recipient, None, news.at).await?;
    }
    Ok(true)
}

/// A status that does not say which message of ours it is about.
async fn recognize(rt: &Inner, told: Told) -> Result<(), Error> {
    let integration = told.number.integration.id;
    match rt.store.recognize(integration, &told.recipient, &told.news.wamid).await? {
        Recognized::Ours(id) => {
            let change = told.change(&rt.clock, id);
            if lost::is_sent_again(&rt.store, &rt.clock, &told.number, &change).await? {
                return Ok(());
            }
            for applied in rt.store.hot().apply_statuses(vec![change]).await? {
                follow(rt, &told.number, id, &told.recipient, &told.news, applied).await?;
            }
            Ok(())
        }
        Recognized::Perhaps(contact) => {
            let early = Early { news: told.news, recipient: told.recipient, tries: 0 };
            let work = Work::EarlyStatus { early };
            let entry = Journal {
                part: Part::of(integration),
                integration,
                contact,
                kind: work.kind(),
                payload: work.payload(),
                at: rt.clock.now(),
                closes: Closes::Nothing,
            };
            rt.store.hot().journal(vec![entry]).await.map(|_| ())
        }
        Recognized::Foreign => {
            metrics::counter!("chasqui_statuses_unknown_total").increment(1);
            Ok(())
        }
    }
}

/// Holds a status against its reader's messages once more. `Some`: one may still be under way. Repeatable.
pub(crate) async fn try_again(
    rt: &Inner,
    number: &Number,
    contact: Id<Contact>,
    early: Early,
) -> Result<Option<Early>, Error> {
    let it = &number.integration;
    let found = rt.store.recognize_to(it.id, contact, &early.news.wamid).await?;
    match found {
        Recognized::Ours(id) => {
            let change = change(&rt.clock, number, &early.news, id);
            if lost::is_sent_again(&rt.store, &rt.clock, number, &change).await? {
                return Ok(None);
            }
            for applied in rt.store.hot().apply_statuses(vec![change]).await? {
                follow(rt, number, id, &early.recipient, &early.news, applied).await?;
            }
            Ok(None)
        }
        Recognized::Perhaps(_) => Ok(Some(Early { tries: early.tries + 1, ..early })),
        Recognized::Foreign => {
            metrics::counter!("chasqui_statuses_unknown_total").increment(1);
            Ok(None)
        }
    }
}
