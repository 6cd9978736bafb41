//! Messages that Meta took and then could not deliver, for a reason that may pass: sent once more before they count as
//! failed. Everything here costs something only when there is such a message.

use std::time::Duration;

use chasqui_model::contact::Contact;
use chasqui_model::message::{Message, MessageStatus};
use chasqui_model::{Clock, Id, Timestamp};
use chasqui_store::inbox::{Closes, Journal};
use chasqui_store::outbox::{Lost, OnceMore, StatusChange};
use chasqui_store::{Error, Store};
use chasqui_whatsapp::error::{self, Action, Signs};

use crate::registry::Number;
use crate::work::Work;

/// How often it is looked whether the answer to an attempt is written down, whose failure is known already.
const LOOKS: u32 = 10;
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// How long the number or the person is left alone that got too much.
const REST: Duration = Duration::from_mins(1);

/// Whether a failed message is sent once more instead, and sees to it. Repeatable: what was put back before stays so.
pub(crate) async fn is_sent_again(
    store: &Store,
    clock: &Clock,
    number: &Number,
    change: &StatusChange,
) -> Result<bool, Error> {
    let Some(pause) = pause(change) else { return Ok(false) };
    let now = clock.now();
    let Some(contact) = once_more(store, change, now.after(pause)).await? else { return Ok(false) };
    again(store, number, change.id, contact, now).await?;
    Ok(true)
}

/// How long to wait before a failed message is sent once more. `None`: it would fail again.
fn pause(change: &StatusChange) -> Option<Duration> {
    if change.status != MessageStatus::Failed {
        return None;
    }
    let signs = Signs { code: Some(change.code?), details: change.reason.as_deref(), ..Signs::default() };
    match error::verdict(&signs).action {
        Action::Retry { after } => Some(after),
        Action::RetryOnce => Some(Duration::ZERO),
        Action::SlowNumber | Action::SlowPair | Action::SlowApp => Some(REST),
        Action::Hold | Action::ReplaceToken | Action::WindowClosed | Action::Fail => None,
    }
}

async fn once_more(
    store: &Store,
    change: &StatusChange,
    due_at: Timestamp,
) -> Result<Option<Id<Contact>>, Error> {
    let code = change.code.unwrap_or_default();
    for _ in 0..LOOKS {
        let (part, id, wamid) = (change.part, change.id, change.wamid.clone());
        match store.hot().send_once_more(Lost { part, id, wamid, code, due_at }).await? {
            OnceMore::Waits { contact } | OnceMore::Before { contact } => return Ok(Some(contact)),
            OnceMore::TooEarly => tokio::time::sleep(LOOK_AGAIN).await,
            OnceMore::No => return Ok(None),
        }
    }
    Ok(None)
}

/// Whoever has the part takes the message up. A message that waits and of which nobody is told is taken up with its part.
async fn again(
    store: &Store,
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
    store.hot().journal(vec![entry]).await.map(|_| ())
}
