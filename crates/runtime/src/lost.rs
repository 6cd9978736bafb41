//! Messages that Meta took and then could not deliver, for a reason that may pass: sent once more before they count as
//! failed. Everything here costs something only when there is such a message.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chasqui_model::contact::Contact;
use chasqui_model::message::{Message, MessageStatus};
use chasqui_model::{Id, Timestamp};
use chasqui_store::Error;
use chasqui_store::inbox::{Closes, Journal};
use chasqui_store::outbox::{Lost, OnceMore, StatusChange};
use chasqui_whatsapp::error::{self, Action, Signs};
use chasqui_whatsapp::webhook::{Status, StatusUpdate};

use crate::Inner;
use crate::registry::Number;
use crate::work::Work;

/// How often it is looked whether the answer to an attempt is written down, whose failure is known already.
const LOOKS: u32 = 10;
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// How long the number or the person is left alone that got too much.
const REST: Duration = Duration::from_mins(1);

/// What may be sent once more, and how long it waits before.
pub(crate) type Hopes = HashMap<Id<Message>, (Arc<Number>, Duration)>;

/// How long to wait before a failed message is sent once more. `None`: it would fail again.
pub(crate) fn pause(update: &StatusUpdate) -> Option<Duration> {
    if update.status != Status::Failed {
        return None;
    }
    let failure = update.errors.first()?;
    let details = failure.details.as_deref().or(failure.title.as_deref());
    match error::verdict(&Signs { code: Some(failure.code), details, ..Signs::default() }).action {
        Action::Retry { after } => Some(after),
        Action::RetryOnce => Some(Duration::ZERO),
        Action::SlowNumber | Action::SlowPair | Action::SlowApp => Some(REST),
        Action::Hold | Action::ReplaceToken | Action::WindowClosed | Action::Fail => None,
    }
}

/// Takes out what is sent once more; the rest has failed. Repeatable: what was put back before stays so.
pub(crate) async fn sort_out(
    rt: &Inner,
    statuses: &mut Vec<StatusChange>,
    hopes: &Hopes,
    now: Timestamp,
) -> Result<(), Error> {
    if hopes.is_empty() {
        return Ok(());
    }
    let mut rest = Vec::with_capacity(statuses.len());
    for change in statuses.drain(..) {
        let hope = hopes.get(&change.id).filter(|_| change.status == MessageStatus::Failed);
        let Some((number, pause)) = hope else {
            rest.push(change);
            continue;
        };
        match once_more(rt, &change, now.after(*pause)).await? {
            Some(contact) => again(rt, number, change.id, contact, now).await?,
            None => rest.push(change),
        }
    }
    *statuses = rest;
    Ok(())
}

async fn once_more(
    rt: &Inner,
    change: &StatusChange,
    due_at: Timestamp,
) -> Result<Option<Id<Contact>>, Error> {
    let code = change.code.unwrap_or_default();
    for _ in 0..LOOKS {
        let (part, id, wamid) = (change.part, change.id, change.wamid.clone());
        match rt.store.hot().send_once_more(Lost { part, id, wamid, code, due_at }).await? {
            OnceMore::Waits { contact } | OnceMore::Before { contact } => return Ok(Some(contact)),
            OnceMore::TooEarly => tokio::time::sleep(LOOK_AGAIN).await,
            OnceMore::No => return Ok(None),
        }
    }
    Ok(None)
}

/// Whoever has the part takes the message up. A message that waits and of which nobody is told is taken up with its part.
async fn again(
    rt: &Inner,
    number: &Number,
    message: Id<Message>,
    contact: Id<Contact>,
    now: Timestamp,
) -> Result<(), Error> {
    let work = Work::SendAgain { message };
    let entry = Journal {
        part: number.part,
        integration: number.integration.id,
        contact,
        kind: work.kind(),
        payload: work.payload(),
        at: now,
        closes: Closes::Nothing,
    };
    rt.store.hot().journal(vec![entry]).await.map(|_| ())
}
